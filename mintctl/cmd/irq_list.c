// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq list
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "net/fetch.h"
#include "show/view.h"

static const struct mintctl_option list_options[] = {
	CMD_OPTIONS_TABLE("GSI,OWNER,COUNT"),
	CMD_OPTION_END
};

static int irq_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_IRQS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : irq_view_table(&m, &o, stdout);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_irq_list = {
	.object = "irq",
	.verb = "list",
	.summary = "List the interrupt routes of all OSes",
	.operands = "",
	.synopsis = "",
	.options = list_options,
	.columns = irq_columns,
	.nr_columns = &irq_nr_columns,
	.run = irq_list,
};
