// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps the interrupt layer going in this OS: the watch, news of changes to
 * the other OSes, and what is to be done when an OS ends.
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/iopoll.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/pci.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "irq.h"
#include "mint.h"
#include "move.h"
#include "pci.h"
#include "shared.h"

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

/* ---- what people should hear of ----------------------------------------- */

/**
 * struct note - something happened; printed later, out of all locks
 * @full:	it waits to be printed
 */
struct note {
	u32 event;
	u32 gsi;
	u32 a;
	u32 b;
	bool full;
};

#define NR_NOTES		32

static struct note notes[NR_NOTES];
static atomic_t next_note;

static void print_evict(const struct note *n)
{
	char name[MINT_NAME_LEN];

	pr_warn("GSI %u: %s does not acknowledge, it is out of the rounds; its devices on that line are silenced\n",
		n->gsi, mint_os_name(n->a, name));
}

static const char * const wrong_words[] = {
	[IRQL_WRONG_RTE]	= "an RTE",
	[IRQL_WRONG_ROUTE]	= "a route",
	[IRQL_WRONG_SHARERS]	= "the sharers",
	[IRQL_WRONG_ROUND]	= "a round",
	[IRQL_WRONG_VECTOR]	= "a vector",
	[IRQL_WRONG_HEADER]	= "the header",
	[IRQL_WRONG_OWN]	= "what is this OS's own",
	[IRQL_WRONG_OS]		= "the record of an OS",
};

static void print_repair(const struct note *n)
{
	const char *what = n->a < ARRAY_SIZE(wrong_words) ? wrong_words[n->a] :
							    "something";

	if (n->gsi == MINT_IRQT_NONE)
		pr_warn("interrupt table: %s was damaged; restored\n", what);
	else
		pr_warn("interrupt table: %s at GSI %u was damaged; restored\n",
			what, n->gsi);
}

/* A storm that goes on is not told again and again. */
#define STORM_OVER		(10 * HZ)

static void print_storm(const struct note *n)
{
	static unsigned long last[MINT_IRQT_MAX_GSIS];
	bool told = last[n->gsi] &&
		    time_before(jiffies, last[n->gsi] + STORM_OVER);

	last[n->gsi] = jiffies ?: 1;
	if (told)
		return;
	pr_warn("GSI %u storms: %u interrupts in a row that no OS had work in; it is slowed down\n",
		n->gsi, n->a);
}

static void print_note(const struct note *n)
{
	char name[MINT_NAME_LEN];

	switch (n->event) {
	case IRQL_EV_EVICT:
		print_evict(n);
		break;
	case IRQL_EV_READMIT:
		pr_info("GSI %u: %s answers again and takes part\n", n->gsi,
			mint_os_name(n->a, name));
		break;
	case IRQL_EV_THROTTLE:
		print_storm(n);
		break;
	case IRQL_EV_REPAIR:
		print_repair(n);
		break;
	}
}

static void print_notes(struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < NR_NOTES; i++) {
		if (!smp_load_acquire(&notes[i].full))	/* pairs with mint_irq_note() */
			continue;
		print_note(&notes[i]);
		/* Free for the next one only after it has been read. */
		smp_store_release(&notes[i].full, false);
	}
}

static DECLARE_WORK(notes_work, print_notes);

static void notes_soon(struct irq_work *work)
{
	schedule_work(&notes_work);
}

static DEFINE_IRQ_WORK(notes_irq_work, notes_soon);

/* A storm of them loses some: the first ones say it. */
void mint_irq_note(u32 event, u32 gsi, u32 a, u32 b)
{
	struct note *n;

	if (event == IRQL_EV_FORCE)
		return;
	n = &notes[(u32)atomic_inc_return(&next_note) % NR_NOTES];
	if (smp_load_acquire(&n->full))		/* pairs with print_notes() */
		return;
	n->event = event;
	n->gsi = gsi;
	n->a = a;
	n->b = b;
	smp_store_release(&n->full, true);	/* pairs with print_notes() */
	irq_work_queue(&notes_irq_work);
	mint_irq_changed(&mint_irql, gsi);
}

/* ---- INTx of those who do not serve it ---------------------------------- */

/* What no function of the machine is, or has no pin, is left alone. */
static bool has_intx(u32 sbdf)
{
	u32 pin;

	if (!sbdf || !mint_pci_knows(sbdf))
		return false;
	pin = mint_pci_raw_read(sbdf, PCI_INTERRUPT_PIN, 1);
	return pin >= 1 && pin <= PCI_NUM_INTX;
}

/*
 * Past the owner, who hangs.  Which function it is this OS has noted for itself: the
 * entry may say anything by now.  The mark says that it was this layer which switched
 * INTx off: a driver that uses messages has it off all the time.
 */
static void quiet_one(u32 idx, bool on)
{
	struct mint_dev *dev = mint_dev(idx);
	u32 sbdf = mint_move_sbdf(idx);

	if (!has_intx(sbdf))
		return;
	if (on) {
		if (xchg(&dev->intx_off, 0))
			mint_intx_set(sbdf, true);
		return;
	}
	if (!mint_intx_is_on(sbdf))
		return;
	WRITE_ONCE(dev->intx_off, 1);
	mint_intx_set(sbdf, false);
}

void mint_irq_quiet_intx(struct irql *l, u32 os, u32 gsi, bool on)
{
	u32 i;

	if (!mint_pci_installed())
		return;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		struct mint_dev *dev = mint_dev(i);

		if (READ_ONCE(dev->state) != MINT_DEV_FREE &&
		    READ_ONCE(dev->state) != MINT_DEV_GONE &&
		    READ_ONCE(dev->owner) == os && READ_ONCE(dev->gsi) == gsi)
			quiet_one(i, on);
	}
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
	int err;

	if (!still_stuck() || frees_it(os))
		return;
	pr_warn("%s sits on the lock of the interrupt table: stopping its cores\n",
		mint_os_name(os, name));
	err = mint_os_force_stop(os, still_stuck);
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

/* ---- ends --------------------------------------------------------------- */

#define GONE_TRIES		5

void mint_irq_lock_break(u32 os)
{
	if (mint_irql_up)
		irql_lock_break(&mint_irql, os);
}

int mint_irq_os_gone(u32 os)
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

bool mint_irq_gsi_taken(u32 gsi)
{
	struct mint_line line;
	u32 attr;

	if (!mint_line_copy(gsi, &line))
		return false;
	attr = READ_ONCE(irql_gsi(&mint_irql, gsi)->attr);
	return !(attr & MINT_IRQF_LEVEL) &&
	       (line.sharers & ~BIT(mint_self.os - 1));
}

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
