// SPDX-License-Identifier: GPL-2.0-only
/* irq verify, irq repair, irq timeout */
#include <errno.h>
#include <linux/mint.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "net/sysfile.h"
#include "show/view.h"

#define TABLE	"interrupt table"

/* ---- verify ------------------------------------------------------------------ */

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

int cmd_irq_verify(const struct mintctl_cmd *cmd, int argc, char **argv)
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

/* What is wrong first: the kernel only says how much it was. */
static int repair(struct mint_nl *nl, struct model *m)
{
	uint32_t nr = 0;

	if (fetch_model(nl, FETCH_OSES | FETCH_DIFFS, m) == -EPERM)
		return -EPERM;
	diff_view_text(m, stdout);
	fflush(stdout);
	if (mint_nl_call(nl, mint_nl_request(nl, MINT_CMD_IRQ_REPAIR, 0), TABLE,
			 on_repairs, &nr))
		return -EIO;
	if (nr)
		printf("%u thing%s restored; 'mintctl irq verify' says whether all is well\n",
		       nr, nr == 1 ? "" : "s");
	else
		puts("nothing had to be restored");
	return 0;
}

int cmd_irq_repair(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct mint_nl *nl;
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = repair(nl, &m);
	mint_nl_close(nl);
	model_release(&m);
	return cmd_status(ret);
}

/* ---- timeout ----------------------------------------------------------------- */

#define TIMEOUT_FILE	"irq_timeout_ms"

static int show_timeout(void)
{
	uint32_t ms;

	if (sysfile_read(TIMEOUT_FILE, &ms))
		return MINTCTL_FAILED;
	printf("%u\n", ms);
	return MINTCTL_OK;
}

int cmd_irq_timeout(const struct mintctl_cmd *cmd, int argc, char **argv)
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
