/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often interrupts arrive: what changed between two looks at the machine.
 */
#ifndef MINTCTL_TOP_H
#define MINTCTL_TOP_H

#include "model/model.h"

struct top_sum {
	double rate, foreign_rate;	/* per second */
	bool known;
};

/**
 * struct top - the last two looks
 * @before, @now: what was seen; OSes and routes
 * @before_ms, @now_ms: when, by mint_now_ms()
 * @nr_looks:	0, 1, or 2 if there were two or more
 * @rates:	per route of @now
 */
struct top {
	struct model before, now;
	int64_t before_ms, now_ms;
	unsigned int nr_looks;
	struct top_sum *rates;
};

/* Takes @m over, whatever it returns: 0 or -ENOMEM. */
int top_look(struct top *top, struct model *m, int64_t now_ms);
void top_release(struct top *top);

#endif /* MINTCTL_TOP_H */
