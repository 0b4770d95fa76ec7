// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine poweroff, machine reboot: the end of all OSes
 */
#include <linux/mint.h>

#include <mint/abi.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "net/nl.h"

static const struct mintctl_option no_options[] = {
	CMD_OPTION_END
};

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	return ret ? ret : CMD_GO_ON;
}

static int end_machine(const struct mintctl_cmd *cmd, int argc, char **argv,
		       uint32_t action)
{
	struct mint_nl *nl;
	struct nl_msg *msg;
	int ret = parse_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	msg = mint_nl_request(nl, MINT_CMD_MACHINE_END, 0);
	if (msg)
		nla_put_u32(msg, MINT_A_MACHINE_ACTION, action);
	ret = mint_nl_call(nl, msg, "machine", NULL, NULL);
	mint_nl_close(nl);
	return cmd_status(ret);
}

static int machine_poweroff(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	return end_machine(cmd, argc, argv, MINT_MACHINE_POWEROFF);
}

static int machine_reboot(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	return end_machine(cmd, argc, argv, MINT_MACHINE_REBOOT);
}

const struct mintctl_cmd cmd_machine_poweroff = {
	.object = "machine",
	.verb = "poweroff",
	.modifies = true,
	.summary = "Shut all OSes down and switch the machine off",
	.operands = "",
	.synopsis = "",
	.options = no_options,
	.run = machine_poweroff,
};

const struct mintctl_cmd cmd_machine_reboot = {
	.object = "machine",
	.verb = "reboot",
	.modifies = true,
	.summary = "Shut all OSes down and reboot the machine",
	.operands = "",
	.synopsis = "",
	.options = no_options,
	.run = machine_reboot,
};
