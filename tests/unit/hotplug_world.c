// SPDX-License-Identifier: GPL-2.0-only
/*
 * Three OSes, one PCI function, and orders about it: the steps that each can take, and
 * what must be true after any of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <mint/abi.h>

#include "hotplug_world.h"

const char *scenario;

void fail_world(const struct world *w, const char *what)
{
	u32 os;

	print_error("%s: %s\n  state %u owner %u to %u back %u options %x error %u late %d eject %u clock %lu until %lu\n",
		    scenario, what, w->e.state, w->e.owner, w->e.to, w->e.back,
		    w->e.options, w->e.error, is_late(w), w->e.eject,
		    (unsigned long)w->clock_ms, (unsigned long)w->e.until);
	for (os = 1; os <= OSES; os++)
		print_error("  os%u: life %d stalled %d touches %d bound %d at %d away %d\n",
			    os, w->os[os].life, w->os[os].stalled,
			    w->os[os].touches, w->os[os].bound, w->side[os].at,
			    w->side[os].away);
	for (os = 0; os < w->nr_orders; os++)
		print_error("  order of os%u to %u: at %d result %d\n",
			    w->order[os].os, w->order[os].to, w->order[os].at,
			    w->order[os].result);
	fail();
}

/* ---- the world as the protocol sees it -------------------------------------- */

static bool mishap(struct actor *a, enum mishap kind)
{
	if (a->mishap != kind || a->hit)
		return false;
	a->hit = true;
	return true;
}

static int op_copy(void *env, struct mint_hp_entry *e)
{
	struct actor *a = env;

	if (mishap(a, TABLE_LOCKED))
		return -MINT_HP_ETIMEDOUT;
	*e = a->w->e;
	return 0;
}

bool may_run(const struct os *os)
{
	return os->life == MINT_HP_RUNS || os->life == MINT_HP_ENDING;
}

static int op_change(void *env, const struct mint_hp_entry *seen,
		     struct mint_hp_entry *next)
{
	struct actor *a = env;
	struct world *w = a->w;

	if (mishap(a, TABLE_LOCKED))
		return -MINT_HP_ETIMEDOUT;
	if (w->e.seq != seen->seq)
		return -MINT_HP_ESTALE;
	/* Only the owner gives it up, as long as he may run. */
	REQUIRE(w, w->e.owner == next->owner || w->e.owner == a->os ||
		   !w->e.owner || !may_run(&w->os[w->e.owner]));
	/* Nobody becomes the owner but by his own doing, or where he is at rest. */
	REQUIRE(w, w->e.owner == next->owner || !next->owner ||
		   next->owner == a->os ||
		   w->os[next->owner].life == MINT_HP_WAITS);
	/* At rest there is no time that could be over. */
	REQUIRE(w, !next->until == !mint_hp_on_its_way(next));
	next->seq = w->e.seq + 1;
	next->eject = w->e.eject;
	w->e = *next;
	return 0;
}

static void op_notify(void *env)
{
	(void)env;
}

static enum mint_hp_life op_life(void *env, u32 os)
{
	struct actor *a = env;

	assert_in_range(os, 1, OSES);
	return a->w->os[os].life;
}

static u64 op_now(void *env)
{
	struct actor *a = env;

	return a->w->clock_ms;
}

static u64 op_after(void *env, u32 ms)
{
	return op_now(env) + ms;
}

static void op_phase(void *env, u32 phase)
{
	(void)env;
	assert_true(phase < MINT_NR_PHASES);
}

static int may_fail(struct actor *a)
{
	return mishap(a, STEP_FAILS) ? -MINT_HP_EIO : 0;
}

static int op_prepare(void *env, u32 options)
{
	(void)options;
	return may_fail(env);
}

static int op_unbind(void *env)
{
	struct actor *a = env;

	if (may_fail(a))
		return -MINT_HP_EBUSY;
	a->w->os[a->os].bound = false;
	return 0;
}

static int op_quiesce(void *env)
{
	return may_fail(env);
}

static void op_release(void *env)
{
	struct actor *a = env;

	a->w->os[a->os].touches = false;
	a->w->os[a->os].bound = false;
}

static int op_claim(void *env)
{
	struct actor *a = env;
	u32 os;

	for (os = 1; os <= OSES; os++)
		REQUIRE(a->w, os == a->os || !a->w->os[os].touches);
	REQUIRE(a->w, a->w->e.owner == a->os);
	/* It silences the function: not under a driver. */
	REQUIRE(a->w, !a->w->os[a->os].bound);
	a->w->os[a->os].touches = true;
	return may_fail(a);
}

static int op_bind(void *env)
{
	struct actor *a = env;

	if (may_fail(a))
		return -MINT_HP_EIO;
	if (mishap(a, NO_DRIVER))
		return -MINT_HP_ENODEV;
	a->w->os[a->os].bound = true;
	return 0;
}

static void op_fence(void *env)
{
	struct actor *a = env;
	u32 os;

	REQUIRE(a->w, a->w->e.owner == a->os);
	for (os = 1; os <= OSES; os++) {
		REQUIRE(a->w, !a->w->os[os].touches || !may_run(&a->w->os[os]));
		a->w->os[os].touches = false;
		a->w->os[os].bound = false;
	}
}

const struct mint_hp_ops world_ops = {
	.copy = op_copy,
	.change = op_change,
	.notify = op_notify,
	.life = op_life,
	.now = op_now,
	.after = op_after,
	.phase = op_phase,
	.prepare = op_prepare,
	.unbind = op_unbind,
	.quiesce = op_quiesce,
	.reset = op_quiesce,
	.release = op_release,
	.accept = op_prepare,
	.claim = op_claim,
	.scan = op_quiesce,
	.bind = op_bind,
	.fence = op_fence,
};

/* ---- for the tests ---- */

struct world begin(u32 owner, unsigned int budget)
{
	struct world w;
	u32 os;

	memset(&w, 0, sizeof(w));
	w.e.state = MINT_DEV_OWNED;
	w.e.owner = owner;
	w.e.timeout_ms = TIMEOUT_MS;
	w.budget = budget;
	for (os = 1; os <= OSES; os++) {
		w.os[os].life = MINT_HP_RUNS;
		mint_hp_side_init(&w.side[os], os);
	}
	w.os[owner].touches = w.os[owner].bound = owner;
	return w;
}

void add_order(struct world *w, u32 os, u32 to, u32 options)
{
	mint_hp_order_init(&w->order[w->nr_orders++], os, to, options, TIMEOUT_MS);
}

bool is_late(const struct world *w)
{
	return mint_hp_on_its_way(&w->e) && w->clock_ms >= w->e.until;
}

u64 order_age_ms(const struct world *w, const struct mint_hp_order *o)
{
	return w->clock_ms + TIMEOUT_MS + 4 * MINT_HP_BACK_MS - o->give_up;
}

u64 order_limit_ms(const struct world *w)
{
	u64 ms = TIMEOUT_MS + MINT_HP_BACK_MS;
	u32 os;

	for (os = 1; os <= OSES; os++)
		if (w->os[os].life == MINT_HP_ENDING || w->os[os].life == MINT_HP_STOPPED)
			ms += MINT_HP_BACK_MS;
	return ms;
}

void check_state(const struct world *w)
{
	u32 os, users = 0;

	for (os = 1; os <= OSES; os++) {
		if (!w->os[os].touches)
			continue;
		users++;
		if (may_run(&w->os[os]))
			REQUIRE(w, w->e.owner == os);
	}
	REQUIRE(w, users <= 1);
	/* Who is at rest gives it back only if his time was over. */
	if (w->e.state == MINT_DEV_OWNED && w->e.back)
		REQUIRE(w, w->e.error && w->e.owner && w->e.back != w->e.owner);
	/* Each order is six states at most; the rest is what the test does. */
	REQUIRE(w, w->e.seq < 60);
}

bool acts(const struct world *w, u32 os)
{
	return w->os[os].life == MINT_HP_RUNS && !w->os[os].stalled;
}
