// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq list, irq show
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
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

static const struct mintctl_option show_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li irqs\n"
	  "with the OSes that use this GSI, and the columns of\n"
	  ".Xr mintctl-irq-list 8 .\n"),
	CMD_OPTION_END
};

static int show_irq(struct model *m, uint32_t gsi, const struct table_options *o)
{
	char object[16];

	snprintf(object, sizeof(object), "GSI %u", gsi);
	model_keep_gsi(m, gsi);
	if (!m->nr_irqs)
		return msg_fail(object, "no OS uses it; see 'mintctl irq list'");
	return o->json ? irq_view_table(m, o, stdout) : irq_view_text(m, stdout);
}

static int irq_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct table_options o = { .columns = NULL };
	struct model m = { .nr_oses = 0 };
	uint32_t gsi;
	int ret = cmd_json_option(cmd, argc, argv, &o.json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 1, "the GSI");
	if (!ret)
		ret = parse_gsi(argv[optind], &gsi);
	if (ret)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_IRQS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : show_irq(&m, gsi, &o);
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

const struct mintctl_cmd cmd_irq_show = {
	.object = "irq",
	.verb = "show",
	.summary = "Show all that is known about one GSI",
	.operands = "GSI",
	.synopsis = ".Ar gsi\n",
	.completes = "@gsis",
	.options = show_options,
	.run = irq_show,
};
