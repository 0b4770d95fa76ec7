// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hand-over of a PCI function: where it ends, and what who ordered it is told,
 * when one thing goes wrong at one place.  (That nothing worse can happen,
 * whatever goes wrong wherever, is for test_hotplug_model.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <mint/abi.h>

#include "hotplug_world.h"

/* What happens to whom, when it is about to do what. */
struct fate {
	u32 os;
	enum mint_hp_at at;
	enum { FAILS, DRIVERLESS, DIES, STALLS } what;
};

static void strike(struct world *w, const struct fate *f, struct actor *a)
{
	if (f->what == FAILS)
		a->mishap = STEP_FAILS;
	else if (f->what == DRIVERLESS)
		a->mishap = NO_DRIVER;
	else if (f->what == DIES)
		w->os[f->os].life = MINT_HP_ENDING;
	else
		w->os[f->os].stalled = true;
}

static void step_sides(struct world *w, const struct fate *f, bool *struck)
{
	u32 os;

	for (os = 1; os <= OSES; os++) {
		struct actor a = { .w = w, .os = os };

		if (!acts(w, os))
			continue;
		if (f && !*struck && f->os == os && w->side[os].at == f->at) {
			strike(w, f, &a);
			*struck = true;
		}
		if (acts(w, os))
			mint_hp_side_step(&w->side[os], &world_ops, &a);
		check_state(w);
	}
}

static void step_orders(struct world *w)
{
	unsigned int i;

	for (i = 0; i < w->nr_orders; i++)
		if (acts(w, w->order[i].os))
			mint_hp_order_step(&w->order[i], &world_ops,
					   &(struct actor){ .w = w, .os = w->order[i].os });
}

/*
 * Everybody takes a step in turn; every so often the proof comes that who ended is
 * stopped, and seldom the time of the entry is over.
 */
static void play(struct world *w, const struct fate *f)
{
	bool struck = false;
	unsigned int turn;
	u32 os;

	for (turn = 1; turn < 2000; turn++) {
		step_orders(w);
		step_sides(w, f, &struck);
		for (os = 1; os <= OSES && turn % 20 == 0; os++)
			if (w->os[os].life == MINT_HP_ENDING)
				w->os[os].life = MINT_HP_STOPPED;
		if (turn % 100 == 0 && mint_hp_on_its_way(&w->e))
			w->clock_ms = w->e.until;
	}
	REQUIRE(w, !f || struck);
}

/* @owner has it, its driver too, and the order ended with @result. */
static void check_end(const struct world *w, u32 owner, int result)
{
	REQUIRE(w, w->e.state == MINT_DEV_OWNED);
	assert_int_equal(w->e.owner, owner);
	if (acts(w, w->order[0].os)) {
		REQUIRE(w, w->order[0].at == MINT_HP_ORDER_ENDED);
		assert_int_equal(w->order[0].result, result);
	}
	if (owner && acts(w, owner))
		REQUIRE(w, w->os[owner].touches && w->os[owner].bound);
}

/* From os1 to os2, ordered by @by. */
static void play_move(struct world *w, u32 by, const struct fate *f)
{
	*w = begin(1, 0);
	add_order(w, by, 2, 0);
	play(w, f);
}

static const char *name_fate(const struct fate *f, u32 by)
{
	static char name[80];

	snprintf(name, sizeof(name), "os%u at %d, what %d, ordered by os%u",
		 f->os, f->at, f->what, by);
	scenario = name;
	return name;
}

static const enum mint_hp_at giving[] = {
	MINT_HP_PREPARE, MINT_HP_UNBIND, MINT_HP_QUIESCE, MINT_HP_RESET,
	MINT_HP_RELEASE, MINT_HP_LET_GO,
};

static const enum mint_hp_at taking[] = {
	MINT_HP_ACCEPT, MINT_HP_NOTICE, MINT_HP_CLAIM, MINT_HP_SCAN,
	MINT_HP_BIND, MINT_HP_TAKEN,
};

#define FOR_EACH(at, list)						\
	for (unsigned int i_ = 0;					\
	     i_ < sizeof(list) / sizeof(list[0]) && (at = list[i_], 1); i_++)

static void test_all_goes_well(void **state)
{
	struct world w;
	u32 by;

	(void)state;
	scenario = "all goes well";
	for (by = 1; by <= OSES; by++) {
		play_move(&w, by, NULL);
		check_end(&w, 2, 0);
		assert_int_equal(w.e.error, 0);
		assert_int_equal(w.e.orderer, by);
		assert_int_equal(w.order[0].from, 1);
		assert_false(w.os[1].touches);
	}
}

static void test_old_side_refuses(void **state)
{
	enum mint_hp_at at;
	struct world w;

	(void)state;
	FOR_EACH(at, giving) {
		struct fate f = { 1, at, FAILS };

		if (at == MINT_HP_RELEASE || at == MINT_HP_LET_GO)
			continue;
		name_fate(&f, 3);
		play_move(&w, 3, &f);
		check_end(&w, 1, at == MINT_HP_UNBIND ? -MINT_HP_EBUSY : -MINT_HP_EIO);
	}
}

/* Its driver never noticed. */
static void test_refusal_leaves_the_driver(void **state)
{
	struct fate f = { 1, MINT_HP_PREPARE, FAILS };
	struct world w = begin(1, 0);
	unsigned int turn;
	bool struck = false;

	(void)state;
	scenario = "a refusal";
	add_order(&w, 3, 2, 0);
	for (turn = 0; turn < 100; turn++) {
		step_orders(&w);
		step_sides(&w, &f, &struck);
		REQUIRE(&w, w.os[1].bound && w.os[1].touches);
	}
	assert_true(struck);
	check_end(&w, 1, -MINT_HP_EIO);
}

static void test_new_side_fails(void **state)
{
	enum mint_hp_at at;
	struct world w;

	(void)state;
	FOR_EACH(at, taking) {
		struct fate f = { 2, at, FAILS };

		if (at == MINT_HP_NOTICE || at == MINT_HP_TAKEN)
			continue;
		name_fate(&f, 3);
		play_move(&w, 3, &f);
		check_end(&w, 1, -MINT_HP_EIO);
	}
}

static void test_no_driver(void **state)
{
	struct fate f = { 2, MINT_HP_BIND, DRIVERLESS };
	struct world w;

	(void)state;
	name_fate(&f, 3);
	play_move(&w, 3, &f);
	check_end(&w, 1, -MINT_HP_ENODEV);

	/* Unless that is fine. */
	w = begin(1, 0);
	add_order(&w, 3, 2, MINT_ORDER_NO_DRIVER);
	play(&w, &f);
	assert_int_equal(w.order[0].result, 0);
	assert_int_equal(w.e.owner, 2);
	assert_true(w.os[2].touches && !w.os[2].bound);
}

/* What had no driver before goes back without one. */
static void test_back_without_driver(void **state)
{
	struct fate f = { 1, MINT_HP_BIND, DRIVERLESS };
	struct world w = begin(1, 0);

	(void)state;
	name_fate(&f, 3);
	add_order(&w, 3, 2, 0);
	w.order[0].options = 0;
	w.os[1].bound = false;
	/* os2 declines from the start: it is shutting down. */
	w.os[2].life = MINT_HP_RUNS;
	play(&w, &(struct fate){ 2, MINT_HP_ACCEPT, FAILS });
	check_end(&w, 1, -MINT_HP_EIO);
}

static void test_old_side_dies(void **state)
{
	enum mint_hp_at at;
	struct world w;
	u32 by;

	(void)state;
	for (by = 2; by <= OSES; by++)
		FOR_EACH(at, giving) {
			struct fate f = { 1, at, DIES };

			name_fate(&f, by);
			play_move(&w, by, &f);
			check_end(&w, 2, 0);
		}
}

static void test_new_side_dies(void **state)
{
	enum mint_hp_at at;
	struct world w;
	u32 by;

	(void)state;
	for (by = 1; by <= OSES; by += 2)
		FOR_EACH(at, taking) {
			struct fate f = { 2, at, DIES };

			name_fate(&f, by);
			play_move(&w, by, &f);
			check_end(&w, 1, -MINT_HP_EHOSTDOWN);
		}
}

/* Nobody can have it back: nobody's, and silent. */
static void test_both_die(void **state)
{
	enum mint_hp_at at;
	struct world w;

	(void)state;
	FOR_EACH(at, taking) {
		struct fate f = { 2, at, DIES };
		bool struck = false;
		unsigned int turn;

		name_fate(&f, 3);
		w = begin(1, 0);
		add_order(&w, 3, 2, 0);
		for (turn = 0; turn < 200 && !struck; turn++) {
			step_orders(&w);
			step_sides(&w, &f, &struck);
		}
		assert_true(struck);
		w.os[1].life = MINT_HP_STOPPED;
		play(&w, NULL);
		check_end(&w, 0, -MINT_HP_EHOSTDOWN);
		assert_false(w.os[1].touches || w.os[2].touches);
	}
}

static void test_orderer_dies(void **state)
{
	enum mint_hp_at at;
	struct world w;
	u32 side;

	(void)state;
	for (side = 1; side <= 2; side++)
		FOR_EACH(at, giving) {
			struct fate f = { side, side == 1 ? at : taking[i_], DIES };
			bool struck = false;
			unsigned int turn;

			name_fate(&f, 3);
			w = begin(1, 0);
			add_order(&w, 3, 2, 0);
			for (turn = 0; turn < 200 && !struck; turn++) {
				step_orders(&w);
				if (w.side[f.os].at == f.at) {
					struck = true;
					w.os[3].life = MINT_HP_STOPPED;
				}
				step_sides(&w, NULL, NULL);
			}
			assert_true(struck);
			play(&w, NULL);
			check_end(&w, 2, 0);
		}
}

static void test_old_side_stalls(void **state)
{
	enum mint_hp_at at;
	struct world w;

	(void)state;
	FOR_EACH(at, giving) {
		struct fate f = { 1, at, STALLS };

		name_fate(&f, 3);
		play_move(&w, 3, &f);
		/* It may still do something to it, so it is still its own. */
		check_end(&w, 1, -MINT_HP_ETIMEDOUT);
		/* When it wakes up, all is as before. */
		w.os[1].stalled = false;
		play(&w, NULL);
		check_end(&w, 1, -MINT_HP_ETIMEDOUT);
	}
}

static void test_new_side_stalls(void **state)
{
	enum mint_hp_at at;
	struct world w;

	(void)state;
	FOR_EACH(at, taking) {
		struct fate f = { 2, at, STALLS };
		bool noticed = at != MINT_HP_ACCEPT && at != MINT_HP_NOTICE;

		name_fate(&f, 3);
		play_move(&w, 3, &f);
		check_end(&w, noticed ? 2 : 1, -MINT_HP_ETIMEDOUT);
		w.os[2].stalled = false;
		play(&w, NULL);
		check_end(&w, noticed ? 2 : 1, -MINT_HP_ETIMEDOUT);
	}
}

static void test_second_order_waits_its_turn(void **state)
{
	struct world w = begin(1, 0);

	(void)state;
	scenario = "two orders at once";
	add_order(&w, 1, 2, 0);
	add_order(&w, 3, 3, 0);
	play(&w, NULL);
	check_end(&w, 2, 0);
	assert_int_equal(w.order[1].result, -MINT_HP_EBUSY);
}

static void test_refused_orders(void **state)
{
	struct mint_hp_order o;
	struct world w = begin(1, 0);
	struct actor a = { .w = &w, .os = 1 };

	(void)state;
	scenario = "refusals";
	mint_hp_order_init(&o, 1, 1, 0, 0);
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_EALREADY);
	mint_hp_order_init(&o, 1, 2, 0, 0);
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), 0);
	w.os[2].life = MINT_HP_WAITS;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_EHOSTDOWN);
	o.options = MINT_ORDER_WAITING;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), 0);
	w.os[2].life = MINT_HP_STOPPED;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_EHOSTDOWN);
	w.os[2].life = MINT_HP_RUNS;
	w.os[1].life = MINT_HP_ENDING;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_EHOSTDOWN);
	w.os[1].life = MINT_HP_RUNS;
	w.e.eject = 1;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_EBUSY);
	w.e.eject = 0;
	w.e.state = MINT_DEV_GONE;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_ENODEV);
	w.e.state = MINT_DEV_CLAIM;
	assert_int_equal(mint_hp_order_check(&o, &w.e, &world_ops, &a), -MINT_HP_EBUSY);
}

/* The slot is to be powered off: it goes to nobody any more. */
static void test_eject(void **state)
{
	enum mint_hp_at at;
	struct world w;
	u32 side;

	(void)state;
	for (side = 1; side <= 2; side++)
		FOR_EACH(at, giving) {
			enum mint_hp_at when = side == 1 ? at : taking[i_];
			unsigned int turn;

			scenario = "eject on the way";
			w = begin(1, 0);
			add_order(&w, 3, 2, 0);
			for (turn = 0; turn < 200 && w.side[side].at != when; turn++) {
				step_orders(&w);
				step_sides(&w, NULL, NULL);
			}
			assert_int_equal(w.side[side].at, when);
			w.e.eject = 1;
			play(&w, NULL);
			/* Who has it, lets go in order then. */
			add_order(&w, 3, 0, MINT_ORDER_EJECT);
			play(&w, NULL);
			REQUIRE(&w, !w.e.owner && !w.os[1].touches && !w.os[2].touches);
			if (w.e.order > 1)
				assert_int_equal(w.order[1].result, 0);
		}
}

static void test_burial(void **state)
{
	struct world w = begin(1, 0);
	struct actor a = { .w = &w, .os = 3 };
	struct mint_hp_entry next;

	(void)state;
	scenario = "burial";
	w.os[1].life = MINT_HP_STOPPED;
	assert_true(mint_hp_bury(&w.e, 1, 3, &next, &world_ops, &a));
	assert_int_equal(next.state, MINT_DEV_FENCE);
	assert_int_equal(next.owner, 3);
	assert_int_equal(next.to, 0);
	assert_false(mint_hp_bury(&w.e, 2, 3, &next, &world_ops, &a));

	/* On its way to the dead one: called off. */
	w = begin(1, 0);
	w.e.state = MINT_DEV_RELEASE;
	w.e.to = 2;
	w.e.back = 1;
	w.os[2].life = MINT_HP_STOPPED;
	assert_true(mint_hp_bury(&w.e, 2, 3, &next, &world_ops, &a));
	assert_int_equal(next.state, MINT_DEV_OWNED);
	assert_int_equal(next.owner, 1);
	w.e.state = MINT_DEV_CLAIM;
	w.e.owner = 0;
	assert_true(mint_hp_bury(&w.e, 2, 3, &next, &world_ops, &a));
	assert_int_equal(next.state, MINT_DEV_CLAIM);
	assert_int_equal(next.to, 1);

	/* The next OS of that number does not get back what this one gave. */
	w.e.owner = 2;
	w.os[2].life = MINT_HP_RUNS;
	w.os[1].life = MINT_HP_STOPPED;
	assert_true(mint_hp_bury(&w.e, 1, 3, &next, &world_ops, &a));
	assert_int_equal(next.back, 0);
	assert_int_equal(next.owner, 2);

	w.e.state = MINT_DEV_GONE;
	assert_false(mint_hp_bury(&w.e, 2, 3, &next, &world_ops, &a));
}

/* A scribbled time does not keep anybody waiting for ever. */
static void test_time_from_nowhere(void **state)
{
	struct world w = begin(1, 0);
	struct actor a = { .w = &w, .os = 3 };

	(void)state;
	w.e.until = ~0ULL;
	assert_true(mint_hp_expired(&w.e, &world_ops, &a));
	w.e.until = MINT_HP_TIMEOUT_MAX_MS;
	assert_false(mint_hp_expired(&w.e, &world_ops, &a));
	w.e.until = 0;
	assert_true(mint_hp_expired(&w.e, &world_ops, &a));
}

static void test_timeouts_have_limits(void **state)
{
	static const struct { u32 given, used; } t[] = {
		{ 0, MINT_HP_TIMEOUT_MS },
		{ 1, MINT_HP_TIMEOUT_MIN_MS },
		{ 5000, 5000 },
		{ ~0U, MINT_HP_TIMEOUT_MAX_MS },
	};
	unsigned int i;

	(void)state;
	scenario = "time-outs";
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct world w = begin(1, 0);

		add_order(&w, 1, 2, 0);
		w.order[0].timeout_ms = t[i].given;
		step_orders(&w);
		step_orders(&w);
		assert_int_equal(w.e.state, MINT_DEV_RELEASE);
		assert_int_equal(w.e.timeout_ms, t[i].used);
		assert_int_equal(w.e.until, t[i].used);
	}
}

/* Nobody can be asked: who ordered does not wait for ever, either. */
static void test_order_gives_up(void **state)
{
	struct world w = begin(1, 0);
	struct actor a = { .w = &w, .os = 3 };
	struct mint_hp_order *o;

	(void)state;
	scenario = "giving up";
	add_order(&w, 3, 2, 0);
	o = &w.order[0];
	step_orders(&w);
	step_orders(&w);
	assert_int_equal(o->at, MINT_HP_ORDER_AWAIT);
	assert_int_equal(o->give_up, TIMEOUT_MS + 4 * MINT_HP_BACK_MS);
	w.clock_ms = o->give_up;
	a.mishap = TABLE_LOCKED;
	assert_int_equal(mint_hp_order_step(o, &world_ops, &a), MINT_HP_DONE);
	assert_int_equal(o->result, -MINT_HP_ETIMEDOUT);
}

/* ---- one time for both sides --------------------------------------------------- */

/* Until @os is about to do @at; with @f on the way, if any. */
static void go_on_to(struct world *w, const struct fate *f, u32 os, enum mint_hp_at at)
{
	bool struck = false;
	unsigned int turn;

	for (turn = 0; turn < 200 && w->side[os].at != at; turn++) {
		step_orders(w);
		step_sides(w, f, &struck);
	}
	assert_int_equal(w->side[os].at, at);
	assert_true(!f || struck);
}

/* A move from os1 to os2 by os3, as far as that. */
static struct world world_at(u32 os, enum mint_hp_at at)
{
	struct world w = begin(1, 0);

	add_order(&w, 3, 2, 0);
	go_on_to(&w, NULL, os, at);
	return w;
}

/* All do what they can, and no time passes. */
static void play_at_once(struct world *w)
{
	unsigned int turn;

	for (turn = 0; turn < 200; turn++) {
		step_orders(w);
		step_sides(w, NULL, NULL);
	}
}

/* Who ordered knows at @ms, and not before. */
static void check_told_at(struct world *w, u64 ms, u32 owner, int result)
{
	w->clock_ms = ms - 1;
	play_at_once(w);
	REQUIRE(w, w->order[0].at == MINT_HP_ORDER_AWAIT);
	w->clock_ms = ms;
	play_at_once(w);
	check_end(w, owner, result);
}

static void test_new_side_has_the_rest(void **state)
{
	struct world w = world_at(1, MINT_HP_QUIESCE);

	(void)state;
	scenario = "the old side takes most of the time";
	w.clock_ms = TIMEOUT_MS - 1;
	play_at_once(&w);
	check_end(&w, 2, 0);
	assert_int_equal(w.e.error, 0);
}

static void test_new_side_has_no_more_than_the_rest(void **state)
{
	enum mint_hp_at at;

	(void)state;
	scenario = "the new side stalls in the rest";
	FOR_EACH(at, taking) {
		bool noticed = at != MINT_HP_ACCEPT && at != MINT_HP_NOTICE;
		struct world w = world_at(1, MINT_HP_UNBIND);

		w.clock_ms = TIMEOUT_MS * 9 / 10;
		go_on_to(&w, NULL, 2, at);
		w.os[2].stalled = true;
		check_told_at(&w, TIMEOUT_MS, noticed ? 2 : 1, -MINT_HP_ETIMEDOUT);
		/* What it has begun it ends, whenever that is. */
		w.os[2].stalled = false;
		play_at_once(&w);
		check_end(&w, noticed ? 2 : 1, -MINT_HP_ETIMEDOUT);
	}
}

/* The old side is done when the time is over, or just then. */
static void test_time_is_over_between_the_sides(void **state)
{
	struct world w = world_at(1, MINT_HP_LET_GO);

	(void)state;
	scenario = "the old side lets go when the time is over";
	w.clock_ms = TIMEOUT_MS;
	/* Before anybody else looks. */
	mint_hp_side_step(&w.side[1], &world_ops, &(struct actor){ .w = &w, .os = 1 });
	assert_int_equal(w.e.state, MINT_DEV_CLAIM);
	assert_int_equal(w.e.owner, 0);
	play_at_once(&w);
	check_end(&w, 1, -MINT_HP_ETIMEDOUT);

	scenario = "the time is over when the new side is about to begin";
	w = world_at(2, MINT_HP_NOTICE);
	w.clock_ms = TIMEOUT_MS;
	mint_hp_side_step(&w.side[2], &world_ops, &(struct actor){ .w = &w, .os = 2 });
	assert_int_equal(w.e.owner, 0);
	play_at_once(&w);
	check_end(&w, 1, -MINT_HP_ETIMEDOUT);
}

static void test_way_back_has_its_own_time(void **state)
{
	struct fate f = { 2, MINT_HP_BIND, DRIVERLESS };
	struct world w = world_at(2, MINT_HP_BIND);
	u64 end = TIMEOUT_MS - 1 + MINT_HP_BACK_MS;

	(void)state;
	scenario = "no driver at the last moment";
	w.clock_ms = TIMEOUT_MS - 1;
	go_on_to(&w, &f, 1, MINT_HP_ACCEPT);
	assert_int_equal(w.e.until, end);
	w.os[1].stalled = true;
	/* The time of the move is over meanwhile. */
	w.clock_ms = TIMEOUT_MS;
	play_at_once(&w);
	assert_int_equal(w.order[0].at, MINT_HP_ORDER_AWAIT);
	w.clock_ms = end - 1;
	w.os[1].stalled = false;
	play_at_once(&w);
	check_end(&w, 1, -MINT_HP_ENODEV);
}

/* Nor is that endless: nobody's, or with the one who does not finish. */
static void test_time_is_over_on_the_way_back(void **state)
{
	enum mint_hp_at at;

	(void)state;
	scenario = "the way back stalls";
	FOR_EACH(at, taking) {
		bool noticed = at != MINT_HP_ACCEPT && at != MINT_HP_NOTICE;
		struct fate f = { 2, MINT_HP_BIND, DRIVERLESS };
		struct world w = world_at(2, MINT_HP_BIND);

		w.clock_ms = TIMEOUT_MS - 1;
		go_on_to(&w, &f, 1, at);
		w.os[1].stalled = true;
		check_told_at(&w, TIMEOUT_MS - 1 + MINT_HP_BACK_MS, noticed ? 1 : 0,
			      -MINT_HP_ENODEV);
	}
}

/* It has no driver, and takes longer to let go than there is time. */
static void test_it_goes_back_late(void **state)
{
	struct fate f = { 2, MINT_HP_BIND, DRIVERLESS };
	struct world w = world_at(2, MINT_HP_BIND);

	(void)state;
	scenario = "the new side gives up late";
	go_on_to(&w, &f, 2, MINT_HP_UNDO);
	w.os[2].stalled = true;
	check_told_at(&w, TIMEOUT_MS, 2, -MINT_HP_ETIMEDOUT);
	w.os[2].stalled = false;
	play_at_once(&w);
	check_end(&w, 1, -MINT_HP_ETIMEDOUT);

	/* Not to the next OS of that number. */
	w = world_at(2, MINT_HP_BIND);
	w.os[2].stalled = true;
	check_told_at(&w, TIMEOUT_MS, 2, -MINT_HP_ETIMEDOUT);
	assert_int_equal(w.e.back, 1);
	assert_true(mint_hp_bury(&w.e, 1, 3, &w.e, &world_ops,
				 &(struct actor){ .w = &w, .os = 3 }));
	assert_int_equal(w.e.owner, 2);
	assert_int_equal(w.e.back, 0);
}

/* An OS that ends takes nobody's time with it. */
static void test_fence_has_its_own_time(void **state)
{
	struct world w = world_at(1, MINT_HP_UNBIND);

	(void)state;
	scenario = "the old side dies at the last moment";
	w.clock_ms = TIMEOUT_MS - 1;
	w.os[1].life = MINT_HP_STOPPED;
	go_on_to(&w, NULL, 2, MINT_HP_FENCE);
	assert_int_equal(w.e.until, TIMEOUT_MS - 1 + MINT_HP_BACK_MS);
	w.clock_ms = w.e.until - 1;
	go_on_to(&w, NULL, 2, MINT_HP_ACCEPT);
	assert_int_equal(w.e.until, w.clock_ms + MINT_HP_BACK_MS);
	play_at_once(&w);
	check_end(&w, 2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_goes_well),
		cmocka_unit_test(test_old_side_refuses),
		cmocka_unit_test(test_refusal_leaves_the_driver),
		cmocka_unit_test(test_new_side_fails),
		cmocka_unit_test(test_no_driver),
		cmocka_unit_test(test_back_without_driver),
		cmocka_unit_test(test_old_side_dies),
		cmocka_unit_test(test_new_side_dies),
		cmocka_unit_test(test_both_die),
		cmocka_unit_test(test_orderer_dies),
		cmocka_unit_test(test_old_side_stalls),
		cmocka_unit_test(test_new_side_stalls),
		cmocka_unit_test(test_second_order_waits_its_turn),
		cmocka_unit_test(test_refused_orders),
		cmocka_unit_test(test_eject),
		cmocka_unit_test(test_burial),
		cmocka_unit_test(test_time_from_nowhere),
		cmocka_unit_test(test_timeouts_have_limits),
		cmocka_unit_test(test_order_gives_up),
		cmocka_unit_test(test_new_side_has_the_rest),
		cmocka_unit_test(test_new_side_has_no_more_than_the_rest),
		cmocka_unit_test(test_time_is_over_between_the_sides),
		cmocka_unit_test(test_way_back_has_its_own_time),
		cmocka_unit_test(test_time_is_over_on_the_way_back),
		cmocka_unit_test(test_it_goes_back_late),
		cmocka_unit_test(test_fence_has_its_own_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
