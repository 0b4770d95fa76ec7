/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a PCI function passes from one running OS to another: the protocol, and
 * nothing else.  No Linux, no libc: what it does it does through an ops table,
 * so the same file runs in every kernel and in tests that kill any side at any
 * step.
 *
 * The shared table has an entry for each function.  It changes by compare and
 * change only: whoever finds it as he last saw it takes the step, all others
 * look again.  One order goes like this, A has the function, B is to get it:
 *
 *	OWNED A -> RELEASE A to B -> CLAIM nobody's, to B -> CLAIM B's -> OWNED B
 *	       order            A let go              B noticed      B has it
 *
 * Between A and B the function is nobody's and silent.  Who fails or refuses
 * says so and turns back; what has not happened in its time anybody may turn
 * back, because a death shall leave nothing that only the dead could mend:
 *
 *	RELEASE A to B		B ends, or A's time is over: OWNED A, who brings it
 *				back when he notices
 *				A ended: FENCE, then on to B
 *	CLAIM nobody's, to B	B ends, refuses, or B's time is over: CLAIM to A
 *	CLAIM B's		B cannot: B lets go of it; CLAIM to A
 *				B's time is over: OWNED B, as only B can touch it;
 *				should B let go of it after all: CLAIM to A
 *				B ended: FENCE, then CLAIM to A
 *	CLAIM to A		as above, but then it is nobody's: OWNED nobody
 *	FENCE W's		W silences the function of an OS that is proved
 *				stopped; then as if that one had let go
 *
 * In each state one OS at most may touch the function: @owner.  Every state but
 * OWNED has a time at which it ends.  The way there has one for all of it, set when
 * it is ordered: B gets what A has left of it.  The way back has its own, so that a
 * move whose time is over loses nothing; so have the fence of an OS that ended, and
 * the way on from there.  So whoever waits for the end of an order waits for its
 * time, and MINT_HP_BACK_MS more; and as much again for each OS that ends meanwhile.
 */
#ifndef MINT_HP_HANDOVER_H
#define MINT_HP_HANDOVER_H

#include "platform.h"

/*
 * Error numbers are those of Linux; they stand in the table.  Positive there,
 * negative as results.
 */
#define MINT_HP_EIO		5
#define MINT_HP_EBUSY		16
#define MINT_HP_ENODEV		19
#define MINT_HP_ESHUTDOWN	108
#define MINT_HP_ETIMEDOUT	110
#define MINT_HP_EHOSTDOWN	112
#define MINT_HP_EALREADY	114
#define MINT_HP_ESTALE		116
#define MINT_HP_ECANCELED	125

/* What both sides together have: limits of @timeout_ms, and its default. */
#define MINT_HP_TIMEOUT_MIN_MS	100u
#define MINT_HP_TIMEOUT_MS	10000u
#define MINT_HP_TIMEOUT_MAX_MS	600000u
/* What the way back has, and a fence, whatever was left. */
#define MINT_HP_BACK_MS		10000u

/**
 * struct mint_hp_entry - what the protocol knows of a function
 * @state:	MINT_DEV_*
 * @owner:	OS id; only this OS may touch it
 * @to:		who is to have it; 0 = nobody
 * @back:	who gets it back when @to cannot take it, or an owner whose time was
 *		over lets go of it after all; 0 = nobody
 * @order:	number of the order; changes with each
 * @orderer:	OS id
 * @options:	MINT_ORDER_*
 * @error:	what failed first, 0 = nothing
 * @timeout_ms:	how long the way there may take, both sides together
 * @until:	when anybody may end this state; goes from one to the next of a way
 * @seq:	changes with every change
 * @eject:	its slot is to be powered off: nobody takes it any more.  Not
 *		changed by mint_hp_ops.change()
 */
struct mint_hp_entry {
	u32 state;
	u32 owner;
	u32 to;
	u32 back;
	u32 order;
	u32 orderer;
	u32 options;
	u32 error;
	u32 timeout_ms;
	u32 seq;
	u64 until;
	u32 eject;
};

/* What is to be expected of an OS. */
enum mint_hp_life {
	MINT_HP_RUNS,		/* it answers, or should */
	MINT_HP_WAITS,		/* not started: finds what is its own at its start */
	MINT_HP_ENDING,		/* ended, but a core of it may still run */
	MINT_HP_STOPPED,	/* all its cores are proved stopped */
};

/**
 * struct mint_hp_ops - the world around the protocol
 * @copy:	reads and checks the entry; 0 or -errno
 * @change:	writes @next, and @next->seq, if the entry is still @seen; 0,
 *		-ESTALE if it is not, -ETIMEDOUT if the table cannot be locked
 * @notify:	tells all OSes that the entry changed
 * @life:	of an OS id; 0 has none and is never asked for
 * @now:	time in units of its own
 * @after:	the time in so many milliseconds
 * @phase:	notes the end of a phase, MINT_PHASE_*
 * @prepare:	may this OS give it away?  0 or -errno; changes nothing
 * @unbind:	has the driver let go; 0, or -errno and the driver still has it
 * @quiesce:	no DMA, no interrupt, nothing pending; 0 or -errno
 * @reset:	clears what the driver left in it; 0 or -errno
 * @release:	takes it out of this OS, which cannot touch it afterwards
 * @accept:	would this OS take it?  0 or -errno; changes nothing
 * @claim:	this OS may touch it; its addresses are those of the table; 0
 *		or -errno
 * @scan:	makes it known to this OS; 0 or -errno
 * @bind:	gives it to a driver; 0, -ENODEV without one, or -errno
 * @fence:	silences and resets a function of an OS that was stopped
 *
 * All of these for the function of @env.  @unbind to @release also when there is
 * nothing (left) to do, and @release undoes whatever of @claim, @scan and @bind was
 * done.
 */
struct mint_hp_ops {
	int (*copy)(void *env, struct mint_hp_entry *e);
	int (*change)(void *env, const struct mint_hp_entry *seen,
		      struct mint_hp_entry *next);
	void (*notify)(void *env);
	enum mint_hp_life (*life)(void *env, u32 os);
	u64 (*now)(void *env);
	u64 (*after)(void *env, u32 ms);
	void (*phase)(void *env, u32 phase);

	int (*prepare)(void *env, u32 options);
	int (*unbind)(void *env);
	int (*quiesce)(void *env);
	int (*reset)(void *env);
	void (*release)(void *env);
	int (*accept)(void *env, u32 options);
	int (*claim)(void *env);
	int (*scan)(void *env);
	int (*bind)(void *env);
	void (*fence)(void *env);
};

/* What a step returns. */
enum mint_hp_result {
	MINT_HP_MORE,	/* call again */
	MINT_HP_WAIT,	/* call again when the entry or an OS changed, or in time */
	MINT_HP_DONE,	/* nothing to do */
};

/* ---- what an OS does with one function ------------------------------------ */

/* Where it is; each step but the waits is one call of the ops table. */
enum mint_hp_at {
	MINT_HP_LOOK,
	MINT_HP_WATCH,
	MINT_HP_PREPARE,
	MINT_HP_REFUSE,
	MINT_HP_UNBIND,
	MINT_HP_QUIESCE,
	MINT_HP_RESET,
	MINT_HP_RELEASE,
	MINT_HP_LET_GO,
	MINT_HP_ACCEPT,
	MINT_HP_DECLINE,
	MINT_HP_NOTICE,
	MINT_HP_CLAIM,
	MINT_HP_SCAN,
	MINT_HP_BIND,
	MINT_HP_TAKEN,
	MINT_HP_UNDO,
	MINT_HP_GIVE_UP,
	MINT_HP_FENCE,
	MINT_HP_FENCED,
};

/**
 * struct mint_hp_side - one OS's part, for one function; private to that OS
 * @os:		its id
 * @at:		what it does next
 * @away:	it let go of the function; when the table says it is to have it
 *		all the same, it brings it back
 * @fencing:	it has yet to fence the function, whatever the table says by then
 * @error:	why it turns back
 * @seen:	the entry as last seen
 */
struct mint_hp_side {
	u32 os;
	enum mint_hp_at at;
	bool away;
	bool fencing;
	int error;
	struct mint_hp_entry seen;
};

void mint_hp_side_init(struct mint_hp_side *side, u32 os);

/* The entry was changed to a FENCE for this OS to do; see mint_hp_bury(). */
void mint_hp_side_must_fence(struct mint_hp_side *side);

/**
 * mint_hp_side_step() - do one thing of what the table asks of this OS
 *
 * Call it when the entry or the life of an OS changed, and when the time in
 * the entry is over, until it says MINT_HP_WAIT or MINT_HP_DONE.  WAIT: the
 * entry is on its way; come back at @seen.until at the latest.
 */
enum mint_hp_result mint_hp_side_step(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env);

/* ---- an order -------------------------------------------------------------- */

enum mint_hp_order_at {
	MINT_HP_ORDER_LOOK,
	MINT_HP_ORDER_PLACE,
	MINT_HP_ORDER_AWAIT,
	MINT_HP_ORDER_ENDED,
};

/**
 * struct mint_hp_order - one order, in the OS that gave it
 * @os:		the OS that orders
 * @to:		who is to get the function; 0 = nobody
 * @options:	MINT_ORDER_*
 * @timeout_ms:	how long the way there may take; 0 = usual
 * @at:		what is next
 * @number:	the order's number, once placed
 * @give_up:	when to stop waiting whatever the table says
 * @from:	who had it when the order was placed
 * @result:	when ended: 0 or -errno
 * @seen:	the entry as last seen; when ended: how it ended
 */
struct mint_hp_order {
	u32 os;
	u32 to;
	u32 options;
	u32 timeout_ms;
	enum mint_hp_order_at at;
	u32 number;
	u32 from;
	u64 give_up;
	int result;
	struct mint_hp_entry seen;
};

void mint_hp_order_init(struct mint_hp_order *order, u32 os, u32 to, u32 options,
			u32 timeout_ms);

/*
 * Call it until MINT_HP_DONE; after MINT_HP_WAIT when the entry changed, but at
 * @seen.until at the latest.  It only places the order and looks on: the ordering
 * OS's own side ends what takes too long, as every other one does.
 */
enum mint_hp_result mint_hp_order_step(struct mint_hp_order *order,
				       const struct mint_hp_ops *ops, void *env);

/*
 * Whether the order @o could be placed on @e now: 0 or -errno.  -EALREADY: @to
 * has it; -EBUSY: it is on its way already, or ejected; -EHOSTDOWN: @to, or the
 * owner, does not run; -ENODEV: it is gone.
 */
int mint_hp_order_check(const struct mint_hp_order *o,
			const struct mint_hp_entry *e,
			const struct mint_hp_ops *ops, void *env);

/* ---- the end of an OS --------------------------------------------------------- */

/**
 * mint_hp_bury() - what becomes of an entry when an OS is proved stopped
 * @e:		the entry
 * @dead:	that OS
 * @by:		who fences it
 * @next:	what to change the entry to
 *
 * Return: whether there is something to change.  When @next is a FENCE, the side
 * of @by goes on from there, after mint_hp_side_must_fence().
 */
bool mint_hp_bury(const struct mint_hp_entry *e, u32 dead, u32 by,
		  struct mint_hp_entry *next, const struct mint_hp_ops *ops,
		  void *env);

/* Whether the time of @e is over; a time too far away counts as over. */
bool mint_hp_expired(const struct mint_hp_entry *e,
		     const struct mint_hp_ops *ops, void *env);
/* Whether the function is on its way. */
bool mint_hp_on_its_way(const struct mint_hp_entry *e);

#endif /* MINT_HP_HANDOVER_H */
