// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock, the round word, joining and leaving, in every order of two or three
 * OSes up to a number of preemptions, and with an OS that dies or stalls at each
 * of its points.  The real library, on the simulated machine; a point is every
 * access to the table and to a register.
 *
 * After each run: nothing lost, the table and the chip agree, the line works.
 * While it runs (os.c): nobody uses a chip without the lock, nobody takes the lock
 * from a core that is not proved stopped, and every wait ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../irqsim/explore.h"
#include "../irqsim/points.h"

/* Above those of ISA: pins that are level triggered from the start. */
#define FIRST_GSI	16u
#define NR_PINS		4u
#define GSI		19u
#define OTHER_GSI	17u
#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
#define TIMEOUT_MS	10u
#define MS		1000000ull
#define VICTIM		2u

/**
 * struct scenario - what happens at the same time
 * @nr_oses:	OSes with a device each on GSI
 * @sharers:	bit per OS id: registered before it begins
 * @task:	per OS id: what its core does
 * @raises:	events raised at each device meanwhile
 */
struct scenario {
	const char *name;
	uint32_t nr_oses;
	uint32_t sharers;
	sim_task *task[4];
	uint32_t raises;
};

struct way {
	const char *name;
	uint32_t rearm;
	uint32_t version;
	bool directed;
};

static const struct way self_ipi = { "self-ipi", MINT_REARM_SELF_IPI, 0x20, false };
static const struct way mask = { "mask", MINT_REARM_MASK, 0x20, false };
static const struct way old_mask = { "old mask", MINT_REARM_MASK, 0x11, false };
static const struct way directed = { "directed", MINT_REARM_DIRECTED, 0x20, true };

/* MINT_TEST_LONG: one preemption more. */
static uint32_t preemptions(uint32_t nr)
{
	const char *longer = getenv("MINT_TEST_LONG");

	return nr + (longer && *longer);
}

/* ---- what cores do ------------------------------------------------------------------ */

static void raise_devices(struct sim_core *core, void *arg)
{
	uint32_t times = *(uint32_t *)arg, i;

	while (times--)
		for (i = 0; i < core->sim->nr_devs; i++) {
			sim_raise(core->sim, &core->sim->dev[i]);
			sim_point(core->sim, SIM_POINT_OS, -1);
		}
}

/* A device whose driver is not there is kept off the line, or it would storm. */
static void switch_intx(struct sim *sim, uint32_t os, bool on)
{
	sim->dev[os - 1].intx_off = !on;
	sim_update_line(sim, GSI);
}

/* The lock may be held by one who is dead: until he is fenced. */
static void join(struct sim_core *core, void *arg)
{
	(void)arg;
	while (sim_request(core, GSI, LEVEL_LOW, 0) == -IRQL_ETIMEDOUT)
		sim_sleep(core, 1 * MS);
	switch_intx(core->sim, core->os, true);
}

static void leave(struct sim_core *core, void *arg)
{
	(void)arg;
	switch_intx(core->sim, core->os, false);
	sim_release(core, GSI);
}

static void leave_and_join(struct sim_core *core, void *arg)
{
	leave(core, arg);
	join(core, arg);
}

static void mask_and_unmask(struct sim_core *core, void *arg)
{
	(void)arg;
	sim_disable(core, GSI);
	sim_enable(core, GSI);
}

static void move(struct sim_core *core, void *arg)
{
	struct sim_os *os = &core->sim->os[core->os];

	(void)arg;
	sim_move(core, GSI, os->core[1]->lapic.apic_id);
}

static void register_other(struct sim_core *core, void *arg)
{
	(void)arg;
	while (sim_request(core, OTHER_GSI, LEVEL_LOW, 0) == -IRQL_ETIMEDOUT)
		sim_sleep(core, 1 * MS);
}

static const struct scenario rounds = {
	.name = "rounds", .nr_oses = 2, .sharers = 6, .raises = 1,
};

static const struct scenario more_rounds = {
	.name = "more rounds", .nr_oses = 2, .sharers = 6, .raises = 2,
};

static const struct scenario three = {
	.name = "three", .nr_oses = 3, .sharers = 14, .raises = 1,
};

static const struct scenario joining = {
	.name = "joining", .nr_oses = 2, .sharers = 2, .raises = 1,
	.task = { [2] = join },
};

static const struct scenario both_join = {
	.name = "both join", .nr_oses = 2, .sharers = 0, .raises = 1,
	.task = { [1] = join, [2] = join },
};

static const struct scenario third_joins = {
	.name = "third joins", .nr_oses = 3, .sharers = 6, .raises = 1,
	.task = { [3] = join },
};

static const struct scenario leaving = {
	.name = "leaving", .nr_oses = 2, .sharers = 6, .raises = 1,
	.task = { [2] = leave },
};

static const struct scenario one_of_three_leaves = {
	.name = "one of three leaves", .nr_oses = 3, .sharers = 14, .raises = 1,
	.task = { [2] = leave },
};

static const struct scenario coming_back = {
	.name = "coming back", .nr_oses = 2, .sharers = 6, .raises = 1,
	.task = { [2] = leave_and_join },
};

static const struct scenario leave_and_come = {
	.name = "leave and come", .nr_oses = 2, .sharers = 2, .raises = 1,
	.task = { [1] = leave, [2] = join },
};

static const struct scenario masking = {
	.name = "masking", .nr_oses = 2, .sharers = 6, .raises = 1,
	.task = { [2] = mask_and_unmask },
};

static const struct scenario mask_against_join = {
	.name = "mask against join", .nr_oses = 2, .sharers = 2, .raises = 1,
	.task = { [1] = mask_and_unmask, [2] = join },
};

static const struct scenario moving = {
	.name = "moving", .nr_oses = 2, .sharers = 2, .raises = 1,
	.task = { [1] = move, [2] = join },
};

static const struct scenario two_pins = {
	.name = "two pins", .nr_oses = 2, .sharers = 6, .raises = 0,
	.task = { [1] = register_other, [2] = leave },
};

/* ---- a run ------------------------------------------------------------------------------ */

static void touched(void *arg, uint32_t offset)
{
	(void)offset;
	sim_point(arg, SIM_POINT_SHARED, -1);
}

static struct explore *machine(const struct scenario *s, const struct way *way)
{
	struct sim *sim = sim_new(1);
	struct mint_irqt_header *header = sim->table;
	uint32_t os;

	sim->can_direct = way->directed;
	sim_add_chip(sim, FIRST_GSI, NR_PINS, way->version);
	sim_build(sim);
	header->rearm = way->rearm;
	header->timeout_ms = TIMEOUT_MS;
	for (os = 1; os <= s->nr_oses; os++) {
		assert_int_equal(sim_add_os(sim, os, 2), 0);
		sim_add_dev(sim, os, GSI, true);
		sim->os[os].no_watch = true;
		sim->os[os].l.lock_timeout_us = 20000;
		if (s->sharers & 1u << os)
			assert_int_equal(sim_request(sim->os[os].core[0], GSI,
						     LEVEL_LOW, 0), 0);
		else
			switch_intx(sim, os, false);
	}
	/* Waits are short, in points: the order within one says nothing new. */
	sim->relax_ns = 100000;
	sim->max_points = sim->points + 200000;
	points_watch(sim->table, MINT_IRQT_SIZE, touched, sim);
	return explore_new(sim, FIRST_GSI + NR_PINS);
}

static void end_machine(struct explore *ex)
{
	points_watch(NULL, 0, NULL, NULL);
	sim_free(ex->sim);
	explore_free(ex);
}

static void start(struct sim *sim, const struct scenario *s)
{
	uint32_t os;

	if (s->raises)
		sim_start(sim_script(sim), raise_devices, (void *)&s->raises);
	for (os = 1; os <= s->nr_oses; os++)
		if (s->task[os])
			sim_start(sim->os[os].core[0], s->task[os], NULL);
}

static void watches(struct sim *sim, bool on)
{
	uint32_t os;

	for (os = 1; os <= SIM_MAX_OSES; os++) {
		sim->os[os].no_watch = !on;
		sim->os[os].watch_ns = sim->now_ns;
	}
}

static void tell(void *arg, const struct irql_diff *d)
{
	struct sim *sim = arg;

	sim_violation(sim, "verify: wrong %d gsi %d os %u is %llx should be %llx",
		      (int)d->what, (int)d->gsi, d->os, (unsigned long long)d->is,
		      (unsigned long long)d->should);
}

static bool registered(struct sim *sim, const struct sim_dev *dev)
{
	return sim->os[dev->os].line[dev->gsi].registered;
}

/* Whose OS has a driver, and lives, is served. */
static void check_served(struct sim *sim, const char *when)
{
	struct sim_dev *dev;
	uint32_t i;

	for (i = 0; i < sim->nr_devs; i++) {
		dev = &sim->dev[i];
		if (sim->os[dev->os].state != SIM_OS_RUNS || !registered(sim, dev))
			continue;
		if (dev->waiting || dev->quieted)
			sim_violation(sim, "%s: os%u is not served%s, rte %llx round %x evicted %x",
				      when, dev->os,
				      dev->quieted ? " (INTx off)" : "",
				      (unsigned long long)sim_rte(sim, GSI),
				      irql_gsi(&sim->os[1].l, GSI)->round,
				      irql_gsi(&sim->os[1].l, GSI)->evicted);
	}
}

static uint64_t hash(uint64_t seed, const void *data, size_t bytes)
{
	const uint32_t *word = data;

	for (; bytes >= sizeof(*word); bytes -= sizeof(*word))
		seed = (seed ^ *word++) * 0x9e3779b97f4a7c15ull >> 3;
	return seed;
}

/* Of what irql_verify() looks at. */
static uint64_t state_hash(struct sim *sim)
{
	struct irql *l = &sim->os[1].l;
	uint64_t h = hash(1, irql_os(l, 1), SIM_MAX_OSES * sizeof(struct mint_irqt_os));
	struct mint_irqt_gsi g;
	struct mint_irqt_route r;
	uint32_t gsi, os;

	h = hash(h, irql_vector(l, 0), MINT_IRQT_NR_VECTORS * 4);
	h = hash(h, sim->chip[0].rte, NR_PINS * sizeof(uint64_t));
	for (gsi = FIRST_GSI; gsi < FIRST_GSI + NR_PINS; gsi++) {
		g = *irql_gsi(l, gsi);
		g.rounds = g.taken = g.untaken = g.forced = g.evictions = 0;
		h = hash(h, &g, sizeof(g));
		h = hash(h, &l->mine[gsi], 16);
		for (os = 1; os <= 3; os++) {
			r = *irql_route(l, os, gsi);
			r.count = r.foreign = 0;
			h = hash(h, &r, sizeof(r));
		}
	}
	return h;
}

/* Runs end in few different states: each is verified once. */
static bool verified_before(struct sim *sim)
{
	static uint64_t seen[4096];
	uint64_t h = state_hash(sim);
	uint64_t *slot = &seen[h % 4096];

	if (*slot == h)
		return true;
	*slot = h;
	return false;
}

/* Nobody is in the middle of anything, and all is well. */
static void check_end(struct sim *sim, const char *when)
{
	struct sim_dev *dev;
	uint32_t i;

	check_served(sim, when);
	if (irql_hdr(&sim->os[1].l)->lock.holder)
		sim_violation(sim, "%s: the lock is still held by %x", when,
			      irql_hdr(&sim->os[1].l)->lock.holder);
	else if (!verified_before(sim) &&
		 irql_verify(&sim->os[1].l, tell, sim) < 0)
		sim_violation(sim, "%s: verify cannot", when);
	/* And it goes on working, without help. */
	watches(sim, false);
	sim->inject.os = 0;
	for (i = 0; i < sim->nr_devs; i++) {
		dev = &sim->dev[i];
		if (sim->os[dev->os].state != SIM_OS_RUNS || !registered(sim, dev))
			continue;
		sim_raise(sim, dev);
		sim_run(sim, 1 * MS, NULL);
	}
	check_served(sim, "afterwards");
}

static void os_gone(struct sim_core *core, void *arg)
{
	(void)arg;
	while (irql_os_gone(&core->sim->os[core->os].l, VICTIM) == -IRQL_ETIMEDOUT)
		sim_sleep(core, 1 * MS);
}

/* The victim is dead: what the others do until its fence, and after it. */
static void bury(struct explore *ex)
{
	struct sim *sim = ex->sim;

	watches(sim, true);
	sim_run(sim, 3 * TIMEOUT_MS * MS, NULL);
	sim_fence(sim, VICTIM);
	sim_start(sim->os[1].core[1], os_gone, NULL);
	sim_run(sim, 3 * TIMEOUT_MS * MS, NULL);
	if (irql_gsi(&sim->os[1].l, GSI)->sharers & 1u << (VICTIM - 1))
		sim_violation(sim, "the dead OS is still a sharer");
	check_end(sim, "after a death");
}

static void wake(struct explore *ex)
{
	struct sim *sim = ex->sim;

	watches(sim, true);
	sim_run(sim, 3 * TIMEOUT_MS * MS, NULL);
	sim_wake(sim, VICTIM);
	sim_run(sim, 5 * TIMEOUT_MS * MS, NULL);
	check_end(sim, "after a stall");
}

/* The lock was held for so long that something was left to the watch. */
static bool put_off(struct sim *sim)
{
	uint32_t os, i;

	for (os = 1; os <= SIM_MAX_OSES; os++)
		for (i = 0; i < sizeof(sim->os[os].l.dirty) / sizeof(u32); i++)
			if (sim->os[os].l.dirty[i])
				return true;
	return false;
}

/* One order of events to its end. */
static void run(struct explore *ex, const struct scenario *s)
{
	struct sim *sim = ex->sim;

	start(sim, s);
	sim_run(sim, 100 * MS, NULL);
	/* From here on the order does not matter. */
	ex->off = true;
	if (!sim->inject.done && put_off(sim)) {
		watches(sim, true);
		sim_run(sim, TIMEOUT_MS * MS / 2, NULL);
		check_end(sim, "put off");
	} else if (!sim->inject.done)
		check_end(sim, "without a watch");
	else if (sim->inject.state == SIM_OS_DEAD)
		bury(ex);
	else
		wake(ex);
}

static void report(struct explore *ex, const struct scenario *s, const struct way *way,
		   int64_t at)
{
	fail_msg("%s, %s, os%u %s at point %lld, run %llu: %s", s->name, way->name,
		 VICTIM, at < 0 ? "lives" :
		 ex->sim->inject.state == SIM_OS_DEAD ? "dies" : "stalls",
		 (long long)at, (unsigned long long)ex->runs, ex->sim->violation);
}

static void explore(const struct scenario *s, const struct way *way, uint32_t nr)
{
	struct explore *ex = machine(s, way);

	explore_restart(ex, preemptions(nr));
	do {
		explore_begin(ex);
		run(ex, s);
		if (ex->sim->violation[0])
			report(ex, s, way, -1);
	} while (explore_next(ex));
	print_message("%s, %s: %llu runs\n", s->name, way->name,
		      (unsigned long long)ex->runs);
	end_machine(ex);
}

/* At each point of the victim, in each order. */
static void explore_faults(const struct scenario *s, const struct way *way,
			   enum sim_os_state state, uint32_t nr)
{
	struct explore *ex = machine(s, way);
	uint64_t after = 0;
	bool any;

	do {
		any = false;
		explore_restart(ex, preemptions(nr));
		do {
			explore_begin(ex);
			ex->sim->inject = (struct sim_inject){
				.os = VICTIM, .after = after, .step = -1,
				.state = state,
			};
			run(ex, s);
			any |= ex->sim->inject.done;
			if (ex->sim->violation[0])
				report(ex, s, way, (int64_t)after);
		} while (explore_next(ex));
		after++;
	} while (any);
	print_message("%s, %s, os%u %s: %llu points, %llu runs\n", s->name, way->name,
		      VICTIM, state == SIM_OS_DEAD ? "dies" : "stalls",
		      (unsigned long long)after - 1, (unsigned long long)ex->runs);
	end_machine(ex);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void test_rounds(void **state)
{
	(void)state;
	explore(&rounds, &self_ipi, 2);
	explore(&rounds, &mask, 2);
	explore(&rounds, &old_mask, 1);
	explore(&rounds, &directed, 2);
	explore(&more_rounds, &self_ipi, 1);
	explore(&three, &self_ipi, 1);
	explore(&three, &mask, 1);
}

static void test_joining(void **state)
{
	(void)state;
	explore(&joining, &self_ipi, 2);
	explore(&joining, &mask, 1);
	explore(&joining, &directed, 1);
	explore(&both_join, &self_ipi, 1);
	explore(&third_joins, &self_ipi, 1);
	explore(&third_joins, &mask, 1);
}

static void test_leaving(void **state)
{
	(void)state;
	explore(&leaving, &self_ipi, 2);
	explore(&leaving, &mask, 1);
	explore(&leaving, &old_mask, 1);
	explore(&leaving, &directed, 1);
	explore(&one_of_three_leaves, &self_ipi, 1);
	explore(&one_of_three_leaves, &mask, 1);
	explore(&coming_back, &self_ipi, 1);
	explore(&coming_back, &mask, 1);
	explore(&leave_and_come, &self_ipi, 1);
}

static void test_masking(void **state)
{
	(void)state;
	explore(&masking, &self_ipi, 2);
	explore(&masking, &mask, 1);
	explore(&mask_against_join, &self_ipi, 1);
	explore(&moving, &self_ipi, 1);
}

static void test_two_pins(void **state)
{
	(void)state;
	explore(&two_pins, &self_ipi, 2);
}

static void test_deaths(void **state)
{
	(void)state;
	explore_faults(&rounds, &self_ipi, SIM_OS_DEAD, 1);
	explore_faults(&rounds, &mask, SIM_OS_DEAD, 0);
	explore_faults(&rounds, &old_mask, SIM_OS_DEAD, 0);
	explore_faults(&rounds, &directed, SIM_OS_DEAD, 0);
	explore_faults(&three, &self_ipi, SIM_OS_DEAD, 0);
	explore_faults(&joining, &self_ipi, SIM_OS_DEAD, 0);
	explore_faults(&joining, &mask, SIM_OS_DEAD, 0);
	explore_faults(&leaving, &self_ipi, SIM_OS_DEAD, 0);
	explore_faults(&leaving, &mask, SIM_OS_DEAD, 0);
	explore_faults(&one_of_three_leaves, &self_ipi, SIM_OS_DEAD, 0);
	explore_faults(&coming_back, &self_ipi, SIM_OS_DEAD, 0);
	explore_faults(&masking, &self_ipi, SIM_OS_DEAD, 0);
	explore_faults(&two_pins, &self_ipi, SIM_OS_DEAD, 0);
}

static void test_stalls(void **state)
{
	(void)state;
	explore_faults(&rounds, &self_ipi, SIM_OS_STALLED, 1);
	explore_faults(&rounds, &mask, SIM_OS_STALLED, 0);
	explore_faults(&rounds, &old_mask, SIM_OS_STALLED, 0);
	explore_faults(&rounds, &directed, SIM_OS_STALLED, 0);
	explore_faults(&three, &self_ipi, SIM_OS_STALLED, 0);
	explore_faults(&joining, &self_ipi, SIM_OS_STALLED, 0);
	explore_faults(&joining, &mask, SIM_OS_STALLED, 0);
	explore_faults(&leaving, &self_ipi, SIM_OS_STALLED, 0);
	explore_faults(&one_of_three_leaves, &self_ipi, SIM_OS_STALLED, 0);
	explore_faults(&coming_back, &self_ipi, SIM_OS_STALLED, 0);
	explore_faults(&masking, &self_ipi, SIM_OS_STALLED, 0);
	explore_faults(&two_pins, &self_ipi, SIM_OS_STALLED, 0);
}

/* The watches of two OSes find at the same time that a third does not answer. */
static void evict_once(struct explore *ex)
{
	struct sim *sim = ex->sim;
	struct mint_irqt_gsi *g = irql_gsi(&sim->os[1].l, GSI);

	sim->inject = (struct sim_inject){ .os = VICTIM, .step = IRQL_STEP_BEGIN,
					   .state = SIM_OS_STALLED };
	start(sim, &three);
	ex->off = true;
	sim_run(sim, 100 * MS, NULL);
	watches(sim, true);
	sim_run(sim, TIMEOUT_MS * MS * 9 / 10, NULL);
	ex->off = false;
	sim_run(sim, TIMEOUT_MS * MS / 2, NULL);
	ex->off = true;
	if (g->evicted != 1u << (VICTIM - 1) || g->evictions != 1)
		sim_violation(sim, "evicted: %x, %u evictions", g->evicted, g->evictions);
	if (!sim->dev[VICTIM - 1].quieted || sim->dev[0].quieted)
		sim_violation(sim, "INTx: off %d, of another %d",
			      sim->dev[VICTIM - 1].quieted, sim->dev[0].quieted);
	wake(ex);
}

static void test_two_watches(void **state)
{
	struct explore *ex = machine(&three, &self_ipi);

	(void)state;
	explore_restart(ex, preemptions(1));
	do {
		explore_begin(ex);
		evict_once(ex);
		if (ex->sim->violation[0])
			report(ex, &three, &self_ipi, 0);
	} while (explore_next(ex));
	print_message("two watches: %llu runs\n", (unsigned long long)ex->runs);
	end_machine(ex);
}

/* The lock is what keeps index and data together: without it this shows. */
static void test_lock_is_needed(void **state)
{
	struct explore *ex = machine(&two_pins, &self_ipi);
	uint64_t mixed = 0;
	uint32_t os;

	(void)state;
	explore_restart(ex, 1);
	do {
		explore_begin(ex);
		ex->sim->may_mix = true;
		for (os = 1; os <= 2; os++)
			ex->sim->os[os].l.no_lock = true;
		start(ex->sim, &two_pins);
		sim_run(ex->sim, 1 * MS, NULL);
		mixed += ex->sim->mixed > 0;
	} while (explore_next(ex));
	assert_in_range(mixed, 1, ex->runs);
	print_message("without the lock: wrong register in %llu of %llu runs\n",
		      (unsigned long long)mixed, (unsigned long long)ex->runs);
	end_machine(ex);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_joining),
		cmocka_unit_test(test_leaving),
		cmocka_unit_test(test_masking),
		cmocka_unit_test(test_two_pins),
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_stalls),
		cmocka_unit_test(test_two_watches),
		cmocka_unit_test(test_lock_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
