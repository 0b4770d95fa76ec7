// SPDX-License-Identifier: GPL-2.0-only
/*
 * os list, os show
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "net/fetch.h"
#include "show/view.h"

static const struct mintctl_option list_options[] = {
	CMD_OPTIONS_TABLE("NAME,STATE"),
	CMD_OPTION_END
};

static int os_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : os_view_table(&m, NULL, &o, stdout);
	model_release(&m);
	return ret;
}

static const struct mintctl_option show_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li oses\n"
	  "with this one OS, and the columns of\n"
	  ".Xr mintctl-os-list 8 .\n"),
	CMD_OPTION_END
};

static int show_os(const struct model *m, const char *name,
		   const struct table_options *o)
{
	const struct os_info *os = model_find_os(m, name);

	if (!os)
		return msg_fail(name, "no such OS; see 'mintctl os list'");
	if (o->json)
		return os_view_table(m, os, o, stdout);
	os_view_text(m, os, stdout);
	return MINTCTL_OK;
}

static int os_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct table_options o = { .columns = NULL };
	struct model m = { .nr_oses = 0 };
	const char *name;
	int ret = cmd_json_option(cmd, argc, argv, &o.json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_os_name(cmd, argc, argv, &name);
	if (ret)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : show_os(&m, name, &o);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_os_list = {
	.object = "os",
	.verb = "list",
	.summary = "List the OSes",
	.operands = "",
	.synopsis = "",
	.options = list_options,
	.columns = os_columns,
	.nr_columns = &os_nr_columns,
	.run = os_list,
};

const struct mintctl_cmd cmd_os_show = {
	.object = "os",
	.verb = "show",
	.summary = "Show all that is known about an OS",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = show_options,
	.run = os_show,
};
