// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq verify, irq repair: whether interrupt table and hardware agree, and making them
 */
#include <errno.h>
#include <linux/mint.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "net/fetch.h"
#include "show/view.h"

#define TABLE	"interrupt table"

/* ---- verify ------------------------------------------------------------------ */

static const struct mintctl_option verify_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li differences ,\n"
	  "empty if there is none.\n"
	  "Each has\n"
	  ".Bl -tag -width Ds\n"
	  ".It Li what\n"
	  ".Cm rte\n"
	  ".Pq a redirection entry ,\n"
	  ".Cm route\n"
	  ".Pq a record that makes no sense ,\n"
	  ".Cm own\n"
	  ".Pq a record that is not what this OS wants ,\n"
	  ".Cm sharers , round , vector , header\n"
	  "or\n"
	  ".Cm os .\n"
	  ".It Li name\n"
	  "What that is called.\n"
	  ".It Li gsi , os\n"
	  "What it concerns, or\n"
	  ".Li null .\n"
	  ".It Li is , should\n"
	  "The numbers.\n"
	  ".It Li is_text , should_text\n"
	  "The same for people, or\n"
	  ".Li null .\n"
	  ".El\n"),
	CMD_OPTION_END
};

static int print_differences(const struct model *m, bool json)
{
	int ret = MINTCTL_OK;

	if (json)
		ret = diff_view_json(m, stdout);
	else if (m->nr_diffs)
		diff_view_text(m, stdout);
	else
		puts("table and hardware agree");
	fflush(stdout);
	if (ret || !m->nr_diffs)
		return ret;
	return msg_fail(TABLE, "%u difference%s; run 'mintctl irq repair'",
			m->nr_diffs, m->nr_diffs == 1 ? "" : "s");
}

/* As of diff(1): 1 says that there are differences. */
#define VERIFY_TROUBLE	2

static int irq_verify(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DIFFS, &m);
	ret = ret ? VERIFY_TROUBLE : print_differences(&m, json);
	model_release(&m);
	return ret;
}

/* ---- repair ------------------------------------------------------------------ */

static int on_repairs(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct nlattr *attr = attrs[MINT_A_IRQ_REPAIRS];

	(void)msg;
	if (!attr || nla_len(attr) != sizeof(uint32_t))
		return -EPROTO;
	*(uint32_t *)arg = nla_get_u32(attr);
	return 0;
}

static const struct mintctl_option repair_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: the\n"
	  ".Li differences\n"
	  "that there were, as\n"
	  ".Xr mintctl-irq-verify 8\n"
	  "has them, and\n"
	  ".Li restored ,\n"
	  "how many things were.\n"),
	CMD_OPTION_END
};

/* What is wrong first: the kernel only says how much it was. */
static int repair(struct mint_nl *nl, struct model *m, bool json)
{
	uint32_t nr = 0;

	if (fetch_model(nl, FETCH_OSES | FETCH_DIFFS, m) == -EPERM)
		return MINTCTL_FAILED;
	if (!json)
		diff_view_text(m, stdout);
	fflush(stdout);
	if (mint_nl_call(nl, mint_nl_request(nl, MINT_CMD_IRQ_REPAIR, 0), TABLE,
			 on_repairs, &nr))
		return MINTCTL_FAILED;
	if (json)
		return diff_view_json_repaired(m, nr, stdout);
	if (nr)
		printf("%u thing%s restored; 'mintctl irq verify' says whether all is well\n",
		       nr, nr == 1 ? "" : "s");
	else
		puts("nothing had to be restored");
	return MINTCTL_OK;
}

static int irq_repair(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct mint_nl *nl;
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = repair(nl, &m, json);
	mint_nl_close(nl);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_irq_verify = {
	.object = "irq",
	.verb = "verify",
	.modifies = true,
	.summary = "Check that interrupt table and hardware agree",
	.operands = "",
	.synopsis = "",
	.options = verify_options,
	.run = irq_verify,
};

const struct mintctl_cmd cmd_irq_repair = {
	.object = "irq",
	.verb = "repair",
	.modifies = true,
	.summary = "Restore the interrupt table and the hardware",
	.operands = "",
	.synopsis = "",
	.options = repair_options,
	.run = irq_repair,
};
