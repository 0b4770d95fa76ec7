// SPDX-License-Identifier: GPL-2.0-only
/*
 * snapshot list, snapshot show, snapshot remove: images of OSes that stand still.
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/orders.h"
#include "cmd/snapshot.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

static const struct mintctl_option list_options[] = {
	CMD_OPTIONS_TABLE("NAME,MEMORY,CORES"),
	CMD_OPTION_END
};

static int snapshot_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_IMAGES | FETCH_OSES, &m);
	model_keep_snapshots(&m);
	ret = ret ? MINTCTL_FAILED : snapshot_view_table(&m, NULL, &o, stdout);
	model_release(&m);
	return ret;
}

int snapshot_find(const struct model *m, const char *name, const struct image_info **image)
{
	*image = model_find_image(m, name);
	if (!*image)
		return msg_fail(name, "no such snapshot; see 'mintctl snapshot list'");
	if ((*image)->kind == MINT_IMG_SNAPSHOT)
		return MINTCTL_OK;
	return msg_fail(name, "is an image of a kernel, no snapshot; see 'mintctl image list'");
}

/* The one argument that is the name of a snapshot, checked. */
static int snapshot_name(const struct mintctl_cmd *cmd, int argc, char **argv, const char **name)
{
	int ret = cmd_positional(cmd, argc, argv, 1, "the name of the snapshot");

	if (ret)
		return ret;
	*name = argv[optind];
	return parse_image_name(*name);
}

static const struct mintctl_option show_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li snapshots\n"
	  "with this one snapshot, and the columns of\n"
	  ".Xr mintctl-snapshot-list 8 .\n"),
	CMD_OPTION_END
};

static int show(const struct model *m, const char *name, const struct table_options *o)
{
	const struct image_info *image;
	int ret = snapshot_find(m, name, &image);

	if (ret)
		return ret;
	if (o->json)
		return snapshot_view_table(m, image, o, stdout);
	image_view_text(m, image, stdout);
	return MINTCTL_OK;
}

static int snapshot_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct table_options o = { .columns = NULL };
	struct model m = { .nr_oses = 0 };
	const char *name;
	int ret = cmd_json_option(cmd, argc, argv, &o.json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = snapshot_name(cmd, argc, argv, &name);
	if (ret)
		return ret;
	ret = fetch_once(FETCH_IMAGES | FETCH_OSES, &m);
	ret = ret ? MINTCTL_FAILED : show(&m, name, &o);
	model_release(&m);
	return ret;
}

static const struct mintctl_option remove_options[] = {
	CMD_OPTION_END
};

static int remove_snapshot(struct mint_nl *nl, const char *name)
{
	struct model m = { .nr_oses = 0 };
	const struct image_info *image;
	int ret = fetch_model(nl, FETCH_IMAGES, &m);

	ret = ret ? MINTCTL_FAILED : snapshot_find(&m, name, &image);
	model_release(&m);
	return ret ? ret : cmd_status(order_remove(nl, name));
}

static int snapshot_remove(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct mint_nl *nl;
	const char *name;
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	ret = snapshot_name(cmd, argc, argv, &name);
	if (ret)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = remove_snapshot(nl, name);
	mint_nl_close(nl);
	return ret;
}

const struct mintctl_cmd cmd_snapshot_list = {
	.object = "snapshot",
	.verb = "list",
	.summary = "List the OSes that stand still as images",
	.operands = "",
	.synopsis = "",
	.options = list_options,
	.columns = snapshot_columns,
	.nr_columns = &snapshot_nr_columns,
	.run = snapshot_list,
};

const struct mintctl_cmd cmd_snapshot_show = {
	.object = "snapshot",
	.verb = "show",
	.summary = "Show all that is known about a snapshot",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@snapshots",
	.options = show_options,
	.run = snapshot_show,
};

const struct mintctl_cmd cmd_snapshot_remove = {
	.object = "snapshot",
	.verb = "remove",
	.modifies = true,
	.summary = "Remove a snapshot that no OS was started from",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@snapshots",
	.options = remove_options,
	.run = snapshot_remove,
};
