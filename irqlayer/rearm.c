// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a sharer's own EOI is kept from re-arming a shared line before the others
 * have served it.
 *
 * directed	The cores do not tell the I/O APIC of their EOIs (SVR bit 12); the
 *		write to its EOI register does.  Never run on real chips so far:
 *		QEMU's local APIC has no such bit.
 * self-ipi	A core's EOI is broadcast if its trigger mode bit for that vector
 *		is set (SDM vol. 3, 11.8.4 and 11.8.5).  An IPI of the same vector
 *		to itself, before the EOI, clears the bit.  It arrives once more, as
 *		an echo, and only then the OS acknowledges.
 * mask		For I/O APICs without an EOI register: the first to be interrupted
 *		masks the pin, the last to acknowledge unmasks it.
 *
 * The first two do without the lock.  Whoever ends a round also unmasks a pin that
 * was masked for it, so OSes that chose differently only lose time.
 */
#include "machine.h"
#include "record.h"
#include "vector.h"
#include "lock.h"
#include "ioapic.h"
#include "apply.h"
#include "rearm.h"

static u32 level_vector(struct irql *l, u32 gsi)
{
	if (irql_is_mine(l, gsi))
		return irql_load(&l->mine[gsi].vector);
	return irql_load(&irql_gsi(l, gsi)->vector);
}

/* An edge pin, too, may be here after damage: its vector is not in the block. */
static void write_eoi(struct irql *l, u32 gsi, u32 chip)
{
	u32 vector = level_vector(l, gsi);

	if (!irql_vector_in_block(vector))
		return;
	l->plat->chip_eoi(l, chip, vector);
	irql_publish_mmio(l);
}

void irql_eoi_pin_locked(struct irql *l, u32 gsi)
{
	u32 chip, pin, lo;

	if (irql_gsi_to_pin(l, gsi, &chip, &pin))
		return;
	if (irql_has_eoi(l, chip)) {
		write_eoi(l, gsi, chip);
		return;
	}
	lo = irql_read_lo(l, chip, pin);
	if (!(lo & IRQL_RTE_LEVEL) || !(lo & IRQL_RTE_IRR))
		return;
	irql_force_eoi(l, chip, pin, lo);
	irql_write_lo(l, chip, pin, lo);
}

void irql_eoi_pin(struct irql *l, u32 gsi)
{
	unsigned long flags;
	u32 chip;

	if (irql_gsi_to_pin(l, gsi, &chip, NULL))
		return;
	if (irql_has_eoi(l, chip)) {
		write_eoi(l, gsi, chip);
		return;
	}
	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US)) {
		irql_set_dirty(l, gsi);
		return;
	}
	irql_eoi_pin_locked(l, gsi);
	irql_unlock(l, flags);
}

/* The last write is the one that lets the line interrupt again. */
void irql_rearm_locked(struct irql *l, u32 gsi)
{
	u32 *rearming = &irql_gsi(l, gsi)->rearming;

	if (irql_load(rearming)) {
		irql_eoi_pin_locked(l, gsi);
		irql_store(rearming, 0);
		irql_apply_rte(l, gsi);
	} else {
		irql_apply_rte(l, gsi);
		irql_eoi_pin_locked(l, gsi);
	}
}

bool irql_is_open(struct irql *l, u32 gsi)
{
	u32 chip, pin, lo;

	if (irql_load(&irql_gsi(l, gsi)->rearming))
		return true;
	if (irql_gsi_to_pin(l, gsi, &chip, &pin))
		return false;
	lo = irql_read_lo(l, chip, pin);
	return (lo & IRQL_RTE_LEVEL) && (lo & IRQL_RTE_IRR);
}

static bool have_eoi(struct irql *l)
{
	u32 i;

	for (i = 0; i < l->nr_chips; i++)
		if (!irql_has_eoi(l, i))
			return false;
	return true;
}

static bool begin_nothing(struct irql *l, u32 gsi)
{
	(void)l;
	(void)gsi;
	return true;
}

static void mask_rearm(struct irql *l, u32 gsi)
{
	unsigned long flags;

	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US)) {
		irql_set_dirty(l, gsi);
		return;
	}
	irql_rearm_locked(l, gsi);
	irql_unlock(l, flags);
}

static void eoi_rearm(struct irql *l, u32 gsi)
{
	if (irql_load(&irql_gsi(l, gsi)->rearming))
		mask_rearm(l, gsi);
	else
		irql_eoi_pin(l, gsi);
}

static bool directed_available(struct irql *l)
{
	return l->directed && have_eoi(l);
}

static bool plain_eoi(struct irql *l, u32 gsi)
{
	(void)gsi;
	l->plat->lapic_eoi(l);
	return false;
}

static bool self_ipi_eoi(struct irql *l, u32 gsi)
{
	irql_store(&l->echo[gsi], 1);
	l->plat->self_ipi(l, irql_load(&l->mine[gsi].vector));
	l->plat->lapic_eoi(l);
	return true;
}

static bool mask_available(struct irql *l)
{
	(void)l;
	return true;
}

/*
 * Whether this interrupt belongs to a round in which this OS still owes.  Who
 * finds no round open opens one by masking the pin, if the pin is in service:
 * then the chip has interrupted all sharers.  If it is not, no device asserts the
 * line, and this is a stray vector; a round opened for it would wait for sharers
 * whom nothing interrupted.
 */
static bool mask_enter(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 chip, pin, lo, round;

	round = irql_load(&g->round);
	if (!round)
		return true;
	if (!irql_load(&g->rearming)) {
		if (irql_gsi_to_pin(l, gsi, &chip, &pin))
			return false;
		lo = irql_read_lo(l, chip, pin);
		if (!(lo & IRQL_RTE_IRR))
			return false;
		irql_store(&g->rearming, 1);
		irql_write_lo(l, chip, pin, lo | IRQL_RTE_MASK);
		irql_step(l, IRQL_STEP_MASKED);
	}
	return MINT_ROUND_PENDING(round) & irql_bit(l->os);
}

/*
 * Without the lock the pin cannot be masked: then the EOIs re-arm the line too
 * early, which costs interrupts for nothing, until the lock is free again.
 */
static bool mask_begin(struct irql *l, u32 gsi)
{
	unsigned long flags;
	bool ours;

	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return true;
	ours = mask_enter(l, gsi);
	irql_unlock(l, flags);
	return ours;
}

static const struct irql_rearm_ops directed = {
	.name = "directed",
	.available = directed_available,
	.begin = begin_nothing,
	.eoi = plain_eoi,
	.rearm = eoi_rearm,
};

static const struct irql_rearm_ops self_ipi = {
	.name = "self-ipi",
	.available = have_eoi,
	.begin = begin_nothing,
	.eoi = self_ipi_eoi,
	.rearm = eoi_rearm,
};

static const struct irql_rearm_ops mask = {
	.name = "mask",
	.available = mask_available,
	.begin = mask_begin,
	.eoi = plain_eoi,
	.rearm = mask_rearm,
};

/* Best first; index is MINT_REARM_* - 1. */
static const struct irql_rearm_ops *const strategies[MINT_NR_REARM - 1] = {
	&directed, &self_ipi, &mask,
};

const struct irql_rearm_ops *irql_rearm(struct irql *l)
{
	u32 i, chosen = irql_load(&irql_hdr(l)->rearm);

	if (chosen != MINT_REARM_AUTO && chosen < MINT_NR_REARM &&
	    strategies[chosen - 1]->available(l))
		return strategies[chosen - 1];
	for (i = 0; i < MINT_NR_REARM - 2; i++)
		if (strategies[i]->available(l))
			break;
	return strategies[i];
}
