// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose turn it is; see turn.h.
 *
 * The turns of the two go by their shares: that of the second seat is as long as it is
 * told, that of the first one in proportion.  Who has nothing to do gives the rest of its
 * turn away; who was too long has so much less the next time.
 */
#include "internal.h"
#include "neutral/range.h"
#include "neutral/shared.h"
#include "neutral/turns.h"
#include "turn.h"

/* Of a turn that was too long at most so much is taken off the next. */
#define MAX_DEBT(slice)	((slice) / 2)

/**
 * struct core - this core, as the table has it
 * @shm:	the shared area
 * @nr:		cores of the machine
 * @now:	TSC
 */
struct core {
	u8 *shm;
	u32 nr;
	u64 now;
};

static struct mint_core *core_at(const struct core *c, u32 seat)
{
	return (struct mint_core *)(c->shm + MINT_OFF_CORES) + seat;
}

static struct mint_seat *seat_at(const struct core *c, u32 seat)
{
	return (struct mint_seat *)(c->shm + MINT_OFF_SEATS) + seat;
}

static struct mint_os *os_at(const struct core *c, u32 os)
{
	return (struct mint_os *)(c->shm + MINT_OFF_OSES) + (os - 1);
}

static u32 word_of(const struct core *c, u32 seat)
{
	return mint_shared_load(&core_at(c, seat)->life);
}

/* The other one, or itself if this core has but one. */
static u32 other_of(const struct core *c, u32 seat)
{
	u32 other = seat < c->nr ? seat + c->nr : seat - c->nr;

	/* However many cores there seem to be: not that of another one. */
	if (other >= MINT_MAX_CORES ||
	    READ_ONCE(core_at(c, other)->apic_id) != READ_ONCE(core_at(c, seat)->apic_id))
		return seat;
	return other;
}

static bool change(const struct core *c, u32 seat, u32 word, u32 state)
{
	u32 kernel = state == MINT_CORE_PARKED ? MINT_OS_NONE :
		     MINT_CORE_KERNEL(word);
	u32 next = MINT_CORE_WORD(state, MINT_CORE_OWNER(word), kernel,
				  MINT_CORE_SEQ(word) + 1);

	return mint_shared_cas(&core_at(c, seat)->life, word, next) == word;
}

/* ---- how long ---------------------------------------------------------------------- */

static u64 slice_tsc(const struct core *c, u32 seat)
{
	const struct mint_header *hdr = (const struct mint_header *)c->shm;
	u32 second = seat < c->nr ? other_of(c, seat) : seat;
	u64 us = mint_turn_us(seat_at(c, second), seat == second);
	u64 slice = us * READ_ONCE(hdr->tsc_khz) / 1000;

	return slice - min(READ_ONCE(seat_at(c, seat)->debt_tsc), MAX_DEBT(slice));
}

/* ---- the books ---------------------------------------------------------------------- */

static u64 since(const struct core *c, u64 tsc)
{
	return c->now - min(tsc, c->now);
}

/* Its kernel goes on later, even if somebody stops it for now. */
static bool is_away(const struct core *c, u32 seat)
{
	u32 state = MINT_CORE_STATE(word_of(c, seat));

	return state == MINT_CORE_AWAY || state == MINT_CORE_FROZEN;
}

static void end_turn(const struct core *c, u32 seat)
{
	struct mint_seat *s = seat_at(c, seat);
	u64 began = s->since_tsc, until = s->until_tsc;

	/* Its first turn may have begun before it shared the core: nobody knows when. */
	if (!began && (s->left_tsc || !is_away(c, seat)))
		return;
	if (began) {
		s->got_tsc += since(c, began);
		s->debt_tsc = s->wake_tsc ? 0 : since(c, until);
	}
	/* Who has ended waits for nothing. */
	mint_shared_store64(&s->left_tsc, is_away(c, seat) ? c->now : 0);
	s->since_tsc = 0;
}

/* It could not give a sign of life while it was away: that does not count. */
static void keep_beat(const struct core *c, u32 seat, u64 left)
{
	__u64 *beat = &core_at(c, seat)->beat_tsc;

	if (left)
		mint_shared_store64(beat, mint_shared_load64(beat) + since(c, left));
}

/* Who begins anew has not waited, whenever its last life was stopped. */
static void begin_turn(const struct core *c, u32 seat, u32 what)
{
	struct mint_seat *s = seat_at(c, seat);
	bool back = what == TURN_BACK || what == TURN_BACK_CLEAN;
	u64 left = back ? s->left_tsc : 0;
	u64 waited = left ? since(c, max(left, min(s->wake_tsc, c->now))) : 0;

	s->stolen_tsc += waited;
	s->latest_tsc = max(s->latest_tsc, waited);
	s->turns++;
	s->wake_tsc = 0;
	s->until_tsc = c->now + slice_tsc(c, seat);
	s->since_tsc = c->now;
	keep_beat(c, seat, left);
}

/* ---- who ------------------------------------------------------------------------------ */

static bool is_os(u32 os)
{
	return os && os <= MINT_MAX_OSES;
}

/* Another OS stops this one, or has. */
static bool is_fenced(const struct core *c, u32 os)
{
	const struct mint_os *o = os_at(c, os);
	u32 fence = READ_ONCE(o->fence), phase = MINT_FENCE_PHASE(fence);

	/* As mint_fence_asks(), by which its cores go. */
	return (phase == MINT_FENCE_HOLD || phase == MINT_FENCE_COMMIT) &&
	       MINT_FENCE_OF(fence, READ_ONCE(o->generation));
}

static bool something_came(const struct core *c, u32 seat, u32 os)
{
	const struct mint_event_word *events =
		(const struct mint_event_word *)(c->shm + MINT_OFF_EVENTS);
	const struct mint_seat *s = seat_at(c, seat);
	u32 i, any = READ_ONCE(events[os - 1].pending);

	for (i = 0; i < ARRAY_SIZE(s->pending); i++)
		any |= READ_ONCE(s->pending[i]);
	return any;
}

/* It is here, and could have the core now. */
static bool is_there(const struct core *c, u32 seat)
{
	u32 word = word_of(c, seat), os = MINT_CORE_KERNEL(word);

	switch (MINT_CORE_STATE(word)) {
	case MINT_CORE_STARTING:
		return true;	/* the loader looks at the fence by itself */
	case MINT_CORE_CALLED:
		return !is_os(os) || !is_fenced(c, os);
	case MINT_CORE_FROZEN:
	case MINT_CORE_AWAY:
		return is_os(os) && !is_fenced(c, os);
	default:
		return false;
	}
}

/*
 * Of a core that is here: whoever stops its OS for good takes the core for one that may
 * have left (MINT_CORE_DOUBT), and is about to send it INIT.
 */
static bool is_doubted(const struct core *c, u32 seat)
{
	switch (MINT_CORE_STATE(word_of(c, seat))) {
	case MINT_CORE_RUNNING:
	case MINT_CORE_ENTERING:
	case MINT_CORE_HELD:
	case MINT_CORE_LOADING:
		return true;
	default:
		return false;
	}
}

static bool wants(const struct core *c, u32 seat)
{
	u32 word = word_of(c, seat), os = MINT_CORE_KERNEL(word);

	return MINT_CORE_STATE(word) == MINT_CORE_STARTING ||
	       MINT_CORE_STATE(word) == MINT_CORE_CALLED || !is_os(os) ||
	       READ_ONCE(seat_at(c, seat)->wake_tsc) <= c->now ||
	       something_came(c, seat, os);
}

/* Of those that are there: the other one first, and who has something to do. */
static u32 choose(const struct core *c, u32 seat, u32 other)
{
	bool here = is_there(c, seat), there = other != seat && is_there(c, other);

	/* INIT would stop whoever is entered before. */
	if (is_doubted(c, seat) || is_doubted(c, other))
		return MINT_MAX_CORES;
	if (!here || !there)
		return there ? other : here ? seat : MINT_MAX_CORES;
	if (wants(c, other))
		return other;
	if (wants(c, seat))
		return seat;
	return READ_ONCE(seat_at(c, other)->wake_tsc) <
	       READ_ONCE(seat_at(c, seat)->wake_tsc) ? other : seat;
}

/* ---- what --------------------------------------------------------------------------------- */

/*
 * Page tables of its own: of those of another OS, it would be let loose on that one.  The
 * memory of the OS with the firmware is all but the pool.
 */
static bool way_ok(const struct core *c, u32 os, const struct turn *turn)
{
	const struct mint_memory_map *map =
		(const struct mint_memory_map *)(c->shm + MINT_OFF_MEMORY_MAP);
	const struct mint_header *hdr = (const struct mint_header *)c->shm;
	const struct mint_os *o = os_at(c, os);

	if (turn->top_paddr & 0xfff || turn->entry_vaddr >> 47 != 0x1ffff)
		return false;
	if (READ_ONCE(map->os) == os)
		return turn->top_paddr && !mint_pool_holds(hdr->pool, turn->top_paddr, 0x1000);
	return mint_range_holds(&o->main, turn->top_paddr, 0x1000) ||
	       mint_range_holds(&o->dma, turn->top_paddr, 0x1000);
}

/* @word: AWAY.  Whether it is on the core now. */
static bool come_back(const struct core *c, u32 seat, u32 word, struct turn *turn)
{
	const struct mint_seat *s = seat_at(c, seat);

	turn->top_paddr = READ_ONCE(s->top_paddr);
	turn->entry_vaddr = READ_ONCE(s->entry_vaddr);
	turn->arg = READ_ONCE(s->arg);
	/* Where it would go on is no place of its own: it cannot. */
	if (!way_ok(c, MINT_CORE_KERNEL(word), turn)) {
		change(c, seat, word, MINT_CORE_PARKED);
		return false;
	}
	return change(c, seat, word, MINT_CORE_RUNNING);
}

static bool is_window_of_another(const struct core *c, u32 os, u64 paddr)
{
	u32 other;

	for (other = 1; other <= MINT_MAX_OSES; other++)
		if (other != os && mint_range_holds(&os_at(c, other)->low, paddr, 1))
			return true;
	return false;
}

/* Where a further CPU begins: in the place that is for that, and nobody else's. */
static bool enter_ok(const struct core *c, u32 os, u64 paddr)
{
	const struct mint_memory_map *map =
		(const struct mint_memory_map *)(c->shm + MINT_OFF_MEMORY_MAP);

	if (READ_ONCE(map->os) != os)
		return mint_range_holds(&os_at(c, os)->low, paddr, 1);
	return paddr && paddr < MINT_LOW_MAX && !is_window_of_another(c, os, paddr);
}

/* @word: CALLED.  Whether it is on its way into the kernel that has called it. */
static bool go_in(const struct core *c, u32 seat, u32 word, struct turn *turn)
{
	u32 os = MINT_CORE_KERNEL(word);

	turn->entry_vaddr = READ_ONCE(seat_at(c, seat)->enter_paddr);
	if (!is_os(os) || !enter_ok(c, os, turn->entry_vaddr)) {
		change(c, seat, word, MINT_CORE_PARKED);
		return false;
	}
	return change(c, seat, word, MINT_CORE_ENTERING);
}

/*
 * The core will be cleaned, and what waits in it be lost: it is kept for the one of @seat
 * and @other who goes on later.  That is the seat left, unless that one has ended or is the
 * one who begins.
 */
static void keep_vectors(const struct core *c, u32 seat, u32 other, u32 what, u32 next)
{
	bool is_others = what == TURN_BACK_CLEAN || next == seat;
	struct mint_seat *s = seat_at(c, is_others ? other : seat);
	u32 vectors[8], i;

	turn_waiting_vectors(vectors);
	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		if (vectors[i])
			mint_shared_or(&s->pending[i], vectors[i]);
}

/* Whoever was chosen may have been stopped meanwhile, or called: it goes by one word. */
static u32 take(const struct core *c, struct turn *turn)
{
	u32 word = word_of(c, turn->seat);

	switch (MINT_CORE_STATE(word)) {
	case MINT_CORE_STARTING:
		return TURN_START;
	case MINT_CORE_CALLED:
		return go_in(c, turn->seat, word, turn) ? TURN_CALL : TURN_NONE;
	case MINT_CORE_FROZEN:
		change(c, turn->seat, word, MINT_CORE_AWAY);
		return TURN_NONE;
	case MINT_CORE_AWAY:
		return come_back(c, turn->seat, word, turn) ? TURN_BACK : TURN_NONE;
	default:
		return TURN_NONE;
	}
}

u32 turn_next(u32 seat, struct turn *turn, u8 *shm)
{
	const struct mint_header *hdr = (const struct mint_header *)shm;
	struct core c = { .shm = shm, .nr = READ_ONCE(hdr->nr_cores), .now = load_tsc() };
	u32 other = other_of(&c, seat), tries, what;
	bool left_for_good;

	end_turn(&c, seat);
	left_for_good = !is_away(&c, seat);
	/* Somebody may change their words meanwhile; not for ever. */
	for (tries = 0; tries < 8; tries++) {
		turn->seat = choose(&c, seat, other);
		if (turn->seat == MINT_MAX_CORES)
			break;
		what = take(&c, turn);
		if (what == TURN_NONE)
			continue;
		if (what == TURN_BACK && left_for_good)
			what = TURN_BACK_CLEAN;
		if (what != TURN_BACK)
			keep_vectors(&c, seat, other, what, turn->seat);
		begin_turn(&c, turn->seat, what);
		return what;
	}
	turn->seat = seat;
	return TURN_NONE;
}
