// SPDX-License-Identifier: GPL-2.0-only
/*
 * A core that two OSes have by turns, explored, with the rule of the loader and the real
 * fence.
 *
 * In every interleaving of one question whose turn it is with another OS that fences, has
 * second thoughts, starts or calls: each access to the table is a point where that one may
 * go on.  And in every order of whole steps: kernels step aside, park, start, are called,
 * stand still, do not answer any more; fences begin, are called off, are left half done.
 *
 * What must hold: the kernel of one of the two at most is on the core; what was dropped
 * never comes back, nor anything of an OS that was proved stopped; the core changes words
 * by the rules of hotplug/core.h only; who wants the core is passed over once at most; and
 * from every state on each that nobody stops gets the core again.
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
#include "../irqsim/points.h"
#include "choices.h"
#include "loader/internal.h"
#include "loader/turn.h"
#include "states.h"

/* Numbers only: what the park page is written in. */
#define __ASSEMBLY__
#include "neutral/park.h"
#undef __ASSEMBLY__

/* Seats 0 and 1 of the one core; and a core elsewhere that nobody can stop. */
#define SEATS		2u
#define ELSEWHERE	2u
#define OS(seat)	((seat) + 2)
#define FENCER(seat)	((seat) + 8)
#define GENERATION	1u
#define POOL_PADDR	0x80000000ull
#define MAIN_BYTES	(64ull << 20)
#define ENTRY		0xffffffff81000000ull

static u8 *shm;

/* ---- the table --------------------------------------------------------------------- */

static u32 *life(u32 seat)
{
	return &((struct mint_core *)(shm + MINT_OFF_CORES))[seat].life;
}

static struct mint_seat *seat_of(u32 seat)
{
	return (struct mint_seat *)(shm + MINT_OFF_SEATS) + seat;
}

static struct mint_os *os_of(u32 seat)
{
	return (struct mint_os *)(shm + MINT_OFF_OSES) + (OS(seat) - 1);
}

static u32 *events(u32 seat)
{
	return &((struct mint_event_word *)(shm + MINT_OFF_EVENTS))[OS(seat) - 1].pending;
}

static u32 state(u32 word)
{
	return MINT_CORE_STATE(word);
}

static bool is_away(u32 word)
{
	return state(word) == MINT_CORE_AWAY || state(word) == MINT_CORE_FROZEN;
}

static u32 word_of(u32 seat, u32 as)
{
	u32 os = OS(seat == ELSEWHERE ? 1 : seat);

	return MINT_CORE_WORD(as, os, as == MINT_CORE_PARKED ? MINT_OS_NONE : os, 1);
}

/* Page tables in memory that is nobody's but the OS's. */
static void make_table(void)
{
	struct mint_header *hdr = (struct mint_header *)shm;
	u32 seat;

	memset(shm, 0, MINT_OFF_SECTIONS);
	hdr->nr_cores = 1;
	hdr->tsc_khz = 1000000;
	hdr->pool[0] = (struct mint_range){ POOL_PADDR, SEATS * MAIN_BYTES };
	for (seat = 0; seat < SEATS; seat++) {
		os_of(seat)->state = MINT_OS_UP;
		os_of(seat)->generation = GENERATION;
		os_of(seat)->main = (struct mint_range){ POOL_PADDR + seat * MAIN_BYTES, MAIN_BYTES };
		os_of(seat)->low = (struct mint_range){ 0x20000 + seat * MINT_LOW_WINDOW_SIZE,
							MINT_LOW_WINDOW_SIZE };
		seat_of(seat)->top_paddr = os_of(seat)->main.base_paddr;
		seat_of(seat)->entry_vaddr = ENTRY;
		seat_of(seat)->enter_paddr = os_of(seat)->low.base_paddr;
	}
}

u64 load_tsc(void)
{
	return 1000000;
}

void turn_waiting_vectors(u32 vectors[8])
{
	memset(vectors, 0, 8 * sizeof(u32));
}

/* What the core itself may do to a word, in one step. */
static bool is_step(u32 before, u32 after)
{
	static const enum mint_core_act acts[] = {
		MINT_CORE_COME_BACK, MINT_CORE_THAW, MINT_CORE_GO_IN,
	};
	u32 i, word;

	for (i = 0; i < ARRAY_SIZE(acts); i++)
		if (!mint_core_next(before, acts[i], MINT_CORE_KERNEL(before), &word) &&
		    word == after)
			return true;
	return false;
}

/* ---- one question, and what happens meanwhile ------------------------------------------ */

/* What the others do with seat 1, one after the other. */
enum deed {
	FENCE_STEP,	/* the fence of its OS takes one; until that has ended */
	DO_START,
	DO_CALL,
	DO_CALL_OFF,
	LOSE_PATIENCE,	/* the word of the fence goes back to 0 */
	DO_DROP,	/* its OS stops it itself */
	THE_END,
};

/* As often as the others go on while the core asks, and steps they take. */
#define MAX_VISITS	3
#define MAX_DEEDS	24

static struct {
	const enum deed *deeds;
	struct mint_fence fence;
	u32 nr_cores;		/* that the fence looks at */
	u32 visits, steps;
	u32 seen[SEATS];	/* words, when they were looked at last */
	bool kept;		/* the kernel of seat 1 can go on */
	bool nmi;
} now;

static void look_at_words(void)
{
	u32 seat;

	for (seat = 0; seat < SEATS; seat++)
		now.seen[seat] = *life(seat);
}

/* What has changed since was changed by the core. */
static void check_core(void)
{
	u32 seat;

	for (seat = 0; seat < SEATS; seat++) {
		if (*life(seat) != now.seen[seat] && !is_step(now.seen[seat], *life(seat)))
			fail_msg("seat %u: from state %u to %u, os%u", seat, state(now.seen[seat]),
				 state(*life(seat)), MINT_CORE_KERNEL(*life(seat)));
		/* What the others drop first cannot come back. */
		if (seat && state(*life(seat)) == MINT_CORE_RUNNING)
			assert_true(now.kept);
	}
	look_at_words();
}

static u32 op_word(void *env)
{
	(void)env;
	return os_of(1)->fence;
}

static bool op_word_cas(void *env, u32 old, u32 new)
{
	(void)env;
	if (os_of(1)->fence != old)
		return false;
	os_of(1)->fence = new;
	return true;
}

static u32 op_core(void *env, u32 core)
{
	(void)env;
	return *life(core);
}

static bool op_core_cas(void *env, u32 core, u32 old, u32 new)
{
	(void)env;
	if (*life(core) != old)
		return false;
	if (is_away(old) && !is_away(new))
		now.kept = false;
	*life(core) = new;
	return true;
}

static bool op_alive(void *env, u32 os)
{
	(void)env;
	(void)os;
	return false;
}

static bool op_yes(void *env, u32 core)
{
	(void)env;
	(void)core;
	return true;
}

static bool op_takes_init(void *env, u32 core)
{
	(void)env;
	return core != ELSEWHERE;
}

static void op_nmi(void *env, u32 core)
{
	(void)env;
	now.nmi |= core == 1;
}

static void op_init(void *env, u32 core)
{
	(void)env;
	(void)core;
	/* Whoever answers to NMIs needs none. */
	fail();
}

static const struct mint_fence_ops visit_ops = {
	.word = op_word, .word_cas = op_word_cas, .core = op_core, .core_cas = op_core_cas,
	.alive = op_alive, .takes_nmi = op_yes, .takes_init = op_takes_init,
	.shared = op_yes, .nmi = op_nmi, .init = op_init,
};

static void change(u32 seat, enum mint_core_act act)
{
	u32 next;

	if (mint_core_next(*life(seat), act, OS(seat), &next))
		return;
	if (is_away(*life(seat)) && !is_away(next))
		now.kept = false;
	*life(seat) = next;
}

/* The next deed of the others; false: there is none, for now. */
static bool others_go_on(void)
{
	switch (*now.deeds) {
	case FENCE_STEP:
		if (mint_fence_step(&now.fence, &visit_ops, NULL) == MINT_FENCE_DONE)
			now.deeds++;
		return true;
	case DO_START:
		/* In its next life. */
		os_of(1)->fence = 0;
		change(1, MINT_CORE_START);
		break;
	case DO_CALL:
		change(1, MINT_CORE_CALL);
		break;
	case DO_CALL_OFF:
		change(1, MINT_CORE_CALL_OFF);
		break;
	case LOSE_PATIENCE:
		os_of(1)->fence = 0;
		break;
	case DO_DROP:
		change(1, MINT_CORE_DROP);
		break;
	case THE_END:
		return false;
	}
	now.deeds++;
	return true;
}

/* Words that others change while the core asks; the rest says nothing new. */
static bool is_shared(u32 offset)
{
	const u8 *at = shm + offset;

	return at == (u8 *)life(0) || at == (u8 *)life(1) || at == (u8 *)&os_of(0)->fence ||
	       at == (u8 *)&os_of(1)->fence;
}

static void touched(void *arg, uint32_t offset)
{
	(void)arg;
	if (!is_shared(offset))
		return;
	check_core();
	if (!now.visits || !choose(2))
		return;
	now.visits--;
	do
		now.steps++;
	while (others_go_on() && now.steps < MAX_DEEDS && choose(2));
	look_at_words();
}

/* The kernel that is on the core takes its NMI. */
static void answer(u32 seat)
{
	now.nmi = false;
	switch (mint_fence_asks(os_of(seat)->fence, GENERATION)) {
	case MINT_FENCE_STAND:
		change(seat, MINT_CORE_HOLD);
		break;
	case MINT_FENCE_PARK:
		change(seat, MINT_CORE_ARRIVE);
		break;
	case MINT_FENCE_GO_ON:
		change(seat, MINT_CORE_RESUME);
	}
}

/* The others come to their end, and the kernel that is on the core answers them. */
static void finish_deeds(void)
{
	u32 steps;

	for (steps = 0; *now.deeds != THE_END; steps++) {
		assert_true(steps < 1000);
		others_go_on();
		if (state(*life(1)) == MINT_CORE_RUNNING || state(*life(1)) == MINT_CORE_HELD)
			answer(1);
	}
	answer(1);
}

static u32 ask(u32 at, struct turn *turn)
{
	u32 what;

	look_at_words();
	what = turn_next(at, turn, shm);
	check_core();
	look_at_words();
	return what;
}

/* What the park page does with the answer, and the kernel of the other seat. */
static void go(u32 what, u32 seat)
{
	switch (what) {
	case TURN_BACK_CLEAN:
	case TURN_BACK:
		assert_int_equal(state(*life(seat)), MINT_CORE_RUNNING);
		now.kept &= seat != 1;
		return;
	case TURN_CALL:
		assert_int_equal(state(*life(seat)), MINT_CORE_ENTERING);
		change(seat, MINT_CORE_UP);
		return;
	case TURN_START:
		/* It may have been called off. */
		change(seat, MINT_CORE_LOAD);
		change(seat, MINT_CORE_LEAVE);
	}
}

static bool is_on(u32 seat)
{
	return state(*life(seat)) == MINT_CORE_RUNNING;
}

/*
 * With nobody else about, both of them have the core in turn: who is away, starting or
 * called is on it after that.
 */
static void expect_each_has_a_turn(void)
{
	bool wants[SEATS], had[SEATS] = { false };
	struct turn turn;
	u32 seat, what, i;

	for (seat = 0; seat < SEATS; seat++)
		wants[seat] = state(*life(seat)) != MINT_CORE_PARKED;
	turn.seat = is_on(1);
	for (i = 0; i < 4; i++) {
		for (seat = 0; seat < SEATS; seat++)
			if (is_on(seat)) {
				had[seat] = true;
				change(seat, MINT_CORE_STEP_ASIDE);
				now.kept |= seat == 1;
			}
		what = ask(turn.seat, &turn);
		go(what, turn.seat);
	}
	for (seat = 0; seat < SEATS; seat++)
		assert_true(had[seat] == wants[seat]);
}

/**
 * struct visit - one question
 * @first, @second: states of the two seats
 * @deeds:	what the others do meanwhile
 * @unstoppable: its OS has a core elsewhere that does not stand still
 * @stopped:	at the end nothing of the OS of seat 1 is left
 */
struct visit {
	u32 first, second;
	enum deed deeds[8];
	bool unstoppable;
	bool stopped;
};

static void begin_visit(const struct visit *v)
{
	*life(0) = word_of(0, v->first);
	*life(1) = word_of(1, v->second);
	*life(ELSEWHERE) = word_of(ELSEWHERE, MINT_CORE_RUNNING);
	os_of(0)->fence = 0;
	os_of(1)->fence = 0;
	memset(&now, 0, sizeof(now));
	now.deeds = v->deeds;
	now.kept = is_away(*life(1));
	now.visits = MAX_VISITS;
	mint_fence_init(&now.fence, FENCER(1), OS(1), GENERATION, v->unstoppable ? 3 : 2);
	now.fence.resend = 1;
	now.fence.passes = 50;
	look_at_words();
}

static void end_visit(const struct visit *v, u32 what, u32 seat)
{
	go(what, seat);
	now.visits = 0;
	finish_deeds();
	if (v->stopped) {
		assert_int_equal(now.fence.result, 0);
		assert_int_equal(state(*life(1)), MINT_CORE_PARKED);
	} else if (v->unstoppable) {
		assert_int_equal(now.fence.result, -MINT_FENCE_EBUSY);
		/* As it was. */
		assert_true(is_on(1) || now.kept);
	}
	expect_each_has_a_turn();
}

static void explore_visit(const struct visit *v)
{
	unsigned int runs = 0;
	struct turn turn;
	u32 at, what;

	for (at = 0; at < SEATS; at++) {
		choices_first();
		do {
			begin_visit(v);
			points_watch(shm, MINT_OFF_SECTIONS, touched, NULL);
			what = turn_next(at, &turn, shm);
			points_watch(NULL, 0, NULL, NULL);
			check_core();
			end_visit(v, what, turn.seat);
			runs++;
		} while (choices_next());
	}
	print_message("%u orders\n", runs);
	assert_true(runs > 50);
}

static void test_visits(void **unused)
{
	static const struct visit visits[] = {
		{ MINT_CORE_AWAY, MINT_CORE_AWAY, { FENCE_STEP, THE_END }, .stopped = true },
		{ MINT_CORE_PARKED, MINT_CORE_AWAY, { FENCE_STEP, THE_END }, .stopped = true },
		{ MINT_CORE_PARKED, MINT_CORE_CALLED, { FENCE_STEP, THE_END }, .stopped = true },
		{ MINT_CORE_AWAY, MINT_CORE_STARTING, { FENCE_STEP, THE_END }, .stopped = true },
		{ MINT_CORE_AWAY, MINT_CORE_FROZEN, { FENCE_STEP, THE_END }, .stopped = true },
		/* In vain. */
		{ MINT_CORE_AWAY, MINT_CORE_AWAY, { FENCE_STEP, THE_END }, .unstoppable = true },
		{ MINT_CORE_PARKED, MINT_CORE_AWAY, { FENCE_STEP, THE_END }, .unstoppable = true },
		/* Started again, as soon as it is stopped. */
		{ MINT_CORE_PARKED, MINT_CORE_AWAY, { FENCE_STEP, DO_START, THE_END }, .stopped = false },
		{ MINT_CORE_AWAY, MINT_CORE_AWAY, { FENCE_STEP, DO_START, DO_CALL_OFF, THE_END },
		  .stopped = false },
		/* Another OS's, or what is left of it, is off again. */
		{ MINT_CORE_AWAY, MINT_CORE_FROZEN, { LOSE_PATIENCE, FENCE_STEP, THE_END }, .stopped = true },
		/* Its own OS ends, or brings it up, and has second thoughts. */
		{ MINT_CORE_AWAY, MINT_CORE_AWAY, { DO_DROP, DO_CALL, DO_CALL_OFF, DO_CALL, THE_END },
		  .stopped = false },
		{ MINT_CORE_PARKED, MINT_CORE_CALLED, { DO_CALL_OFF, DO_CALL, DO_CALL_OFF, THE_END },
		  .stopped = false },
		{ MINT_CORE_PARKED, MINT_CORE_PARKED, { DO_START, DO_CALL_OFF, DO_CALL, THE_END },
		  .stopped = false },
	};
	u32 i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(visits); i++)
		explore_visit(&visits[i]);
}

/* ---- all states ------------------------------------------------------------------------- */

/* Where the core is. */
enum place {
	PAGE,		/* in the park page, on seat @on */
	HALTED,		/* there, until an NMI comes */
	TO_LOAD,	/* is to start */
	LOADS,
	ENTERS,		/* in a kernel, but without an IDT */
	KERNEL,
	ASIDE,		/* has decided to step aside */
	STANDS,		/* in its kernel's NMI handler */
	LEAVES,		/* for good */
	ARRIVES,	/* in the park page, but it has not said so yet */
};

/**
 * struct world - the core, both OSes, and who fences them
 * @life:	words of the two seats, and of a core elsewhere
 * @fence:	words
 * @at, @on:	where the core is, and on which seat
 * @nmi:	one is pending
 * @dead:	its kernel does nothing any more, and takes no NMI
 * @sleeps:	it has stepped aside with nothing to do
 * @came:	something has come for it since
 * @kept:	its kernel can go on
 * @stopped:	proved
 * @was_on:	since when it was asked for
 * @passed_over: how often the other one had a turn while it was away and wanted the core
 * @to_wake:	it was told to start or enter, and the NMI for that is still to be sent
 * @fences:	somebody is at it
 * @nr_cores:	that a fence looks at
 * @acts, @mishaps: what may still happen
 */
struct world {
	u32 life[SEATS + 1];
	u32 fence[SEATS];
	enum place at;
	u32 on;
	bool nmi;
	bool dead[SEATS];
	bool sleeps[SEATS];
	bool came[SEATS];
	bool kept[SEATS];
	bool stopped[SEATS];
	bool was_on[SEATS];
	u8 passed_over[SEATS];
	bool to_wake[SEATS];
	bool fences[SEATS];
	u32 nr_cores;
	u32 acts;
	u32 mishaps;
	struct mint_fence f[SEATS];
};

static const char *scenario;

static void fail_world(const struct world *w, const char *what)
{
	u32 i;

	print_error("%s: %s\n  at %d on %u nmi %d\n", scenario, what, w->at, w->on, w->nmi);
	for (i = 0; i < SEATS; i++)
		print_error("  seat %u: state %u kernel %u fence %x; dead %d sleeps %d came %d kept %d stopped %d passed over %u; fence at %d core %u result %d\n",
			    i, state(w->life[i]), MINT_CORE_KERNEL(w->life[i]), w->fence[i], w->dead[i],
			    w->sleeps[i], w->came[i], w->kept[i], w->stopped[i], w->passed_over[i],
			    w->f[i].at, w->f[i].core, w->f[i].result);
	fail();
}

#define REQUIRE(w, cond)	do { if (!(cond)) fail_world(w, #cond); } while (0)

static bool does(struct world *w, u32 seat, enum mint_core_act act)
{
	u32 next;

	if (mint_core_next(w->life[seat], act, OS(seat), &next))
		return false;
	if (is_away(w->life[seat]) && !is_away(next))
		w->kept[seat] = false;
	w->life[seat] = next;
	return true;
}

static enum mint_fence_ask asks(const struct world *w, u32 seat)
{
	return mint_fence_asks(w->fence[seat], GENERATION);
}

static bool is_present(u32 word)
{
	return PARK_PRESENT >> state(word) & 1;
}

static bool is_in_kernel(const struct world *w)
{
	return w->at == LOADS || w->at == ENTERS || w->at == KERNEL || w->at == ASIDE ||
	       w->at == STANDS || w->at == LEAVES;
}

/* ---- the world as a fence sees it --------------------------------------------------------- */

struct env {
	struct world *w;
	u32 seat;	/* whose OS is fenced */
};

static u32 w_word(void *env)
{
	const struct env *e = env;

	return e->w->fence[e->seat];
}

static bool w_word_cas(void *env, u32 old, u32 new)
{
	const struct env *e = env;

	if (e->w->fence[e->seat] != old)
		return false;
	e->w->fence[e->seat] = new;
	return true;
}

static u32 w_core(void *env, u32 core)
{
	const struct env *e = env;

	return e->w->life[core];
}

static bool w_core_cas(void *env, u32 core, u32 old, u32 new)
{
	struct world *w = ((const struct env *)env)->w;

	if (w->life[core] != old)
		return false;
	if (core < SEATS && is_away(old) && !is_away(new))
		w->kept[core] = false;
	w->life[core] = new;
	return true;
}

static bool w_alive(void *env, u32 os)
{
	const struct env *e = env;

	return e->w->fences[e->seat] && os == FENCER(e->seat);
}

static bool w_takes_init(void *env, u32 core)
{
	(void)env;
	return core < SEATS;
}

static bool w_shared(void *env, u32 core)
{
	const struct env *e = env;
	u32 other = state(e->w->life[!core]);

	return core < SEATS && other != MINT_CORE_PARKED && other != MINT_CORE_ABSENT;
}

/* One for a kernel that begins would reset the machine. */
static void w_nmi(void *env, u32 core)
{
	struct world *w = ((const struct env *)env)->w;

	if (core >= SEATS)
		return;
	REQUIRE(w, w->at != ENTERS);
	w->nmi = w->at == KERNEL || w->at == ASIDE || w->at == STANDS;
	if (w->at == HALTED)
		w->at = PAGE;
}

/* The park page finds out who was on the core: mint_park_ap. */
static void w_init(void *env, u32 core)
{
	const struct env *e = env;
	struct world *w = e->w;

	REQUIRE(w, core < SEATS);
	/* Nobody else's kernel, nor a seat that is only away. */
	REQUIRE(w, !is_in_kernel(w) || w->on == e->seat);
	w->on = is_present(w->life[0]) || !is_present(w->life[1]) ? 0 : 1;
	REQUIRE(w, !w->kept[w->on]);
	w->at = ARRIVES;
	w->nmi = false;
}

static const struct mint_fence_ops world_ops = {
	.word = w_word, .word_cas = w_word_cas, .core = w_core, .core_cas = w_core_cas,
	.alive = w_alive, .takes_nmi = op_yes, .takes_init = w_takes_init,
	.shared = w_shared, .nmi = w_nmi, .init = w_init,
};

/* ---- which states are the same ------------------------------------------------------------- */

static void pack_fence(struct state_bytes *to, const struct world *w, const struct mint_fence *f)
{
	u32 i;

	state_put(to, f->at << 4 | f->core);
	if (f->at == MINT_FENCE_ENDED) {
		state_put(to, (u32)-f->result);
		return;
	}
	state_put(to, f->pass << 4 | f->slow);
	state_put(to, f->tries << 4 | (f->doubt & 7));
	state_put(to, f->cleared << 1 | f->moved);
	for (i = 0; i < w->nr_cores; i++)
		state_put(to, f->at == MINT_FENCE_DRAIN && f->pass && f->seen[i] == w->life[i]);
}

static struct state_key key_of(const struct world *w)
{
	struct state_bytes to = { .nr = 0 };
	u32 i;

	for (i = 0; i < SEATS; i++) {
		state_put(&to, state(w->life[i]) << 4 | w->fences[i] << 3 | w->passed_over[i]);
		state_put(&to, w->dead[i] << 4 | w->sleeps[i] << 3 | w->came[i] << 2 |
			       w->kept[i] << 1 | w->stopped[i]);
		state_put(&to, w->fence[i] & 0x7f);
		if (w->fences[i])
			pack_fence(&to, w, &w->f[i]);
	}
	state_put(&to, w->at << 4 | w->to_wake[0] << 3 | w->to_wake[1] << 2 | w->on << 1 | w->nmi);
	state_put(&to, w->acts << 4 | w->mishaps);
	return state_key(&to);
}

/* ---- what must be true in every state ------------------------------------------------------- */

/* Of the kernel on the core the table says so; of the other one that it is not. */
static void check_on(const struct world *w)
{
	static const u32 expected[] = {
		[LOADS] = 1 << MINT_CORE_LOADING, [ENTERS] = 1 << MINT_CORE_ENTERING,
		[KERNEL] = 1 << MINT_CORE_RUNNING, [ASIDE] = 1 << MINT_CORE_RUNNING,
		[STANDS] = 1 << MINT_CORE_RUNNING | 1 << MINT_CORE_HELD,
		[LEAVES] = 1 << MINT_CORE_RUNNING | 1 << MINT_CORE_HELD,
	};

	REQUIRE(w, expected[w->at] >> state(w->life[w->on]) & 1);
	REQUIRE(w, !is_present(w->life[!w->on]));
	REQUIRE(w, !w->stopped[w->on]);
}

static void check_state(const struct world *w)
{
	u32 i;

	if (is_in_kernel(w))
		check_on(w);
	REQUIRE(w, !(is_present(w->life[0]) && is_present(w->life[1])));
	for (i = 0; i < SEATS; i++) {
		REQUIRE(w, w->kept[i] == is_away(w->life[i]));
		REQUIRE(w, !w->stopped[i] || !w->kept[i]);
		REQUIRE(w, w->passed_over[i] <= 1);
	}
}

/* ---- the park page ------------------------------------------------------------------------------ */

static bool page_looks(const struct world *w)
{
	return (PARK_WAITS >> state(w->life[0]) | PARK_WAITS >> state(w->life[1])) & 1;
}

static void put_world(const struct world *w)
{
	u32 i;

	for (i = 0; i < SEATS; i++) {
		*life(i) = w->life[i];
		os_of(i)->fence = w->fence[i];
		seat_of(i)->wake_tsc = w->sleeps[i] ? MINT_SEAT_NEVER : 0;
		*events(i) = w->came[i];
	}
}

static bool waits(const struct world *w, u32 seat)
{
	return is_away(w->life[seat]) && (!w->sleeps[seat] || w->came[seat]) &&
	       asks(w, seat) == MINT_FENCE_GO_ON;
}

static void note_turn(struct world *w, u32 seat)
{
	w->was_on[seat] = true;
	w->passed_over[seat] = 0;
	w->sleeps[seat] = false;
	w->came[seat] = false;
	w->passed_over[!seat] = waits(w, !seat) ? w->passed_over[!seat] + 1 : 0;
}

/* Whether there was anything to do. */
static bool page_step(struct world *w)
{
	struct turn turn;
	u32 what;

	if (!page_looks(w)) {
		w->at = HALTED;
		return true;
	}
	put_world(w);
	what = turn_next(w->on, &turn, shm);
	w->life[0] = *life(0);
	w->life[1] = *life(1);
	w->on = turn.seat;
	switch (what) {
	case TURN_START:
		w->at = TO_LOAD;
		break;
	case TURN_BACK_CLEAN:
	case TURN_BACK:
		REQUIRE(w, w->kept[turn.seat] && asks(w, turn.seat) == MINT_FENCE_GO_ON);
		w->kept[turn.seat] = false;
		w->at = KERNEL;
		break;
	case TURN_CALL:
		REQUIRE(w, asks(w, turn.seat) == MINT_FENCE_GO_ON);
		w->at = ENTERS;
		break;
	default:
		return false;
	}
	note_turn(w, turn.seat);
	return true;
}

/* ---- kernels ---------------------------------------------------------------------------------------- */

/* As seat/turns.c: the other one could use the core. */
static bool has_business(const struct world *w, u32 seat)
{
	u32 as = state(w->life[seat]);

	return as == MINT_CORE_STARTING || as == MINT_CORE_CALLED || waits(w, seat);
}

static bool may_step_aside(const struct world *w)
{
	return w->at == KERNEL && !w->dead[w->on] && !w->nmi && has_business(w, !w->on) &&
	       asks(w, w->on) == MINT_FENCE_GO_ON;
}

static bool stand_step(struct world *w)
{
	switch (asks(w, w->on)) {
	case MINT_FENCE_STAND:
		return false;
	case MINT_FENCE_PARK:
		w->at = LEAVES;
		return true;
	default:
		does(w, w->on, MINT_CORE_RESUME);
		w->at = KERNEL;
		return true;
	}
}

static bool kernel_step(struct world *w)
{
	if (!w->nmi || w->dead[w->on])
		return false;
	w->nmi = false;
	if (asks(w, w->on) == MINT_FENCE_GO_ON)
		return true;
	w->at = STANDS;
	if (asks(w, w->on) == MINT_FENCE_STAND)
		does(w, w->on, MINT_CORE_HOLD);
	return true;
}

/* What it does by itself; whether there was anything. */
static bool core_step(struct world *w)
{
	switch (w->at) {
	case PAGE:
		return page_step(w);
	case HALTED:
		return false;
	case TO_LOAD:
		w->at = does(w, w->on, MINT_CORE_LOAD) ? LOADS : PAGE;
		return true;
	case LOADS:
		if (asks(w, w->on) == MINT_FENCE_PARK)
			w->at = ARRIVES;
		else
			w->at = does(w, w->on, MINT_CORE_LEAVE) ? KERNEL : ARRIVES;
		return true;
	case ENTERS:
		w->at = does(w, w->on, MINT_CORE_UP) ? KERNEL : LEAVES;
		return true;
	case KERNEL:
		return kernel_step(w);
	case ASIDE:
		/* An NMI is lost on the way; the park page looks at the word. */
		w->nmi = false;
		w->kept[w->on] = does(w, w->on, MINT_CORE_STEP_ASIDE);
		w->at = w->kept[w->on] ? PAGE : ARRIVES;
		return true;
	case STANDS:
		return stand_step(w);
	case LEAVES:
		w->at = ARRIVES;
		return true;
	case ARRIVES:
		w->nmi = false;
		w->at = PAGE;
		w->dead[w->on] = false;
		return does(w, w->on, MINT_CORE_ARRIVE);
	}
	return false;
}

static bool fence_step(struct world *w, u32 seat)
{
	struct mint_fence *f = &w->f[seat];
	struct env e = { .w = w, .seat = seat };

	if (!w->fences[seat] || f->at == MINT_FENCE_ENDED)
		return false;
	mint_fence_step(f, &world_ops, &e);
	if (f->at == MINT_FENCE_ENDED && !f->result)
		w->stopped[seat] = true;
	return true;
}

/* As cpu/wake.c: a core that is halted may have to be woken; one that has gone in must not. */
static bool wake_step(struct world *w, u32 seat)
{
	struct env e = { .w = w, .seat = seat };
	u32 as = state(w->life[seat]);

	if (!w->to_wake[seat])
		return false;
	w->to_wake[seat] = false;
	if ((as == MINT_CORE_STARTING || as == MINT_CORE_CALLED) &&
	    state(w->life[!seat]) != MINT_CORE_ENTERING)
		w_nmi(&e, seat);
	return true;
}

/* ---- exploring ------------------------------------------------------------------------------------------ */

static struct world *todo;
static size_t nr_todo, room;

/* Worlds that wait to be explored: each state once. */
static void follow(const struct world *w)
{
	struct state_key k = key_of(w);
	bool new;

	check_state(w);
	state_find(&k, &new);
	if (!new)
		return;
	if (nr_todo == room) {
		room = room ? 2 * room : 1024;
		todo = realloc(todo, room * sizeof(*todo));
		assert_non_null(todo);
	}
	todo[nr_todo++] = *w;
}

/* It leaves with something to do, or without. */
static void explore_aside(const struct world *w)
{
	struct world next = *w;
	u32 sleeps;

	if (!may_step_aside(w))
		return;
	for (sleeps = 0; sleeps < 2; sleeps++) {
		next.at = ASIDE;
		next.sleeps[w->on] = sleeps;
		next.came[w->on] = false;
		follow(&next);
	}
}

/* A core of its OS that stands still, here or elsewhere. */
static bool stands(const struct world *w, u32 seat)
{
	if (asks(w, seat) != MINT_FENCE_STAND)
		return false;
	return (w->at == STANDS && w->on == seat) || (seat == 1 && w->nr_cores > SEATS);
}

static void lose_patience(const struct world *w, u32 seat, u32 mishaps)
{
	struct world next = *w;

	next.mishaps -= mishaps;
	next.fence[seat] = 0;
	follow(&next);
}

static void explore_steps(const struct world *w)
{
	struct world next = *w;
	u32 i;

	if (core_step(&next))
		follow(&next);
	explore_aside(w);
	for (i = 0; i < SEATS; i++) {
		next = *w;
		if (fence_step(&next, i))
			follow(&next);
		next = *w;
		if (wake_step(&next, i))
			follow(&next);
		/* When whoever has stopped it is dead. */
		if (stands(w, i) && !w->fences[i])
			lose_patience(w, i, 0);
	}
}

static void explore_act(const struct world *w, u32 seat, enum mint_core_act act)
{
	struct world next = *w;

	if (!does(&next, seat, act))
		return;
	next.acts--;
	/* Who starts an OS that was stopped gives it another generation. */
	if (act == MINT_CORE_START) {
		next.fence[seat] = 0;
		next.stopped[seat] = false;
		next.dead[seat] = false;
	}
	next.to_wake[seat] |= act == MINT_CORE_START || act == MINT_CORE_CALL;
	follow(&next);
}

static void explore_acts_on(const struct world *w, u32 seat)
{
	struct world next = *w;

	if (!w->fences[seat] || w->f[seat].at == MINT_FENCE_ENDED)
		explore_act(w, seat, MINT_CORE_START);
	if (!w->stopped[seat])
		explore_act(w, seat, MINT_CORE_CALL);
	explore_act(w, seat, MINT_CORE_CALL_OFF);
	/* Its own OS stops it while it is away. */
	if (!w->stopped[seat])
		explore_act(w, seat, MINT_CORE_DROP);
	next.acts--;
	if (is_away(w->life[seat]) && !w->came[seat]) {
		next.came[seat] = true;
		follow(&next);
	}
	next = *w;
	next.acts--;
	if (w->at == KERNEL && w->on == seat && !w->dead[seat]) {
		next.at = LEAVES;
		follow(&next);
	}
}

static void explore_mishaps(const struct world *w)
{
	struct world next;
	u32 i;

	for (i = 0; i < SEATS; i++) {
		next = *w;
		next.mishaps--;
		if (!w->dead[i] && (is_present(w->life[i]) || w->kept[i])) {
			next.dead[i] = true;
			follow(&next);
		}
		/* The fencer, at whatever it is. */
		next = *w;
		next.mishaps--;
		if (w->fences[i] && w->f[i].at != MINT_FENCE_ENDED) {
			next.fences[i] = false;
			follow(&next);
		}
		if (stands(w, i))
			lose_patience(w, i, 1);
	}
}

/* ---- with nobody else about -------------------------------------------------------------------------------- */

static void rest_step(struct world *w)
{
	u32 i;

	for (i = 0; i < SEATS; i++) {
		fence_step(w, i);
		wake_step(w, i);
	}
	if (may_step_aside(w)) {
		w->at = ASIDE;
		w->sleeps[w->on] = false;
		w->came[w->on] = false;
	}
	core_step(w);
	for (i = 0; i < SEATS; i++)
		if (stands(w, i) && !w->fences[i])
			w->fence[i] = 0;
	check_state(w);
}

/*
 * Somebody is on the core who never leaves it, and nobody stops him; or who does not step
 * aside, as a fence was begun and left, or the core waits for the INIT of one: until another
 * OS goes on with that.
 */
static bool is_blocked(const struct world *w)
{
	if (!is_in_kernel(w))
		return is_present(w->life[0]) || is_present(w->life[1]);
	return w->dead[w->on] || asks(w, w->on) != MINT_FENCE_GO_ON;
}

/* Everybody who is there, and not stopped, has a turn; fences have come to their end. */
static void check_rest(const struct world *start)
{
	struct world w = *start;
	u32 i, steps;

	/* First the fences, then a turn for everybody: nothing is in the way any more. */
	for (steps = 0; steps < 300; steps++)
		rest_step(&w);
	memset(w.was_on, 0, sizeof(w.was_on));
	for (i = 0; i < SEATS; i++) {
		REQUIRE(&w, !w.fences[i] || w.f[i].at == MINT_FENCE_ENDED);
		w.was_on[i] = is_in_kernel(&w) && w.on == i;
		/* Something comes for who sleeps. */
		w.came[i] |= w.kept[i];
	}
	for (steps = 0; steps < 40; steps++)
		rest_step(&w);
	for (i = 0; i < SEATS && !is_blocked(&w); i++) {
		REQUIRE(&w, asks(&w, i) != MINT_FENCE_GO_ON || state(w.life[i]) != MINT_CORE_FROZEN);
		REQUIRE(&w, asks(&w, i) != MINT_FENCE_GO_ON || w.was_on[i] ||
			    state(w.life[i]) == MINT_CORE_PARKED);
	}
}

static void explore(void)
{
	struct world w;
	u32 i;

	while (nr_todo) {
		w = todo[--nr_todo];
		check_rest(&w);
		explore_steps(&w);
		for (i = 0; i < SEATS && w.acts; i++)
			explore_acts_on(&w, i);
		if (w.mishaps)
			explore_mishaps(&w);
	}
}

static struct world begin(u32 nr_cores)
{
	struct world w;

	memset(&w, 0, sizeof(w));
	w.life[0] = word_of(0, MINT_CORE_RUNNING);
	w.life[1] = word_of(1, MINT_CORE_AWAY);
	w.life[ELSEWHERE] = word_of(ELSEWHERE, MINT_CORE_RUNNING);
	w.kept[1] = true;
	w.at = KERNEL;
	w.nr_cores = nr_cores;
	return w;
}

static void add_fence(struct world *w, u32 seat)
{
	w->fences[seat] = true;
	mint_fence_init(&w->f[seat], FENCER(seat), OS(seat), GENERATION, w->nr_cores);
	/* The fewest that show everything. */
	w->f[seat].resend = 1;
	w->f[seat].passes = 2;
}

static u32 in_long_form(u32 more)
{
	const char *in_full = getenv("MINT_TEST_LONG");

	return in_full && *in_full ? more : 0;
}

static void run(struct world *w, const char *name, u32 acts, u32 mishaps)
{
	make_table();
	w->acts = acts;
	w->mishaps = mishaps;
	scenario = name;
	nr_todo = 0;
	states_forget();
	follow(w);
	explore();
	print_message("%s: %zu states\n", name, states_seen());
	assert_true(states_seen() > 100);
}

static void test_no_fence(void **unused)
{
	struct world w = begin(2);

	(void)unused;
	run(&w, "nobody is stopped", 6 + in_long_form(1), 1);
}

static void test_one_fence(void **unused)
{
	struct world w = begin(2);
	u32 seat;

	(void)unused;
	for (seat = 0; seat < SEATS; seat++) {
		w = begin(2);
		add_fence(&w, seat);
		run(&w, seat ? "the second one is stopped" : "the first one is stopped",
		    2 + in_long_form(1), 2);
	}
}

/* Its OS has another core that stands in the way. */
static void test_fence_in_vain(void **unused)
{
	struct world w = begin(3);

	(void)unused;
	add_fence(&w, 1);
	run(&w, "the second one cannot be stopped", 3 + in_long_form(1), 1);
}

static void test_both_are_stopped(void **unused)
{
	struct world w = begin(2);

	(void)unused;
	add_fence(&w, 0);
	add_fence(&w, 1);
	run(&w, "both are stopped", in_long_form(1), 1);
}

/*
 * A fencer has died, and what it began is gone on with.  Three acts: with a fourth a start
 * can be called off and given again between the answer whose turn it is and the word that
 * the core loads, and all of a fence's doubt come in between, too.
 */
static void test_fence_is_taken_over(void **unused)
{
	static const u32 phases[] = { MINT_FENCE_HOLD, MINT_FENCE_COMMIT };
	struct world w;
	u32 i;

	(void)unused;
	for (i = 0; i < 2; i++) {
		w = begin(2);
		w.life[1] = word_of(1, i ? MINT_CORE_PARKED : MINT_CORE_FROZEN);
		w.kept[1] = !i;
		w.fence[1] = MINT_FENCE_WORD(phases[i], MINT_OS_NONE, GENERATION);
		add_fence(&w, 1);
		run(&w, i ? "a fence that was decided goes on" : "a fence that was begun goes on", 3, 1);
	}
}

static int make_area(void **unused)
{
	(void)unused;
	shm = malloc(MINT_SHM_SIZE);
	if (shm)
		make_table();
	return !shm;
}

static int drop_area(void **unused)
{
	(void)unused;
	free(shm);
	free(todo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_visits),
		cmocka_unit_test(test_no_fence),
		cmocka_unit_test(test_one_fence),
		cmocka_unit_test(test_fence_in_vain),
		cmocka_unit_test(test_both_are_stopped),
		cmocka_unit_test(test_fence_is_taken_over),
	};

	return cmocka_run_group_tests(tests, make_area, drop_area);
}
