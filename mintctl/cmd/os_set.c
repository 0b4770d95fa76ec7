// SPDX-License-Identifier: GPL-2.0-only
/*
 * os set: what an OS starts from, what follows when it ends, its turns on shared cores.
 */
#include <linux/mint.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/orders.h"
#include "lib/parse.h"
#include "model/model.h"
#include "net/nl.h"

static const struct mintctl_option options[] = {
	{ "image", 'I', 0, "IMAGE", "@images",
	  "the image that it starts from next",
	  "The name of the image that it starts from next, see\n"
	  ".Xr mintctl-image-load 8 .\n" },
	{ "on-reboot", 'r', 0, "WHAT", "restart stop",
	  "what follows its reboot: restart (usually) or stop",
	  "What follows when it reboots:\n"
	  ".Li restart ,\n"
	  "unless told otherwise, or\n"
	  ".Li stop .\n" },
	{ "on-crash", 'c', 0, "WHAT", "stop restart",
	  "what follows its panic: stop (usually) or restart",
	  "What follows when its kernel panics:\n"
	  ".Li stop ,\n"
	  "unless told otherwise, or\n"
	  ".Li restart .\n" },
	{ "on-poweroff", 'p', 0, "WHAT", "stop restart",
	  "what follows when it powers itself off: stop (usually) or restart",
	  "What follows when it powers itself off:\n"
	  ".Li stop ,\n"
	  "unless told otherwise, or\n"
	  ".Li restart .\n" },
	{ "share", 's', 0, "PERCENT", NULL,
	  "how much it has at least of the cores that it shares, such as 30%",
	  "How much it has at least of the cores that it shares with another OS, such as\n"
	  ".Li 30% .\n"
	  "The OS that had the core before has the rest.\n" },
	{ "slice", 'S', 0, "TIME", NULL,
	  "how long one turn on these is, such as 20ms",
	  "How long one turn on these cores is, from 1ms to 5000ms; that of the other OS follows\n"
	  "from the shares.\n" },
	CMD_OPTION_END
};

/* CMD_GO_ON, or an exit status. */
static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct set_options *o = arg;
	int ret;

	switch (c) {
	case 'I':
		o->image = optarg;
		ret = parse_image_name(optarg);
		break;
	case 'r':
		ret = part_parse_then(optarg, &o->on[MINT_AT_REBOOT]);
		break;
	case 'c':
		ret = part_parse_then(optarg, &o->on[MINT_AT_CRASH]);
		break;
	case 'p':
		ret = part_parse_then(optarg, &o->on[MINT_AT_POWEROFF]);
		break;
	case 's':
		ret = parse_share(optarg, &o->share);
		break;
	case 'S':
		ret = parse_slice(optarg, &o->slice_us);
		break;
	default:
		return cmd_common_option(cmd, c);
	}
	return ret ? ret : CMD_GO_ON;
}

static bool is_empty(const struct set_options *o)
{
	return !o->image && !o->share && !o->slice_us && !o->on[MINT_AT_REBOOT] &&
	       !o->on[MINT_AT_CRASH] && !o->on[MINT_AT_POWEROFF];
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct set_options *o)
{
	int ret;

	ret = cmd_each_option(cmd, argc, argv, take_option, o);
	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_os_name(cmd, argc, argv, &o->name);
	if (ret || !is_empty(o))
		return ret ? ret : CMD_GO_ON;
	msg_usage("os set: nothing to set");
	return cmd_try_help(cmd);
}

int order_set(struct mint_nl *nl, const struct set_options *o)
{
	static const int attrs[MINT_NR_ENDS] = {
		[MINT_AT_REBOOT] = MINT_A_OS_AT_REBOOT,
		[MINT_AT_CRASH] = MINT_A_OS_AT_CRASH,
		[MINT_AT_POWEROFF] = MINT_A_OS_AT_POWEROFF,
	};
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_SET, 0);
	unsigned int i;

	if (!msg)
		return mint_nl_call(nl, msg, o->name, NULL, NULL);
	nla_put_string(msg, MINT_A_OS_NAME, o->name);
	if (o->image)
		nla_put_string(msg, MINT_A_IMAGE_NAME, o->image);
	if (o->share)
		nla_put_u32(msg, MINT_A_SHARE, o->share);
	if (o->slice_us)
		nla_put_u32(msg, MINT_A_SLICE_US, o->slice_us);
	for (i = 0; i < MINT_NR_ENDS; i++)
		if (o->on[i])
			nla_put_u32(msg, attrs[i], o->on[i]);
	return mint_nl_call(nl, msg, o->name, NULL, NULL);
}

static int os_set(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct set_options o = { .name = NULL };
	struct mint_nl *nl;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = cmd_status(order_set(nl, &o));
	mint_nl_close(nl);
	return ret;
}

const struct mintctl_cmd cmd_os_set = {
	.object = "os",
	.verb = "set",
	.modifies = true,
	.summary = "Set what an OS starts from, what follows its ends, its turns on shared cores",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = options,
	.run = os_set,
};
