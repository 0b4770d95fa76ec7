// SPDX-License-Identifier: GPL-2.0-only
/* os list, os show, dev list, irq list */
#include <stdio.h>

#include "cmd.h"
#include "fetch.h"
#include "parse.h"
#include "view.h"

/* 0 or -errno with a message; @m is empty before. */
static int ask(unsigned int what, struct model *m)
{
	struct mint_nl *nl;
	int ret = mint_nl_open(&nl);

	if (!ret)
		ret = fetch_model(nl, what, m);
	mint_nl_close(nl);
	return ret;
}

int cmd_os_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, os_columns, os_nr_columns,
				    &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = ask(FETCH_OSES | FETCH_DEVS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : os_view_table(&m, NULL, &o, stdout);
	model_release(&m);
	return ret;
}

static int parse_show_options(const struct mintctl_cmd *cmd, int argc,
			      char **argv, const char **name,
			      struct table_options *o)
{
	static const struct option longopts[] = {
		{ "json", no_argument, NULL, 'j' },
		CMD_OPTION_HELP,
		CMD_OPTION_END
	};
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv, "", longopts)) != -1) {
		if (c != 'j')
			return cmd_common_option(cmd, c);
		o->json = true;
	}
	ret = cmd_os_name(cmd, argc, argv, name);
	return ret ? ret : CMD_GO_ON;
}

static int show(const struct model *m, const char *name,
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

int cmd_os_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct table_options o = { .columns = NULL };
	struct model m = { .nr_oses = 0 };
	const char *name;
	int ret = parse_show_options(cmd, argc, argv, &name, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = ask(FETCH_OSES | FETCH_DEVS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : show(&m, name, &o);
	model_release(&m);
	return ret;
}

int cmd_dev_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, dev_columns,
				    dev_nr_columns, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = ask(FETCH_OSES | FETCH_DEVS, &m);
	ret = ret ? MINTCTL_FAILED : dev_view_table(&m, &o, stdout);
	model_release(&m);
	return ret;
}

int cmd_irq_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, irq_columns,
				    irq_nr_columns, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = ask(FETCH_OSES | FETCH_IRQS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : irq_view_table(&m, &o, stdout);
	model_release(&m);
	return ret;
}
