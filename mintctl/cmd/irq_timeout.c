// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq timeout: how long an OS may owe an acknowledgement on a shared line
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/nl.h"
#include "net/sysfile.h"

#define TIMEOUT_FILE	"irq_timeout_ms"

static const struct mintctl_option words[] = {
	CMD_WORD("MS", "milliseconds"),
	CMD_OPTION_END
};

static int show_timeout(void)
{
	uint32_t ms;

	if (sysfile_read(TIMEOUT_FILE, &ms))
		return MINTCTL_FAILED;
	printf("%u\n", ms);
	return MINTCTL_OK;
}

static int irq_timeout(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct mint_nl *nl;
	uint32_t ms;
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	if (argc > optind) {
		ret = cmd_positional(cmd, argc, argv, 1, "the time-out");
		if (!ret)
			ret = parse_irq_timeout(argv[optind], &ms);
		if (ret)
			return ret;
	}
	/* Says so if Mint is not there at all. */
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	mint_nl_close(nl);
	if (argc == optind)
		return show_timeout();
	return cmd_status(sysfile_write(TIMEOUT_FILE, ms));
}

const struct mintctl_cmd cmd_irq_timeout = {
	.object = "irq",
	.verb = "timeout",
	.modifies = true,
	.summary = "Show or set how long an OS may hold up a shared line",
	.operands = "[MS]",
	.synopsis = ".Op Ar ms\n",
	.options = words,
	.run = irq_timeout,
};
