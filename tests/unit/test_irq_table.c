// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table and the pins: building and attaching, number spaces, every state that
 * a pin can be in, every refusal (and that everything is as before), limits, and
 * every kind of damage by its name.  Nothing happens at the same time here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "irq_machine.h"

#define EDGE_HIGH	0u
#define LEVEL_HIGH	MINT_IRQF_LEVEL

/* Fields of an RTE. */
#define RTE(dest, lo)	((uint64_t)(dest) << 56 | (lo))
#define RTE_VECTOR	0xffull
#define RTE_READ_ONLY	((uint64_t)(IRQL_RTE_PENDING | IRQL_RTE_IRR))

static struct sim *machine(uint32_t nr_oses)
{
	struct sim *sim = sim_new(1);
	uint32_t os;

	sim_build(sim);
	for (os = 1; os <= nr_oses; os++)
		assert_int_equal(sim_add_os(sim, os, 2), 0);
	return sim;
}

/* 240 pins on eight chips, the GSIs not in the order of the chips. */
static struct sim *large_machine(uint32_t nr_oses)
{
	struct sim *sim = sim_new(1);
	uint32_t os;

	sim_add_chip(sim, 120, 120, 0x20);
	sim_add_chip(sim, 0, 24, 0x20);
	sim_add_chip(sim, 24, 8, 0x11);
	sim_add_chip(sim, 32, 24, 0x20);
	sim_add_chip(sim, 64, 1, 0x20);
	sim_add_chip(sim, 65, 15, 0x20);
	sim_add_chip(sim, 80, 24, 0x20);
	sim_add_chip(sim, 104, 16, 0x20);
	sim_build(sim);
	for (os = 1; os <= nr_oses; os++)
		assert_int_equal(sim_add_os(sim, os, 2), 0);
	return sim;
}

static uint32_t apic(struct sim *sim, uint32_t os)
{
	return core(sim, os)->lapic.apic_id;
}

static struct mint_irqt_gsi *control(struct sim *sim, uint32_t gsi)
{
	return irql_gsi(layer(sim, 1), gsi);
}

static void note_diff(void *arg, const struct irql_diff *d)
{
	uint32_t *seen = arg;

	*seen |= 1u << d->what;
}

static void expect_clean(struct sim *sim)
{
	uint32_t os, seen;
	int found;

	for (os = 1; os <= SIM_MAX_OSES; os++) {
		if (sim->os[os].state != SIM_OS_RUNS)
			continue;
		seen = 0;
		found = irql_verify(layer(sim, os), note_diff, &seen);
		if (found)
			fail_msg("os%u finds %d differences, kinds %x", os, found, seen);
	}
}

/* Everything that a refusal must leave alone. */
struct memory {
	void *table;
	struct sim_chip chip[MINT_IRQT_MAX_CHIPS];
};

static struct memory remember(struct sim *sim)
{
	struct memory m = { .table = malloc(MINT_IRQT_SIZE) };

	memcpy(m.table, sim->table, MINT_IRQT_SIZE);
	memcpy(m.chip, sim->chip, sizeof(m.chip));
	return m;
}

/* Counters and the lock aside. */
static void blank(void *table)
{
	struct mint_irqt_header *header = table;
	struct mint_irqt_section *section;
	uint32_t os;

	memset(&header->lock, 0, sizeof(header->lock));
	for (os = 0; os < SIM_MAX_OSES; os++) {
		section = (struct mint_irqt_section *)((char *)table +
			MINT_IRQT_OFF_SECTIONS + os * MINT_IRQT_SECTION_SIZE);
		section->mmio_index = section->mmio_data = section->mmio_eoi = 0;
	}
}

static void expect_as_before(struct sim *sim, struct memory m)
{
	void *now = malloc(MINT_IRQT_SIZE);
	uint32_t i;

	memcpy(now, sim->table, MINT_IRQT_SIZE);
	blank(now);
	blank(m.table);
	assert_memory_equal(now, m.table, MINT_IRQT_SIZE);
	for (i = 0; i < sim->nr_chips; i++)
		assert_memory_equal(sim->chip[i].rte, m.chip[i].rte,
				    sizeof(m.chip[i].rte));
	free(now);
	free(m.table);
}

static void refused(struct sim *sim, uint32_t os, uint32_t gsi, uint32_t flags,
		    uint32_t vector, int error)
{
	struct memory before = remember(sim);

	assert_int_equal(sim_request(core(sim, os), gsi, flags, vector), error);
	expect_as_before(sim, before);
	expect_clean(sim);
}

static void accepted(struct sim *sim, uint32_t os, uint32_t gsi, uint32_t flags,
		     uint32_t vector)
{
	assert_int_equal(sim_request(core(sim, os), gsi, flags, vector), 0);
}

/* An RTE, without what can only be read. */
static void expect_rte(struct sim *sim, uint32_t gsi, uint64_t rte)
{
	assert_int_equal(sim_rte(sim, gsi) & ~RTE_READ_ONLY, rte);
}

static void expect_served(struct sim *sim, struct sim_dev *dev, uint64_t served)
{
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(dev->served, served);
	assert_int_equal(dev->waiting, 0);
}

/* ---- the table ------------------------------------------------------------------------- */

static void test_build_refuses(void **state)
{
	static const struct mint_irqt_machine bad[] = {
		{ 1, .chip = { { .gsi_base = 0, .nr_pins = 0 } } },
		{ 1, .chip = { { .gsi_base = 0, .nr_pins = 121 } } },
		{ 1, .chip = { { .gsi_base = 0, .nr_pins = 241 } } },
		{ 1, .chip = { { .gsi_base = 200, .nr_pins = 41 } } },
		{ 1, .chip = { { .gsi_base = ~0u, .nr_pins = 2 } } },
		{ 2, .chip = { { .gsi_base = 0, .nr_pins = 24 },
			       { .gsi_base = 23, .nr_pins = 24 } } },
		{ 2, .chip = { { .gsi_base = 24, .nr_pins = 24 },
			       { .gsi_base = 0, .nr_pins = 25 } } },
	};
	static char table[MINT_IRQT_SIZE] __attribute__((aligned(8)));
	struct mint_irqt_machine many = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(irql_build(table, &bad[i]), -IRQL_EINVAL);
	for (i = 0; i < MINT_IRQT_MAX_CHIPS; i++)
		many.chip[i] = (struct mint_irqt_chip){ .gsi_base = i, .nr_pins = 1 };
	many.nr_chips = MINT_IRQT_MAX_CHIPS + 1;
	assert_int_equal(irql_build(table, &many), -IRQL_EINVAL);
	many.nr_chips = MINT_IRQT_MAX_CHIPS;
	assert_int_equal(irql_build(table, &many), 0);
}

static int attach(struct sim *sim, struct irql *l, uint32_t os, uint32_t generation)
{
	return irql_attach(l, sim->table, &sim->machine, os, generation, 0x10,
			   &sim_platform, &sim->os[1]);
}

/* Whatever is written once is compared, and nothing is written if it differs. */
static void test_attach_refuses(void **state)
{
	struct sim *sim = machine(1);
	struct mint_irqt_header *header = sim->table;
	struct mint_irqt_chip *chips =
		(void *)((char *)sim->table + MINT_IRQT_OFF_CHIPS);
	uint32_t *const words[] = {
		(uint32_t *)&header->magic + 1, &header->revision, &header->size_bytes,
		&header->isa_gsi[5], &header->isa_attr[9], &chips[0].gsi_base,
		&chips[0].nr_pins, &chips[7].nr_pins,
	};
	struct irql *l = malloc(sizeof(*l));
	struct memory before = remember(sim);
	uint32_t i;

	(void)state;
	assert_int_equal(attach(sim, l, 0, 1), -IRQL_EINVAL);
	assert_int_equal(attach(sim, l, 17, 1), -IRQL_EINVAL);
	assert_int_equal(attach(sim, l, 2, 0), -IRQL_EINVAL);
	expect_as_before(sim, before);
	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		*words[i] ^= 8;
		before = remember(sim);
		assert_int_equal(attach(sim, l, 2, 1), -IRQL_EBADMSG);
		expect_as_before(sim, before);
		*words[i] ^= 8;
	}
	assert_int_equal(sim_add_os(sim, 5, 1), 0);
	free(l);
	end(sim);
}

/* Its lock is held by one who lives. */
static void test_attach_waits_for_the_lock(void **state)
{
	struct sim *sim = machine(1);
	struct mint_irqt_header *header = sim->table;
	uint64_t before = sim->now_ns;

	(void)state;
	header->lock.holder = MINT_LOCK_WORD(1, core(sim, 1)->number);
	assert_int_equal(sim_add_os(sim, 2, 1), -IRQL_ETIMEDOUT);
	assert_in_range(sim->now_ns - before, 900 * MS, 1200 * MS);
	header->lock.holder = 0;
	assert_int_equal(sim_add_os(sim, 3, 1), 0);
	end(sim);
}

static void test_number_spaces(void **state)
{
	struct sim *sim = large_machine(1);
	struct irql *l = layer(sim, 1);
	uint32_t gsi, chip, pin, found = 0;

	(void)state;
	for (gsi = 0; gsi < 300; gsi++) {
		if (irql_gsi_to_pin(l, gsi, &chip, &pin)) {
			/* The gap between the chips, and above all of them. */
			assert_true((gsi >= 56 && gsi < 64) || gsi >= 240);
			continue;
		}
		found++;
		assert_in_range(pin, 0, sim->machine.chip[chip].nr_pins - 1);
		assert_int_equal(sim->machine.chip[chip].gsi_base + pin, gsi);
		assert_int_equal(irql_pin_to_gsi(l, chip, pin), gsi);
		assert_int_equal(irql_gsi_to_pin(l, gsi, NULL, NULL), 0);
	}
	assert_int_equal(found, 232);
	assert_int_equal(irql_gsi_to_pin(l, ~0u, NULL, NULL), -IRQL_ENOENT);
	assert_int_equal(irql_pin_to_gsi(l, 8, 0), MINT_IRQT_NONE);
	assert_int_equal(irql_pin_to_gsi(l, 2, 8), MINT_IRQT_NONE);
	assert_int_equal(irql_pin_to_gsi(l, ~0u, ~0u), MINT_IRQT_NONE);
	end(sim);
}

static void test_timeout_has_bounds(void **state)
{
	struct sim *sim = machine(1);
	struct mint_irqt_header *header = sim->table;
	struct irql *l = layer(sim, 1);

	(void)state;
	assert_int_equal(irql_timeout_us(l), 1000000);
	header->timeout_ms = MINT_IRQT_TIMEOUT_MIN;
	assert_int_equal(irql_timeout_us(l), 10000);
	header->timeout_ms = MINT_IRQT_TIMEOUT_MAX;
	assert_int_equal(irql_timeout_us(l), 60000000);
	header->timeout_ms = MINT_IRQT_TIMEOUT_MIN - 1;
	assert_int_equal(irql_timeout_us(l), 1000000);
	header->timeout_ms = ~0u;
	assert_int_equal(irql_timeout_us(l), 1000000);
	end(sim);
}

/* ---- states of a pin --------------------------------------------------------------------- */

static void test_unused_pins(void **state)
{
	struct sim *sim = machine(1);
	struct irql_rte rte;
	uint32_t gsi;

	(void)state;
	/* PCI's are level triggered before anybody uses them, ISA's are not. */
	for (gsi = 0; gsi < 24; gsi++) {
		expect_rte(sim, gsi, IRQL_RTE_MASK |
			   (gsi >= 16 ? IRQL_RTE_LEVEL | IRQL_RTE_LOW :
			    gsi == 9 ? IRQL_RTE_LEVEL : 0));
		irql_resolve(layer(sim, 1), gsi, &rte);
		assert_true(rte.masked);
		assert_int_equal(rte.vector, 0);
	}
	expect_clean(sim);
	end(sim);
}

/* What the layer has not made, it leaves alone. */
static void test_pins_in_use_before(void **state)
{
	struct sim *sim = sim_new(1);

	(void)state;
	sim_build(sim);
	sim_chip_write(&sim->chip[0], SIM_IOAPIC_INDEX, 0x10 + 2 * 20);
	sim_chip_write(&sim->chip[0], SIM_IOAPIC_DATA, 0x31);
	assert_int_equal(sim_add_os(sim, 1, 1), 0);
	expect_rte(sim, 20, 0x31);
	end(sim);
}

static void test_exclusive_level(void **state)
{
	struct sim *sim = machine(2);
	struct sim_dev *dev = sim_add_dev(sim, 2, 20, true);
	uint32_t vector;

	(void)state;
	accepted(sim, 2, 20, LEVEL_LOW, 0);
	vector = sim->os[2].line[20].vector;
	assert_in_range(vector, MINT_IRQT_VECTOR_FIRST,
			MINT_IRQT_VECTOR_FIRST + MINT_IRQT_NR_VECTORS - 1);
	expect_rte(sim, 20, RTE(apic(sim, 2), vector | IRQL_RTE_LEVEL | IRQL_RTE_LOW));
	assert_false(irql_shared(layer(sim, 2), 20));
	sim_raise(sim, dev);
	assert_int_equal(irql_in_service(layer(sim, 2), 20), 1);
	assert_int_equal(irql_in_service(layer(sim, 1), 20), -IRQL_ENOENT);
	expect_served(sim, dev, 1);
	assert_int_equal(irql_in_service(layer(sim, 2), 20), 0);

	sim_disable(core(sim, 2), 20);
	expect_rte(sim, 20, RTE(apic(sim, 2), vector | IRQL_RTE_LEVEL | IRQL_RTE_LOW |
				IRQL_RTE_MASK));
	sim_raise(sim, dev);
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(dev->served, 1);
	expect_clean(sim);
	sim_enable(core(sim, 2), 20);
	expect_served(sim, dev, 2);

	sim_move(core(sim, 2), 20, sim->os[2].core[1]->lapic.apic_id);
	expect_rte(sim, 20, RTE(sim->os[2].core[1]->lapic.apic_id,
				vector | IRQL_RTE_LEVEL | IRQL_RTE_LOW));
	sim_raise(sim, dev);
	expect_served(sim, dev, 3);

	sim_release(core(sim, 2), 20);
	assert_int_equal(sim_rte(sim, 20) & (IRQL_RTE_MASK | IRQL_RTE_LEVEL),
			 IRQL_RTE_MASK | IRQL_RTE_LEVEL);
	assert_int_equal(control(sim, 20)->vector, 0);
	assert_int_equal(control(sim, 20)->sharers, 0);
	expect_clean(sim);
	end(sim);
}

static void test_exclusive_edge(void **state)
{
	struct sim *sim = machine(2);
	struct sim_dev *dev = sim_add_dev(sim, 1, 4, false);

	(void)state;
	accepted(sim, 1, 4, EDGE_HIGH, 0x34);
	expect_rte(sim, 4, RTE(apic(sim, 1), 0x34));
	assert_int_equal(irql_in_service(layer(sim, 1), 4), 0);
	sim_raise(sim, dev);
	expect_served(sim, dev, 1);

	irql_set_dest(layer(sim, 1), 4, sim->os[1].core[1]->lapic.apic_id, 0x35);
	sim->os[1].line[4].vector = 0x35;
	expect_rte(sim, 4, RTE(sim->os[1].core[1]->lapic.apic_id, 0x35));
	sim_run(sim, 1 * MS, NULL);
	sim_raise(sim, dev);
	expect_served(sim, dev, 2);

	sim_disable(core(sim, 1), 4);
	expect_rte(sim, 4, RTE(sim->os[1].core[1]->lapic.apic_id, 0x35 | IRQL_RTE_MASK));
	sim_enable(core(sim, 1), 4);
	sim_release(core(sim, 1), 4);
	assert_int_equal(sim_rte(sim, 4) & IRQL_RTE_MASK, IRQL_RTE_MASK);
	expect_clean(sim);
	end(sim);
}

/*
 * A pulse that comes while the pin is moved to another OS is lost on the chip: the
 * new one gets an interrupt in any case.
 */
static void test_edge_hand_over(void **state)
{
	struct sim *sim = machine(2);
	struct sim_dev *dev = sim_add_dev(sim, 1, 4, false);
	uint64_t arrivals;

	(void)state;
	accepted(sim, 1, 4, EDGE_HIGH, 0x34);
	sim_raise(sim, dev);
	expect_served(sim, dev, 1);
	sim_release(core(sim, 1), 4);
	dev->os = 2;
	sim_raise(sim, dev);
	arrivals = sim->os[2].arrivals[4];
	accepted(sim, 2, 4, EDGE_HIGH, 0x41);
	expect_served(sim, dev, 2);
	assert_int_equal(sim->os[2].arrivals[4], arrivals + 1);
	/* Nothing of the kind when nobody else had it. */
	sim_release(core(sim, 2), 4);
	arrivals = sim->os[2].arrivals[4];
	accepted(sim, 2, 4, EDGE_HIGH, 0x41);
	sim_run(sim, 1 * MS, NULL);
	assert_in_range(sim->os[2].arrivals[4] - arrivals, 0, 1);
	end(sim);
}

static void test_registered_masked(void **state)
{
	struct sim *sim = machine(2);
	struct sim_dev *dev = sim_add_dev(sim, 1, 20, true);
	struct sim_dev *other = sim_add_dev(sim, 2, 20, true);

	(void)state;
	sim_raise(sim, dev);
	accepted(sim, 1, 20, LEVEL_LOW | MINT_IRQF_MASKED, 0);
	assert_true(sim_rte(sim, 20) & IRQL_RTE_MASK);
	sim_run(sim, 1 * MS, NULL);
	assert_int_equal(dev->served, 0);
	/* On a shared line it takes no part until it is unmasked. */
	accepted(sim, 2, 20, LEVEL_LOW, 0);
	assert_int_equal(MINT_ROUND_LIVE(control(sim, 20)->round), 2);
	sim_raise(sim, other);
	expect_clean(sim);
	sim_enable(core(sim, 1), 20);
	expect_served(sim, dev, 1);
	expect_served(sim, other, 1);
	assert_int_equal(MINT_ROUND_LIVE(control(sim, 20)->round), 3);
	expect_clean(sim);
	end(sim);
}

static void test_shared(void **state)
{
	struct sim *sim = machine(3);
	struct sim_dev *dev[4];
	uint32_t os, ids = 0;

	(void)state;
	for (os = 1; os <= 3; os++) {
		dev[os] = sim_add_dev(sim, os, 21, true);
		accepted(sim, os, 21, LEVEL_LOW, 0);
		ids |= layer(sim, os)->logical;
		expect_clean(sim);
	}
	for (os = 1; os <= 3; os++) {
		assert_true(irql_shared(layer(sim, os), 21));
		assert_int_equal(sim->os[os].line[21].vector, control(sim, 21)->vector);
	}
	assert_int_equal(control(sim, 21)->round, MINT_ROUND(7, 7));
	expect_rte(sim, 21, RTE(ids, control(sim, 21)->vector | IRQL_RTE_LEVEL |
				IRQL_RTE_LOW | IRQL_RTE_LOGICAL));
	sim_raise(sim, dev[2]);
	assert_int_equal(irql_in_service(layer(sim, 1), 21), 0);
	expect_served(sim, dev[2], 1);
	for (os = 1; os <= 3; os++)
		assert_int_equal(sim->os[os].arrivals[21], 1);
	/* One by one they go; the last has it alone again. */
	sim_release(core(sim, 1), 21);
	expect_clean(sim);
	assert_int_equal(control(sim, 21)->round, MINT_ROUND(6, 6));
	sim_release(core(sim, 3), 21);
	expect_clean(sim);
	assert_int_equal(control(sim, 21)->round, 0);
	expect_rte(sim, 21, RTE(apic(sim, 2), control(sim, 21)->vector |
				IRQL_RTE_LEVEL | IRQL_RTE_LOW));
	sim_raise(sim, dev[2]);
	expect_served(sim, dev[2], 2);
	sim_release(core(sim, 2), 21);
	expect_clean(sim);
	end(sim);
}

/* Registering again changes a route. */
static void test_register_again(void **state)
{
	struct sim *sim = machine(1);

	(void)state;
	accepted(sim, 1, 4, EDGE_HIGH, 0x34);
	accepted(sim, 1, 4, EDGE_HIGH, 0x36);
	expect_rte(sim, 4, RTE(apic(sim, 1), 0x36));
	accepted(sim, 1, 4, LEVEL_HIGH, 0);
	assert_true(sim_rte(sim, 4) & IRQL_RTE_LEVEL);
	assert_int_not_equal(control(sim, 4)->vector, 0);
	expect_clean(sim);
	accepted(sim, 1, 4, EDGE_HIGH, 0x34);
	expect_rte(sim, 4, RTE(apic(sim, 1), 0x34));
	assert_int_equal(control(sim, 4)->vector, 0);
	expect_clean(sim);
	end(sim);
}

static void test_encode(void **state)
{
	static const struct {
		struct irql_rte rte;
		uint32_t lo;
		uint32_t hi;
	} cases[] = {
		{ { .masked = true }, 0x10000, 0 },
		{ { .vector = 0x34, .dest = 0x12 }, 0x34, 0x12000000 },
		{ { .vector = 0xa1, .dest = 3, .level = true, .low = true,
		    .logical = true }, 0xa8a1, 0x03000000 },
		{ { .vector = 0xff, .dest = 0xfe, .level = true, .masked = true },
		  0x180ff, 0xfe000000 },
	};
	struct irql_rte rte;
	uint32_t i, lo, hi;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		irql_ioapic_encode(&cases[i].rte, &lo, &hi);
		assert_int_equal(lo, cases[i].lo);
		assert_int_equal(hi, cases[i].hi);
		irql_ioapic_decode(lo | IRQL_RTE_IRR, hi, &rte);
		assert_memory_equal(&rte, &cases[i].rte, sizeof(rte));
	}
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void test_refusals(void **state)
{
	struct sim *sim = machine(2);
	struct irql_pin pin = { .flags = LEVEL_LOW, .dest = apic(sim, 2) };
	struct memory before;
	uint32_t vector;

	(void)state;
	refused(sim, 1, 24, LEVEL_LOW, 0, -IRQL_ENOENT);
	refused(sim, 1, 239, LEVEL_LOW, 0, -IRQL_ENOENT);
	refused(sim, 1, 4, EDGE_HIGH, 15, -IRQL_EINVAL);
	refused(sim, 1, 4, EDGE_HIGH, 256, -IRQL_EINVAL);

	accepted(sim, 1, 4, EDGE_HIGH, 0x34);
	refused(sim, 2, 4, EDGE_HIGH, 0x35, -IRQL_EBUSY);
	refused(sim, 2, 4, LEVEL_LOW, 0, -IRQL_EBUSY);
	accepted(sim, 1, 20, LEVEL_LOW, 0);
	refused(sim, 2, 20, LEVEL_HIGH, 0, -IRQL_EINVAL);
	refused(sim, 2, 20, EDGE_HIGH, 0x35, -IRQL_EINVAL);
	accepted(sim, 2, 20, LEVEL_LOW, 0);
	refused(sim, 2, 20, LEVEL_HIGH, 0, -IRQL_EINVAL);

	/* Cores of another OS, all cores, no core. */
	before = remember(sim);
	assert_int_equal(irql_route_pin(layer(sim, 1), 21, &pin, &vector), -IRQL_EINVAL);
	pin.dest = 0xff;
	assert_int_equal(irql_route_pin(layer(sim, 1), 21, &pin, &vector), -IRQL_EINVAL);
	pin.dest = 0x99;
	assert_int_equal(irql_route_pin(layer(sim, 1), 21, &pin, &vector), -IRQL_EINVAL);
	pin.dest = 0x100 + apic(sim, 1);
	assert_int_equal(irql_route_pin(layer(sim, 1), 21, &pin, &vector), -IRQL_EINVAL);
	expect_as_before(sim, before);

	/* What is not ours cannot be changed. */
	before = remember(sim);
	sim->os[2].line[4].registered = false;
	irql_unroute_pin(layer(sim, 2), 4);
	irql_mask(layer(sim, 2), 4);
	irql_unmask(layer(sim, 2), 4);
	irql_set_dest(layer(sim, 2), 4, apic(sim, 2), 0x40);
	irql_unroute_pin(layer(sim, 1), 240);
	irql_unroute_pin(layer(sim, 1), ~0u);
	irql_mask(layer(sim, 1), ~0u);
	irql_unmask(layer(sim, 1), 1000000);
	irql_set_dest(layer(sim, 1), 5000, apic(sim, 1), 0x40);
	expect_as_before(sim, before);
	end(sim);
}

/* The lock is held by one who lives: an error, and nothing is changed. */
static void test_refused_without_lock(void **state)
{
	struct sim *sim = machine(2);
	struct mint_irqt_header *header = sim->table;
	uint64_t start_ns = sim->now_ns;
	struct memory before;
	struct sim_dev *dev = sim_add_dev(sim, 2, 22, true);

	(void)state;
	accepted(sim, 2, 22, LEVEL_LOW, 0);
	header->lock.holder = MINT_LOCK_WORD(1, core(sim, 1)->number);
	before = remember(sim);
	assert_int_equal(sim_request(core(sim, 2), 20, LEVEL_LOW, 0), -IRQL_ETIMEDOUT);
	assert_int_equal(irql_verify(layer(sim, 2), NULL, NULL), -IRQL_ETIMEDOUT);
	assert_int_equal(irql_in_service(layer(sim, 2), 22), -IRQL_ETIMEDOUT);
	assert_in_range(sim->now_ns - start_ns, 2500 * MS, 3600 * MS);
	assert_int_equal(header->lock.holder,
			 MINT_LOCK_WORD(1, core(sim, 1)->number));
	expect_as_before(sim, before);

	/* What cannot fail is done later, by the watch. */
	sim_disable(core(sim, 2), 22);
	assert_false(sim_rte(sim, 22) & IRQL_RTE_MASK);
	sim->os[1].no_watch = true;
	header->lock.holder = 0;
	sim_run(sim, 1 * S, NULL);
	assert_true(sim_rte(sim, 22) & IRQL_RTE_MASK);
	sim_raise(sim, dev);
	header->lock.holder = MINT_LOCK_WORD(1, core(sim, 1)->number);
	sim_enable(core(sim, 2), 22);
	header->lock.holder = 0;
	sim_run(sim, 1 * S, NULL);
	assert_int_equal(dev->served, 1);
	header->lock.holder = MINT_LOCK_WORD(1, core(sim, 1)->number);
	sim_release(core(sim, 2), 22);
	assert_int_equal(control(sim, 22)->sharers, 2);
	header->lock.holder = 0;
	sim_run(sim, 1 * S, NULL);
	assert_int_equal(control(sim, 22)->sharers, 0);
	expect_clean(sim);
	end(sim);
}

/* ---- limits -------------------------------------------------------------------------------- */

/* 232 pins, 64 vectors: a clear refusal, and they can be had again. */
static void test_vectors_run_out(void **state)
{
	struct sim *sim = large_machine(3);
	uint32_t used[256] = { 0 }, gsi, n = 0;

	(void)state;
	for (gsi = 0; n < MINT_IRQT_NR_VECTORS; gsi++) {
		if (irql_gsi_to_pin(layer(sim, 1), gsi, NULL, NULL))
			continue;
		accepted(sim, 1 + n % 2, gsi, LEVEL_LOW, 0);
		assert_int_equal(used[sim->os[1 + n % 2].line[gsi].vector]++, 0);
		n++;
	}
	expect_clean(sim);
	refused(sim, 1, 200, LEVEL_LOW, 0, -IRQL_ENOSPC);
	refused(sim, 3, 201, LEVEL_LOW, 0, -IRQL_ENOSPC);
	/* Edge pins, and a share of one that has a vector, need none. */
	accepted(sim, 3, 202, EDGE_HIGH, 0x40);
	accepted(sim, 3, 17, LEVEL_LOW, 0);
	/* The last sharer gives it back. */
	sim_release(core(sim, 3), 17);
	refused(sim, 1, 200, LEVEL_LOW, 0, -IRQL_ENOSPC);
	sim_release(core(sim, 2), 17);
	accepted(sim, 3, 239, LEVEL_LOW, 0);
	refused(sim, 1, 200, LEVEL_LOW, 0, -IRQL_ENOSPC);
	expect_clean(sim);
	end(sim);
}

static void test_all_edge_pins(void **state)
{
	struct sim *sim = large_machine(2);
	uint32_t gsi, n = 0;

	(void)state;
	for (gsi = 0; gsi < 240; gsi++) {
		if (irql_gsi_to_pin(layer(sim, 1), gsi, NULL, NULL))
			continue;
		accepted(sim, 1 + gsi % 2, gsi, EDGE_HIGH, 0x20 + gsi % 0x70);
		n++;
	}
	assert_int_equal(n, 232);
	expect_clean(sim);
	for (gsi = 0; gsi < 240; gsi++)
		sim_release(core(sim, 1 + gsi % 2), gsi);
	for (gsi = 0; gsi < 240; gsi++)
		if (!irql_gsi_to_pin(layer(sim, 1), gsi, NULL, NULL))
			assert_true(sim_rte(sim, gsi) & IRQL_RTE_MASK);
	expect_clean(sim);
	end(sim);
}

/* Eight logical ids for 16 OSes; all eight on one line would be a broadcast. */
static void test_sixteen_oses(void **state)
{
	struct sim *sim = machine(16);
	uint32_t os, ids = 0, none = 0;

	(void)state;
	for (os = 1; os <= 16; os++) {
		if (!layer(sim, os)->logical)
			none++;
		assert_int_equal(ids & layer(sim, os)->logical, 0);
		ids |= layer(sim, os)->logical;
	}
	assert_int_equal(ids, 0xff);
	assert_int_equal(none, 8);
	/* Each can have pins of its own. */
	for (os = 1; os <= 16; os++)
		accepted(sim, os, os - 1, LEVEL_HIGH, 0);
	for (os = 1; os <= 7; os++)
		accepted(sim, os, 20, LEVEL_LOW, 0);
	refused(sim, 8, 20, LEVEL_LOW, 0, -IRQL_ENOSPC);
	refused(sim, 9, 20, LEVEL_LOW, 0, -IRQL_ENOSPC);
	refused(sim, 16, 20, LEVEL_LOW, 0, -IRQL_ENOSPC);
	/* Who has no logical id can have a line alone, but nobody joins him. */
	accepted(sim, 16, 21, LEVEL_LOW, 0);
	refused(sim, 1, 21, LEVEL_LOW, 0, -IRQL_ENOSPC);
	/* A dead OS's id goes to the next one that starts. */
	ids = layer(sim, 3)->logical;
	sim_kill(sim, 3);
	sim_fence(sim, 3);
	assert_int_equal(irql_os_gone(layer(sim, 1), 3), 0);
	expect_clean(sim);
	accepted(sim, 8, 20, LEVEL_LOW, 0);
	sim_kill(sim, 16);
	sim_fence(sim, 16);
	assert_int_equal(irql_os_gone(layer(sim, 2), 16), 0);
	assert_int_equal(sim_restart_os(sim, 16), 0);
	assert_int_equal(layer(sim, 16)->logical, ids);
	expect_clean(sim);
	end(sim);
}

static struct irql_msg message(struct sim *sim, uint32_t os, uint32_t n)
{
	return (struct irql_msg){
		.type = n % 3 ? MINT_IRQ_MSIX : MINT_IRQ_MSI,
		.vector = 0x30 + n % 0x60,
		.dest = sim->os[os].core[n % 2]->lapic.apic_id,
		.virq = n,
		.sbdf = n << 3,
		.name = "nic",
	};
}

static void test_messages(void **state)
{
	struct sim *sim = machine(2);
	struct irql *l = layer(sim, 1);
	uint32_t room = MINT_IRQT_MAX_ROUTES - MINT_IRQT_FIRST_MSG, i;
	struct irql_msg msg = message(sim, 1, 1);
	struct memory before;
	int slot;

	(void)state;
	for (i = 0; i < room; i++) {
		msg = message(sim, 1, i);
		slot = irql_add_msg(l, &msg);
		assert_int_equal(slot, MINT_IRQT_FIRST_MSG + i);
		assert_int_equal(irql_route(layer(sim, 2), 1, (u32)slot)->vector, msg.vector);
		assert_int_equal(irql_route(layer(sim, 2), 1, (u32)slot)->dest, msg.dest);
		assert_int_equal(irql_route(layer(sim, 2), 1, (u32)slot)->type, msg.type);
	}
	expect_clean(sim);
	before = remember(sim);
	assert_int_equal(irql_add_msg(l, &msg), -IRQL_ENOSPC);
	msg.dest = apic(sim, 2);
	assert_int_equal(irql_set_msg(l, MINT_IRQT_FIRST_MSG, &msg), -IRQL_EINVAL);
	msg = message(sim, 1, 1);
	assert_int_equal(irql_set_msg(l, 20, &msg), -IRQL_ENOENT);
	assert_int_equal(irql_set_msg(l, MINT_IRQT_MAX_ROUTES, &msg), -IRQL_ENOENT);
	msg.vector = 15;
	assert_int_equal(irql_set_msg(l, MINT_IRQT_FIRST_MSG, &msg), -IRQL_EINVAL);
	msg.vector = 256;
	assert_int_equal(irql_set_msg(l, MINT_IRQT_FIRST_MSG, &msg), -IRQL_EINVAL);
	msg = message(sim, 1, 1);
	msg.type = MINT_IRQ_PIN;
	assert_int_equal(irql_set_msg(l, MINT_IRQT_FIRST_MSG, &msg), -IRQL_EINVAL);
	expect_as_before(sim, before);

	/* A pin can be had besides; a slot that was freed is used again. */
	accepted(sim, 1, 20, LEVEL_LOW, 0);
	irql_del_msg(l, 700);
	assert_int_equal(irql_route(l, 1, 700)->type, MINT_IRQ_FREE);
	irql_del_msg(l, 700);
	irql_del_msg(l, 20);
	irql_del_msg(l, ~0u);
	msg = message(sim, 1, 5);
	assert_int_equal(irql_add_msg(l, &msg), 700);
	assert_int_equal(irql_add_msg(l, &msg), -IRQL_ENOSPC);
	msg.vector = 0x77;
	assert_int_equal(irql_set_msg(l, 700, &msg), 0);
	assert_int_equal(irql_route(l, 1, 700)->vector, 0x77);
	for (i = MINT_IRQT_FIRST_MSG; i < MINT_IRQT_MAX_ROUTES; i++)
		irql_del_msg(l, i);
	for (i = 0; i < room; i++)
		assert_in_range(irql_add_msg(l, &msg), MINT_IRQT_FIRST_MSG,
				MINT_IRQT_MAX_ROUTES - 1);
	assert_int_equal(irql_add_msg(l, &msg), -IRQL_ENOSPC);
	expect_clean(sim);
	end(sim);
}

static void test_doorbell(void **state)
{
	struct sim *sim = machine(1);
	struct irql_msg msg = message(sim, 1, 0);
	int slot;

	(void)state;
	msg.type = MINT_IRQ_DOORBELL;
	slot = irql_add_msg(layer(sim, 1), &msg);
	assert_in_range(slot, MINT_IRQT_FIRST_MSG, MINT_IRQT_MAX_ROUTES - 1);
	irql_count(layer(sim, 1), (u32)slot, 17, 3);
	assert_int_equal(irql_route(layer(sim, 1), 1, (u32)slot)->count, 17);
	assert_int_equal(irql_route(layer(sim, 1), 1, (u32)slot)->foreign, 3);
	irql_count(layer(sim, 1), ~0u, 1, 1);
	expect_clean(sim);
	end(sim);
}

/* ---- death --------------------------------------------------------------------------------- */

static void test_death(void **state)
{
	struct sim *sim = machine(3);
	struct irql_msg msg = message(sim, 2, 0);

	(void)state;
	accepted(sim, 2, 20, LEVEL_LOW, 0);
	accepted(sim, 1, 20, LEVEL_LOW, 0);
	accepted(sim, 2, 21, LEVEL_LOW, 0);
	accepted(sim, 2, 4, EDGE_HIGH, 0x34);
	accepted(sim, 2, 5, EDGE_HIGH, 0x35);
	irql_unroute_pin(layer(sim, 2), 5);
	assert_true(irql_add_msg(layer(sim, 2), &msg) > 0);
	assert_int_equal(irql_os_gone(layer(sim, 1), 1), -IRQL_EINVAL);
	assert_int_equal(irql_os_gone(layer(sim, 1), 0), -IRQL_EINVAL);
	assert_int_equal(irql_os_gone(layer(sim, 1), 17), -IRQL_EINVAL);
	sim_kill(sim, 2);
	sim_fence(sim, 2);
	irql_hdr(layer(sim, 1))->lock.holder = MINT_LOCK_WORD(2, core(sim, 2)->number);
	assert_int_equal(irql_os_gone(layer(sim, 3), 2), 0);
	expect_rte(sim, 20, RTE(apic(sim, 1), control(sim, 20)->vector |
				IRQL_RTE_LEVEL | IRQL_RTE_LOW));
	assert_true(sim_rte(sim, 21) & IRQL_RTE_MASK);
	assert_true(sim_rte(sim, 4) & IRQL_RTE_MASK);
	assert_int_equal(control(sim, 21)->vector, 0);
	/* The next OS with its id is another one. */
	assert_int_equal(control(sim, 4)->last_owner, MINT_IRQT_NONE);
	assert_int_equal(control(sim, 5)->last_owner, MINT_IRQT_NONE);
	assert_int_equal(irql_hdr(layer(sim, 1))->lock.holder, 0);
	expect_clean(sim);
	/* Its pins are anybody's. */
	accepted(sim, 3, 4, EDGE_HIGH, 0x50);
	accepted(sim, 1, 21, LEVEL_HIGH, 0);
	/* The next OS in its slot begins with nothing. */
	assert_int_equal(sim_restart_os(sim, 2), 0);
	assert_int_equal(irql_route(layer(sim, 1), 2, 20)->type, MINT_IRQ_FREE);
	assert_int_equal(irql_route(layer(sim, 1), 2, MINT_IRQT_FIRST_MSG)->type,
			 MINT_IRQ_FREE);
	accepted(sim, 2, 20, LEVEL_LOW, 0);
	expect_clean(sim);
	end(sim);
}

/* Who is merely away for long is never taken the lock from. */
static void test_lock_is_not_broken(void **state)
{
	struct sim *sim = machine(3);
	struct mint_irqt_lock *lock = &irql_hdr(layer(sim, 1))->lock;
	uint32_t word = MINT_LOCK_WORD(2, core(sim, 2)->number);
	unsigned long flags;

	(void)state;
	sim_stall(sim, 2);
	lock->holder = word;
	assert_int_equal(irql_lock(layer(sim, 1), &flags), -IRQL_ETIMEDOUT);
	irql_lock_break(layer(sim, 1), 3);
	irql_lock_check(layer(sim, 1));
	assert_int_equal(lock->holder, word);
	assert_int_equal(lock->broken, 0);
	irql_lock_break(layer(sim, 1), 2);
	assert_int_equal(lock->holder, 0);
	assert_int_equal(lock->broken, 1);
	/* Nobody's: no such OS, not its core, our own core that does not hold it. */
	lock->holder = MINT_LOCK_WORD(12, 3);
	assert_int_equal(irql_lock(layer(sim, 1), &flags), 0);
	irql_unlock(layer(sim, 1), flags);
	lock->holder = MINT_LOCK_WORD(2, core(sim, 3)->number);
	assert_int_equal(irql_lock(layer(sim, 1), &flags), 0);
	irql_unlock(layer(sim, 1), flags);
	lock->holder = MINT_LOCK_WORD(1, core(sim, 1)->number);
	irql_lock_check(layer(sim, 1));
	assert_int_equal(lock->holder, 0);
	lock->holder = 0xffffffff;
	irql_lock_check(layer(sim, 3));
	assert_int_equal(lock->holder, 0);
	end(sim);
}

/* ---- damage ----------------------------------------------------------------------------------- */

/* A line shared by 1 and 2, an edge pin and a message of each. */
static struct sim *busy_machine(void)
{
	struct sim *sim = machine(3);
	struct irql_msg msg;
	uint32_t os;

	for (os = 1; os <= 2; os++) {
		sim_add_dev(sim, os, 20, true);
		accepted(sim, os, 20, LEVEL_LOW, 0);
		accepted(sim, os, 2 + os, EDGE_HIGH, 0x30 + os);
		accepted(sim, os, 20 + os, LEVEL_LOW, 0);
		msg = message(sim, os, os);
		assert_int_equal(irql_add_msg(layer(sim, os), &msg), MINT_IRQT_FIRST_MSG);
	}
	expect_clean(sim);
	return sim;
}

static void expect_found(struct sim *sim, uint32_t os, enum irql_wrong what)
{
	uint32_t seen = 0;
	int found = irql_verify(layer(sim, os), note_diff, &seen);

	assert_true(found > 0);
	if (!(seen & 1u << what))
		fail_msg("os%u does not find damage %d, but kinds %x", os, (int)what, seen);
}

/* Restored by everybody, as "mintctl irq repair" does, twice. */
static void expect_repaired(struct sim *sim)
{
	uint32_t os, n;
	uint64_t served[2] = { sim->dev[0].served, sim->dev[1].served };

	for (n = 0; n < 2; n++)
		for (os = 1; os <= SIM_MAX_OSES; os++)
			if (sim->os[os].state == SIM_OS_RUNS)
				assert_true(irql_repair(layer(sim, os)) >= 0);
	expect_clean(sim);
	sim_raise(sim, &sim->dev[0]);
	expect_served(sim, &sim->dev[0], served[0] + 1);
	sim_raise(sim, &sim->dev[1]);
	expect_served(sim, &sim->dev[1], served[1] + 1);
	expect_clean(sim);
}

static void poke(struct sim *sim, uint32_t gsi, bool high, uint32_t value)
{
	sim_chip_write(&sim->chip[0], SIM_IOAPIC_INDEX, 0x10 + 2 * gsi + high);
	sim_chip_write(&sim->chip[0], SIM_IOAPIC_DATA, value);
}

static void test_damage_rte(void **state)
{
	struct sim *sim = busy_machine();
	uint32_t bit;

	(void)state;
	for (bit = 0; bit < 24; bit++) {
		/* What can only be read, and delivery modes that QEMU would act on. */
		if (bit == 12 || bit == 14)
			continue;
		if ((bit >= 8 && bit < 11) || bit >= 17)
			continue;
		poke(sim, 20, false, (uint32_t)sim_rte(sim, 20) ^ 1u << bit);
		expect_found(sim, 1, IRQL_WRONG_RTE);
		expect_found(sim, 3, IRQL_WRONG_RTE);
		expect_repaired(sim);
	}
	poke(sim, 20, true, 0x01000000);
	expect_found(sim, 2, IRQL_WRONG_RTE);
	expect_repaired(sim);
	/* A pin that nobody uses and somebody unmasked. */
	poke(sim, 12, false, 0x44);
	expect_found(sim, 1, IRQL_WRONG_RTE);
	expect_repaired(sim);
	end(sim);
}

static void test_damage_words(void **state)
{
	struct sim *sim = busy_machine();
	struct mint_irqt_gsi *g = control(sim, 20);

	(void)state;
	g->sharers = 0;
	expect_found(sim, 1, IRQL_WRONG_SHARERS);
	expect_repaired(sim);
	g->sharers = 0xffff;
	expect_found(sim, 1, IRQL_WRONG_SHARERS);
	expect_repaired(sim);
	g->round = MINT_ROUND(0xff, 3);
	expect_found(sim, 1, IRQL_WRONG_ROUND);
	expect_repaired(sim);
	g->round = MINT_ROUND(3, 0);
	expect_found(sim, 1, IRQL_WRONG_ROUND);
	expect_repaired(sim);
	g->round = MINT_ROUND(3, 0xffff);
	expect_found(sim, 2, IRQL_WRONG_ROUND);
	expect_repaired(sim);
	control(sim, 21)->round = MINT_ROUND(1, 1);
	expect_found(sim, 1, IRQL_WRONG_ROUND);
	expect_repaired(sim);
	g->evicted = 8;
	expect_found(sim, 1, IRQL_WRONG_ROUND);
	expect_repaired(sim);
	g->vector = 0x33;
	expect_found(sim, 1, IRQL_WRONG_VECTOR);
	expect_repaired(sim);
	*irql_vector(layer(sim, 1), g->vector - MINT_IRQT_VECTOR_FIRST) = 77;
	expect_found(sim, 2, IRQL_WRONG_VECTOR);
	expect_repaired(sim);
	*irql_vector(layer(sim, 1), 1) = 0xdeadbeef;
	expect_found(sim, 1, IRQL_WRONG_VECTOR);
	expect_repaired(sim);
	control(sim, 3)->vector = 0xa5;
	expect_found(sim, 1, IRQL_WRONG_VECTOR);
	expect_repaired(sim);
	g->attr = 0;
	assert_true(irql_verify(layer(sim, 1), NULL, NULL) > 0);
	expect_repaired(sim);
	end(sim);
}

/* What somebody left half done with the lock is done by whoever takes it from him. */
static void test_lock_of_one_who_is_gone(void **state)
{
	struct sim *sim = busy_machine();
	struct mint_irqt_lock *lock = &irql_hdr(layer(sim, 1))->lock;
	unsigned long flags;

	(void)state;
	lock->holder = MINT_LOCK_WORD(12, 3);
	control(sim, 20)->attr = 0;
	assert_int_equal(irql_lock(layer(sim, 1), &flags), 0);
	irql_unlock(layer(sim, 1), flags);
	assert_int_equal(lock->broken, 1);
	expect_clean(sim);
	end(sim);
}

static void test_damage_sections(void **state)
{
	struct sim *sim = busy_machine();
	struct mint_irqt_route *r = irql_route(layer(sim, 1), 2, 20);

	(void)state;
	/* Another OS's: what it is cannot be known, only that it makes no sense. */
	r->type = 99;
	expect_found(sim, 1, IRQL_WRONG_ROUTE);
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	r->dest = apic(sim, 1);
	expect_found(sim, 1, IRQL_WRONG_ROUTE);
	expect_repaired(sim);
	r->flags = 0xffffffff;
	expect_found(sim, 1, IRQL_WRONG_ROUTE);
	expect_repaired(sim);
	r->virq++;
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	memset(r->name, 'x', sizeof(r->name));
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	/* Its pin is not anybody's because its route has gone. */
	irql_route(layer(sim, 1), 2, 4)->type = MINT_IRQ_FREE;
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	expect_rte(sim, 4, RTE(apic(sim, 2), 0x32));
	/* A route that it never had. */
	*irql_route(layer(sim, 1), 2, 12) = *irql_route(layer(sim, 1), 2, 4);
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	/* Messages. */
	irql_route(layer(sim, 1), 2, MINT_IRQT_FIRST_MSG)->dest = apic(sim, 1);
	expect_found(sim, 1, IRQL_WRONG_ROUTE);
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	irql_route(layer(sim, 1), 2, 1023)->type = MINT_IRQ_MSI;
	expect_found(sim, 2, IRQL_WRONG_OWN);
	expect_repaired(sim);
	end(sim);
}

static void test_damage_head(void **state)
{
	struct sim *sim = busy_machine();
	struct mint_irqt_header *header = sim->table;
	struct mint_irqt_chip *chips =
		(struct mint_irqt_chip *)((char *)sim->table + MINT_IRQT_OFF_CHIPS);

	(void)state;
	header->magic = 0;
	expect_found(sim, 1, IRQL_WRONG_HEADER);
	expect_repaired(sim);
	header->revision = 7;
	expect_found(sim, 1, IRQL_WRONG_HEADER);
	expect_repaired(sim);
	header->rearm = 1000;
	expect_found(sim, 1, IRQL_WRONG_HEADER);
	expect_repaired(sim);
	header->isa_gsi[5] = 1;
	expect_found(sim, 1, IRQL_WRONG_HEADER);
	expect_repaired(sim);
	chips[0].nr_pins = 0xffffffff;
	expect_found(sim, 1, IRQL_WRONG_HEADER);
	expect_repaired(sim);
	chips[7].nr_pins = 4;
	expect_found(sim, 2, IRQL_WRONG_HEADER);
	expect_repaired(sim);
	irql_os(layer(sim, 1), 2)->logical = 0xff;
	expect_found(sim, 1, IRQL_WRONG_OS);
	expect_found(sim, 2, IRQL_WRONG_OS);
	expect_repaired(sim);
	irql_os(layer(sim, 1), 2)->shared_apic = apic(sim, 1);
	expect_found(sim, 1, IRQL_WRONG_OS);
	expect_repaired(sim);
	irql_os(layer(sim, 1), 2)->generation = 0;
	expect_found(sim, 2, IRQL_WRONG_OS);
	expect_repaired(sim);
	irql_os(layer(sim, 1), 16)->generation = 5;
	assert_true(irql_verify(layer(sim, 1), NULL, NULL) > 0);
	end(sim);
}

/* Both claim one edge pin: the one who had it keeps it. */
static void test_damage_two_owners(void **state)
{
	struct sim *sim = busy_machine();

	(void)state;
	control(sim, 3)->sharers = 3;
	*irql_route(layer(sim, 1), 2, 3) = *irql_route(layer(sim, 1), 2, 4);
	expect_found(sim, 1, IRQL_WRONG_SHARERS);
	expect_repaired(sim);
	expect_rte(sim, 3, RTE(apic(sim, 1), 0x31));
	end(sim);
}

/*
 * An edge pin that looked like a shared line, for which somebody did not answer: its
 * function was silenced, and is not any more when it is known that it is none.
 */
static void test_damage_silences_an_edge_pin(void **state)
{
	struct sim *sim = busy_machine();
	struct sim_dev *dev = sim_add_dev(sim, 2, 4, false);

	(void)state;
	dev->quieted = true;
	control(sim, 4)->attr = LEVEL_LOW;
	expect_repaired(sim);
	assert_false(dev->quieted);
	/* Nor does one that was named by the damage alone stay out. */
	dev->quieted = true;
	control(sim, 4)->evicted = 0xffff;
	expect_repaired(sim);
	assert_false(dev->quieted);
	end(sim);
}

/* Without anybody's asking: each watch mends what is its own. */
static void test_watch_mends(void **state)
{
	struct sim *sim = busy_machine();
	uint32_t found = 0;

	(void)state;
	irql_hdr(layer(sim, 1))->timeout_ms = 20;
	sim_run(sim, 100 * MS, NULL);
	memset(irql_route(layer(sim, 1), 2, 0), 0x5a, 24 * sizeof(struct mint_irqt_route));
	memset(control(sim, 20), 0xa5, sizeof(struct mint_irqt_gsi));
	irql_hdr(layer(sim, 1))->magic = 0;
	sim_run(sim, 200 * MS, NULL);
	assert_true(sim->os[1].events[IRQL_EV_REPAIR] + sim->os[2].events[IRQL_EV_REPAIR] > 0);
	if (irql_verify(layer(sim, 1), note_diff, &found))
		fail_msg("still wrong: kinds %x", found);
	sim_raise(sim, &sim->dev[0]);
	expect_served(sim, &sim->dev[0], 1);
	sim_raise(sim, &sim->dev[1]);
	expect_served(sim, &sim->dev[1], 1);
	expect_clean(sim);
	end(sim);
}

/* Another core takes shared lines from now on. */
static void test_receiver(void **state)
{
	struct sim *sim = busy_machine();

	(void)state;
	assert_int_equal(irql_set_receiver(layer(sim, 1), apic(sim, 2)), -IRQL_EINVAL);
	sim->os[1].core[1]->lapic.logical = layer(sim, 1)->logical;
	assert_int_equal(irql_set_receiver(layer(sim, 1),
					   sim->os[1].core[1]->lapic.apic_id), 0);
	sim->os[1].core[0]->lapic.logical = 0;
	expect_clean(sim);
	sim_raise(sim, &sim->dev[0]);
	expect_served(sim, &sim->dev[0], 1);
	end(sim);
}

/* The counters say what was done to the chip. */
static void test_mmio_counters(void **state)
{
	struct sim *sim = busy_machine();
	struct mint_irqt_section *section;
	uint32_t os, i;

	(void)state;
	for (i = 0; i < 100; i++) {
		sim_raise(sim, &sim->dev[i % 2]);
		sim_run(sim, 1 * MS, NULL);
		sim_disable(core(sim, 1), 21);
		sim_enable(core(sim, 1), 21);
	}
	for (os = 1; os <= 3; os++) {
		section = irql_section(layer(sim, 1), os);
		assert_int_equal(section->mmio_index, sim->index_writes[os]);
		assert_int_equal(section->mmio_data, sim->data_writes[os]);
		assert_int_equal(section->mmio_eoi, sim->eoi_writes[os]);
	}
	assert_in_range(sim->data_writes[1], 200, 300);
	end(sim);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build_refuses),
		cmocka_unit_test(test_attach_refuses),
		cmocka_unit_test(test_attach_waits_for_the_lock),
		cmocka_unit_test(test_number_spaces),
		cmocka_unit_test(test_timeout_has_bounds),
		cmocka_unit_test(test_unused_pins),
		cmocka_unit_test(test_pins_in_use_before),
		cmocka_unit_test(test_exclusive_level),
		cmocka_unit_test(test_exclusive_edge),
		cmocka_unit_test(test_edge_hand_over),
		cmocka_unit_test(test_registered_masked),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_register_again),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_refused_without_lock),
		cmocka_unit_test(test_vectors_run_out),
		cmocka_unit_test(test_all_edge_pins),
		cmocka_unit_test(test_sixteen_oses),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_doorbell),
		cmocka_unit_test(test_death),
		cmocka_unit_test(test_lock_is_not_broken),
		cmocka_unit_test(test_lock_of_one_who_is_gone),
		cmocka_unit_test(test_damage_rte),
		cmocka_unit_test(test_damage_words),
		cmocka_unit_test(test_damage_sections),
		cmocka_unit_test(test_damage_head),
		cmocka_unit_test(test_damage_two_owners),
		cmocka_unit_test(test_damage_silences_an_edge_pin),
		cmocka_unit_test(test_watch_mends),
		cmocka_unit_test(test_receiver),
		cmocka_unit_test(test_mmio_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
