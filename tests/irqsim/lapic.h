/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated local APIC: what the interrupts of I/O APICs and IPIs need of it,
 * as QEMU 7.2 does it (hw/intc/apic.c).
 */
#ifndef IRQSIM_LAPIC_H
#define IRQSIM_LAPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "chip.h"

/**
 * struct sim_lapic
 * @apic_id:	physical destination
 * @logical:	bits 24..31 of its logical destination register, shifted down
 * @directed:	SVR bit 12: EOIs are not broadcast
 * @nr_requested: bits in @irr
 * @irr, @isr, @tmr: requested, in service, trigger mode
 */
struct sim_lapic {
	uint32_t apic_id;
	uint32_t logical;
	bool directed;
	uint32_t nr_requested;
	uint32_t irr[8];
	uint32_t isr[8];
	uint32_t tmr[8];
};

void sim_lapic_reset(struct sim_lapic *lapic);
bool sim_lapic_is_dest(const struct sim_lapic *lapic, const struct sim_msg *msg);
void sim_lapic_accept(struct sim_lapic *lapic, uint32_t vector, bool level);
/* The vector that the core would take now, or -1. */
int sim_lapic_pending(const struct sim_lapic *lapic);
/* The core takes it: it is in service. */
uint32_t sim_lapic_take(struct sim_lapic *lapic);
/* EOI.  The vector to broadcast to the I/O APICs, or -1. */
int sim_lapic_eoi(struct sim_lapic *lapic);
bool sim_lapic_tmr(const struct sim_lapic *lapic, uint32_t vector);

#endif /* IRQSIM_LAPIC_H */
