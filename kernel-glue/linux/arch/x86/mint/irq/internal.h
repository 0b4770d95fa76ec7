/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room offer each other, lowest first:
 *
 *	layer.c		this OS's handle of the layer
 *	line.c		the line of a pin, for reading
 *	lapic.c		the local APIC: EOI, IPIs, logical destinations
 *	storm.c		a line that nobody has work in rests
 *	chip.c		the irq_chip of a pin, and the flow of a shared line
 *	away.c		level pins of a core that two OSes have by turns
 *	msi.c		messages
 *	watch.c		the watch, news of changes
 *	notes.c		what people should hear of
 *	ends.c		death of an OS
 *	plat.c		the layer's platform: chips, clock, who is gone
 *	domain.c	take-over of the first OS's I/O APIC domains; the GSI
 *			domain of a further OS
 *	repair.c	repair of the table, by all OSes
 *	routes.c	the routes for reading
 *
 * Locks: desc->lock of the pin's interrupt is held in all calls of the layer for
 * a GSI (it is what serialises them); inside it the vector lock, and the layer's
 * own lock, which lies in shared memory and is bounded.  Nothing of Linux is
 * locked inside that one.
 */
#ifndef MINT_IRQ_INTERNAL_H
#define MINT_IRQ_INTERNAL_H

#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/types.h>

#include "irqlayer/irqlayer.h"

/* ---- plat.c ------------------------------------------------------------- */

/*
 * Builds the table (first OS) and attaches this OS to it; early initcall, one
 * CPU.  0 or -errno.
 */
int mint_irq_attach(const struct mint_irqt_machine *machine);

/* ---- lapic.c --------------------------------------------------------- */

void mint_lapic_eoi(struct irql *l);
bool mint_lapic_tmr(struct irql *l, u32 vector);
void mint_lapic_self_ipi(struct irql *l, u32 vector);
void mint_lapic_ipi(struct irql *l, u32 apic_id, u32 vector);
bool mint_lapic_directed_eoi(struct irql *l);
/* This core's bit in logical destinations; CPU 0 has one, the others none. */
void mint_lapic_set_logical(void);

/* ---- chip.c ---------------------------------------------------------- */

/**
 * struct mint_pin - what this kernel knows of a pin
 * @attr:	MINT_IRQF_LEVEL, MINT_IRQF_LOW, as io_apic.c or the table says
 * @vector:	level, routed: from the layer
 * @in_round:	the flow of a shared line is at work
 * @wish:	the affinity that Linux wants could not be set yet
 *
 * Protected by desc->lock of its interrupt; @attr also written before there is one.
 */
struct mint_pin {
	u32 attr;
	u32 vector;
	bool in_round;
	bool wish;
};

extern struct mint_pin mint_pins[MINT_IRQT_MAX_GSIS];
/* First GSI of each of Linux's I/O APICs; a further OS has one domain, from 0. */
extern u32 mint_gsi_base[MINT_IRQT_MAX_CHIPS];

/* Only for the interrupts of our domains. */
static inline u32 mint_irqd_gsi(const struct irq_data *d)
{
	return mint_gsi_base[(long)d->domain->host_data] + d->hwirq;
}

extern struct irq_chip mint_irq_chip;
/* Flow handler of a line that other OSes share. */
void mint_shared_flow(struct irq_desc *desc);
/* Activation: vector and destination are known.  0 or -errno. */
int mint_pin_route(struct irq_data *d, bool masked);
void mint_pin_unroute(struct irq_data *d);

/* ---- domain.c -------------------------------------------------------- */

/* Whether interrupts of @domain are our pins. */
bool mint_irq_domain_ours(const struct irq_domain *domain);

/* ---- watch.c ------------------------------------------------------------ */

void mint_irq_changed(struct irql *l, u32 gsi);

/* ---- notes.c ------------------------------------------------------------ */

/* Something that people should hear of; any context, also inside the lock. */
void mint_irq_note(u32 event, u32 gsi, u32 a, u32 b);

/* ---- ends.c ------------------------------------------------------------- */

/* Stops @os, soon: it sits on the lock. */
void mint_irq_lock_stuck(struct irql *l, u32 os);
/* INTx of the functions of @os on @gsi; see struct irql_platform. */
void mint_irq_quiet_intx(struct irql *l, u32 os, u32 gsi, bool on);

#endif /* MINT_IRQ_INTERNAL_H */
