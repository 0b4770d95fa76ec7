// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose turn it is on a core that two OSes have, by the source that is in the shared area:
 * shares, who sleeps, who is stopped, where a kernel is entered, the books; and that
 * whatever anybody writes into the table leads nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../hotplug/core.h"
#include "../../hotplug/fence.h"
#include "loader/internal.h"
#include "loader/turn.h"
#include "neutral/turns.h"

#define NR_CORES	4u
#define CORE		2u
#define FIRST		CORE
#define SECOND		(CORE + NR_CORES)
#define KHZ		2000000u
#define US		((u64)KHZ / 1000)
#define MS		((u64)KHZ)

/* The OS that the firmware started, on the first seats; two further ones. */
#define HOST		1u
#define GUEST		2u
#define OTHER		3u
#define GENERATION	7u

#define POOL_LOW	0x80000000ull
#define POOL_HIGH	0x100000000ull
#define POOL_BYTES	(1ull << 30)
#define MAIN_BYTES	(256ull << 20)
#define DMA_BYTES	(64ull << 20)
#define LOW_PADDR	0x20000ull
#define HOST_TOP	0x1234000ull
#define GUEST_TOP	(POOL_HIGH + 0x5000)
#define ENTRY		0xffffffff81000040ull
#define ARG		0xffff888000123000ull

static u8 *shm, *shm_before;
static u64 now;
static struct turn turn;

/* ---- the core ------------------------------------------------------------------- */

static u32 waiting[8];
static unsigned int nr_asked;

u64 load_tsc(void)
{
	return now;
}

void turn_waiting_vectors(u32 vectors[8])
{
	memcpy(vectors, waiting, sizeof(waiting));
	nr_asked++;
}

/* ---- the table ------------------------------------------------------------------- */

static struct mint_header *header(void)
{
	return (struct mint_header *)shm;
}

static struct mint_core *core(u32 seat)
{
	return (struct mint_core *)(shm + MINT_OFF_CORES) + seat;
}

static struct mint_seat *seat(u32 nr)
{
	return (struct mint_seat *)(shm + MINT_OFF_SEATS) + nr;
}

static struct mint_os *os_of(u32 os)
{
	return (struct mint_os *)(shm + MINT_OFF_OSES) + (os - 1);
}

static struct mint_memory_map *map(void)
{
	return (struct mint_memory_map *)(shm + MINT_OFF_MEMORY_MAP);
}

static u32 *events(u32 os)
{
	return &((struct mint_event_word *)(shm + MINT_OFF_EVENTS))[os - 1].pending;
}

static u32 state(u32 nr)
{
	return MINT_CORE_STATE(core(nr)->life);
}

static void put(u32 nr, u32 as, u32 os)
{
	u32 kernel = as == MINT_CORE_PARKED || as == MINT_CORE_ABSENT ? MINT_OS_NONE : os;

	core(nr)->life = MINT_CORE_WORD(as, os, kernel, 9);
}

static void make_os(u32 os, u64 offset)
{
	struct mint_os *o = os_of(os);

	o->state = MINT_OS_UP;
	o->generation = GENERATION;
	o->main = (struct mint_range){ POOL_HIGH + offset * MAIN_BYTES, MAIN_BYTES };
	o->dma = (struct mint_range){ POOL_LOW + offset * DMA_BYTES, DMA_BYTES };
	o->low = (struct mint_range){ LOW_PADDR + offset * MINT_LOW_WINDOW_SIZE,
				      MINT_LOW_WINDOW_SIZE };
}

static void make_machine(u32 nr_cores)
{
	u32 i;

	memset(shm, 0, MINT_SHM_SIZE);
	header()->nr_cores = nr_cores;
	header()->tsc_khz = KHZ;
	header()->pool[0] = (struct mint_range){ POOL_LOW, POOL_BYTES };
	header()->pool[2] = (struct mint_range){ POOL_HIGH, POOL_BYTES };
	map()->os = HOST;
	os_of(HOST)->state = MINT_OS_UP;
	os_of(HOST)->generation = GENERATION;
	make_os(GUEST, 0);
	make_os(OTHER, 1);
	for (i = 0; i < MINT_MAX_CORES && i < 2 * nr_cores; i++) {
		core(i)->apic_id = 0x10 + i % nr_cores;
		put(i, i < nr_cores ? MINT_CORE_RUNNING : MINT_CORE_PARKED,
		    i < nr_cores ? HOST : MINT_OS_NONE);
	}
}

/* A kernel that has left the core, and knows how it goes on. */
static void put_away(u32 nr, u32 os, u64 wake_tsc)
{
	struct mint_seat *s = seat(nr);

	put(nr, MINT_CORE_AWAY, os);
	s->top_paddr = os == HOST ? HOST_TOP : GUEST_TOP;
	s->entry_vaddr = ENTRY;
	s->arg = ARG + os;
	s->wake_tsc = wake_tsc;
	s->left_tsc = now;
}

static int set_up(void **unused)
{
	(void)unused;
	now = 1000 * MS;
	nr_asked = 0;
	memset(waiting, 0, sizeof(waiting));
	make_machine(NR_CORES);
	put_away(SECOND, GUEST, 0);
	seat(SECOND)->share = 50;
	return 0;
}

/* ---- whose turn ------------------------------------------------------------------- */

/* What the core may do to the word of a seat, one or two of these. */
static bool is_step(u32 before, u32 after)
{
	static const enum mint_core_act acts[] = {
		MINT_CORE_COME_BACK, MINT_CORE_THAW, MINT_CORE_GO_IN,
		/* What cannot go on, or enter. */
		MINT_CORE_DROP, MINT_CORE_CALL_OFF,
	};
	u32 owner = MINT_CORE_OWNER(before), kernel = MINT_CORE_KERNEL(before), i, word;

	for (i = 0; i < ARRAY_SIZE(acts); i++)
		if (!mint_core_next(before, acts[i], acts[i] == MINT_CORE_CALL_OFF ? owner : kernel,
				    &word) && word == after)
			return true;
	return false;
}

static bool is_way(u32 before, u32 after)
{
	u32 thawed;

	if (before == after || is_step(before, after))
		return true;
	return !mint_core_next(before, MINT_CORE_THAW, MINT_CORE_KERNEL(before), &thawed) &&
	       is_step(thawed, after);
}

static u32 next(u32 at)
{
	u32 first = core(FIRST)->life, second = core(SECOND)->life, what;

	memset(&turn, 0xee, sizeof(turn));
	what = turn_next(at, &turn, shm);
	assert_true(is_way(first, core(FIRST)->life));
	assert_true(is_way(second, core(SECOND)->life));
	if (what != TURN_BACK_CLEAN)
		return what;
	/* The core has been a dead kernel's. */
	at = MINT_CORE_STATE(at == FIRST ? first : second);
	assert_true(at != MINT_CORE_AWAY && at != MINT_CORE_FROZEN);
	return TURN_BACK;
}

static void expect(u32 at, u32 what, u32 whose)
{
	assert_int_equal(next(at), what);
	assert_int_equal(turn.seat, whose);
	if (what == TURN_BACK)
		assert_int_equal(state(whose), MINT_CORE_RUNNING);
}

/* The one that is on the core leaves it. */
static void step_aside(u32 nr, u64 wake_tsc)
{
	u32 os = MINT_CORE_KERNEL(core(nr)->life);

	assert_int_equal(state(nr), MINT_CORE_RUNNING);
	assert_int_equal(mint_core_next(core(nr)->life, MINT_CORE_STEP_ASIDE, os,
					&core(nr)->life), 0);
	seat(nr)->top_paddr = os == HOST ? HOST_TOP : GUEST_TOP;
	seat(nr)->entry_vaddr = ENTRY;
	seat(nr)->arg = ARG + os;
	seat(nr)->wake_tsc = wake_tsc;
}

static void expect_swap(u32 from, u64 wake_tsc, u32 to)
{
	step_aside(from, wake_tsc);
	expect(from, TURN_BACK, to);
}

static u32 other_seat(u32 nr)
{
	return nr == FIRST ? SECOND : FIRST;
}

/* ---- shares ------------------------------------------------------------------------- */

/* What it has had, and what it should have: how far off. */
static u64 off_by(u32 nr, u64 slice_tsc)
{
	u64 is = seat(nr)->got_tsc, should = seat(nr)->turns * slice_tsc;

	return is > should ? is - should : should - is;
}

/* Both want the core all the time, and leave it somewhat late. */
static void take_turns(u32 share, u64 first_us, u64 second_us, u32 late_percent)
{
	u64 slice[] = { first_us * US, second_us * US };
	u32 i, on = FIRST;

	set_up(NULL);
	seat(SECOND)->share = share;
	seat(SECOND)->slice_us = second_us;
	/* Before its first turn it was there by itself. */
	for (i = 0; i < 2000; i++) {
		expect_swap(on, 0, other_seat(on));
		on = turn.seat;
		now = seat(on)->until_tsc + slice[on == SECOND] / 100 * (rand() % (late_percent + 1));
		if (i > 1)
			assert_true(off_by(other_seat(on), slice[on != SECOND]) <= slice[on != SECOND] / 2);
	}
	assert_int_equal(seat(FIRST)->turns, 1000);
	assert_int_equal(seat(SECOND)->turns, 1000);
}

static void test_shares(void **unused)
{
	static const struct {
		u32 share;
		u64 first_us, second_us;
	} cases[] = {
		{ 50, 1000, 1000 }, { 50, 20000, 20000 }, { 50, 5000000, 5000000 },
		{ 30, 2333, 1000 }, { 30, 46666, 20000 }, { 30, 11666666, 5000000 },
		{ 10, 9000, 1000 }, { 10, 180000, 20000 }, { 10, 45000000, 5000000 },
		{ 99, 202, 20000 }, { 1, 1980000, 20000 },
	};
	u32 i;

	(void)unused;
	srand(1);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		take_turns(cases[i].share, cases[i].first_us, cases[i].second_us, 0);
		take_turns(cases[i].share, cases[i].first_us, cases[i].second_us, 50);
	}
}

/* Percent of the time in which they were on it. */
static u32 share_of(u32 nr)
{
	return 100 * seat(nr)->got_tsc / (seat(FIRST)->got_tsc + seat(SECOND)->got_tsc);
}

/* Whatever stands there. */
static void test_first_has_the_rest(void **unused)
{
	u32 i, on = FIRST;

	(void)unused;
	seat(FIRST)->share = 60;
	seat(SECOND)->share = 20;
	for (i = 0; i < 200; i++) {
		expect_swap(on, 0, other_seat(on));
		on = turn.seat;
		now = seat(on)->until_tsc;
	}
	assert_in_range(share_of(FIRST), 79, 80);
	assert_in_range(share_of(SECOND), 19, 20);
}

static void test_turns_that_nobody_could_ask_for(void **unused)
{
	static const struct {
		u32 share, slice_us;
		u64 first_us, second_us;
	} cases[] = {
		{ 0, 0, 1980000, 20000 },
		{ 50, 1, 1000, 1000 },
		{ 50, ~0u, 5000000, 5000000 },
		{ 100, 20000, 202, 20000 },
		{ ~0u, 20000, 202, 20000 },
		{ 99, 5000000, 50505, 5000000 },
		{ 1, 5000000, 495000000, 5000000 },
	};
	struct mint_seat second = { 0 };
	u32 i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		second.share = cases[i].share;
		second.slice_us = cases[i].slice_us;
		assert_int_equal(mint_turn_us(&second, false), cases[i].first_us);
		assert_int_equal(mint_turn_us(&second, true), cases[i].second_us);
	}
}

static u64 turn_length(u32 nr)
{
	return seat(nr)->until_tsc - seat(nr)->since_tsc;
}

static void test_debt(void **unused)
{
	static const struct {
		u64 late_us, next_us;
	} cases[] = { { 0, 20000 }, { 5000, 15000 }, { 10000, 10000 }, { 10001, 10000 }, { 1000000, 10000 } };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set_up(unused);
		expect_swap(FIRST, 0, SECOND);
		assert_int_equal(turn_length(SECOND), 20 * MS);
		now = seat(SECOND)->until_tsc + cases[i].late_us * US;
		expect_swap(SECOND, 0, FIRST);
		expect_swap(FIRST, 0, SECOND);
		assert_int_equal(turn_length(SECOND), cases[i].next_us * US);
		/* It has been paid. */
		now = seat(SECOND)->until_tsc;
		expect_swap(SECOND, 0, FIRST);
		expect_swap(FIRST, 0, SECOND);
		assert_int_equal(turn_length(SECOND), 20 * MS);
	}
}

/* Nobody else wanted the core while it was there: it owes nothing. */
static void test_no_debt_of_who_gives_it_away(void **unused)
{
	(void)unused;
	expect_swap(FIRST, 0, SECOND);
	now = seat(SECOND)->until_tsc + 15 * MS;
	expect_swap(SECOND, now + 1000 * MS, FIRST);
	assert_int_equal(seat(SECOND)->debt_tsc, 0);
}

/* ---- who sleeps ---------------------------------------------------------------------- */

static void test_who_sleeps_is_passed_over(void **unused)
{
	u64 wake = now + 100 * MS;

	(void)unused;
	put_away(SECOND, GUEST, wake);
	expect_swap(FIRST, 0, FIRST);
	now = wake - 1;
	expect_swap(FIRST, 0, FIRST);
	now = wake;
	expect_swap(FIRST, 0, SECOND);
	/* And the other way round. */
	now += MS;
	expect_swap(SECOND, MINT_SEAT_NEVER, FIRST);
	expect_swap(FIRST, 0, FIRST);
}

static void test_both_sleep(void **unused)
{
	(void)unused;
	put_away(SECOND, GUEST, now + 10 * MS);
	expect_swap(FIRST, now + 20 * MS, SECOND);
	/* The one that has to get up first; of equals the one that is there. */
	expect_swap(SECOND, now + 30 * MS, FIRST);
	expect_swap(FIRST, now + 30 * MS, FIRST);
	expect_swap(FIRST, MINT_SEAT_NEVER, SECOND);
	expect_swap(SECOND, MINT_SEAT_NEVER, SECOND);
}

static void test_what_comes_wakes_it(void **unused)
{
	u32 vector;

	(void)unused;
	put_away(SECOND, GUEST, MINT_SEAT_NEVER);
	for (vector = 0; vector < 256; vector += 17) {
		seat(SECOND)->pending[vector / 32] = BIT(vector % 32);
		expect_swap(FIRST, 0, SECOND);
		/* To take them is its kernel's business. */
		assert_int_equal(seat(SECOND)->pending[vector / 32], BIT(vector % 32));
		seat(SECOND)->pending[vector / 32] = 0;
		expect_swap(SECOND, MINT_SEAT_NEVER, FIRST);
	}
	*events(GUEST) = MINT_EV_CONSOLE;
	expect_swap(FIRST, 0, SECOND);
	*events(GUEST) = 0;
	/* Not what comes for others. */
	*events(HOST) = *events(OTHER) = ~0u;
	expect_swap(SECOND, MINT_SEAT_NEVER, FIRST);
	expect_swap(FIRST, 0, FIRST);
}

static void test_nobody_is_there(void **unused)
{
	static const u32 gone[] = { MINT_CORE_ABSENT, MINT_CORE_PARKED, 10, 15 };
	u32 i, k;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(gone); i++)
		for (k = 0; k < ARRAY_SIZE(gone); k++) {
			put(FIRST, gone[i], HOST);
			put(SECOND, gone[k], GUEST);
			expect(FIRST, TURN_NONE, FIRST);
			expect(SECOND, TURN_NONE, SECOND);
		}
	/* One is enough, and has it all, also if it sleeps. */
	put_away(SECOND, GUEST, MINT_SEAT_NEVER);
	put(FIRST, MINT_CORE_PARKED, HOST);
	expect(FIRST, TURN_BACK, SECOND);
	expect_swap(SECOND, MINT_SEAT_NEVER, SECOND);
}

/*
 * Both here, says the table, so the other one is not: a fence has taken it for one that may
 * have left, and its INIT will stop whoever is on the core.
 */
static void test_one_is_doubted(void **unused)
{
	static const u32 here[] = { MINT_CORE_RUNNING, MINT_CORE_ENTERING, MINT_CORE_HELD,
				    MINT_CORE_LOADING };
	static const u32 waits[] = { MINT_CORE_AWAY, MINT_CORE_STARTING, MINT_CORE_CALLED };
	u32 i, k;

	(void)unused;
	seat(FIRST)->enter_paddr = 0x9a000;
	for (i = 0; i < ARRAY_SIZE(here); i++)
		for (k = 0; k < ARRAY_SIZE(waits); k++) {
			put_away(FIRST, HOST, 0);
			put(FIRST, waits[k], HOST);
			put(SECOND, here[i], GUEST);
			expect(FIRST, TURN_NONE, FIRST);
			expect(SECOND, TURN_NONE, SECOND);
			assert_int_equal(state(FIRST), waits[k]);
		}
}

/* ---- who is to begin -------------------------------------------------------------------- */

static void test_who_starts_comes_first(void **unused)
{
	(void)unused;
	put(SECOND, MINT_CORE_STARTING, GUEST);
	seat(SECOND)->wake_tsc = MINT_SEAT_NEVER;
	step_aside(FIRST, 0);
	expect(FIRST, TURN_START, SECOND);
	/* The park page says that it loads; nothing is said of how it is entered. */
	assert_int_equal(state(SECOND), MINT_CORE_STARTING);
	/* Its own turn is not over before it had one. */
	assert_int_equal(turn_length(SECOND), 20 * MS);
}

static void test_who_is_called_comes_first(void **unused)
{
	(void)unused;
	put(SECOND, MINT_CORE_CALLED, GUEST);
	seat(SECOND)->enter_paddr = LOW_PADDR + 0x1040;
	step_aside(FIRST, 0);
	expect(FIRST, TURN_CALL, SECOND);
	assert_int_equal(turn.entry_vaddr, LOW_PADDR + 0x1040);
	assert_int_equal(state(SECOND), MINT_CORE_ENTERING);
	assert_int_equal(MINT_CORE_KERNEL(core(SECOND)->life), GUEST);
}

/* On the seat that was left: the other one has its turn, if it wants it. */
static void test_starts_where_another_one_was(void **unused)
{
	(void)unused;
	put_away(SECOND, GUEST, now + 1);
	put(FIRST, MINT_CORE_STARTING, OTHER);
	expect(FIRST, TURN_START, FIRST);
	put_away(SECOND, GUEST, 0);
	put(FIRST, MINT_CORE_STARTING, OTHER);
	expect(FIRST, TURN_BACK, SECOND);
	step_aside(SECOND, 0);
	expect(SECOND, TURN_START, FIRST);
}

/* ---- where a CPU is entered ------------------------------------------------------------- */

static void call_at(u32 os, u64 paddr)
{
	put(SECOND, MINT_CORE_CALLED, os);
	seat(SECOND)->enter_paddr = paddr;
	put_away(FIRST, HOST, 0);
}

static void test_where_it_is_entered(void **unused)
{
	static const struct {
		u32 os;
		u64 paddr;
	} good[] = {
		{ GUEST, LOW_PADDR }, { GUEST, LOW_PADDR + MINT_LOW_WINDOW_SIZE - 1 },
		{ OTHER, LOW_PADDR + MINT_LOW_WINDOW_SIZE },
		{ HOST, 1 }, { HOST, 0x9a000 }, { HOST, MINT_LOW_MAX - 1 },
	}, bad[] = {
		{ GUEST, 0 }, { GUEST, LOW_PADDR - 1 }, { GUEST, LOW_PADDR + MINT_LOW_WINDOW_SIZE },
		{ GUEST, GUEST_TOP }, { GUEST, ~0ull }, { GUEST, LOW_PADDR | 1ull << 63 },
		{ OTHER, LOW_PADDR },
		{ HOST, 0 }, { HOST, MINT_LOW_MAX }, { HOST, HOST_TOP }, { HOST, ~0ull },
		/* Those of other OSes are none of its own. */
		{ HOST, LOW_PADDR }, { HOST, LOW_PADDR + 2 * MINT_LOW_WINDOW_SIZE - 1 },
	};
	u32 i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		call_at(good[i].os, good[i].paddr);
		expect(FIRST, TURN_CALL, SECOND);
		assert_int_equal(turn.entry_vaddr, good[i].paddr);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		call_at(bad[i].os, bad[i].paddr);
		/* It stays out, and the other one does not suffer from it. */
		expect(FIRST, TURN_BACK, FIRST);
		assert_int_equal(state(SECOND), MINT_CORE_PARKED);
		assert_int_equal(MINT_CORE_KERNEL(core(SECOND)->life), MINT_OS_NONE);
	}
}

static void come_by(u32 os, u64 top_paddr, u64 entry_vaddr)
{
	put_away(SECOND, os, 0);
	seat(SECOND)->top_paddr = top_paddr;
	seat(SECOND)->entry_vaddr = entry_vaddr;
	put_away(FIRST, HOST, 0);
}

/* By page tables of its own memory, in the half of all addresses that is the kernel's. */
static void test_by_which_tables_it_comes_back(void **unused)
{
	static const struct {
		u32 os;
		u64 top_paddr, entry_vaddr;
	} good[] = {
		{ GUEST, POOL_HIGH, ENTRY }, { GUEST, POOL_HIGH + MAIN_BYTES - 0x1000, ENTRY },
		{ GUEST, POOL_LOW, ENTRY }, { GUEST, POOL_LOW + DMA_BYTES - 0x1000, ~0ull },
		{ OTHER, POOL_HIGH + MAIN_BYTES, 0xffff800000000000ull },
		{ HOST, 0x1000, ENTRY }, { HOST, POOL_LOW - 0x1000, ENTRY },
		{ HOST, POOL_HIGH + POOL_BYTES, ENTRY },
	}, bad[] = {
		{ GUEST, 0, ENTRY }, { GUEST, HOST_TOP, ENTRY }, { GUEST, POOL_HIGH + 8, ENTRY },
		{ GUEST, POOL_HIGH - 0x1000, ENTRY }, { GUEST, POOL_HIGH + MAIN_BYTES, ENTRY },
		{ GUEST, POOL_LOW + DMA_BYTES, ENTRY }, { GUEST, ~0xfffull, ENTRY },
		{ GUEST, LOW_PADDR, ENTRY },
		{ GUEST, GUEST_TOP, 0 }, { GUEST, GUEST_TOP, 0x401000 },
		{ GUEST, GUEST_TOP, 0x7fffffffffffull }, { GUEST, GUEST_TOP, 0xffff000000000000ull },
		{ OTHER, GUEST_TOP, ENTRY },
		{ HOST, 0, ENTRY }, { HOST, GUEST_TOP, ENTRY }, { HOST, POOL_LOW, ENTRY },
		{ HOST, POOL_HIGH + POOL_BYTES - 0x1000, ENTRY }, { HOST, HOST_TOP + 1, ENTRY },
		{ HOST, HOST_TOP, 0x100000 },
	};
	u32 i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		come_by(good[i].os, good[i].top_paddr, good[i].entry_vaddr);
		expect(FIRST, TURN_BACK, SECOND);
		assert_int_equal(turn.top_paddr, good[i].top_paddr);
		assert_int_equal(turn.entry_vaddr, good[i].entry_vaddr);
		assert_int_equal(turn.arg, ARG + good[i].os);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		come_by(bad[i].os, bad[i].top_paddr, bad[i].entry_vaddr);
		expect(FIRST, TURN_BACK, FIRST);
		assert_int_equal(state(SECOND), MINT_CORE_PARKED);
	}
}

/* ---- who is stopped ---------------------------------------------------------------------- */

/* Here and in the handler of NMIs the word is read alike. */
static void expect_fenced(u32 word)
{
	bool fenced = mint_fence_asks(word, GENERATION) != MINT_FENCE_GO_ON;
	static const u32 states[] = { MINT_CORE_AWAY, MINT_CORE_FROZEN, MINT_CORE_CALLED };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		put_away(SECOND, GUEST, 0);
		seat(SECOND)->enter_paddr = LOW_PADDR;
		put(SECOND, states[i], GUEST);
		os_of(GUEST)->fence = word;
		put(FIRST, MINT_CORE_PARKED, HOST);
		if (!fenced) {
			expect(FIRST, states[i] == MINT_CORE_CALLED ? TURN_CALL : TURN_BACK, SECOND);
			continue;
		}
		expect(FIRST, TURN_NONE, FIRST);
		assert_int_equal(state(SECOND), states[i]);
		/* The other one has the core alone. */
		put_away(FIRST, HOST, MINT_SEAT_NEVER);
		expect(FIRST, TURN_BACK, FIRST);
		expect_swap(FIRST, MINT_SEAT_NEVER, FIRST);
	}
}

static void test_fences(void **unused)
{
	static const u32 generations[] = { GENERATION, GENERATION - 1, GENERATION + 1, 0,
					   GENERATION | 1u << 25, GENERATION | 1u << 24 };
	u32 phase, by, i;

	(void)unused;
	for (phase = 0; phase <= 3; phase++)
		for (by = 0; by <= 16; by += 8)
			for (i = 0; i < ARRAY_SIZE(generations); i++)
				expect_fenced(MINT_FENCE_WORD(phase, by, generations[i]));
}

static void test_thawed_by_whom_it_concerns(void **unused)
{
	(void)unused;
	put(SECOND, MINT_CORE_FROZEN, GUEST);
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(state(SECOND), MINT_CORE_RUNNING);
	/* Also if that is the seat it is about to leave. */
	put(FIRST, MINT_CORE_PARKED, HOST);
	put(SECOND, MINT_CORE_FROZEN, GUEST);
	expect(SECOND, TURN_BACK, SECOND);
}

/* ---- vectors ------------------------------------------------------------------------------- */

static void test_vectors_are_kept(void **unused)
{
	(void)unused;
	waiting[1] = 0x80000001;
	waiting[4] = 0x10;
	waiting[7] = 0x40000000;
	seat(FIRST)->pending[4] = 2;
	put(SECOND, MINT_CORE_STARTING, GUEST);
	step_aside(FIRST, MINT_SEAT_NEVER);
	expect(FIRST, TURN_START, SECOND);
	assert_int_equal(nr_asked, 1);
	assert_int_equal(seat(FIRST)->pending[1], 0x80000001);
	assert_int_equal(seat(FIRST)->pending[4], 0x12);
	assert_int_equal(seat(FIRST)->pending[7], 0x40000000);
	assert_int_equal(seat(SECOND)->pending[1], 0);
	/* A CPU that is entered finds a clean core, too. */
	memset(seat(FIRST)->pending, 0, sizeof(seat(FIRST)->pending));
	call_at(GUEST, LOW_PADDR);
	expect(FIRST, TURN_CALL, SECOND);
	assert_int_equal(seat(FIRST)->pending[7], 0x40000000);
}

/* Who comes back takes them itself. */
static void test_vectors_are_left(void **unused)
{
	(void)unused;
	waiting[2] = ~0u;
	expect_swap(FIRST, 0, SECOND);
	expect_swap(SECOND, 0, FIRST);
	put(SECOND, MINT_CORE_PARKED, GUEST);
	put(FIRST, MINT_CORE_PARKED, HOST);
	expect(FIRST, TURN_NONE, FIRST);
	assert_int_equal(nr_asked, 0);
	assert_int_equal(seat(FIRST)->pending[2] | seat(SECOND)->pending[2], 0);
}

/* ---- the books -------------------------------------------------------------------------------- */

static void test_books(void **unused)
{
	struct mint_seat *s = seat(SECOND);

	(void)unused;
	/* It wanted the core from the start; 30 ms. */
	now += 30 * MS;
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(s->turns, 1);
	assert_int_equal(s->got_tsc, 0);
	assert_int_equal(s->stolen_tsc, 30 * MS);
	assert_int_equal(s->latest_tsc, 30 * MS);
	assert_int_equal(s->since_tsc, now);
	assert_int_equal(s->wake_tsc, 0);
	/* It has it for 12 ms, then sleeps for 5, and is served 8 after. */
	now += 12 * MS;
	expect_swap(SECOND, now + 5 * MS, FIRST);
	assert_int_equal(s->got_tsc, 12 * MS);
	assert_int_equal(s->left_tsc, now);
	assert_int_equal(s->since_tsc, 0);
	now += 13 * MS;
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(s->turns, 2);
	assert_int_equal(s->stolen_tsc, 38 * MS);
	assert_int_equal(s->latest_tsc, 30 * MS);
	/* Woken before that by what has come: it has not waited. */
	now += 1 * MS;
	expect_swap(SECOND, MINT_SEAT_NEVER, FIRST);
	now += 100 * MS;
	*events(GUEST) = 1;
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(s->stolen_tsc, 38 * MS);
	assert_int_equal(s->got_tsc, 13 * MS);
	assert_int_equal(seat(FIRST)->got_tsc, 113 * MS);
	assert_int_equal(seat(FIRST)->turns, 2);
}

/* Whoever was on the core before it was shared is waiting from now on, too. */
static void test_books_begin(void **unused)
{
	(void)unused;
	assert_int_equal(seat(FIRST)->since_tsc, 0);
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(seat(FIRST)->left_tsc, now);
	assert_int_equal(seat(FIRST)->got_tsc, 0);
	now += 7 * MS;
	expect_swap(SECOND, 0, FIRST);
	assert_int_equal(seat(FIRST)->stolen_tsc, 7 * MS);
	assert_int_equal(turn_length(FIRST), 20 * MS);
}

/* A fence has come at that very moment, and is off again. */
static void test_books_of_who_was_frozen(void **unused)
{
	u64 beat = now - MS;

	(void)unused;
	expect_swap(FIRST, 0, SECOND);
	core(SECOND)->beat_tsc = beat;
	now += 4 * MS;
	os_of(GUEST)->fence = MINT_FENCE_WORD(MINT_FENCE_HOLD, HOST, GENERATION);
	step_aside(SECOND, 0);
	put(SECOND, MINT_CORE_FROZEN, GUEST);
	expect(SECOND, TURN_BACK, FIRST);
	assert_int_equal(seat(SECOND)->got_tsc, 4 * MS);
	os_of(GUEST)->fence = 0;
	now += 9 * MS;
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(seat(SECOND)->stolen_tsc, 9 * MS);
	assert_int_equal(core(SECOND)->beat_tsc, beat + 9 * MS);
}

/* Asked again while nothing has changed: nothing is counted. */
static void test_books_of_a_core_that_sleeps(void **unused)
{
	(void)unused;
	put(FIRST, MINT_CORE_PARKED, HOST);
	os_of(GUEST)->fence = MINT_FENCE_WORD(MINT_FENCE_HOLD, HOST, GENERATION);
	expect(FIRST, TURN_NONE, FIRST);
	memcpy(shm_before, shm, MINT_OFF_SECTIONS);
	now += 50 * MS;
	expect(FIRST, TURN_NONE, FIRST);
	expect(SECOND, TURN_NONE, SECOND);
	assert_memory_equal(shm, shm_before, MINT_OFF_SECTIONS);
	os_of(GUEST)->fence = 0;
	expect(SECOND, TURN_BACK, SECOND);
	assert_int_equal(seat(SECOND)->turns, 1);
}

/*
 * It gave none while it was away: who watches it must not take it for dead.  Also the first
 * time that it leaves a core that it has had alone.
 */
static void test_beat_is_shifted(void **unused)
{
	u64 beat = now - 3 * MS;

	(void)unused;
	core(SECOND)->beat_tsc = beat;
	core(FIRST)->beat_tsc = beat;
	now += 500 * MS;
	expect_swap(FIRST, 0, SECOND);
	assert_int_equal(core(SECOND)->beat_tsc, beat + 500 * MS);
	assert_int_equal(core(FIRST)->beat_tsc, beat);
	now += 20 * MS;
	expect_swap(SECOND, 0, FIRST);
	assert_int_equal(core(SECOND)->beat_tsc, beat + 500 * MS);
	assert_int_equal(core(FIRST)->beat_tsc, beat + 20 * MS);
}

/* Whose kernel was stopped while it was away, or parked, has not waited until it is started. */
static void test_a_new_life_has_not_waited(void **unused)
{
	static const u32 states[] = { MINT_CORE_STARTING, MINT_CORE_CALLED };
	u64 beat = now - MS;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		set_up(unused);
		core(SECOND)->beat_tsc = beat;
		put(SECOND, states[i], GUEST);
		seat(SECOND)->enter_paddr = LOW_PADDR;
		now += 3600 * 1000 * MS;
		step_aside(FIRST, 0);
		expect(FIRST, i ? TURN_CALL : TURN_START, SECOND);
		assert_int_equal(seat(SECOND)->stolen_tsc, 0);
		assert_int_equal(seat(SECOND)->latest_tsc, 0);
		assert_int_equal(core(SECOND)->beat_tsc, beat);
	}
	set_up(unused);
	expect_swap(FIRST, 0, SECOND);
	now += 5 * MS;
	put(SECOND, MINT_CORE_PARKED, GUEST);
	expect(SECOND, TURN_BACK, FIRST);
	assert_int_equal(seat(SECOND)->got_tsc, 5 * MS);
	assert_int_equal(seat(SECOND)->left_tsc, 0);
	assert_int_equal(seat(SECOND)->debt_tsc, 0);
}

/* ---- cores with one seat ----------------------------------------------------------------------- */

/* Of machines with more than half of MINT_MAX_CORES the last cores. */
static void one_seat(u32 nr_cores, u32 nr)
{
	u32 i;

	make_machine(nr_cores);
	/* Everybody else wants it. */
	for (i = 0; i < MINT_MAX_CORES; i++)
		if (i != nr)
			put_away(i, HOST, 0);
	put(nr, MINT_CORE_PARKED, HOST);
	memset(&turn, 0, sizeof(turn));
	assert_int_equal(turn_next(nr, &turn, shm), TURN_NONE);
	assert_int_equal(turn.seat, nr);
	put(nr, MINT_CORE_STARTING, HOST);
	assert_int_equal(turn_next(nr, &turn, shm), TURN_START);
	assert_int_equal(turn.seat, nr);
	for (i = 0; i < MINT_MAX_CORES; i++)
		assert_int_equal(state(i), i == nr ? MINT_CORE_STARTING : MINT_CORE_AWAY);
	assert_int_equal(turn_length(nr), 20 * MS);
}

static void test_cores_with_one_seat(void **unused)
{
	(void)unused;
	one_seat(33, 31);
	one_seat(33, 32);
	one_seat(40, 24);
	one_seat(40, 39);
	one_seat(63, 1);
	one_seat(64, 0);
	one_seat(64, 63);
}

/* And the last ones that have two. */
static void test_last_second_seat(void **unused)
{
	static const struct {
		u32 nr_cores, first, second;
	} cases[] = { { 1, 0, 1 }, { 32, 31, 63 }, { 33, 30, 63 }, { 63, 0, 63 } };
	u32 i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		make_machine(cases[i].nr_cores);
		put_away(cases[i].second, GUEST, 0);
		put_away(cases[i].first, HOST, 0);
		assert_int_equal(turn_next(cases[i].first, &turn, shm), TURN_BACK);
		assert_int_equal(turn.seat, cases[i].second);
		put_away(cases[i].second, GUEST, 0);
		assert_int_equal(turn_next(cases[i].second, &turn, shm), TURN_BACK);
		assert_int_equal(turn.seat, cases[i].first);
	}
}

/* ---- damage --------------------------------------------------------------------------------------- */

static void expect_own_seats_only(void)
{
	u32 i;

	for (i = 0; i < MINT_MAX_CORES; i++)
		if (i != FIRST && i != SECOND) {
			assert_memory_equal(core(i), shm_before + ((u8 *)core(i) - shm), sizeof(*core(i)));
			assert_memory_equal(seat(i), shm_before + ((u8 *)seat(i) - shm), sizeof(*seat(i)));
		}
}

/* Another core's seats are that core's, however many cores there seem to be. */
static void test_number_of_cores(void **unused)
{
	static const u32 nrs[] = { 0, 1, 2, 3, 5, 60, 62, 64, 1000, 1u << 31, ~0u, ~0u - 1, ~0u - 2 };
	u32 i, nr;

	for (i = 0; i < ARRAY_SIZE(nrs); i++) {
		set_up(unused);
		for (nr = 0; nr < MINT_MAX_CORES; nr++)
			put_away(nr, HOST, 0);
		header()->nr_cores = nrs[i];
		memcpy(shm_before, shm, MINT_SHM_SIZE);
		assert_int_equal(turn_next(FIRST, &turn, shm), TURN_BACK);
		assert_true(turn.seat == FIRST || turn.seat == SECOND);
		put_away(turn.seat, HOST, 0);
		assert_int_equal(turn_next(SECOND, &turn, shm), TURN_BACK);
		assert_true(turn.seat == FIRST || turn.seat == SECOND);
		expect_own_seats_only();
	}
}

static void scribble(void *at, u64 bytes)
{
	u8 *p = at;
	u64 i;

	for (i = 0; i < bytes; i++)
		p[i] = rand();
}

static u32 any_word(void)
{
	u32 os = rand() % 4 ? HOST + rand() % 3 : (u32)rand() % 32;

	return MINT_CORE_WORD(rand() % 2 ? MINT_CORE_AWAY : (u32)rand() % 16,
			      rand() % 4 ? os : (u32)rand() % 32, os, rand());
}

/* Often enough what is right, or nearly: else nothing would get far. */
static void damage_seat(u32 nr)
{
	static const u64 tops[] = { HOST_TOP, HOST_TOP, GUEST_TOP, GUEST_TOP, GUEST_TOP + 1, POOL_LOW,
				    0, ~0xfffull, LOW_PADDR };
	struct mint_seat *s = seat(nr);

	core(nr)->life = any_word();
	scribble(&core(nr)->beat_tsc, sizeof(u64));
	if (rand() % 2)
		scribble(s, sizeof(*s));
	if (rand() % 4)
		s->top_paddr = tops[rand() % ARRAY_SIZE(tops)];
	if (rand() % 4)
		s->entry_vaddr = ENTRY;
	if (rand() % 2)
		s->enter_paddr = LOW_PADDR + rand() % (4 * MINT_LOW_WINDOW_SIZE);
}

static void damage_os(u32 os)
{
	struct mint_os *o = os_of(os);

	o->fence = rand() % 4 ? 0 : rand() % 2 ? (u32)rand() :
		   MINT_FENCE_WORD(rand() % 4, rand() % 32, GENERATION + rand() % 2);
	switch (rand() % 16) {
	case 0:
		scribble(&o->main, sizeof(o->main));
		break;
	case 1:
		scribble(&o->dma, sizeof(o->dma));
		break;
	case 2:
		scribble(&o->low, sizeof(o->low));
		break;
	}
}

static void damage(void)
{
	static const u32 nrs[] = { NR_CORES, NR_CORES, NR_CORES, 0, 3, 64, ~0u, ~0u - 1 };
	u32 i;

	set_up(NULL);
	damage_seat(FIRST);
	damage_seat(SECOND);
	for (i = 1; i <= 4; i++)
		damage_os(i);
	if (rand() % 8 == 0)
		map()->os = rand() % 20;
	if (rand() % 8 == 0)
		scribble(header()->pool, sizeof(header()->pool));
	if (rand() % 8 == 0)
		header()->tsc_khz = rand();
	header()->nr_cores = nrs[rand() % ARRAY_SIZE(nrs)];
	*events(rand() % MINT_MAX_OSES + 1) = rand();
}

static bool holds(const struct mint_range *r, u64 paddr)
{
	return r->size_bytes && paddr >= r->base_paddr && paddr - r->base_paddr < r->size_bytes;
}

static bool is_in_pool(u64 paddr)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++)
		if (holds(&header()->pool[i], paddr))
			return true;
	return false;
}

/* The first and the last byte of its top table. */
static bool is_own(u32 os, u64 paddr)
{
	const struct mint_os *o = os_of(os);

	if (map()->os == os)
		return paddr && !(is_in_pool(paddr) && is_in_pool(paddr + 0xfff));
	return (holds(&o->main, paddr) && holds(&o->main, paddr + 0xfff)) ||
	       (holds(&o->dma, paddr) && holds(&o->dma, paddr + 0xfff));
}

static void expect_sound(u32 at, u32 what)
{
	u32 os = MINT_CORE_KERNEL(core(turn.seat)->life);
	u32 was = MINT_CORE_STATE(((struct mint_core *)(shm_before + MINT_OFF_CORES))[turn.seat].life);

	assert_true(turn.seat == FIRST || turn.seat == SECOND);
	switch (what) {
	case TURN_NONE:
		assert_int_equal(turn.seat, at);
		return;
	case TURN_START:
		assert_int_equal(was, MINT_CORE_STARTING);
		return;
	case TURN_CALL:
		assert_int_equal(was, MINT_CORE_CALLED);
		assert_true(map()->os == os ? turn.entry_vaddr < MINT_LOW_MAX :
					      holds(&os_of(os)->low, turn.entry_vaddr));
		return;
	case TURN_BACK:
		assert_true(was == MINT_CORE_AWAY || was == MINT_CORE_FROZEN);
		assert_true(os && os <= MINT_MAX_OSES);
		assert_int_equal(turn.top_paddr & 0xfff, 0);
		assert_true(is_own(os, turn.top_paddr));
		assert_true(turn.entry_vaddr >= 0xffff800000000000ull);
		assert_int_equal(mint_fence_asks(os_of(os)->fence, os_of(os)->generation),
				 MINT_FENCE_GO_ON);
		return;
	default:
		fail();
	}
}

/* Puts back in what was remembered what it may have changed. */
static void allow(const void *field, u64 bytes)
{
	u64 off = (const u8 *)field - shm;

	memcpy(shm_before + off, shm + off, bytes);
}

/* Whatever anybody has written there. */
static void test_damage(void **unused)
{
	unsigned int round, nr_back = 0;
	u32 at, what;

	(void)unused;
	srand(2);
	for (round = 0; round < 4000; round++) {
		damage();
		scribble(waiting, sizeof(waiting));
		memcpy(shm_before, shm, MINT_OFF_SECTIONS);
		at = rand() % 2 ? FIRST : SECOND;
		what = next(at);
		expect_sound(at, what);
		nr_back += what == TURN_BACK;
		for (at = FIRST; at <= SECOND; at += SECOND - FIRST) {
			allow(&core(at)->life, sizeof(u32));
			allow(&core(at)->beat_tsc, sizeof(u64));
			allow(seat(at), sizeof(*seat(at)));
		}
		assert_memory_equal(shm, shm_before, MINT_OFF_SECTIONS);
	}
	/* Some get that far. */
	assert_in_range(nr_back, 200, 3000);
}

/* Nor behind the records. */
static void test_damage_leaves_the_rest(void **unused)
{
	u8 *rest = shm + MINT_OFF_SECTIONS;
	u64 i;

	(void)unused;
	for (i = 0; i < MINT_SHM_SIZE - MINT_OFF_SECTIONS; i += 8)
		assert_int_equal(*(u64 *)(rest + i), 0);
}

static int make_area(void **unused)
{
	(void)unused;
	/* Its size exactly: what lies behind it would be noticed. */
	shm = malloc(MINT_SHM_SIZE);
	shm_before = malloc(MINT_SHM_SIZE);
	return !shm || !shm_before;
}

static int drop_area(void **unused)
{
	(void)unused;
	free(shm);
	free(shm_before);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_shares, set_up),
		cmocka_unit_test_setup(test_first_has_the_rest, set_up),
		cmocka_unit_test_setup(test_turns_that_nobody_could_ask_for, set_up),
		cmocka_unit_test_setup(test_debt, set_up),
		cmocka_unit_test_setup(test_no_debt_of_who_gives_it_away, set_up),
		cmocka_unit_test_setup(test_who_sleeps_is_passed_over, set_up),
		cmocka_unit_test_setup(test_both_sleep, set_up),
		cmocka_unit_test_setup(test_what_comes_wakes_it, set_up),
		cmocka_unit_test_setup(test_nobody_is_there, set_up),
		cmocka_unit_test_setup(test_one_is_doubted, set_up),
		cmocka_unit_test_setup(test_who_starts_comes_first, set_up),
		cmocka_unit_test_setup(test_who_is_called_comes_first, set_up),
		cmocka_unit_test_setup(test_starts_where_another_one_was, set_up),
		cmocka_unit_test_setup(test_where_it_is_entered, set_up),
		cmocka_unit_test_setup(test_by_which_tables_it_comes_back, set_up),
		cmocka_unit_test_setup(test_fences, set_up),
		cmocka_unit_test_setup(test_thawed_by_whom_it_concerns, set_up),
		cmocka_unit_test_setup(test_vectors_are_kept, set_up),
		cmocka_unit_test_setup(test_vectors_are_left, set_up),
		cmocka_unit_test_setup(test_books, set_up),
		cmocka_unit_test_setup(test_books_begin, set_up),
		cmocka_unit_test_setup(test_books_of_who_was_frozen, set_up),
		cmocka_unit_test_setup(test_books_of_a_core_that_sleeps, set_up),
		cmocka_unit_test_setup(test_beat_is_shifted, set_up),
		cmocka_unit_test_setup(test_a_new_life_has_not_waited, set_up),
		cmocka_unit_test_setup(test_cores_with_one_seat, set_up),
		cmocka_unit_test_setup(test_last_second_seat, set_up),
		cmocka_unit_test_setup(test_number_of_cores, set_up),
		cmocka_unit_test_setup(test_damage, set_up),
		cmocka_unit_test(test_damage_leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, make_area, drop_area);
}
