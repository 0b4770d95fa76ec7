// SPDX-License-Identifier: GPL-2.0-only
/*
 * image list, image show
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

static const struct mintctl_option list_options[] = {
	CMD_OPTIONS_TABLE("NAME,SIZE"),
	CMD_OPTION_END
};

static int image_list(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct table_options o;
	int ret = cmd_table_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = fetch_once(FETCH_IMAGES | FETCH_OSES, &m);
	ret = ret ? MINTCTL_FAILED : image_view_table(&m, NULL, &o, stdout);
	model_release(&m);
	return ret;
}

static const struct mintctl_option show_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li images\n"
	  "with this one image, and the columns of\n"
	  ".Xr mintctl-image-list 8 .\n"),
	CMD_OPTION_END
};

static int show_image(const struct model *m, const char *name,
		      const struct table_options *o)
{
	const struct image_info *image = model_find_image(m, name);

	if (!image)
		return msg_fail(name, "no such image; see 'mintctl image list'");
	if (o->json)
		return image_view_table(m, image, o, stdout);
	image_view_text(m, image, stdout);
	return MINTCTL_OK;
}

static int image_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct table_options o = { .columns = NULL };
	struct model m = { .nr_oses = 0 };
	const char *name;
	int ret = cmd_json_option(cmd, argc, argv, &o.json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 1, "the name of the image");
	if (ret)
		return ret;
	name = argv[optind];
	ret = parse_image_name(name);
	if (ret)
		return ret;
	ret = fetch_once(FETCH_IMAGES | FETCH_OSES, &m);
	ret = ret ? MINTCTL_FAILED : show_image(&m, name, &o);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_image_list = {
	.object = "image",
	.verb = "list",
	.summary = "List the images that OSes are started from",
	.operands = "",
	.synopsis = "",
	.options = list_options,
	.columns = image_columns,
	.nr_columns = &image_nr_columns,
	.run = image_list,
};

const struct mintctl_cmd cmd_image_show = {
	.object = "image",
	.verb = "show",
	.summary = "Show all that is known about an image",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@images",
	.options = show_options,
	.run = image_show,
};
