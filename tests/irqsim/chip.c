// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated I/O APIC.  The functions follow those of QEMU's: an interrupt is
 * looked for only when a line changes, an entry is written, or an EOI arrives.
 */
#include <string.h>

#include "chip.h"

#define RTE_VECTOR	0xffull
#define RTE_LOGICAL	(1ull << 11)
#define RTE_STATUS	(1ull << 12)
#define RTE_IRR		(1ull << 14)
#define RTE_LEVEL	(1ull << 15)
#define RTE_MASKED	(1ull << 16)
#define RTE_READ_ONLY	(RTE_STATUS | RTE_IRR)

void sim_chip_reset(struct sim_chip *chip)
{
	uint32_t pin;

	chip->index = 0;
	chip->delayed = false;
	memset(chip->irr, 0, sizeof(chip->irr));
	memset(chip->eois, 0, sizeof(chip->eois));
	for (pin = 0; pin < SIM_MAX_PINS; pin++)
		chip->rte[pin] = RTE_MASKED;
}

static void send(struct sim_chip *chip, uint64_t rte)
{
	struct sim_msg msg = {
		.dest = rte >> 56,
		.vector = rte & RTE_VECTOR,
		.logical = rte & RTE_LOGICAL,
		.level = rte & RTE_LEVEL,
	};

	chip->send(chip->arg, &msg);
}

static void service_pin(struct sim_chip *chip, uint32_t pin)
{
	uint64_t *rte = &chip->rte[pin];

	if (!chip->irr[pin] || *rte & RTE_MASKED)
		return;
	if (!(*rte & RTE_LEVEL)) {
		chip->irr[pin] = false;
	} else {
		if (*rte & RTE_IRR)
			return;
		*rte |= RTE_IRR;
	}
	send(chip, *rte);
}

static void service(struct sim_chip *chip)
{
	uint32_t pin;

	for (pin = 0; pin < chip->nr_pins; pin++)
		service_pin(chip, pin);
}

void sim_chip_line(struct sim_chip *chip, uint32_t pin, bool high)
{
	uint64_t rte = chip->rte[pin];

	if (!(rte & RTE_LEVEL)) {
		/* A masked edge is gone for good, a low line changes nothing. */
		if (!high || rte & RTE_MASKED)
			return;
		chip->irr[pin] = true;
		service(chip);
		return;
	}
	chip->irr[pin] = high;
	if (high && !(rte & RTE_IRR))
		service(chip);
}

static void eoi_pin(struct sim_chip *chip, uint32_t pin, uint32_t vector)
{
	uint64_t *rte = &chip->rte[pin];

	if ((*rte & RTE_VECTOR) != vector || !(*rte & RTE_LEVEL) ||
	    !(*rte & RTE_IRR))
		return;
	*rte &= ~RTE_IRR;
	if (*rte & RTE_MASKED || !chip->irr[pin]) {
		chip->eois[pin] = 0;
		return;
	}
	if (++chip->eois[pin] < SIM_STORM_EOIS) {
		service(chip);
		return;
	}
	chip->eois[pin] = 0;
	chip->delayed = true;
}

void sim_chip_eoi(struct sim_chip *chip, uint32_t vector)
{
	uint32_t pin;

	for (pin = 0; pin < chip->nr_pins; pin++)
		eoi_pin(chip, pin, vector);
}

void sim_chip_resume(struct sim_chip *chip)
{
	chip->delayed = false;
	service(chip);
}

static uint32_t read_data(const struct sim_chip *chip)
{
	uint32_t pin = (chip->index - SIM_IOAPIC_REG_RTE) / 2;

	if (chip->index == SIM_IOAPIC_REG_ID)
		return chip->id << 24;
	if (chip->index == SIM_IOAPIC_REG_VERSION)
		return chip->version | (chip->nr_pins - 1) << 16;
	if (chip->index < SIM_IOAPIC_REG_RTE || pin >= chip->nr_pins)
		return 0;
	return chip->index & 1 ? chip->rte[pin] >> 32 : chip->rte[pin];
}

static void write_data(struct sim_chip *chip, uint32_t value)
{
	uint32_t pin = (chip->index - SIM_IOAPIC_REG_RTE) / 2;
	uint64_t *rte = &chip->rte[pin], old;

	if (chip->index == SIM_IOAPIC_REG_ID)
		chip->id = value >> 24 & 0xf;
	if (chip->index < SIM_IOAPIC_REG_RTE || pin >= chip->nr_pins)
		return;
	old = *rte;
	if (chip->index & 1)
		*rte = (old & 0xffffffff) | (uint64_t)value << 32;
	else
		*rte = (old & ~0xffffffffull) | value;
	*rte = (*rte & ~RTE_READ_ONLY) | (old & RTE_READ_ONLY);
	chip->eois[pin] = 0;
	if (!(*rte & RTE_LEVEL))
		*rte &= ~RTE_IRR;
	service(chip);
}

uint32_t sim_chip_read(struct sim_chip *chip, uint32_t offset)
{
	if (offset == SIM_IOAPIC_INDEX)
		return chip->index;
	return offset == SIM_IOAPIC_DATA ? read_data(chip) : 0;
}

void sim_chip_write(struct sim_chip *chip, uint32_t offset, uint32_t value)
{
	if (offset == SIM_IOAPIC_INDEX)
		chip->index = value & 0xff;
	else if (offset == SIM_IOAPIC_DATA)
		write_data(chip, value);
	else if (offset == SIM_IOAPIC_EOI && chip->version >= 0x20)
		sim_chip_eoi(chip, value);
}
