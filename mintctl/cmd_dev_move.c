// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mint.h>

#include "cmd.h"
#include "nl.h"
#include "parse.h"

struct move_options {
	uint32_t sbdf;
	const char *to;
};

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct move_options *o)
{
	static const struct option longopts[] = {
		{ "to", required_argument, NULL, 't' },
		CMD_OPTION_HELP,
		CMD_OPTION_END
	};
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv, "", longopts)) != -1) {
		if (c != 't')
			return cmd_common_option(cmd, c);
		o->to = optarg;
		ret = parse_os_name(optarg);
		if (ret)
			return ret;
	}
	ret = cmd_positional(cmd, argc, argv, 1, "the address of a device");
	if (ret)
		return ret;
	if (!o->to) {
		msg_usage("dev move: --to is missing");
		return cmd_try_help(cmd);
	}
	ret = parse_bdf(argv[optind], &o->sbdf);
	return ret ? ret : CMD_GO_ON;
}

int cmd_dev_move(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct move_options o = { .to = NULL };
	char bdf[BDF_LEN];
	struct mint_nl *nl;
	struct nl_msg *msg;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	msg = mint_nl_request(nl, MINT_CMD_DEV_MOVE, 0);
	if (msg) {
		nla_put_u32(msg, MINT_A_DEV_SBDF, o.sbdf);
		nla_put_string(msg, MINT_A_OS_NAME, o.to);
	}
	ret = mint_nl_call(nl, msg, format_bdf(o.sbdf, bdf), NULL, NULL);
	mint_nl_close(nl);
	return cmd_status(ret);
}
