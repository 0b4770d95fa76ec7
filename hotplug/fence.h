/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fence: one OS stops all cores of another, without its help, and proves it.
 * No Linux, no libc; see core.h for the life of a core.
 *
 * A word of the OS that is fenced (mint_os.fence) says what is going on:
 *
 *	0 --mark--> HOLD --commit--> COMMIT
 *	              |
 *	0 <--cancel---+
 *
 * HOLD: each core of that OS that takes an NMI stands still in its handler, as it
 * was.  When all do, or those that do not can be stopped by INIT, the fencer
 * commits, and they go to the park page; from there on nothing is turned back.
 * Before that it can be: when a core takes no NMI and must get no INIT (the
 * machine's boot core), or when a held core runs out of patience because the
 * fencer has died, the word goes back to 0 and the held cores go on.
 *
 * The proof: two looks, one after the other, at the words of all cores, which find
 * nothing changed and on no core a kernel of that OS.  A word changes with each
 * change of a core, so between the two there was a moment at which all this held
 * at once; and from then on there is no code of that OS that could start another
 * core.  One thing could still be on its way: a SIPI that a core of that OS sent
 * just before INIT stopped it.  So cores that were ENTERING get a second INIT when
 * all others have stopped; so do all of its cores when a fence is gone on with that
 * another fencer, or an earlier try, had begun.
 *
 * A core that two OSes have by turns is stopped for one of them by its seat: while its
 * kernel is away nothing of it runs, and the fencer takes its turns from it, first for
 * now (FROZEN), then for good; the core is the other OS's alone.  Nobody sends a SIPI to
 * such a core, so it gets no second INIT, which would stop the other one.  Who puts an
 * OS's turn on a core looks at the word of its fence first: nothing comes back while that
 * stands, and a FROZEN seat does when it does not, though nobody has thawed it.
 *
 * One OS fences another at a time; the fence of a fencer that died can be taken
 * over at any step.
 */
#ifndef MINT_FENCE_H
#define MINT_FENCE_H

#include <mint/abi.h>

#include "platform.h"

#define MINT_FENCE_EAGAIN	11
#define MINT_FENCE_EBUSY	16
#define MINT_FENCE_EIO		5

/**
 * struct mint_fence_ops - the world around a fence
 * @word:	mint_os.fence of the OS that is fenced
 * @word_cas:	changes it from @old to @new; whether it was @old
 * @core:	the word of a core
 * @core_cas:	changes that
 * @alive:	whether an OS, another than the two, runs
 * @takes_nmi:	whether an NMI to the core can do no harm: its kernel, if it runs
 *		one, has a handler
 * @takes_init:	whether INIT leads to the park page: not on the machine's boot core
 * @shared:	whether another OS is on the core, too, by turns, or about to be: then its
 *		CPUs are brought up without INIT and SIPI
 * @nmi:	sends one
 * @init:	sends INIT, and SIPI to the park page
 */
struct mint_fence_ops {
	u32 (*word)(void *env);
	bool (*word_cas)(void *env, u32 old, u32 new);
	u32 (*core)(void *env, u32 core);
	bool (*core_cas)(void *env, u32 core, u32 old, u32 new);
	bool (*alive)(void *env, u32 os);
	bool (*takes_nmi)(void *env, u32 core);
	bool (*takes_init)(void *env, u32 core);
	bool (*shared)(void *env, u32 core);
	void (*nmi)(void *env, u32 core);
	void (*init)(void *env, u32 core);
};

enum mint_fence_at {
	MINT_FENCE_MARK,
	MINT_FENCE_ASK,		/* looks at one core: does it stand still? */
	MINT_FENCE_JUDGE,	/* time is over: can it be done by INIT? */
	MINT_FENCE_DECIDE,
	MINT_FENCE_THAW,	/* one seat that was FROZEN */
	MINT_FENCE_CANCEL,
	MINT_FENCE_DRAIN,	/* looks at one core: is it parked? */
	MINT_FENCE_DOUBT,	/* one core that may have got a late SIPI */
	MINT_FENCE_ENDED,
};

enum mint_fence_step {
	MINT_FENCE_MORE,	/* call again */
	MINT_FENCE_WAIT,	/* call again a little later */
	MINT_FENCE_DONE,	/* see @result */
};

/**
 * struct mint_fence - one fence, private to the OS that does it
 * @by:		the OS that fences
 * @os:		the OS that is fenced
 * @generation:	of that OS
 * @nr_cores:	of the machine, with their second seats, 1..MINT_MAX_CORES
 * @resend:	passes over all cores after which a silent core gets another NMI
 *		or INIT; at least 1
 * @passes:	passes until a silent core counts as one that never will answer
 * @at:		what is next
 * @result:	when ended: 0, all cores are stopped for good; -MINT_FENCE_EBUSY,
 *		everything is as it was, @core cannot be stopped, or with @core ==
 *		@nr_cores another OS is at it, or was: try again; -MINT_FENCE_EIO,
 *		@core does not stop, but others have: try again
 * @core:	the core that is looked at
 */
struct mint_fence {
	u32 by;
	u32 os;
	u32 generation;
	u32 nr_cores;
	u32 resend;
	u32 passes;
	enum mint_fence_at at;
	int result;
	u32 core;

	/* private: */
	u32 pass;
	u32 tries;
	u32 slow;		/* one more than a core that does not answer */
	bool moved;		/* since the last pass */
	bool cleared;		/* the second INITs were sent */
	u64 doubt;		/* cores that were ENTERING */
	u32 seen[MINT_MAX_CORES];
};

void mint_fence_init(struct mint_fence *f, u32 by, u32 os, u32 generation,
		     u32 nr_cores);
enum mint_fence_step mint_fence_step(struct mint_fence *f,
				     const struct mint_fence_ops *ops, void *env);

/* ---- the other side: a core that got an NMI ------------------------------- */

/* What the word @fence asks of a core of the OS of @generation. */
enum mint_fence_ask {
	MINT_FENCE_GO_ON,	/* nothing, or not any more */
	MINT_FENCE_STAND,	/* stand still */
	MINT_FENCE_PARK,	/* leave for the park page */
};

enum mint_fence_ask mint_fence_asks(u32 fence, u32 generation);

#endif /* MINT_FENCE_H */
