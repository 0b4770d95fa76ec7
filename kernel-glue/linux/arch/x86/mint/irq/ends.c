// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ends, as far as interrupts are concerned: of an OS that sits on the lock of the
 * interrupt table, of one that is stopped, and of this one.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/iopoll.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "base/life.h"
#include "irq/internal.h"
#include "irq/irq.h"

/* ---- those above, who know functions and cores -------------------------- */

static void (*quiet_functions)(u32 os, u32 gsi, bool on);
static int (*stop_os)(u32 os, bool (*still)(void));

void mint_irq_set_quiet(void (*quiet)(u32 os, u32 gsi, bool on))
{
	WRITE_ONCE(quiet_functions, quiet);
}

void mint_irq_set_stop(int (*stop)(u32 os, bool (*still)(void)))
{
	WRITE_ONCE(stop_os, stop);
}

void mint_irq_quiet_intx(struct irql *l, u32 os, u32 gsi, bool on)
{
	void (*quiet)(u32 os, u32 gsi, bool on) = READ_ONCE(quiet_functions);

	if (quiet)
		quiet(os, gsi, on);
}

/* ---- who sits on the lock ----------------------------------------------- */

static u32 stuck_os;

static bool still_stuck(void)
{
	return irql_lock_still_stuck(&mint_irql);
}

/* How long the OS that the lock names has to say that it does not have it. */
#define ASK_PERIOD_US		(10 * USEC_PER_MSEC)
#define ASK_US			USEC_PER_SEC

/*
 * The word may be damage, and the OS that it names may have nothing to watch: then
 * it frees the word when it hears of this.
 */
static bool frees_it(u32 os)
{
	bool stuck;

	mint_event_send(os, MINT_EV_IRQ);
	return !read_poll_timeout(still_stuck, stuck, !stuck, ASK_PERIOD_US,
				  ASK_US, false);
}

/*
 * Its core may have stopped between the index and the data register, or with a pin
 * masked: nobody can go on before it is proved stopped.
 */
static void stop_stuck(struct work_struct *work)
{
	u32 os = READ_ONCE(stuck_os);
	char name[MINT_NAME_LEN];
	int (*stop)(u32 os, bool (*still)(void)) = READ_ONCE(stop_os);
	int err;

	if (!stop || !still_stuck() || frees_it(os))
		return;
	pr_warn("%s sits on the lock of the interrupt table: stopping its cores\n",
		mint_os_name(os, name));
	err = stop(os, still_stuck);
	/* Busy: another OS is at work on it, which has seen the same. */
	if (err && err != -EBUSY)
		pr_err("%s cannot be stopped for now (%d)\n",
		       mint_os_name(os, name), err);
}

static DECLARE_WORK(stuck_work, stop_stuck);

void mint_irq_lock_stuck(struct irql *l, u32 os)
{
	WRITE_ONCE(stuck_os, os);
	schedule_work(&stuck_work);
}

/* ---- another OS is stopped ---------------------------------------------- */

#define GONE_TRIES		5

static void break_lock(u32 os)
{
	if (mint_irql_up)
		irql_lock_break(&mint_irql, os);
}

static int withdraw_routes(u32 os)
{
	int tries, err = 0;

	if (!mint_irql_up)
		return 0;
	for (tries = 0; tries < GONE_TRIES; tries++) {
		err = irql_os_gone(&mint_irql, os);
		if (err != -ETIMEDOUT)
			break;
	}
	if (err)
		pr_err("the interrupt routes of OS %u stay for now (%d)\n", os,
		       err);
	return err;
}

static int os_gone(u32 os, struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	/* This kernel's own former life was forgotten when the layer was joined. */
	if (os == mint_self.os || !withdraw_routes(os))
		return 0;
	NL_SET_ERR_MSG_FMT(extack,
			   "%s: another OS holds the lock of the interrupt table; try again",
			   mint_os_name(os, name));
	return -EBUSY;
}

static struct mint_life irq_life = {
	.order	= MINT_LIFE_IRQ,
	.stopped = break_lock,
	.silence = os_gone,
	.renew	= os_gone,
};

static int __init mint_irq_ends_init(void)
{
	if (mint_self.active)
		mint_life_register(&irq_life);
	return 0;
}
core_initcall(mint_irq_ends_init);

/* ---- this OS ends ------------------------------------------------------- */

/* Waits little for the lock: this OS is ending, the others see to the rest. */
#define LEAVE_LOCK_US		10000

void mint_irq_leave(void)
{
	u32 gsi;

	if (!mint_irql_up)
		return;
	mint_irql.lock_timeout_us = LEAVE_LOCK_US;
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		if (READ_ONCE(mint_irql.mine[gsi].type) != MINT_IRQ_PIN)
			continue;
		mint_irq_quiet_intx(&mint_irql, mint_self.os, gsi, false);
		irql_unroute_pin(&mint_irql, gsi);
	}
}
