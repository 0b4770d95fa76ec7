// SPDX-License-Identifier: GPL-2.0-only
/*
 * os login: a shell in another OS, on a terminal.
 */
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/exec.h"

/* The shell of root there, as a login does; the agent knows nothing of passwords. */
#define LOGIN_SHELL \
	"cd; shell=$(sed -n 's/^root:.*://p' /etc/passwd 2>/dev/null); " \
	"[ -x \"$shell\" ] || shell=/bin/sh; exec \"$shell\" -l"

static const struct mintctl_option no_options[] = {
	CMD_OPTION_END
};

static int os_login(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	static const struct exec_options o = { .tty = true };
	char *const shell[] = { (char *)"/bin/sh", (char *)"-c", (char *)LOGIN_SHELL, NULL };
	const char *name;
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret ? EXEC_OWN_FAILURE : MINTCTL_OK;
	ret = cmd_os_name(cmd, argc, argv, &name);
	return ret ? EXEC_OWN_FAILURE : exec_in_os(name, shell, &o);
}

const struct mintctl_cmd cmd_os_login = {
	.object = "os",
	.verb = "login",
	.modifies = true,
	.summary = "Open a shell in an OS, on a terminal",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = no_options,
	.run = os_login,
};
