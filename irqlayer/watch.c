// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watch of one OS: what could not be done at once, rounds that stall, lines
 * that storm, and damage to what is this OS's own.
 *
 * A round has stalled when its pin was seen in service (or masked for a round)
 * for the whole time-out while no round ended.  The pin itself says whether a
 * round is open: the word alone does not, as an OS may have acknowledged ahead
 * of its interrupt on an idle line.
 */
#include "machine.h"
#include "table.h"
#include "oses.h"
#include "record.h"
#include "vector.h"
#include "intx.h"
#include "lock.h"
#include "ioapic.h"
#include "resolve.h"
#include "rearm.h"
#include "settle.h"
#include "round.h"
#include "away.h"

static u32 ended(struct mint_irqt_gsi *g)
{
	return irql_load(&g->rounds) + irql_load(&g->forced);
}

static bool clear_dirty(struct irql *l, u32 gsi)
{
	u32 *word = &l->dirty[gsi / 32];
	u32 bit = 1u << (gsi % 32);
	u32 tries, old;

	for (tries = 0; tries < IRQL_CAS_TRIES; tries++) {
		old = irql_load(word);
		if (!(old & bit))
			return false;
		if (irql_cas(word, old, old & ~bit) == old)
			return true;
	}
	return false;
}

/* ---- damage and what was put off -------------------------------------------- */

/* What the words of a pin of ours must be like, whatever the others do. */
static bool words_ok(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 me = irql_bit(l->os), flags = irql_load(&l->mine[gsi].flags);
	u32 sharers = irql_load(&g->sharers), round = irql_load(&g->round);
	u32 live = MINT_ROUND_LIVE(round), pending = MINT_ROUND_PENDING(round);
	u32 evicted = irql_load(&g->evicted);

	if (irql_load(&g->attr) != (flags & IRQL_ATTR) || !(sharers & me))
		return false;
	if ((flags & MINT_IRQF_LEVEL) &&
	    (irql_load(&g->vector) != irql_load(&l->mine[gsi].vector) ||
	     !irql_vector_ok(l, gsi, irql_load(&g->vector))))
		return false;
	if (sharers == me)
		return !round && !evicted && !irql_load(&g->rearming);
	if (sharers & ~irql_attached_set(l))
		return false;
	if (!(flags & MINT_IRQF_MASKED) && !((live | evicted) & me))
		return false;
	return !(live & (~sharers | evicted)) && !(pending & ~live) &&
	       !pending == !live && !(evicted & ~sharers);
}

static bool damaged(struct irql *l, u32 gsi)
{
	if (irql_is_mine(l, gsi))
		return !irql_record_ok(l, gsi) || !words_ok(l, gsi);
	/* A route that we do not have. */
	return irql_load(&irql_route(l, l->os, gsi)->type) != MINT_IRQ_FREE ||
	       (irql_load(&irql_gsi(l, gsi)->sharers) & irql_bit(l->os));
}

/* What is half done by another OS looks damaged without the lock. */
static void mend(struct irql *l, u32 gsi)
{
	bool put_off = irql_is_dirty(l, gsi);
	unsigned long flags;
	bool wrong;

	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US)) {
		irql_set_dirty(l, gsi);
		return;
	}
	clear_dirty(l, gsi);
	wrong = damaged(l, gsi);
	if (wrong || put_off)
		irql_repair_gsi(l, gsi);
	/* An EOI, or the end of a round, may be what was put off. */
	if (put_off && irql_is_mine(l, gsi))
		irql_rearm_locked(l, gsi);
	irql_unlock(l, flags);
	if (wrong && !put_off)
		irql_trace(l, IRQL_EV_REPAIR, gsi, IRQL_WRONG_OWN, l->os);
	if (wrong || put_off)
		irql_changed(l, gsi);
}

static void watch_lock(struct irql *l)
{
	u32 os = irql_lock_stuck(l);

	if (os && l->plat->lock_stuck)
		l->plat->lock_stuck(l, os);
}

static void mend_table(struct irql *l)
{
	unsigned long flags;
	u32 wrong = 0;

	irql_lock_check(l);
	irql_timeout_us(l);
	if (irql_header_ok(l) && irql_os_ok(l))
		return;
	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	if (irql_restore_header(l))
		wrong = IRQL_WRONG_HEADER + 1;
	if (irql_restore_os(l))
		wrong = IRQL_WRONG_OS + 1;
	irql_unlock(l, flags);
	if (wrong)
		irql_trace(l, IRQL_EV_REPAIR, MINT_IRQT_NONE, wrong - 1, l->os);
}

/* ---- stalled rounds ------------------------------------------------------------ */

/* Of those who owe, how long one may be away from its core. */
static u64 longest_away(struct irql *l, u32 gsi)
{
	u32 os, late = MINT_ROUND_PENDING(irql_load(&irql_gsi(l, gsi)->round));
	u64 most = 0, us;

	while (l->plat->away_us && irql_next_os(&late, &os)) {
		us = l->plat->away_us(l, os);
		if (us > most)
			most = us;
	}
	return most;
}

/* Under the lock: whether one round has been open for the whole time-out. */
static bool stalled(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	struct irql_watch *w = &l->watch[gsi];
	u64 now = l->plat->now_us(l);
	u32 live = MINT_ROUND_LIVE(irql_load(&g->round));

	if (w->stalled && w->rounds == ended(g) && w->round == live &&
	    irql_is_open(l, gsi))
		return now - w->since_us >= irql_timeout_us(l) + longest_away(l, gsi);
	w->stalled = irql_is_open(l, gsi);
	w->rounds = ended(g);
	w->round = live;
	w->since_us = now;
	return false;
}

/* This OS owes because its handlers run, or because it masked its route. */
static bool we_hold(struct irql *l, u32 gsi)
{
	return irql_load(&l->busy[gsi]) || irql_load(&l->owes[gsi]);
}

/* Under the lock. */
static void evict_locked(struct irql *l, u32 gsi, u32 set)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 os, pending = MINT_ROUND_PENDING(irql_load(&g->round));

	irql_store(&g->evicted, irql_load(&g->evicted) | set);
	while (irql_next_os(&set, &os)) {
		irql_store(&g->evictions, irql_load(&g->evictions) + 1);
		irql_trace(l, IRQL_EV_EVICT, gsi, os, pending);
	}
	irql_settle(l, gsi, irql_load(&g->sharers));
	irql_step(l, IRQL_STEP_EVICT);
	irql_force(l, gsi);
}

/* Who is in the way: owes for too long, or has masked the line that storms. */
static u32 culprits(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 round = irql_load(&g->round), sharers = irql_sharers(l, gsi);
	u32 late = MINT_ROUND_PENDING(round) & sharers;

	if (irql_load(&g->throttled))
		return sharers & ~(MINT_ROUND_LIVE(round) |
				   irql_load(&g->evicted));
	if (!stalled(l, gsi))
		return 0;
	/*
	 * If nothing has interrupted us, whoever ended the last round died before
	 * it re-armed the line, and nobody in the round is to blame.
	 */
	if ((late & irql_bit(l->os)) && !we_hold(l, gsi))
		return 0;
	return late;
}

/*
 * Their devices are silenced first, so that re-arming does not start a storm that
 * nobody serves.  Who has answered meanwhile is let alone.
 */
static void evict(struct irql *l, u32 gsi, u32 set)
{
	u32 *evicted = &irql_gsi(l, gsi)->evicted;
	unsigned long flags;
	u32 gone = 0;

	irql_quiet_intx(l, gsi, set, false);
	if (!irql_lock(l, &flags)) {
		gone = set & culprits(l, gsi);
		if (gone)
			evict_locked(l, gsi, gone);
		irql_store(&irql_gsi(l, gsi)->throttled, 0);
		l->watch[gsi].stalled = false;
		irql_unlock(l, flags);
	}
	/* Another watch may have been faster. */
	irql_quiet_intx(l, gsi, set & ~irql_load(evicted), true);
	if (gone)
		irql_changed(l, gsi);
}

static void watch_round(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	unsigned long flags;
	u32 set;

	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	set = culprits(l, gsi);
	if (!set && irql_load(&g->throttled)) {
		/* Served at the pace of the watch until somebody has work. */
		irql_store(&g->throttled, 0);
		irql_rearm_locked(l, gsi);
		l->watch[gsi].stalled = false;
	} else if (!set && stalled(l, gsi)) {
		irql_force(l, gsi);
		l->watch[gsi].stalled = false;
	}
	irql_unlock(l, flags);
	if (set)
		evict(l, gsi, set);
}

/* ---- evicted ourselves ----------------------------------------------------------- */

static void readmit(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	unsigned long flags;

	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	irql_store(&g->evicted, irql_load(&g->evicted) & ~irql_bit(l->os));
	irql_settle(l, gsi, irql_load(&g->sharers));
	irql_force(l, gsi);
	irql_store(&l->rejoin[gsi], 0);
	irql_unlock(l, flags);
	l->plat->quiet_intx(l, l->os, gsi, true);
	irql_trace(l, IRQL_EV_READMIT, gsi, l->os,
		   MINT_ROUND_LIVE(irql_load(&g->round)));
	irql_changed(l, gsi);
}

/*
 * That the watch runs does not show that the core which takes shared lines does.
 * So it is sent the vector: if it takes that, this OS has answered.  With all sharers
 * out there is no round to answer in, and nobody to be kept waiting.
 */
static void watch_evicted(struct irql *l, u32 gsi)
{
	unsigned long flags;

	if (irql_load(&l->mine[gsi].flags) & MINT_IRQF_MASKED)
		return;
	if (irql_load(&l->rejoin[gsi]) || !irql_load(&irql_gsi(l, gsi)->round)) {
		readmit(l, gsi);
		return;
	}
	if (irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	l->plat->ipi(l, irql_load(&l->shared_apic),
		     irql_load(&l->mine[gsi].vector));
	irql_unlock(l, flags);
}

static void watch_exclusive(struct irql *l, u32 gsi)
{
	bool level = irql_load(&l->mine[gsi].flags) & MINT_IRQF_LEVEL;
	bool held = level && irql_load(&irql_gsi(l, gsi)->held);
	bool kept = irql_load(&l->kept[gsi]);
	unsigned long flags;

	if ((!kept && !held) ||
	    irql_lock_within(l, &flags, IRQL_SHORT_LOCK_US))
		return;
	if (kept)
		irql_end_kept(l, gsi);
	if (held)
		irql_release(l, gsi);
	irql_unlock(l, flags);
}

/* Returns whether there is something to watch. */
static bool watch_gsi(struct irql *l, u32 gsi, u32 *nr_shared)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);

	if (irql_is_dirty(l, gsi) || damaged(l, gsi))
		mend(l, gsi);
	if (!irql_is_mine(l, gsi))
		return irql_is_dirty(l, gsi);
	if (irql_load(&g->evicted) & irql_bit(l->os))
		watch_evicted(l, gsi);
	if (irql_round(l, gsi)) {
		++*nr_shared;
		watch_round(l, gsi);
	} else {
		watch_exclusive(l, gsi);
	}
	return true;
}

bool irql_watch(struct irql *l)
{
	u32 gsi, nr_shared = 0;
	bool more = false;

	watch_lock(l);
	mend_table(l);
	irql_publish_mmio(l);
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++)
		if (!irql_gsi_to_pin(l, gsi, NULL, NULL))
			more |= watch_gsi(l, gsi, &nr_shared);
	irql_store(&l->nr_shared, nr_shared);
	return more;
}
