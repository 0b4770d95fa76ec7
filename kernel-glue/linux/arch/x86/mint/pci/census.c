// SPDX-License-Identifier: GPL-2.0-only
/*
 * The census of PCI functions.
 *
 * The OS with ACPI lists what it has found once every function has its
 * addresses, and keeps the list true when something is plugged or unplugged.
 * Every OS says there which driver it has bound to what it owns.
 */
#include <linux/bitmap.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include <asm/pci_x86.h>

#include "base/base.h"
#include "hotplug/handover.h"
#include "irq/irq.h"
#include "pci/internal.h"
#include "pci/pci.h"

/* One listing at a time. */
static DEFINE_MUTEX(census_mutex);
/* How long after the table could not be locked. */
#define CENSUS_DELAY		HZ

/* Functions that are leaving this OS: their removal is no unplugging. */
static DECLARE_BITMAP(leaving, MINT_MAX_DEVS);

/* ---- who wants to know ---------------------------------------------------- */

static BLOCKING_NOTIFIER_HEAD(watchers);

void mint_census_watch(struct notifier_block *nb)
{
	blocking_notifier_chain_register(&watchers, nb);
}

static void tell(enum mint_census_event event, u32 idx, struct pci_dev *pdev)
{
	struct mint_census_news news = { .idx = idx, .pdev = pdev };

	blocking_notifier_call_chain(&watchers, event, &news);
}

/* ---- listing what there is ---------------------------------------------- */

static void list_bars(struct mint_dev *d, const struct pci_dev *pdev)
{
	unsigned int i, nr = pdev->hdr_type ? 2 : PCI_STD_NUM_BARS;

	for (i = 0; i < nr; i++) {
		const struct resource *r = &pdev->resource[i];

		if (!r->flags)
			continue;
		d->bar_size[i] = resource_size(r);
		d->bar_paddr[i] = mint_pci_raw_bar(d->sbdf, i);
		if (!(r->flags & IORESOURCE_MEM_64) || i + 1 == nr)
			continue;
		d->bar_paddr[i] |= (u64)mint_pci_raw_bar(d->sbdf, i + 1) << 32;
		i++;
	}
	d->rom_paddr = mint_pci_raw_read(d->sbdf, pdev->hdr_type ?
					 PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS, 4);
}

static bool is_chipset(const struct pci_dev *pdev)
{
	switch (pdev->class >> 8) {
	case PCI_CLASS_BRIDGE_HOST:
	case PCI_CLASS_BRIDGE_ISA:
	case PCI_CLASS_BRIDGE_EISA:
	case PCI_CLASS_SYSTEM_PIC:
	case 0x0806:		/* IOMMU */
	case 0x0807:		/* root complex event collector */
		return true;
	}
	return false;
}

/* The chipset's functions sit in slots together; none of them can leave. */
static u32 slot_flags(struct pci_dev *pdev)
{
	struct pci_dev *other;
	u32 flags = is_chipset(pdev) ? MINT_DEVF_CHIPSET : 0;

	list_for_each_entry(other, &pdev->bus->devices, bus_list) {
		if (other == pdev || other->is_virtfn || pdev->is_virtfn ||
		    PCI_SLOT(other->devfn) != PCI_SLOT(pdev->devfn))
			continue;
		flags |= MINT_DEVF_SIBLINGS;
		if (is_chipset(other))
			flags |= MINT_DEVF_CHIPSET;
	}
	return flags;
}

static bool has_af_flr(struct pci_dev *pdev)
{
	u8 want = PCI_AF_CAP_TP | PCI_AF_CAP_FLR, cap;
	int pos = pci_find_capability(pdev, PCI_CAP_ID_AF);

	if (!pos || pci_read_config_byte(pdev, pos + PCI_AF_CAP, &cap))
		return false;
	return (cap & want) == want;
}

static bool has_pm_reset(struct pci_dev *pdev)
{
	u16 ctl;

	if (!pdev->pm_cap || pdev->dev_flags & PCI_DEV_FLAGS_NO_PM_RESET ||
	    pci_read_config_word(pdev, pdev->pm_cap + PCI_PM_CTRL, &ctl))
		return false;
	return !(ctl & PCI_PM_CTRL_NO_SOFT_RESET);
}

static u32 function_flags(struct pci_dev *pdev)
{
	u32 flags = slot_flags(pdev);

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		flags |= MINT_DEVF_BRIDGE;
	if (pdev->is_hotplug_bridge)
		flags |= MINT_DEVF_SLOT;
	if (pdev->msi_cap)
		flags |= MINT_DEVF_MSI;
	if (pdev->msix_cap)
		flags |= MINT_DEVF_MSIX;
	if (pdev->pin)
		flags |= MINT_DEVF_INTX;
	if (!(pdev->dev_flags & PCI_DEV_FLAGS_NO_FLR_RESET) &&
	    ((pdev->devcap & PCI_EXP_DEVCAP_FLR) || has_af_flr(pdev)))
		flags |= MINT_DEVF_FLR;
	if (has_pm_reset(pdev))
		flags |= MINT_DEVF_PM_RESET;
	if (pdev->dev_flags & PCI_DEV_FLAGS_NO_BUS_RESET)
		flags |= MINT_DEVF_NO_BUS_RESET;
	return flags;
}

static void describe(struct mint_dev *d, struct pci_dev *pdev)
{
	struct pci_dev *bridge = pci_upstream_bridge(pdev);

	memset(d, 0, sizeof(*d));
	d->state = MINT_DEV_OWNED;
	d->sbdf = mint_pci_sbdf(pdev);
	d->owner = mint_self.os;
	d->home = mint_self.os;
	d->from = mint_self.os;
	d->flags = function_flags(pdev);
	d->vendor = pdev->vendor;
	d->device = pdev->device;
	d->class_rev = pdev->class << 8 | pdev->revision;
	d->sub_vendor = pdev->subsystem_vendor;
	d->sub_device = pdev->subsystem_device;
	d->flags |= mint_quirk_flags(d);
	if (!mint_pci_has_ecam())
		d->flags |= MINT_DEVF_STAYS;
	d->gsi = ~0u;
	d->bridge = bridge ? mint_pci_sbdf(bridge) : ~0u;
	list_bars(d, pdev);
}

/* Puts an entry into its slot or a free one; under the lock. */
static bool store_entry(const struct mint_dev *d)
{
	int idx = mint_dev_find(d->sbdf);
	u32 i, seq;

	for (i = 0; idx < 0 && i < MINT_MAX_DEVS; i++)
		if (mint_dev(i)->state == MINT_DEV_FREE)
			idx = i;
	if (idx < 0)
		return false;
	seq = mint_dev(idx)->seq + 1;
	memcpy(mint_dev(idx), d, sizeof(*d));
	mint_dev(idx)->seq = seq;
	mint_dev_knows(idx, d->sbdf);
	return true;
}

/* The GSI behind a function's INTx, once Linux has mapped it. */
static void find_gsi(struct pci_dev *pdev, struct mint_dev *e)
{
	u32 attr;

	if (!pdev->pin || !pdev->irq || pci_dev_msi_enabled(pdev))
		return;
	e->gsi = mint_irq_to_gsi(pdev->irq, &attr);
	if (e->gsi != ~0u)
		e->gsi_flags = attr;
}

/* Asks ACPI, as a driver would; a driver that has it already is not disturbed. */
static void learn_gsi(struct pci_dev *pdev, struct mint_dev *e)
{
	if (!pdev->pin || pdev->irq_managed || pci_is_enabled(pdev) ||
	    pci_dev_msi_enabled(pdev)) {
		find_gsi(pdev, e);
		return;
	}
	if (pcibios_enable_irq(pdev))
		return;
	find_gsi(pdev, e);
	if (pcibios_disable_irq)
		pcibios_disable_irq(pdev);
}

/* ---- drivers ------------------------------------------------------------ */

/* @drv: NULL: it has none any more. */
static void note_driver(struct pci_dev *pdev, const struct pci_driver *drv)
{
	struct mint_dev route = { .gsi = ~0u }, *e;
	u32 sbdf = mint_pci_sbdf(pdev);
	int idx = mint_dev_find(sbdf);
	unsigned long flags;
	bool moves = true;

	if (idx < 0 || !mint_pci_owns(sbdf))
		return;
	if (drv)
		find_gsi(pdev, &route);
	if (mint_shm_lock(&flags))
		return;
	e = mint_dev(idx);
	if (e->sbdf == sbdf && e->owner == mint_self.os) {
		e->flags &= ~MINT_DEVF_DRIVER;
		e->flags |= drv ? MINT_DEVF_DRIVER : 0;
		strscpy(e->driver, drv ? drv->name : "",
			sizeof(e->driver));
		if (route.gsi != ~0u) {
			e->gsi = route.gsi;
			e->gsi_flags = route.gsi_flags;
		}
		moves = e->state != MINT_DEV_OWNED;
	}
	mint_shm_unlock(flags);
	/* A move tells of itself. */
	if (!moves)
		mint_event_send_all(MINT_EV_DEV);
}

/* ---- listing one --------------------------------------------------------- */

static int list_function(struct pci_dev *pdev)
{
	struct mint_dev d;
	unsigned long flags;
	bool stored;
	int err;

	describe(&d, pdev);
	learn_gsi(pdev, &d);
	/* Whoever finds it in the table finds that it is here. */
	err = mint_pci_own(&d);
	if (!err)
		err = mint_shm_lock(&flags);
	if (err)
		return err;
	stored = store_entry(&d);
	mint_shm_unlock(flags);
	if (stored) {
		/* One that was plugged may have had it before it was listed. */
		if (device_is_bound(&pdev->dev))
			note_driver(pdev, READ_ONCE(pdev->driver));
		return 0;
	}
	pci_warn(pdev, "mint: the table is full; stays with this OS\n");
	return -ENOSPC;
}

/* ---- keeping the list true ---------------------------------------------- */

/* 1, 0, or -ETIMEDOUT when that cannot be known now. */
static int wants_listing(struct pci_dev *pdev)
{
	struct mint_dev d;
	int idx, err;

	if (pci_domain_nr(pdev->bus))
		return 0;
	idx = mint_dev_find(mint_pci_sbdf(pdev));
	if (idx < 0)
		return 1;
	err = mint_dev_copy(idx, &d);
	if (err == -ETIMEDOUT)
		return err;
	return !err && d.state == MINT_DEV_GONE;
}

/* -ETIMEDOUT: to be tried again; whatever else fails has been told. */
static int list_if_new(struct pci_dev *pdev)
{
	int err = wants_listing(pdev);

	return err > 0 ? list_function(pdev) : err;
}

static bool present_here(u32 sbdf)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0,
				MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf));

	pci_dev_put(pdev);
	return pdev;
}

/* Nobody can touch it, or only this OS, which does not know it any more. */
static bool may_strike(const struct mint_dev *d)
{
	return d->state == MINT_DEV_OWNED && !present_here(d->sbdf) &&
	       (!d->owner || d->owner == mint_self.os ||
		mint_os_is_stopped(d->owner)) && !mint_dev_answers(d);
}

static int strike_if_gone(u32 idx)
{
	struct mint_hp_entry seen = {}, gone = {};
	struct mint_dev d;
	int err = mint_dev_copy(idx, &d);

	if (err || !may_strike(&d))
		return err;
	seen.seq = d.seq;
	seen.state = d.state;
	gone.state = MINT_DEV_GONE;
	gone.order = d.order;
	err = mint_dev_change(idx, d.sbdf, &seen, &gone);
	if (err)
		return err;
	tell(MINT_CENSUS_STRUCK, idx, NULL);
	mint_pci_forget(d.sbdf);
	return 0;
}

/* Whether all could be looked at. */
static bool look_at_all(void)
{
	struct pci_dev *pdev = NULL;
	bool done = true;
	u32 i;

	for_each_pci_dev(pdev)
		done &= list_if_new(pdev) != -ETIMEDOUT;
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE)
			done &= strike_if_gone(i) != -ETIMEDOUT;
	return done;
}

static void census(struct work_struct *work);
static DECLARE_DELAYED_WORK(census_work, census);

/*
 * Functions that were plugged or unplugged.  The rescan lock makes it wait
 * until whoever plugs has given them their addresses.
 */
static void census(struct work_struct *work)
{
	bool done;

	mutex_lock(&census_mutex);
	pci_lock_rescan_remove();
	done = look_at_all();
	pci_unlock_rescan_remove();
	mutex_unlock(&census_mutex);
	mint_event_send_all(MINT_EV_DEV);
	if (done)
		tell(MINT_CENSUS_DONE, 0, NULL);
	else
		schedule_delayed_work(&census_work, CENSUS_DELAY);
}

void mint_dev_census(void)
{
	mod_delayed_work(system_wq, &census_work, 0);
}

static void new_function(struct pci_dev *pdev)
{
	tell(MINT_CENSUS_FOUND, 0, pdev);
	mint_dev_census();
}

void mint_census_leaving(u32 idx, bool on)
{
	assign_bit(idx, leaving, on);
}

static bool is_leaving(u32 sbdf)
{
	int idx = mint_dev_find(sbdf);

	return idx >= 0 && test_bit(idx, leaving);
}

static int pci_notify(struct notifier_block *nb, unsigned long action,
		      void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);
	u32 sbdf = mint_pci_sbdf(pdev);

	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		/*
		 * A rescan that finds a known function again would look for
		 * new addresses; claim the ones it has first.
		 */
		if (mint_pci_owns(sbdf))
			mint_pci_claim(pdev);
		else if (!mint_self.further)
			new_function(pdev);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		if (!mint_self.further && !is_leaving(sbdf))
			mint_dev_census();
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		note_driver(pdev, pdev->driver);
		wake_up_all(&mint_dev_waitq);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		mint_msi_forget(sbdf);
		note_driver(pdev, NULL);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block pci_nb = { .notifier_call = pci_notify };

/* ---- start -------------------------------------------------------------- */

static void __init list_all(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		list_if_new(pdev);
	if (mint_pci_install())
		pr_warn("no memory mapped configuration space; no device can be given away\n");
}

/*
 * After the first OS has placed every BAR (fs_initcall) and run its quirks
 * (fs_initcall_sync), before the first driver comes (device_initcall).
 */
static int __init mint_dev_init(void)
{
	if (!mint_self.active)
		return 0;
	mint_pci_set_primary(READ_ONCE(mint_hdr()->primary) == mint_self.os);
	if (!mint_self.further)
		list_all();
	return bus_register_notifier(&pci_bus_type, &pci_nb);
}
rootfs_initcall(mint_dev_init);
