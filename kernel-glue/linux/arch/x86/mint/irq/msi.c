// SPDX-License-Identifier: GPL-2.0-only
/*
 * Message interrupts: recorded in the interrupt table as Linux writes them into
 * its devices, with their true vector and destination.
 *
 * They need no arbitration: the device writes to its owner's local APIC.  But a
 * message names any core of the machine.  One that points at a core of another OS
 * would interrupt that one with a vector it has not given out, so it is not
 * written; the device gets one for this OS's boot core, on the spurious vector.
 */
#include <linux/init.h>
#include <linux/mint.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/irq_vectors.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "irq/internal.h"
#include "irq/irq.h"

/* Everything here, and the message slots of our section. */
static DEFINE_RAW_SPINLOCK(msg_lock);
/* Slot of a virq's message, 0 = none: slot 0 is no message slot. */
static u16 slots[NR_IRQS];
/* Whose that is. */
static u32 slot_sbdf[NR_IRQS];

static u32 slot_of(unsigned int virq)
{
	return virq < NR_IRQS ? slots[virq] : 0;
}

static void drop_msg(unsigned int virq)
{
	u32 slot = slot_of(virq);

	if (!slot)
		return;
	irql_del_msg(&mint_irql, slot);
	slots[virq] = 0;
}

static void record_msg(unsigned int virq, const struct irql_msg *msg)
{
	u32 slot = slot_of(virq);
	int ret = -EINVAL;

	if (virq >= NR_IRQS)
		goto fail;
	if (slot)
		ret = irql_set_msg(&mint_irql, slot, msg);
	else
		ret = irql_add_msg(&mint_irql, msg);
	if (ret < 0)
		goto fail;
	if (!slot)
		slots[virq] = ret;
	slot_sbdf[virq] = msg->sbdf;
	return;
fail:
	pr_warn_ratelimited("message of %s is not in the interrupt table (%d)\n",
			    mint_bdf(msg->sbdf).s, ret);
}

/* The core that a message is addressed to; we use no logical destinations. */
static u32 apic_id_of(const struct msi_msg *msg)
{
	return msg->arch_addr_lo.destid_0_7;
}

static bool is_empty(const struct msi_msg *msg)
{
	return !msg->address_lo && !msg->address_hi && !msg->data;
}

static bool is_ours(const struct msi_msg *msg)
{
	return !msg->address_hi &&
	       msg->arch_addr_lo.base_address == X86_MSI_BASE_ADDRESS_LOW &&
	       !msg->arch_addr_lo.dest_mode_logical &&
	       mint_apic_is_ours(apic_id_of(msg));
}

/* To our own core, on the vector that local APICs have for nothing. */
static void divert(struct msi_desc *entry, struct msi_msg *msg)
{
	int core = mint_core_of_apic(apic_id_of(msg));
	char name[MINT_NAME_LEN] = "-";

	if (core >= 0)
		mint_os_name(mint_core_owner(core), name);
	pci_err(msi_desc_to_pci_dev(entry),
		"mint: message refused: vector 0x%02x for core %d of %s (address 0x%08x)\n",
		msg->arch_data.vector, core, name, msg->address_lo);
	memset(msg, 0, sizeof(*msg));
	msg->arch_addr_lo.base_address = X86_MSI_BASE_ADDRESS_LOW;
	msg->arch_addr_lo.destid_0_7 = boot_cpu_physical_apicid;
	msg->arch_data.vector = SPURIOUS_APIC_VECTOR;
}

void mint_msi_write(struct msi_desc *entry, struct msi_msg *msg)
{
	struct pci_dev *pdev = msi_desc_to_pci_dev(entry);
	struct irql_msg route = {
		.type = entry->pci.msi_attrib.is_msix ? MINT_IRQ_MSIX : MINT_IRQ_MSI,
		.virq = entry->irq,
		.sbdf = mint_pci_sbdf(pdev),
	};
	unsigned long flags;

	if (!mint_irql.table)
		return;
	if (!is_empty(msg) && !is_ours(msg))
		divert(entry, msg);
	route.vector = msg->arch_data.vector;
	route.dest = apic_id_of(msg);
	raw_spin_lock_irqsave(&msg_lock, flags);
	if (is_empty(msg))
		drop_msg(entry->irq);
	else
		record_msg(entry->irq, &route);
	raw_spin_unlock_irqrestore(&msg_lock, flags);
}

/*
 * Linux writes an empty message when an interrupt is shut down, but one that was
 * never started has a message, too.
 */
void mint_msi_forget(u32 sbdf)
{
	unsigned long flags;
	unsigned int virq;

	if (!mint_irql.table)
		return;
	raw_spin_lock_irqsave(&msg_lock, flags);
	for (virq = 0; virq < NR_IRQS; virq++)
		if (slots[virq] && slot_sbdf[virq] == sbdf)
			drop_msg(virq);
	raw_spin_unlock_irqrestore(&msg_lock, flags);
}

static int __init add_doorbell(void)
{
	struct irql_msg door = {
		.type = MINT_IRQ_DOORBELL,
		.vector = X86_PLATFORM_IPI_VECTOR,
		.dest = READ_ONCE(mint_os(mint_self.os)->doorbell_apic),
		.sbdf = MINT_IRQT_NONE,
		.name = "doorbell",
	};
	unsigned long flags;
	int slot;

	raw_spin_lock_irqsave(&msg_lock, flags);
	slot = irql_add_msg(&mint_irql, &door);
	raw_spin_unlock_irqrestore(&msg_lock, flags);
	return slot < 0 ? slot : 0;
}

static int __init mint_msi_init(void)
{
	if (!mint_self.active || !mint_irql.table)
		return 0;
	return add_doorbell();
}
core_initcall_sync(mint_msi_init);
