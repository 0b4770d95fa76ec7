// SPDX-License-Identifier: GPL-2.0-only
/*
 * What this OS wants of the pins: each call changes the section and settles the
 * GSI, which makes the hardware follow.
 *
 * Who marks a change in the section without the lock, because the line is shared,
 * looks again whether it is: an OS that leaves the line clears the round word
 * before it reads the section, and this one writes the section before it reads
 * the word, so one of them sees the other.
 */
#include "machine.h"
#include "table.h"
#include "oses.h"
#include "record.h"
#include "vector.h"
#include "lock.h"
#include "ioapic.h"
#include "resolve.h"
#include "apply.h"
#include "settle.h"
#include "round.h"

static u32 route_flags(struct irql *l, u32 gsi)
{
	return irql_load(&l->mine[gsi].flags);
}

/* A full barrier: see above. */
static void put_flags(struct irql *l, u32 gsi, u32 flags)
{
	irql_xchg(&l->mine[gsi].flags, flags);
	irql_xchg(&irql_route(l, l->os, gsi)->flags, flags);
}

static u32 sharers(struct irql *l, u32 gsi)
{
	return irql_load(&irql_gsi(l, gsi)->sharers) | irql_bit(l->os);
}

/* ---- register --------------------------------------------------------------- */

static int may_share(struct irql *l, u32 gsi, u32 with, u32 flags)
{
	u32 attr = irql_load(&irql_gsi(l, gsi)->attr);
	u32 os, dest = l->logical;

	if (!(attr & MINT_IRQF_LEVEL))
		return -IRQL_EBUSY;
	if ((flags ^ attr) & IRQL_ATTR)
		return -IRQL_EINVAL;
	while (irql_next_os(&with, &os)) {
		if (!irql_logical(l, os))
			return -IRQL_ENOSPC;
		dest |= irql_logical(l, os);
	}
	/* All eight bits are a broadcast on real chips. */
	return l->logical && dest != 0xff ? 0 : -IRQL_ENOSPC;
}

static void note_level(struct irql *l, u32 gsi, bool level)
{
	u32 *word = &l->level[gsi / 32], bit = 1u << (gsi % 32);

	irql_store(word, level ? irql_load(word) | bit : irql_load(word) & ~bit);
}

static int find_vector(struct irql *l, u32 gsi, const struct irql_pin *want,
		       u32 *vector)
{
	if (!(want->flags & MINT_IRQF_LEVEL)) {
		*vector = want->vector;
		return 0;
	}
	if (irql_is_mine(l, gsi) &&
	    (route_flags(l, gsi) & MINT_IRQF_LEVEL))
		*vector = irql_load(&l->mine[gsi].vector);
	else
		*vector = irql_vector_get(l, gsi);
	return *vector ? 0 : -IRQL_ENOSPC;
}

static void fill(struct irql *l, u32 gsi, const struct irql_pin *want,
		 u32 vector)
{
	struct irql_msg record = {
		.type = MINT_IRQ_PIN,
		.flags = want->flags & (IRQL_ATTR | MINT_IRQF_MASKED),
		.vector = vector,
		.dest = want->dest,
		.virq = want->virq,
		.sbdf = want->sbdf,
	};

	if (!irql_is_mine(l, gsi)) {
		irql_store(&l->echo[gsi], 0);
		irql_store(&l->owes[gsi], 0);
		irql_store(&l->rejoin[gsi], 0);
		irql_store(&l->busy[gsi], 0);
		irql_store(&l->kept[gsi], 0);
	}
	memcpy(record.name, want->name, sizeof(record.name));
	irql_fill_record(l, gsi, &record);
	irql_step(l, IRQL_STEP_SECTION);
}

/* Under the lock.  Nothing is changed before all is checked. */
static int route_locked(struct irql *l, u32 gsi, const struct irql_pin *want,
			u32 *vector)
{
	u32 with = irql_sharers(l, gsi) & ~irql_bit(l->os);
	int err;

	/* What names nobody must not stand in the way. */
	if ((irql_load(&irql_gsi(l, gsi)->sharers) & ~irql_bit(l->os)) != with)
		irql_settle(l, gsi, with | irql_bit(l->os));
	if (with) {
		err = may_share(l, gsi, with, want->flags);
		if (err)
			return err;
		irql_vector_settle(l, gsi, with);
	}
	err = find_vector(l, gsi, want, vector);
	if (err)
		return err;
	fill(l, gsi, want, *vector);
	note_level(l, gsi, want->flags & MINT_IRQF_LEVEL);
	irql_settle(l, gsi, with | irql_bit(l->os));
	return 0;
}

int irql_route_pin(struct irql *l, u32 gsi, const struct irql_pin *want,
		   u32 *vector)
{
	unsigned long flags;
	int err;

	if (irql_gsi_to_pin(l, gsi, NULL, NULL))
		return -IRQL_ENOENT;
	if (want->dest >= 0xff || !l->plat->dest_ok(l, l->os, want->dest))
		return -IRQL_EINVAL;
	if (!(want->flags & MINT_IRQF_LEVEL) &&
	    (want->vector < 16 || want->vector > 255))
		return -IRQL_EINVAL;
	err = irql_lock(l, &flags);
	if (err)
		return err;
	err = route_locked(l, gsi, want, vector);
	irql_unlock(l, flags);
	if (err)
		return err;
	if (irql_load(&l->requiet[gsi])) {
		irql_store(&l->requiet[gsi], 0);
		l->plat->quiet_intx(l, l->os, gsi, true);
	}
	irql_trace(l, IRQL_EV_REGISTER, gsi, l->os, *vector);
	irql_count_change(l);
	irql_changed(l, gsi);
	return 0;
}

void irql_unroute_pin(struct irql *l, u32 gsi)
{
	unsigned long flags;
	int err;

	if (gsi >= MINT_IRQT_MAX_GSIS || !irql_is_mine(l, gsi))
		return;
	err = irql_lock(l, &flags);
	note_level(l, gsi, false);
	irql_store(&l->mine[gsi].type, MINT_IRQ_FREE);
	irql_write_record(l, gsi);
	irql_step(l, IRQL_STEP_SECTION);
	if (irql_load(&irql_gsi(l, gsi)->evicted) & irql_bit(l->os))
		irql_store(&l->requiet[gsi], 1);
	if (err) {
		irql_set_dirty(l, gsi);
	} else {
		irql_settle(l, gsi, sharers(l, gsi));
		irql_unlock(l, flags);
	}
	irql_trace(l, IRQL_EV_UNREGISTER, gsi, l->os, 0);
	irql_count_change(l);
	irql_changed(l, gsi);
}

/*
 * The own wishes on a GSI that is ours have changed.  Alone on the pin, the
 * control words stay as they are.
 */
static void update_locked(struct irql *l, u32 gsi)
{
	if (irql_load(&irql_gsi(l, gsi)->sharers) == irql_bit(l->os))
		irql_apply_rte(l, gsi);
	else
		irql_settle(l, gsi, sharers(l, gsi));
}

/* ---- change ------------------------------------------------------------------- */

static void put_dest(struct irql *l, u32 gsi, u32 dest, u32 vector)
{
	struct mint_irqt_route *r = irql_route(l, l->os, gsi);

	if (!(route_flags(l, gsi) & MINT_IRQF_LEVEL)) {
		irql_store(&l->mine[gsi].vector, vector);
		irql_store(&r->vector, vector);
	}
	irql_xchg(&l->mine[gsi].dest, dest);
	irql_xchg(&r->dest, dest);
}

/* Alone on the pin: under the lock, so that the section and the RTE agree. */
void irql_set_dest(struct irql *l, u32 gsi, u32 dest, u32 vector)
{
	unsigned long flags;
	int err;

	if (gsi >= MINT_IRQT_MAX_GSIS || !irql_is_mine(l, gsi))
		return;
	if (irql_load(&irql_gsi(l, gsi)->round)) {
		put_dest(l, gsi, dest, vector);
		if (irql_load(&irql_gsi(l, gsi)->round))
			goto changed;
	}
	err = irql_lock(l, &flags);
	put_dest(l, gsi, dest, vector);
	if (err) {
		irql_set_dirty(l, gsi);
	} else {
		update_locked(l, gsi);
		irql_unlock(l, flags);
	}
changed:
	irql_count_change(l);
	irql_changed(l, gsi);
}

void irql_mask(struct irql *l, u32 gsi)
{
	u32 masked = MINT_IRQF_MASKED;
	unsigned long flags;
	int err;

	if (gsi >= MINT_IRQT_MAX_GSIS || !irql_is_mine(l, gsi))
		return;
	if (irql_load(&irql_gsi(l, gsi)->round)) {
		masked |= MINT_IRQF_HELD;
		put_flags(l, gsi, route_flags(l, gsi) | masked);
		if (irql_load(&irql_gsi(l, gsi)->round))
			return;
	}
	err = irql_lock(l, &flags);
	put_flags(l, gsi, route_flags(l, gsi) | masked);
	if (err) {
		irql_set_dirty(l, gsi);
		return;
	}
	update_locked(l, gsi);
	irql_unlock(l, flags);
}

static bool takes_part(struct irql *l, u32 gsi)
{
	u32 live = MINT_ROUND_LIVE(irql_load(&irql_gsi(l, gsi)->round));

	return live & irql_bit(l->os);
}

static void unmask_locked(struct irql *l, u32 gsi, u32 flags)
{
	unsigned long irq_flags;
	int err = irql_lock(l, &irq_flags);

	put_flags(l, gsi, flags);
	if (err) {
		irql_set_dirty(l, gsi);
		return;
	}
	update_locked(l, gsi);
	irql_unlock(l, irq_flags);
}

void irql_unmask(struct irql *l, u32 gsi)
{
	u32 flags;

	if (gsi >= MINT_IRQT_MAX_GSIS || !irql_is_mine(l, gsi))
		return;
	flags = route_flags(l, gsi) & ~(MINT_IRQF_MASKED | MINT_IRQF_HELD);
	if (takes_part(l, gsi))
		put_flags(l, gsi, flags);
	if (!takes_part(l, gsi))
		unmask_locked(l, gsi, flags);
	if (irql_load(&irql_gsi(l, gsi)->evicted) & irql_bit(l->os))
		irql_store(&l->rejoin[gsi], 1);
	if (irql_load(&l->owes[gsi])) {
		irql_store(&l->owes[gsi], 0);
		irql_ack(l, gsi);
	}
}

int irql_in_service(struct irql *l, u32 gsi)
{
	unsigned long flags;
	u32 chip, pin, lo;
	int err;

	if (gsi >= MINT_IRQT_MAX_GSIS || !irql_is_mine(l, gsi) ||
	    irql_gsi_to_pin(l, gsi, &chip, &pin))
		return -IRQL_ENOENT;
	if (irql_round(l, gsi))
		return irql_load(&l->busy[gsi]) || irql_load(&l->echo[gsi]);
	err = irql_lock(l, &flags);
	if (err)
		return err;
	lo = irql_read_lo(l, chip, pin);
	irql_unlock(l, flags);
	return (lo & IRQL_RTE_LEVEL) && (lo & IRQL_RTE_IRR);
}
