// SPDX-License-Identifier: GPL-2.0-only
/*
 * image load, image remove: what OSes are started from.
 */
#include <linux/mint.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/files.h"
#include "cmd/orders.h"
#include "lib/parse.h"
#include "net/nl.h"
#include "partition/facts.h"

static const struct mintctl_option load_options[] = {
	CMD_OPTION_KERNEL(OPTION_NEEDED),
	CMD_OPTION_INITRD,
	{ "cmdline", 'c', 0, "TEXT", NULL,
	  "parameters in front of those of each start",
	  "Parameters that stand in front of those of each start, at most 2047 characters with\n"
	  "them.\n" },
	CMD_OPTION_END
};

/* The one argument that is the name of an image, checked. */
static int image_name(const struct mintctl_cmd *cmd, int argc, char **argv,
		      const char **name)
{
	int ret = cmd_positional(cmd, argc, argv, 1, "the name of the image");

	if (ret)
		return ret;
	*name = argv[optind];
	return parse_image_name(*name);
}

static int parse_load(const struct mintctl_cmd *cmd, int argc, char **argv,
		      struct cmd_files *f, const char **name)
{
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1)
		if (!cmd_files_option(f, c))
			return cmd_common_option(cmd, c);
	ret = image_name(cmd, argc, argv, name);
	if (ret)
		return ret;
	if (f->kernel)
		return CMD_GO_ON;
	msg_usage("image load: --kernel is missing");
	return cmd_try_help(cmd);
}

/* @f: NULL but for a request that loads one */
static int ask(struct mint_nl *nl, int request, const char *name, const struct cmd_files *f)
{
	struct nl_msg *msg = mint_nl_request(nl, request, 0);

	if (msg)
		nla_put_string(msg, MINT_A_IMAGE_NAME, name);
	if (msg && f)
		cmd_files_put(f, msg);
	return mint_nl_call(nl, msg, name, NULL, NULL);
}

int order_load(struct mint_nl *nl, const char *name, const struct cmd_files *f)
{
	const struct part_files files = {
		.kernel = f->kernel_path,
		.initrd = f->initrd_path,
		.cmdline = (char *)f->cmdline,
	};
	int ret = ask(nl, MINT_CMD_IMAGE_LOAD, name, f);

	if (!ret)
		part_note(name, 0, &files);
	return ret;
}

int order_remove(struct mint_nl *nl, const char *name)
{
	return ask(nl, MINT_CMD_IMAGE_REMOVE, name, NULL);
}

/* @f: what is loaded; NULL: it is removed */
static int load_or_remove(const char *name, const struct cmd_files *f)
{
	struct mint_nl *nl;
	int ret;

	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = cmd_status(f ? order_load(nl, name, f) : order_remove(nl, name));
	mint_nl_close(nl);
	return ret;
}

static int image_load(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct cmd_files f = { .kernel = NULL };
	const char *name = NULL;
	int ret = parse_load(cmd, argc, argv, &f, &name);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_files_find(&f, name);
	if (!ret)
		ret = load_or_remove(name, &f);
	cmd_files_release(&f);
	return ret;
}

static const struct mintctl_option remove_options[] = {
	CMD_OPTION_END
};

static int image_remove(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	const char *name;
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	ret = image_name(cmd, argc, argv, &name);
	return ret ? ret : load_or_remove(name, NULL);
}

const struct mintctl_cmd cmd_image_load = {
	.object = "image",
	.verb = "load",
	.modifies = true,
	.summary = "Load a kernel and an initrd, to start OSes from",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.options = load_options,
	.run = image_load,
};

const struct mintctl_cmd cmd_image_remove = {
	.object = "image",
	.verb = "remove",
	.modifies = true,
	.summary = "Remove an image that no OS starts from",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@images",
	.options = remove_options,
	.run = image_remove,
};
