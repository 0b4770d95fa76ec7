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
 * and silent; everybody who ordered has an answer that is true; and a second try
 * works.
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

/* ---- which states are the same ------------------------------------------------ */

struct bytes {
	unsigned char b[128];
	size_t nr;
};

static void put(struct bytes *to, u32 value)
{
	assert_true(value < 0x100 && to->nr < sizeof(to->b));
	to->b[to->nr++] = value;
}

/* @seq matters only in so far as an old sight never equals the present. */
static void put_entry(struct bytes *to, const struct mint_hp_entry *e, u32 seq)
{
	put(to, e->state);
	put(to, e->owner);
	put(to, e->to);
	put(to, e->back);
	put(to, e->order);
	put(to, e->options);
	put(to, e->error);
	put(to, e->eject);
	put(to, e->seq == seq);
}

static void put_side(struct bytes *to, const struct mint_hp_side *side, u32 seq)
{
	put(to, side->at);
	put(to, side->away << 1 | side->fencing);
	if (side->at == MINT_HP_LOOK)
		return;
	put(to, -side->error);
	put_entry(to, &side->seen, seq);
}

static void put_order(struct bytes *to, const struct mint_hp_order *o, u32 seq)
{
	put(to, o->at);
	put(to, o->number);
	if (o->at == MINT_HP_ORDER_PLACE)
		put_entry(to, &o->seen, seq);
	if (o->at == MINT_HP_ORDER_ENDED)
		put(to, -o->result);
}

static struct bytes pack(const struct world *w)
{
	struct bytes to = { .nr = 0 };
	u32 os;

	put_entry(&to, &w->e, w->e.seq);
	put(&to, w->late);
	put(&to, w->budget);
	for (os = 1; os <= OSES; os++) {
		put(&to, w->os[os].life << 3 | w->os[os].stalled << 2 |
			 w->os[os].touches << 1 | w->os[os].bound);
		put_side(&to, &w->side[os], w->e.seq);
	}
	for (os = 0; os < w->nr_orders; os++)
		put_order(&to, &w->order[os], w->e.seq);
	return to;
}

struct key {
	u64 a, b;	/* 0, 0: free */
	bool open;	/* on the way that is being explored */
};

static struct key *seen_keys;
static size_t nr_keys, nr_seen;

static struct key hash(const struct bytes *p)
{
	struct key k = { .a = 0xcbf29ce484222325, .b = 0x9e3779b97f4a7c15 };
	size_t i;

	for (i = 0; i < p->nr; i++) {
		k.a = (k.a ^ p->b[i]) * 0x100000001b3;
		k.b = (k.b + p->b[i] + 1) * 0xff51afd7ed558ccd;
		k.b ^= k.b >> 29;
	}
	return k;
}

/* Its place in the table: found, or free. */
static struct key *place(struct key k)
{
	size_t i = (k.a ^ k.b >> 7) & (nr_keys - 1);

	while ((seen_keys[i].a || seen_keys[i].b) &&
	       (seen_keys[i].a != k.a || seen_keys[i].b != k.b))
		i = (i + 1) & (nr_keys - 1);
	return &seen_keys[i];
}

static void grow(void)
{
	struct key *old = seen_keys;
	size_t i, nr = nr_keys;

	nr_keys = nr ? 2 * nr : 1 << 16;
	seen_keys = calloc(nr_keys, sizeof(*seen_keys));
	assert_non_null(seen_keys);
	for (i = 0; i < nr; i++)
		if (old[i].a || old[i].b)
			*place(old[i]) = old[i];
	free(old);
}

static void forget_all(void)
{
	free(seen_keys);
	seen_keys = NULL;
	nr_keys = 0;
	nr_seen = 0;
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

static void explore(const struct world *w, const struct key *k);

/* A state on the way that is being explored, and what tells it from others. */
struct here {
	const struct world *w;
	struct key k;
};

/* @next: after a step of the protocol, or an event.  Whether anything changed. */
static bool follow(const struct here *h, const struct world *next)
{
	struct bytes bytes = pack(next);
	struct key k = hash(&bytes);

	if (k.a == h->k.a && k.b == h->k.b)
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
	if (mint_hp_on_its_way(&w->e) && !w->late) {
		next = *h->w;
		next.late = true;
		moved |= follow(h, &next);
	}
	return moved;
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

static void explore(const struct world *w, const struct key *k)
{
	const struct here h = { .w = w, .k = *k };
	struct key *p;

	if (2 * nr_seen >= nr_keys)
		grow();
	p = place(*k);
	if (p->a || p->b) {
		/* Round in a circle: that need never end. */
		REQUIRE(w, !p->open);
		return;
	}
	*p = *k;
	p->open = true;
	nr_seen++;
	if (!explore_steps(&h))
		check_rest(w);
	if (w->budget)
		explore_mishaps(&h);
	place(*k)->open = false;
}

/* ---- the scenarios ------------------------------------------------------------------ */

static void run(const struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void run(const struct world *w, const char *format, ...)
{
	static char name[128];
	struct bytes bytes = pack(w);
	struct key k = hash(&bytes);
	va_list args;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	scenario = name;
	forget_all();
	explore(w, &k);
	print_message("%s: %zu states\n", name, nr_seen);
	/* A test that explores nothing would prove nothing. */
	assert_true(nr_seen > 20);
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
