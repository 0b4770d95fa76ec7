// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control words from sections.  An OS that changes what it wants writes its
 * section and settles the GSI; so does whoever finds an OS gone, and whoever
 * repairs.  There is nothing to undo: settle again, from any OS, and it ends the
 * same.  Under the table's lock; costs as much as there are candidates.
 *
 * Rounds and their words (see round.c) go on meanwhile, without the lock:
 *
 *  - who leaves is taken out of the round word first, then out of the RTE;
 *  - who comes is put in while the pin is masked and not in service, together
 *    with everybody else, so that all take part in the next round.  Every bit of
 *    "pending" is set before the pin can interrupt, so each OS whose bit is set
 *    gets an interrupt after that, and the last of them ends the round.
 */
#include "machine.h"
#include "oses.h"
#include "record.h"
#include "vector.h"
#include "intx.h"
#include "resolve.h"
#include "apply.h"
#include "rearm.h"
#include "settle.h"

/**
 * struct plan - what the control words of a GSI should be
 */
struct plan {
	u32 attr;
	u32 sharers;
	u32 evicted;
	u32 live;	/* of @sharers, also of a single one */
	bool shared;
};

/*
 * Trigger and polarity: what this OS says if the pin is its own; else as they are
 * if one candidate says so; else what the first candidate says.
 */
static u32 plan_attr(struct irql *l, u32 gsi, u32 candidates)
{
	u32 old = irql_load(&irql_gsi(l, gsi)->attr);
	u32 os, first = old & IRQL_ATTR;
	struct irql_claim c;
	bool any = false;

	if ((candidates & irql_bit(l->os)) &&
	    irql_claim(l, gsi, l->os, &c))
		return c.flags & IRQL_ATTR;
	while (irql_next_os(&candidates, &os)) {
		if (!irql_claim(l, gsi, os, &c))
			continue;
		if ((c.flags & IRQL_ATTR) == old)
			return old;
		if (!any)
			first = c.flags & IRQL_ATTR;
		any = true;
	}
	return first;
}

/*
 * Takes part in rounds: who can be reached and has not masked its route.  A mask
 * while it takes part only withholds its acknowledgment.
 */
static bool is_live(struct irql *l, u32 gsi, u32 os, u32 flags)
{
	u32 live = MINT_ROUND_LIVE(irql_load(&irql_gsi(l, gsi)->round));

	return irql_logical(l, os) &&
	       (!(flags & MINT_IRQF_MASKED) || (live & irql_bit(os)));
}

u32 irql_only_one(struct irql *l, u32 gsi, u32 sharers)
{
	u32 last = irql_load(&irql_gsi(l, gsi)->last_owner);

	if (last - 1 < MINT_IRQT_MAX_OSES && (sharers & irql_bit(last)))
		return irql_bit(last);
	return sharers & -sharers;
}

static void make_plan(struct irql *l, u32 gsi, u32 candidates, struct plan *p)
{
	struct irql_claim c;
	u32 os, dest = 0;

	memset(p, 0, sizeof(*p));
	if (irql_gsi_to_pin(l, gsi, NULL, NULL))
		candidates = 0;
	p->attr = plan_attr(l, gsi, candidates);
	while (irql_next_os(&candidates, &os)) {
		if (!irql_claim(l, gsi, os, &c) ||
		    (c.flags & IRQL_ATTR) != p->attr)
			continue;
		p->sharers |= irql_bit(os);
		if (!is_live(l, gsi, os, c.flags) ||
		    (dest | irql_logical(l, os)) == 0xff)
			continue;
		dest |= irql_logical(l, os);
		p->live |= irql_bit(os);
	}
	if (!(p->attr & MINT_IRQF_LEVEL))
		p->sharers = irql_only_one(l, gsi, p->sharers);
	p->shared = p->sharers & (p->sharers - 1);
	if (p->shared)
		p->evicted = irql_load(&irql_gsi(l, gsi)->evicted) & p->sharers;
	p->live &= p->sharers & ~p->evicted;
}

/* Takes everybody but @stay out of the round; true if nobody is left in it. */
static bool drop_out(struct irql *l, u32 gsi, u32 stay)
{
	u32 *round = &irql_gsi(l, gsi)->round;
	u32 tries, old, live, pending;

	for (tries = 0; tries < IRQL_CAS_TRIES; tries++) {
		old = irql_load(round);
		live = MINT_ROUND_LIVE(old) & stay;
		pending = MINT_ROUND_PENDING(old) & live;
		if (live == MINT_ROUND_LIVE(old))
			return false;
		if (irql_cas(round, old,
			     MINT_ROUND(live, pending ? pending : live)) == old)
			return live && !pending;
	}
	return false;
}

static bool round_ok(u32 word, u32 live)
{
	u32 pending = MINT_ROUND_PENDING(word);

	return MINT_ROUND_LIVE(word) == live && !(pending & ~live) &&
	       !pending == !live;
}

/* A new round word: only while the pin is masked and not in service. */
static u32 new_round(struct irql *l, u32 gsi, u32 live)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);

	if (round_ok(irql_load(&g->round), live))
		return 0;
	irql_quiesce(l, gsi);
	irql_xchg(&g->taken, 0);
	irql_store(&g->untaken, 0);
	irql_store(&g->throttled, 0);
	irql_store(&g->rearming, 0);
	irql_xchg(&g->round, MINT_ROUND(live, live));
	return 1;
}

u32 irql_settle(struct irql *l, u32 gsi, u32 candidates)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 wrong = 0, evicted = irql_load(&g->evicted);
	bool level, over = false;
	struct plan p;

	make_plan(l, gsi, candidates, &p);
	level = p.attr & MINT_IRQF_LEVEL;
	if (irql_load(&g->round))
		over = drop_out(l, gsi, p.live);
	wrong += irql_put(&g->attr, p.attr);
	if (level && p.sharers)
		wrong += irql_vector_settle(l, gsi, p.sharers);
	wrong += irql_put(&g->sharers, p.sharers);
	wrong += irql_put(&g->evicted, p.evicted);
	irql_step(l, IRQL_STEP_CONTROL);
	/* What the others wait for is over; do not wait for it below. */
	if (over && !p.shared)
		irql_eoi_pin_locked(l, gsi);
	wrong += new_round(l, gsi, p.shared ? p.live : 0);
	if (!p.shared)
		wrong += irql_put(&g->rearming, 0);
	if (p.shared || !p.sharers)
		irql_store(&g->held, 0);
	wrong += irql_apply_rte(l, gsi);
	if (over && p.shared)
		irql_rearm_locked(l, gsi);
	if (!level || !p.sharers) {
		wrong += irql_load(&g->vector) != 0;
		irql_vector_put(l, gsi);
	}
	irql_toggle_intx(l, gsi, evicted & p.sharers & ~p.evicted);
	return wrong;
}

void irql_force(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 tries, old, live;

	for (tries = 0; tries < IRQL_CAS_TRIES; tries++) {
		old = irql_load(&g->round);
		live = MINT_ROUND_LIVE(old);
		if (irql_cas(&g->round, old, MINT_ROUND(live, live)) == old)
			break;
	}
	irql_store(&g->forced, irql_load(&g->forced) + 1);
	irql_trace(l, IRQL_EV_FORCE, gsi, live, MINT_ROUND_PENDING(old));
	irql_rearm_locked(l, gsi);
}

/*
 * An EOI of ours was kept from the chip because the line was shared, or seemed to
 * be: then nobody else re-arms it.
 */
void irql_end_kept(struct irql *l, u32 gsi)
{
	if (!irql_load(&l->kept[gsi]) || irql_load(&irql_gsi(l, gsi)->round))
		return;
	irql_store(&l->kept[gsi], 0);
	irql_eoi_pin_locked(l, gsi);
}

/* From all sections.  Whoever believed in damage may have left the pin in service. */
static u32 settle_any(struct irql *l, u32 gsi, u32 all)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 wrong = irql_settle(l, gsi, all);
	u32 sharers = irql_load(&g->sharers);

	if (wrong && sharers) {
		if (irql_load(&g->attr) & MINT_IRQF_LEVEL)
			irql_force(l, gsi);
		/* See replay_level() in apply.c; and whoever was evicted by mistake. */
		irql_toggle_intx(l, gsi, sharers);
	}
	irql_end_kept(l, gsi);
	return wrong;
}

/* Somebody died with the lock: any GSI may be half done. */
void irql_settle_all(struct irql *l)
{
	u32 gsi, all = irql_attached_set(l);

	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++)
		if (!irql_gsi_to_pin(l, gsi, NULL, NULL))
			settle_any(l, gsi, all);
	irql_vectors_clean(l);
}

u32 irql_repair_gsi(struct irql *l, u32 gsi)
{
	u32 wrong = 0;

	if (!irql_record_ok(l, gsi)) {
		irql_write_record(l, gsi);
		wrong++;
	}
	return wrong + settle_any(l, gsi, irql_attached_set(l));
}
