// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes an RTE what resolve() says.  Under the table's lock, idempotent: run
 * again, by anybody, it ends the same, also after somebody died half way.
 *
 * Which order of writes loses nothing was measured on QEMU's chips.  A pin whose
 * receiver stays the same OS (only the destination or the mask changes) is
 * written as it is.  For every other change:
 *
 *	mask; wait until it is not in service (level: Remote IRR), for a bounded
 *	time, or force that; destination; low half, masked; unmask
 *
 * Without the wait, the EOI of the former receiver no longer matches a new vector
 * and the pin stays in service for ever.  An edge that came while the pin was
 * masked is lost, so its receiver gets one interrupt for it, after the unmask:
 * one too many does no harm.
 */
#include "machine.h"
#include "intx.h"
#include "ioapic.h"
#include "resolve.h"
#include "apply.h"

/* How long a masked pin may stay in service before it is forced out of it. */
#define QUIESCE_US	5000u

/**
 * struct change - an RTE as it is and as it should be
 */
struct change {
	u32 chip;
	u32 pin;
	u32 lo;
	u32 hi;
	u32 want_lo;
	u32 want_hi;
};

/*
 * Of an unused pin only the mask counts, and that it is level triggered if it may
 * have to be: see first_attr() in table.c.
 */
bool irql_rte_ok(const struct irql_rte *want, u32 lo, u32 hi)
{
	u32 want_lo, want_hi;

	irql_ioapic_encode(want, &want_lo, &want_hi);
	/* In service for ever: nobody is left to end it. */
	if (irql_unused(want) && (lo & IRQL_RTE_LEVEL) && (lo & IRQL_RTE_IRR))
		return false;
	if (irql_unused(want))
		return (lo & IRQL_RTE_MASK) &&
		       ((lo & IRQL_RTE_LEVEL) || !want->level);
	return !((lo ^ want_lo) & ~IRQL_RTE_READONLY) &&
	       !((hi ^ want_hi) & IRQL_RTE_DEST);
}

/* Masks the pin and waits.  Returns its low half, as it is now. */
static u32 quiesce(struct irql *l, u32 chip, u32 pin, u32 lo)
{
	u64 start;
	u32 busy;

	if (!(lo & IRQL_RTE_MASK)) {
		irql_write_lo(l, chip, pin, lo | IRQL_RTE_MASK);
		irql_step(l, IRQL_STEP_MASKED);
	}
	start = l->plat->now_us(l);
	for (;;) {
		lo = irql_read_lo(l, chip, pin);
		busy = IRQL_RTE_PENDING;
		if (lo & IRQL_RTE_LEVEL)
			busy |= IRQL_RTE_IRR;
		if (!(lo & busy))
			return lo;
		if (l->plat->now_us(l) - start >= QUIESCE_US)
			break;
		l->plat->relax(l);
	}
	if (lo & busy & IRQL_RTE_IRR)
		irql_force_eoi(l, chip, pin, lo);
	return irql_read_lo(l, chip, pin);
}

void irql_quiesce(struct irql *l, u32 gsi)
{
	u32 chip, pin;

	if (!irql_gsi_to_pin(l, gsi, &chip, &pin))
		quiesce(l, chip, pin, irql_read_lo(l, chip, pin));
}

/* Whether only the destination or the mask changes, and not the receiving OS. */
static bool same_receiver(struct irql *l, const struct change *c,
			  const struct irql_rte *want, u32 owner)
{
	if ((c->lo ^ c->want_lo) & ~(IRQL_RTE_READONLY | IRQL_RTE_MASK))
		return false;
	if (!((c->hi ^ c->want_hi) & IRQL_RTE_DEST))
		return true;
	/* Who is in a set of receivers is a matter of the rounds. */
	return want->logical || l->plat->dest_ok(l, owner, c->hi >> 24);
}

static void write_light(struct irql *l, const struct change *c)
{
	bool lo = (c->lo ^ c->want_lo) & IRQL_RTE_MASK;
	bool mask_first = lo && (c->want_lo & IRQL_RTE_MASK);

	if (mask_first)
		irql_write_lo(l, c->chip, c->pin, c->want_lo);
	if ((c->hi ^ c->want_hi) & IRQL_RTE_DEST) {
		if (mask_first)
			irql_step(l, IRQL_STEP_HALF);
		irql_write_hi(l, c->chip, c->pin, c->want_hi);
		if (lo && !mask_first)
			irql_step(l, IRQL_STEP_HALF);
	}
	if (lo && !mask_first)
		irql_write_lo(l, c->chip, c->pin, c->want_lo);
}

static void write_full(struct irql *l, struct change *c)
{
	c->lo = quiesce(l, c->chip, c->pin, c->lo);
	irql_write_hi(l, c->chip, c->pin, c->want_hi);
	irql_step(l, IRQL_STEP_HALF);
	irql_write_lo(l, c->chip, c->pin, c->want_lo | IRQL_RTE_MASK);
	if (!(c->want_lo & IRQL_RTE_MASK))
		irql_write_lo(l, c->chip, c->pin, c->want_lo);
}

/*
 * The edge that may have been lost: while the pin was masked here, or on its way
 * to the former owner.  @last_owner is set last: who dies before leaves it to
 * the next apply().
 */
static void replay_edge(struct irql *l, u32 gsi, const struct irql_rte *want,
			u32 owner, bool masked_here)
{
	u32 *last_owner = &irql_gsi(l, gsi)->last_owner;
	u32 last = irql_load(last_owner);

	if (!owner || want->level || want->masked)
		return;
	if (masked_here || (last && last != owner))
		l->plat->ipi(l, want->dest, want->vector);
	if (last != owner)
		irql_store(last_owner, owner);
}

/* Damage to what this OS knows better must not reach the hardware. */
static void know_better(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 flags = irql_load(&l->mine[gsi].flags);

	if (!irql_is_mine(l, gsi))
		return;
	irql_put(&g->attr, flags & IRQL_ATTR);
	if (flags & MINT_IRQF_LEVEL)
		irql_put(&g->vector, irql_load(&l->mine[gsi].vector));
}

/*
 * QEMU's chip forgets a line that is high while its pin is edge triggered, as a
 * pin is after reset, or after damage.  It sees the line when that moves.
 */
static void replay_level(struct irql *l, u32 gsi, const struct irql_rte *want,
			 u32 lo)
{
	if (want->level && !irql_unused(want) && !(lo & IRQL_RTE_LEVEL))
		irql_toggle_intx(l, gsi, irql_sharers(l, gsi));
}

bool irql_apply_rte(struct irql *l, u32 gsi)
{
	struct irql_rte want;
	struct change c;
	bool full, live;
	u32 owner;

	if (irql_gsi_to_pin(l, gsi, &c.chip, &c.pin))
		return false;
	know_better(l, gsi);
	owner = irql_resolve_owner(l, gsi, &want);
	c.lo = irql_read_lo(l, c.chip, c.pin);
	c.hi = irql_read_hi(l, c.chip, c.pin);
	if (irql_unused(&want) && (c.lo & IRQL_RTE_LEVEL))
		want.level = true;
	irql_ioapic_encode(&want, &c.want_lo, &c.want_hi);
	irql_trace(l, IRQL_EV_RESOLVE, gsi, c.want_lo, c.want_hi);
	if (irql_rte_ok(&want, c.lo, c.hi)) {
		replay_edge(l, gsi, &want, owner, false);
		return false;
	}
	full = !same_receiver(l, &c, &want, owner);
	live = !(c.lo & (IRQL_RTE_MASK | IRQL_RTE_LEVEL));
	if (full)
		write_full(l, &c);
	else
		write_light(l, &c);
	irql_trace(l, IRQL_EV_APPLY, gsi, c.want_lo, c.want_hi);
	replay_edge(l, gsi, &want, owner, full && live);
	replay_level(l, gsi, &want, c.lo);
	return true;
}

void irql_apply(struct irql *l, u32 gsi)
{
	irql_apply_rte(l, gsi);
}
