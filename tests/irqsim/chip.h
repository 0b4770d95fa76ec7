/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated I/O APIC.  It does what QEMU 7.2's does (hw/intc/ioapic.c), quirks
 * included; cases.c is the list of what that means, run over both.
 *
 * The one difference: QEMU's EOI register ends the interrupt on every chip of the
 * machine, here only on its own, as the data sheets have it.
 */
#ifndef IRQSIM_CHIP_H
#define IRQSIM_CHIP_H

#include <stdbool.h>
#include <stdint.h>

/* The index register has 8 bits: 0x10 + 2 * pin ends at pin 119. */
#define SIM_MAX_PINS	120u

/* Offsets of the registers; index register numbers. */
#define SIM_IOAPIC_INDEX	0x00u
#define SIM_IOAPIC_DATA		0x10u
#define SIM_IOAPIC_EOI		0x40u
#define SIM_IOAPIC_REG_ID	0x00u
#define SIM_IOAPIC_REG_VERSION	0x01u
#define SIM_IOAPIC_REG_RTE	0x10u

/* An interrupt that goes on without the line going low is delayed after this. */
#define SIM_STORM_EOIS		10000u
#define SIM_STORM_DELAY_NS	10000000ull

struct sim_msg {
	uint32_t dest;
	uint32_t vector;
	bool logical;
	bool level;
};

/**
 * struct sim_chip - one I/O APIC
 * @version, @nr_pins, @id: what its registers say
 * @index:	the index register
 * @rte:	redirection entries
 * @irr:	per pin: level: the line is high; edge: an edge to deliver
 * @eois:	per pin: EOIs in a row that found the line high
 * @delayed:	such an interrupt waits for sim_chip_resume()
 * @send:	takes the messages to the local APICs
 */
struct sim_chip {
	uint32_t version;
	uint32_t nr_pins;
	uint32_t id;
	uint32_t index;
	uint64_t rte[SIM_MAX_PINS];
	bool irr[SIM_MAX_PINS];
	uint16_t eois[SIM_MAX_PINS];
	bool delayed;
	void (*send)(void *arg, const struct sim_msg *msg);
	void *arg;
};

/* As after power-on: all pins masked, edge. */
void sim_chip_reset(struct sim_chip *chip);
uint32_t sim_chip_read(struct sim_chip *chip, uint32_t offset);
void sim_chip_write(struct sim_chip *chip, uint32_t offset, uint32_t value);
/* The line at @pin changes (or is said to be) high or low. */
void sim_chip_line(struct sim_chip *chip, uint32_t pin, bool high);
/* A local APIC's EOI message. */
void sim_chip_eoi(struct sim_chip *chip, uint32_t vector);
/* SIM_STORM_DELAY_NS have passed since @delayed became true. */
void sim_chip_resume(struct sim_chip *chip);

#endif /* IRQSIM_CHIP_H */
