// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared lines on the simulated machine: rounds in which every sharer is served
 * once, whatever one of them does.  Each test runs with each way of re-arming.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "irq_machine.h"

#define GSI		20u

/* OSes 1..@nr, each with a device on GSI and a driver for it. */
static struct sim *machine(const struct way *way, uint32_t nr, uint64_t seed)
{
	struct sim *sim = machine_of_way(way, seed);
	uint32_t os;

	for (os = 1; os <= nr; os++) {
		assert_int_equal(sim_add_os(sim, os, 2), 0);
		sim_add_dev(sim, os, GSI, true);
		assert_int_equal(sim_request(sim->os[os].core[0], GSI, LEVEL_LOW, 0), 0);
		sim->os[os].handler_points = 3;
	}
	assert_string_equal(irql_rearm(&sim->os[1].l)->name,
			    way->directed ? "directed" :
			    way->rearm == MINT_REARM_MASK ? "mask" : "self-ipi");
	return sim;
}

static struct sim_dev *dev_of(struct sim *sim, uint32_t os)
{
	return &sim->dev[os - 1];
}

static struct mint_irqt_gsi *control(struct sim *sim)
{
	return irql_gsi(&sim->os[1].l, GSI);
}

static void load(struct sim *sim, uint32_t os, uint64_t events, uint64_t period_ns)
{
	struct sim_dev *dev = dev_of(sim, os);

	dev->left = events;
	dev->period_ns = period_ns;
	dev->next_ns = sim->now_ns + 1 + sim_random(sim, (uint32_t)period_ns);
}

static void tell(void *arg, const struct irql_diff *d)
{
	struct sim *sim = arg;

	sim_violation(sim, "verify: wrong %d gsi %d os %u is %llx should be %llx",
		      (int)d->what, (int)d->gsi, d->os, (unsigned long long)d->is,
		      (unsigned long long)d->should);
}

static bool lock_free(struct sim *sim)
{
	uint32_t os;

	for (os = 1; os <= SIM_MAX_OSES; os++)
		if (sim->os[os].state == SIM_OS_RUNS && sim->os[os].l.held_by)
			return false;
	return !irql_hdr(&sim->os[1].l)->lock.holder;
}

/* The test calls from outside, and nobody goes on until it returns. */
static void wait_for_lock(struct sim *sim)
{
	assert_true(sim_run(sim, 1 * S, lock_free));
}

static void expect_clean(struct sim *sim, uint32_t os)
{
	int found;

	wait_for_lock(sim);
	found = irql_verify(&sim->os[os].l, tell, sim);
	assert_string_equal(sim->violation, "");
	assert_int_equal(found, 0);
}

/* Runs until all is served; fails if that takes longer than @ns. */
static void run_out(struct sim *sim, uint64_t ns)
{
	bool quiet = sim_run(sim, ns, sim_quiet);

	assert_string_equal(sim->violation, "");
	if (!quiet)
		fail_msg("not all served: os1 %llu of %llu, os2 %llu of %llu, rte %llx round %x evicted %x",
			 (unsigned long long)sim->dev[0].served,
			 (unsigned long long)sim->dev[0].raised,
			 (unsigned long long)sim->dev[1].served,
			 (unsigned long long)sim->dev[1].raised,
			 (unsigned long long)sim_rte(sim, GSI),
			 control(sim)->round, control(sim)->evicted);
}

static void expect_served(struct sim *sim, uint32_t os, uint64_t events)
{
	assert_int_equal(dev_of(sim, os)->raised, events);
	assert_int_equal(dev_of(sim, os)->served, events);
}

/* Each round interrupts each sharer once. */
static void expect_one_each(struct sim *sim, uint32_t nr)
{
	uint32_t os;

	for (os = 1; os <= nr; os++) {
		assert_int_equal(sim->os[os].arrivals[GSI], control(sim)->rounds);
		assert_int_equal(sim->os[os].strays, 0);
		assert_int_equal(irql_route(&sim->os[1].l, os, GSI)->count,
				 control(sim)->rounds);
		assert_int_equal(irql_route(&sim->os[1].l, os, GSI)->foreign,
				 control(sim)->rounds - sim->os[os].takes[GSI]);
	}
	assert_int_equal(control(sim)->forced, 0);
	assert_int_equal(control(sim)->evictions, 0);
}

static uint64_t mean_delay(struct sim *sim, uint32_t os)
{
	return dev_of(sim, os)->total_ns / dev_of(sim, os)->served;
}

static void expect_alike(struct sim *sim, uint32_t a, uint32_t b, uint32_t percent)
{
	uint64_t x = mean_delay(sim, a), y = mean_delay(sim, b);

	if (x * 100 > y * percent || y * 100 > x * percent)
		fail_msg("mean delays of os%u and os%u: %llu and %llu ns", a, b,
			 (unsigned long long)x, (unsigned long long)y);
}

/* ---- load -------------------------------------------------------------------------- */

static void equal_load(const struct way *way, uint32_t nr, uint64_t events)
{
	struct sim *sim = machine(way, nr, nr);
	uint32_t os;

	for (os = 1; os <= nr; os++)
		load(sim, os, events, 20 * US);
	run_out(sim, 1000 * S);
	for (os = 1; os <= nr; os++) {
		expect_served(sim, os, events);
		expect_alike(sim, 1, os, 120);
	}
	expect_one_each(sim, nr);
	expect_clean(sim, nr);
	sim_free(sim);
}

static void test_two_equal(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		equal_load(way, 2, 20000);
}

static void test_three_equal(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		equal_load(way, 3, 5000);
}

/* Seven, not eight: all eight bits are a broadcast. */
static void test_seven_equal(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		equal_load(way, 7, 1000);
}

static void test_ten_to_one(void **state)
{
	const struct way *way;
	struct sim *sim;

	(void)state;
	for_each_way(way) {
		sim = machine(way, 2, 10);
		load(sim, 1, 20000, 20 * US);
		load(sim, 2, 2000, 200 * US);
		run_out(sim, 1000 * S);
		expect_served(sim, 1, 20000);
		expect_served(sim, 2, 2000);
		expect_alike(sim, 1, 2, 150);
		expect_one_each(sim, 2);
		expect_clean(sim, 1);
		sim_free(sim);
	}
}

/* Its first interrupt after 300,000 rounds of the neighbour is like any other. */
static void one_idle(const struct way *way, uint64_t rounds)
{
	struct sim *sim = machine(way, 2, 3);

	load(sim, 1, rounds, 5 * US);
	run_out(sim, 10000 * S);
	expect_served(sim, 1, rounds);
	assert_int_equal(sim->os[2].takes[GSI], 0);
	sim_raise(sim, dev_of(sim, 2));
	run_out(sim, 1 * S);
	expect_served(sim, 2, 1);
	assert_in_range(mean_delay(sim, 2), 1, dev_of(sim, 1)->longest_ns);
	expect_one_each(sim, 2);
	expect_clean(sim, 2);
	sim_free(sim);
}

static void test_one_idle(void **state)
{
	(void)state;
	one_idle(&ways[0], 300000);
	one_idle(&ways[1], 20000);
	one_idle(&ways[2], 20000);
	one_idle(&ways[3], 20000);
}

/* ---- who does not answer ------------------------------------------------------------ */

static uint64_t served_of_1;

static bool more_served(struct sim *sim)
{
	return sim->dev[0].served > served_of_1;
}

/* How long os1 has to wait for its next interrupts, at most. */
static uint64_t longest_gap(struct sim *sim, uint32_t interrupts)
{
	uint64_t longest = 0, before;

	while (interrupts--) {
		served_of_1 = sim->dev[0].served;
		before = sim->now_ns;
		if (!sim_run(sim, 10 * S, more_served))
			fail_msg("os1 gets no interrupts: %s, rte %llx round %x",
				 sim->violation,
				 (unsigned long long)sim_rte(sim, GSI),
				 control(sim)->round);
		if (sim->now_ns - before > longest)
			longest = sim->now_ns - before;
	}
	return longest;
}

static bool evicted(struct sim *sim)
{
	return control(sim)->evicted;
}

static bool nobody_evicted(struct sim *sim)
{
	return !control(sim)->evicted;
}

static bool injected(struct sim *sim)
{
	return sim->inject.done;
}

/* The core between taking and giving back the lock is one of @os. */
static bool holds_lock(struct sim *sim, uint32_t os)
{
	return sim->inside && sim->core[sim->inside - 1].os == os;
}

static bool os2_unlocked(struct sim *sim)
{
	return !holds_lock(sim, 2);
}

static void one_stalls(const struct way *way, uint32_t nr, uint64_t seed)
{
	struct sim *sim = machine(way, nr, seed);
	uint32_t os;

	for (os = 1; os <= nr; os++)
		load(sim, os, os == 1 ? 4000 : 500, 20 * US);
	sim_run(sim, 1 * MS + sim_random(sim, 100000), NULL);
	/* Nobody could do without it while it holds the lock. */
	assert_true(sim_run(sim, 1 * S, os2_unlocked));
	sim_stall(sim, 2);
	if (seed & 1)
		sim_raise(sim, dev_of(sim, 2));
	assert_in_range(longest_gap(sim, 1000), 0, 2 * TIMEOUT_MS * MS);
	assert_true(evicted(sim));
	assert_int_equal(control(sim)->evicted, 2);
	assert_int_equal(control(sim)->evictions, 1);
	assert_true(dev_of(sim, 2)->quieted);
	expect_clean(sim, 1);

	sim_wake(sim, 2);
	assert_true(sim_run(sim, 4 * TIMEOUT_MS * MS, nobody_evicted));
	run_out(sim, 100 * S);
	assert_false(dev_of(sim, 2)->quieted);
	for (os = 1; os <= nr; os++)
		assert_int_equal(dev_of(sim, os)->served, dev_of(sim, os)->raised);
	assert_int_equal(control(sim)->evictions, 1);
	expect_clean(sim, 2);
	sim_free(sim);
}

static void test_one_stalls(void **state)
{
	const struct way *way;
	uint64_t seed;

	(void)state;
	for_each_way(way)
		for (seed = 1; seed <= 20; seed++)
			one_stalls(way, 2 + seed % 2, seed);
}

static bool both_evicted(struct sim *sim)
{
	return control(sim)->evicted == 3;
}

/* Both do not answer, and the third goes: there is no round any more in which to answer. */
static void all_are_out(const struct way *way)
{
	struct sim *sim = machine(way, 3, 1);
	uint32_t os;

	for (os = 1; os <= 2; os++) {
		sim_stall(sim, os);
		sim_raise(sim, dev_of(sim, os));
	}
	assert_true(sim_run(sim, 1 * S, both_evicted));
	assert_true(sim_run(sim, 1 * S, lock_free));
	sim_release(sim->os[3].core[0], GSI);
	assert_int_equal(control(sim)->sharers, 3);
	assert_int_equal(control(sim)->round, 0);
	sim_run(sim, 2 * TIMEOUT_MS * MS, NULL);
	assert_true(both_evicted(sim));

	for (os = 1; os <= 2; os++)
		sim_wake(sim, os);
	assert_true(sim_run(sim, TIMEOUT_MS * MS, nobody_evicted));
	load(sim, 1, 100, 20 * US);
	load(sim, 2, 100, 20 * US);
	run_out(sim, 1 * S);
	for (os = 1; os <= 2; os++) {
		expect_served(sim, os, 101);
		assert_false(dev_of(sim, os)->quieted);
	}
	expect_clean(sim, 2);
	sim_free(sim);
}

static void test_all_are_out(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		all_are_out(way);
}

static void os_gone(struct sim_core *core, void *arg)
{
	(void)arg;
	if (irql_os_gone(&core->sim->os[core->os].l, 2))
		sim_violation(core->sim, "irql_os_gone() fails");
}

/* os2's core is killed where @after points of it have passed. */
static void one_dies(const struct way *way, uint32_t nr, uint64_t after)
{
	struct sim *sim = machine(way, nr, after);
	uint64_t had;

	load(sim, 1, 100000, 20 * US);
	load(sim, 2, 100000, 20 * US);
	sim_run(sim, 1 * MS, NULL);
	sim->inject = (struct sim_inject){ .os = 2, .after = after, .step = -1,
					   .state = SIM_OS_DEAD };
	assert_true(sim_run(sim, 1 * S, injected));
	/* Nobody can help while it holds the lock and may yet go on. */
	if (!holds_lock(sim, 2))
		assert_in_range(longest_gap(sim, 300), 0, 2 * TIMEOUT_MS * MS);
	sim_fence(sim, 2);
	sim_start(sim->os[1].core[1], os_gone, NULL);
	assert_in_range(longest_gap(sim, 300), 0, 2 * TIMEOUT_MS * MS);
	expect_clean(sim, 1);
	assert_int_equal(control(sim)->sharers & 2, 0);

	dev_of(sim, 2)->left = 0;
	wait_for_lock(sim);
	assert_int_equal(sim_restart_os(sim, 2), 0);
	assert_int_equal(sim_request(sim->os[2].core[0], GSI, LEVEL_LOW, 0), 0);
	had = dev_of(sim, 2)->served;
	load(sim, 2, 100, 20 * US);
	sim->dev[0].left = 1000;
	run_out(sim, 100 * S);
	assert_in_range(dev_of(sim, 2)->served - had, 100, 102);
	expect_clean(sim, 2);
	sim_free(sim);
}

static void test_one_dies(void **state)
{
	const struct way *way;
	uint64_t after;

	(void)state;
	for_each_way(way)
		for (after = 0; after < 60; after++)
			one_dies(way, 2 + after % 2, after);
}

/* ---- storm ---------------------------------------------------------------------------- */

static bool throttled(struct sim *sim)
{
	return control(sim)->throttled;
}

static void storm(const struct way *way)
{
	struct sim *sim = machine(way, 2, 5);
	struct sim_dev *wild = sim_add_dev(sim, 2, GSI, true);
	uint64_t rounds;

	wild->undriven = true;
	sim_raise(sim, wild);
	assert_true(sim_run(sim, 1 * S, throttled));
	rounds = control(sim)->rounds;
	assert_in_range(rounds, IRQL_STORM_ROUNDS, IRQL_STORM_ROUNDS + 10);
	/* At the watches' pace only. */
	sim_run(sim, 10 * TIMEOUT_MS * MS, NULL);
	assert_in_range(control(sim)->rounds - rounds, 10, 100);
	assert_true(sim->os[1].events[IRQL_EV_THROTTLE] +
		    sim->os[2].events[IRQL_EV_THROTTLE] > 0);

	/* A device that is driven is served meanwhile, if slowly. */
	sim_raise(sim, dev_of(sim, 1));
	run_out(sim, 1 * S);
	expect_served(sim, 1, 1);
	assert_in_range(dev_of(sim, 1)->longest_ns, 0, TIMEOUT_MS * MS);

	wild->waiting = 0;
	sim_update_line(sim, GSI);
	load(sim, 1, 5000, 20 * US);
	load(sim, 2, 5000, 20 * US);
	sim_run(sim, TIMEOUT_MS * MS, NULL);
	dev_of(sim, 1)->longest_ns = 0;
	run_out(sim, 10 * S);
	expect_served(sim, 1, 5001);
	expect_served(sim, 2, 5000);
	assert_in_range(dev_of(sim, 1)->longest_ns, 1, 1 * MS);
	assert_int_equal(control(sim)->evictions, 0);
	expect_clean(sim, 1);
	sim_free(sim);
}

static void test_storm(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		storm(way);
}

/* ---- who comes and goes ------------------------------------------------------------------ */

static void come_and_go(struct sim_core *core, void *arg)
{
	uint32_t *times = arg;

	while ((*times)--) {
		if (sim_request(core, GSI, LEVEL_LOW, 0))
			sim_violation(core->sim, "os%u may not join", core->os);
		sim_sleep(core, sim_random(core->sim, 200000));
		sim_release(core, GSI);
		sim_sleep(core, sim_random(core->sim, 200000));
	}
}

/* @nr OSes go on all the time (0: none), two come and go. */
static void joins(const struct way *way, uint32_t nr, uint64_t seed)
{
	uint32_t times[2] = { 200, 200 }, os;
	struct sim *sim = machine(way, nr + 2, seed);

	for (os = 1; os <= nr + 2; os++)
		load(sim, os, os <= nr ? 5000 : 500, 20 * US);
	for (os = nr + 1; os <= nr + 2; os++) {
		sim_release(sim->os[os].core[0], GSI);
		/* From the core that gets no interrupts of this line. */
		sim_start(sim->os[os].core[1], come_and_go, &times[os - nr - 1]);
	}
	sim_run(sim, 80 * MS, NULL);
	assert_string_equal(sim->violation, "");
	sim_run(sim, 10 * S, sim_quiet);
	assert_string_equal(sim->violation, "");
	for (os = 1; os <= nr; os++)
		expect_served(sim, os, 5000);
	/* What came in their absence they serve when they are back. */
	for (os = nr + 1; os <= nr + 2; os++)
		assert_int_equal(sim_request(sim->os[os].core[0], GSI, LEVEL_LOW, 0), 0);
	run_out(sim, 10 * S);
	for (os = nr + 1; os <= nr + 2; os++)
		expect_served(sim, os, 500);
	assert_int_equal(control(sim)->evictions, 0);
	expect_clean(sim, 1);
	sim_free(sim);
}

static void test_joins(void **state)
{
	const struct way *way;
	uint64_t seed;

	(void)state;
	for_each_way(way)
		for (seed = 0; seed < 3; seed++)
			joins(way, (uint32_t)seed, seed);
}

static void mask_and_unmask(struct sim_core *core, void *arg)
{
	uint32_t *times = arg;

	while ((*times)--) {
		sim_disable(core, GSI);
		sim_sleep(core, sim_random(core->sim, 100000));
		sim_enable(core, GSI);
		sim_sleep(core, sim_random(core->sim, 200000));
	}
}

/* disable_irq() of one sharer delays the others, no more. */
static void test_masks(void **state)
{
	const struct way *way;
	struct sim *sim;
	uint32_t times, os;

	(void)state;
	for_each_way(way) {
		times = 300;
		sim = machine(way, 3, 8);
		for (os = 1; os <= 3; os++)
			load(sim, os, 3000, 20 * US);
		sim_start(sim->os[3].core[1], mask_and_unmask, &times);
		run_out(sim, 10 * S);
		for (os = 1; os <= 3; os++)
			expect_served(sim, os, 3000);
		assert_int_equal(control(sim)->evictions, 0);
		expect_clean(sim, 3);
		sim_free(sim);
	}
}

/* One that masks for longer than the time-out is evicted, and comes back. */
static void test_masked_for_long(void **state)
{
	const struct way *way;
	struct sim *sim;

	(void)state;
	for_each_way(way) {
		sim = machine(way, 2, 9);
		load(sim, 1, 3000, 20 * US);
		load(sim, 2, 30, 20 * US);
		sim_run(sim, 100 * US, NULL);
		wait_for_lock(sim);
		sim_disable(sim->os[2].core[0], GSI);
		assert_in_range(longest_gap(sim, 1000), 0, 2 * TIMEOUT_MS * MS);
		wait_for_lock(sim);
		sim_enable(sim->os[2].core[0], GSI);
		run_out(sim, 10 * S);
		expect_served(sim, 1, 3000);
		expect_served(sim, 2, 30);
		assert_true(nobody_evicted(sim));
		expect_clean(sim, 2);
		sim_free(sim);
	}
}

/* ---- who sits on the lock ---------------------------------------------------------------- */

static bool os2_fenced(struct sim *sim)
{
	return sim->os[2].state == SIM_OS_FENCED;
}

static struct sim *machine_with_leaver(const struct way *way, uint64_t seed,
				       uint32_t *times)
{
	struct sim *sim = machine(way, 3, seed);
	uint32_t os;

	sim->stop_stuck = true;
	for (os = 1; os <= 3; os++)
		sim->os[os].l.lock_timeout_us = TIMEOUT_MS * 500;
	/* Seldom: without the lock each may cost a wait for it. */
	load(sim, 1, 1000000, 10 * MS);
	load(sim, 3, 1000000, 10 * MS);
	sim_start(sim->os[2].core[1], come_and_go, times);
	return sim;
}

/*
 * os2 stands still at that step, maybe with the pin masked, maybe between index and
 * data register: the others go on once it is fenced, and that is soon.
 */
static void sits_on_lock(const struct way *way, int step, uint32_t after)
{
	uint32_t times = 1000;
	struct sim *sim = machine_with_leaver(way, after, &times);
	uint64_t had;

	sim->inject = (struct sim_inject){ .os = 2, .after = after, .step = step,
					   .state = SIM_OS_STALLED };
	assert_true(sim_run(sim, 1 * S, injected));
	assert_true(holds_lock(sim, 2) || step == IRQL_STEP_UNLOCK);
	assert_in_range(longest_gap(sim, 20), 0, 2 * TIMEOUT_MS * MS);
	assert_true(os2_fenced(sim));
	assert_int_equal(irql_hdr(&sim->os[1].l)->lock.broken, 1);
	expect_clean(sim, 1);

	dev_of(sim, 2)->left = 0;
	wait_for_lock(sim);
	assert_int_equal(sim_restart_os(sim, 2), 0);
	assert_int_equal(sim_request(sim->os[2].core[0], GSI, LEVEL_LOW, 0), 0);
	had = dev_of(sim, 2)->served;
	load(sim, 2, 100, 20 * US);
	dev_of(sim, 1)->left = 10;
	dev_of(sim, 3)->left = 10;
	run_out(sim, 100 * S);
	assert_in_range(dev_of(sim, 2)->served - had, 100, 101);
	expect_clean(sim, 3);
	sim_free(sim);
}

static void test_sits_on_lock(void **state)
{
	static const int steps[] = {
		IRQL_STEP_LOCKED, IRQL_STEP_UNLOCK, IRQL_STEP_SECTION,
		IRQL_STEP_CONTROL, IRQL_STEP_INDEX, IRQL_STEP_HALF,
		IRQL_STEP_MASKED,
	};
	const struct way *way;
	uint32_t i, after;

	(void)state;
	for_each_way(way)
		for (i = 0; i < sizeof(steps) / sizeof(*steps); i++)
			for (after = 0; after < 10; after++)
				sits_on_lock(way, steps[i], after);
}

/* It stands still with the lock again and again, but never for so long. */
static void slow_with_lock(const struct way *way)
{
	uint32_t times = 1000, i;
	struct sim *sim = machine_with_leaver(way, 1, &times);

	for (i = 0; i < 20; i++) {
		sim->inject = (struct sim_inject){ .os = 2, .after = i,
						   .step = IRQL_STEP_CONTROL,
						   .state = SIM_OS_STALLED };
		assert_true(sim_run(sim, 1 * S, injected));
		sim_run(sim, TIMEOUT_MS / 2 * MS, NULL);
		sim_wake(sim, 2);
		assert_true(sim_run(sim, 1 * S, os2_unlocked));
	}
	assert_string_equal(sim->violation, "");
	assert_false(os2_fenced(sim));
	assert_int_equal(irql_hdr(&sim->os[1].l)->lock.broken, 0);
	sim_free(sim);
}

static void test_slow_with_lock(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		slow_with_lock(way);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_equal),
		cmocka_unit_test(test_three_equal),
		cmocka_unit_test(test_seven_equal),
		cmocka_unit_test(test_ten_to_one),
		cmocka_unit_test(test_one_idle),
		cmocka_unit_test(test_one_stalls),
		cmocka_unit_test(test_all_are_out),
		cmocka_unit_test(test_one_dies),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_joins),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_masked_for_long),
		cmocka_unit_test(test_sits_on_lock),
		cmocka_unit_test(test_slow_with_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
