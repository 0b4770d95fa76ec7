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
#include "show/json.h"

#define TIMEOUT_FILE	"irq_timeout_ms"

static const struct mintctl_option options[] = {
	CMD_OPTION_JSON(
	  "Print JSON:\n"
	  ".Li timeout ,\n"
	  "in milliseconds.\n"),
	CMD_WORD("MS", "milliseconds"),
	CMD_OPTION_END
};

static int show_timeout(bool json)
{
	struct json_doc doc;
	uint32_t ms;

	if (sysfile_read(TIMEOUT_FILE, &ms))
		return MINTCTL_FAILED;
	if (!json) {
		printf("%u\n", ms);
		return MINTCTL_OK;
	}
	json_doc_begin(&doc);
	json_doc_number(&doc, doc.top, "timeout", ms);
	return json_doc_print(&doc, JSON_INDENTED, stdout);
}

static int irq_timeout(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct mint_nl *nl;
	uint32_t ms;
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	if (argc > optind) {
		if (json)
			return cmd_sets_no_json(cmd);
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
		return show_timeout(json);
	return cmd_status(sysfile_write(TIMEOUT_FILE, ms));
}

const struct mintctl_cmd cmd_irq_timeout = {
	.object = "irq",
	.verb = "timeout",
	.modifies = true,
	.summary = "Show or set how long an OS may hold up a shared line",
	.operands = "[MS]",
	.synopsis = ".Op Ar ms\n",
	.options = options,
	.run = irq_timeout,
};
