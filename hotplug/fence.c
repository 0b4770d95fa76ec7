// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fence; see fence.h.  Each step is one access to the world.
 */
#include "core.h"
#include "fence.h"

/* About a second of NMIs, 50 ms apart, where a pass takes a millisecond. */
#define RESEND_PASSES	40
#define PATIENCE_PASSES	800
/* How often a fence is begun anew after a held core has lost patience. */
#define MAX_TRIES	3

#define CORE_BIT(core)	((u64)1 << (core))

enum mint_fence_ask mint_fence_asks(u32 fence, u32 generation)
{
	if (!MINT_FENCE_OF(fence, generation))
		return MINT_FENCE_GO_ON;
	switch (MINT_FENCE_PHASE(fence)) {
	case MINT_FENCE_HOLD:
		return MINT_FENCE_STAND;
	case MINT_FENCE_COMMIT:
		return MINT_FENCE_PARK;
	default:
		return MINT_FENCE_GO_ON;
	}
}

void mint_fence_init(struct mint_fence *f, u32 by, u32 os, u32 generation,
		     u32 nr_cores)
{
	*f = (struct mint_fence) {
		.by = by,
		.os = os,
		.generation = generation,
		.nr_cores = nr_cores,
		.resend = RESEND_PASSES,
		.passes = PATIENCE_PASSES,
	};
}

static u32 own_word(const struct mint_fence *f, u32 phase)
{
	return MINT_FENCE_WORD(phase, f->by, f->generation);
}

static enum mint_fence_step go(struct mint_fence *f, enum mint_fence_at at)
{
	f->at = at;
	f->core = 0;
	f->pass = 0;
	f->slow = 0;
	f->moved = true;
	return MINT_FENCE_MORE;
}

static enum mint_fence_step end(struct mint_fence *f, u32 core, int result)
{
	f->at = MINT_FENCE_ENDED;
	f->core = core;
	f->result = result;
	return MINT_FENCE_DONE;
}

/* Nobody is at it any more, and the cores that have stopped stay so. */
static enum mint_fence_step leave(struct mint_fence *f, u32 core, int result,
				  const struct mint_fence_ops *ops, void *env)
{
	ops->word_cas(env, own_word(f, MINT_FENCE_COMMIT),
		      MINT_FENCE_WORD(MINT_FENCE_COMMIT, MINT_OS_NONE,
				      f->generation));
	return end(f, core, result);
}

/* Makes the word ours; the fence of a dead fencer goes on where it was. */
static enum mint_fence_step mark(struct mint_fence *f,
				 const struct mint_fence_ops *ops, void *env)
{
	u32 old = ops->word(env), by = MINT_FENCE_BY(old);
	u32 phase = MINT_FENCE_HOLD;

	if (MINT_FENCE_OF(old, f->generation) && MINT_FENCE_PHASE(old)) {
		if (by && by != f->by && by != f->os && ops->alive(env, by))
			return end(f, f->nr_cores, -MINT_FENCE_EBUSY);
		if (MINT_FENCE_PHASE(old) == MINT_FENCE_COMMIT)
			phase = MINT_FENCE_COMMIT;
	}
	if (!ops->word_cas(env, old, own_word(f, phase)))
		return MINT_FENCE_MORE;
	/* What another fencer has seen ENTERING is not known any more. */
	if (phase == MINT_FENCE_COMMIT)
		f->doubt = ~(u64)0;
	return go(f, phase == MINT_FENCE_HOLD ? MINT_FENCE_ASK : MINT_FENCE_DRAIN);
}

/* Whether it is time for another NMI or INIT. */
static bool send_now(const struct mint_fence *f)
{
	return f->pass % f->resend == 0;
}

/*
 * After the last core: what to do next.  @clear: all of them were found as they
 * should be.
 */
static enum mint_fence_step next_pass(struct mint_fence *f, bool clear,
				      enum mint_fence_at good,
				      enum mint_fence_at late)
{
	if (clear)
		return go(f, good);
	if (++f->pass > f->passes) {
		u32 slow = f->slow;

		go(f, late);
		f->slow = slow;
		return MINT_FENCE_MORE;
	}
	f->core = 0;
	f->slow = 0;
	f->moved = false;
	return MINT_FENCE_WAIT;
}

/* A seat whose kernel is away: it is, unless it comes back at this very moment. */
static bool is_frozen(u32 core, u32 word, const struct mint_fence *f,
		      const struct mint_fence_ops *ops, void *env)
{
	u32 next;

	return !mint_core_next(word, MINT_CORE_FREEZE, f->os, &next) &&
	       ops->core_cas(env, core, word, next);
}

/*
 * Does it stand still?  What is ENTERING has no handler for NMIs, so it cannot;
 * and no fence fails because of it.
 */
static enum mint_fence_step ask(struct mint_fence *f,
				const struct mint_fence_ops *ops, void *env)
{
	u32 core = f->core++, word = ops->core(env, core);

	if (MINT_CORE_KERNEL(word) == f->os &&
	    MINT_CORE_STATE(word) == MINT_CORE_RUNNING) {
		bool nmi = ops->takes_nmi(env, core);

		if (nmi && send_now(f))
			ops->nmi(env, core);
		/* One that gets INIT anyway is not worth waiting for. */
		if ((nmi || !ops->takes_init(env, core)) &&
		    (!f->slow || !ops->takes_init(env, core)))
			f->slow = core + 1;
	} else if (MINT_CORE_KERNEL(word) == f->os &&
		   MINT_CORE_STATE(word) == MINT_CORE_AWAY &&
		   !is_frozen(core, word, f, ops, env)) {
		f->slow = core + 1;
	}
	if (f->core < f->nr_cores)
		return MINT_FENCE_MORE;
	return next_pass(f, !f->slow, MINT_FENCE_DECIDE, MINT_FENCE_JUDGE);
}

static enum mint_fence_step judge(struct mint_fence *f,
				  const struct mint_fence_ops *ops, void *env)
{
	u32 slow = f->slow;

	if (ops->takes_init(env, slow - 1))
		return go(f, MINT_FENCE_DECIDE);
	go(f, MINT_FENCE_THAW);
	f->slow = slow;
	return MINT_FENCE_MORE;
}

/* The same as if each had been AWAY all the time: none has a turn while the word stands. */
static enum mint_fence_step thaw(struct mint_fence *f,
				 const struct mint_fence_ops *ops, void *env)
{
	u32 core = f->core++, word = ops->core(env, core), slow = f->slow, next;

	if (MINT_CORE_KERNEL(word) == f->os &&
	    !mint_core_next(word, MINT_CORE_THAW, f->os, &next))
		ops->core_cas(env, core, word, next);
	if (f->core < f->nr_cores)
		return MINT_FENCE_MORE;
	go(f, MINT_FENCE_CANCEL);
	f->slow = slow;
	return MINT_FENCE_MORE;
}

static enum mint_fence_step cancel(struct mint_fence *f,
				   const struct mint_fence_ops *ops, void *env)
{
	bool ours = ops->word_cas(env, own_word(f, MINT_FENCE_HOLD), 0);

	/* If not, a held core has lost patience, and another OS may be at it. */
	return end(f, ours ? f->slow - 1 : f->nr_cores, -MINT_FENCE_EBUSY);
}

static enum mint_fence_step decide(struct mint_fence *f,
				   const struct mint_fence_ops *ops, void *env)
{
	if (ops->word_cas(env, own_word(f, MINT_FENCE_HOLD),
			  own_word(f, MINT_FENCE_COMMIT)))
		return go(f, MINT_FENCE_DRAIN);
	if (++f->tries == MAX_TRIES)
		return end(f, f->nr_cores, -MINT_FENCE_EBUSY);
	return go(f, MINT_FENCE_MARK);
}

/* In its kernel, with a handler for them. */
static bool takes_nmis(u32 state)
{
	return state != MINT_CORE_ENTERING && state != MINT_CORE_LOADING;
}

/* A core that still has the OS's kernel. */
static void stop_core(struct mint_fence *f, u32 core, u32 word,
		      const struct mint_fence_ops *ops, void *env)
{
	bool late = f->pass >= f->passes / 2;
	u32 next;

	f->slow = core + 1;
	switch (MINT_CORE_STATE(word)) {
	case MINT_CORE_STARTING:
	case MINT_CORE_CALLED:
		if (!mint_core_next(word, MINT_CORE_CALL_OFF, f->os, &next))
			ops->core_cas(env, core, word, next);
		return;
	case MINT_CORE_AWAY:
	case MINT_CORE_FROZEN:
		if (!mint_core_next(word, MINT_CORE_DROP, f->os, &next))
			ops->core_cas(env, core, word, next);
		return;
	case MINT_CORE_LOADING:
		/* The loader looks at the word of the fence by itself. */
		if (!late)
			return;
		break;
	case MINT_CORE_ENTERING:
		if (!f->cleared)
			f->doubt |= CORE_BIT(core);
		late = true;
		break;
	default:
		late |= !ops->takes_nmi(env, core);
	}
	if (!send_now(f))
		return;
	if (late && ops->takes_init(env, core))
		ops->init(env, core);
	else if (takes_nmis(MINT_CORE_STATE(word)))
		ops->nmi(env, core);
}

/* Is it parked?  Ends with two passes that find the same, and nothing left. */
static enum mint_fence_step drain(struct mint_fence *f,
				  const struct mint_fence_ops *ops, void *env)
{
	u32 core = f->core++, word = ops->core(env, core);

	if (word != f->seen[core] || !f->pass)
		f->moved = true;
	f->seen[core] = word;
	if (MINT_CORE_KERNEL(word) == f->os)
		stop_core(f, core, word, ops, env);
	if (f->core < f->nr_cores)
		return MINT_FENCE_MORE;
	if (f->pass >= f->passes && (f->slow || f->moved))
		return leave(f, f->slow ? f->slow - 1 : f->nr_cores,
			     -MINT_FENCE_EIO, ops, env);
	if (f->slow || f->moved)
		return next_pass(f, false, MINT_FENCE_DRAIN, MINT_FENCE_DRAIN);
	if (f->doubt)
		return go(f, MINT_FENCE_DOUBT);
	return leave(f, f->nr_cores, 0, ops, env);
}

/*
 * All have stopped; those that could have got a last SIPI are stopped again.  None is sent
 * to a core that another OS has, too, and INIT would stop that one.
 */
static enum mint_fence_step doubt(struct mint_fence *f,
				  const struct mint_fence_ops *ops, void *env)
{
	u32 core = f->core++, word, next;

	if (f->doubt & CORE_BIT(core) && ops->takes_init(env, core) &&
	    !ops->shared(env, core)) {
		word = ops->core(env, core);
		if (!mint_core_next(word, MINT_CORE_DOUBT, f->os, &next))
			ops->core_cas(env, core, word, next);
	}
	if (f->core < f->nr_cores)
		return MINT_FENCE_MORE;
	f->doubt = 0;
	f->cleared = true;
	return go(f, MINT_FENCE_DRAIN);
}

enum mint_fence_step mint_fence_step(struct mint_fence *f,
				     const struct mint_fence_ops *ops, void *env)
{
	switch (f->at) {
	case MINT_FENCE_MARK:
		return mark(f, ops, env);
	case MINT_FENCE_ASK:
		return ask(f, ops, env);
	case MINT_FENCE_JUDGE:
		return judge(f, ops, env);
	case MINT_FENCE_DECIDE:
		return decide(f, ops, env);
	case MINT_FENCE_CANCEL:
		return cancel(f, ops, env);
	case MINT_FENCE_THAW:
		return thaw(f, ops, env);
	case MINT_FENCE_DRAIN:
		return drain(f, ops, env);
	case MINT_FENCE_DOUBT:
		return doubt(f, ops, env);
	case MINT_FENCE_ENDED:
		break;
	}
	return MINT_FENCE_DONE;
}
