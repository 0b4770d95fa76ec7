// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt routes of this OS, written into its section when somebody asks
 * for them, and those of the others, read from theirs.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <linux/irqnr.h>
#include <linux/kernel_stat.h>
#include <linux/msi.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/swait.h>

#include <asm/hw_irq.h>
#include <asm/io_apic.h>
#include <asm/irqdomain.h>

#include "mint.h"
#include "rings.h"

#define REFRESH_TIMEOUT	(HZ / 5)
#define NO_NUMBER	(~0u)

/* One publication at a time: the two arrays, and the section's routes. */
static DEFINE_MUTEX(publish_mutex);
static struct mint_route routes[MINT_MAX_ROUTES];
static unsigned int route_irq[MINT_MAX_ROUTES];
static u32 nr_routes;

/* One question at a time; whoever asks it waits for the doorbell. */
static DEFINE_MUTEX(refresh_mutex);
static DECLARE_SWAIT_QUEUE_HEAD(refresh_wait);

static struct mint_route *section_routes(u32 os)
{
	return (void *)mint_section(os) + MINT_SEC_ROUTES;
}

/* ---- I/O APIC pins ---------------------------------------------------- */

static bool domain_is_ioapic(const struct irq_domain *domain)
{
	return domain && domain->ops == &mp_ioapic_irqdomain_ops;
}

/* The kernel only tells the other way round. */
static u32 pin_to_gsi(int ioapic, u32 pin)
{
	u32 gsi;

	for (gsi = 0; gsi < gsi_top; gsi++)
		if (mp_find_ioapic(gsi) == ioapic &&
		    mp_find_ioapic_pin(ioapic, gsi) == pin)
			return gsi;
	return NO_NUMBER;
}

/* What the firmware's table says about the pin of an ISA interrupt. */
static bool isa_pin_is_low(int ioapic, u32 pin)
{
	int i;

	for (i = 0; i < mp_irq_entries; i++) {
		const struct mpc_intsrc *m = &mp_irqs[i];

		if (m->irqtype == mp_INT && m->dstirq == pin &&
		    m->dstapic == mpc_ioapic_id(ioapic))
			return (m->irqflag & MP_IRQPOL_MASK) ==
			       MP_IRQPOL_ACTIVE_LOW;
	}
	return false;
}

/* The I/O APIC code keeps the polarity to itself: ask its sources. */
static bool pin_is_low(int ioapic, u32 pin, u32 gsi)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		const struct mint_dev *dev = mint_dev(i);

		if (READ_ONCE(dev->state) != MINT_DEV_FREE &&
		    READ_ONCE(dev->gsi) == gsi)
			return READ_ONCE(dev->gsi_flags) & BIT(1);
	}
	return isa_pin_is_low(ioapic, pin);
}

static void fill_ioapic(struct mint_route *r, struct irq_data *d)
{
	r->type = MINT_ROUTE_IOAPIC;
	r->chip = mp_irqdomain_ioapic_idx(d->domain);
	r->pin = d->hwirq;
	r->gsi = pin_to_gsi(r->chip, r->pin);
	if (irqd_is_level_type(d))
		r->flags |= MINT_ROUTEF_LEVEL;
	if (pin_is_low(r->chip, r->pin, r->gsi))
		r->flags |= MINT_ROUTEF_LOW;
}

/* ---- collecting ------------------------------------------------------- */

static u32 sbdf_of(struct pci_dev *pdev)
{
	return pci_domain_nr(pdev->bus) << 16 | pci_dev_id(pdev);
}

static void fill_msi(struct mint_route *r, struct msi_desc *msi)
{
	struct device *dev = msi_desc_to_dev(msi);

	r->type = MINT_ROUTE_MSI;
	if (!dev || !dev_is_pci(dev))
		return;
	r->sbdf = sbdf_of(to_pci_dev(dev));
	if (msi->pci.msi_attrib.is_msix)
		r->type = MINT_ROUTE_MSIX;
}

static void clear_route(struct mint_route *r)
{
	memset(r, 0, sizeof(*r));
	r->gsi = NO_NUMBER;
	r->chip = NO_NUMBER;
	r->pin = NO_NUMBER;
	r->sbdf = NO_NUMBER;
}

/* Vector and destination, if the interrupt has any. */
static struct irq_cfg *vector_of(struct irq_data *d)
{
	struct irq_data *root = d;

	while (root->parent_data)
		root = root->parent_data;
	return root->domain == x86_vector_domain ? irqd_cfg(d) : NULL;
}

/* Fills @r from @desc, which is locked; false if it is no route of hardware. */
static bool fill_route(struct mint_route *r, struct irq_desc *desc)
{
	struct irq_data *d = irq_desc_get_irq_data(desc);
	struct msi_desc *msi = irq_data_get_msi_desc(d);
	struct irq_cfg *cfg = vector_of(d);

	if (!desc->action || !cfg)
		return false;
	clear_route(r);
	r->vector = cfg->vector;
	r->dest = cfg->dest_apicid;
	if (irqd_irq_masked(d) || irqd_irq_disabled(d))
		r->flags |= MINT_ROUTEF_MASKED;
	strscpy(r->dev, desc->action->name ?: "-", sizeof(r->dev));
	if (msi)
		fill_msi(r, msi);
	for (; d && !r->type; d = d->parent_data)
		if (domain_is_ioapic(d->domain))
			fill_ioapic(r, d);
	return r->type != MINT_ROUTE_FREE;
}

static void collect_irqs(void)
{
	struct irq_desc *desc;
	unsigned int irq;
	bool ok;

	irq_lock_sparse();
	for_each_irq_desc(irq, desc) {
		/* The last place is the doorbell's. */
		if (nr_routes == MINT_MAX_ROUTES - 1) {
			pr_warn_once("more than %u interrupt routes, not all are listed\n",
				     MINT_MAX_ROUTES);
			break;
		}
		raw_spin_lock_irq(&desc->lock);
		ok = fill_route(&routes[nr_routes], desc);
		raw_spin_unlock_irq(&desc->lock);
		if (!ok)
			continue;
		routes[nr_routes].count = kstat_irqs_usr(irq);
		route_irq[nr_routes++] = irq;
	}
	irq_unlock_sparse();
}

/* Says which device uses a pin; of several, one. */
static void name_pin_user(struct pci_dev *pdev)
{
	u32 i;

	for (i = 0; i < nr_routes; i++)
		if (routes[i].type == MINT_ROUTE_IOAPIC &&
		    route_irq[i] == pdev->irq)
			routes[i].sbdf = sbdf_of(pdev);
}

static void name_pin_users(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (pdev->driver && pdev->pin && !pdev->msi_enabled &&
		    !pdev->msix_enabled)
			name_pin_user(pdev);
}

static void add_doorbell(void)
{
	struct mint_route *r = &routes[nr_routes];
	unsigned int cpu;

	clear_route(r);
	r->type = MINT_ROUTE_DOORBELL;
	r->vector = X86_PLATFORM_IPI_VECTOR;
	r->dest = READ_ONCE(mint_os(mint_self.os)->doorbell_apic);
	strscpy(r->dev, "doorbell", sizeof(r->dev));
	for_each_possible_cpu(cpu)
		r->count += per_cpu(irq_stat, cpu).x86_platform_ipis;
	nr_routes++;
}

/* ---- publishing ------------------------------------------------------- */

static void write_section(struct mint_section *sec)
{
	u32 seq = READ_ONCE(sec->routes_seq) | 1;
	unsigned long flags;

	/* Without a pause: readers of other kernels wait for the end. */
	local_irq_save(flags);
	WRITE_ONCE(sec->routes_seq, seq);
	smp_wmb();	/* odd before anything changes */
	memcpy(section_routes(mint_self.os), routes,
	       nr_routes * sizeof(*routes));
	WRITE_ONCE(sec->nr_routes, nr_routes);
	mint_shared_store(&sec->routes_seq, seq + 1);
	local_irq_restore(flags);
}

static void publish(void)
{
	struct mint_section *sec = mint_section(mint_self.os);
	unsigned long armed;
	unsigned int bit;

	mutex_lock(&publish_mutex);
	nr_routes = 0;
	collect_irqs();
	name_pin_users();
	add_doorbell();
	write_section(sec);
	mutex_unlock(&publish_mutex);

	armed = xchg(&sec->routes_armed, 0);
	for_each_set_bit(bit, &armed, MINT_MAX_OSES)
		mint_event_send(bit + 1, MINT_EV_ROUTES_DONE);
}

/* ---- asking ----------------------------------------------------------- */

/* What was asked for: routes_seq of each OS after a publication from now on. */
struct question {
	unsigned long asked;	/* bit (OS id - 1) */
	u32 want[MINT_MAX_OSES];
};

static bool answered(const struct question *q, u32 os)
{
	u32 seq = mint_shared_load(&mint_section(os)->routes_seq);

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
		mint_shared_or(&mint_section(bit + 1)->routes_armed,
			       BIT(mint_self.os - 1));
		if (!answered(q, bit + 1))
			all = false;
	}
	return all;
}

static void ask(struct question *q, u32 os)
{
	u32 seq = READ_ONCE(mint_section(os)->routes_seq);

	/* One that is under way now may have looked before. */
	q->want[os - 1] = (seq + 3) & ~1u;
	__set_bit(os - 1, &q->asked);
}

void mint_routes_refresh(void)
{
	struct question q = { };
	unsigned int bit;
	u32 os;

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

u32 mint_routes_copy(u32 os, struct mint_route *out, u32 max)
{
	struct mint_section *sec = mint_section(os);
	unsigned int tries;

	/* About a millisecond: then its writer is dead, or mad. */
	for (tries = 0; tries < 1000; tries++) {
		u32 seq = mint_shared_load(&sec->routes_seq);
		u32 nr = min3(READ_ONCE(sec->nr_routes), MINT_MAX_ROUTES, max);

		if (!(seq & 1)) {
			memcpy(out, section_routes(os), nr * sizeof(*out));
			smp_rmb();	/* the routes before their proof */
			if (READ_ONCE(sec->routes_seq) == seq)
				return nr;
		}
		udelay(1);
	}
	return 0;
}

static void asked(u32 events)
{
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

static int __init mint_irqs_init(void)
{
	if (!mint_self.active)
		return 0;
	mint_event_register(&ask_events);
	mint_event_register(&answer_events);
	return 0;
}
device_initcall(mint_irqs_init);
