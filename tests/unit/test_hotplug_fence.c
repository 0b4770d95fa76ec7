// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fence, explored: three OSes on four cores, in every interleaving of what
 * their cores do, while one or two of them stop another.  Cores go offline and
 * online, change hands, are sent a SIPI late, take no NMI; OSes die at every step
 * of what they do, are started, start again by themselves; held cores lose patience.
 *
 * In every state: the table says PARKED of a core that is in the park page and of
 * no other, and names the kernel that really runs; no core that runs is sent into
 * another kernel, none that has no handler gets an NMI, the machine's boot core
 * gets no INIT.  Once a fence has succeeded nothing of that OS ever runs again.  A
 * fence that says "as it was" has stopped nothing.  At the end no core stands still,
 * everybody has an answer, and a second try works.
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
};

struct core {
	enum place at;
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
	u32 life[CORES];
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
	for (i = 0; i < CORES; i++)
		print_error("  core %u: state %u owner %u kernel %u; at %d os%u deaf %d nmi %d again %d\n",
			    i, MINT_CORE_STATE(w->life[i]), MINT_CORE_OWNER(w->life[i]),
			    MINT_CORE_KERNEL(w->life[i]), w->core[i].at,
			    w->core[i].os, w->core[i].deaf, w->core[i].nmi,
			    w->core[i].again);
	for (i = 1; i <= OSES; i++)
		print_error("  os%u: alive %d fenced %d fence %x does %d on %u core %u; f at %d result %d pass %u\n",
			    i, w->alive[i], w->fenced[i], w->fence[i],
			    w->control[i].does, w->control[i].on,
			    w->control[i].core, w->f[i].at, w->f[i].result,
			    w->f[i].pass);
	fail();
}

#define REQUIRE(w, cond)	do { if (!(cond)) fail_world(w, #cond); } while (0)

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
	e->w->life[core] = new;
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

static void op_nmi(void *env, u32 core)
{
	const struct env *e = env;
	struct core *c = &e->w->core[core];

	/* In the loader it would do nothing, but it may be out of it by now. */
	REQUIRE(e->w, c->at != ENTERS && c->at != LOADS);
	c->nmi = c->at == KERNEL || c->at == STANDS || c->at == LEAVES;
}

static void op_init(void *env, u32 core)
{
	const struct env *e = env;
	struct world *w = e->w;
	struct core *c = &w->core[core];

	REQUIRE(w, core != BOOT_CORE);
	/* Nobody else's. */
	REQUIRE(w, c->at == ASLEEP || c->at == ARRIVES || c->os == e->os);
	if (c->at == KERNEL || c->at == STANDS || c->at == ENTERS || c->at == LOADS)
		w->forced[e->os]++;
	*c = (struct core) { .at = ARRIVES };
}

static const struct mint_fence_ops ops = {
	.word = op_word,
	.word_cas = op_word_cas,
	.core = op_core,
	.core_cas = op_core_cas,
	.alive = op_alive,
	.takes_nmi = op_takes_nmi,
	.takes_init = op_takes_init,
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
	state_put(to, f->tries << 4 | (f->doubt & 0xf));
	state_put(to, f->cleared << 1 | f->moved);
	for (i = 0; i < CORES; i++)
		state_put(to, f->at == MINT_FENCE_DRAIN && f->pass &&
			      f->seen[i] == w->life[i]);
}

static struct state_bytes pack(const struct world *w)
{
	struct state_bytes to = { .nr = 0 };
	u32 i;

	for (i = 0; i < CORES; i++) {
		const struct core *c = &w->core[i];

		state_put(&to, MINT_CORE_STATE(w->life[i]) << 5 |
			       MINT_CORE_OWNER(w->life[i]) << 2 |
			       MINT_CORE_KERNEL(w->life[i]));
		state_put(&to, c->at << 5 | c->os << 3 | c->again << 2 | c->deaf << 1 | c->nmi);
		state_put(&to, c->looked);
	}
	for (i = 1; i <= OSES; i++) {
		state_put(&to, w->fence[i] & 0x7f);
		state_put(&to, w->alive[i] << 5 | w->fenced[i] << 4 |
			       (w->forced[i] > 0) << 3 | w->control[i].does);
		state_put(&to, w->control[i].on << 4 | w->control[i].core);
		if (w->control[i].does == FENCES)
			put_fence(&to, w, &w->f[i]);
	}
	state_put(&to, w->acts << 4 | w->mishaps);
	return to;
}

/* ---- what must be true in every state ---------------------------------------------- */

static bool is_in_kernel(const struct core *c)
{
	return c->at == KERNEL || c->at == STANDS || c->at == LEAVES ||
	       c->at == ENTERS || c->at == LOADS;
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

static void check_state(const struct world *w)
{
	u32 i;

	for (i = 0; i < CORES; i++) {
		const struct core *c = &w->core[i];
		u32 kernel = MINT_CORE_KERNEL(w->life[i]);

		if (is_in_kernel(c) && !late_sipi(w, c)) {
			REQUIRE(w, kernel == c->os);
			REQUIRE(w, !w->fenced[c->os]);
		}
		if (MINT_CORE_STATE(w->life[i]) == MINT_CORE_PARKED &&
		    !late_sipi(w, c))
			REQUIRE(w, c->at == ASLEEP || c->at == ARRIVES);
	}
}

/* ---- what cores do by themselves ----------------------------------------------------- */

static bool change(struct world *w, u32 core, enum mint_core_act act, u32 os)
{
	u32 next;

	if (mint_core_next(w->life[core], act, os, &next))
		return false;
	w->life[core] = next;
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
	for (other = 0; other < CORES; other++)
		if (other != i && MINT_CORE_KERNEL(w->life[other]) == c->os)
			return false;
	if (!c->looked) {
		c->looked = true;
		return true;
	}
	c->looked = false;
	c->at = KERNEL;
	c->nmi = false;
	w->alive[c->os] = true;
	return change(w, i, MINT_CORE_LEAVE, 0);
}

/* One step of the core @i; whether there was one. */
static bool core_step(struct world *w, u32 i)
{
	struct core *c = &w->core[i];

	switch (c->at) {
	case ARRIVES:
		if (c->again && change(w, i, MINT_CORE_RELOAD, c->os)) {
			c->again = false;
			c->at = LOADS;
			return true;
		}
		c->again = false;
		c->at = ASLEEP;
		c->os = 0;
		if (!change(w, i, MINT_CORE_ARRIVE, 0) &&
		    MINT_CORE_STATE(w->life[i]) != MINT_CORE_PARKED)
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
		if (MINT_CORE_STATE(w->life[i]) != MINT_CORE_STARTING)
			return false;
		c->os = MINT_CORE_KERNEL(w->life[i]);
		c->at = LOADS;
		return change(w, i, MINT_CORE_LOAD, 0);
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
			change(w, i, MINT_CORE_HOLD, c->os);
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
			change(w, i, MINT_CORE_RESUME, c->os);
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
		*c = (struct core) { .at = ENTERS, .os = os };
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
		    w->f[os].core < CORES)
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

/* What @os may do to @core of its own accord. */
static void explore_acts_on(const struct here *h, u32 os, u32 core)
{
	struct world next = *h->w;
	struct control *k = &next.control[os];
	u32 to, word;

	next.acts--;
	/* online */
	if (change(&next, core, MINT_CORE_ENTER, os)) {
		k->does = SIPI_NEXT;
		k->core = core;
		follow(h, &next);
	}
	/* offline */
	next = *h->w;
	next.acts--;
	if (core != k->on && core != BOOT_CORE && next.core[core].at == KERNEL &&
	    next.core[core].os == os && !next.core[core].deaf) {
		next.core[core].at = LEAVES;
		follow(h, &next);
	}
	/* given away, or taken home again from one that is proved stopped */
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
	for (i = 0; i < CORES; i++)
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

/* Who fences @os stands or has stopped itself, whatever is published. */
static bool fencer_is_stuck(const struct world *w, u32 os)
{
	return !can_act(w, MINT_FENCE_BY(w->fence[os]));
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

static void second_try(const struct world *start, u32 by, u32 os)
{
	struct world w = *start;
	struct env e = { .w = &w, .by = by, .os = os };
	u32 i, rounds;

	mint_fence_init(&w.f[by], by, os, GENERATION, CORES);
	w.f[by].resend = 1;
	w.f[by].passes = 20;
	for (rounds = 0; rounds < 1000 && w.f[by].at != MINT_FENCE_ENDED; rounds++) {
		mint_fence_step(&w.f[by], &ops, &e);
		for (i = 0; i < CORES; i++)
			core_step(&w, i);
		check_state(&w);
	}
	REQUIRE(&w, w.f[by].at == MINT_FENCE_ENDED);
	REQUIRE(&w, w.f[by].result == (is_lost(start, os) ? -MINT_FENCE_EBUSY : 0));
	for (i = 0; i < CORES && !w.f[by].result; i++)
		REQUIRE(&w, !is_in_kernel(&w.core[i]) || w.core[i].os != os);
}

static void check_rest(const struct world *w)
{
	u32 i, os;

	for (i = 0; i < CORES; i++)
		REQUIRE(w, w->core[i].at != STANDS);
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
	for (i = 0; i < CORES; i++) {
		w.life[i] = MINT_CORE_WORD(MINT_CORE_RUNNING, owner[i], owner[i], 1);
		w.core[i] = (struct core) { .at = KERNEL, .os = owner[i] };
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
	w->core[core] = (struct core) { .at = ASLEEP };
}

static void add_fence(struct world *w, u32 by, u32 os)
{
	struct mint_fence *f = &w->f[by];

	target_of[by] = os;
	mint_fence_init(f, by, os, GENERATION, CORES);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
