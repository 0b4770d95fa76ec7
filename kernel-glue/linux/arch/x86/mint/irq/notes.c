// SPDX-License-Identifier: GPL-2.0-only
/*
 * What people should hear of the interrupt layer: noted inside its lock, printed later.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"

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
