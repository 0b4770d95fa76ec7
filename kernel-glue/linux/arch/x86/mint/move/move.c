// SPDX-License-Identifier: GPL-2.0-only
/*
 * This OS's part in the moves of PCI functions.
 *
 * Each function has a worker of its own, so that a driver that does not come back
 * keeps nobody from moving another function.  Every OS's worker looks at every
 * function that is on its way, whoever ordered that, and ends what takes too long.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "base/life.h"
#include "hotplug/handover.h"
#include "move/internal.h"
#include "pci/pci.h"

/* How often to look whether the cores of an OS that ended are parked. */
#define PROOF_DELAY		(HZ / 20)
/* How often to try again to lock the table. */
#define LOCK_DELAY		HZ
/*
 * How long the next one of many functions that are fenced may take: a minute for its
 * reset, and what comes before and after.
 */
#define FENCE_TIMEOUT		(75 * HZ)

/**
 * struct mover - this OS's part in the moves of one function
 * @work:	takes the steps
 * @lock:	@side
 * @side:	where it is
 * @idx:	index of the function in the table
 * @d:		its entry as last read; steps use this copy
 */
struct mover {
	struct delayed_work work;
	struct mutex lock;	/* @side */
	struct mint_hp_side side;
	u32 idx;
	struct mint_dev d;
};

static struct mover movers[MINT_MAX_DEVS];
static struct workqueue_struct *move_wq;

/* ---- workers ---------------------------------------------------------------------- */

unsigned long mint_move_delay(const struct mint_hp_entry *e)
{
	u32 os = e->owner ?: e->to;

	if (os && mint_move_ops.life(NULL, os) == MINT_HP_ENDING)
		return PROOF_DELAY;
	return mint_move_time_left(e->until) + 1;
}

static void take_steps(struct mover *mv)
{
	struct mint_move m = { .idx = mv->idx, .d = &mv->d };
	enum mint_hp_result result;
	unsigned long delay;

	do {
		result = mint_hp_side_step(&mv->side, &mint_move_ops, &m);
	} while (result == MINT_HP_MORE);
	if (result != MINT_HP_WAIT)
		return;
	delay = mv->side.at == MINT_HP_LOOK ? mint_move_delay(&mv->side.seen) :
					      LOCK_DELAY;
	/* If somebody has woken it meanwhile it runs at once. */
	queue_delayed_work(move_wq, &mv->work, delay);
}

static void move_work(struct work_struct *work)
{
	struct mover *mv = container_of(to_delayed_work(work), struct mover, work);

	mutex_lock(&mv->lock);
	take_steps(mv);
	mutex_unlock(&mv->lock);
	wake_up_all(&mint_dev_waitq);
}

static void wake_mover(u32 idx)
{
	mod_delayed_work(move_wq, &movers[idx].work, 0);
}

/* The filter has to know others' functions: bridges can be read. */
static void note_others(u32 idx)
{
	static u32 noted_seq[MINT_MAX_DEVS];
	u32 seq = READ_ONCE(mint_dev(idx)->seq);
	struct mint_dev d;

	if (noted_seq[idx] == seq || mint_dev_copy(idx, &d) ||
	    !mint_dev_knows(idx, d.sbdf))
		return;
	/* What was unplugged is nobody's business; see mint_pci_forget(). */
	if (d.state == MINT_DEV_GONE || mint_pci_owns(d.sbdf) ||
	    !mint_pci_note(&d))
		noted_seq[idx] = d.seq;
}

/* Something to do, or to watch. */
static void look_at(u32 idx)
{
	u32 state = READ_ONCE(mint_dev(idx)->state);

	if (state == MINT_DEV_RELEASE || state == MINT_DEV_CLAIM ||
	    state == MINT_DEV_FENCE || READ_ONCE(movers[idx].side.away))
		wake_mover(idx);
	else
		note_others(idx);
}

static void move_event(u32 events)
{
	u32 i;

	wake_up_all(&mint_dev_waitq);
	mint_pci_set_primary(READ_ONCE(mint_hdr()->primary) == mint_self.os);
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE)
			look_at(i);
}

/* The short way: who has to do something, waits for nobody else's handlers. */
static void move_irq(u32 events)
{
	u32 i, state;

	if (!move_wq)
		return;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		state = READ_ONCE(mint_dev(i)->state);
		if (state == MINT_DEV_RELEASE || state == MINT_DEV_CLAIM)
			wake_mover(i);
	}
}

static struct mint_event_handler move_handler = {
	.mask = MINT_EV_DEV | MINT_EV_STATE,
	.fn = move_event,
	.fn_irq = move_irq,
};

/* ---- the functions of an OS that has ended ------------------------------------------- */

/* @side: what has to fence it, if that becomes this OS's business. */
static int bury_entry(u32 idx, u32 os, struct mint_hp_side *side)
{
	struct mint_hp_entry e, next;
	struct mint_dev d;
	struct mint_move m = { .idx = idx, .d = &d };
	bool was_its;
	int err;

	do {
		err = mint_move_copy(&m, &e);
		if (err)
			break;
		was_its = e.owner == os;
		if (was_its != !!side ||
		    !mint_hp_bury(&e, os, mint_self.os, &next,
				  &mint_move_ops, &m))
			break;
		err = mint_move_ops.change(&m, &e, &next);
		if (!err && side)
			mint_hp_side_must_fence(side);
	} while (err == -ESTALE);
	return err == -ETIMEDOUT ? err : 0;
}

/*
 * Only the worker of a function that was the dead OS's is waited for.  It is in no
 * driver here, so that is a bounded time; the others may be, for ever.
 */
static int bury_one(u32 idx, u32 os)
{
	struct mover *mv = &movers[idx];
	int err = bury_entry(idx, os, NULL);

	if (err || READ_ONCE(mint_dev(idx)->owner) != os)
		return err;
	if (!wait_event_timeout(mint_dev_waitq, mutex_trylock(&mv->lock),
				FENCE_TIMEOUT)) {
		pr_err("%s: its worker does not come back\n",
		       mint_bdf(mint_dev_known(idx)).s);
		return -ETIMEDOUT;
	}
	err = bury_entry(idx, os, &mv->side);
	mutex_unlock(&mv->lock);
	return err;
}

/* By whomever. */
static u32 nr_to_fence(u32 os)
{
	u32 i, nr = 0;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		nr += READ_ONCE(movers[i].side.fencing) ||
		      (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FENCE &&
		       READ_ONCE(mint_dev(i)->from) == os);
	return nr;
}

/*
 * The works cannot be flushed: whoever wakes one once more takes it out of the
 * queue, and who waits for it there is let go.
 */
static int wait_for_fences(u32 os)
{
	u32 left;

	do
		left = nr_to_fence(os);
	while (left && wait_event_timeout(mint_dev_waitq,
					  nr_to_fence(os) < left, FENCE_TIMEOUT));
	return left ? -ETIMEDOUT : 0;
}

static int fence_all(u32 os)
{
	int err = 0;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE)
			err = bury_one(i, os) ?: err;
	/* Each drains and resets for up to a minute: all at once. */
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(movers[i].side.fencing))
			wake_mover(i);
	err = wait_for_fences(os) ?: err;
	mint_event_send_all(MINT_EV_DEV);
	return err;
}

static int silence(u32 os, struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	int err = fence_all(os);

	if (err)
		NL_SET_ERR_MSG_FMT(extack,
				   "a device of %s cannot be silenced (%d); try again",
				   mint_os_name(os, name), err);
	return err;
}

static struct mint_life move_life = {
	.order	= MINT_LIFE_DEVS,
	.silence = silence,
};

int mint_move_recall(u32 idx, u32 os)
{
	unsigned long end = jiffies + FENCE_TIMEOUT;
	int err;

	while (!mint_os_is_stopped(os)) {
		if (mint_os_alive(os) || time_after(jiffies, end))
			return -EBUSY;
		msleep(jiffies_to_msecs(PROOF_DELAY));
	}
	err = bury_one(idx, os);
	if (err)
		return err;
	wake_mover(idx);
	return wait_event_timeout(mint_dev_waitq,
				  READ_ONCE(mint_dev(idx)->state) !=
				  MINT_DEV_FENCE, FENCE_TIMEOUT) ? 0 : -ETIMEDOUT;
}

/* ---- start ---------------------------------------------------------------------------- */

static int __init mint_move_init(void)
{
	u32 i;

	if (!mint_self.active)
		return 0;
	move_wq = alloc_workqueue("mint_move", WQ_UNBOUND, 0);
	if (!move_wq)
		return -ENOMEM;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		movers[i].idx = i;
		mutex_init(&movers[i].lock);
		INIT_DELAYED_WORK(&movers[i].work, move_work);
		mint_hp_side_init(&movers[i].side, mint_self.os);
	}
	mint_event_register(&move_handler);
	mint_life_register(&move_life);
	return 0;
}
rootfs_initcall(mint_move_init);
