// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family "mint" without mintctl in between, for the guest.
 *
 *	nl ask		sends every request that the kernel lists of the family, without
 *			attributes, and prints a line for each:
 *				NAME do|dump ERRNO ANSWERS ADDRESSES TEXT
 *			ADDRESSES: physical addresses in the answers
 *	nl listen GROUP	prints "listening", then a line for each notification:
 *				NAME OS-ID GSI CHANGE ADDRESSES
 *			with - for what it has not; "lost" where some were lost
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include <linux/genetlink.h>
#include <linux/mint.h>

static const char *const names[] = {
	[MINT_CMD_MACHINE_GET] = "machine-get",
	[MINT_CMD_OS_GET] = "os-get",
	[MINT_CMD_OS_CREATE] = "os-create",
	[MINT_CMD_OS_START] = "os-start",
	[MINT_CMD_OS_STOP] = "os-stop",
	[MINT_CMD_OS_DESTROY] = "os-destroy",
	[MINT_CMD_DEV_GET] = "dev-get",
	[MINT_CMD_DEV_MOVE] = "dev-move",
	[MINT_CMD_IRQ_GET] = "irq-get",
	[MINT_CMD_MACHINE_END] = "machine-end",
	[MINT_CMD_OS_NTF] = "os-ntf",
	[MINT_CMD_DEV_NTF] = "dev-ntf",
	[MINT_CMD_IRQ_VERIFY] = "irq-verify",
	[MINT_CMD_IRQ_REPAIR] = "irq-repair",
	[MINT_CMD_IRQ_NTF] = "irq-ntf",
	[MINT_CMD_DEV_RELEASE] = "dev-release",
	[MINT_CMD_POLICY_GET] = "policy-get",
	[MINT_CMD_POLICY_SET] = "policy-set",
	[MINT_CMD_IMAGE_GET] = "image-get",
	[MINT_CMD_IMAGE_LOAD] = "image-load",
	[MINT_CMD_IMAGE_REMOVE] = "image-remove",
	[MINT_CMD_OS_RESTART] = "os-restart",
	[MINT_CMD_OS_SET] = "os-set",
};

static const int addresses[] = {
	MINT_A_MEM_BASE, MINT_A_DMA_BASE, MINT_A_LOW_BASE, MINT_A_SHM_BASE,
	MINT_A_DEV_BAR_ADDRS, MINT_A_IMAGE_BASE,
};

struct answer {
	bool done;
	int err;
	unsigned int answers, addresses;
	char text[256];
};

static void __attribute__((noreturn)) fail(const char *what, int err)
{
	fprintf(stderr, "nl: %s: %s\n", what, nl_geterror(err));
	exit(1);
}

static const char *name_of(unsigned int cmd)
{
	static char number[16];

	if (cmd < sizeof(names) / sizeof(names[0]) && names[cmd])
		return names[cmd];
	snprintf(number, sizeof(number), "%u", cmd);
	return number;
}

static struct nl_sock *connected(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int one = 1, ret = sock ? genl_connect(sock) : -NLE_NOMEM;

	if (ret < 0)
		fail("cannot connect", ret);
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return sock;
}

static unsigned int count_addresses(struct nlattr **attrs)
{
	unsigned int i, n = 0;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		n += attrs[addresses[i]] != NULL;
	return n;
}

/* ---- ask ---------------------------------------------------------------- */

static int on_answer(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[MINT_A_MAX + 1];
	struct answer *a = arg;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, MINT_A_MAX, NULL) < 0)
		return NL_SKIP;
	a->answers++;
	a->addresses += count_addresses(attrs);
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *h = nlmsg_hdr(msg);
	struct answer *a = arg;
	int err = 0;

	if (h->nlmsg_type == NLMSG_DONE && nlmsg_datalen(h) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(h), sizeof(err));
	a->err = -err;
	a->done = true;
	return NL_STOP;
}

/* With NETLINK_CAP_ACK the text follows right behind. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)e - 1;
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1];
	struct answer *a = arg;

	(void)from;
	a->err = -e->error;
	a->done = true;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS &&
	    nla_parse(attrs, NLMSGERR_ATTR_MAX, (struct nlattr *)(e + 1),
		      h->nlmsg_len - NLMSG_HDRLEN - sizeof(*e), NULL) == 0 &&
	    attrs[NLMSGERR_ATTR_MSG])
		nla_strlcpy(a->text, attrs[NLMSGERR_ATTR_MSG], sizeof(a->text));
	return NL_STOP;
}

static void ask(int family, unsigned int cmd, bool dump)
{
	struct nl_sock *sock = connected();
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	struct answer a = { 0 };
	int ret;

	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_answer, &a);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &a);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, &a);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &a);
	ret = genl_send_simple(sock, family, cmd, MINT_GENL_VERSION,
			       dump ? NLM_F_DUMP : NLM_F_ACK);
	while (ret >= 0 && !a.done)
		ret = nl_recvmsgs(sock, cb);
	if (!a.done)
		fail(name_of(cmd), ret);
	printf("%s %s %s %u %u %s\n", name_of(cmd), dump ? "dump" : "do",
	       a.err ? strerrorname_np(a.err) : "0", a.answers, a.addresses, a.text);
	nl_cb_put(cb);
	nl_socket_free(sock);
}

/* What the family has by the kernel's own list, one bit each for do and dump. */
static unsigned char requests[256];

static int on_family(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[CTRL_ATTR_MAX + 1], *op[CTRL_ATTR_OP_MAX + 1], *nest;
	unsigned int flags;
	int left;

	(void)arg;
	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, CTRL_ATTR_MAX, NULL) < 0 || !attrs[CTRL_ATTR_OPS])
		return NL_SKIP;
	nla_for_each_nested(nest, attrs[CTRL_ATTR_OPS], left) {
		if (nla_parse_nested(op, CTRL_ATTR_OP_MAX, nest, NULL) < 0)
			continue;
		flags = nla_get_u32(op[CTRL_ATTR_OP_FLAGS]);
		requests[nla_get_u32(op[CTRL_ATTR_OP_ID]) & 0xff] =
			(flags & GENL_CMD_CAP_DO ? 1 : 0) | (flags & GENL_CMD_CAP_DUMP ? 2 : 0);
	}
	return NL_OK;
}

static int ask_all(void)
{
	struct nl_sock *sock = connected();
	struct nl_msg *msg = nlmsg_alloc();
	int family = genl_ctrl_resolve(sock, MINT_GENL_NAME);
	unsigned int cmd;
	int ret;

	if (family < 0)
		fail("there is no family", family);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_family, NULL);
	genlmsg_put(msg, 0, 0, GENL_ID_CTRL, 0, 0, CTRL_CMD_GETFAMILY, 1);
	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, MINT_GENL_NAME);
	ret = nl_send_auto(sock, msg);
	if (ret >= 0)
		ret = nl_recvmsgs_default(sock);
	if (ret < 0)
		fail("cannot list the family", ret);
	for (cmd = 0; cmd < sizeof(requests); cmd++) {
		if (requests[cmd] & 1)
			ask(family, cmd, false);
		if (requests[cmd] & 2)
			ask(family, cmd, true);
	}
	return 0;
}

/* ---- listen ------------------------------------------------------------- */

static void print_number(const struct nlattr *attr)
{
	if (attr)
		printf(" %u", nla_get_u32(attr));
	else
		printf(" -");
}

static int on_news(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct nlattr *attrs[MINT_A_MAX + 1];

	(void)arg;
	if (genlmsg_parse(h, 0, attrs, MINT_A_MAX, NULL) < 0)
		return NL_SKIP;
	printf("%s", name_of(genlmsg_hdr(h)->cmd));
	print_number(attrs[MINT_A_OS_ID]);
	print_number(attrs[MINT_A_IRQ_GSI]);
	printf(" %s %u\n", attrs[MINT_A_IRQ_CHANGE] ? nla_get_string(attrs[MINT_A_IRQ_CHANGE]) : "-",
	       count_addresses(attrs));
	return NL_OK;
}

static int listen_to(const char *name)
{
	struct nl_sock *sock = connected();
	int group = genl_ctrl_resolve_grp(sock, MINT_GENL_NAME, name), ret;

	if (group < 0)
		fail(name, group);
	nl_socket_disable_seq_check(sock);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_news, NULL);
	ret = nl_socket_add_membership(sock, group);
	if (ret < 0)
		fail(name, ret);
	setlinebuf(stdout);
	puts("listening");
	do {
		ret = nl_recvmsgs_default(sock);
		if (ret == -NLE_NOMEM)
			puts("lost");
	} while (ret >= 0 || ret == -NLE_NOMEM);
	fail(name, ret);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "ask"))
		return ask_all();
	if (argc == 3 && !strcmp(argv[1], "listen"))
		return listen_to(argv[2]);
	fprintf(stderr, "usage: nl ask | nl listen GROUP\n");
	return 2;
}
