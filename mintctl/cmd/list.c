// SPDX-License-Identifier: GPL-2.0-only
/* os list, os show, dev list, irq list, irq show */
#include <stdio.h>

#include "cmd/cmd.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

int cmd_os_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, os_columns, os_nr_columns,
				    &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : os_view_table(&m, NULL, &o, stdout);
	model_release(&m);
	return ret;
}

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

int cmd_os_show(const struct mintctl_cmd *cmd, int argc, char **argv)
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

int cmd_dev_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, dev_columns,
				    dev_nr_columns, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS, &m);
	model_drop_gone(&m);
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
	ret = fetch_once(FETCH_OSES | FETCH_IRQS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : irq_view_table(&m, &o, stdout);
	model_release(&m);
	return ret;
}

static int show_irq(struct model *m, uint32_t gsi, const struct table_options *o)
{
	char object[16];

	snprintf(object, sizeof(object), "GSI %u", gsi);
	model_keep_gsi(m, gsi);
	if (!m->nr_irqs)
		return msg_fail(object, "no OS uses it; see 'mintctl irq list'");
	return o->json ? irq_view_table(m, o, stdout) : irq_view_text(m, stdout);
}

int cmd_irq_show(const struct mintctl_cmd *cmd, int argc, char **argv)
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
