// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the table agree with itself, and the hardware with the table?  And making
 * it so.
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

/* Differences of one GSI, told when the lock is free again; packed, for they lie on a stack. */
#define MAX_DIFFS	(MINT_IRQT_MAX_OSES + 4)

struct diffs {
	u32 nr;
	u32 gsi;
	u64 is[MAX_DIFFS];
	u64 should[MAX_DIFFS];
	u8 what[MAX_DIFFS];
	u8 os[MAX_DIFFS];
};

static void begin(struct diffs *diffs, u32 gsi)
{
	diffs->nr = 0;
	diffs->gsi = gsi;
}

static void add(struct diffs *diffs, enum irql_wrong what, u32 os, u64 is, u64 should)
{
	u32 i = diffs->nr;

	if (i == MAX_DIFFS)
		return;
	diffs->is[i] = is;
	diffs->should[i] = should;
	diffs->what[i] = (u8)what;
	diffs->os[i] = (u8)os;
	diffs->nr++;
}

static int tell_all(const struct diffs *diffs,
		    void (*tell)(void *arg, const struct irql_diff *d), void *arg)
{
	struct irql_diff d = { .gsi = diffs->gsi };
	u32 i;

	for (i = 0; tell && i < diffs->nr; i++) {
		d.what = diffs->what[i];
		d.os = diffs->os[i];
		d.is = diffs->is[i];
		d.should = diffs->should[i];
		tell(arg, &d);
	}
	return (int)diffs->nr;
}

/* ---- one GSI --------------------------------------------------------------------- */

static void verify_rte(struct irql *l, u32 gsi, struct diffs *diffs)
{
	struct irql_rte want;
	u32 chip, pin, lo, hi, want_lo, want_hi;

	if (irql_gsi_to_pin(l, gsi, &chip, &pin))
		return;
	irql_resolve(l, gsi, &want);
	lo = irql_read_lo(l, chip, pin);
	hi = irql_read_hi(l, chip, pin);
	if (irql_rte_ok(&want, lo, hi))
		return;
	irql_ioapic_encode(&want, &want_lo, &want_hi);
	add(diffs, IRQL_WRONG_RTE, 0, (u64)hi << 32 | lo,
	    (u64)want_hi << 32 | want_lo);
}

static void verify_none(struct irql *l, u32 gsi, u32 os, struct diffs *diffs)
{
	u32 type = irql_load(&irql_route(l, os, gsi)->type);

	if (type != MINT_IRQ_FREE)
		add(diffs, IRQL_WRONG_ROUTE, os, type, MINT_IRQ_FREE);
}

/* Who has a sane route there, by the sections. */
static u32 verify_records(struct irql *l, u32 gsi, struct diffs *diffs)
{
	u32 attr = irql_load(&irql_gsi(l, gsi)->attr);
	u32 os, set = 0, rest = irql_attached_set(l);
	struct irql_claim c;

	if (!irql_record_ok(l, gsi))
		add(diffs, IRQL_WRONG_OWN, l->os,
		    irql_load(&irql_route(l, l->os, gsi)->type),
		    irql_load(&l->mine[gsi].type));
	while (irql_next_os(&rest, &os)) {
		if (irql_claim(l, gsi, os, &c) &&
		    (c.flags & IRQL_ATTR) == attr) {
			set |= irql_bit(os);
			continue;
		}
		verify_none(l, gsi, os, diffs);
	}
	if (attr & MINT_IRQF_LEVEL)
		return set;
	rest = set;
	set = irql_only_one(l, gsi, set);
	rest &= ~set;
	while (irql_next_os(&rest, &os))
		verify_none(l, gsi, os, diffs);
	return set;
}

static void verify_words(struct irql *l, u32 gsi, u32 should,
			 struct diffs *diffs)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 sharers = irql_load(&g->sharers), evicted = irql_load(&g->evicted);
	u32 round = irql_load(&g->round), vector = irql_load(&g->vector);
	u32 live = MINT_ROUND_LIVE(round), pending = MINT_ROUND_PENDING(round);
	bool shared = should & (should - 1);

	if (sharers != should)
		add(diffs, IRQL_WRONG_SHARERS, 0, sharers, should);
	if (!shared && (round || evicted))
		add(diffs, IRQL_WRONG_ROUND, 0, round, 0);
	if (shared && ((live & (~should | evicted)) || (pending & ~live) ||
		       !pending != !live || (evicted & ~should)))
		add(diffs, IRQL_WRONG_ROUND, 0, round,
		    MINT_ROUND(should & ~evicted, should & ~evicted));
	if (should && (irql_load(&g->attr) & MINT_IRQF_LEVEL)) {
		if (!irql_vector_ok(l, gsi, vector))
			add(diffs, IRQL_WRONG_VECTOR, 0, vector,
			    irql_is_mine(l, gsi) ?
				    irql_load(&l->mine[gsi].vector) : 0);
	} else if (vector) {
		add(diffs, IRQL_WRONG_VECTOR, 0, vector, 0);
	}
}

static int verify_gsi(struct irql *l, u32 gsi, struct diffs *diffs)
{
	unsigned long flags;
	int err;

	begin(diffs, gsi);
	err = irql_lock(l, &flags);
	if (err)
		return err;
	verify_rte(l, gsi, diffs);
	verify_words(l, gsi, verify_records(l, gsi, diffs), diffs);
	irql_unlock(l, flags);
	return 0;
}

/* ---- the rest ----------------------------------------------------------------------- */

static void verify_os(struct irql *l, u32 os, struct diffs *diffs)
{
	struct mint_irqt_os *o = irql_os(l, os);
	u32 apic = irql_load(&o->shared_apic), id = irql_load(&o->logical);

	if (os == l->os && !irql_os_ok(l))
		add(diffs, IRQL_WRONG_OS, os, id, l->logical);
	else if (id != irql_logical(l, os) || !l->plat->dest_ok(l, os, apic))
		add(diffs, IRQL_WRONG_OS, os,
		    (u64)apic << 32 | id, irql_logical(l, os));
}

static int verify_head(struct irql *l, struct diffs *diffs)
{
	unsigned long flags;
	u32 os, i, gsi, rest = irql_attached_set(l);
	int err;

	begin(diffs, MINT_IRQT_NONE);
	err = irql_lock(l, &flags);
	if (err)
		return err;
	if (!irql_header_ok(l))
		add(diffs, IRQL_WRONG_HEADER, 0, 0, 0);
	while (irql_next_os(&rest, &os))
		verify_os(l, os, diffs);
	for (i = 0; i < MINT_IRQT_NR_VECTORS; i++) {
		gsi = irql_load(irql_vector(l, i)) - 1;
		if (gsi != ~0u &&
		    (gsi >= MINT_IRQT_MAX_GSIS ||
		     irql_load(&irql_gsi(l, gsi)->vector) !=
		     MINT_IRQT_VECTOR_FIRST + i))
			add(diffs, IRQL_WRONG_VECTOR, 0,
			    gsi + 1, 0);
	}
	irql_unlock(l, flags);
	return 0;
}

static bool msg_record_ok(struct irql *l, u32 os, u32 slot)
{
	struct mint_irqt_route *r = irql_route(l, os, slot);
	u32 type;

	if (os == l->os)
		return irql_record_ok(l, slot);
	type = irql_load_acquire(&r->type);
	if (type == MINT_IRQ_FREE)
		return true;
	return type >= MINT_IRQ_MSI && type <= MINT_IRQ_DOORBELL &&
	       irql_load(&r->vector) < 256 &&
	       l->plat->dest_ok(l, os, irql_load(&r->dest));
}

/* Messages and doorbells: no control words, no lock. */
static int verify_msgs(struct irql *l, u32 os,
		       void (*tell)(void *arg, const struct irql_diff *d),
		       void *arg)
{
	struct irql_diff d = {
		.what = os == l->os ? IRQL_WRONG_OWN : IRQL_WRONG_ROUTE,
		.gsi = MINT_IRQT_NONE,
		.os = os,
	};
	int found = 0;
	u32 slot;

	for (slot = MINT_IRQT_FIRST_MSG; slot < MINT_IRQT_MAX_ROUTES; slot++) {
		if (msg_record_ok(l, os, slot))
			continue;
		d.is = slot;
		d.should = slot;
		if (tell)
			tell(arg, &d);
		found++;
	}
	return found;
}

int irql_verify(struct irql *l, void (*tell)(void *arg, const struct irql_diff *d),
		void *arg)
{
	struct diffs diffs;
	u32 gsi, os, rest = irql_attached_set(l);
	int err, found;

	err = verify_head(l, &diffs);
	if (err)
		return err;
	found = tell_all(&diffs, tell, arg);
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		err = verify_gsi(l, gsi, &diffs);
		if (err)
			return err;
		found += tell_all(&diffs, tell, arg);
	}
	while (irql_next_os(&rest, &os))
		found += verify_msgs(l, os, tell, arg);
	return found;
}

/* ---- repair --------------------------------------------------------------------------- */

static u32 repair_msgs(struct irql *l)
{
	u32 slot, wrong = 0;

	for (slot = MINT_IRQT_FIRST_MSG; slot < MINT_IRQT_MAX_ROUTES; slot++)
		if (!irql_record_ok(l, slot)) {
			irql_write_record(l, slot);
			wrong++;
		}
	return wrong;
}

int irql_repair(struct irql *l)
{
	unsigned long flags;
	u32 gsi, wrong;
	int err;

	irql_lock_check(l);
	err = irql_lock(l, &flags);
	if (err)
		return err;
	wrong = irql_restore_header(l) + irql_restore_os(l) +
		irql_detach_bogus(l);
	irql_unlock(l, flags);
	wrong += repair_msgs(l);
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		err = irql_lock(l, &flags);
		if (err)
			return err;
		wrong += irql_repair_gsi(l, gsi);
		irql_unlock(l, flags);
	}
	err = irql_lock(l, &flags);
	if (err)
		return err;
	wrong += irql_vectors_clean(l);
	irql_unlock(l, flags);
	if (wrong)
		irql_changed(l, MINT_IRQT_NONE);
	return (int)wrong;
}
