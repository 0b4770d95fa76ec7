// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line that is this OS's alone, by the table, and storms: no handler here has work in
 * it.  Linux switches such a line off after 100,000 interrupts, for good.  Beside other
 * OSes that would be wrong: what asserts the line may be a device of another OS, which
 * takes no part in it for now because the table was damaged; its watch restores that.
 * So the line rests: masked until the next tick, then tried again.
 */
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/timer.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"
#include "irq/storm.h"

struct mint_storm mint_storms[MINT_IRQT_MAX_GSIS];

#define REST_PERIOD		(HZ / 10)

static void end_rests(struct timer_list *timer);
static DEFINE_TIMER(rest_timer, end_rests);

/* Linux may have masked the line meanwhile, or freed it: then it is not resting. */
static void end_rest(u32 gsi, u32 virq)
{
	struct irq_desc *desc = irq_to_desc(virq);
	unsigned long flags;

	if (!desc)
		return;
	raw_spin_lock_irqsave(&desc->lock, flags);
	if (mint_storms[gsi].resting_virq == virq) {
		mint_storm_over(gsi);
		irql_unmask(&mint_irql, gsi);
	}
	raw_spin_unlock_irqrestore(&desc->lock, flags);
}

static void end_rests(struct timer_list *timer)
{
	u32 gsi, virq;

	rcu_read_lock();	/* for the descriptors */
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		virq = READ_ONCE(mint_storms[gsi].resting_virq);
		if (virq)
			end_rest(gsi, virq);
	}
	rcu_read_unlock();
}

void mint_storm_unhandled(struct irq_desc *desc, u32 gsi)
{
	struct mint_storm *storm = &mint_storms[gsi];
	struct irq_data *d = irq_desc_get_irq_data(desc);

	storm->unhandled = desc->irqs_unhandled;
	if (++storm->in_a_row < IRQL_STORM_ROUNDS)
		return;
	storm->in_a_row = 0;
	if (!mint_others_exist() || irqd_irq_masked(d))
		return;
	/* It must not add up to what Linux switches the line off for. */
	desc->irqs_unhandled = 0;
	desc->irq_count = 0;
	storm->unhandled = 0;
	irql_mask(&mint_irql, gsi);
	WRITE_ONCE(storm->resting_virq, d->irq);
	mint_irql.plat->trace(&mint_irql, IRQL_EV_THROTTLE, gsi, IRQL_STORM_ROUNDS, 0);
	if (!timer_pending(&rest_timer))
		mod_timer(&rest_timer, jiffies + REST_PERIOD);
}
