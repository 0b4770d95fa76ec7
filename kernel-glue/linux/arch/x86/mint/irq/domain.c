// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where Linux's GSIs become pins of the interrupt layer.
 *
 * The first OS boots as plain Linux does and has one irq domain for each I/O APIC.
 * When the shared area is built, still on one CPU, the chip of every interrupt in
 * these domains and the domains' operations are replaced.  io_apic.c goes on to
 * keep its book of GSIs and attributes; where it would write an entry it asks
 * mint_ioapic_write() instead, and no line of it reaches the hardware.
 *
 * The first OS that is started again beside others does the same, but until then the
 * chips are left alone: what io_apic.c reads of them is made up, what it writes is lost.
 *
 * A further OS has one domain whose hardware numbers are GSIs.  What is behind a
 * GSI it learns from the device table and from the header of the interrupt table.
 */
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <linux/mint.h>
#include <linux/mutex.h>
#include <linux/syscore_ops.h>

#include <asm/apic.h>
#include <asm/io_apic.h>
#include <asm/irqdomain.h>
#include <asm/timer.h>

#include "base/base.h"
#include "base/faults.h"
#include "irq/internal.h"
#include "irq/irq.h"

/* The domain of a further OS. */
static struct irq_domain *gsi_domain __ro_after_init;
/* Mapping of GSIs, one at a time. */
static DEFINE_MUTEX(map_mutex);

static void set_attr(u32 gsi, bool level, bool low)
{
	mint_pins[gsi].attr = (level ? MINT_IRQF_LEVEL : 0) |
			      (low ? MINT_IRQF_LOW : 0);
}

/* ---- what io_apic.c asks ------------------------------------------------ */

/* They are at work for others, and the layer is not there yet. */
static bool hands_off(int ioapic)
{
	return !mint_irql_up && mint_self.joined &&
	       ioapic < mint_self.boot.irq.nr_chips;
}

/* The last OS out leaves the chips as Linux would. */
static bool is_ours(int ioapic)
{
	if (!mint_irql_up || ioapic >= mint_irql.nr_chips)
		return false;
	return system_state < SYSTEM_HALT || system_state == SYSTEM_SUSPEND ||
	       (mint_others_stay() && !mint_ends_machine);
}

static bool is_routed(u32 gsi)
{
	return READ_ONCE(mint_irql.mine[gsi].type) == MINT_IRQ_PIN;
}

static void apply_again(u32 gsi)
{
	unsigned long flags;

	if (irql_lock(&mint_irql, &flags))
		return;
	irql_apply(&mint_irql, gsi);
	irql_unlock(&mint_irql, flags);
}

/*
 * Trigger and polarity are io_apic.c's to know.  Vector and destination are read
 * from the vector domain when the pin is activated.  A pin that is routed is
 * written by io_apic.c only when the machine wakes up and the chip has forgotten.
 */
bool mint_ioapic_write(int ioapic, int pin, u32 lo, u32 hi)
{
	u32 gsi;

	if (!is_ours(ioapic))
		return hands_off(ioapic);
	gsi = irql_pin_to_gsi(&mint_irql, ioapic, pin);
	if (gsi == MINT_IRQT_NONE)
		return true;
	if (is_routed(gsi) || system_state == SYSTEM_SUSPEND)
		apply_again(gsi);
	else
		set_attr(gsi, lo & IRQL_RTE_LEVEL, lo & IRQL_RTE_LOW);
	return true;
}

bool mint_ioapic_mask(int ioapic, int pin)
{
	return is_ours(ioapic) || hands_off(ioapic);
}

/* Registers of the chip: its id, in bits 24 to 31, version, entries. */
#define REG_ID			0
#define REG_VERSION		1

/* As the first life of this OS found it; nothing is in use. */
static unsigned int made_up_read(unsigned int ioapic, unsigned int reg)
{
	const struct mint_irqt_chip *chip = &mint_self.boot.irq.chip[ioapic];

	if (!hands_off(ioapic))
		return native_io_apic_read(ioapic, reg);
	switch (reg) {
	case REG_ID:
		return chip->id << 24;
	case REG_VERSION:
		return chip->version;
	default:
		return reg & 1 ? 0 : IRQL_RTE_MASK;
	}
}

void __init mint_irq_setup_again(void)
{
	x86_apic_ops.io_apic_read = made_up_read;
	/* No interrupt comes before the layer is there. */
	no_timer_check = 1;
}

/* The index register is everybody's: read under the layer's lock. */
static unsigned int locked_read(unsigned int ioapic, unsigned int reg)
{
	unsigned long flags;
	unsigned int value;

	if (!is_ours(ioapic))
		return native_io_apic_read(ioapic, reg);
	if (irql_lock(&mint_irql, &flags))
		return IRQL_RTE_MASK;
	value = mint_irql.plat->chip_read(&mint_irql, ioapic, reg);
	irql_unlock(&mint_irql, flags);
	return value;
}

/* ---- the domains of the first OS ---------------------------------------- */

/* As io_apic.c finds them; it keeps the result to itself. */
static void find_attr(u32 gsi, const struct ioapic_alloc_info *info)
{
	int level = 0, low = 0;

	if (info && info->valid)
		set_attr(gsi, info->is_level, info->active_low);
	else if (acpi_get_override_irq(gsi, &level, &low) >= 0)
		set_attr(gsi, level, low);
	else
		set_attr(gsi, true, true);	/* PCI's */
}

static int pin_alloc(struct irq_domain *domain, unsigned int virq,
		     unsigned int nr_irqs, void *arg)
{
	int err = mp_irqdomain_alloc(domain, virq, nr_irqs, arg);
	struct irq_alloc_info *info = arg;
	struct irq_data *d;

	if (err)
		return err;
	d = irq_domain_get_irq_data(domain, virq);
	d->chip = &mint_irq_chip;
	find_attr(mint_irqd_gsi(d), &info->ioapic);
	return 0;
}

/* Level pins stay masked until they are started, as with io_apic.c. */
static int pin_activate(struct irq_domain *domain, struct irq_data *d,
			bool reserve)
{
	int err = mp_irqdomain_activate(domain, d, reserve);

	return err ?: mint_pin_route(d, mint_pins[mint_irqd_gsi(d)].attr &
					MINT_IRQF_LEVEL);
}

static void pin_deactivate(struct irq_domain *domain, struct irq_data *d)
{
	mint_pin_unroute(d);
	mp_irqdomain_deactivate(domain, d);
}

static const struct irq_domain_ops pin_domain_ops = {
	.alloc		= pin_alloc,
	.free		= mp_irqdomain_free,
	.activate	= pin_activate,
	.deactivate	= pin_deactivate,
};

bool mint_irq_domain_ours(const struct irq_domain *domain)
{
	return domain &&
	       (domain == gsi_domain || domain->ops == &pin_domain_ops);
}

/* ---- take-over ---------------------------------------------------------- */

static bool is_ioapic_domain(const struct irq_domain *domain)
{
	return domain && domain->ops == &mp_ioapic_irqdomain_ops &&
	       (unsigned long)domain->host_data < mint_irql.nr_chips;
}

/* io_apic.c's, in case they get their interrupts back. */
static struct irq_chip *native_chip __initdata;

/*
 * The layer asks the domain what it would write, which tells trigger and polarity
 * of an active pin, and routes it.
 */
static int __init take_over_irq(struct irq_data *d)
{
	native_chip = d->chip;
	d->chip = &mint_irq_chip;
	find_attr(mint_irqd_gsi(d), NULL);
	if (mint_fault("irq-half"))
		return -EIO;
	if (!irqd_is_activated(d))
		return 0;
	return mp_irqdomain_activate(d->domain, d, false) ?:
	       mint_pin_route(d, irqd_irq_masked(d));
}

static int __init take_over_irqs(void)
{
	struct irq_desc *desc;
	unsigned int irq;
	int err = 0;

	for_each_irq_desc(irq, desc) {
		struct irq_data *d = irq_desc_get_irq_data(desc);

		raw_spin_lock(&desc->lock);
		if (is_ioapic_domain(d->domain))
			err = take_over_irq(d);
		raw_spin_unlock(&desc->lock);
		if (err)
			return err;
	}
	return 0;
}

/* What was taken over, in reverse: first nothing is routed, then Linux routes it. */
static void __init unroute_irqs(void)
{
	struct irq_desc *desc;
	unsigned int irq;

	for_each_irq_desc(irq, desc) {
		struct irq_data *d = irq_desc_get_irq_data(desc);

		if (d->chip == &mint_irq_chip && is_routed(mint_irqd_gsi(d)))
			mint_pin_unroute(d);
	}
}

static void __init return_irqs(void)
{
	struct irq_desc *desc;
	unsigned int irq;

	for_each_irq_desc(irq, desc) {
		struct irq_data *d = irq_desc_get_irq_data(desc);

		if (d->chip != &mint_irq_chip)
			continue;
		d->chip = native_chip;
		/* With the mask that it had: io_apic.c has kept that. */
		if (irqd_is_activated(d))
			mp_irqdomain_activate(d->domain, d, false);
	}
}

static void __init give_back(struct irq_domain **domain)
{
	u32 i;

	unroute_irqs();
	mint_irql_up = false;
	mint_irql.table = NULL;
	x86_apic_ops.io_apic_read = native_io_apic_read;
	for (i = 0; i < mint_irql.nr_chips; i++)
		domain[i]->ops = &mp_ioapic_irqdomain_ops;
	return_irqs();
}

/* The domain of an I/O APIC: that of an interrupt that it has. */
static struct irq_domain * __init find_domain(u32 ioapic)
{
	const struct mint_irqt_chip *chip = &mint_irql.chip[ioapic];
	u32 gsi = chip->gsi_base + chip->nr_pins - 1;
	struct irq_alloc_info info;
	struct irq_domain *domain;
	int virq;

	ioapic_set_alloc_attr(&info, NUMA_NO_NODE, 1, 1);
	virq = mp_map_gsi_to_irq(gsi, IOAPIC_MAP_ALLOC, &info);
	if (virq < 0)
		return NULL;
	domain = irq_get_irq_data(virq)->domain;
	mp_unmap_irq(virq);
	return domain;
}

/*
 * The interrupts are taken over while interrupts are off and there is one CPU:
 * nobody is in the middle of anything.
 */
static int __init take_over(void)
{
	struct irq_domain *domain[MINT_IRQT_MAX_CHIPS];
	unsigned long flags;
	u32 i;
	int err;

	for (i = 0; i < mint_irql.nr_chips; i++) {
		domain[i] = find_domain(i);
		if (!domain[i])
			return -ENODEV;
	}
	local_irq_save(flags);
	x86_apic_ops.io_apic_read = locked_read;
	mint_irql_up = true;
	err = take_over_irqs();
	for (i = 0; i < mint_irql.nr_chips; i++)
		domain[i]->ops = &pin_domain_ops;
	if (err)
		give_back(domain);
	local_irq_restore(flags);
	return err;
}

/* ---- the machine, as the first OS finds it ------------------------------ */

static struct mint_irqt_machine machine __initdata;

/* io_apic.c only tells which I/O APIC has a GSI. */
static void __init find_gsis(int ioapic, struct mint_irqt_chip *chip)
{
	u32 gsi;

	for (gsi = 0; gsi < gsi_top; gsi++) {
		if (mp_find_ioapic(gsi) != ioapic)
			continue;
		if (!chip->nr_pins)
			chip->gsi_base = gsi;
		chip->nr_pins++;
	}
}

static void __init find_chips(void)
{
	int i;

	for (i = 0; i < nr_ioapics; i++) {
		struct mint_irqt_chip *chip = &machine.chip[i];

		if (i == MINT_IRQT_MAX_CHIPS) {
			pr_warn("more than %u I/O APICs: the interrupts of the others stay with os1\n",
				MINT_IRQT_MAX_CHIPS);
			break;
		}
		chip->paddr = mpc_ioapic_addr(i);
		chip->id = mpc_ioapic_id(i);
		chip->version = io_apic_read(i, 1);
		find_gsis(i, chip);
		mint_gsi_base[i] = chip->gsi_base;
		machine.nr_chips++;
	}
}

static void __init find_isa(void)
{
	int level, low;
	u32 i, gsi;

	for (i = 0; i < ARRAY_SIZE(machine.isa_gsi); i++) {
		machine.isa_gsi[i] = MINT_IRQT_NONE;
		if (!machine.nr_chips || acpi_isa_irq_to_gsi(i, &gsi))
			continue;
		level = 0;
		low = 0;
		acpi_get_override_irq(gsi, &level, &low);
		machine.isa_gsi[i] = gsi;
		machine.isa_attr[i] = (level ? MINT_IRQF_LEVEL : 0) |
				      (low ? MINT_IRQF_LOW : 0);
	}
}

/* Which I/O APICs there are, and how they are wired, is what it was. */
static int __init attach_again(void)
{
	const struct mint_irqt_machine *m = &mint_self.boot.irq;
	u32 i;

	if (m->nr_chips > nr_ioapics)
		return -EINVAL;
	for (i = 0; i < m->nr_chips; i++) {
		if (m->chip[i].paddr != mpc_ioapic_addr(i))
			return -EINVAL;
		mint_gsi_base[i] = m->chip[i].gsi_base;
	}
	return mint_irq_attach(m);
}

static int __init attach_first(void)
{
	int err;

	if (mint_self.joined)
		return attach_again();
	find_chips();
	find_isa();
	err = mint_irq_attach(&machine);
	/* Nobody else shall find a table that this OS does not go by. */
	if (err) {
		memset(mint_shm_at(MINT_OFF_IRQTABLE), 0, MINT_IRQT_OFF_CHIPS);
		mint_irql.table = NULL;
	}
	return err;
}

/* ---- the domain of a further OS ----------------------------------------- */

static int gsi_alloc(struct irq_domain *domain, unsigned int virq,
		     unsigned int nr_irqs, void *arg)
{
	struct irq_alloc_info *info = arg;
	struct irq_data *d;
	bool level;
	int err;

	err = irq_domain_alloc_irqs_parent(domain, virq, nr_irqs, info);
	if (err)
		return err;
	d = irq_domain_get_irq_data(domain, virq);
	d->hwirq = info->hwirq;
	d->chip = &mint_irq_chip;
	level = mint_pins[info->hwirq].attr & MINT_IRQF_LEVEL;
	if (level)
		irq_set_status_flags(virq, IRQ_LEVEL);
	__irq_set_handler(virq, level ? handle_fasteoi_irq : handle_edge_irq, 0,
			  level ? "fasteoi" : "edge");
	return 0;
}

static int gsi_activate(struct irq_domain *domain, struct irq_data *d,
			bool reserve)
{
	return mint_pin_route(d, mint_pins[mint_irqd_gsi(d)].attr &
				 MINT_IRQF_LEVEL);
}

static void gsi_deactivate(struct irq_domain *domain, struct irq_data *d)
{
	mint_pin_unroute(d);
}

static const struct irq_domain_ops gsi_domain_ops = {
	.alloc		= gsi_alloc,
	.free		= irq_domain_free_irqs_top,
	.activate	= gsi_activate,
	.deactivate	= gsi_deactivate,
};

/* Interrupt number and GSI are the same where possible: easier to read. */
static int alloc_virq(u32 gsi, int prefer)
{
	struct irq_alloc_info info;
	int virq;

	init_irq_alloc_info(&info, NULL);
	info.hwirq = gsi;
	virq = __irq_domain_alloc_irqs(gsi_domain, prefer, 1, NUMA_NO_NODE,
				       &info, false, NULL);
	if (virq < 0)
		virq = __irq_domain_alloc_irqs(gsi_domain, -1, 1, NUMA_NO_NODE,
					       &info, false, NULL);
	return virq;
}

int mint_gsi_map(u32 gsi, u32 attr, int prefer)
{
	int virq;

	if (!gsi_domain || irql_gsi_to_pin(&mint_irql, gsi, NULL, NULL))
		return -ENOENT;
	attr &= MINT_IRQF_LEVEL | MINT_IRQF_LOW;
	mutex_lock(&map_mutex);
	virq = irq_find_mapping(gsi_domain, gsi);
	if (virq && mint_pins[gsi].attr != attr) {
		virq = -EBUSY;
	} else if (!virq) {
		mint_pins[gsi].attr = attr;
		virq = alloc_virq(gsi, prefer);
	}
	mutex_unlock(&map_mutex);
	return virq;
}

int mint_isa_map(u32 isa)
{
	if (!mint_irql_up || isa >= ARRAY_SIZE(mint_irql.isa_gsi))
		return -ENOENT;
	return mint_gsi_map(mint_irql.isa_gsi[isa], mint_irql.isa_attr[isa],
			    isa);
}

/* What a further OS may map as an I/O APIC, whoever wrote the boot data. */
static bool __init chip_ok(const struct mint_irqt_chip *chip)
{
	return IS_ALIGNED(chip->paddr, SZ_1K) && chip->paddr < SZ_4G &&
	       chip->nr_pins && chip->nr_pins <= MINT_IRQT_MAX_PINS;
}

static int __init further_init(void)
{
	const struct mint_irqt_machine *m = &mint_self.boot.irq;
	struct fwnode_handle *fn;
	u32 i;
	int err;

	for (i = 0; i < m->nr_chips; i++)
		if (!chip_ok(&m->chip[i]))
			return -EINVAL;
	err = mint_irq_attach(m);
	if (err)
		return err;
	fn = irq_domain_alloc_named_fwnode("MINT-GSI");
	if (!fn)
		return -ENOMEM;
	gsi_domain = irq_domain_create_hierarchy(x86_vector_domain, 0,
						 MINT_IRQT_MAX_GSIS, fn,
						 &gsi_domain_ops, NULL);
	if (!gsi_domain)
		return -ENOMEM;
	mint_irql_up = true;
	return 0;
}

/* ---- for the others ----------------------------------------------------- */

u32 mint_irq_to_gsi(unsigned int virq, u32 *attr)
{
	struct irq_data *d = irq_get_irq_data(virq);

	if (!d || !mint_irq_domain_ours(d->domain))
		return MINT_IRQT_NONE;
	*attr = mint_pins[mint_irqd_gsi(d)].attr;
	return mint_irqd_gsi(d);
}

u32 mint_irq_gsi_top(void)
{
	const struct mint_irqt_machine *m = &mint_self.boot.irq;
	u32 i, top = 0;

	for (i = 0; i < m->nr_chips; i++)
		top = max(top, m->chip[i].gsi_base + m->chip[i].nr_pins);
	return min(top, MINT_IRQT_MAX_GSIS);
}

/*
 * Without the table each OS still has its messages, and the first one its I/O
 * APICs as io_apic.c drives them.  With it both would drive them.
 */
int __init mint_irq_init(void)
{
	int err = mint_self.further ? further_init() : attach_first();

	if (!err)
		return mint_self.further ? 0 : take_over();
	/* It must not touch them, and could do nothing without them. */
	if (mint_is_first_again())
		return err;
	pr_err("cannot use the interrupt table (%d): interrupt lines stay with os1\n",
	       err);
	return 0;
}
