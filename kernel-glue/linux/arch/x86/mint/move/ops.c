// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hotplug/handover.c needs of Linux: the steps of a move.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/pci.h>
#include <linux/reboot.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "hotplug/handover.h"
#include "move/internal.h"
#include "move/move.h"
#include "pci/pci.h"

/* What stands in the table means the same in every kernel. */
static_assert(ESTALE == MINT_HP_ESTALE && EIO == MINT_HP_EIO &&
	      EBUSY == MINT_HP_EBUSY && ENODEV == MINT_HP_ENODEV &&
	      ESHUTDOWN == MINT_HP_ESHUTDOWN && EALREADY == MINT_HP_EALREADY &&
	      ETIMEDOUT == MINT_HP_ETIMEDOUT && EHOSTDOWN == MINT_HP_EHOSTDOWN &&
	      ECANCELED == MINT_HP_ECANCELED);

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

int mint_move_copy(void *env, struct mint_hp_entry *e)
{
	struct mint_move *m = env;
	struct mint_dev d;
	int err = mint_dev_copy(m->idx, &d);

	if (!err && !mint_dev_knows(m->idx, d.sbdf))
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

static enum mint_hp_life op_life(void *env, u32 os)
{
	if (os == mint_self.os || mint_os_alive(os))
		return MINT_HP_RUNS;
	switch (READ_ONCE(mint_os(os)->state)) {
	case MINT_OS_CREATED:
	case MINT_OS_BUSY:
	case MINT_OS_RESTARTING:
		return MINT_HP_WAITS;
	case MINT_OS_FREE:
		return MINT_HP_STOPPED;
	default:
		return mint_os_cores_parked(os) ? MINT_HP_STOPPED : MINT_HP_ENDING;
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

unsigned long mint_move_time_left(u64 until_tsc)
{
	u64 now = rdtsc(), left_ms;

	if (now >= until_tsc)
		return 0;
	left_ms = div_u64(until_tsc - now, tsc_khz);
	return msecs_to_jiffies(min_t(u64, left_ms, MINT_HP_TIMEOUT_MAX_MS));
}

/* ---- phases ------------------------------------------------------------------- */

#ifdef CONFIG_MINT_TEST
void (*mint_move_test)(u32 phase);

static void test_phase(u32 phase)
{
	void (*test)(u32 phase) = READ_ONCE(mint_move_test);

	if (test)
		test(phase);
}
#else
static void test_phase(u32 phase)
{
}
#endif

static void op_phase(void *env, u32 phase)
{
	struct mint_move *m = env;
	struct mint_dev *e = mint_dev(m->idx);

	WRITE_ONCE(e->phase_tsc[phase], rdtsc());
	WRITE_ONCE(e->phase, phase);
	mint_event_send_all(MINT_EV_PHASE);
	test_phase(phase);
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

	mint_census_leaving(m->idx, true);
	mint_func_release(m->idx, m->d);
	mint_census_leaving(m->idx, false);
}

static int op_accept(void *env, u32 options)
{
	return refuse_when_ending(env);
}

static int op_claim(void *env)
{
	struct mint_move *m = env;

	mint_dev_has_owner(m->idx);
	if (mint_quirk_locked(m->d)) {
		mint_dev_say(m->idx, "its watchdog is locked on until a reset");
		return -EPERM;
	}
	return mint_func_claim(m->d);
}

static int op_scan(void *env)
{
	struct mint_move *m = env;

	return mint_func_scan(m->idx, m->d);
}

/*
 * A driver that is a module, or is bound by user space, comes later than the
 * function.  A part of what the old side left of the time is for letting go again.
 */
static unsigned long time_for_driver(const struct mint_move *m)
{
	if (m->d->state != MINT_DEV_CLAIM ||
	    m->d->options & (MINT_ORDER_NO_DRIVER | MINT_ORDER_RETURN))
		return 0;
	return mint_move_time_left(m->d->until_tsc) / 4 * 3;
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

static void op_fence(void *env)
{
	struct mint_move *m = env;

	mint_dev_fence_one(m->idx, m->d);
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
