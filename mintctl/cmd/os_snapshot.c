// SPDX-License-Identifier: GPL-2.0-only
/*
 * os snapshot: an image of a running OS, from which others are started without a boot.
 */
#include <linux/mint.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/nl.h"

static const struct mintctl_option options[] = {
	CMD_OPTION_END
};

static int take(const char *os, const char *image)
{
	struct mint_nl *nl;
	struct nl_msg *msg;
	int ret;

	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	msg = mint_nl_request(nl, MINT_CMD_OS_SNAPSHOT, 0);
	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, os);
		nla_put_string(msg, MINT_A_IMAGE_NAME, image);
	}
	ret = cmd_status(mint_nl_call(nl, msg, os, NULL, NULL));
	mint_nl_close(nl);
	return ret;
}

static int os_snapshot(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	if (argc - optind != 2) {
		msg_usage("os snapshot: give the OS, and a name for the image");
		return cmd_try_help(cmd);
	}
	if (parse_os_name(argv[optind]) || parse_image_name(argv[optind + 1]))
		return MINTCTL_USAGE;
	return take(argv[optind], argv[optind + 1]);
}

const struct mintctl_cmd cmd_os_snapshot = {
	.object = "os",
	.verb = "snapshot",
	.modifies = true,
	.summary = "Make an image of a running OS, as it is",
	.operands = "SOURCE IMAGE",
	.synopsis = ".Ar source image\n",
	.completes = "@oses",
	.options = options,
	.run = os_snapshot,
};
