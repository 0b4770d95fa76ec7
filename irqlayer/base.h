/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every file of the layer uses.  Each other header beside it, but irqlayer.h and
 * platform.h, says what the .c of its name has for the files above it in the order of
 * irqlayer.mk.  None of them is for those who use the layer.
 */
#ifndef IRQL_BASE_H
#define IRQL_BASE_H

#include "irqlayer.h"

#define IRQL_ALL_OSES		((1u << MINT_IRQT_MAX_OSES) - 1)
/* A compare-and-swap that fails so often is being sabotaged. */
#define IRQL_CAS_TRIES		1000u
/* How a pin is wired. */
#define IRQL_ATTR		(MINT_IRQF_LEVEL | MINT_IRQF_LOW)

static inline u32 irql_bit(u32 os)
{
	return 1u << (os - 1);
}

/* Takes the next OS out of @set; false if there is none. */
static inline bool irql_next_os(u32 *set, u32 *os)
{
	*set &= IRQL_ALL_OSES;
	if (!*set)
		return false;
	*os = (u32)__builtin_ctz(*set) + 1;
	*set &= *set - 1;
	return true;
}

static inline void irql_trace(struct irql *l, u32 event, u32 gsi, u32 a, u32 b)
{
	if (l->plat->trace)
		l->plat->trace(l, event, gsi, a, b);
}

static inline void irql_changed(struct irql *l, u32 gsi)
{
	if (l->plat->changed)
		l->plat->changed(l, gsi);
}

static inline void irql_add_one(u32 *word)
{
	u32 tries, old;

	for (tries = 0; tries < IRQL_CAS_TRIES; tries++) {
		old = irql_load(word);
		if (irql_cas(word, old, old + 1) == old)
			return;
	}
}

/* Stores @value; 1 if something else was there. */
static inline u32 irql_put(u32 *word, u32 value)
{
	if (irql_load(word) == value)
		return 0;
	irql_store(word, value);
	return 1;
}

static inline void irql_set_dirty(struct irql *l, u32 gsi)
{
	irql_or(&l->dirty[gsi / 32], 1u << (gsi % 32));
}

static inline bool irql_is_dirty(struct irql *l, u32 gsi)
{
	return irql_load(&l->dirty[gsi / 32]) & (1u << (gsi % 32));
}

static inline bool irql_is_mine(struct irql *l, u32 gsi)
{
	return irql_load(&l->mine[gsi].type) == MINT_IRQ_PIN;
}

#endif /* IRQL_BASE_H */
