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

enum { COL_KEY, COL_KIND, COL_OWNER };

static const struct table_column columns[] = {
	[COL_KEY] = { "KEY", TABLE_STRING, true, "" },
	[COL_KIND] = { "KIND", TABLE_STRING, true, "" },
	[COL_OWNER] = { "OWNER", TABLE_STRING, true, "" },
};

/**
 * struct kind - a kind of policy
 * @word:	for JSON
 * @text:	for people
 */
struct kind {
	const char *word;
	const char *text;
};

static const struct kind *kind_of(const struct policy_info *p)
{
	static const struct kind kinds[] = {
		[MINT_POLICY_BDF] = { "function", "what appears there" },
		[MINT_POLICY_PORT] = { "port", "what appears below that port" },
		[MINT_POLICY_CLASS] = { "class", "what has that class" },
		[MINT_POLICY_SLOT] = { "slot", "what appears in that slot" },
	};

	return p->kind <= MINT_POLICY_SLOT && kinds[p->kind].word ? &kinds[p->kind] : NULL;
}

static const char *policy_cell(const void *data, unsigned int row, unsigned int column,
			       bool json, char *buf)
{
	const struct policy_info *p = &((const struct model *)data)->policies[row];

	(void)json;
	switch (column) {
	case COL_KEY:
		return part_format_policy(p->kind, p->key, buf);
	case COL_KIND:
		return kind_of(p)->word;
	default:
		return p->os;
	}
}

static int print_policies(const struct model *m, bool json)
{
	const struct table_options o = { .json = true };
	const struct table t = {
		.name = "policies",
		.columns = columns,
		.nr_columns = sizeof(columns) / sizeof(columns[0]),
		.nr_rows = m->nr_policies,
		.cell = policy_cell,
		.data = m,
	};
	unsigned int i;
	char key[24];

	if (json)
		return table_print(&t, &o, stdout);
	for (i = 0; i < m->nr_policies; i++) {
		const struct policy_info *p = &m->policies[i];

		printf("%-14s %-15s %s\n", part_format_policy(p->kind, p->key, key), p->os,
		       kind_of(p)->text);
	}
	return MINTCTL_OK;
}

/* Those that are asked for, and of a kind that is known. */
static void keep(struct model *m, const struct policy_info *only)
{
	unsigned int i, nr = 0;

	for (i = 0; i < m->nr_policies; i++) {
		const struct policy_info *p = &m->policies[i];

		if (!kind_of(p) || (only && (p->kind != only->kind || p->key != only->key)))
			continue;
		m->policies[nr++] = *p;
	}
	m->nr_policies = nr;
}

static int show(struct model *m, const struct policy_info *only, bool json)
{
	char key[24];

	keep(m, only);
	if (!only || m->nr_policies)
		return print_policies(m, json);
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

static int run(struct policy_info *p, bool has_key, const char *os, bool json)
{
	struct model m = { .nr_oses = 0 };
	struct mint_nl *nl;
	int ret = MINTCTL_FAILED;

	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	if (!fetch_model(nl, FETCH_DEVS | FETCH_POLICIES, &m)) {
		find_kind(&m, p);
		ret = os ? cmd_status(order_policy(nl, p->kind, p->key, os)) :
			   show(&m, has_key ? p : NULL, json);
	}
	model_release(&m);
	mint_nl_close(nl);
	return ret;
}

static const struct mintctl_option options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li policies .\n"
	  "Each has\n"
	  ".Li key ,\n"
	  ".Li kind\n"
	  ".Pq Cm function , slot , port No or Cm class\n"
	  "and\n"
	  ".Li owner .\n"),
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
	bool json;
	int nr, ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	nr = argc - optind;
	if (nr > 2)
		return cmd_positional(cmd, argc, argv, 2, "");
	if (nr == 2 && json)
		return cmd_sets_no_json(cmd);
	if (nr > 0)
		ret = parse_key(argv[optind], &p);
	else
		ret = MINTCTL_OK;
	if (nr == 2) {
		os = argv[optind + 1];
		if (!ret && strcmp(os, "-"))
			ret = parse_os_name(os);
	}
	return ret ? ret : run(&p, nr > 0, os, json);
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
	.options = options,
	.run = dev_policy,
};
