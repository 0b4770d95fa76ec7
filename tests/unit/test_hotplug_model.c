// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hand-over of a PCI function, explored: three OSes and one or two orders, in
 * every interleaving of their steps, with each OS killed, stalled or destroyed at
 * every step, each step of each side failing, the table not to be locked, the time
 * of each state over at any moment, and the slot ejected.
 *
 * In every state: one OS at most touches the function, and it is the owner; nobody
 * takes it from an OS that may still run.  From every state all ways lead, in a
 * bounded number of steps, to a state of rest: works with its owner, or nobody's
 * and silent; everybody who ordered has an answer that is true, and has it in the
 * time of the order and what the way back and each death may take; and a second
 * try works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mint/abi.h>

#include "hotplug_world.h"
#include "states.h"

/* What is left when most of a time has passed. */
#define LAST_MS		1000

/* ---- which states are the same ------------------------------------------------ */

/* The clock goes in whole seconds. */
static unsigned int seconds_left(const struct world *w, u64 until)
{
	return until > w->clock_ms ? (until - w->clock_ms) / 1000 : 0;
}

/* @seq matters only in so far as an old sight never equals the present. */
static void put_entry(struct state_bytes *to, const struct mint_hp_entry *e,
		      const struct world *w)
{
	state_put(to, e->state);
	state_put(to, e->owner);
	state_put(to, e->to);
	state_put(to, e->back);
	state_put(to, e->order);
	state_put(to, e->options);
	state_put(to, e->error);
	state_put(to, e->eject);
	state_put(to, e->seq == w->e.seq);
	state_put(to, seconds_left(w, e->until));
}

static void put_side(struct state_bytes *to, const struct mint_hp_side *side,
		     const struct world *w)
{
	state_put(to, side->at);
	state_put(to, side->away << 1 | side->fencing);
	if (side->at == MINT_HP_LOOK)
		return;
	state_put(to, -side->error);
	put_entry(to, &side->seen, w);
}

static void put_order(struct state_bytes *to, const struct mint_hp_order *o,
		      const struct world *w)
{
	state_put(to, o->at);
	state_put(to, o->number);
	if (o->at == MINT_HP_ORDER_PLACE)
		put_entry(to, &o->seen, w);
	if (o->at == MINT_HP_ORDER_AWAIT)
		state_put(to, order_age_ms(w, o) / 1000);
	if (o->at == MINT_HP_ORDER_ENDED)
		state_put(to, -o->result);
}

static struct state_bytes pack(const struct world *w)
{
	struct state_bytes to = { .nr = 0 };
	u32 os;

	put_entry(&to, &w->e, w);
	state_put(&to, w->budget);
	for (os = 1; os <= OSES; os++) {
		state_put(&to, w->os[os].life << 3 | w->os[os].stalled << 2 |
			 w->os[os].touches << 1 | w->os[os].bound);
		put_side(&to, &w->side[os], w);
	}
	for (os = 0; os < w->nr_orders; os++)
		put_order(&to, &w->order[os], w);
	return to;
}

/* ---- what must be true in every state ------------------------------------------- */

static void check_answer(const struct world *w, const struct mint_hp_order *o)
{
	const struct mint_hp_entry *e = &o->seen;

	if (o->result == 0) {
		REQUIRE(w, e->state == MINT_DEV_OWNED && e->owner == o->to);
		if (e->seq == w->e.seq && o->to && w->os[o->to].life == MINT_HP_RUNS &&
		    !(o->options & MINT_ORDER_NO_DRIVER))
			REQUIRE(w, w->os[o->to].bound);
	}
	/* Who does not look until there is a next order has himself to blame. */
	if (o->number && o->result != -MINT_HP_ESTALE)
		REQUIRE(w, order_age_ms(w, o) <= order_limit_ms(w));
	if (o->result == -MINT_HP_ETIMEDOUT && e->state == MINT_DEV_OWNED)
		REQUIRE(w, e->error || e->owner != o->to || !o->number);
}

/* An order to @to in a world where no more goes wrong. */
static void second_try(const struct world *start, u32 to)
{
	struct world w = *start;
	struct mint_hp_order o;
	unsigned int rounds;
	u32 os;

	mint_hp_order_init(&o, to, to, 0, TIMEOUT_MS);
	for (rounds = 0; rounds < 200 && o.at != MINT_HP_ORDER_ENDED; rounds++) {
		mint_hp_order_step(&o, &world_ops, &(struct actor){ .w = &w, .os = to });
		for (os = 1; os <= OSES; os++)
			if (acts(&w, os))
				mint_hp_side_step(&w.side[os], &world_ops,
						  &(struct actor){ .w = &w, .os = os });
		check_state(&w);
	}
	REQUIRE(&w, o.at == MINT_HP_ORDER_ENDED && o.result == 0);
	REQUIRE(&w, w.os[to].touches && w.os[to].bound);
}

static void check_rest(const struct world *w)
{
	u32 owner = w->e.owner, os, nr_acting = 0;
	unsigned int i;

	for (os = 1; os <= OSES; os++)
		nr_acting += acts(w, os);
	for (i = 0; i < w->nr_orders; i++)
		if (acts(w, w->order[i].os))
			REQUIRE(w, w->order[i].at == MINT_HP_ORDER_ENDED);
	if (!nr_acting)
		return;
	REQUIRE(w, !mint_hp_on_its_way(&w->e));
	if (!owner) {
		for (os = 1; os <= OSES; os++)
			REQUIRE(w, !w->os[os].touches);
	} else if (acts(w, owner)) {
		REQUIRE(w, w->os[owner].touches);
		REQUIRE(w, !w->side[owner].away);
	}
	/* Nothing is lost: whoever lives can have it, unless its owner is stuck. */
	if (w->e.eject || (owner && !acts(w, owner)))
		return;
	for (os = 1; os <= OSES; os++)
		if (acts(w, os) && os != owner)
			second_try(w, os);
}

/* ---- exploring -------------------------------------------------------------------- */

static void explore(const struct world *w, const struct state_key *k);

/* A state on the way that is being explored, and what tells it from others. */
struct here {
	const struct world *w;
	struct state_key k;
};

/* @next: after a step of the protocol, or an event.  Whether anything changed. */
static bool follow(const struct here *h, const struct world *next)
{
	struct state_bytes bytes = pack(next);
	struct state_key k = state_key(&bytes);

	if (state_same(&k, &h->k))
		return false;
	check_state(next);
	explore(next, &k);
	return true;
}

static bool step_side(const struct here *h, u32 os, enum mishap mishap_kind)
{
	struct world next = *h->w;
	struct actor a = { .w = &next, .os = os, .mishap = mishap_kind };

	mint_hp_side_step(&next.side[os], &world_ops, &a);
	if (mishap_kind != NONE) {
		if (!a.hit)
			return false;
		next.budget--;
	}
	return follow(h, &next);
}

static bool step_order(const struct here *h, unsigned int i,
		       enum mishap mishap_kind)
{
	struct world next = *h->w;
	struct mint_hp_order *o = &next.order[i];
	struct actor a = { .w = &next, .os = o->os, .mishap = mishap_kind };

	if (o->at == MINT_HP_ORDER_ENDED)
		return false;
	mint_hp_order_step(o, &world_ops, &a);
	if (o->at == MINT_HP_ORDER_ENDED)
		check_answer(&next, o);
	if (mishap_kind != NONE) {
		if (!a.hit)
			return false;
		next.budget--;
	}
	return follow(h, &next);
}

/* Most of what is left of the time passes, or all of it. */
static bool pass_time(const struct here *h)
{
	u64 left_ms = h->w->e.until - h->w->clock_ms;
	struct world next = *h->w;
	bool moved = false;

	if (!mint_hp_on_its_way(&h->w->e) || is_late(h->w))
		return false;
	if (left_ms > LAST_MS) {
		next.clock_ms = next.e.until - LAST_MS;
		moved |= follow(h, &next);
	}
	next.clock_ms = next.e.until;
	return follow(h, &next) || moved;
}

/* What goes on by itself.  Whether anything did. */
static bool explore_steps(const struct here *h)
{
	const struct world *w = h->w;
	struct world next;
	bool moved = false;
	unsigned int i;
	u32 os;

	for (os = 1; os <= OSES; os++) {
		if (acts(w, os))
			moved |= step_side(h, os, NONE);
		if (w->os[os].life == MINT_HP_ENDING) {
			next = *h->w;
			next.os[os].life = MINT_HP_STOPPED;
			moved |= follow(h, &next);
		}
	}
	for (i = 0; i < w->nr_orders; i++)
		if (acts(w, w->order[i].os))
			moved |= step_order(h, i, NONE);
	return pass_time(h) || moved;
}

/* An OS is stopped by force by @by, which fences what it had. */
static void destroy(const struct here *h, u32 os, u32 by)
{
	struct world next = *h->w;
	struct actor a = { .w = &next, .os = by };
	struct mint_hp_entry e;

	next.budget--;
	next.os[os].life = MINT_HP_STOPPED;
	if (mint_hp_bury(&next.e, os, by, &e, &world_ops, &a)) {
		world_ops.change(&a, &h->w->e, &e);
		if (e.state == MINT_DEV_FENCE)
			mint_hp_side_must_fence(&next.side[by]);
	}
	follow(h, &next);
}

static void explore_mishaps(const struct here *h)
{
	const struct world *w = h->w;
	struct world next;
	unsigned int i;
	u32 os, by;

	for (os = 1; os <= OSES; os++) {
		if (!acts(w, os))
			continue;
		step_side(h, os, STEP_FAILS);
		step_side(h, os, NO_DRIVER);
		step_side(h, os, TABLE_LOCKED);
		next = *h->w;
		next.budget--;
		next.os[os].life = MINT_HP_ENDING;
		follow(h, &next);
		next.os[os].life = MINT_HP_RUNS;
		next.os[os].stalled = true;
		follow(h, &next);
		for (by = 1; by <= OSES; by++)
			if (by != os && acts(w, by))
				destroy(h, os, by);
	}
	for (i = 0; i < w->nr_orders; i++)
		if (acts(w, w->order[i].os))
			step_order(h, i, TABLE_LOCKED);
	if (!w->e.eject) {
		next = *h->w;
		next.budget--;
		next.e.eject = 1;
		follow(h, &next);
	}
}

static void explore(const struct world *w, const struct state_key *k)
{
	const struct here h = { .w = w, .k = *k };
	struct state_key *p;
	bool new;

	p = state_find(k, &new);
	if (!new) {
		/* Round in a circle: that need never end. */
		REQUIRE(w, !p->open);
		return;
	}
	p->open = true;
	if (!explore_steps(&h))
		check_rest(w);
	if (w->budget)
		explore_mishaps(&h);
	state_find(k, &new)->open = false;
}

/* ---- the scenarios ------------------------------------------------------------------ */

static void run(const struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void run(const struct world *w, const char *format, ...)
{
	static char name[128];
	struct state_bytes bytes = pack(w);
	struct state_key k = state_key(&bytes);
	va_list args;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	scenario = name;
	states_forget();
	explore(w, &k);
	print_message("%s: %zu states\n", name, states_seen());
	/* A test that explores nothing would prove nothing. */
	assert_true(states_seen() > 20);
}

/* Two mishaps on the way from os1 to os2, ordered by each. */
static void test_one_order(void **state)
{
	u32 os, option;

	(void)state;
	for (os = 1; os <= OSES; os++)
		for (option = 0; option <= MINT_ORDER_NO_DRIVER;
		     option += MINT_ORDER_NO_DRIVER) {
			struct world w = begin(1, 2);

			add_order(&w, os, 2, option);
			run(&w, "os1 to os2 by os%u, options %x", os, option);
		}
}

static void test_from_nobody(void **state)
{
	u32 os;

	(void)state;
	for (os = 1; os <= OSES; os++) {
		struct world w = begin(0, 2);

		add_order(&w, os, 2, 0);
		run(&w, "nobody to os2 by os%u", os);
	}
}

static void test_to_nobody(void **state)
{
	u32 os;

	(void)state;
	for (os = 1; os <= 2; os++) {
		struct world w = begin(1, 2);

		add_order(&w, os, 0, 0);
		run(&w, "os1 to nobody by os%u", os);
	}
}

static void test_to_one_that_waits(void **state)
{
	struct world w = begin(1, 2);

	(void)state;
	w.os[2].life = MINT_HP_WAITS;
	add_order(&w, 1, 2, MINT_ORDER_WAITING);
	run(&w, "os1 to os2, which is not started");
}

/* All the pairs take minutes and many are alike: that is for the long form. */
static bool pair_wanted(u32 first, u32 second)
{
	const char *in_full = getenv("MINT_TEST_LONG");

	return (in_full && *in_full) || (first == 3 && second == 1);
}

/* One mishap while two order at once: the same, or different things. */
static void test_two_orders(void **state)
{
	u32 first, second, to;

	(void)state;
	for (first = 1; first <= OSES; first++)
		for (second = 1; second <= OSES; second++)
			for (to = 0; to <= OSES && pair_wanted(first, second); to++) {
				struct world w = begin(1, 1);

				add_order(&w, first, 2, 0);
				add_order(&w, second, to, 0);
				run(&w, "os1 to os2 by os%u, and to os%u by os%u",
				    first, to, second);
			}
}

static void test_two_orders_of_a_free_one(void **state)
{
	u32 to;

	(void)state;
	for (to = 1; to <= OSES; to++) {
		struct world w = begin(0, 1);

		add_order(&w, 1, 2, 0);
		add_order(&w, 3, to, 0);
		run(&w, "nobody to os2, and to os%u", to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_order),
		cmocka_unit_test(test_from_nobody),
		cmocka_unit_test(test_to_nobody),
		cmocka_unit_test(test_to_one_that_waits),
		cmocka_unit_test(test_two_orders),
		cmocka_unit_test(test_two_orders_of_a_free_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
