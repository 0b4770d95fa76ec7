// SPDX-License-Identifier: GPL-2.0-only
/* The simulated chips, case by case; tests/system has the same for QEMU's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../irqsim/cases.h"
#include "../irqsim/chip.h"
#include "../irqsim/lapic.h"

struct chips {
	struct case_machine m;
	struct sim_chip chip;
	struct sim_lapic lapic[CASE_CORES];
	bool high;
};

static struct chips *chips_of(struct case_machine *m)
{
	return (struct chips *)m;
}

static void send(void *arg, const struct sim_msg *msg)
{
	struct chips *c = arg;
	uint32_t i;

	for (i = 0; i < CASE_CORES; i++)
		if (sim_lapic_is_dest(&c->lapic[i], msg))
			sim_lapic_accept(&c->lapic[i], msg->vector, msg->level);
}

static uint32_t read_register(struct case_machine *m, uint32_t reg)
{
	sim_chip_write(&chips_of(m)->chip, SIM_IOAPIC_INDEX, reg);
	return sim_chip_read(&chips_of(m)->chip, SIM_IOAPIC_DATA);
}

static void write_register(struct case_machine *m, uint32_t reg, uint32_t value)
{
	sim_chip_write(&chips_of(m)->chip, SIM_IOAPIC_INDEX, reg);
	sim_chip_write(&chips_of(m)->chip, SIM_IOAPIC_DATA, value);
}

static void eoi_register(struct case_machine *m, uint32_t vector)
{
	sim_chip_write(&chips_of(m)->chip, SIM_IOAPIC_EOI, vector);
}

/* As a PCI bus does: only a change reaches the chip. */
static void line(struct case_machine *m, bool high)
{
	struct chips *c = chips_of(m);

	if (c->high != high)
		sim_chip_line(&c->chip, m->pin, high);
	c->high = high;
}

static uint32_t apic_id(struct case_machine *m, uint32_t core)
{
	return chips_of(m)->lapic[core].apic_id;
}

static void reset_core(struct case_machine *m, uint32_t core)
{
	sim_lapic_reset(&chips_of(m)->lapic[core]);
}

static void set_logical(struct case_machine *m, uint32_t core, uint32_t id)
{
	chips_of(m)->lapic[core].logical = id;
}

static uint32_t take(struct case_machine *m, uint32_t core)
{
	struct sim_lapic *lapic = &chips_of(m)->lapic[core];
	uint32_t n;

	for (n = 0; sim_lapic_pending(lapic) >= 0; n++)
		sim_lapic_take(lapic);
	return n;
}

static void eoi(struct case_machine *m, uint32_t core)
{
	int vector = sim_lapic_eoi(&chips_of(m)->lapic[core]);

	if (vector >= 0)
		sim_chip_eoi(&chips_of(m)->chip, (uint32_t)vector);
}

static void self_ipi(struct case_machine *m, uint32_t core, uint32_t vector)
{
	sim_lapic_accept(&chips_of(m)->lapic[core], vector, false);
}

static bool bit(const uint32_t *bits, uint32_t vector)
{
	return bits[vector / 32] & 1u << vector % 32;
}

static bool irr(struct case_machine *m, uint32_t core, uint32_t vector)
{
	return bit(chips_of(m)->lapic[core].irr, vector);
}

static bool isr(struct case_machine *m, uint32_t core, uint32_t vector)
{
	return bit(chips_of(m)->lapic[core].isr, vector);
}

static bool tmr(struct case_machine *m, uint32_t core, uint32_t vector)
{
	return bit(chips_of(m)->lapic[core].tmr, vector);
}

static void run_cases(uint32_t version)
{
	struct chips c = {
		.m = {
			.pin = 23,
			.read = read_register,
			.write = write_register,
			.eoi_register = eoi_register,
			.line = line,
			.apic_id = apic_id,
			.reset_core = reset_core,
			.set_logical = set_logical,
			.take = take,
			.eoi = eoi,
			.self_ipi = self_ipi,
			.irr = irr,
			.isr = isr,
			.tmr = tmr,
		},
		.chip = { .version = version, .nr_pins = 24 },
	};
	uint32_t i, ran = 0;
	int step;

	c.chip.send = send;
	c.chip.arg = &c;
	c.lapic[1].apic_id = 1;
	sim_chip_reset(&c.chip);
	for (i = 0; i < nr_chip_cases; i++) {
		if (!case_applies(&c.m, &chip_cases[i]))
			continue;
		step = case_run(&c.m, &chip_cases[i]);
		if (step >= 0)
			fail_msg("%s: step %d is %x", chip_cases[i].name, step, c.m.is);
		ran++;
	}
	assert_in_range(ran, nr_chip_cases / 2, nr_chip_cases);
}

static void test_version_20(void **state)
{
	(void)state;
	run_cases(0x20);
}

static void test_version_11(void **state)
{
	(void)state;
	run_cases(0x11);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_20),
		cmocka_unit_test(test_version_11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
