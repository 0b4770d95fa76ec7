// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fence, explored: three OSes on four cores, in every interleaving of what
 * their cores do, while one or two of them stop another.  Cores go offline and
 * online, change hands, are sent a SIPI late, take no NMI; OSes die at every step
 * of what they do, are started, start again by themselves; held cores lose patience.
 * Or two of the OSes have a core by turns, and step aside and come back meanwhile.
 *
 * In every state: the table says PARKED of a core that is in the park page and of
 * no other, and names the kernel that really runs; no core that runs is sent into
 * another kernel, none that has no handler gets an NMI, the machine's boot core
 * gets no INIT.  Once a fence has succeeded nothing of that OS ever runs again.  A
 * fence that says "as it was" has stopped nothing.  At the end no core stands still,
 * no seat stays FROZEN that nobody stops, everybody has an answer, and a second try
 * works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mint/abi.h>

#include "../../hotplug/core.h"
#include "../../hotplug/fence.h"
#include "states.h"

#define OSES		3u
#define CORES		4u
#define BOOT_CORE	0u	/* of the machine */
/* The core that two have by turns, if any, and its second seat. */
#define SHARED		3u
#define SECOND		CORES
#define SEATS		(CORES + 1)
#define GENERATION	1u

/* Where a core really is. */
enum place {
	ASLEEP,		/* in the park page, or waiting for SIPI */
	ARRIVES,	/* in the park page, but it has not said so yet */
	LEAVES,		/* on its way there, still in its kernel */
	KERNEL,
	STANDS,		/* in its kernel's NMI handler */
	ENTERS,		/* in its kernel, but without an IDT */
	LOADS,		/* in the loader */
	ASIDE,		/* in its kernel, which has decided to step aside */
};

struct core {
	enum place at;
	u32 seat;	/* on which of its two; else its number */
	u32 os;		/* whose kernel, where it is in one */
	bool deaf;	/* takes no NMI, but may do anything else */
	bool nmi;	/* one is pending */
	bool again;	/* it is to start its OS again when it is in the park page */
	bool looked;	/* the loader has, for the last time */
};

/* What one core of an OS does: one thing at a time, as the hotplug lock has it. */
struct control {
	enum { IDLE, SIPI_NEXT, AWAITS, STUCK, FENCES } does;
	u32 on;		/* the core that does it */
	u32 core;	/* which it does it to */
};

struct world {
	u32 life[SEATS];
	u32 nr_seats;		/* CORES: no core is shared */
	bool kept[SEATS];	/* away, and can go on */
	u32 turns;		/* how often one may still step aside */
	u32 fence[OSES + 1];
	bool alive[OSES + 1];	/* as published */
	bool fenced[OSES + 1];	/* proved stopped */
	u32 forced[OSES + 1];	/* cores that a fence has stopped */
	struct core core[CORES];
	struct control control[OSES + 1];
	struct mint_fence f[OSES + 1];
	u32 acts;		/* things that OSes may still do */
	u32 mishaps;		/* that may still come */
};

static const char *scenario;
/* What fences do in this scenario; each OS has one target at most. */
static u32 target_of[OSES + 1];

static void fail_world(const struct world *w, const char *what)
{
	u32 i;

	print_error("%s: %s\n", scenario, what);
	for (i = 0; i < w->nr_seats; i++)
		print_error("  seat %u: state %u owner %u kernel %u kept %d\n",
			    i, MINT_CORE_STATE(w->life[i]), MINT_CORE_OWNER(w->life[i]),
			    MINT_CORE_KERNEL(w->life[i]), w->kept[i]);
	for (i = 0; i < CORES; i++)
		print_error("  core %u: at %d seat %u os%u deaf %d nmi %d again %d\n",
			    i, w->core[i].at, w->core[i].seat, w->core[i].os,
			    w->core[i].deaf, w->core[i].nmi, w->core[i].again);
	for (i = 1; i <= OSES; i++)
		print_error("  os%u: alive %d fenced %d fence %x does %d on %u core %u; f at %d result %d pass %u\n",
			    i, w->alive[i], w->fenced[i], w->fence[i],
			    w->control[i].does, w->control[i].on,
			    w->control[i].core, w->f[i].at, w->f[i].result,
			    w->f[i].pass);
	fail();
}

#define REQUIRE(w, cond)	do { if (!(cond)) fail_world(w, #cond); } while (0)

/* ---- cores and seats ------------------------------------------------------------ */

static u32 core_of(u32 seat)
{
	return seat == SECOND ? SHARED : seat;
}

/* The other seat of its core, or itself. */
static u32 other_seat(const struct world *w, u32 seat)
{
	if (w->nr_seats == CORES || core_of(seat) != SHARED)
		return seat;
	return seat == SHARED ? SECOND : SHARED;
}

static bool is_away(u32 word)
{
	return MINT_CORE_STATE(word) == MINT_CORE_AWAY ||
	       MINT_CORE_STATE(word) == MINT_CORE_FROZEN;
}

/* Its kernel is on the core, or on its way to or from it. */
static bool is_present(u32 word)
{
	u32 state = MINT_CORE_STATE(word);

	return state == MINT_CORE_RUNNING || state == MINT_CORE_ENTERING ||
	       state == MINT_CORE_HELD || state == MINT_CORE_LOADING;
}

/* What was away and is so no more, and does not come back, never does. */
static void put_word(struct world *w, u32 seat, u32 word)
{
	if (!is_away(word))
		w->kept[seat] = false;
	w->life[seat] = word;
}

/* ---- the world as the fence sees it ------------------------------------------ */

struct env {
	struct world *w;
	u32 by, os;
};

static u32 op_word(void *env)
{
	const struct env *e = env;

	return e->w->fence[e->os];
}

static bool op_word_cas(void *env, u32 old, u32 new)
{
	const struct env *e = env;

	if (e->w->fence[e->os] != old)
		return false;
	e->w->fence[e->os] = new;
	return true;
}

static u32 op_core(void *env, u32 core)
{
	const struct env *e = env;

	return e->w->life[core];
}

static bool op_core_cas(void *env, u32 core, u32 old, u32 new)
{
	const struct env *e = env;

	if (e->w->life[core] != old)
		return false;
	put_word(e->w, core, new);
	return true;
}

static bool op_alive(void *env, u32 os)
{
	const struct env *e = env;

	return e->w->alive[os];
}

static bool op_takes_nmi(void *env, u32 core)
{
	(void)env;
	(void)core;
	return true;
}

static bool op_takes_init(void *env, u32 core)
{
	(void)env;
	return core != BOOT_CORE;
}

static bool op_shared(void *env, u32 core)
{
	const struct env *e = env;
	u32 other = other_seat(e->w, core), state = MINT_CORE_STATE(e->w->life[other]);

	return other != core && state != MINT_CORE_PARKED && state != MINT_CORE_ABSENT;
}

static void op_nmi(void *env, u32 core)
{
	const struct env *e = env;
	struct core *c = &e->w->core[core_of(core)];

	/* In the loader it would do nothing, but it may be out of it by now. */
	REQUIRE(e->w, c->at != ENTERS && c->at != LOADS);
	c->nmi = c->at == KERNEL || c->at == STANDS || c->at == LEAVES || c->at == ASIDE;
}

/* The park page finds out who was on the core: mint_park_ap. */
static u32 who_was_it(const struct world *w, u32 core)
{
	u32 other = other_seat(w, core);

	return !is_present(w->life[core]) && is_present(w->life[other]) ? other : core;
}

static void op_init(void *env, u32 core)
{
	const struct env *e = env;
	struct world *w = e->w;
	struct core *c = &w->core[core_of(core)];

	REQUIRE(w, core != BOOT_CORE);
	/* Nobody else's. */
	REQUIRE(w, c->at == ASLEEP || c->at == ARRIVES || c->os == e->os);
	if (c->at == KERNEL || c->at == STANDS || c->at == ENTERS || c->at == LOADS ||
	    c->at == ASIDE)
		w->forced[e->os]++;
	*c = (struct core) { .at = ARRIVES, .seat = who_was_it(w, core_of(core)) };
}

static const struct mint_fence_ops ops = {
	.word = op_word,
	.word_cas = op_word_cas,
	.core = op_core,
	.core_cas = op_core_cas,
	.alive = op_alive,
	.takes_nmi = op_takes_nmi,
	.takes_init = op_takes_init,
	.shared = op_shared,
	.nmi = op_nmi,
	.init = op_init,
};

/* ---- which states are the same -------------------------------------------------- */

static void put_fence(struct state_bytes *to, const struct world *w,
		      const struct mint_fence *f)
{
	u32 i;

	state_put(to, f->at);
	state_put(to, f->at == MINT_FENCE_ENDED ? (u32)-f->result : f->core);
	if (f->at == MINT_FENCE_ENDED)
		return;
	state_put(to, f->pass << 4 | f->slow);
	state_put(to, f->tries << 5 | (f->doubt & 0x1f));
	state_put(to, f->cleared << 1 | f->moved);
	for (i = 0; i < w->nr_seats; i++)
		state_put(to, f->at == MINT_FENCE_DRAIN && f->pass &&
			      f->seen[i] == w->life[i]);
}

static struct state_bytes pack(const struct world *w)
{
	struct state_bytes to = { .nr = 0 };
	u32 i;

	for (i = 0; i < w->nr_seats; i++) {
		state_put(&to, MINT_CORE_STATE(w->life[i]));
		state_put(&to, w->kept[i] << 6 | MINT_CORE_OWNER(w->life[i]) << 2 |
			       MINT_CORE_KERNEL(w->life[i]));
	}
	for (i = 0; i < CORES; i++) {
		const struct core *c = &w->core[i];

		state_put(&to, c->at << 4 | c->seat << 1 | c->looked);
		state_put(&to, c->os << 3 | c->again << 2 | c->deaf << 1 | c->nmi);
	}
	for (i = 1; i <= OSES; i++) {
		state_put(&to, w->fence[i] & 0x7f);
		state_put(&to, w->alive[i] << 5 | w->fenced[i] << 4 |
			       (w->forced[i] > 0) << 3 | w->control[i].does);
		state_put(&to, w->control[i].on << 4 | w->control[i].core);
		if (w->control[i].does == FENCES)
			put_fence(&to, w, &w->f[i]);
	}
	state_put(&to, w->turns << 5 | w->acts << 2 | w->mishaps);
	return to;
}

/* ---- what must be true in every state ---------------------------------------------- */

static bool is_in_kernel(const struct core *c)
{
	return c->at == KERNEL || c->at == STANDS || c->at == LEAVES ||
	       c->at == ENTERS || c->at == LOADS || c->at == ASIDE;
}

/*
 * The one thing that the table does not know: a SIPI that was on its way when the
 * core had been stopped.  The fence has not succeeded yet.
 */
static bool late_sipi(const struct world *w, const struct core *c)
{
	return (c->at == ENTERS || c->at == LEAVES) && !w->fenced[c->os] &&
	       MINT_FENCE_PHASE(w->fence[c->os]) == MINT_FENCE_COMMIT;
}

/* A seat whose kernel is not on its core. */
static void check_seat(const struct world *w, u32 seat)
{
	u32 kernel = MINT_CORE_KERNEL(w->life[seat]);

	REQUIRE(w, w->kept[seat] == is_away(w->life[seat]));
	REQUIRE(w, !w->kept[seat] || !w->fenced[kernel]);
}

static void check_state(const struct world *w)
{
	u32 i;

	for (i = 0; i < w->nr_seats; i++)
		check_seat(w, i);
	if (w->nr_seats > CORES)
		REQUIRE(w, !is_present(w->life[SHARED]) || !is_present(w->life[SECOND]));
	for (i = 0; i < CORES; i++) {
		const struct core *c = &w->core[i];
		u32 kernel = MINT_CORE_KERNEL(w->life[c->seat]);

		if (is_in_kernel(c) && !late_sipi(w, c)) {
			REQUIRE(w, kernel == c->os);
			REQUIRE(w, !w->fenced[c->os]);
		}
		if (MINT_CORE_STATE(w->life[c->seat]) == MINT_CORE_PARKED &&
		    !late_sipi(w, c))
			REQUIRE(w, c->at == ASLEEP || c->at == ARRIVES);
	}
}

/* ---- what cores do by themselves ----------------------------------------------------- */

static bool change(struct world *w, u32 seat, enum mint_core_act act, u32 os)
{
	u32 next;

	if (mint_core_next(w->life[seat], act, os, &next))
		return false;
	put_word(w, seat, next);
	return true;
}

static enum mint_fence_ask asks(const struct world *w, u32 os)
{
	return mint_fence_asks(w->fence[os], GENERATION);
}

/*
 * The loader looks at the fence of its OS, then waits for its other cores, then leaves:
 * a fence may come in between.
 */
static bool loader_step(struct world *w, u32 i)
{
	struct core *c = &w->core[i];
	u32 other;

	if (!c->looked && asks(w, c->os) == MINT_FENCE_PARK) {
		c->at = ARRIVES;
		return true;
	}
	for (other = 0; other < w->nr_seats; other++)
		if (other != c->seat && MINT_CORE_KERNEL(w->life[other]) == c->os)
			return false;
	if (!c->looked) {
		c->looked = true;
		return true;
	}
	c->looked = false;
	c->at = KERNEL;
	c->nmi = false;
	w->alive[c->os] = true;
	return change(w, c->seat, MINT_CORE_LEAVE, 0);
}

/* The rule of the loader (turn.c): nobody has a turn while his fence stands. */
static bool may_come_back(const struct world *w, u32 seat)
{
	return is_away(w->life[seat]) &&
	       asks(w, MINT_CORE_KERNEL(w->life[seat])) == MINT_FENCE_GO_ON;
}

static bool come_back(struct world *w, struct core *c, u32 seat)
{
	u32 os = MINT_CORE_KERNEL(w->life[seat]);

	if (change(w, seat, MINT_CORE_THAW, os))
		return true;
	REQUIRE(w, w->kept[seat]);
	c->seat = seat;
	c->os = os;
	c->at = KERNEL;
	c->nmi = false;
	return change(w, seat, MINT_CORE_COME_BACK, os);
}

/* In the park page: the other one first. */
static bool page_step(struct world *w, u32 i)
{
	struct core *c = &w->core[i];
	u32 other = other_seat(w, c->seat);

	if (MINT_CORE_STATE(w->life[c->seat]) == MINT_CORE_STARTING) {
		c->os = MINT_CORE_KERNEL(w->life[c->seat]);
		c->at = LOADS;
		return change(w, c->seat, MINT_CORE_LOAD, 0);
	}
	if (may_come_back(w, other))
		return come_back(w, c, other);
	return may_come_back(w, c->seat) && come_back(w, c, c->seat);
}

/* As seat/turns.c: the other one could use the core, and nobody stops this one. */
static bool may_step_aside(const struct world *w)
{
	const struct core *c = &w->core[SHARED];

	return w->nr_seats > CORES && c->at == KERNEL && !c->deaf && !c->nmi &&
	       may_come_back(w, other_seat(w, c->seat)) && asks(w, c->os) == MINT_FENCE_GO_ON;
}

/* An NMI is lost on the way.  If it was stopped meanwhile, this is the end of it. */
static bool step_aside(struct world *w, struct core *c)
{
	c->nmi = false;
	if (!change(w, c->seat, MINT_CORE_STEP_ASIDE, c->os)) {
		c->at = ARRIVES;
		return true;
	}
	w->kept[c->seat] = true;
	c->at = ASLEEP;
	c->os = 0;
	return true;
}

/* One step of the core @i; whether there was one. */
static bool core_step(struct world *w, u32 i)
{
	struct core *c = &w->core[i];

	switch (c->at) {
	case ARRIVES:
		if (c->again && change(w, c->seat, MINT_CORE_RELOAD, c->os)) {
			c->again = false;
			c->at = LOADS;
			return true;
		}
		c->again = false;
		c->at = ASLEEP;
		c->os = 0;
		if (!change(w, c->seat, MINT_CORE_ARRIVE, 0) &&
		    MINT_CORE_STATE(w->life[c->seat]) != MINT_CORE_PARKED)
			fail_world(w, "it arrives where it must not");
		return true;
	case LEAVES:
		c->at = ARRIVES;
		c->nmi = false;
		return true;
	case ENTERS:
		/* It waits for whoever brings it online. */
		return false;
	case ASLEEP:
		return page_step(w, i);
	case ASIDE:
		return step_aside(w, c);
	case LOADS:
		return loader_step(w, i);
	case KERNEL:
		if (!c->nmi || c->deaf)
			return false;
		c->nmi = false;
		if (asks(w, c->os) == MINT_FENCE_GO_ON)
			return true;
		c->at = STANDS;
		if (asks(w, c->os) == MINT_FENCE_STAND)
			change(w, c->seat, MINT_CORE_HOLD, c->os);
		return true;
	case STANDS:
		switch (asks(w, c->os)) {
		case MINT_FENCE_STAND:
			return false;
		case MINT_FENCE_PARK:
			w->forced[c->os]++;
			c->at = LEAVES;
			return true;
		case MINT_FENCE_GO_ON:
			change(w, c->seat, MINT_CORE_RESUME, c->os);
			c->at = KERNEL;
			return true;
		}
	}
	return false;
}

/* ---- what OSes do ---------------------------------------------------------------------- */

static bool can_act(const struct world *w, u32 os)
{
	const struct core *c = &w->core[w->control[os].on];

	return w->alive[os] && c->at == KERNEL && c->os == os;
}

static bool control_step(struct world *w, u32 os)
{
	struct control *k = &w->control[os];
	struct env e = { .w = w, .by = os, .os = target_of[os] };
	struct core *c = &w->core[k->core];

	if (!can_act(w, os))
		return false;
	switch (k->does) {
	case IDLE:
	case STUCK:
		return false;
	case SIPI_NEXT:
		k->does = AWAITS;
		/* It must not take a core that runs. */
		REQUIRE(w, c->at == ASLEEP || c->at == ARRIVES ||
			   c->at == ENTERS || (c->os == os && late_sipi(w, c)));
		*c = (struct core) { .at = ENTERS, .os = os, .seat = k->core };
		return true;
	case AWAITS:
		k->does = IDLE;
		if (c->at != ENTERS || c->os != os)
			return true;
		c->at = KERNEL;
		if (change(w, k->core, MINT_CORE_UP, os))
			return true;
		/* A fence has had it meanwhile: it goes back at once. */
		REQUIRE(w, asks(w, os) == MINT_FENCE_PARK);
		c->at = LEAVES;
		k->does = STUCK;
		return true;
	case FENCES:
		if (w->f[os].at == MINT_FENCE_ENDED)
			return false;
		mint_fence_step(&w->f[os], &ops, &e);
		if (w->f[os].at != MINT_FENCE_ENDED)
			return true;
		if (!w->f[os].result)
			w->fenced[e.os] = true;
		if (w->f[os].result == -MINT_FENCE_EBUSY &&
		    w->f[os].core < w->nr_seats)
			REQUIRE(w, !w->forced[e.os]);
		if (!w->f[os].result)
			w->alive[e.os] = false;
		return true;
	}
	return false;
}

/* ---- exploring ----------------------------------------------------------------------------- */

struct here {
	const struct world *w;
	struct state_key k;
};

static void explore(const struct world *w, const struct state_key *k);

static bool follow(const struct here *h, const struct world *next)
{
	struct state_bytes bytes = pack(next);
	struct state_key k = state_key(&bytes);

	if (state_same(&k, &h->k))
		return false;
	check_state(next);
	explore(next, &k);
	return true;
}

static void explore_online(const struct here *h, u32 os, u32 core)
{
	struct world next = *h->w;
	struct control *k = &next.control[os];

	next.acts--;
	if (change(&next, core, MINT_CORE_ENTER, os)) {
		k->does = SIPI_NEXT;
		k->core = core;
		follow(h, &next);
	}
}

static void explore_offline(const struct here *h, u32 os, u32 core)
{
	struct world next = *h->w;

	next.acts--;
	if (core != next.control[os].on && core != BOOT_CORE && next.core[core].at == KERNEL &&
	    next.core[core].os == os && !next.core[core].deaf) {
		next.core[core].at = LEAVES;
		follow(h, &next);
	}
}

/* Given away, or taken home again from one that is proved stopped. */
static void explore_passes(const struct here *h, u32 os, u32 core)
{
	struct world next;
	u32 to, word;

	for (to = 0; to <= OSES; to++) {
		next = *h->w;
		next.acts--;
		if (to != os && asks(&next, os) != MINT_FENCE_PARK &&
		    !mint_core_pass(next.life[core], os, to, &word)) {
			next.life[core] = word;
			follow(h, &next);
		}
		next = *h->w;
		next.acts--;
		if (to != os && (!to || next.fenced[to]) &&
		    !mint_core_pass(next.life[core], to, os, &word)) {
			next.life[core] = word;
			follow(h, &next);
		}
	}
}

/* What @os may do to @core of its own accord.  One that two have it only leaves. */
static void explore_acts_on(const struct here *h, u32 os, u32 core)
{
	explore_offline(h, os, core);
	if (core == SHARED && h->w->nr_seats > CORES)
		return;
	explore_online(h, os, core);
	explore_passes(h, os, core);
}

/*
 * @os ends on the core that it acts on, which starts it again: at once, if that is its
 * boot core, else by telling that one.
 */
static void explore_restart(const struct here *h, u32 os)
{
	struct world next = *h->w;
	struct control *k = &next.control[os];
	u32 i, boot = CORES;

	for (i = 0; i < CORES && boot == CORES; i++)
		if (MINT_CORE_OWNER(next.life[i]) == os)
			boot = i;
	next.acts--;
	/* Its other cores have parked. */
	for (i = 0; i < next.nr_seats; i++)
		if (i != k->on && MINT_CORE_KERNEL(next.life[i]) == os)
			return;
	if (boot == k->on)
		next.core[boot].again = true;
	else if (boot == CORES || !change(&next, boot, MINT_CORE_START, os))
		return;
	next.core[k->on].at = LEAVES;
	k->on = boot;
	follow(h, &next);
}

static bool lose_patience(struct world *w, u32 core)
{
	u32 os = w->core[core].os;

	if (w->core[core].at != STANDS || asks(w, os) != MINT_FENCE_STAND)
		return false;
	w->fence[os] = 0;
	return true;
}

/*
 * Who fences @os stands or has stopped itself, whatever is published.  One that is away has
 * its turn before anybody loses patience.
 */
static bool fencer_is_stuck(const struct world *w, u32 os)
{
	u32 by = MINT_FENCE_BY(w->fence[os]);

	return !can_act(w, by) && !(w->alive[by] && w->kept[w->control[by].on]);
}

/* What goes on by itself.  Whether anything did. */
static bool explore_steps(const struct here *h)
{
	struct world next;
	bool moved = false;
	u32 i;

	for (i = 0; i < CORES; i++) {
		next = *h->w;
		if (core_step(&next, i))
			moved |= follow(h, &next);
		next = *h->w;
		if (next.core[i].at == STANDS &&
		    fencer_is_stuck(&next, next.core[i].os) &&
		    lose_patience(&next, i))
			moved |= follow(h, &next);
	}
	for (i = 1; i <= OSES; i++) {
		next = *h->w;
		if (control_step(&next, i))
			moved |= follow(h, &next);
	}
	next = *h->w;
	if (next.turns && may_step_aside(&next)) {
		next.turns--;
		next.core[SHARED].at = ASIDE;
		moved |= follow(h, &next);
	}
	return moved;
}

static void explore_acts(const struct here *h)
{
	u32 os, core;

	for (os = 1; os <= OSES; os++) {
		if (!can_act(h->w, os) || h->w->control[os].does != IDLE)
			continue;
		explore_restart(h, os);
		for (core = 0; core < CORES; core++)
			explore_acts_on(h, os, core);
	}
}

static void explore_mishaps(const struct here *h)
{
	struct world next;
	u32 i;

	for (i = 1; i <= OSES; i++) {
		if (!can_act(h->w, i))
			continue;
		/* It panics: what it does it never ends. */
		next = *h->w;
		next.mishaps--;
		next.alive[i] = false;
		next.core[next.control[i].on].at = LEAVES;
		follow(h, &next);
		/* The core does not come up in time. */
		next = *h->w;
		next.mishaps--;
		if (next.control[i].does == AWAITS) {
			next.control[i].does = IDLE;
			follow(h, &next);
		}
	}
	for (i = 0; i < CORES; i++) {
		next = *h->w;
		next.mishaps--;
		if (lose_patience(&next, i))
			follow(h, &next);
	}
}

/* ---- at the end ------------------------------------------------------------------------------ */

/* The machine's boot core is in that OS and takes no NMI: nothing helps. */
static bool is_lost(const struct world *w, u32 os)
{
	return w->core[BOOT_CORE].deaf && w->core[BOOT_CORE].os == os &&
	       is_in_kernel(&w->core[BOOT_CORE]);
}

/*
 * It was decided while that core was in the loader, from which it came out deaf: then there
 * is no way back.
 */
static int expected(const struct world *start, u32 os)
{
	if (!is_lost(start, os))
		return 0;
	return asks(start, os) == MINT_FENCE_PARK ? -MINT_FENCE_EIO : -MINT_FENCE_EBUSY;
}

static void second_try(const struct world *start, u32 by, u32 os)
{
	struct world w = *start;
	struct env e = { .w = &w, .by = by, .os = os };
	u32 i, rounds;

	mint_fence_init(&w.f[by], by, os, GENERATION, w.nr_seats);
	w.f[by].resend = 1;
	w.f[by].passes = 20;
	for (rounds = 0; rounds < 1000 && w.f[by].at != MINT_FENCE_ENDED; rounds++) {
		mint_fence_step(&w.f[by], &ops, &e);
		for (i = 0; i < CORES; i++)
			core_step(&w, i);
		check_state(&w);
	}
	REQUIRE(&w, w.f[by].at == MINT_FENCE_ENDED);
	REQUIRE(&w, w.f[by].result == expected(start, os));
	for (i = 0; i < CORES && !w.f[by].result; i++)
		REQUIRE(&w, !is_in_kernel(&w.core[i]) || w.core[i].os != os);
}

/* With turns without an end, both have theirs, if nobody stops them. */
static void check_turns(const struct world *start)
{
	struct world w = *start;
	bool had[SEATS] = { false };
	u32 i, seat;

	for (i = 0; i < 20; i++) {
		if (w.core[SHARED].at == KERNEL)
			had[w.core[SHARED].seat] = true;
		if (may_step_aside(&w))
			w.core[SHARED].at = ASIDE;
		core_step(&w, SHARED);
		check_state(&w);
	}
	/* The one that is on it may never leave. */
	if (w.core[SHARED].deaf || asks(&w, w.core[SHARED].os) != MINT_FENCE_GO_ON)
		return;
	for (seat = SHARED; seat <= SECOND; seat++)
		REQUIRE(&w, had[seat] || !w.kept[seat] ||
			    asks(&w, MINT_CORE_KERNEL(w.life[seat])) != MINT_FENCE_GO_ON);
}

static void check_rest(const struct world *w)
{
	u32 i, os;

	for (i = 0; i < CORES; i++)
		REQUIRE(w, w->core[i].at != STANDS);
	if (w->nr_seats > CORES)
		check_turns(w);
	for (os = 1; os <= OSES; os++) {
		if (!can_act(w, os) || !target_of[os])
			continue;
		REQUIRE(w, w->control[os].does != FENCES ||
			   w->f[os].at == MINT_FENCE_ENDED);
		if (!w->fenced[target_of[os]])
			second_try(w, os, target_of[os]);
	}
}

static void explore(const struct world *w, const struct state_key *k)
{
	const struct here h = { .w = w, .k = *k };
	struct state_key *p;
	bool new;

	p = state_find(k, &new);
	if (!new) {
		/* Round in a circle: that need never end. */
		REQUIRE(w, !p->open);
		return;
	}
	p->open = true;
	if (!explore_steps(&h))
		check_rest(w);
	if (w->acts)
		explore_acts(&h);
	if (w->mishaps)
		explore_mishaps(&h);
	state_find(k, &new)->open = false;
}

/* ---- the scenarios ------------------------------------------------------------------------------ */

/* os1 has core 0 and 1, os2 core 2, os3 core 3; each does things on its first. */
static struct world begin(void)
{
	static const u32 owner[CORES] = { 1, 1, 2, 3 };
	struct world w;
	u32 i;

	memset(&w, 0, sizeof(w));
	memset(target_of, 0, sizeof(target_of));
	w.nr_seats = CORES;
	for (i = 0; i < CORES; i++) {
		w.life[i] = MINT_CORE_WORD(MINT_CORE_RUNNING, owner[i], owner[i], 1);
		w.core[i] = (struct core) { .at = KERNEL, .seat = i, .os = owner[i] };
	}
	for (i = 1; i <= OSES; i++)
		w.alive[i] = true;
	w.control[2].on = 2;
	w.control[3].on = 3;
	return w;
}

/* A core of @os that was never started, or went offline. */
static void put_out(struct world *w, u32 core, u32 os, u32 state)
{
	w->life[core] = MINT_CORE_WORD(state, os, MINT_OS_NONE, 1);
	w->core[core] = (struct core) { .at = ASLEEP, .seat = core };
}

/* @os has os3's core by turns with it, and is away; or, if it is @on it, os3 is. */
static void share(struct world *w, u32 os, bool on, u32 turns)
{
	u32 away = on ? SHARED : SECOND;

	w->nr_seats = SEATS;
	w->turns = turns;
	w->life[SECOND] = MINT_CORE_WORD(on ? MINT_CORE_RUNNING : MINT_CORE_AWAY, os, os, 1);
	w->life[SHARED] = MINT_CORE_WORD(on ? MINT_CORE_AWAY : MINT_CORE_RUNNING, 3, 3, 1);
	w->kept[away] = true;
	w->core[SHARED].seat = on ? SECOND : SHARED;
	w->core[SHARED].os = on ? os : 3;
}

static void add_fence(struct world *w, u32 by, u32 os)
{
	struct mint_fence *f = &w->f[by];

	target_of[by] = os;
	mint_fence_init(f, by, os, GENERATION, w->nr_seats);
	/* The fewest that show everything. */
	f->resend = 1;
	f->passes = 2;
	w->control[by].does = FENCES;
}

static unsigned int in_long_form(unsigned int more)
{
	const char *in_full = getenv("MINT_TEST_LONG");

	return in_full && *in_full ? more : 0;
}

static void run(struct world *w, const char *name, u32 acts, u32 mishaps)
{
	struct state_bytes bytes;
	struct state_key k;

	w->acts = acts + in_long_form(1);
	w->mishaps = mishaps;
	bytes = pack(w);
	k = state_key(&bytes);
	scenario = name;
	states_forget();
	explore(w, &k);
	print_message("%s: %zu states\n", name, states_seen());
	/* A test that explores nothing would prove nothing. */
	assert_true(states_seen() > 100);
}

static void test_no_fence(void **state)
{
	struct world w = begin();

	(void)state;
	run(&w, "cores come and go", 4, 1);
}

static void test_one_fence(void **state)
{
	struct world w = begin();

	(void)state;
	add_fence(&w, 2, 1);
	run(&w, "os2 stops os1, which has the boot core", 2, 2);
}

static void test_core_that_was_out(void **state)
{
	struct world w;
	u32 i;
	static const u32 states[] = { MINT_CORE_ABSENT, MINT_CORE_PARKED };

	(void)state;
	for (i = 0; i < 2; i++) {
		w = begin();
		put_out(&w, 1, 1, states[i]);
		add_fence(&w, 2, 1);
		run(&w, i ? "os1 has a core offline" : "os1 has a core never started", 2, 2);
	}
}

/* It may go on to send a SIPI until INIT stops it. */
static void test_deaf_core(void **state)
{
	struct world w = begin();

	(void)state;
	w.life[3] = MINT_CORE_WORD(MINT_CORE_RUNNING, 2, 2, 1);
	w.core[3].os = 2;
	w.core[2].deaf = true;
	put_out(&w, 3, 2, MINT_CORE_PARKED);
	w.alive[3] = false;
	add_fence(&w, 1, 2);
	run(&w, "os1 stops os2, whose core is deaf", 2, 1);
}

static void test_deaf_boot_core(void **state)
{
	struct world w = begin();

	(void)state;
	w.core[BOOT_CORE].deaf = true;
	add_fence(&w, 2, 1);
	run(&w, "os2 stops os1, whose boot core is deaf", 1, 2);
}

static void test_two_fence_one(void **state)
{
	struct world w = begin();

	(void)state;
	add_fence(&w, 2, 1);
	add_fence(&w, 3, 1);
	run(&w, "os2 and os3 stop os1", 1, 1);
}

static void test_each_other(void **state)
{
	struct world w = begin();

	(void)state;
	add_fence(&w, 2, 3);
	add_fence(&w, 3, 2);
	run(&w, "os2 and os3 stop each other", 0, 1);
}

static void test_chain(void **state)
{
	struct world w = begin();

	(void)state;
	add_fence(&w, 2, 1);
	add_fence(&w, 3, 2);
	run(&w, "os3 stops os2, which stops os1", 0, 1);
}

/* ---- with a core that two have by turns ------------------------------------------------------- */

static void test_one_has_a_seat(void **state)
{
	struct world w;
	u32 on;

	(void)state;
	for (on = 0; on < 2; on++) {
		w = begin();
		share(&w, 1, on, 2);
		add_fence(&w, 2, 1);
		run(&w, on ? "os2 stops os1, which is on a core of os3" :
			     "os2 stops os1, which is away from a core of os3", 1, 1);
	}
}

/* Whoever was there first is stopped; the other one has its core alone. */
static void test_first_seat(void **state)
{
	struct world w;
	u32 on;

	(void)state;
	for (on = 0; on < 2; on++) {
		w = begin();
		share(&w, 1, on, 2);
		add_fence(&w, 2, 3);
		run(&w, on ? "os2 stops os3, which is away" : "os2 stops os3, which shares its core", 1, 1);
	}
}

/* INIT stops it, and not the one that is away. */
static void test_deaf_seat(void **state)
{
	struct world w = begin();

	(void)state;
	share(&w, 1, true, 1);
	w.core[SHARED].deaf = true;
	add_fence(&w, 2, 1);
	run(&w, "os2 stops os1, which is deaf on a core of os3", 1, 1);
}

static void test_seat_in_vain(void **state)
{
	struct world w = begin();

	(void)state;
	share(&w, 1, false, 2);
	w.core[BOOT_CORE].deaf = true;
	add_fence(&w, 2, 1);
	run(&w, "os2 cannot stop os1, which has a seat", 1, 1);
}

/* The other OS of the core is the one that stops it, or is stopped by it. */
static void test_fence_on_one_core(void **state)
{
	struct world w = begin();

	(void)state;
	share(&w, 1, false, 2);
	add_fence(&w, 3, 1);
	run(&w, "os3 stops os1, which has a seat beside it", 1, 1);
	w = begin();
	share(&w, 1, true, 2);
	add_fence(&w, 1, 3);
	run(&w, "os1 stops os3, beside which it has a seat", 1, 1);
}

static void test_two_fence_a_seat(void **state)
{
	struct world w = begin();

	(void)state;
	share(&w, 1, false, 1);
	add_fence(&w, 2, 1);
	add_fence(&w, 3, 1);
	run(&w, "os2 and os3 stop os1, which has a seat", 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_fence),
		cmocka_unit_test(test_one_fence),
		cmocka_unit_test(test_core_that_was_out),
		cmocka_unit_test(test_deaf_core),
		cmocka_unit_test(test_deaf_boot_core),
		cmocka_unit_test(test_two_fence_one),
		cmocka_unit_test(test_each_other),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_one_has_a_seat),
		cmocka_unit_test(test_first_seat),
		cmocka_unit_test(test_deaf_seat),
		cmocka_unit_test(test_seat_in_vain),
		cmocka_unit_test(test_fence_on_one_core),
		cmocka_unit_test(test_two_fence_a_seat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
