// SPDX-License-Identifier: GPL-2.0-only
/*
 * Level pins, when two OSes have a core by turns.
 *
 * A pin that one OS has alone interrupts its core also when the other one is on it.  That
 * one has no handler; it masks the pin, so that its EOI starts no storm, and when its OS
 * is back it unmasks it: if a device still asserts the line, it interrupts then.
 *
 * A shared line does not interrupt an OS that is away, as its core has the logical id of
 * the one that is there.  It owes its acknowledgment, and the round waits for it; back
 * on its core, it looks whether one is open, and sends itself the interrupt.
 */
#include "machine.h"
#include "vector.h"
#include "lock.h"
#include "ioapic.h"
#include "apply.h"
#include "rearm.h"
#include "round.h"
#include "away.h"

/* Its pin, or MINT_IRQT_NONE. */
static u32 gsi_of(struct irql *l, u32 vector)
{
	u32 gsi;

	if (!irql_vector_in_block(vector))
		return MINT_IRQT_NONE;
	gsi = irql_load(irql_vector(l, vector - MINT_IRQT_VECTOR_FIRST)) - 1;
	return gsi < MINT_IRQT_MAX_GSIS && irql_vector_ok(l, gsi, vector) ? gsi : MINT_IRQT_NONE;
}

/*
 * The pin of one other OS: for one of its own this OS would have a handler, and what is
 * shared waits for nobody who is not there.
 */
static bool is_foreign(struct irql *l, u32 gsi)
{
	u32 sharers = irql_load(&irql_gsi(l, gsi)->sharers);

	return !irql_is_mine(l, gsi) && sharers && !(sharers & (sharers - 1));
}

/* Under the lock it may be another one's by now, or shared, or nobody's. */
static void hold(struct irql *l, u32 gsi)
{
	unsigned long flags;

	if (!is_foreign(l, gsi) || irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	if (is_foreign(l, gsi)) {
		irql_store(&irql_gsi(l, gsi)->held, 1);
		irql_apply_rte(l, gsi);
	}
	irql_unlock(l, flags);
}

void irql_hold(struct irql *l, u32 vector)
{
	u32 gsi = gsi_of(l, vector);
	bool level = l->plat->lapic_tmr(l, vector);

	if (gsi != MINT_IRQT_NONE)
		hold(l, gsi);
	l->plat->lapic_eoi(l);
	/* As its OS would: see exclusive_eoi() in round.c. */
	if (gsi != MINT_IRQT_NONE && is_foreign(l, gsi) && (!level || l->directed))
		irql_eoi_pin(l, gsi);
}

void irql_release(struct irql *l, u32 gsi)
{
	irql_store(&irql_gsi(l, gsi)->held, 0);
	irql_apply_rte(l, gsi);
}

/* It owes, and not because its handlers run or its route is masked. */
static bool owes(struct irql *l, u32 gsi, u32 round)
{
	return MINT_ROUND_PENDING(round) & irql_bit(l->os) &&
	       !irql_load(&l->busy[gsi]) && !irql_load(&l->owes[gsi]);
}

/*
 * Whether a round is open.  Who has the lock may be waiting for just that round to end: so
 * without it the answer is yes, and on an idle line the round is acknowledged ahead.
 */
static bool may_be_open(struct irql *l, u32 gsi)
{
	unsigned long flags;
	bool yes;

	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return true;
	yes = irql_is_open(l, gsi);
	irql_unlock(l, flags);
	return yes;
}

/* What the lock does not allow now the watch does. */
static void come_back_alone(struct irql *l, u32 gsi)
{
	unsigned long flags;

	if (!irql_load(&irql_gsi(l, gsi)->held) ||
	    irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	irql_release(l, gsi);
	irql_unlock(l, flags);
}

static void come_back(struct irql *l, u32 gsi)
{
	u32 round = irql_round(l, gsi);

	/* The echo of an interrupt that was ended just before: the other OS may have had it. */
	if (irql_load(&l->echo[gsi])) {
		l->plat->ipi(l, irql_load(&l->shared_apic),
			     irql_load(&l->mine[gsi].vector));
		return;
	}
	if (!round)
		come_back_alone(l, gsi);
	else if (owes(l, gsi, round) && may_be_open(l, gsi))
		l->plat->ipi(l, irql_load(&l->shared_apic),
			     irql_load(&l->mine[gsi].vector));
}

void irql_back(struct irql *l)
{
	u32 word, bits;

	for (word = 0; word < (MINT_IRQT_MAX_GSIS + 31) / 32; word++)
		for (bits = irql_load(&l->level[word]); bits; bits &= bits - 1)
			come_back(l, 32 * word + (u32)__builtin_ctz(bits));
}
