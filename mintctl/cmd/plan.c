// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan, export: the difference between a file and what is; what is, as a file.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/converge.h"
#include "partition/write.h"

static const struct mintctl_option options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li changes ,\n"
	  "with the columns as keys in small letters; what there is nothing of is\n"
	  ".Li null .\n"),
	CMD_WORD("FILE", "instead of /etc/mint/partition.conf"),
	CMD_OPTION_END
};

static int plan(const char *file, const struct table_options *o)
{
	struct converge *c = converge_open();
	int ret = MINTCTL_FAILED;

	if (c && !converge_look(c) && !converge_read(c, file))
		ret = converge_show(c, o, stdout);
	converge_close(c);
	return ret;
}

static int plan_run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct table_options o = { .columns = NULL };
	const char *file = PARTITION_FILE;
	int ret = cmd_json_option(cmd, argc, argv, &o.json);

	if (ret == CMD_GO_ON)
		ret = cmd_file_operand(cmd, argc, argv, &file);
	return ret == CMD_GO_ON ? plan(file, &o) : ret;
}

static const struct mintctl_option no_options[] = {
	CMD_OPTION_END
};

static int export(void)
{
	struct converge *c = converge_open();
	int ret = MINTCTL_FAILED;

	if (c && !converge_look(c))
		ret = cmd_status(part_write(stdout, &c->facts, false));
	converge_close(c);
	return ret;
}

static int export_run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	return ret ? ret : export();
}

const struct mintctl_cmd cmd_plan = {
	.object = "plan",
	.verb = "",
	.summary = "Show how a file differs from what is",
	.operands = "[FILE]",
	.synopsis = ".Op Ar file\n",
	.completes = "@files",
	.options = options,
	.columns = change_columns,
	.nr_columns = &change_nr_columns,
	.run = plan_run,
};

const struct mintctl_cmd cmd_export = {
	.object = "export",
	.verb = "",
	.summary = "Print what is as a file for apply",
	.operands = "",
	.synopsis = "",
	.options = no_options,
	.run = export_run,
};
