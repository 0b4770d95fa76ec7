// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink family by libnl: requests and answers, the kernel's texts of errors, and
 * notifications, of which some may be lost.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mint.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/clock.h"
#include "lib/msg.h"
#include "net/nl.h"

#define REQUEST_BYTES	32768
#define RECEIVE_BYTES	(1 << 20)

struct mint_nl {
	struct nl_sock *sock;
	int family;
};

/* One request that is under way. */
struct call {
	mint_nl_answer fn;
	void *arg;
	int err;		/* of the kernel, or of @fn */
	bool done;
	int expected;		/* an error that is nobody's business */
	char text[256];		/* why the kernel refused */
	struct mint_nl_events *watched;
};

struct mint_nl_events {
	struct nl_sock *sock;
	/* Who gets them; nobody if NULL. */
	mint_nl_event fn;
	void *arg;
	int err;		/* of @fn */
};

static int drain(struct mint_nl_events *ev);

/* ---- answers ----------------------------------------------------------- */

/* libnl gives numbers of its own to some errors. */
static int errno_of(int nl_error)
{
	switch (-nl_error) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_OBJ_NOTFOUND:
	case NLE_NOADDR:
		return -ENOENT;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_MSG_OVERFLOW:
		return -ENOBUFS;
	default:
		return -EIO;
	}
}

static int on_answer(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[MINT_A_MAX + 1];
	struct call *call = arg;

	if (!call->fn)
		return NL_OK;
	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, MINT_A_MAX, NULL) < 0)
		call->err = -EPROTO;
	else if (!call->err)
		call->err = call->fn(attrs, msg, call->arg);
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	struct call *call = arg;

	(void)msg;
	call->done = true;
	return NL_STOP;
}

/* The end of a dump, which may have failed on the way. */
static int on_dump_end(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *h = nlmsg_hdr(msg);
	struct call *call = arg;
	int err = 0;

	if (nlmsg_datalen(h) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(h), sizeof(err));
	if (err < 0 && !call->err)
		call->err = err;
	return on_end(msg, arg);
}

/* The kernel's text in an error message, behind the copy of our request. */
static void take_text(const struct nlmsgerr *e, char *text, size_t size)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)e - 1;
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1];
	size_t skip = sizeof(*e);

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	if (h->nlmsg_len < NLMSG_HDRLEN + skip)
		return;
	if (nla_parse(attrs, NLMSGERR_ATTR_MAX,
		      (struct nlattr *)((char *)e + skip),
		      h->nlmsg_len - NLMSG_HDRLEN - skip, NULL) < 0)
		return;
	if (attrs[NLMSGERR_ATTR_MSG])
		nla_strlcpy(text, attrs[NLMSGERR_ATTR_MSG], size);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct call *call = arg;

	(void)from;
	call->err = e->error;
	call->done = true;
	take_text(e, call->text, sizeof(call->text));
	return NL_STOP;
}

/* ---- sockets ----------------------------------------------------------- */

static int connect_socket(struct nl_sock **sock)
{
	int on = 1, ret;

	*sock = nl_socket_alloc();
	if (!*sock)
		return -NLE_NOMEM;
	ret = genl_connect(*sock);
	if (ret < 0)
		return ret;
	/* Texts beside error numbers, without a copy of the request. */
	setsockopt(nl_socket_get_fd(*sock), SOL_NETLINK, NETLINK_EXT_ACK, &on,
		   sizeof(on));
	setsockopt(nl_socket_get_fd(*sock), SOL_NETLINK, NETLINK_CAP_ACK, &on,
		   sizeof(on));
	nl_socket_set_buffer_size(*sock, RECEIVE_BYTES, 0);
	return 0;
}

/* Why Mint is off where it was asked for: the kernel says so in this file. */
#define OFF_FILE	"/sys/kernel/mint_off"

static void say_not_running(void)
{
	char reason[160] = "";
	FILE *f = fopen(OFF_FILE, "re");

	if (f) {
		if (!fgets(reason, sizeof(reason), f))
			reason[0] = '\0';
		fclose(f);
	}
	reason[strcspn(reason, "\n")] = '\0';
	if (*reason)
		msg_fail(NULL, "Mint is off: %s; see the kernel log", reason);
	else
		msg_fail(NULL, "Mint is not running in this kernel (booted without mint_pool=?)");
}

int mint_nl_open(struct mint_nl **out)
{
	struct mint_nl *nl = calloc(1, sizeof(*nl));
	int ret;

	*out = NULL;
	if (!nl)
		return -ENOMEM;
	ret = connect_socket(&nl->sock);
	if (ret < 0) {
		msg_fail(NULL, "netlink: %s", nl_geterror(ret));
		mint_nl_close(nl);
		return errno_of(ret);
	}
	nl->family = genl_ctrl_resolve(nl->sock, MINT_GENL_NAME);
	if (nl->family < 0) {
		say_not_running();
		mint_nl_close(nl);
		return -ENODEV;
	}
	*out = nl;
	return 0;
}

void mint_nl_close(struct mint_nl *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->sock);
	free(nl);
}

/* ---- requests ---------------------------------------------------------- */

struct nl_msg *mint_nl_request(struct mint_nl *nl, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(REQUEST_BYTES);

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0,
				flags, cmd, MINT_GENL_VERSION)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

/* Passes on events until there is something to receive. */
static void watch_until_ready(struct mint_nl *nl, struct mint_nl_events *ev)
{
	struct pollfd p[] = {
		{ .fd = nl_socket_get_fd(nl->sock), .events = POLLIN },
		{ .fd = nl_socket_get_fd(ev->sock), .events = POLLIN },
	};

	do {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		if (p[1].revents)
			drain(ev);
	} while (!p[0].revents);
}

/* 0 when the kernel has answered, whatever it said, or an error of libnl. */
static int exchange(struct mint_nl *nl, struct nl_msg *msg, struct call *call)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int ret = -NLE_NOMEM;

	if (!cb)
		return ret;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_answer, call);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_dump_end, call);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, call);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, call);
	ret = nl_send_auto(nl->sock, msg);
	while (ret >= 0 && !call->done) {
		if (call->watched)
			watch_until_ready(nl, call->watched);
		ret = nl_recvmsgs(nl->sock, cb);
	}
	nl_cb_put(cb);
	return call->done ? 0 : ret;
}

static int run_call(struct mint_nl *nl, struct nl_msg *msg, const char *object,
		    struct call *call)
{
	int ret;

	if (!msg) {
		msg_fail(object, "out of memory");
		return -ENOMEM;
	}
	ret = exchange(nl, msg, call);
	nlmsg_free(msg);
	if (ret < 0) {
		msg_fail(object, "netlink: %s", nl_geterror(ret));
		return errno_of(ret);
	}
	if (!call->err || call->err == call->expected)
		return call->err;
	if (call->text[0])
		msg_fail_text(object, call->text);
	else if (call->err == -EPERM)
		msg_fail(object, "not permitted; run it as root");
	else
		msg_fail(object, "%s", strerror(-call->err));
	return call->err;
}

int mint_nl_call(struct mint_nl *nl, struct nl_msg *msg, const char *object,
		 mint_nl_answer fn, void *arg)
{
	struct call call = { .fn = fn, .arg = arg };

	return run_call(nl, msg, object, &call);
}

int mint_nl_try(struct mint_nl *nl, struct nl_msg *msg, const char *object, int expected)
{
	struct call call = { .expected = expected };

	return run_call(nl, msg, object, &call);
}

int mint_nl_call_watching(struct mint_nl *nl, struct nl_msg *msg,
			  const char *object, struct mint_nl_events *ev,
			  mint_nl_event event, void *arg)
{
	struct call call = { .watched = ev };

	ev->fn = event;
	ev->arg = arg;
	return run_call(nl, msg, object, &call);
}

int mint_nl_call_os(struct mint_nl *nl, int cmd, const char *name)
{
	struct nl_msg *msg = mint_nl_request(nl, cmd, 0);

	if (msg)
		nla_put_string(msg, MINT_A_OS_NAME, name);
	return mint_nl_call(nl, msg, name, NULL, NULL);
}

/* ---- notifications ----------------------------------------------------- */

static int on_event(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[MINT_A_MAX + 1];
	struct mint_nl_events *ev = arg;
	struct nlmsghdr *h = nlmsg_hdr(msg);

	if (!ev->fn || ev->err)
		return NL_OK;
	if (genlmsg_parse(h, 0, attrs, MINT_A_MAX, NULL) < 0)
		ev->err = -EPROTO;
	else
		ev->err = ev->fn(genlmsg_hdr(h)->cmd, attrs, ev->arg);
	return NL_OK;
}

/* A number of libnl; by a socket of its own, as answers would mix with events. */
static int join_group(struct mint_nl_events *ev, const char *name)
{
	struct nl_sock *asking;
	int group, ret = connect_socket(&asking);

	if (ret < 0)
		return ret;
	group = genl_ctrl_resolve_grp(asking, MINT_GENL_NAME, name);
	nl_socket_free(asking);
	return group < 0 ? group : nl_socket_add_membership(ev->sock, group);
}

static int open_events(struct mint_nl_events *ev)
{
	int ret = connect_socket(&ev->sock);

	if (ret < 0)
		return ret;
	nl_socket_disable_seq_check(ev->sock);
	nl_socket_modify_cb(ev->sock, NL_CB_VALID, NL_CB_CUSTOM, on_event, ev);
	ret = join_group(ev, MINT_GENL_MCGRP_EVENTS);
	return ret < 0 ? ret : nl_socket_set_nonblocking(ev->sock);
}

static int cannot_listen(int nl_error)
{
	msg_fail(NULL, "netlink: cannot listen to events: %s", nl_geterror(nl_error));
	return errno_of(nl_error);
}

int mint_nl_listen(struct mint_nl_events **out)
{
	struct mint_nl_events *ev = calloc(1, sizeof(*ev));
	int ret;

	*out = NULL;
	if (!ev)
		return -ENOMEM;
	ret = open_events(ev);
	if (ret < 0) {
		mint_nl_unlisten(ev);
		return cannot_listen(ret);
	}
	*out = ev;
	return 0;
}

int mint_nl_listen_irqs(struct mint_nl_events *ev)
{
	int ret = join_group(ev, MINT_GENL_MCGRP_IRQ);

	return ret < 0 ? cannot_listen(ret) : 0;
}

void mint_nl_unlisten(struct mint_nl_events *ev)
{
	if (!ev)
		return;
	nl_socket_free(ev->sock);
	free(ev);
}

/* Takes all that is there.  0, -ENOBUFS when some was lost, or what @fn said. */
static int drain(struct mint_nl_events *ev)
{
	bool lost = false;
	int ret;

	ev->err = 0;
	do {
		ret = nl_recvmsgs_default(ev->sock);
		lost |= ret == -NLE_NOMEM;
	} while (ret >= 0 || ret == -NLE_NOMEM);
	return lost ? -ENOBUFS : ev->err;
}

/* 1: there is something to take, 0: time is over. */
static int wait_readable(struct mint_nl_events *ev, int64_t deadline_ms)
{
	struct pollfd p = { .fd = nl_socket_get_fd(ev->sock), .events = POLLIN };
	int64_t left;
	int n;

	do {
		left = deadline_ms - mint_now_ms();
		if (left <= 0)
			return 0;
		n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
	} while (n == 0 || (n < 0 && errno == EINTR));
	return 1;
}

/* What came says nothing that is not asked for again anyway. */
int mint_nl_wait(struct mint_nl_events *ev, int64_t deadline_ms)
{
	if (!wait_readable(ev, deadline_ms))
		return 0;
	ev->fn = NULL;
	drain(ev);
	return 1;
}

int mint_nl_next(struct mint_nl_events *ev, int64_t deadline_ms,
		 mint_nl_event fn, void *arg)
{
	int ret;

	if (!wait_readable(ev, deadline_ms))
		return 0;
	ev->fn = fn;
	ev->arg = arg;
	ret = drain(ev);
	return ret ? ret : 1;
}
