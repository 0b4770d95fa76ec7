// SPDX-License-Identifier: GPL-2.0-only
/*
 * One PCI function in this kernel: how it leaves and how it comes.
 *
 * Each of these is a step of the hand-over (hotplug/handover.h), which says when
 * they are called; what another kernel does meanwhile is none of their business.
 * What this kernel may touch is decided by the filter (pci/filter.c), which only
 * mint_func_claim() opens and mint_func_release() closes.
 */
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "base/base.h"
#include "move/hold.h"
#include "move/internal.h"
#include "move/move.h"
#include "pci/pci.h"

static struct pci_dev *get_pdev(u32 sbdf)
{
	return pci_get_domain_bus_and_slot(0, MINT_SBDF_BUS(sbdf),
					   MINT_SBDF_DEVFN(sbdf));
}

/* ---- the place of a function that is away ------------------------------- */

/**
 * struct place - what the first OS keeps for a function it gave away
 * @res:	its address ranges, so that nothing else is put there
 * @bridge:	the bridge above it, kept awake and forwarding
 */
struct place {
	struct resource res[PCI_ROM_RESOURCE + 1];
	struct pci_dev *bridge;
};

/* Under the rescan lock. */
static struct place *places[MINT_MAX_DEVS];

static void keep_bridge_awake(struct place *p, struct pci_dev *bridge,
			      const char *below)
{
	if (!bridge)
		return;
	/* Its new owner cannot write to it, so this is the time to do it. */
	if (!pci_is_enabled(bridge) && pci_enable_device(bridge))
		pci_warn(bridge, "mint: cannot enable the way to %s\n", below);
	pci_set_master(bridge);
	pm_runtime_get_sync(&bridge->dev);
	p->bridge = pci_dev_get(bridge);
}

/* Takes @pdev out of this kernel and reserves its place.  Rescan lock held. */
static void remove_keeping(u32 idx, struct pci_dev *pdev)
{
	struct resource *parent[PCI_ROM_RESOURCE + 1] = {};
	struct place *p = NULL;
	unsigned int i;

	if (!mint_self.further)
		p = kzalloc(sizeof(*p), GFP_KERNEL);
	for (i = 0; p && i <= PCI_ROM_RESOURCE; i++) {
		struct resource *r = &pdev->resource[i];

		parent[i] = r->parent;
		p->res[i] = DEFINE_RES_NAMED(r->start, resource_size(r),
					     "mint: given away", r->flags);
	}
	if (p)
		keep_bridge_awake(p, pci_upstream_bridge(pdev), pci_name(pdev));
	pci_stop_and_remove_bus_device(pdev);
	for (i = 0; p && i <= PCI_ROM_RESOURCE; i++)
		if (parent[i] && request_resource(parent[i], &p->res[i]))
			pr_warn("cannot reserve %pR\n", &p->res[i]);
	places[idx] = p;
}

static void give_up_place(u32 idx)
{
	struct place *p = places[idx];
	unsigned int i;

	if (!p)
		return;
	places[idx] = NULL;
	for (i = 0; i <= PCI_ROM_RESOURCE; i++)
		if (p->res[i].parent)
			release_resource(&p->res[i]);
	if (p->bridge) {
		pm_runtime_put(&p->bridge->dev);
		pci_dev_put(p->bridge);
	}
	kfree(p);
}

/* ---- the first OS, started again while others had functions ---------------- */

/* The innermost window that @r lies in.  Nobody changes them at this time. */
static struct resource * __init find_window(struct resource *r)
{
	struct resource *window = r->flags & IORESOURCE_IO ? &ioport_resource :
							     &iomem_resource;
	struct resource *child = window->child;

	while (child) {
		if (!resource_contains(child, r) || child->flags & IORESOURCE_BUSY) {
			child = child->sibling;
			continue;
		}
		window = child;
		child = window->child;
	}
	return window;
}

static void __init reserve_bar(struct resource *r, u64 bar, u64 size)
{
	bool io = bar & PCI_BASE_ADDRESS_SPACE_IO;
	u64 base = bar & (io ? PCI_BASE_ADDRESS_IO_MASK : PCI_BASE_ADDRESS_MEM_MASK);

	if (!size || !base)
		return;
	*r = DEFINE_RES_NAMED(base, size, "mint: given away",
			      io ? IORESOURCE_IO : IORESOURCE_MEM);
	if (request_resource(find_window(r), r))
		pr_warn("cannot reserve %pR\n", r);
}

static void __init reserve_place(u32 idx, const struct mint_dev *d)
{
	struct place *p = kzalloc(sizeof(*p), GFP_KERNEL);
	struct pci_dev *bridge;
	unsigned int i;

	if (!p)
		return;
	for (i = 0; i < MINT_NR_BARS; i++)
		reserve_bar(&p->res[i], d->bar_paddr[i], d->bar_size[i]);
	bridge = pci_get_domain_bus_and_slot(0, MINT_SBDF_BUS(d->bridge),
					     MINT_SBDF_DEVFN(d->bridge));
	if (d->bridge != ~0u)
		keep_bridge_awake(p, bridge, mint_bdf(d->sbdf).s);
	pci_dev_put(bridge);
	places[idx] = p;
}

/* Before anything that is plugged could get their addresses. */
static int __init mint_reserve_places(void)
{
	struct mint_dev d;
	u32 idx;

	if (!mint_is_first_again())
		return 0;
	for (idx = 0; idx < MINT_MAX_DEVS; idx++)
		if (!mint_dev_copy(idx, &d) && d.state != MINT_DEV_GONE &&
		    !(d.flags & MINT_DEVF_BRIDGE) && !mint_pci_owns(d.sbdf))
			reserve_place(idx, &d);
	return 0;
}
rootfs_initcall(mint_reserve_places);

/* ---- leaving -------------------------------------------------------------- */

/* Under no lock but the device's own: a driver may never come back. */
static void release_driver(u32 idx, struct pci_dev *pdev)
{
	mint_visit_begin(idx, pdev, "remove");
	device_release_driver(&pdev->dev);
	mint_visit_end(idx);
}

int mint_func_unbind(u32 idx, u32 sbdf)
{
	struct pci_dev *pdev = get_pdev(sbdf);
	int err = 0;

	if (!pdev)
		return 0;
	release_driver(idx, pdev);
	if (pdev->dev.driver) {
		pci_warn(pdev, "mint: its driver does not let go\n");
		err = -EBUSY;
	}
	pci_dev_put(pdev);
	return err;
}

/*
 * A bus reset goes through the bridge above: only for who may write to that.
 * Without a reset of its own the function keeps what its driver left in it.
 */
int mint_func_reset(const struct mint_dev *d)
{
	struct pci_dev *pdev = get_pdev(d->sbdf);
	int err = 0;

	/* One that was pulled out would be waited for. */
	if (!mint_dev_answers(d))
		goto out;
	if (pdev && (d->bridge == ~0u || mint_pci_owns(d->bridge))) {
		err = pci_reset_function(pdev);
	} else {
		err = mint_dev_reset_flr(d);
		if (err == -ENOTTY)
			err = mint_dev_reset_power(d);
	}
	if (err && err != -ENOTTY)
		pr_warn("the reset of %s failed (%d)\n", mint_bdf(d->sbdf).s,
			err);
out:
	pci_dev_put(pdev);
	return err;
}

void mint_func_release(u32 idx, const struct mint_dev *d)
{
	struct pci_dev *pdev = get_pdev(d->sbdf);

	if (pdev) {
		/* Only after a failure there is still a driver. */
		release_driver(idx, pdev);
		pci_lock_rescan_remove();
		remove_keeping(idx, pdev);
		pci_unlock_rescan_remove();
		pci_dev_put(pdev);
	}
	if (!mint_dev_is_silent(d->sbdf))
		mint_dev_silence(d);
	mint_pci_disown(d->sbdf);
}

/* ---- coming --------------------------------------------------------------- */

/* A BAR must be what the table says, or empty after a reset. */
static bool bar_as_listed(const struct mint_dev *d, unsigned int i)
{
	u64 bar = d->bar_paddr[i], now = mint_pci_raw_bar(d->sbdf, i);
	u64 mask = bar & PCI_BASE_ADDRESS_SPACE_IO ? 3 : 15;

	if (!d->bar_size[i])
		return true;
	if (!(bar & PCI_BASE_ADDRESS_SPACE_IO) &&
	    (bar & PCI_BASE_ADDRESS_MEM_TYPE_64) && i + 1 < MINT_NR_BARS)
		now |= (u64)mint_pci_raw_bar(d->sbdf, i + 1) << 32;
	return !((now ^ bar) & ~mask) || !(now & ~mask);
}

static int restore_bars(const struct mint_dev *d)
{
	unsigned int i;

	if (!mint_dev_answers(d)) {
		pr_err("%s is not the function of the table\n",
		       mint_bdf(d->sbdf).s);
		return -ENODEV;
	}
	for (i = 0; i < MINT_NR_BARS; i++) {
		if (bar_as_listed(d, i))
			continue;
		pr_err("%s BAR %u is not where the table says\n",
		       mint_bdf(d->sbdf).s, i);
		return -EIO;
	}
	if (!mint_dev_is_silent(d->sbdf))
		mint_dev_silence(d);
	mint_dev_write_bars(d);
	return 0;
}

int mint_func_claim(const struct mint_dev *d)
{
	int err = mint_pci_own(d);

	return err ?: restore_bars(d);
}

/* One function, as a hot-added one: no rescan, nothing else is touched. */
static int scan_function(u32 idx, const struct mint_dev *d)
{
	struct pci_bus *bus = mint_pci_bus(MINT_SBDF_BUS(d->sbdf));
	struct pci_dev *pdev;

	if (!bus) {
		pr_err("no way to bus %02x from here\n", MINT_SBDF_BUS(d->sbdf));
		return -ENODEV;
	}
	give_up_place(idx);
	pdev = pci_scan_single_device(bus, MINT_SBDF_DEVFN(d->sbdf));
	if (!pdev)
		return -ENODEV;
	mint_pci_claim(pdev);
	return 0;
}

int mint_func_scan(u32 idx, const struct mint_dev *d)
{
	int err;

	pci_lock_rescan_remove();
	err = scan_function(idx, d);
	pci_unlock_rescan_remove();
	return err;
}

/* Seen by user space, but not by drivers: the rescan lock is held. */
static void add_device(struct pci_dev *pdev)
{
	if (mint_hold(pdev, MINT_HOLD_COMING))
		pci_warn(pdev, "mint: a driver sees it under the rescan lock\n");
	pci_lock_rescan_remove();
	pci_bus_add_device(pdev);
	pci_unlock_rescan_remove();
	mint_hold_end(pdev);
}

static bool has_driver(struct pci_dev *pdev)
{
	return device_is_bound(&pdev->dev);
}

/* Whether there is no use in waiting on. */
static bool stop_waiting(u32 idx, u32 seq, struct pci_dev *pdev)
{
	return has_driver(pdev) || READ_ONCE(mint_dev(idx)->eject) ||
	       READ_ONCE(mint_dev(idx)->seq) != seq;
}

int mint_func_bind(u32 idx, const struct mint_dev *d, unsigned long wait)
{
	struct pci_dev *pdev = get_pdev(d->sbdf);
	u32 seq = READ_ONCE(mint_dev(idx)->seq);
	unsigned long end = jiffies + wait;
	int err;

	if (!pdev)
		return -EIO;
	add_device(pdev);
	mint_visit_begin(idx, pdev, "probe");
	if (device_attach(&pdev->dev) < 0)
		pci_warn(pdev, "mint: its driver fails\n");
	mint_visit_end(idx);
	/* It may come as a module, or be bound by user space. */
	if (time_before(jiffies, end))
		wait_event_timeout(mint_dev_waitq,
				   stop_waiting(idx, seq, pdev), end - jiffies);
	err = has_driver(pdev) ? 0 : -ENODEV;
	pci_dev_put(pdev);
	return err;
}

static void take_owned(u32 idx)
{
	struct mint_dev d;
	struct pci_dev *pdev;

	if (mint_dev_copy(idx, &d) || d.state != MINT_DEV_OWNED ||
	    d.owner != mint_self.os || d.flags & MINT_DEVF_BRIDGE)
		return;
	pdev = get_pdev(d.sbdf);
	pci_dev_put(pdev);
	if (pdev || mint_func_claim(&d) || mint_func_scan(idx, &d))
		return;
	mint_func_bind(idx, &d, 0);
}

void mint_move_take_owned(void)
{
	u32 idx;

	for (idx = 0; idx < MINT_MAX_DEVS; idx++)
		take_owned(idx);
}

/* Nothing comes back there. */
static int news(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct mint_census_news *n = data;

	if (event == MINT_CENSUS_STRUCK)
		give_up_place(n->idx);
	return NOTIFY_OK;
}

static struct notifier_block news_nb = { .notifier_call = news };

static int __init mint_func_init(void)
{
	if (mint_self.active)
		mint_census_watch(&news_nb);
	return 0;
}
core_initcall(mint_func_init);
