// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once, at random but from a seed: OSes share lines, have pins of
 * their own, come, go, mask and move, while one of them stalls or dies at any
 * point and starts again.  In the end all is served and the table is right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "../irqsim/sim.h"

#define NR_OSES		4u
#define NR_SHARED	2u
#define SHARED_GSI(i)	(20u + (i))
#define OWN_GSI(os)	(15u + (os))
#define EDGE_GSI(os)	(2u + (os))
#define DEVS_PER_OS	(NR_SHARED + 2)
#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
#define TIMEOUT_MS	10u
#define US		1000ull
#define MS		1000000ull

static const uint32_t rearms[] = {
	MINT_REARM_SELF_IPI, MINT_REARM_MASK, MINT_REARM_DIRECTED,
};

static struct sim_dev *dev_of(struct sim *sim, uint32_t os, uint32_t i)
{
	return &sim->dev[(os - 1) * DEVS_PER_OS + i];
}

/* A device is kept off its line while there is no driver for it. */
static void request(struct sim_core *core, struct sim_dev *dev)
{
	int err;

	do {
		err = sim_request(core, dev->gsi, dev->level ? LEVEL_LOW : 0,
				  0x30 + core->os);
		if (err == -IRQL_ETIMEDOUT && core->sim->current)
			sim_sleep(core, 1 * MS);
	} while (err == -IRQL_ETIMEDOUT && core->sim->current);
	if (err)
		sim_violation(core->sim, "os%u GSI %u: error %d", core->os, dev->gsi, err);
	dev->intx_off = false;
	sim_update_line(core->sim, dev->gsi);
}

static void release(struct sim_core *core, struct sim_dev *dev)
{
	dev->intx_off = true;
	sim_update_line(core->sim, dev->gsi);
	sim_release(core, dev->gsi);
}

static void request_all(struct sim_core *core, void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < DEVS_PER_OS; i++)
		request(core, dev_of(core->sim, core->os, i));
}

static void one_change(struct sim_core *core)
{
	struct sim *sim = core->sim;
	struct sim_dev *dev = dev_of(sim, core->os, sim_random(sim, NR_SHARED + 1));

	switch (sim_random(sim, 4)) {
	case 0:
		release(core, dev);
		sim_sleep(core, sim_random(sim, 300) * US);
		request(core, dev);
		break;
	case 1:
		sim_disable(core, dev->gsi);
		sim_sleep(core, sim_random(sim, 300) * US);
		sim_enable(core, dev->gsi);
		break;
	case 2:
		sim_move(core, dev->gsi, sim->os[core->os].core[sim_random(sim, 2)]->lapic.apic_id);
		break;
	case 3:
		/* For so long that the others lose patience. */
		if (sim_random(sim, 8))
			break;
		sim_disable(core, dev->gsi);
		sim_sleep(core, 3 * TIMEOUT_MS * MS);
		sim_enable(core, dev->gsi);
		break;
	}
}

static void churn(struct sim_core *core, void *arg)
{
	uint32_t times = *(const uint32_t *)arg;

	while (times--) {
		one_change(core);
		sim_sleep(core, sim_random(core->sim, 400) * US);
	}
}

static struct sim *machine(uint64_t seed)
{
	struct sim *sim = sim_new(seed);
	struct mint_irqt_header *header = sim->table;
	uint32_t os, i;

	sim->can_direct = rearms[seed % 3] == MINT_REARM_DIRECTED;
	sim_add_chip(sim, 0, 24, seed % 6 == 1 ? 0x11 : 0x20);
	sim_build(sim);
	header->rearm = rearms[seed % 3];
	header->timeout_ms = TIMEOUT_MS;
	sim->slice = 1 + seed % 5;
	sim->max_points = 20000000;
	for (os = 1; os <= NR_OSES; os++) {
		assert_int_equal(sim_add_os(sim, os, 2), 0);
		sim->os[os].l.lock_timeout_us = 50000;
		for (i = 0; i < NR_SHARED; i++)
			sim_add_dev(sim, os, SHARED_GSI(i), true);
		sim_add_dev(sim, os, OWN_GSI(os), true);
		sim_add_dev(sim, os, EDGE_GSI(os), false);
		request_all(sim->os[os].core[0], NULL);
	}
	return sim;
}

static void load(struct sim *sim, uint64_t period_ns)
{
	uint32_t i;

	for (i = 0; i < sim->nr_devs; i++) {
		sim->dev[i].left = 1u << 30;
		sim->dev[i].period_ns = period_ns;
		sim->dev[i].next_ns = sim->now_ns + sim_random(sim, (uint32_t)period_ns);
	}
}

static void stop_load(struct sim *sim)
{
	uint32_t i;

	for (i = 0; i < sim->nr_devs; i++)
		sim->dev[i].left = 0;
}

static void os_gone(struct sim_core *core, void *arg)
{
	uint32_t os = *(const uint32_t *)arg;

	while (irql_os_gone(&core->sim->os[core->os].l, os) == -IRQL_ETIMEDOUT)
		sim_sleep(core, 1 * MS);
}

static bool injected(struct sim *sim)
{
	return sim->inject.done;
}

static bool at_rest(struct sim *sim)
{
	uint32_t os;

	for (os = 1; os <= SIM_MAX_OSES; os++)
		if (sim->os[os].state == SIM_OS_RUNS &&
		    (sim->os[os].l.held_by || sim->os[os].core[1]->task ||
		     sim->os[os].core[0]->task))
			return false;
	return !irql_hdr(&sim->os[1].l)->lock.holder;
}

static void expect_rest(struct sim *sim, uint64_t seed)
{
	if (!sim_run(sim, 2000 * MS, at_rest))
		fail_msg("seed %llu: no rest: %s", (unsigned long long)seed, sim->violation);
}

/* Stops @victim somewhere, for a while or for good. */
static void strike(struct sim *sim, uint32_t victim, enum sim_os_state state)
{
	sim->inject = (struct sim_inject){
		.os = victim, .after = sim_random(sim, 2000), .step = -1, .state = state,
	};
	sim_run(sim, 5 * MS, injected);
	sim_run(sim, sim_random(sim, 4 * TIMEOUT_MS) * MS, NULL);
	if (!sim->inject.done) {
		sim->inject.os = 0;
		return;
	}
	if (state == SIM_OS_STALLED) {
		sim_wake(sim, victim);
		return;
	}
	sim_fence(sim, victim);
}

static void bury_and_restart(struct sim *sim, uint32_t victim, uint64_t seed)
{
	uint32_t i;

	sim->os[1].core[1]->task = NULL;
	sim_init_core(sim->os[1].core[1]);
	sim_start(sim->os[1].core[1], os_gone, &victim);
	expect_rest(sim, seed);
	for (i = 0; i < DEVS_PER_OS; i++) {
		dev_of(sim, victim, i)->waiting = 0;
		dev_of(sim, victim, i)->intx_off = true;
		dev_of(sim, victim, i)->left = 0;
	}
	assert_int_equal(sim_restart_os(sim, victim), 0);
	sim->os[victim].l.lock_timeout_us = 50000;
	sim_start(sim->os[victim].core[0], request_all, NULL);
	expect_rest(sim, seed);
}

static void note_diff(void *arg, const struct irql_diff *d)
{
	sim_violation(arg, "verify: wrong %d, GSI %d, os %u, is %llx should be %llx",
		      (int)d->what, (int)d->gsi, d->os, (unsigned long long)d->is,
		      (unsigned long long)d->should);
}

static void expect_right(struct sim *sim, uint64_t seed)
{
	struct sim_dev *dev;
	uint32_t i, n, os;

	for (n = 0; n < 2; n++) {
		sim_run(sim, 6 * TIMEOUT_MS * MS, NULL);
		for (i = 0; i < sim->nr_devs; i++) {
			dev = &sim->dev[i];
			if (dev->quieted || (dev->waiting && (dev->level || n)))
				sim_violation(sim, "os%u GSI %u is not served: rte %llx round %x evicted %x%s",
					      dev->os, dev->gsi,
					      (unsigned long long)sim_rte(sim, dev->gsi),
					      irql_gsi(&sim->os[1].l, dev->gsi)->round,
					      irql_gsi(&sim->os[1].l, dev->gsi)->evicted,
					      dev->quieted ? " INTx off" : "");
			dev->waiting = dev->level ? dev->waiting : 0;
			if (!n)
				sim_raise(sim, dev);
		}
	}
	expect_rest(sim, seed);
	for (os = 1; os <= NR_OSES; os++)
		irql_verify(&sim->os[os].l, note_diff, sim);
	if (sim->violation[0])
		fail_msg("seed %llu: %s", (unsigned long long)seed, sim->violation);
}

/* One life: @state is what happens to one of the OSes in it. */
static void live(uint64_t seed, enum sim_os_state state)
{
	struct sim *sim = machine(seed);
	uint32_t victim = 2 + (uint32_t)(seed / 3 % (NR_OSES - 1)), os, times = 12;

	load(sim, 50 * US);
	for (os = 2; os <= NR_OSES; os++)
		sim_start(sim->os[os].core[1], churn, &times);
	sim_run(sim, 1 * MS, NULL);
	strike(sim, victim, state);
	if (sim->os[victim].state == SIM_OS_FENCED)
		bury_and_restart(sim, victim, seed);
	expect_rest(sim, seed);
	stop_load(sim);
	expect_right(sim, seed);
	sim_free(sim);
}

/* MINT_TEST_LONG: ten times as many. */
static uint64_t nr_seeds(uint64_t nr)
{
	const char *longer = getenv("MINT_TEST_LONG");

	return longer && *longer ? 10 * nr : nr;
}

static void test_stalls(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 0; seed < nr_seeds(200); seed++)
		live(seed, SIM_OS_STALLED);
}

static void test_deaths(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 0; seed < nr_seeds(200); seed++)
		live(1000 + seed, SIM_OS_DEAD);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stalls),
		cmocka_unit_test(test_deaths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
