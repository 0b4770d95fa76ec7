/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an I/O APIC and local APICs do, case by case.  The same cases run on the
 * simulated chips (tests/unit/test_irq_chip.c) and, in a program without an
 * operating system, on QEMU's (tests/irqsim/bare.c, tests/system/04-irq-chip.sh).
 *
 * Freestanding: no libc.
 */
#ifndef IRQSIM_CASES_H
#define IRQSIM_CASES_H

#include <stdbool.h>
#include <stdint.h>

#define CASE_CORES	2u
#define CASE_MAX_STEPS	40u

enum case_op {
	CASE_END,
	/* a: value of the low, high half of the pin's RTE */
	CASE_LO,
	CASE_HI,
	/* a: the line is high */
	CASE_LINE,
	/* a: vector, written to the EOI register */
	CASE_EOI_REG,
	/* core; a: its logical id (bits 24..31 of the LDR) */
	CASE_LDR,
	/* core: takes the interrupts that it can take now, one after the other */
	CASE_TAKE,
	/* core: EOI at its local APIC */
	CASE_EOI,
	/* core; a: vector, as an IPI to itself */
	CASE_SELF,
	/* core; a: this many times an interrupt and its EOI */
	CASE_STORM,
	/* a: mask, b: the low, high half of the RTE under this mask */
	CASE_IS_LO,
	CASE_IS_HI,
	/* core; a: vector, b: 0 or 1 */
	CASE_IS_IRR,
	CASE_IS_ISR,
	CASE_IS_TMR,
	/* core; a: interrupts taken since the case began */
	CASE_IS_TAKEN,
};

struct case_step {
	uint8_t op;
	uint8_t core;
	uint32_t a;
	uint32_t b;
};

/**
 * struct chip_case
 * @min_version, @max_version: of the I/O APIC
 */
struct chip_case {
	const char *name;
	uint32_t min_version;
	uint32_t max_version;
	struct case_step step[CASE_MAX_STEPS];
};

/**
 * struct case_machine - the chips, real or simulated
 * @read, @write: register @reg of the I/O APIC, by index and data
 * @apic_id:	of a core
 * @reset_core:	nothing requested, nothing in service, logical id 0
 */
struct case_machine {
	uint32_t pin;
	uint32_t (*read)(struct case_machine *m, uint32_t reg);
	void (*write)(struct case_machine *m, uint32_t reg, uint32_t value);
	void (*eoi_register)(struct case_machine *m, uint32_t vector);
	void (*line)(struct case_machine *m, bool high);
	uint32_t (*apic_id)(struct case_machine *m, uint32_t core);
	void (*reset_core)(struct case_machine *m, uint32_t core);
	void (*set_logical)(struct case_machine *m, uint32_t core, uint32_t id);
	/* Returns how many it took. */
	uint32_t (*take)(struct case_machine *m, uint32_t core);
	void (*eoi)(struct case_machine *m, uint32_t core);
	void (*self_ipi)(struct case_machine *m, uint32_t core, uint32_t vector);
	bool (*irr)(struct case_machine *m, uint32_t core, uint32_t vector);
	bool (*isr)(struct case_machine *m, uint32_t core, uint32_t vector);
	bool (*tmr)(struct case_machine *m, uint32_t core, uint32_t vector);
	uint32_t taken[CASE_CORES];
	uint32_t is;
};

extern const struct chip_case chip_cases[];
extern const uint32_t nr_chip_cases;

/* Whether the case is one for this chip. */
bool case_applies(struct case_machine *m, const struct chip_case *c);
/* Number of the step that failed (what it found is in @m->is), or -1. */
int case_run(struct case_machine *m, const struct chip_case *c);

#endif /* IRQSIM_CASES_H */
