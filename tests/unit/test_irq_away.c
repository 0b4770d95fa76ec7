// SPDX-License-Identifier: GPL-2.0-only
/*
 * Level pins of OSes that have a core by turns, on the simulated machine: what comes for
 * the one that is away is masked and kept for it, or owed by it; nothing storms, nothing is
 * lost, nobody is evicted for being away.  Most tests run with each way of re-arming.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "irq_machine.h"

#define GSI		20u
#define EDGE_GSI	4u

/* os1 and os2 have a core by turns; os3 has its own. */
#define HERE		1u
#define AWAY		2u
#define THIRD		3u

static struct sim *machine(const struct way *way, uint64_t seed)
{
	struct sim *sim = machine_of_way(way, seed);
	uint32_t os;

	assert_int_equal(sim_add_os(sim, HERE, 2), 0);
	assert_int_equal(sim_add_os_on(sim, AWAY, sim->os[HERE].core[0]), 0);
	assert_int_equal(sim_add_os(sim, THIRD, 2), 0);
	for (os = HERE; os <= THIRD; os++) {
		sim_add_dev(sim, os, GSI, true);
		sim->os[os].handler_points = 3;
	}
	return sim;
}

static struct sim_dev *dev_of(struct sim *sim, uint32_t os)
{
	return &sim->dev[os - 1];
}

static struct mint_irqt_gsi *control(struct sim *sim)
{
	return irql_gsi(layer(sim, HERE), GSI);
}

static void request(struct sim *sim, uint32_t os)
{
	assert_int_equal(sim_request(core(sim, os), GSI, LEVEL_LOW, 0), 0);
}

static uint32_t vector(struct sim *sim)
{
	return control(sim)->vector;
}

static bool masked(struct sim *sim)
{
	return sim_rte(sim, GSI) & IRQL_RTE_MASK;
}

static void expect_clean(struct sim *sim)
{
	assert_int_equal(irql_verify(layer(sim, THIRD), NULL, NULL), 0);
}

/* The other one of the core has it now. */
static void swap(struct sim *sim)
{
	struct sim_core *before = core(sim, HERE)->away ? core(sim, AWAY) : core(sim, HERE);
	uint32_t tries;

	/* Not in the middle of an interrupt. */
	for (tries = 0; tries < 1000 && !before->away; tries++) {
		sim_swap(before);
		sim_run(sim, 1 * US, NULL);
	}
	assert_true(before->away);
}

static void expect_served(struct sim *sim, uint32_t os, uint64_t events)
{
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(dev_of(sim, os)->raised, events);
	assert_int_equal(dev_of(sim, os)->served, events);
}

/* ---- a pin of one OS ------------------------------------------------------------------ */

static void exclusive(const struct way *way)
{
	struct sim *sim = machine(way, 1);
	uint64_t writes, i;

	/* Its watch would do it in the end. */
	sim->os[AWAY].no_watch = true;
	request(sim, AWAY);
	for (i = 1; i <= 5; i++) {
		sim_raise(sim, dev_of(sim, AWAY));
		sim_run(sim, 1 * MS, NULL);
		/* Interrupted once, and the line is still high. */
		assert_int_equal(sim->os[HERE].held, i);
		assert_int_equal(control(sim)->held, 1);
		assert_true(masked(sim));
		assert_true(sim->line_high[GSI]);
		expect_clean(sim);
		writes = sim->data_writes[HERE];
		sim_run(sim, 2 * TIMEOUT_MS * MS, NULL);
		assert_int_equal(sim->os[HERE].held, i);
		assert_int_equal(sim->data_writes[HERE], writes);

		swap(sim);
		expect_served(sim, AWAY, i);
		assert_int_equal(control(sim)->held, 0);
		assert_false(masked(sim));
		assert_int_equal(sim_rte(sim, GSI) & IRQL_RTE_IRR, 0);
		expect_clean(sim);
		swap(sim);
	}
	assert_int_equal(sim->os[HERE].strays, 0);
	end(sim);
}

static void test_exclusive(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		exclusive(way);
}

/* And what comes while it is there does not cost a write. */
static void test_exclusive_while_it_is_there(void **state)
{
	struct sim *sim = machine(&ways[0], 1);
	uint64_t writes;

	(void)state;
	request(sim, AWAY);
	swap(sim);
	sim_run(sim, 1 * MS, NULL);
	writes = sim->data_writes[AWAY];
	sim_raise(sim, dev_of(sim, AWAY));
	expect_served(sim, AWAY, 1);
	assert_int_equal(sim->os[HERE].held, 0);
	swap(sim);
	swap(sim);
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(sim->data_writes[AWAY], writes);
	end(sim);
}

/* Its own mask stays, whoever holds the pin meanwhile. */
static void test_masked_while_it_is_held(void **state)
{
	struct sim *sim = machine(&ways[0], 1);
	struct sim_core *elsewhere = sim->os[AWAY].core[1];

	(void)state;
	request(sim, AWAY);
	sim_raise(sim, dev_of(sim, AWAY));
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(control(sim)->held, 1);
	/* From its other core, which it has alone. */
	sim_disable(elsewhere, GSI);
	swap(sim);
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(control(sim)->held, 0);
	assert_true(masked(sim));
	assert_int_equal(dev_of(sim, AWAY)->served, 0);
	sim_enable(elsewhere, GSI);
	expect_served(sim, AWAY, 1);
	expect_clean(sim);
	end(sim);
}

/* An edge pin's does not come again: it is kept as a vector. */
static void test_edge_pin(void **state)
{
	struct sim *sim = machine(&ways[0], 1);
	struct sim_dev *dev = sim_add_dev(sim, AWAY, EDGE_GSI, false);

	(void)state;
	assert_int_equal(sim_request(core(sim, AWAY), EDGE_GSI, 0, 0x84), 0);
	sim_raise(sim, dev);
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(dev->served, 0);
	assert_false(sim_rte(sim, EDGE_GSI) & IRQL_RTE_MASK);
	assert_int_equal(irql_gsi(layer(sim, HERE), EDGE_GSI)->held, 0);
	swap(sim);
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(dev->served, 1);
	end(sim);
}

/* Who is gone keeps nothing masked for the next one. */
static void test_gone_while_it_is_held(void **state)
{
	struct sim *sim = machine(&ways[0], 1);

	(void)state;
	request(sim, AWAY);
	sim_raise(sim, dev_of(sim, AWAY));
	sim_run(sim, 1 * MS, NULL);
	sim_fence(sim, AWAY);
	assert_int_equal(irql_os_gone(layer(sim, HERE), AWAY), 0);
	assert_int_equal(control(sim)->held, 0);
	expect_clean(sim);
	request(sim, THIRD);
	assert_false(masked(sim));
	sim_raise(sim, dev_of(sim, THIRD));
	expect_served(sim, THIRD, 1);
	end(sim);
}

/* So does one that lets go of the pin, and takes it again. */
static void test_released_while_it_is_held(void **state)
{
	struct sim *sim = machine(&ways[0], 1);

	(void)state;
	request(sim, AWAY);
	sim_raise(sim, dev_of(sim, AWAY));
	sim_run(sim, 1 * MS, NULL);
	sim_release(sim->os[AWAY].core[1], GSI);
	assert_int_equal(control(sim)->held, 0);
	expect_clean(sim);
	request(sim, AWAY);
	assert_false(masked(sim));
	sim_run(sim, 1 * MS, NULL);
	assert_true(masked(sim));
	swap(sim);
	expect_served(sim, AWAY, 1);
	end(sim);
}

/* ---- what a vector is not ----------------------------------------------------------------- */

static void take(struct sim *sim, uint32_t which)
{
	struct sim_core *c = core(sim, HERE);

	sim_lapic_accept(&c->lapic, which, false);
	assert_int_equal(sim_lapic_take(&c->lapic), which);
	c->irq_off = true;
	irql_hold(layer(sim, HERE), which);
	c->irq_off = false;
	/* Served, whatever it is. */
	assert_int_equal(c->lapic.isr[which / 32], 0);
}

/* Nothing is masked, nothing is written. */
static void expect_ignored(struct sim *sim, uint32_t which)
{
	uint64_t writes = sim->data_writes[HERE];
	uint32_t gsi;

	take(sim, which);
	assert_int_equal(sim->data_writes[HERE], writes);
	for (gsi = 0; gsi < 24; gsi++)
		assert_int_equal(irql_gsi(layer(sim, HERE), gsi)->held, 0);
	assert_string_equal(sim->violation, "");
}

static void test_no_vector_of_a_pin(void **state)
{
	static const uint32_t garbage[] = { 0, MINT_IRQT_MAX_GSIS + 1, GSI + 1, ~0u, 0x80000000 };
	struct sim *sim = machine(&ways[0], 1);
	uint32_t own, foreign, i;

	(void)state;
	request(sim, HERE);
	own = vector(sim);
	assert_int_equal(sim_request(core(sim, AWAY), GSI + 1, LEVEL_LOW, 0), 0);
	foreign = irql_gsi(layer(sim, HERE), GSI + 1)->vector;

	expect_ignored(sim, own);
	expect_ignored(sim, 0x20);
	expect_ignored(sim, MINT_IRQT_VECTOR_FIRST - 1);
	expect_ignored(sim, MINT_IRQT_VECTOR_FIRST + MINT_IRQT_NR_VECTORS);
	expect_ignored(sim, 255);
	for (i = 0; i < MINT_IRQT_NR_VECTORS; i++)
		if (MINT_IRQT_VECTOR_FIRST + i != foreign)
			expect_ignored(sim, MINT_IRQT_VECTOR_FIRST + i);
	/* Its word in the table may be anything. */
	for (i = 0; i < sizeof(garbage) / sizeof(*garbage); i++) {
		*irql_vector(layer(sim, HERE), foreign - MINT_IRQT_VECTOR_FIRST) = garbage[i];
		expect_ignored(sim, foreign);
	}
	*irql_vector(layer(sim, HERE), foreign - MINT_IRQT_VECTOR_FIRST) = GSI + 1 + 1;
	take(sim, foreign);
	assert_int_equal(irql_gsi(layer(sim, HERE), GSI + 1)->held, 1);
	expect_clean(sim);
	end(sim);
}

/* Nobody is there who has let go of the pin, or shares it: then there is nothing to hold. */
static void test_no_pin_of_who_is_away(void **state)
{
	struct sim *sim = machine(&ways[0], 1);
	uint32_t which;

	(void)state;
	request(sim, AWAY);
	request(sim, THIRD);
	which = vector(sim);
	expect_ignored(sim, which);
	/* It is one OS's now, and that one is not away. */
	sim_release(core(sim, AWAY), GSI);
	assert_false(masked(sim));
	sim_raise(sim, dev_of(sim, THIRD));
	expect_served(sim, THIRD, 1);
	sim_release(core(sim, THIRD), GSI);
	expect_ignored(sim, which);
	expect_clean(sim);
	end(sim);
}

/* ---- the lock ----------------------------------------------------------------------------------- */

/* It ends all the same; what it cannot do now is done as soon as it comes again. */
static void test_lock_is_stuck(void **state)
{
	struct sim *sim = machine(&ways[0], 1);
	struct mint_irqt_header *header = sim->table;
	uint64_t before;

	(void)state;
	request(sim, AWAY);
	header->lock.holder = MINT_LOCK_WORD(THIRD, core(sim, THIRD)->number);
	before = sim->now_ns;
	expect_ignored(sim, vector(sim));
	assert_in_range(sim->now_ns - before, 900 * US, 2 * MS);
	header->lock.holder = 0;
	sim_raise(sim, dev_of(sim, AWAY));
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(control(sim)->held, 1);

	/* Back without the lock: the watch sees to it. */
	sim->os[AWAY].no_watch = true;
	header->lock.holder = MINT_LOCK_WORD(THIRD, core(sim, THIRD)->number);
	swap(sim);
	sim_run(sim, 5 * MS, NULL);
	assert_int_equal(dev_of(sim, AWAY)->served, 0);
	header->lock.holder = 0;
	sim->os[AWAY].no_watch = false;
	sim->os[AWAY].watch_ns = sim->now_ns;
	expect_served(sim, AWAY, 1);
	assert_int_equal(control(sim)->held, 0);
	end(sim);
}

/* Damage: held for nobody. */
static void test_held_by_nobody(void **state)
{
	struct sim *sim = machine(&ways[0], 1);

	(void)state;
	request(sim, THIRD);
	control(sim)->held = 0xdead;
	sim_disable(core(sim, THIRD), GSI);
	sim_enable(core(sim, THIRD), GSI);
	assert_true(masked(sim));
	sim_run(sim, TIMEOUT_MS * MS, NULL);
	assert_false(masked(sim));
	assert_int_equal(control(sim)->held, 0);
	end(sim);
}

/* ---- lines that are shared ----------------------------------------------------------------------- */

static void load(struct sim *sim, uint32_t os, uint64_t events, uint64_t period_ns)
{
	struct sim_dev *dev = dev_of(sim, os);

	dev->left = events;
	dev->period_ns = period_ns;
	dev->next_ns = sim->now_ns + 1 + sim_random(sim, (uint32_t)period_ns);
}

static uint64_t turn_ns;

static void take_turns(struct sim_core *script, void *arg)
{
	struct sim *sim = script->sim;

	(void)arg;
	for (;;) {
		sim_sleep(script, turn_ns / 2 + sim_random(sim, (uint32_t)turn_ns));
		sim_swap(core(sim, HERE));
	}
}

static bool all_served(struct sim *sim)
{
	uint32_t i;

	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].left || sim->dev[i].waiting)
			return false;
	return true;
}

static void run_out(struct sim *sim, uint64_t ns)
{
	bool done = sim_run(sim, ns, all_served);

	assert_string_equal(sim->violation, "");
	if (!done)
		fail_msg("not all served: %u %u %u, rte %llx round %x evicted %x held %x",
			 (unsigned int)dev_of(sim, 1)->waiting, (unsigned int)dev_of(sim, 2)->waiting,
			 (unsigned int)dev_of(sim, 3)->waiting, (unsigned long long)sim_rte(sim, GSI),
			 control(sim)->round, control(sim)->evicted, control(sim)->held);
}

/*
 * All three on one line, or in turn the two that have a core: whatever is under way when
 * they take turns.
 */
static void by_turns(const struct way *way, uint64_t seed, uint32_t sharers)
{
	struct sim *sim = machine(way, seed);
	uint32_t os;

	turn_ns = 200 * US << seed % 4;
	for (os = HERE; os <= THIRD; os++) {
		sim->os[os].away_us = os == THIRD ? 0 : 2 * turn_ns / US;
		if (!(sharers & 1u << os))
			continue;
		request(sim, os);
		load(sim, os, 500, 50 * US);
	}
	sim_start(sim_script(sim), take_turns, NULL);
	run_out(sim, 100 * S);
	assert_int_equal(control(sim)->evictions, 0);
	for (os = HERE; os <= THIRD; os++) {
		assert_int_equal(dev_of(sim, os)->served, sharers & 1u << os ? 500 : 0);
		assert_int_equal(sim->os[os].strays, 0);
		/* No longer than it is away. */
		assert_in_range(dev_of(sim, os)->longest_ns, 0, 4 * turn_ns + 1 * MS);
	}
	end(sim);
}

static void test_by_turns(void **state)
{
	static const uint32_t sharers[] = {
		1u << AWAY, 1u << AWAY | 1u << THIRD, 1u << HERE | 1u << AWAY,
		1u << HERE | 1u << AWAY | 1u << THIRD,
	};
	const struct way *way;
	uint64_t seed;
	uint32_t i;

	(void)state;
	for_each_way(way)
		for (seed = 0; seed < 12; seed++)
			for (i = 0; i < sizeof(sharers) / sizeof(*sharers); i++)
				by_turns(way, seed, sharers[i]);
}

/*
 * Its other core has it come and go meanwhile: for that the lock is held for long, until
 * the round ends.
 */
static void come_and_go(struct sim_core *c, void *arg)
{
	uint32_t times = 100;

	(void)arg;
	while (times--) {
		sim_release(c, GSI);
		sim_sleep(c, sim_random(c->sim, 200000));
		if (sim_request(c, GSI, LEVEL_LOW, 0))
			sim_violation(c->sim, "os%u may not join", c->os);
		sim_sleep(c, sim_random(c->sim, 300000));
	}
}

static bool has_gone(struct sim *sim)
{
	return !sim->os[AWAY].core[1]->task;
}

static void joins(const struct way *way, uint64_t seed, uint32_t sharers)
{
	struct sim *sim = machine(way, seed);
	uint32_t os;

	turn_ns = 200 * US << seed % 3;
	for (os = HERE; os <= THIRD; os++) {
		sim->os[os].away_us = os == THIRD ? 0 : 2 * turn_ns / US;
		if (sharers & 1u << os)
			request(sim, os);
		if (sharers & 1u << os)
			load(sim, os, 500, 50 * US);
	}
	sim_start(sim->os[AWAY].core[1], come_and_go, NULL);
	sim_start(sim_script(sim), take_turns, NULL);
	sim_run(sim, 10 * S, has_gone);
	run_out(sim, 100 * S);
	assert_int_equal(control(sim)->evictions, 0);
	end(sim);
}

static void test_joins(void **state)
{
	const struct way *way;
	uint64_t seed;

	(void)state;
	for_each_way(way)
		for (seed = 0; seed < 12; seed++) {
			joins(way, seed, 1u << AWAY);
			joins(way, seed, 1u << AWAY | 1u << THIRD);
			joins(way, seed, 1u << HERE | 1u << AWAY | 1u << THIRD);
		}
}

static bool evicted(struct sim *sim)
{
	return control(sim)->evicted;
}

static bool nobody_evicted(struct sim *sim)
{
	return !control(sim)->evicted;
}

/* It owes, but only when it has been away for longer than it may is it taken out. */
static void owes(const struct way *way, uint32_t away_ms)
{
	struct sim *sim = machine(way, away_ms);
	uint64_t since;

	sim->os[AWAY].away_us = away_ms * 1000;
	request(sim, AWAY);
	request(sim, THIRD);
	sim_run(sim, 1 * MS, NULL);
	since = sim->now_ns;
	sim_raise(sim, dev_of(sim, AWAY));
	sim_raise(sim, dev_of(sim, THIRD));
	assert_true(sim_run(sim, 10 * S, evicted));
	assert_int_equal(control(sim)->evicted, 1u << (AWAY - 1));
	/* The watch looks four times in a time-out. */
	assert_in_range(sim->now_ns - since, (TIMEOUT_MS + away_ms) * MS,
			(2 * TIMEOUT_MS + away_ms) * MS);
	assert_int_equal(dev_of(sim, THIRD)->served, 1);
	assert_true(dev_of(sim, AWAY)->quieted);

	swap(sim);
	assert_true(sim_run(sim, 2 * TIMEOUT_MS * MS, nobody_evicted));
	expect_served(sim, AWAY, 1);
	assert_false(dev_of(sim, AWAY)->quieted);
	expect_clean(sim);
	end(sim);
}

static void test_evicted_when_it_is_away_for_too_long(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way) {
		owes(way, 0);
		owes(way, 20);
		owes(way, 500);
	}
}

/* Back in time it is served at once, and the others go on. */
static void back_in_time(const struct way *way)
{
	struct sim *sim = machine(way, 7);

	sim->os[AWAY].away_us = 1000000;
	request(sim, AWAY);
	request(sim, THIRD);
	load(sim, THIRD, 100, 50 * US);
	sim_raise(sim, dev_of(sim, AWAY));
	sim_run(sim, 900 * MS, NULL);
	assert_true(nobody_evicted(sim));
	assert_int_equal(dev_of(sim, AWAY)->served, 0);
	swap(sim);
	expect_served(sim, AWAY, 1);
	run_out(sim, 1 * S);
	assert_int_equal(dev_of(sim, THIRD)->served, 100);
	assert_int_equal(control(sim)->evictions, 0);
	expect_clean(sim);
	end(sim);
}

static void test_back_in_time(void **state)
{
	const struct way *way;

	(void)state;
	for_each_way(way)
		back_in_time(way);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exclusive),
		cmocka_unit_test(test_exclusive_while_it_is_there),
		cmocka_unit_test(test_masked_while_it_is_held),
		cmocka_unit_test(test_edge_pin),
		cmocka_unit_test(test_gone_while_it_is_held),
		cmocka_unit_test(test_released_while_it_is_held),
		cmocka_unit_test(test_no_vector_of_a_pin),
		cmocka_unit_test(test_no_pin_of_who_is_away),
		cmocka_unit_test(test_lock_is_stuck),
		cmocka_unit_test(test_held_by_nobody),
		cmocka_unit_test(test_by_turns),
		cmocka_unit_test(test_joins),
		cmocka_unit_test(test_evicted_when_it_is_away_for_too_long),
		cmocka_unit_test(test_back_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
