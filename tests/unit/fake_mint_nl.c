// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays the kernel, the terminal and the clock for mintctl: requests go to a function of
 * the test, which answers at once.
 */
#include <errno.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/msg.h"
#include "lib/term.h"
#include "partition/facts.h"
#include "fake_mint_nl.h"

struct fake_nl fake_nl;

struct mint_nl {
	int unused;
};

struct mint_nl_events {
	int unused;
};

static struct mint_nl the_nl;
static struct mint_nl_events the_events;

/* The call that is being answered. */
static mint_nl_answer answer_fn;
static void *answer_arg;

void fake_nl_reset(void)
{
	memset(&fake_nl, 0, sizeof(fake_nl));
	/* No notes in the machine that the test runs on. */
	part_dir = NULL;
}

int mint_nl_open(struct mint_nl **nl)
{
	*nl = NULL;
	if (fake_nl.no_family) {
		msg_fail(NULL, "Mint is not running in this kernel");
		return -ENODEV;
	}
	fake_nl.opened++;
	*nl = &the_nl;
	return 0;
}

void mint_nl_close(struct mint_nl *nl)
{
	if (nl)
		fake_nl.opened--;
}

struct nl_msg *mint_nl_request(struct mint_nl *nl, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(32768);

	(void)nl;
	genlmsg_put(msg, 0, 0, 100, 0, flags, cmd, MINT_GENL_VERSION);
	return msg;
}

/* Error @expected is not told. */
static int call(struct nl_msg *msg, const char *object, mint_nl_answer fn, void *arg,
		int expected)
{
	struct nlattr *attrs[MINT_A_MAX + 1];
	int ret;

	genlmsg_parse(nlmsg_hdr(msg), 0, attrs, MINT_A_MAX, NULL);
	answer_fn = fn;
	answer_arg = arg;
	ret = fake_nl.kernel(genlmsg_hdr(nlmsg_hdr(msg))->cmd, attrs, msg);
	nlmsg_free(msg);
	if (ret && ret != expected)
		msg_fail(object, "%s", strerror(-ret));
	return ret;
}

int mint_nl_call(struct mint_nl *nl, struct nl_msg *msg, const char *object,
		 mint_nl_answer fn, void *arg)
{
	(void)nl;
	return call(msg, object, fn, arg, 0);
}

int mint_nl_try(struct mint_nl *nl, struct nl_msg *msg, const char *object, int expected)
{
	(void)nl;
	return call(msg, object, NULL, NULL, expected);
}

int mint_nl_call_os(struct mint_nl *nl, int cmd, const char *name)
{
	struct nl_msg *msg = mint_nl_request(nl, cmd, 0);

	nla_put_string(msg, MINT_A_OS_NAME, name);
	return mint_nl_call(nl, msg, name, NULL, NULL);
}

int fake_answer(fake_fill fill, const void *arg)
{
	struct nl_msg *msg = mint_nl_request(&the_nl, 0, 0);
	struct nlattr *attrs[MINT_A_MAX + 1];
	int ret;

	fill(msg, arg);
	genlmsg_parse(nlmsg_hdr(msg), 0, attrs, MINT_A_MAX, NULL);
	ret = answer_fn(attrs, msg, answer_arg);
	nlmsg_free(msg);
	return ret;
}

/* Who gets the events of a call that is being watched. */
static mint_nl_event event_fn;
static void *event_arg;

int mint_nl_call_watching(struct mint_nl *nl, struct nl_msg *msg,
			  const char *object, struct mint_nl_events *ev,
			  mint_nl_event event, void *arg)
{
	(void)ev;
	event_fn = event;
	event_arg = arg;
	return mint_nl_call(nl, msg, object, NULL, NULL);
}

int fake_event(int cmd, fake_fill fill, const void *arg)
{
	struct nl_msg *msg = mint_nl_request(&the_nl, cmd, 0);
	struct nlattr *attrs[MINT_A_MAX + 1];
	int ret;

	fill(msg, arg);
	genlmsg_parse(nlmsg_hdr(msg), 0, attrs, MINT_A_MAX, NULL);
	ret = event_fn ? event_fn(cmd, attrs, event_arg) : 0;
	nlmsg_free(msg);
	return ret;
}

static void fill_news(struct nl_msg *msg, const void *arg)
{
	const struct irq_news *news = arg;

	nla_put_string(msg, MINT_A_IRQ_CHANGE, news->change);
	if (news->os)
		nla_put_u32(msg, MINT_A_OS_ID, news->os);
	if (news->gsi != ~0U)
		nla_put_u32(msg, MINT_A_IRQ_GSI, news->gsi);
	if (news->sbdf != ~0U)
		nla_put_u32(msg, MINT_A_DEV_SBDF, news->sbdf);
	if (news->dev[0])
		nla_put_string(msg, MINT_A_IRQ_DEV, news->dev);
}

int fake_irq_event(const struct irq_news *news)
{
	return fake_event(MINT_CMD_IRQ_NTF, fill_news, news);
}

int mint_nl_next(struct mint_nl_events *ev, int64_t deadline_ms,
		 mint_nl_event fn, void *arg)
{
	(void)ev;
	event_fn = fn;
	event_arg = arg;
	if (fake_nl.now_ms >= deadline_ms)
		return 0;
	return fake_nl.wait();
}

int mint_nl_listen(struct mint_nl_events **ev)
{
	fake_nl.listeners++;
	*ev = &the_events;
	return 0;
}

int mint_nl_listen_irqs(struct mint_nl_events *ev)
{
	(void)ev;
	return 0;
}

void mint_nl_unlisten(struct mint_nl_events *ev)
{
	if (ev)
		fake_nl.listeners--;
}

int mint_nl_wait(struct mint_nl_events *ev, int64_t deadline_ms)
{
	(void)ev;
	if (fake_nl.now_ms >= deadline_ms)
		return 0;
	return fake_nl.wait();
}

int64_t mint_now_ms(void)
{
	return fake_nl.now_ms;
}

/* ---- the terminal -------------------------------------------------------- */

struct term {
	bool live;
};

static struct term the_term;

struct term *term_open(bool live)
{
	the_term.live = live && fake_nl.has_terminal;
	fake_nl.terminals++;
	return &the_term;
}

void term_close(struct term *t)
{
	if (t)
		fake_nl.terminals--;
}

bool term_is_live(const struct term *t)
{
	return t->live;
}

int term_wait(struct term *t, int64_t deadline_ms)
{
	if (t->live && fake_nl.key)
		return fake_nl.key(deadline_ms);
	if (fake_nl.now_ms < deadline_ms)
		fake_nl.now_ms = deadline_ms;
	return TERM_TIME;
}

void term_draw(const struct term *t, const char *text)
{
	(void)t;
	fake_nl.drawn++;
	fputs(text, stdout);
}
