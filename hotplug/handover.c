// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hand-over of a PCI function; see handover.h.
 *
 * First what can become of an entry (functions of the entry alone), then what an
 * OS does (one thing for each call), then what who orders does.
 */
#include <mint/abi.h>

#include "handover.h"

/* ---- what can become of an entry ------------------------------------------- */

/*
 * For what has to be done in any case, and may begin when all time is over.  Where
 * more is left, that stays.
 */
static void allow_time_back(struct mint_hp_entry *e,
			    const struct mint_hp_ops *ops, void *env)
{
	u64 until = ops->after(env, MINT_HP_BACK_MS);

	if (e->until < until ||
	    e->until > ops->after(env, MINT_HP_TIMEOUT_MAX_MS))
		e->until = until;
}

static void note_error(struct mint_hp_entry *e, int error)
{
	if (!e->error && error)
		e->error = error < 0 ? -error : error;
}

/* At rest; @owner 0: parked. */
static void settle(struct mint_hp_entry *e, u32 owner, int error)
{
	note_error(e, error);
	e->state = MINT_DEV_OWNED;
	e->owner = owner;
	e->to = MINT_OS_NONE;
	e->back = MINT_OS_NONE;
	e->until = 0;
}

/* @to has what is left of the time. */
static void offer(struct mint_hp_entry *e)
{
	e->state = MINT_DEV_CLAIM;
	e->owner = MINT_OS_NONE;
}

/* It is silent, and @to cannot have it. */
static void turn_back(struct mint_hp_entry *e, int error,
		      const struct mint_hp_ops *ops, void *env)
{
	note_error(e, error);
	if (e->eject || !e->back || ops->life(env, e->back) != MINT_HP_RUNS) {
		settle(e, MINT_OS_NONE, 0);
		return;
	}
	e->to = e->back;
	e->back = MINT_OS_NONE;
	e->options |= MINT_ORDER_RETURN;
	allow_time_back(e, ops, env);
	offer(e);
}

/* It is silent; on to whoever is to have it. */
static void pass_on(struct mint_hp_entry *e, const struct mint_hp_ops *ops,
		    void *env)
{
	if (!e->to) {
		settle(e, MINT_OS_NONE, 0);
		return;
	}
	if (e->eject) {
		settle(e, MINT_OS_NONE, MINT_HP_ECANCELED);
		return;
	}
	switch (ops->life(env, e->to)) {
	case MINT_HP_RUNS:
		/* An OS that ended takes nobody's time with it. */
		if (e->state == MINT_DEV_FENCE)
			allow_time_back(e, ops, env);
		offer(e);
		break;
	case MINT_HP_WAITS:
		settle(e, e->to, 0);
		break;
	default:
		turn_back(e, MINT_HP_EHOSTDOWN, ops, env);
	}
}

/* Its owner is proved stopped: @by makes it safe, then it is @to's. */
static void begin_fence(struct mint_hp_entry *e, u32 by, u32 to,
			const struct mint_hp_ops *ops, void *env)
{
	if (e->state == MINT_DEV_CLAIM) {
		note_error(e, MINT_HP_EHOSTDOWN);
		e->options |= MINT_ORDER_RETURN;
	}
	e->state = MINT_DEV_FENCE;
	e->owner = by;
	e->to = to;
	e->back = MINT_OS_NONE;
	allow_time_back(e, ops, env);
}

/*
 * Only its owner can touch it, however long that takes.  Should it fail to have it in
 * the end, it goes back.
 */
static void leave_to_owner(struct mint_hp_entry *e)
{
	u32 back = e->state == MINT_DEV_CLAIM ? e->back : MINT_OS_NONE;

	settle(e, e->owner, MINT_HP_ETIMEDOUT);
	e->back = back;
}

bool mint_hp_on_its_way(const struct mint_hp_entry *e)
{
	return e->state == MINT_DEV_RELEASE || e->state == MINT_DEV_CLAIM ||
	       e->state == MINT_DEV_FENCE;
}

bool mint_hp_expired(const struct mint_hp_entry *e,
		     const struct mint_hp_ops *ops, void *env)
{
	return ops->now(env) >= e->until ||
	       e->until > ops->after(env, MINT_HP_TIMEOUT_MAX_MS);
}

static bool can_get(u32 os, const struct mint_hp_ops *ops, void *env)
{
	enum mint_hp_life life;

	if (!os)
		return true;
	life = ops->life(env, os);
	return life == MINT_HP_RUNS || life == MINT_HP_WAITS;
}

/* Whether somebody has to do something for an owner that cannot. */
static bool watch_owner(struct mint_hp_entry *e, u32 fencer,
			const struct mint_hp_ops *ops, void *env)
{
	u32 to = e->state == MINT_DEV_CLAIM ? e->back : e->to;

	if (e->owner != fencer &&
	    ops->life(env, e->owner) == MINT_HP_STOPPED) {
		if (fencer)
			begin_fence(e, fencer, to, ops, env);
		return fencer;
	}
	if (mint_hp_expired(e, ops, env)) {
		leave_to_owner(e);
		return true;
	}
	if (e->state == MINT_DEV_RELEASE && !can_get(e->to, ops, env)) {
		settle(e, e->owner, MINT_HP_EHOSTDOWN);
		return true;
	}
	return false;
}

/*
 * What anybody may do about an entry that does not go on by itself; @fencer 0:
 * anybody who cannot fence.
 */
static bool watch(struct mint_hp_entry *e, u32 fencer,
		  const struct mint_hp_ops *ops, void *env)
{
	if (!mint_hp_on_its_way(e))
		return false;
	if (e->owner)
		return watch_owner(e, fencer, ops, env);
	if (e->eject)
		turn_back(e, MINT_HP_ECANCELED, ops, env);
	else if (!e->to || ops->life(env, e->to) != MINT_HP_RUNS)
		turn_back(e, MINT_HP_EHOSTDOWN, ops, env);
	else if (mint_hp_expired(e, ops, env))
		turn_back(e, MINT_HP_ETIMEDOUT, ops, env);
	else
		return false;
	return true;
}

/* An OS that is gone does not get it, nor back. */
static bool forget(struct mint_hp_entry *e, u32 dead,
		   const struct mint_hp_ops *ops, void *env)
{
	bool changed = e->back == dead;

	if (changed)
		e->back = MINT_OS_NONE;
	if (!mint_hp_on_its_way(e) || e->to != dead)
		return changed;
	if (e->state == MINT_DEV_RELEASE)
		settle(e, e->owner, MINT_HP_EHOSTDOWN);
	else if (e->state == MINT_DEV_FENCE)
		e->to = MINT_OS_NONE;
	else
		turn_back(e, MINT_HP_EHOSTDOWN, ops, env);
	return true;
}

bool mint_hp_bury(const struct mint_hp_entry *e, u32 dead, u32 by,
		  struct mint_hp_entry *next, const struct mint_hp_ops *ops,
		  void *env)
{
	*next = *e;
	if (e->state == MINT_DEV_FREE || e->state == MINT_DEV_GONE)
		return false;
	if (e->owner != dead)
		return forget(next, dead, ops, env);
	if (e->state == MINT_DEV_OWNED)
		next->to = MINT_OS_NONE;
	begin_fence(next, by, e->state == MINT_DEV_CLAIM ? e->back : next->to,
		    ops, env);
	return true;
}

/* ---- an OS's part ------------------------------------------------------------- */

void mint_hp_side_init(struct mint_hp_side *side, u32 os)
{
	*side = (struct mint_hp_side){ .os = os, .at = MINT_HP_LOOK };
}

void mint_hp_side_must_fence(struct mint_hp_side *side)
{
	side->fencing = true;
}

static int change(const struct mint_hp_entry *seen, struct mint_hp_entry *next,
		  const struct mint_hp_ops *ops, void *env)
{
	int err = ops->change(env, seen, next);

	if (!err)
		ops->notify(env);
	return err;
}

static enum mint_hp_result go(struct mint_hp_side *side, enum mint_hp_at at)
{
	side->at = at;
	return MINT_HP_MORE;
}

/*
 * After a change that was the last word in some business: look again, unless the
 * table could not be locked; then the same once more, later.
 */
static enum mint_hp_result after_change(struct mint_hp_side *side, int err)
{
	if (err && err != -MINT_HP_ESTALE)
		return MINT_HP_WAIT;
	return go(side, MINT_HP_LOOK);
}

static enum mint_hp_result decide(struct mint_hp_side *side)
{
	const struct mint_hp_entry *e = &side->seen;
	bool mine = e->owner == side->os;

	side->error = 0;
	if (mine && (side->fencing || e->state == MINT_DEV_FENCE))
		return go(side, MINT_HP_FENCE);
	if (e->state == MINT_DEV_RELEASE && mine)
		return go(side, MINT_HP_PREPARE);
	if (e->state == MINT_DEV_CLAIM && mine)
		return go(side, MINT_HP_CLAIM);
	if (e->state == MINT_DEV_CLAIM && !e->owner && e->to == side->os)
		return go(side, MINT_HP_ACCEPT);
	if (e->state == MINT_DEV_OWNED && mine && side->away)
		return go(side, MINT_HP_CLAIM);
	return mint_hp_on_its_way(e) ? MINT_HP_WAIT : MINT_HP_DONE;
}

static enum mint_hp_result look(struct mint_hp_side *side,
				const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next;

	if (ops->copy(env, &side->seen))
		return MINT_HP_DONE;
	next = side->seen;
	/* What is owed to a fence nobody else can do. */
	if (!(side->fencing && next.owner == side->os) &&
	    watch(&next, side->os, ops, env))
		return go(side, MINT_HP_WATCH);
	return decide(side);
}

static enum mint_hp_result step_watch(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = side->seen;
	int err = 0;

	side->at = MINT_HP_LOOK;
	if (watch(&next, side->os, ops, env))
		err = change(&side->seen, &next, ops, env);
	if (!err && next.state == MINT_DEV_FENCE && next.owner == side->os)
		side->fencing = true;
	return err && err != -MINT_HP_ESTALE ? MINT_HP_WAIT : MINT_HP_MORE;
}

/* ---- giving ---- */

static enum mint_hp_result step_prepare(struct mint_hp_side *side,
					const struct mint_hp_ops *ops, void *env)
{
	side->error = ops->prepare(env, side->seen.options);
	if (!side->error && side->seen.options & MINT_ORDER_DRY_RUN)
		side->error = -MINT_HP_ECANCELED;
	return go(side, side->error ? MINT_HP_REFUSE : MINT_HP_UNBIND);
}

static enum mint_hp_result step_refuse(struct mint_hp_side *side,
				       const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = side->seen;

	settle(&next, side->os, side->error);
	return after_change(side, change(&side->seen, &next, ops, env));
}

static enum mint_hp_result step_unbind(struct mint_hp_side *side,
				       const struct mint_hp_ops *ops, void *env)
{
	side->error = ops->unbind(env);
	if (side->error)
		return go(side, MINT_HP_REFUSE);
	ops->phase(env, MINT_PHASE_UNBIND);
	return go(side, MINT_HP_QUIESCE);
}

static enum mint_hp_result step_quiesce(struct mint_hp_side *side,
					const struct mint_hp_ops *ops, void *env)
{
	side->error = ops->quiesce(env);
	ops->phase(env, MINT_PHASE_QUIESCE);
	return go(side, MINT_HP_RESET);
}

static enum mint_hp_result step_reset(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env)
{
	int err = ops->reset(env);

	if (!side->error)
		side->error = err;
	ops->phase(env, MINT_PHASE_RESET);
	return go(side, MINT_HP_RELEASE);
}

static enum mint_hp_result step_release(struct mint_hp_side *side,
					const struct mint_hp_ops *ops, void *env)
{
	ops->release(env);
	side->away = true;
	/* Before the change: after it the next OS notes its phases. */
	ops->phase(env, MINT_PHASE_RELEASE);
	return go(side, MINT_HP_LET_GO);
}

static enum mint_hp_result step_let_go(struct mint_hp_side *side,
				       const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = side->seen;
	int err;

	/* What could not be made silent goes nowhere. */
	if (side->error)
		settle(&next, side->os, side->error);
	else
		pass_on(&next, ops, env);
	err = change(&side->seen, &next, ops, env);
	if (!err && next.owner != side->os)
		side->away = false;
	return after_change(side, err);
}

/* ---- taking ---- */

static enum mint_hp_result step_accept(struct mint_hp_side *side,
				       const struct mint_hp_ops *ops, void *env)
{
	side->error = ops->accept(env, side->seen.options);
	return go(side, side->error ? MINT_HP_DECLINE : MINT_HP_NOTICE);
}

static enum mint_hp_result step_decline(struct mint_hp_side *side,
					const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = side->seen;

	turn_back(&next, side->error, ops, env);
	return after_change(side, change(&side->seen, &next, ops, env));
}

static enum mint_hp_result step_notice(struct mint_hp_side *side,
				       const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = side->seen;
	int err;

	/* Its time is over before it began: it goes back, untouched. */
	if (mint_hp_expired(&next, ops, env))
		return go(side, MINT_HP_LOOK);
	next.owner = side->os;
	err = change(&side->seen, &next, ops, env);
	if (err)
		return after_change(side, err);
	side->seen = next;
	ops->phase(env, MINT_PHASE_NOTIFY);
	return go(side, MINT_HP_CLAIM);
}

static enum mint_hp_result taken_part(struct mint_hp_side *side, int err,
				      enum mint_hp_at next)
{
	side->error = err;
	return go(side, err ? MINT_HP_UNDO : next);
}

static enum mint_hp_result step_claim(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env)
{
	int err = ops->claim(env);

	if (!err)
		ops->phase(env, MINT_PHASE_CLAIM);
	return taken_part(side, err, MINT_HP_SCAN);
}

static enum mint_hp_result step_scan(struct mint_hp_side *side,
				     const struct mint_hp_ops *ops, void *env)
{
	int err = ops->scan(env);

	if (!err)
		ops->phase(env, MINT_PHASE_SCAN);
	return taken_part(side, err, MINT_HP_BIND);
}

/* Who gets back what he had before is not asked for a driver. */
static bool driver_needed(const struct mint_hp_side *side)
{
	u32 without = MINT_ORDER_NO_DRIVER | MINT_ORDER_RETURN;

	return side->seen.state == MINT_DEV_CLAIM &&
	       !(side->seen.options & without);
}

static enum mint_hp_result step_bind(struct mint_hp_side *side,
				     const struct mint_hp_ops *ops, void *env)
{
	int err = ops->bind(env);

	if (!err)
		ops->phase(env, MINT_PHASE_BIND);
	else if (!driver_needed(side))
		err = 0;
	return taken_part(side, err, MINT_HP_TAKEN);
}

static enum mint_hp_result step_taken(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = side->seen;
	int err = 0;

	if (next.state == MINT_DEV_CLAIM) {
		settle(&next, side->os, 0);
		err = change(&side->seen, &next, ops, env);
	}
	if (err == -MINT_HP_ESTALE)
		err = ops->copy(env, &side->seen);
	else if (!err)
		side->seen = next;
	if (err)
		return MINT_HP_WAIT;
	if (side->seen.owner != side->os)
		return go(side, MINT_HP_UNDO);
	if (side->seen.state == MINT_DEV_CLAIM)
		return MINT_HP_MORE;
	side->away = false;
	return go(side, MINT_HP_LOOK);
}

static enum mint_hp_result step_undo(struct mint_hp_side *side,
				     const struct mint_hp_ops *ops, void *env)
{
	ops->release(env);
	side->away = true;
	return go(side, MINT_HP_GIVE_UP);
}

/*
 * It is ours, silent, and of no use to us.  However the entry came to be what it
 * is meanwhile.
 */
static bool hand_on(struct mint_hp_side *side, struct mint_hp_entry *next,
		    const struct mint_hp_ops *ops, void *env)
{
	*next = side->seen;
	if (next->owner != side->os)
		return false;
	switch (next->state) {
	case MINT_DEV_CLAIM:
	case MINT_DEV_OWNED:
		turn_back(next, side->error, ops, env);
		return true;
	case MINT_DEV_RELEASE:
	case MINT_DEV_FENCE:
		pass_on(next, ops, env);
		return true;
	}
	return false;
}

/* MINT_HP_GIVE_UP, MINT_HP_FENCED */
static enum mint_hp_result step_hand_on(struct mint_hp_side *side,
					const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next;
	int err = ops->copy(env, &side->seen);

	if (err)
		return MINT_HP_WAIT;
	if (hand_on(side, &next, ops, env))
		err = change(&side->seen, &next, ops, env);
	if (err == -MINT_HP_ESTALE)
		return MINT_HP_MORE;
	if (err)
		return MINT_HP_WAIT;
	side->away = false;
	side->fencing = false;
	return go(side, MINT_HP_LOOK);
}

static enum mint_hp_result step_fence(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env)
{
	ops->fence(env);
	return go(side, MINT_HP_FENCED);
}

typedef enum mint_hp_result (*step_fn)(struct mint_hp_side *side,
				       const struct mint_hp_ops *ops, void *env);

enum mint_hp_result mint_hp_side_step(struct mint_hp_side *side,
				      const struct mint_hp_ops *ops, void *env)
{
	static const step_fn steps[] = {
		[MINT_HP_LOOK]		= look,
		[MINT_HP_WATCH]		= step_watch,
		[MINT_HP_PREPARE]	= step_prepare,
		[MINT_HP_REFUSE]	= step_refuse,
		[MINT_HP_UNBIND]	= step_unbind,
		[MINT_HP_QUIESCE]	= step_quiesce,
		[MINT_HP_RESET]		= step_reset,
		[MINT_HP_RELEASE]	= step_release,
		[MINT_HP_LET_GO]	= step_let_go,
		[MINT_HP_ACCEPT]	= step_accept,
		[MINT_HP_DECLINE]	= step_decline,
		[MINT_HP_NOTICE]	= step_notice,
		[MINT_HP_CLAIM]		= step_claim,
		[MINT_HP_SCAN]		= step_scan,
		[MINT_HP_BIND]		= step_bind,
		[MINT_HP_TAKEN]		= step_taken,
		[MINT_HP_UNDO]		= step_undo,
		[MINT_HP_GIVE_UP]	= step_hand_on,
		[MINT_HP_FENCE]		= step_fence,
		[MINT_HP_FENCED]	= step_hand_on,
	};

	return steps[side->at](side, ops, env);
}

/* ---- an order ------------------------------------------------------------------- */

void mint_hp_order_init(struct mint_hp_order *order, u32 os, u32 to, u32 options,
			u32 timeout_ms)
{
	*order = (struct mint_hp_order){
		.os = os,
		.to = to,
		.options = options & ~MINT_ORDER_RETURN,
		.timeout_ms = timeout_ms,
		.at = MINT_HP_ORDER_LOOK,
	};
}

static enum mint_hp_result end_order(struct mint_hp_order *o, int result)
{
	o->at = MINT_HP_ORDER_ENDED;
	o->result = result;
	return MINT_HP_DONE;
}

int mint_hp_order_check(const struct mint_hp_order *o,
			const struct mint_hp_entry *e,
			const struct mint_hp_ops *ops, void *env)
{
	enum mint_hp_life life = o->to ? ops->life(env, o->to) : MINT_HP_RUNS;

	if (e->state == MINT_DEV_GONE)
		return -MINT_HP_ENODEV;
	if (e->state != MINT_DEV_OWNED ||
	    (e->eject && !(o->options & MINT_ORDER_EJECT)))
		return -MINT_HP_EBUSY;
	if (e->owner == o->to)
		return -MINT_HP_EALREADY;
	if (life != MINT_HP_RUNS &&
	    (life != MINT_HP_WAITS || !(o->options & MINT_ORDER_WAITING)))
		return -MINT_HP_EHOSTDOWN;
	if (e->owner && ops->life(env, e->owner) != MINT_HP_RUNS)
		return -MINT_HP_EHOSTDOWN;
	return 0;
}

static enum mint_hp_result order_look(struct mint_hp_order *o,
				      const struct mint_hp_ops *ops, void *env)
{
	int err = ops->copy(env, &o->seen);

	if (!err)
		err = mint_hp_order_check(o, &o->seen, ops, env);
	if (err)
		return end_order(o, err);
	o->at = MINT_HP_ORDER_PLACE;
	return MINT_HP_MORE;
}

static u32 order_timeout_ms(const struct mint_hp_order *o)
{
	u32 ms = o->timeout_ms ? o->timeout_ms : MINT_HP_TIMEOUT_MS;

	if (ms < MINT_HP_TIMEOUT_MIN_MS)
		return MINT_HP_TIMEOUT_MIN_MS;
	return ms > MINT_HP_TIMEOUT_MAX_MS ? MINT_HP_TIMEOUT_MAX_MS : ms;
}

static void fill_in(const struct mint_hp_order *o, struct mint_hp_entry *e,
		    const struct mint_hp_ops *ops, void *env)
{
	e->to = o->to;
	e->back = e->owner;
	e->order++;
	e->orderer = o->os;
	e->options = o->options;
	e->error = 0;
	e->timeout_ms = order_timeout_ms(o);
	e->until = ops->after(env, e->timeout_ms);
}

static enum mint_hp_result order_place(struct mint_hp_order *o,
				       const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next = o->seen;
	int err;

	fill_in(o, &next, ops, env);
	if (next.owner)
		next.state = MINT_DEV_RELEASE;
	else
		pass_on(&next, ops, env);
	err = change(&o->seen, &next, ops, env);
	if (err == -MINT_HP_ESTALE) {
		o->at = MINT_HP_ORDER_LOOK;
		return MINT_HP_MORE;
	}
	if (err)
		return end_order(o, err);
	o->from = o->seen.owner;
	o->number = next.order;
	o->seen = next;
	/* Both sides end on the way; and one over for what is slow to say so. */
	o->give_up = ops->after(env, next.timeout_ms + 4 * MINT_HP_BACK_MS);
	o->at = MINT_HP_ORDER_AWAIT;
	return MINT_HP_MORE;
}

/* At rest again: as it was ordered? */
static int outcome(const struct mint_hp_order *o)
{
	const struct mint_hp_entry *e = &o->seen;

	if (e->state == MINT_DEV_OWNED && e->owner == o->to && !e->error)
		return 0;
	if (e->state != MINT_DEV_OWNED)
		return -MINT_HP_ENODEV;
	return e->error ? -(int)e->error : -MINT_HP_EIO;
}

static enum mint_hp_result order_await(struct mint_hp_order *o,
				       const struct mint_hp_ops *ops, void *env)
{
	struct mint_hp_entry next;
	int err = ops->copy(env, &o->seen);

	if (!err && o->seen.order != o->number)
		return end_order(o, -MINT_HP_ESTALE);
	if (!err && !mint_hp_on_its_way(&o->seen))
		return end_order(o, outcome(o));
	if (ops->now(env) >= o->give_up)
		return end_order(o, err ? err : -MINT_HP_ETIMEDOUT);
	next = o->seen;
	if (err || !watch(&next, MINT_OS_NONE, ops, env))
		return MINT_HP_WAIT;
	err = change(&o->seen, &next, ops, env);
	return err && err != -MINT_HP_ESTALE ? MINT_HP_WAIT : MINT_HP_MORE;
}

enum mint_hp_result mint_hp_order_step(struct mint_hp_order *o,
				       const struct mint_hp_ops *ops, void *env)
{
	switch (o->at) {
	case MINT_HP_ORDER_LOOK:
		return order_look(o, ops, env);
	case MINT_HP_ORDER_PLACE:
		return order_place(o, ops, env);
	case MINT_HP_ORDER_AWAIT:
		return order_await(o, ops, env);
	case MINT_HP_ORDER_ENDED:
		break;
	}
	return MINT_HP_DONE;
}
