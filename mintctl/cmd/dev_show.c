// SPDX-License-Identifier: GPL-2.0-only
/* dev show, dev tree */
#include <stdio.h>

#include "cmd/cmd.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

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

int cmd_dev_show(const struct mintctl_cmd *cmd, int argc, char **argv)
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

int cmd_dev_tree(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret == CMD_GO_ON)
		ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS, &m);
	if (!ret)
		dev_view_tree(&m, stdout);
	model_release(&m);
	return cmd_status(ret);
}
