// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps the interrupt layer going in this OS: the watch, and news of changes to
 * the other OSes.
 */
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"

/* ---- the watch ---------------------------------------------------------- */

static void watch(struct timer_list *timer);
static DEFINE_TIMER(watch_timer, watch);

static unsigned long watch_period(void)
{
	return max(usecs_to_jiffies(irql_timeout_us(&mint_irql) / 4), 1UL);
}

static void watch(struct timer_list *timer)
{
	if (mint_irql_up && irql_watch(&mint_irql))
		mod_timer(timer, jiffies + watch_period());
}

static void watch_start(void)
{
	if (!timer_pending(&watch_timer))
		mod_timer(&watch_timer, jiffies + watch_period());
}

/* ---- changes ------------------------------------------------------------ */

/* All OSes hear of changes, but not of each one of ten thousand. */
#define TELL_PERIOD		msecs_to_jiffies(10)

static void tell(struct work_struct *work)
{
	mint_event_send_all(MINT_EV_IRQ);
}

static DECLARE_DELAYED_WORK(tell_work, tell);

static void tell_soon(struct irq_work *work)
{
	/* A take-over that failed has changed something, too. */
	if (!mint_irql_up)
		return;
	watch_start();
	schedule_delayed_work(&tell_work, TELL_PERIOD);
}

static DEFINE_IRQ_WORK(tell_irq_work, tell_soon);

/* Called under all sorts of locks. */
void mint_irq_changed(struct irql *l, u32 gsi)
{
	irq_work_queue(&tell_irq_work);
}

/*
 * Whoever shares a line with us now: the line needs our watch, too.  Or somebody
 * asks whether we do have the lock: see stop_stuck().
 */
static void irq_event(u32 events)
{
	if (!mint_irql_up)
		return;
	irql_lock_check(&mint_irql);
	watch_start();
}

static struct mint_event_handler irq_events = {
	.mask = MINT_EV_IRQ,
	.fn = irq_event,
};

/* ---- the time-out ------------------------------------------------------- */

u32 mint_irq_timeout_ms(void)
{
	return irql_timeout_us(&mint_irql) / USEC_PER_MSEC;
}

int mint_irq_set_timeout_ms(u32 ms)
{
	if (!mint_irql_up)
		return -ENODEV;
	if (ms < MINT_IRQT_TIMEOUT_MIN || ms > MINT_IRQT_TIMEOUT_MAX)
		return -ERANGE;
	WRITE_ONCE(irql_hdr(&mint_irql)->timeout_ms, ms);
	/* A watch that sleeps by the old one wakes up by the new one. */
	mod_timer(&watch_timer, jiffies + watch_period());
	mint_irq_changed(&mint_irql, MINT_IRQT_NONE);
	return 0;
}

static int __init mint_irqwatch_init(void)
{
	if (!mint_self.active || !mint_irql_up)
		return 0;
	mint_event_register(&irq_events);
	watch_start();
	return 0;
}
core_initcall_sync(mint_irqwatch_init);
