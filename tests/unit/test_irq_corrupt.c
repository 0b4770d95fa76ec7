// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS writes garbage over the table while others work with it: nobody crashes,
 * no call lasts for ever, who is not hit is served, and a repair restores all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../irqsim/sim.h"

#define SHARED_GSI	20u
#define OWN_GSI(os)	(16u + (os))
#define EDGE_GSI(os)	(2u + (os))
#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
#define TIMEOUT_MS	20u
#define US		1000ull
#define MS		1000000ull
#define S		1000000000ull
#define BAD_OS		2u
#define NR_OSES		3u
#define DEVS_PER_OS	3u

/**
 * struct region - a part of the table
 * @mixes:	the lock's word is in it: what the lock keeps apart may mix
 * @harmless:	nobody but @BAD_OS may notice
 */
struct region {
	const char *name;
	uint32_t first;
	uint32_t bytes;
	bool mixes;
	bool harmless;
};

static const struct region regions[] = {
	{ "own section", MINT_IRQT_OFF_SECTIONS + (BAD_OS - 1) * MINT_IRQT_SECTION_SIZE,
	  MINT_IRQT_SEC_ROUTES + 24 * sizeof(struct mint_irqt_route), false, true },
	{ "all of the own section",
	  MINT_IRQT_OFF_SECTIONS + (BAD_OS - 1) * MINT_IRQT_SECTION_SIZE,
	  MINT_IRQT_SECTION_SIZE, false, true },
	{ "another's section", MINT_IRQT_OFF_SECTIONS,
	  MINT_IRQT_SEC_ROUTES + 24 * sizeof(struct mint_irqt_route), false, false },
	{ "GSIs", MINT_IRQT_OFF_GSIS, 24 * sizeof(struct mint_irqt_gsi), false, false },
	{ "vectors", MINT_IRQT_OFF_VECTORS, MINT_IRQT_NR_VECTORS * 4, false, false },
	{ "OSes", MINT_IRQT_OFF_OSES, 16 * sizeof(struct mint_irqt_os), false, false },
	{ "header", 0, MINT_IRQT_OFF_OSES, true, false },
	{ "control words", 0, MINT_IRQT_OFF_SECTIONS, true, false },
	{ "whole table", 0, MINT_IRQT_SIZE, true, false },
};

#define NR_REGIONS	(sizeof(regions) / sizeof(*regions))

struct scribble {
	const struct region *region;
	uint32_t times;
	uint32_t most_bytes;
};

/* An OS has a share of a line, a level and an edge pin, and messages. */
static void add_os(struct sim *sim, uint32_t os)
{
	struct irql_msg msg = { .type = MINT_IRQ_MSIX, .vector = 0x55, .name = "nic" };
	struct sim_core *core;
	uint32_t i;

	assert_int_equal(sim_add_os(sim, os, 2), 0);
	core = sim->os[os].core[0];
	sim->os[os].l.lock_timeout_us = 100000;
	sim_add_dev(sim, os, SHARED_GSI, true);
	sim_add_dev(sim, os, OWN_GSI(os), true);
	sim_add_dev(sim, os, EDGE_GSI(os), false);
	assert_int_equal(sim_request(core, SHARED_GSI, LEVEL_LOW, 0), 0);
	assert_int_equal(sim_request(core, OWN_GSI(os), LEVEL_LOW, 0), 0);
	assert_int_equal(sim_request(core, EDGE_GSI(os), 0, 0x30 + os), 0);
	msg.dest = core->lapic.apic_id;
	for (i = 0; i < 8; i++)
		assert_true(irql_add_msg(&sim->os[os].l, &msg) > 0);
}

static struct sim *machine(uint64_t seed, uint32_t rearm)
{
	struct sim *sim = sim_new(seed);
	struct mint_irqt_header *header = sim->table;
	uint32_t os;

	sim_build(sim);
	header->timeout_ms = TIMEOUT_MS;
	header->rearm = rearm;
	for (os = 1; os <= NR_OSES; os++)
		add_os(sim, os);
	return sim;
}

static void load(struct sim *sim, uint64_t period_ns)
{
	uint32_t i;

	for (i = 0; i < sim->nr_devs; i++) {
		sim->dev[i].left = ~0ull >> 1;
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

static void write_garbage(struct sim *sim, const struct scribble *s)
{
	uint32_t bytes = 1 + sim_random(sim, s->most_bytes);
	uint32_t at, i, kind = sim_random(sim, 4);
	unsigned char *p;

	if (bytes > s->region->bytes)
		bytes = s->region->bytes;
	at = sim_random(sim, s->region->bytes - bytes + 1);
	p = (unsigned char *)sim->table + s->region->first + at;
	for (i = 0; i < bytes; i++)
		p[i] = kind == 0 ? 0 : kind == 1 ? 0xff : kind == 2 ?
			(p[i] ^ 1u << sim_random(sim, 8)) : sim_random(sim, 256);
}

static void scribble(struct sim_core *core, void *arg)
{
	struct scribble *s = arg;

	while (s->times--) {
		write_garbage(core->sim, s);
		sim_sleep(core, sim_random(core->sim, 2000) * US);
	}
}

/* The others do what takes the lock. */
static void churn(struct sim_core *core, void *arg)
{
	uint32_t *times = arg, gsi = 8 + core->os;
	int err;

	while ((*times)--) {
		err = sim_request(core, gsi, LEVEL_LOW, 0);
		sim_sleep(core, sim_random(core->sim, 500) * US);
		if (!err)
			sim_release(core, gsi);
		sim_sleep(core, sim_random(core->sim, 500) * US);
	}
}

static bool lock_free(struct sim *sim)
{
	uint32_t os;

	for (os = 1; os <= NR_OSES; os++)
		if (sim->os[os].l.held_by || sim->os[os].core[1]->task)
			return false;
	return !irql_hdr(&sim->os[1].l)->lock.holder;
}

static void note_diff(void *arg, const struct irql_diff *d)
{
	struct sim *sim = arg;

	sim_violation(sim, "wrong %d, GSI %d, os %u, is %llx should be %llx", (int)d->what,
		      (int)d->gsi, d->os, (unsigned long long)d->is,
		      (unsigned long long)d->should);
}

static void repair_all(struct sim *sim, const char *what, uint64_t seed)
{
	uint32_t os, n;

	for (n = 0; n < 2; n++)
		for (os = 1; os <= NR_OSES; os++)
			assert_true(irql_repair(&sim->os[os].l) >= 0);
	for (os = 1; os <= NR_OSES; os++)
		if (irql_verify(&sim->os[os].l, note_diff, sim))
			fail_msg("%s, seed %llu, os%u after the repair: %s", what,
				 (unsigned long long)seed, os, sim->violation);
}

/* All that wait are served, and once more. */
static void expect_served(struct sim *sim, const char *what, uint64_t seed)
{
	struct sim_dev *dev;
	uint32_t i, n;

	for (n = 0; n < 2; n++) {
		for (i = 0; i < sim->nr_devs; i++) {
			/* Edges that came while damage lasted may be lost. */
			dev = &sim->dev[i];
			if (!n && !dev->level)
				dev->waiting = 0;
			if (n)
				sim_raise(sim, dev);
		}
		sim_run(sim, 10 * TIMEOUT_MS * MS, NULL);
		for (i = 0; i < sim->nr_devs; i++)
			if (sim->dev[i].waiting || sim->dev[i].quieted)
				fail_msg("%s, seed %llu: device %u of os%u on GSI %u is not served%s: rte %llx round %x evicted %x",
					 what, (unsigned long long)seed, i, sim->dev[i].os, sim->dev[i].gsi,
					 sim->dev[i].quieted ? " (INTx off)" : "",
					 (unsigned long long)sim_rte(sim, sim->dev[i].gsi),
					 irql_gsi(&sim->os[1].l, sim->dev[i].gsi)->round,
					 irql_gsi(&sim->os[1].l, sim->dev[i].gsi)->evicted);
	}
	assert_string_equal(sim->violation, "");
}

/* Of those who were not hit. */
static void expect_undisturbed(struct sim *sim)
{
	uint32_t i;

	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].os != BAD_OS)
			assert_in_range(sim->dev[i].longest_ns, 1, 2 * TIMEOUT_MS * MS);
}

static void corrupt(const struct region *region, uint64_t seed, uint32_t most_bytes)
{
	struct sim *sim = machine(seed, seed % 2 ? MINT_REARM_MASK : MINT_REARM_AUTO);
	struct scribble s = { .region = region, .times = 30, .most_bytes = most_bytes };
	uint32_t times[2] = { 40, 40 };

	load(sim, 100 * US);
	sim->may_mix = region->mixes;
	sim->max_points = 4000000;
	sim_start(sim->os[1].core[1], churn, &times[0]);
	sim_start(sim->os[3].core[1], churn, &times[1]);
	sim_start(sim->os[BAD_OS].core[1], scribble, &s);
	sim_run(sim, 60 * MS, NULL);
	assert_string_equal(sim->violation, "");
	stop_load(sim);
	if (!sim_run(sim, 20 * S, lock_free))
		fail_msg("%s, seed %llu: the lock does not come free: %s", region->name,
			 (unsigned long long)seed, sim->violation);
	assert_int_equal(s.times, ~0u);
	if (region->harmless)
		expect_undisturbed(sim);
	repair_all(sim, region->name, seed);
	expect_served(sim, region->name, seed);
	sim_free(sim);
}

static void test_bytes(void **state)
{
	uint64_t seed;
	uint32_t i;

	(void)state;
	for (i = 0; i < NR_REGIONS; i++)
		for (seed = 0; seed < 12; seed++)
			corrupt(&regions[i], seed, 16);
}

static void test_blocks(void **state)
{
	uint64_t seed;
	uint32_t i;

	(void)state;
	for (i = 0; i < NR_REGIONS; i++)
		for (seed = 0; seed < 12; seed++)
			corrupt(&regions[i], 100 + seed, 4096);
}

static void test_everything(void **state)
{
	uint64_t seed;
	uint32_t i;

	(void)state;
	for (i = 0; i < NR_REGIONS; i++)
		for (seed = 0; seed < 4; seed++)
			corrupt(&regions[i], 200 + seed, MINT_IRQT_SIZE);
}

/* Nobody repairs: the watches restore what is in use by themselves. */
static void test_without_repair(void **state)
{
	struct scribble s;
	struct sim *sim;
	uint64_t seed;
	uint32_t i;

	(void)state;
	for (i = 0; i < NR_REGIONS; i++)
		for (seed = 0; seed < 6; seed++) {
			sim = machine(seed, MINT_REARM_AUTO);
			sim->may_mix = regions[i].mixes;
			sim->max_points = 4000000;
			s = (struct scribble){ &regions[i], 10, 1024 };
			load(sim, 100 * US);
			sim_start(sim->os[BAD_OS].core[1], scribble, &s);
			sim_run(sim, 40 * MS, NULL);
			stop_load(sim);
			if (!sim_run(sim, 20 * S, lock_free))
				fail_msg("%s: the lock does not come free: %s",
					 regions[i].name, sim->violation);
			sim_run(sim, 10 * TIMEOUT_MS * MS, NULL);
			expect_served(sim, regions[i].name, seed);
			sim_free(sim);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_without_repair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
