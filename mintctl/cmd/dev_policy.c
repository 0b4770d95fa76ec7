// SPDX-License-Identifier: GPL-2.0-only
/*
 * dev policy: who gets what is hot-added
 */
#include <linux/mint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/orders.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

/* ---- what it is about ------------------------------------------------------------ */

/* "[SSSS:]BB:DD" */
static bool is_slot(const char *word)
{
	const char *colon = strrchr(word, ':');

	return colon && strlen(colon) == 3 && !strchr(word, '.');
}

static int parse_slot(const char *word, uint32_t *key)
{
	char bdf[BDF_LEN];

	if (strlen(word) + sizeof(".0") > sizeof(bdf))
		return parse_bdf(word, key);	/* which says what is wrong */
	snprintf(bdf, sizeof(bdf), "%s.0", word);
	return parse_bdf(bdf, key);
}

/*
 * "class:0200", a slot, or a BDF; whether that is a port the table of functions
 * says.
 */
static int parse_key(const char *word, struct policy_info *p)
{
	unsigned long class;
	char *end;

	if (strncmp(word, "class:", 6)) {
		p->kind = is_slot(word) ? MINT_POLICY_SLOT : MINT_POLICY_BDF;
		return p->kind == MINT_POLICY_SLOT ? parse_slot(word, &p->key) :
						     parse_bdf(word, &p->key);
	}
	class = strtoul(word + 6, &end, 16);
	if (strlen(word + 6) != 4 || *end)
		return msg_usage("'%s': a class is class: and four hexadecimal digits, such as class:0200",
				 word);
	p->kind = MINT_POLICY_CLASS;
	p->key = class;
	return MINTCTL_OK;
}

static void find_kind(const struct model *m, struct policy_info *p)
{
	const struct dev_info *dev = model_find_dev(m, p->key);

	if (p->kind == MINT_POLICY_BDF && dev && dev->flags & MINT_DEVF_BRIDGE)
		p->kind = MINT_POLICY_PORT;
}

/* ---- showing --------------------------------------------------------------------- */

static void print_policy(const struct policy_info *p)
{
	static const char *const kinds[] = {
		[MINT_POLICY_BDF] = "what appears there",
		[MINT_POLICY_PORT] = "what appears below that port",
		[MINT_POLICY_CLASS] = "what has that class",
		[MINT_POLICY_SLOT] = "what appears in that slot",
	};
	char key[24];

	if (p->kind <= MINT_POLICY_SLOT && kinds[p->kind])
		printf("%-14s %-15s %s\n", part_format_policy(p->kind, p->key, key), p->os,
		       kinds[p->kind]);
}

static int show(const struct model *m, const struct policy_info *only)
{
	unsigned int i, nr = 0;
	char key[24];

	for (i = 0; i < m->nr_policies; i++) {
		const struct policy_info *p = &m->policies[i];

		if (only && (p->kind != only->kind || p->key != only->key))
			continue;
		print_policy(p);
		nr++;
	}
	if (nr || !only)
		return MINTCTL_OK;
	return msg_fail(part_format_policy(only->kind, only->key, key),
			"no policy; the OS that has the port gets what appears");
}

/* ---- setting --------------------------------------------------------------------- */

int order_policy(struct mint_nl *nl, uint32_t kind, uint32_t key, const char *os)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_POLICY_SET, 0);
	char word[24];

	if (msg) {
		nla_put_u32(msg, MINT_A_POLICY_KIND, kind);
		nla_put_u32(msg, MINT_A_POLICY_KEY, key);
		if (strcmp(os, "-"))
			nla_put_string(msg, MINT_A_OS_NAME, os);
	}
	return mint_nl_call(nl, msg, part_format_policy(kind, key, word), NULL, NULL);
}

static int run(struct policy_info *p, bool has_key, const char *os)
{
	struct model m = { .nr_oses = 0 };
	struct mint_nl *nl;
	int ret = MINTCTL_FAILED;

	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	if (!fetch_model(nl, FETCH_DEVS | FETCH_POLICIES, &m)) {
		find_kind(&m, p);
		ret = os ? cmd_status(order_policy(nl, p->kind, p->key, os)) :
			   show(&m, has_key ? p : NULL);
	}
	model_release(&m);
	mint_nl_close(nl);
	return ret;
}

static const struct mintctl_option words[] = {
	CMD_WORD("BDF", "a place, or a port: what appears there or below"),
	CMD_WORD("SLOT", "a BDF without function: what appears in that slot"),
	CMD_WORD("class:CCSS", "class and subclass, such as class:0200"),
	CMD_WORD("NAME", "the OS that gets it; - takes the policy away"),
	CMD_OPTION_END
};

static int dev_policy(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct policy_info p = { .kind = 0 };
	const char *os = NULL;
	int nr, ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	nr = argc - optind;
	if (nr > 2)
		return cmd_positional(cmd, argc, argv, 2, "");
	if (nr > 0)
		ret = parse_key(argv[optind], &p);
	else
		ret = MINTCTL_OK;
	if (nr == 2) {
		os = argv[optind + 1];
		if (!ret && strcmp(os, "-"))
			ret = parse_os_name(os);
	}
	return ret ? ret : run(&p, nr > 0, os);
}

const struct mintctl_cmd cmd_dev_policy = {
	.object = "dev",
	.verb = "policy",
	.modifies = true,
	.summary = "Show or set who gets what is hot-added",
	.operands = "[BDF | SLOT | class:CCSS] [NAME | -]",
	.synopsis = ".Op Ar bdf | Ar slot | Cm class : Ns Ar ccss\n"
		".Op Ar name | Cm -\n",
	.completes = "@devices @oses class: -",
	.options = words,
	.run = dev_policy,
};
