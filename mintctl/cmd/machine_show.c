// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine show
 */
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/topology.h"
#include "net/fetch.h"
#include "show/view.h"

static const struct mintctl_option options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li cores ,\n"
	  "each with\n"
	  ".Li core , apic_id , package , siblings , owner , boots ;\n"
	  "and\n"
	  ".Li primary , self , nr_oses , pool_size , pool_free , images , versions .\n"),
	CMD_OPTION_END
};

static int machine_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct topology topology;
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	topology_of_machine(&topology);
	ret = fetch_once(FETCH_MACHINE | FETCH_OSES | FETCH_IMAGES, &m);
	if (ret)
		ret = MINTCTL_FAILED;
	else if (json)
		ret = machine_view_json(&m, &topology, stdout);
	else
		ret = machine_view_text(&m, &topology, stdout);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_machine_show = {
	.object = "machine",
	.verb = "show",
	.summary = "Show cores and their owners, the pool, images, versions",
	.operands = "",
	.synopsis = "",
	.options = options,
	.run = machine_show,
};
