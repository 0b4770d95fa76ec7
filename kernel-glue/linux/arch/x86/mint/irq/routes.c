// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt routes of all OSes, for people to read: what the interrupt table
 * says, whoever wrote it.
 *
 * An OS does not count its interrupts there, since that would cost each of them
 * something: it brings the counters up to date when somebody asks.
 */
#include <linux/bitops.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kernel_stat.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/swait.h>

#include <asm/hardirq.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"
#include "neutral/shared.h"

#define REFRESH_TIMEOUT	(HZ / 5)

/* One update of our own counters at a time. */
static DEFINE_MUTEX(publish_mutex);

/* One question at a time; whoever asks it waits for the doorbell. */
static DEFINE_MUTEX(refresh_mutex);
static DECLARE_SWAIT_QUEUE_HEAD(refresh_wait);

/* ---- our own routes ---------------------------------------------------- */

static u64 doorbells(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += per_cpu(irq_stat, cpu).x86_platform_ipis;
	return sum;
}

/* The layer itself counts the rounds of a shared line. */
static void count_route(u32 slot, const struct mint_irqt_route *mine)
{
	u64 count;

	if (slot < MINT_IRQT_FIRST_MSG && irql_shared(&mint_irql, slot))
		return;
	if (mine->type == MINT_IRQ_DOORBELL)
		count = doorbells();
	else
		count = kstat_irqs_usr(mine->virq);
	irql_count(&mint_irql, slot, count, mine->foreign);
}

/* Known only now: interrupts are activated before they have a handler. */
static void name_pin(u32 gsi, const struct mint_irqt_route *mine)
{
	char name[sizeof(mine->name)] = "-";
	struct irq_desc *desc;
	unsigned long flags;

	irq_lock_sparse();
	desc = irq_to_desc(mine->virq);
	if (desc) {
		raw_spin_lock_irqsave(&desc->lock, flags);
		if (desc->action && desc->action->name)
			strscpy_pad(name, desc->action->name, sizeof(name));
		raw_spin_unlock_irqrestore(&desc->lock, flags);
	}
	irq_unlock_sparse();
	irql_set_user(&mint_irql, gsi, mine->sbdf, name);
}

/* Says which function uses a pin; of several, one. */
static void name_function(struct pci_dev *pdev)
{
	u32 gsi, attr;

	if (!pdev->driver || !pdev->pin || !pdev->irq ||
	    pci_dev_msi_enabled(pdev))
		return;
	gsi = mint_irq_to_gsi(pdev->irq, &attr);
	if (gsi < MINT_IRQT_MAX_GSIS)
		irql_set_user(&mint_irql, gsi, mint_pci_sbdf(pdev),
			      mint_irql.mine[gsi].name);
}

static void publish(void)
{
	struct mint_section *sec = mint_section(mint_self.os);
	struct pci_dev *pdev = NULL;
	unsigned long armed;
	unsigned int bit;
	u32 slot;

	mutex_lock(&publish_mutex);
	for (slot = 0; slot < MINT_IRQT_MAX_ROUTES; slot++) {
		struct mint_irqt_route mine = mint_irql.mine[slot];

		if (mine.type == MINT_IRQ_FREE)
			continue;
		count_route(slot, &mine);
		if (mine.type == MINT_IRQ_PIN)
			name_pin(slot, &mine);
	}
	for_each_pci_dev(pdev)
		name_function(pdev);
	mint_shared_store(&sec->counts_seq, READ_ONCE(sec->counts_seq) + 1);
	mutex_unlock(&publish_mutex);

	armed = xchg(&sec->counts_armed, 0);
	for_each_set_bit(bit, &armed, MINT_MAX_OSES)
		mint_event_send(bit + 1, MINT_EV_ROUTES_DONE);
}

/* ---- asking ------------------------------------------------------------ */

/* What was asked for: counts_seq of each OS after an update from now on. */
struct question {
	unsigned long asked;	/* bit (OS id - 1) */
	u32 want[MINT_MAX_OSES];
};

static bool answered(const struct question *q, u32 os)
{
	u32 seq = mint_shared_load(&mint_section(os)->counts_seq);

	return (s32)(seq - q->want[os - 1]) >= 0 || !mint_os_alive(os);
}

/* Everybody has answered, or else we are told when the next one does. */
static bool all_answered(const struct question *q)
{
	bool all = true;
	unsigned int bit;

	for_each_set_bit(bit, &q->asked, MINT_MAX_OSES) {
		if (answered(q, bit + 1))
			continue;
		mint_shared_or(&mint_section(bit + 1)->counts_armed,
			       BIT(mint_self.os - 1));
		if (!answered(q, bit + 1))
			all = false;
	}
	return all;
}

static void ask(struct question *q, u32 os)
{
	/* One that is under way now may have looked before. */
	q->want[os - 1] = READ_ONCE(mint_section(os)->counts_seq) + 1;
	__set_bit(os - 1, &q->asked);
}

void mint_routes_refresh(void)
{
	struct question q = { };
	unsigned int bit;
	u32 os;

	if (!mint_irql.table)
		return;
	mutex_lock(&refresh_mutex);
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && mint_os_alive(os))
			ask(&q, os);
	for_each_set_bit(bit, &q.asked, MINT_MAX_OSES)
		mint_event_send(bit + 1, MINT_EV_ROUTES);
	publish();
	/* Who does not answer is shown as it last was. */
	swait_event_timeout_exclusive(refresh_wait, all_answered(&q),
				      REFRESH_TIMEOUT);
	mutex_unlock(&refresh_mutex);
}

static void asked(u32 events)
{
	if (mint_irql.table)
		publish();
}

static void answer_came(u32 events)
{
	swake_up_one(&refresh_wait);
}

static struct mint_event_handler ask_events = {
	.mask	= MINT_EV_ROUTES,
	.fn	= asked,
};

static struct mint_event_handler answer_events = {
	.mask	= MINT_EV_ROUTES_DONE | MINT_EV_STATE,
	.fn_irq	= answer_came,
};

/* ---- reading ------------------------------------------------------------- */

static void describe_flags(struct mint_route *out, u32 flags)
{
	if (flags & MINT_IRQF_LEVEL)
		out->flags |= MINT_ROUTEF_LEVEL;
	if (flags & MINT_IRQF_LOW)
		out->flags |= MINT_ROUTEF_LOW;
	if (flags & MINT_IRQF_MASKED)
		out->flags |= MINT_ROUTEF_MASKED;
	if (flags & MINT_IRQF_HELD)
		out->flags |= MINT_ROUTEF_HELD;
}

static void describe_line(struct mint_route *out, u32 os)
{
	struct mint_line line;

	out->type = MINT_ROUTE_IOAPIC;
	if (!mint_line_copy(out->gsi, &line))
		return;
	if (hweight32(line.sharers) < 2)
		return;
	out->type = MINT_ROUTE_SHARED;
	out->dest = READ_ONCE(irql_os(&mint_irql, os)->shared_apic);
	if (line.evicted & BIT(os - 1))
		out->flags |= MINT_ROUTEF_EVICTED;
	if (READ_ONCE(irql_gsi(&mint_irql, out->gsi)->throttled))
		out->flags |= MINT_ROUTEF_THROTTLED;
}

/* False: there is nothing in that slot, or nothing that makes sense. */
static bool copy_route(u32 os, u32 slot, struct mint_route *out)
{
	struct mint_irqt_route r;
	bool is_pin, pin_slot = slot < MINT_IRQT_FIRST_MSG;

	mint_shared_copy(&r, irql_route(&mint_irql, os, slot), sizeof(r));
	if (r.type == MINT_IRQ_FREE || r.type > MINT_IRQ_DOORBELL)
		return false;
	is_pin = r.type == MINT_IRQ_PIN;
	if (is_pin != pin_slot)
		return false;
	*out = (struct mint_route){
		.type = r.type,
		.gsi = MINT_IRQT_NONE,
		.chip = MINT_IRQT_NONE,
		.pin = MINT_IRQT_NONE,
		.vector = r.vector & 0xff,
		.dest = r.dest,
		.sbdf = r.sbdf,
		.count = r.count,
		.foreign = r.foreign,
	};
	strscpy(out->dev, r.name, sizeof(out->dev));
	describe_flags(out, r.flags);
	if (is_pin) {
		out->gsi = slot;
		irql_gsi_to_pin(&mint_irql, slot, &out->chip, &out->pin);
		describe_line(out, os);
	}
	return true;
}

u32 mint_routes_copy(u32 os, struct mint_route *out, u32 max)
{
	u32 slot, nr = 0;

	if (!mint_irql.table || !READ_ONCE(irql_os(&mint_irql, os)->generation))
		return 0;
	for (slot = 0; slot < MINT_IRQT_MAX_ROUTES && nr < max; slot++)
		if (copy_route(os, slot, &out[nr]))
			nr++;
	return nr;
}

void mint_irq_writes(u32 os, u64 writes[3])
{
	struct mint_irqt_section *sec = irql_section(&mint_irql, os);

	if (os == mint_self.os) {
		writes[0] = READ_ONCE(mint_irql.mmio_index);
		writes[1] = READ_ONCE(mint_irql.mmio_data);
		writes[2] = READ_ONCE(mint_irql.mmio_eoi);
		return;
	}
	writes[0] = READ_ONCE(sec->mmio_index);
	writes[1] = READ_ONCE(sec->mmio_data);
	writes[2] = READ_ONCE(sec->mmio_eoi);
}

static int __init mint_irqs_init(void)
{
	if (!mint_self.active)
		return 0;
	mint_event_register(&ask_events);
	mint_event_register(&answer_events);
	return 0;
}
device_initcall(mint_irqs_init);
