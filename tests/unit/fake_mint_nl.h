/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for mintctl/net/nl.c, lib/term.c and lib/clock.c: the kernel, the terminal and the
 * clock are played by the test.
 */
#ifndef FAKE_MINT_NL_H
#define FAKE_MINT_NL_H

#include <stdbool.h>

#include <linux/mint.h>

#include "net/nl.h"

/* Puts the attributes of one answer into @msg. */
typedef void (*fake_fill)(struct nl_msg *msg, const void *arg);

struct irq_news;

struct fake_nl {
	/*
	 * The kernel: gets each request, answers by fake_answer(), returns 0
	 * or -errno.
	 */
	int (*kernel)(int cmd, struct nlattr **attrs, struct nl_msg *request);
	/* Time passes, or something happens: what mint_nl_wait() returns. */
	int (*wait)(void);
	/*
	 * A key, or time passes: what term_wait() returns.  NULL: time passes
	 * until the deadline.
	 */
	int (*key)(int64_t deadline_ms);
	bool no_family;
	bool has_terminal;

	unsigned int listeners;		/* who listens now */
	unsigned int opened;		/* who has a socket now */
	unsigned int terminals;		/* who has the terminal now */
	unsigned int drawn;		/* how often something was drawn */
	int64_t now_ms;
};

extern struct fake_nl fake_nl;

void fake_nl_reset(void);
/* Inside fake_nl.kernel: one answer to the request that is being handled. */
int fake_answer(fake_fill fill, const void *arg);
/* Inside fake_nl.kernel or fake_nl.wait: one event for who listens. */
int fake_event(int cmd, fake_fill fill, const void *arg);
/* The same, of interrupts. */
int fake_irq_event(const struct irq_news *news);

#endif /* FAKE_MINT_NL_H */
