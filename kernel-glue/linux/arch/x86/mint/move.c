// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves of PCI functions: what hotplug/handover.c needs of Linux.
 *
 * Each function has a worker of its own, so that a driver that does not come back
 * keeps nobody from moving another function.  Every OS's worker looks at every
 * function that is on its way, whoever ordered that, and ends what takes too long.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/pci.h>
#include <linux/reboot.h>
#include <linux/workqueue.h>

#include <asm/tsc.h>

#include "hotplug/handover.h"
#include "mint.h"
#include "move.h"
#include "pci.h"

/* What stands in the table means the same in every kernel. */
static_assert(ESTALE == MINT_HP_ESTALE && EIO == MINT_HP_EIO &&
	      EBUSY == MINT_HP_EBUSY && ENODEV == MINT_HP_ENODEV &&
	      ESHUTDOWN == MINT_HP_ESHUTDOWN && EALREADY == MINT_HP_EALREADY &&
	      ETIMEDOUT == MINT_HP_ETIMEDOUT && EHOSTDOWN == MINT_HP_EHOSTDOWN &&
	      ECANCELED == MINT_HP_ECANCELED);

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
DECLARE_WAIT_QUEUE_HEAD(mint_move_waitq);

/* Reset with their bus, when another function on it was fenced. */
static DECLARE_BITMAP(bus_was_reset, MINT_MAX_DEVS);
/* Functions that are leaving: their removal is no unplugging. */
static DECLARE_BITMAP(leaving, MINT_MAX_DEVS);

bool mint_move_is_leaving(u32 sbdf)
{
	int idx = mint_dev_find(sbdf);

	return idx >= 0 && test_bit(idx, leaving);
}

/* ---- the table --------------------------------------------------------------- */

static void to_entry(const struct mint_dev *d, struct mint_hp_entry *e)
{
	*e = (struct mint_hp_entry){
		.state = d->state,
		.owner = d->owner,
		.to = d->to,
		.back = d->back,
		.order = d->order,
		.orderer = d->orderer,
		.options = d->options,
		.error = d->error,
		.timeout_ms = d->timeout_ms,
		.seq = d->seq,
		.until = d->until_tsc,
		.eject = d->eject,
	};
}

/*
 * Which function an entry is about never changes.  It is kept here, because steps
 * go past the filter in pci.c.
 */
static u32 known_sbdf[MINT_MAX_DEVS];

static bool is_known(u32 idx, u32 sbdf)
{
	/* 0 is the host bridge, which never moves. */
	u32 known = cmpxchg(&known_sbdf[idx], 0, sbdf);

	return !known || known == sbdf;
}

bool mint_move_knows(u32 idx, u32 sbdf)
{
	return is_known(idx, sbdf);
}

u32 mint_move_sbdf(u32 idx)
{
	return READ_ONCE(known_sbdf[idx]);
}

int mint_move_copy(void *env, struct mint_hp_entry *e)
{
	struct mint_move *m = env;
	struct mint_dev d;
	int err = mint_dev_copy(m->idx, &d);

	if (!err && !is_known(m->idx, d.sbdf))
		err = -ENOENT;
	if (err)
		return err;
	*m->d = d;
	to_entry(&d, e);
	return 0;
}

static int op_change(void *env, const struct mint_hp_entry *seen,
		     struct mint_hp_entry *next)
{
	struct mint_move *m = env;

	return mint_dev_change(m->idx, m->d->sbdf, seen, next);
}

static void op_notify(void *env)
{
	mint_event_send_all(MINT_EV_DEV);
}

/* ---- the others ----------------------------------------------------------------- */

/* Who ended has published that before its last core was parked. */
static bool cores_parked(u32 os)
{
	u32 core;

	for (core = 0; core < mint_nr_cores(); core++)
		if (mint_core_runs(core, os))
			return false;
	return true;
}

static enum mint_hp_life op_life(void *env, u32 os)
{
	if (os == mint_self.os || mint_os_alive(os))
		return MINT_HP_RUNS;
	switch (READ_ONCE(mint_os(os)->state)) {
	case MINT_OS_CREATED:
	case MINT_OS_BUSY:
		return MINT_HP_WAITS;
	case MINT_OS_FREE:
		return MINT_HP_STOPPED;
	default:
		return cores_parked(os) ? MINT_HP_STOPPED : MINT_HP_ENDING;
	}
}

static u64 op_now(void *env)
{
	return rdtsc();
}

static u64 op_after(void *env, u32 ms)
{
	return rdtsc() + (u64)ms * tsc_khz;
}

static void op_phase(void *env, u32 phase)
{
	struct mint_move *m = env;
	struct mint_dev *e = mint_dev(m->idx);

	WRITE_ONCE(e->phase_tsc[phase], rdtsc());
	WRITE_ONCE(e->phase, phase);
	mint_event_send_all(MINT_EV_PHASE);
	mint_move_test(phase);
}

/* ---- the function ---------------------------------------------------------------- */

/* A driver that goes while everything else goes would find half of Linux gone. */
static int refuse_when_ending(struct mint_move *m)
{
	if (system_state <= SYSTEM_RUNNING)
		return 0;
	mint_dev_say(m->idx, "it is shutting down");
	return -ESHUTDOWN;
}

/*
 * It would be stopped; that is for those to decide who have set it.  One that is
 * locked would come back to life with the next driver.
 */
static int refuse_watchdog(struct mint_move *m, u32 options)
{
	if (options & MINT_ORDER_EJECT || !mint_quirk_armed(m->d))
		return 0;
	if (mint_quirk_locked(m->d)) {
		mint_dev_say(m->idx, "its watchdog is locked on until a reset");
		return -EPERM;
	}
	if (options & MINT_ORDER_FORCE)
		return 0;
	mint_dev_say(m->idx, "its watchdog runs");
	return -EBUSY;
}

static int op_prepare(void *env, u32 options)
{
	struct mint_move *m = env;
	char text[MINT_REASON_LEN] = "";
	int err = refuse_when_ending(m);

	err = err ?: refuse_watchdog(m, options);
	if (err || options & (MINT_ORDER_FORCE | MINT_ORDER_EJECT))
		return err;
	err = mint_func_busy(m->d->sbdf, text, sizeof(text));
	if (err)
		mint_dev_say(m->idx, text);
	return err;
}

static int op_unbind(void *env)
{
	struct mint_move *m = env;

	return mint_func_unbind(m->idx, m->d->sbdf);
}

static int op_quiesce(void *env)
{
	struct mint_move *m = env;

	return mint_pci_owns(m->d->sbdf) ? mint_dev_silence(m->d) : 0;
}

static int op_reset(void *env)
{
	struct mint_move *m = env;
	int err = mint_func_reset(m->d);

	mint_dev_note_reset(m->idx, m->d->sbdf, !err);
	return err == -ENOTTY ? 0 : err;
}

static void op_release(void *env)
{
	struct mint_move *m = env;

	set_bit(m->idx, leaving);
	mint_func_release(m->idx, m->d);
	clear_bit(m->idx, leaving);
}

static int op_accept(void *env, u32 options)
{
	return refuse_when_ending(env);
}

static int op_claim(void *env)
{
	struct mint_move *m = env;

	clear_bit(m->idx, bus_was_reset);
	if (mint_quirk_locked(m->d)) {
		mint_dev_say(m->idx, "its watchdog is locked on until a reset");
		return -EPERM;
	}
	m->claimed = jiffies;
	return mint_func_claim(m->d);
}

static int op_scan(void *env)
{
	struct mint_move *m = env;

	return mint_func_scan(m->idx, m->d);
}

/*
 * A driver that is a module, or is bound by user space, comes later than the
 * function.  What is left of this side's time is for giving it back.
 */
static unsigned long time_for_driver(const struct mint_move *m)
{
	u32 ms = min(m->d->timeout_ms, MINT_HP_TIMEOUT_MAX_MS);
	unsigned long spent = jiffies - m->claimed;
	unsigned long all = msecs_to_jiffies(ms / 4 * 3);

	if (m->d->state != MINT_DEV_CLAIM ||
	    m->d->options & (MINT_ORDER_NO_DRIVER | MINT_ORDER_RETURN))
		return 0;
	return all > spent ? all - spent : 0;
}

static int op_bind(void *env)
{
	struct mint_move *m = env;
	int err = mint_func_bind(m->idx, m->d, time_for_driver(m));

	if (err == -ENODEV)
		mint_dev_say(m->idx, "no driver there took it");
	if (!err)
		mint_first_irq_watch(m->idx, m->d->sbdf);
	return err;
}

DECLARE_RWSEM(mint_reset_sem);

bool mint_move_may_fence(const struct mint_dev *d)
{
	if (d->state == MINT_DEV_FENCE && d->owner == mint_self.os)
		return true;
	return d->owner && d->owner != mint_self.os &&
	       op_life(NULL, d->owner) == MINT_HP_STOPPED;
}

static int reset_alone(const struct mint_dev *d,
		       int (*reset)(const struct mint_dev *d))
{
	int err;

	down_read(&mint_reset_sem);
	err = reset(d);
	up_read(&mint_reset_sem);
	return err;
}

/* Why it could not be reset, or NULL. */
static const char *reset_with_its_bus(u32 idx, const struct mint_dev *d)
{
	const char *why;

	down_write(&mint_reset_sem);
	if (test_and_clear_bit(idx, bus_was_reset)) {
		up_write(&mint_reset_sem);
		return NULL;
	}
	why = mint_bus_reset(d, bus_was_reset);
	clear_bit(idx, bus_was_reset);
	up_read(&mint_reset_sem);
	return why;
}

/*
 * With its bus before its power state: of the latter many a function only says that it
 * is a reset.
 */
static int reset(u32 idx, const struct mint_dev *d, const char **why)
{
	int err = reset_alone(d, mint_dev_reset_flr);

	if (err != -ENOTTY)
		return err;
	*why = reset_with_its_bus(idx, d);
	return *why ? reset_alone(d, mint_dev_reset_power) : 0;
}

/*
 * No MSI-X is switched off before the reset: some devices fail when that happens
 * at work.
 */
static void fence(struct mint_move *m)
{
	const char *why = "";
	int err;

	mint_dev_stop(m->d);
	err = reset(m->idx, m->d, &why);
	if (err == -ENOTTY)
		pr_warn("%s keeps what its driver left in it: it has no reset of its own, and %s\n",
			mint_bdf(m->d->sbdf).s, why);
	else if (err)
		pr_warn("%s does not come back from its reset (%d)\n",
			mint_bdf(m->d->sbdf).s, err);
	mint_dev_note_reset(m->idx, m->d->sbdf, !err);
	mint_dev_silence(m->d);
	if (mint_quirk_locked(m->d))
		pr_warn("%s: its watchdog is locked on; nobody gets it before it is reset\n",
			mint_bdf(m->d->sbdf).s);
}

/*
 * Bridges and the chipset go on working: others' functions are behind them.  What
 * only shares a slot with the chipset is nobody's concern.
 */
static void op_fence(void *env)
{
	struct mint_move *m = env;

	if (!mint_dev_answers(m->d))
		return;
	if (m->d->flags & MINT_DEVF_BRIDGE)
		mint_dev_hush(m->d);
	else if (!(m->d->flags & MINT_DEVF_CHIPSET))
		fence(m);
	else if (m->d->class_rev >> 24 == PCI_BASE_CLASS_BRIDGE ||
		 m->d->class_rev >> 24 == PCI_BASE_CLASS_SYSTEM)
		mint_dev_hush(m->d);
	else
		mint_dev_stop(m->d);
}

const struct mint_hp_ops mint_move_ops = {
	.copy = mint_move_copy,
	.change = op_change,
	.notify = op_notify,
	.life = op_life,
	.now = op_now,
	.after = op_after,
	.phase = op_phase,
	.prepare = op_prepare,
	.unbind = op_unbind,
	.quiesce = op_quiesce,
	.reset = op_reset,
	.release = op_release,
	.accept = op_accept,
	.claim = op_claim,
	.scan = op_scan,
	.bind = op_bind,
	.fence = op_fence,
};

/* ---- workers ---------------------------------------------------------------------- */

unsigned long mint_move_delay(const struct mint_hp_entry *e)
{
	u64 now = rdtsc(), left_ms;
	u32 os = e->owner ?: e->to;

	if (os && op_life(NULL, os) == MINT_HP_ENDING)
		return PROOF_DELAY;
	if (now >= e->until)
		return 1;
	left_ms = div_u64(e->until - now, tsc_khz);
	return msecs_to_jiffies(min_t(u64, left_ms, MINT_HP_TIMEOUT_MAX_MS)) + 1;
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
	wake_up_all(&mint_move_waitq);
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
	    !is_known(idx, d.sbdf))
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

	wake_up_all(&mint_move_waitq);
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
		err = op_change(&m, &e, &next);
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
	if (!wait_event_timeout(mint_move_waitq, mutex_trylock(&mv->lock),
				FENCE_TIMEOUT)) {
		pr_err("%s: its worker does not come back\n",
		       mint_bdf(READ_ONCE(known_sbdf[idx])).s);
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
	while (left && wait_event_timeout(mint_move_waitq,
					  nr_to_fence(os) < left, FENCE_TIMEOUT));
	return left ? -ETIMEDOUT : 0;
}

int mint_dev_fence(u32 os)
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

bool mint_move_is_stopped(u32 os)
{
	return op_life(NULL, os) == MINT_HP_STOPPED;
}

int mint_move_recall(u32 idx, u32 os)
{
	unsigned long end = jiffies + FENCE_TIMEOUT;
	int err;

	while (!mint_move_is_stopped(os)) {
		if (mint_os_alive(os) || time_after(jiffies, end))
			return -EBUSY;
		msleep(jiffies_to_msecs(PROOF_DELAY));
	}
	err = bury_one(idx, os);
	if (err)
		return err;
	wake_mover(idx);
	return wait_event_timeout(mint_move_waitq,
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
	return 0;
}
rootfs_initcall(mint_move_init);
