/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts of this OS, and of others for reading: Linux's side of the neutral layer
 * (irqlayer/).  What the files of this room offer each other is in internal.h.
 */
#ifndef MINT_IRQ_H
#define MINT_IRQ_H

#include <linux/types.h>

#include "irqlayer/irqlayer.h"

/* ---- domain.c: init_platform time ------------------------------------------------- */

/* The first OS is started again: the I/O APICs are left alone until the layer is there. */
void mint_irq_setup_again(void);

/* ---- plat.c ----------------------------------------------------------------- */

/*
 * This OS is a copy: it joins the layer as the OS that it is now, without a route.
 * Interrupts off, one CPU.  0 or -errno.
 */
int mint_irq_rejoin(void);

/* ---- layer.c ---------------------------------------------------------------- */

extern struct irql mint_irql;
/* The layer has the chips: nobody else writes to them any more. */
extern bool mint_irql_up;

/* ---- domain.c --------------------------------------------------------------- */

/*
 * Joins the interrupt layer; early initcall, one CPU.  0, or -errno: then Linux has its
 * interrupts as before.
 */
int mint_irq_init(void);
/*
 * Linux's number for a GSI, in a further OS; @prefer if that is free.  @attr:
 * MINT_IRQF_LEVEL, MINT_IRQF_LOW.  -ENOENT no such GSI, -EBUSY it is wired
 * otherwise, -ENOMEM.
 */
int mint_gsi_map(u32 gsi, u32 attr, int prefer);
/* The same for an ISA interrupt, which keeps its number. */
int mint_isa_map(u32 isa);
/* GSI and wiring of an interrupt, or MINT_IRQT_NONE. */
u32 mint_irq_to_gsi(unsigned int virq, u32 *attr);
/* Further OS: one past its highest GSI. */
u32 mint_irq_gsi_top(void);

/* ---- line.c ------------------------------------------------------------------ */

/**
 * struct mint_line - the line of a pin, the same for all who share it
 * @sharers, @evicted: bit (OS id - 1)
 */
struct mint_line {
	u32 sharers;
	u32 evicted;
	u32 rounds;
	u32 forced;
	u32 evictions;
	const char *strategy;
};

/* The line of @gsi; false if there is no such GSI. */
bool mint_line_copy(u32 gsi, struct mint_line *line);
/*
 * Whether another OS, now, keeps this one from using @gsi: an edge pin has one
 * owner.
 */
bool mint_irq_gsi_taken(u32 gsi);

/* ---- away.c ------------------------------------------------------------------ */

/*
 * A level pin of the OS that is away from this core interrupts it, by @vector: ended, and
 * kept for that OS.  Hard interrupt.
 */
void mint_irq_hold(u32 vector);
/* The turn of this OS has come on a core: what came for its level pins meanwhile. */
void mint_irq_back(void);
/* Whether this OS has the lock of the interrupt table.  Any context, NMI too. */
bool mint_irq_lock_is_ours(void);
/* Counts level pins that let go of their vector, which is in vector_irq[] no more. */
extern u32 mint_irq_levels_gone;

/* ---- msi.c ------------------------------------------------------------------- */

/* A function has no driver any more: its messages leave the interrupt table. */
void mint_msi_forget(u32 sbdf);

/* ---- watch.c, ends.c ----------------------------------------------------------- */

/* Time-out for an acknowledgment on a shared line, ms; the machine's. */
u32 mint_irq_timeout_ms(void);
int mint_irq_set_timeout_ms(u32 ms);
/* This OS ends in order: its pins go, the functions on them are silenced. */
void mint_irq_leave(void);

/*
 * Sets who switches INTx of the functions of @os on @gsi, past their owner.  Any
 * context, also inside the layer's lock.  Until then nobody does.
 */
void mint_irq_set_quiet(void (*quiet)(u32 os, u32 gsi, bool on));
/*
 * Sets who stops the cores of @os, which sits on the lock of the interrupt table, if
 * @still says so when nobody else is at work on it.  Process context.
 */
void mint_irq_set_stop(int (*stop)(u32 os, bool (*still)(void)));

/* ---- repair.c -------------------------------------------------------------------- */

/*
 * Has all OSes restore what is theirs in the interrupt table; waits, bounded.  How
 * many things were restored, or -errno.  Process context.
 */
int mint_irq_repair(void);

/* ---- routes.c: for people ---------------------------------------------------------- */

/**
 * struct mint_route - an interrupt route of some OS, for people
 * @type:	MINT_ROUTE_*
 * @gsi, @chip, @pin: ~0 where they have no meaning
 * @dest:	destination APIC id
 * @flags:	MINT_ROUTEF_*
 * @sbdf:	device, ~0 = none (then @dev names it)
 */
struct mint_route {
	u32 type;
	u32 gsi;
	u32 chip;
	u32 pin;
	u32 vector;
	u32 dest;
	u32 flags;
	u32 sbdf;
	u64 count;
	u64 foreign;
	char dev[16];
};

/*
 * Asks all living OSes to bring the counters of their routes up to date and waits
 * (bounded, 200 ms).  Process context.
 */
void mint_routes_refresh(void);
/* Snapshot of the routes of @os: at most @max into @out, returns how many. */
u32 mint_routes_copy(u32 os, struct mint_route *out, u32 max);
/* Register writes of @os to I/O APICs: index, data, EOI. */
void mint_irq_writes(u32 os, u64 writes[3]);

/* ---- tests --------------------------------------------------------------------------- */

#ifdef CONFIG_MINT_TEST
/* Called at each step of the layer, once it is set. */
extern void (*mint_irq_test_step)(struct irql *l, enum irql_step step);
#endif

#endif /* MINT_IRQ_H */
