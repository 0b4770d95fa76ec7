// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a kernel finds and claims what it may use: address ranges, bridges of others,
 * and the whole of PCI in a further OS.
 *
 * A further OS has no ACPI and assigns nothing: addresses, bridge windows and
 * bus numbers are what the first OS made them, and stay so wherever a function
 * goes.
 */
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/numa.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include <asm/pci_x86.h>
#include <asm/x86_init.h>

#include "../../../../drivers/pci/pci.h"
#include "base/base.h"
#include "irq/irq.h"
#include "pci/internal.h"
#include "pci/pci.h"

/* ---- resources ------------------------------------------------------------ */

/* Not only without flags: a window's old size would be asked for again. */
static void forget_resource(struct resource *r)
{
	r->start = 0;
	r->end = 0;
	r->flags = 0;
}

/*
 * A bridge of somebody else, in a further OS.  Its owner has enabled it and
 * looks after it; here it only leads to what is below.  Nothing of it is
 * claimed until a function of ours needs its windows.
 */
static void adopt_bridge(struct pci_dev *bridge)
{
	unsigned int i;

	bridge->is_hotplug_bridge = 0;
	bridge->is_busmaster = 1;
	atomic_set(&bridge->enable_cnt, 1);
	bridge->irq = 0;
	for (i = 0; i <= PCI_BRIDGE_RESOURCE_END; i++)
		if (!bridge->resource[i].parent)
			forget_resource(&bridge->resource[i]);
}

static void claim_windows(struct pci_bus *bus)
{
	struct pci_dev *bridge = bus->self;
	unsigned int i;

	if (!bridge || mint_pci_owns(mint_pci_sbdf(bridge)))
		return;
	claim_windows(bus->parent);
	for (i = PCI_BRIDGE_RESOURCES; i <= PCI_BRIDGE_RESOURCE_END; i++)
		if (bridge->resource[i].parent)
			return;
	pci_read_bridge_bases(bus);
	for (i = PCI_BRIDGE_RESOURCES; i <= PCI_BRIDGE_RESOURCE_END; i++) {
		struct resource *r = &bridge->resource[i];

		if (r->flags && (!r->start || pci_claim_resource(bridge, i)))
			forget_resource(r);
	}
}

static bool reaches(const struct resource *r)
{
	return r->flags & IORESOURCE_IO ||
	       mint_reaches(mint_arch(), r->start, resource_size(r));
}

static void claim_one(struct pci_dev *pdev, unsigned int i)
{
	struct resource *r = &pdev->resource[i];

	if (!r->flags || r->parent)
		return;
	if (r->start && reaches(r) && !pci_claim_resource(pdev, i))
		return;
	if (i != PCI_ROM_RESOURCE)
		pci_warn(pdev, "mint: BAR %u %pR cannot be used\n", i, r);
	/* Nobody in a further OS shall try to find another place for it. */
	if (mint_self.further)
		forget_resource(r);
}

void mint_pci_claim(struct pci_dev *pdev)
{
	unsigned int i;

	if (mint_self.further) {
		claim_windows(pdev->bus);
		pdev->irq = 0;
	}
	for (i = 0; i <= PCI_ROM_RESOURCE; i++)
		claim_one(pdev, i);
}

/* ---- finding the functions of a further OS ------------------------------- */

/*
 * The scan of a bus gives up a slot whose function 0 it cannot see; that may
 * be somebody else's.  So look for everything we know of by name.
 */
static void scan_listed(bool bridges_only)
{
	const struct mint_fn *fn;
	unsigned long sbdf;

	xa_for_each(&mint_functions, sbdf, fn) {
		struct pci_bus *bus = pci_find_bus(0, MINT_SBDF_BUS(sbdf));
		struct pci_dev *pdev;

		if (!bus || mint_fn_access(fn) == FN_HIDDEN ||
		    (bridges_only && !fn->bridge))
			continue;
		pdev = pci_scan_single_device(bus, MINT_SBDF_DEVFN(sbdf));
		if (!pdev || !fn->bridge)
			continue;
		if (!pdev->subordinate)
			pci_scan_bridge(bus, pdev, bus->busn_res.start, 0);
		if (mint_fn_access(fn) == FN_READ)
			adopt_bridge(pdev);
	}
}

/*
 * Bridges only.  A function that comes is shown to drivers by who takes it, not under
 * the rescan lock.
 */
static void add_bridges(struct pci_bus *bus)
{
	struct pci_dev *pdev;

	list_for_each_entry(pdev, &bus->devices, bus_list) {
		if (!pdev->subordinate)
			continue;
		if (!pci_dev_is_added(pdev))
			pci_bus_add_device(pdev);
		add_bridges(pdev->subordinate);
	}
}

struct pci_bus *mint_pci_bus(u8 nr)
{
	struct pci_bus *bus = pci_find_bus(0, nr), *root;

	if (bus || !mint_self.further)
		return bus;
	scan_listed(true);
	list_for_each_entry(root, &pci_root_buses, node)
		add_bridges(root);
	return pci_find_bus(0, nr);
}

/* ---- set-up of a further OS ----------------------------------------------- */

static bool __init boot_mmcfg_ok(const struct mint_boot_data *b)
{
	return b->mmcfg_paddr && IS_ALIGNED(b->mmcfg_paddr, SZ_1M) &&
	       b->mmcfg_paddr < BIT_ULL(52) && b->mmcfg_bus_end <= 0xff &&
	       mint_reaches_ecam(mint_arch(), b->mmcfg_paddr, b->mmcfg_bus_end);
}

static int __init further_arch_init(void)
{
	const struct mint_boot_data *b = &mint_self.boot;

	if (!boot_mmcfg_ok(b) ||
	    !pci_mmconfig_add(0, 0, b->mmcfg_bus_end, b->mmcfg_paddr)) {
		pr_warn("no memory mapped configuration space; no PCI here\n");
		return 0;
	}
	pci_mmcfg_arch_init();
	mint_dev_load();
	if (mint_pci_install())
		pr_err("cannot map configuration space; no PCI here\n");
	/* Ports and their links are their owner's. */
	pcie_ports_disabled = true;
	pcie_no_aspm();
	return 0;
}

/* ---- set-up of the first OS that is started again ------------------------- */

/* Most of all this is Linux's, by ACPI; but nothing is looked for by ports. */
static int __init again_arch_init(void)
{
	const struct mint_boot_data *b = &mint_self.boot;

	if (!pci_mmconfig_lookup(0, 0) &&
	    (!boot_mmcfg_ok(b) ||
	     !pci_mmconfig_add(0, 0, b->mmcfg_bus_end, b->mmcfg_paddr)))
		panic("mint: no memory mapped configuration space");
	pci_mmcfg_arch_init();
	mint_pci_set_primary(true);
	mint_dev_load();
	if (mint_pci_install())
		panic("mint: cannot map configuration space");
	return 0;
}

/* What is in a slot with functions of others may not have been found. */
static int __init again_scan(void)
{
	struct pci_dev *pdev = NULL;
	struct pci_bus *root;

	if (!mint_is_first_again())
		return 0;
	pci_lock_rescan_remove();
	scan_listed(false);
	for_each_pci_dev(pdev)
		if (!pci_dev_is_added(pdev) && mint_pci_owns(mint_pci_sbdf(pdev)))
			mint_pci_claim(pdev);
	list_for_each_entry(root, &pci_root_buses, node)
		pci_bus_add_devices(root);
	pci_unlock_rescan_remove();
	return 0;
}
subsys_initcall_sync(again_scan);

/* What is plugged from now on has no addresses yet. */
static int __init again_assign(void)
{
	if (mint_is_first_again())
		pci_probe &= ~(PCI_NOASSIGN_BARS | PCI_NOASSIGN_ROMS);
	return 0;
}
late_initcall(again_assign);

void __init mint_pci_setup_again(void)
{
	x86_init.pci.arch_init = again_arch_init;
	pci_probe &= ~(PCI_PROBE_BIOS | PCI_PROBE_CONF1 | PCI_PROBE_CONF2);
	/* Addresses and windows are what its former life made them. */
	pci_probe |= PCI_NOASSIGN_BARS | PCI_NOASSIGN_ROMS;
}

/* Last bus below the root bus @nr. */
static u8 __init last_bus(u8 nr)
{
	const struct mint_boot_data *b = &mint_self.boot;
	u32 i, last = b->mmcfg_bus_end;

	for (i = 0; i < b->nr_root_buses; i++)
		if (b->root_bus[i] > nr && b->root_bus[i] <= last)
			last = b->root_bus[i] - 1;
	return last;
}

static void __init scan_root(u8 nr)
{
	struct pci_sysdata *sd = kzalloc(sizeof(*sd), GFP_KERNEL);
	struct resource *buses = kzalloc(sizeof(*buses), GFP_KERNEL);
	LIST_HEAD(resources);

	if (!sd || !buses)
		goto fail;
	sd->node = NUMA_NO_NODE;
	buses->name = "mint buses";
	buses->flags = IORESOURCE_BUS;
	buses->start = nr;
	buses->end = last_bus(nr);
	pci_add_resource(&resources, buses);
	pci_add_resource(&resources, &ioport_resource);
	pci_add_resource(&resources, &iomem_resource);
	if (pci_scan_root_bus(NULL, nr, &pci_root_ops, sd, &resources))
		return;
	pci_free_resource_list(&resources);
fail:
	pr_err("cannot set up PCI bus %02x\n", nr);
	kfree(buses);
	kfree(sd);
}

static int __init further_init(void)
{
	struct pci_dev *pdev = NULL;
	struct pci_bus *root;
	u32 i;

	if (!mint_pci_installed())
		return 0;
	for (i = 0; i < mint_self.boot.nr_root_buses; i++)
		if (!pci_find_bus(0, mint_self.boot.root_bus[i]))
			scan_root(mint_self.boot.root_bus[i]);
	scan_listed(false);
	for_each_pci_dev(pdev)
		if (mint_pci_owns(mint_pci_sbdf(pdev)))
			mint_pci_claim(pdev);
	list_for_each_entry(root, &pci_root_buses, node)
		pci_bus_add_devices(root);
	return 0;
}

/*
 * The first OS has asked ACPI for the GSI of each function.  Succeed also where
 * there is none: most drivers enable the device first and ask for MSI afterwards.
 */
static int further_enable_irq(struct pci_dev *pdev)
{
	int idx = pdev->pin ? mint_dev_find(mint_pci_sbdf(pdev)) : -ENOENT;
	struct mint_dev d;
	int virq;

	pdev->irq = 0;
	if (idx < 0 || mint_dev_copy(idx, &d) || d.gsi == ~0u)
		return 0;
	virq = mint_gsi_map(d.gsi, d.gsi_flags, d.gsi);
	if (virq > 0)
		pdev->irq = virq;
	else
		pci_warn(pdev, "mint: no interrupt for its INTx, GSI %u (%d)\n",
			 d.gsi, virq);
	return 0;
}

void __init mint_pci_setup_further(void)
{
	x86_init.pci.arch_init = further_arch_init;
	x86_init.pci.init = further_init;
	x86_init.pci.init_irq = x86_init_noop;
	x86_init.pci.fixup_irqs = x86_init_noop;
	pcibios_enable_irq = further_enable_irq;
	pcibios_disable_irq = NULL;
	/* No probing by ports, no assigning of what the firmware left open. */
	pci_probe = PCI_NOASSIGN_BARS | PCI_NOASSIGN_ROMS;
}
