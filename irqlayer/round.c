// SPDX-License-Identifier: GPL-2.0-only
/*
 * A shared line is served in rounds: the chip interrupts all sharers at once, and
 * the line is re-armed when the last of them has acknowledged.
 *
 * One word says who takes part (live) and who owes (pending).  It is a mask, not a
 * count: an OS whose bit is clear does nothing, so an interrupt too many, or a
 * forced end, cannot put the rounds out of step for ever.  Who clears the last
 * bit sets them all again in the same exchange, and re-arms after that: no OS
 * can get an interrupt of the next round before its bit is there.
 *
 * Why no interrupt is lost: the line is level triggered, so what a round did not
 * serve interrupts again as soon as the line is re-armed.  Why none gets stuck: of
 * all changes that set bits (the end of a round, a force, a new sharer), each is
 * followed by a re-arming.  So after the last of them every sharer whose bit is
 * set is interrupted, or the line is idle; and each clears its bit after that.
 * Who does not is evicted by the watch.
 */
#include "record.h"
#include "rearm.h"
#include "round.h"

u32 irql_round(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 round = irql_load_acquire(&g->round);

	/* A round of one's own is damage, and nobody would end it. */
	if (round && !(irql_load(&g->sharers) & ~irql_bit(l->os)))
		return 0;
	return round;
}

bool irql_shared(struct irql *l, u32 gsi)
{
	return irql_round(l, gsi);
}

static bool is_evicted(struct irql *l, u32 gsi)
{
	return irql_load(&irql_gsi(l, gsi)->evicted) & irql_bit(l->os);
}

/* Whoever cleared the last bit. */
static void end_round(struct irql *l, u32 gsi, u32 live)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 rounds = irql_load(&g->rounds) + 1;
	u32 untaken = 0;

	irql_store(&g->rounds, rounds);
	irql_trace(l, IRQL_EV_ROUND_END, gsi, live, rounds);
	if (!(irql_xchg(&g->taken, 0) & live))
		untaken = irql_load(&g->untaken) + 1;
	irql_store(&g->untaken, untaken);
	if (untaken >= IRQL_STORM_ROUNDS) {
		irql_store(&g->throttled, 1);
		irql_trace(l, IRQL_EV_THROTTLE, gsi, untaken, 0);
		return;
	}
	irql_rearm(l)->rearm(l, gsi);
}

void irql_ack(struct irql *l, u32 gsi)
{
	u32 *word = &irql_gsi(l, gsi)->round;
	u32 me = irql_bit(l->os);
	u32 tries, old, live, pending;

	irql_step(l, IRQL_STEP_ACK);
	if (is_evicted(l, gsi))
		irql_store(&l->rejoin[gsi], 1);
	for (tries = 0; tries < IRQL_CAS_TRIES; tries++) {
		old = irql_round(l, gsi);
		if (!old) {
			/*
			 * The line is ours alone by now.  Our EOI was kept from
			 * the chip, and that may have been one of the time after.
			 */
			irql_eoi_pin(l, gsi);
			return;
		}
		if (!(MINT_ROUND_PENDING(old) & me))
			return;
		live = MINT_ROUND_LIVE(old);
		pending = MINT_ROUND_PENDING(old) & live & ~me;
		if (irql_cas(word, old,
			     MINT_ROUND(live, pending ? pending : live)) == old)
			break;
	}
	if (tries == IRQL_CAS_TRIES)
		return;
	irql_trace(l, IRQL_EV_ROUND_ACK, gsi, l->os, pending);
	if (pending)
		return;
	irql_step(l, IRQL_STEP_ACKED);
	end_round(l, gsi, live);
}

/* A masked route owes the acknowledgment until it is unmasked. */
static void ack_or_owe(struct irql *l, u32 gsi)
{
	if (irql_load(&l->mine[gsi].flags) & MINT_IRQF_MASKED)
		irql_store(&l->owes[gsi], 1);
	else
		irql_ack(l, gsi);
}

static void count(struct irql *l, u32 gsi, bool taken)
{
	struct mint_irqt_route *mine = &l->mine[gsi];

	irql_count(l, gsi, irql_load(&mine->count) + 1,
		   irql_load(&mine->foreign) + !taken);
}

/*
 * An interrupt whose trigger mode bit is clear was sent by a core that went
 * offline: its EOI does not reach the chip.
 */
static void exclusive_eoi(struct irql *l, u32 gsi)
{
	bool level = l->plat->lapic_tmr(l, irql_load(&l->mine[gsi].vector));

	l->plat->lapic_eoi(l);
	if (!level || l->directed)
		irql_eoi_pin(l, gsi);
}

static void shared_eoi(struct irql *l, u32 gsi, bool taken)
{
	if (taken)
		irql_or(&irql_gsi(l, gsi)->taken, irql_bit(l->os));
	irql_store(&l->kept[gsi], 1);
	if (!irql_rearm(l)->eoi(l, gsi))
		ack_or_owe(l, gsi);
}

bool irql_round_begin(struct irql *l, u32 gsi)
{
	u32 round;

	irql_step(l, IRQL_STEP_BEGIN);
	if (irql_load(&l->echo[gsi])) {
		irql_store(&l->echo[gsi], 0);
		l->plat->lapic_eoi(l);
		ack_or_owe(l, gsi);
		return false;
	}
	if (is_evicted(l, gsi))
		irql_store(&l->rejoin[gsi], 1);
	round = irql_round(l, gsi);
	if (round && !irql_rearm(l)->begin(l, gsi)) {
		l->plat->lapic_eoi(l);
		return false;
	}
	irql_store(&l->busy[gsi], 1);
	if (MINT_ROUND_LIVE(round) == MINT_ROUND_PENDING(round))
		irql_trace(l, IRQL_EV_ROUND_START, gsi, MINT_ROUND_LIVE(round),
			   MINT_ROUND_PENDING(round));
	return true;
}

void irql_round_end(struct irql *l, u32 gsi, bool taken)
{
	irql_store(&l->busy[gsi], 0);
	count(l, gsi, taken);
	if (irql_round(l, gsi))
		shared_eoi(l, gsi, taken);
	else
		exclusive_eoi(l, gsi);
}

/*
 * The line may have become shared while the handlers ran.  Whoever shared it has
 * waited for this interrupt to end; if it did not in time, he took the pin out of
 * service by force.  Then this counts as an interrupt of the first round: the bit
 * may be cleared before the interrupt of that round arrives here, and that one
 * then finds nothing to acknowledge.  The round ends without it at worst, and what
 * it left unserved starts the next one.
 */
bool irql_eoi(struct irql *l, u32 gsi)
{
	if (!irql_round(l, gsi)) {
		exclusive_eoi(l, gsi);
		return false;
	}
	count(l, gsi, true);
	shared_eoi(l, gsi, true);
	return true;
}
