// SPDX-License-Identifier: GPL-2.0-only
/*
 * dev list, dev show, dev tree
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

static const struct mintctl_option list_options[] = {
	CMD_OPTIONS_TABLE("BDF,OWNER"),
	CMD_OPTION_END
};

static int dev_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS, &m);
	model_drop_gone(&m);
	ret = ret ? MINTCTL_FAILED : dev_view_table(&m, &o, stdout);
	model_release(&m);
	return ret;
}

static const struct mintctl_option show_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON, all columns of\n"
	  ".Xr mintctl-dev-list 8 ,\n"
	  "which say what the text says.\n"
	  "Lists that belong together, such as\n"
	  ".Li bars\n"
	  "and\n"
	  ".Li bar_sizes ,\n"
	  "have as many items in the same order.\n"),
	CMD_OPTION_END
};

static int show(struct model *m, uint32_t sbdf, bool json)
{
	const struct table_options o = { .json = true };
	const struct dev_info *dev = model_find_dev(m, sbdf);
	char bdf[BDF_LEN];

	if (!dev || dev->state == MINT_DEV_GONE)
		return msg_fail(format_bdf(sbdf, bdf),
				"no such PCI function; see 'mintctl dev list'");
	if (!json) {
		dev_view_text(m, dev, stdout);
		return MINTCTL_OK;
	}
	m->devs[0] = *dev;
	m->nr_devs = 1;
	return dev_view_table(m, &o, stdout);
}

static int dev_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	uint32_t sbdf;
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 1, "the address of a device");
	if (!ret)
		ret = parse_bdf(argv[optind], &sbdf);
	if (ret)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS, &m);
	ret = ret ? MINTCTL_FAILED : show(&m, sbdf, json);
	model_release(&m);
	return ret;
}

static const struct mintctl_option tree_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li tree\n"
	  "of the functions that are below no bridge; each has those below it as the list\n"
	  ".Li below .\n"),
	CMD_OPTION_END
};

static int dev_tree(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	ret = cmd_status(fetch_once(FETCH_OSES | FETCH_DEVS, &m));
	if (!ret && json)
		ret = tree_view_json(&m, stdout);
	else if (!ret)
		tree_view_text(&m, stdout);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_dev_list = {
	.object = "dev",
	.verb = "list",
	.summary = "List the PCI functions and who owns them",
	.operands = "",
	.synopsis = "",
	.options = list_options,
	.columns = dev_columns,
	.nr_columns = &dev_nr_columns,
	.run = dev_list,
};

const struct mintctl_cmd cmd_dev_show = {
	.object = "dev",
	.verb = "show",
	.summary = "Show all that is known about a PCI function",
	.operands = "BDF",
	.synopsis = ".Ar bdf\n",
	.completes = "@devices",
	.options = show_options,
	.run = dev_show,
};

const struct mintctl_cmd cmd_dev_tree = {
	.object = "dev",
	.verb = "tree",
	.summary = "Show the PCI functions as they hang on the bridges",
	.operands = "",
	.synopsis = "",
	.options = tree_options,
	.run = dev_tree,
};
