// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI configuration space, as one of several OSes on the machine sees it.
 *
 * Every access of Linux ends in raw_pci_ops or raw_pci_ext_ops.  Both point to
 * the filter below, which lets an OS use the functions it owns, read the
 * machine's bridges, and nothing else.  What passes goes to the memory mapped
 * configuration space: ports 0xcf8/0xcfc are an index and a data register that
 * OSes would pull from under each other.
 *
 * The filter decides from private copies.  They change only when this OS takes
 * or gives a function, so no other OS can widen or narrow them by a write to
 * shared memory, and an access costs no lock.
 *
 * A further OS has no ACPI and assigns nothing: addresses, bridge windows and
 * bus numbers are what the first OS made them, and stay so wherever a function
 * goes.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/numa.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include <asm/pci_x86.h>
#include <asm/x86_init.h>

#include "hotplug/bridge_filter.h"
#include "../../../drivers/pci/pci.h"
#include "mint.h"
#include "pci.h"

enum fn_access {
	FN_HIDDEN,	/* reads as absent */
	FN_READ,	/* a bridge of somebody else */
	FN_FULL,	/* ours */
	FN_GONE,	/* unplugged: as if it had never been listed */
};

/**
 * struct fn - what this OS may do with one function
 * @access:	enum fn_access
 * @bridge:	it has a bridge's header
 * @leaving:	its slot goes off: no reason to keep the way to it
 * @nr_bars:	2 or 6
 * @rom_reg:	where its expansion ROM register is
 * @bar:	values that the BAR registers keep
 * @mask:	which bits of them are an address
 * @rom:	value of the expansion ROM register
 *
 * Never freed; everything but @access and @leaving changes only while it is not
 * FN_FULL.
 */
struct fn {
	u8 access;
	bool bridge;
	bool leaving;
	u8 nr_bars;
	u8 rom_reg;
	u32 bar[MINT_NR_BARS];
	u32 mask[MINT_NR_BARS];
	u32 rom;
};

/* By sbdf; only segment 0 is shared among OSes. */
static DEFINE_XARRAY(functions);
static bool installed __read_mostly;
static bool primary __read_mostly;

static atomic_t refused_writes;
static atomic_t bridge_writes;
static atomic_t fence_writes;

u32 mint_pci_sbdf(const struct pci_dev *pdev)
{
	return (u32)pci_domain_nr(pdev->bus) << 16 | pdev->bus->number << 8 |
	       pdev->devfn;
}

/* ---- past the filter ---------------------------------------------------- */

/*
 * Before the filter is there, and where none can be, the first OS has whatever Linux
 * has found.  Then it has all functions, and nobody else looks at any.
 */
static const struct pci_raw_ops *hw(void)
{
	if (mint_pci_has_ecam() || mint_self.further || !raw_pci_ops)
		return mint_cfg;
	return raw_pci_ops;
}

static u32 hw_read(u32 sbdf, int reg, int len)
{
	u32 val = ~0;

	hw()->read(0, MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf), reg, len,
		   &val);
	return val;
}

u32 mint_pci_raw_read(u32 sbdf, int reg, int len)
{
	return hw_read(sbdf, reg, len);
}

void mint_pci_raw_write(u32 sbdf, int reg, int len, u32 val)
{
	if (!mint_pci_owns(sbdf))
		atomic_inc(&fence_writes);
	hw()->write(0, MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf), reg, len,
		    val);
}

void mint_pci_raw_update16(u32 sbdf, int reg, u16 clear, u16 set)
{
	u16 val = mint_pci_raw_read(sbdf, reg, 2);

	mint_pci_raw_write(sbdf, reg, 2, (val & ~clear) | set);
}

/* ---- who may do what ---------------------------------------------------- */

static u8 fn_access(const struct fn *fn)
{
	/* Pairs with the release in mint_pci_own(). */
	return smp_load_acquire(&fn->access);
}

static struct fn *find_fn(u32 sbdf)
{
	struct fn *fn = xa_load(&functions, sbdf);

	return fn && fn_access(fn) != FN_GONE ? fn : NULL;
}

bool mint_pci_owns(u32 sbdf)
{
	const struct fn *fn = find_fn(sbdf);

	return fn && fn_access(fn) == FN_FULL;
}

bool mint_pci_knows(u32 sbdf)
{
	return find_fn(sbdf);
}

static void bridge_buses(u32 sbdf, u8 *first, u8 *last)
{
	u32 buses = hw_read(sbdf, PCI_PRIMARY_BUS, 4);

	*first = buses >> 8;
	*last = buses >> 16;
}

/* Who owns the nearest listed bridge above a bus owns what is unlisted there. */
static bool bus_is_ours(u8 bus)
{
	const struct fn *fn, *nearest = NULL;
	unsigned long sbdf;
	u8 first, last, best = 0;

	xa_for_each(&functions, sbdf, fn) {
		if (!fn->bridge || fn_access(fn) == FN_GONE)
			continue;
		bridge_buses(sbdf, &first, &last);
		if (first && first <= bus && bus <= last && first >= best) {
			nearest = fn;
			best = first;
		}
	}
	return nearest ? fn_access(nearest) == FN_FULL : READ_ONCE(primary);
}

static u8 access_to(u32 sbdf, const struct fn **fn)
{
	*fn = find_fn(sbdf);
	if (*fn)
		return fn_access(*fn);
	/* Other segments are never given away. */
	if (sbdf >> 16)
		return mint_self.further ? FN_HIDDEN : FN_FULL;
	return bus_is_ours(MINT_SBDF_BUS(sbdf)) ? FN_FULL : FN_HIDDEN;
}

/* Whether something on buses @first to @last is not ours. */
static bool foreign_on(u8 first, u8 last)
{
	const struct fn *fn;
	unsigned long i;

	if (!first)
		return false;
	xa_for_each_range(&functions, i, fn, first << 8, last << 8 | 0xff)
		if (fn_access(fn) != FN_FULL && fn_access(fn) != FN_GONE &&
		    !READ_ONCE(fn->leaving))
			return true;
	return false;
}

/* The same for what is below a bridge of ours. */
static bool foreign_below(u32 sbdf)
{
	u8 first, last;

	bridge_buses(sbdf, &first, &last);
	return foreign_on(first, last);
}

/* ---- which values a register may get ------------------------------------ */

static bool overlaps(int reg, int len, int start, int size)
{
	return reg < start + size && reg + len > start;
}

static bool decoding(u32 sbdf, u16 what)
{
	return hw_read(sbdf, PCI_COMMAND, 2) & what;
}

/*
 * A BAR keeps its value: other OSes' devices lie beside it, and nobody but the
 * bridge's owner knows where there is room.  What Linux writes otherwise is
 * all ones to find the size, with decoding off.
 */
static bool bar_write_ok(const struct fn *fn, u32 sbdf, int reg, int len,
			 u32 val)
{
	int i = (reg - PCI_BASE_ADDRESS_0) / 4;
	bool io = fn->bar[i] & PCI_BASE_ADDRESS_SPACE_IO &&
		  fn->mask[i] != ~0u;
	u32 mask = fn->mask[i];

	if (len != 4)
		return false;
	if ((val & mask) == (fn->bar[i] & mask))
		return true;
	return (val & mask) == mask &&
	       !decoding(sbdf, io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY);
}

static bool rom_write_ok(const struct fn *fn, u32 sbdf, int len, u32 val)
{
	u32 mask = (u32)PCI_ROM_ADDRESS_MASK;

	if (len != 4)
		return false;
	if ((val & mask) == (fn->rom & mask))
		return true;
	return (val & mask) == mask && (!(val & PCI_ROM_ADDRESS_ENABLE) ||
					!decoding(sbdf, PCI_COMMAND_MEMORY));
}

static u8 read_bridge(void *env, int reg)
{
	const u32 *sbdf = env;

	return hw_read(*sbdf, reg, 1);
}

/* A bridge with nothing of others below could take the bus numbers of their way. */
static bool takes_others(u32 sbdf, int reg, int len, u32 val)
{
	u32 buses = hw_read(sbdf, PCI_PRIMARY_BUS, 4);
	int i, shift;

	if (!overlaps(reg, len, PCI_PRIMARY_BUS, 4))
		return false;
	for (i = 0; i < len; i++, val >>= 8) {
		shift = (reg + i - PCI_PRIMARY_BUS) * 8;
		if (shift < 0 || shift > 24)
			continue;
		buses &= ~(0xffU << shift);
		buses |= (val & 0xff) << shift;
	}
	return foreign_on(buses >> 8, buses >> 16);
}

/* A bridge of ours with devices of others below stays the way to them. */
static bool bridge_write_ok(u32 sbdf, int reg, int len, u32 val)
{
	const struct mint_bridge bridge = { .read = read_bridge, .env = &sbdf };

	if (foreign_below(sbdf))
		return mint_bridge_may_write(&bridge, reg, len, val);
	return !takes_others(sbdf, reg, len, val);
}

static bool write_ok(const struct fn *fn, u32 sbdf, int reg, int len, u32 val)
{
	if (overlaps(reg, len, PCI_BASE_ADDRESS_0, 4 * fn->nr_bars))
		return bar_write_ok(fn, sbdf, reg, len, val);
	if (overlaps(reg, len, fn->rom_reg, 4))
		return rom_write_ok(fn, sbdf, len, val);
	return !fn->bridge || bridge_write_ok(sbdf, reg, len, val);
}

/* ---- the filter ---------------------------------------------------------- */

static int filter_read(unsigned int domain, unsigned int bus,
		       unsigned int devfn, int reg, int len, u32 *val)
{
	const struct fn *fn;
	u8 access = access_to(domain << 16 | bus << 8 | devfn, &fn);

	if (access == FN_HIDDEN) {
		/* All ones in the width of the access: what Linux looks for. */
		*val = GENMASK(len * 8 - 1, 0);
		return PCIBIOS_SUCCESSFUL;
	}
	/* A BAR that cannot be sized is an error to Linux; an absent one is not. */
	if (access == FN_READ &&
	    (overlaps(reg, len, PCI_BASE_ADDRESS_0, 8) ||
	     overlaps(reg, len, PCI_ROM_ADDRESS1, 4))) {
		*val = 0;
		return PCIBIOS_SUCCESSFUL;
	}
	return mint_cfg->read(domain, bus, devfn, reg, len, val);
}

static int filter_write(unsigned int domain, unsigned int bus,
			unsigned int devfn, int reg, int len, u32 val)
{
	u32 sbdf = domain << 16 | bus << 8 | devfn;
	const struct fn *fn;
	u8 access = access_to(sbdf, &fn);

	if (access == FN_FULL && (!fn || write_ok(fn, sbdf, reg, len, val))) {
		if (!fn || !overlaps(reg, len, PCI_COMMAND, 2))
			return mint_cfg->write(domain, bus, devfn, reg, len,
					       val);
		mint_command_write(sbdf, reg, len, val);
		return PCIBIOS_SUCCESSFUL;
	}
	/*
	 * The scan writes to every bridge it finds; that is no mistake of
	 * anybody and is counted apart.
	 */
	atomic_inc(access == FN_READ ? &bridge_writes : &refused_writes);
	pr_debug("refused: %s register 0x%x, %d bytes, 0x%x\n",
		 mint_bdf(sbdf).s, reg, len, val);
	return PCIBIOS_SUCCESSFUL;
}

static const struct pci_raw_ops filter = {
	.read = filter_read,
	.write = filter_write,
};

bool mint_pci_has_ecam(void)
{
	return installed || raw_pci_ext_ops == &pci_mmcfg;
}

int mint_pci_install(void)
{
	if (!mint_pci_has_ecam())
		return -ENODEV;
	raw_pci_ops = &filter;
	raw_pci_ext_ops = &filter;
	installed = true;
	return 0;
}

bool mint_pci_installed(void)
{
	return installed && mint_cfg == &pci_mmcfg;
}

void mint_pci_set_primary(bool on)
{
	WRITE_ONCE(primary, on);
}

/* ---- changing it ---------------------------------------------------------- */

static struct fn *get_fn(u32 sbdf)
{
	struct fn *fn = xa_load(&functions, sbdf);

	if (fn)
		return fn;
	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (fn && xa_err(xa_store(&functions, sbdf, fn, GFP_KERNEL))) {
		kfree(fn);
		fn = NULL;
	}
	return fn;
}

static void set_bars(struct fn *fn, const struct mint_dev *d)
{
	unsigned int i;

	fn->bridge = d->flags & MINT_DEVF_BRIDGE;
	fn->nr_bars = fn->bridge ? 2 : PCI_STD_NUM_BARS;
	fn->rom_reg = fn->bridge ? PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS;
	fn->rom = d->rom_paddr;
	for (i = 0; i < fn->nr_bars; i++) {
		u64 bar = d->bar_paddr[i];

		fn->bar[i] = bar;
		if (bar & PCI_BASE_ADDRESS_SPACE_IO) {
			fn->mask[i] = (u32)PCI_BASE_ADDRESS_IO_MASK;
			continue;
		}
		fn->mask[i] = (u32)PCI_BASE_ADDRESS_MEM_MASK;
		if ((bar & PCI_BASE_ADDRESS_MEM_TYPE_64) && i + 1 < fn->nr_bars) {
			fn->bar[++i] = bar >> 32;
			fn->mask[i] = ~0;
		}
	}
}

int mint_pci_own(const struct mint_dev *d)
{
	struct fn *fn = get_fn(d->sbdf);

	if (!fn)
		return -ENOMEM;
	if (fn_access(fn) != FN_FULL)
		set_bars(fn, d);
	WRITE_ONCE(fn->leaving, false);
	/* Who sees the access sees the values that go with it. */
	smp_store_release(&fn->access, FN_FULL);
	return 0;
}

void mint_pci_disown(u32 sbdf)
{
	struct fn *fn = find_fn(sbdf);

	if (fn)
		WRITE_ONCE(fn->access, fn->bridge ? FN_READ : FN_HIDDEN);
}

void mint_pci_forget(u32 sbdf)
{
	struct fn *fn = xa_load(&functions, sbdf);

	if (fn)
		WRITE_ONCE(fn->access, FN_GONE);
}

void mint_pci_leaving(u32 sbdf, bool leaving)
{
	struct fn *fn = xa_load(&functions, sbdf);

	if (fn)
		WRITE_ONCE(fn->leaving, leaving);
}

int mint_pci_note(const struct mint_dev *d)
{
	struct fn *fn = get_fn(d->sbdf);

	if (!fn)
		return -ENOMEM;
	if (fn_access(fn) == FN_FULL)
		return 0;
	set_bars(fn, d);
	WRITE_ONCE(fn->access, fn->bridge ? FN_READ : FN_HIDDEN);
	return 0;
}

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

static void claim_one(struct pci_dev *pdev, unsigned int i)
{
	struct resource *r = &pdev->resource[i];

	if (!r->flags || r->parent)
		return;
	if (r->start && !pci_claim_resource(pdev, i))
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
	const struct fn *fn;
	unsigned long sbdf;

	xa_for_each(&functions, sbdf, fn) {
		struct pci_bus *bus = pci_find_bus(0, MINT_SBDF_BUS(sbdf));
		struct pci_dev *pdev;

		if (!bus || fn_access(fn) == FN_HIDDEN ||
		    (bridges_only && !fn->bridge))
			continue;
		pdev = pci_scan_single_device(bus, MINT_SBDF_DEVFN(sbdf));
		if (!pdev || !fn->bridge)
			continue;
		if (!pdev->subordinate)
			pci_scan_bridge(bus, pdev, bus->busn_res.start, 0);
		if (fn_access(fn) == FN_READ)
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
	       b->mmcfg_paddr < BIT_ULL(52) && b->mmcfg_bus_end <= 0xff;
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

	if (!installed)
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

/* ---- what the filter has seen --------------------------------------------- */

static int __init mint_pci_debugfs(void)
{
	struct dentry *dir;

	if (!mint_self.active)
		return 0;
	dir = debugfs_create_dir("mint_pci", NULL);
	debugfs_create_atomic_t("refused_writes", 0444, dir, &refused_writes);
	debugfs_create_atomic_t("bridge_writes", 0444, dir, &bridge_writes);
	debugfs_create_atomic_t("fence_writes", 0444, dir, &fence_writes);
	return 0;
}
late_initcall(mint_pci_debugfs);
