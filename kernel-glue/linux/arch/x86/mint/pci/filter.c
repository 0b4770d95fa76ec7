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
 */
#include <linux/atomic.h>
#include <linux/pci.h>
#include <linux/xarray.h>

#include <asm/pci_x86.h>

#include "base/base.h"
#include "hotplug/bar_filter.h"
#include "hotplug/bridge_filter.h"
#include "pci/internal.h"
#include "pci/pci.h"

static bool primary __read_mostly;

/* ---- who may do what ---------------------------------------------------- */

static void bridge_buses(u32 sbdf, u8 *first, u8 *last)
{
	u32 buses = mint_pci_raw_read(sbdf, PCI_PRIMARY_BUS, 4);

	*first = buses >> 8;
	*last = buses >> 16;
}

/* Who owns the nearest listed bridge above a bus owns what is unlisted there. */
static bool bus_is_ours(u8 bus)
{
	const struct mint_fn *fn, *nearest = NULL;
	unsigned long sbdf;
	u8 first, last, best = 0;

	xa_for_each(&mint_functions, sbdf, fn) {
		if (!fn->bridge || mint_fn_access(fn) == FN_GONE)
			continue;
		bridge_buses(sbdf, &first, &last);
		if (first && first <= bus && bus <= last && first >= best) {
			nearest = fn;
			best = first;
		}
	}
	return nearest ? mint_fn_access(nearest) == FN_FULL : READ_ONCE(primary);
}

static u8 access_to(u32 sbdf, const struct mint_fn **fn)
{
	*fn = mint_fn_find(sbdf);
	if (*fn)
		return mint_fn_access(*fn);
	/* Other segments are never given away. */
	if (sbdf >> 16)
		return mint_self.further ? FN_HIDDEN : FN_FULL;
	return bus_is_ours(MINT_SBDF_BUS(sbdf)) ? FN_FULL : FN_HIDDEN;
}

/* Whether something on buses @first to @last is not ours. */
static bool foreign_on(u8 first, u8 last)
{
	const struct mint_fn *fn;
	unsigned long i;

	if (!first)
		return false;
	xa_for_each_range(&mint_functions, i, fn, first << 8, last << 8 | 0xff)
		if (mint_fn_access(fn) != FN_FULL && mint_fn_access(fn) != FN_GONE &&
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

static u32 read_command(void *env)
{
	const u32 *sbdf = env;

	return mint_pci_raw_read(*sbdf, PCI_COMMAND, 2);
}

static u8 read_bridge(void *env, int reg)
{
	const u32 *sbdf = env;

	return mint_pci_raw_read(*sbdf, reg, 1);
}

/* A bridge with nothing of others below could take the bus numbers of their way. */
static bool takes_others(u32 sbdf, int reg, int len, u32 val)
{
	u32 buses = mint_pci_raw_read(sbdf, PCI_PRIMARY_BUS, 4);
	u8 first, last;

	return mint_bridge_renumber(buses, reg, len, val, &first, &last) &&
	       foreign_on(first, last);
}

/* A bridge of ours with devices of others below stays the way to them. */
static bool bridge_write_ok(u32 sbdf, int reg, int len, u32 val)
{
	const struct mint_bridge bridge = { .read = read_bridge, .env = &sbdf };

	if (foreign_below(sbdf))
		return mint_bridge_may_write(&bridge, reg, len, val);
	return !takes_others(sbdf, reg, len, val);
}

static bool write_ok(const struct mint_fn *fn, u32 sbdf, int reg, int len, u32 val)
{
	if (mint_bars_touched(&fn->bars, reg, len))
		return mint_bars_may_write(&fn->bars, reg, len, val, read_command, &sbdf);
	return !fn->bridge || bridge_write_ok(sbdf, reg, len, val);
}

/* ---- the filter ---------------------------------------------------------- */

static int filter_read(unsigned int domain, unsigned int bus,
		       unsigned int devfn, int reg, int len, u32 *val)
{
	const struct mint_fn *fn;
	u8 access = access_to(domain << 16 | bus << 8 | devfn, &fn);

	if (access == FN_HIDDEN) {
		/* All ones in the width of the access: what Linux looks for. */
		*val = GENMASK(len * 8 - 1, 0);
		return PCIBIOS_SUCCESSFUL;
	}
	/* A BAR that cannot be sized is an error to Linux; an absent one is not. */
	if (access == FN_READ &&
	    (mint_regs_overlap(reg, len, PCI_BASE_ADDRESS_0, 8) ||
	     mint_regs_overlap(reg, len, PCI_ROM_ADDRESS1, 4))) {
		*val = 0;
		return PCIBIOS_SUCCESSFUL;
	}
	return mint_cfg->read(domain, bus, devfn, reg, len, val);
}

static int filter_write(unsigned int domain, unsigned int bus,
			unsigned int devfn, int reg, int len, u32 val)
{
	u32 sbdf = domain << 16 | bus << 8 | devfn;
	const struct mint_fn *fn;
	u8 access = access_to(sbdf, &fn);

	if (access == FN_FULL && (!fn || write_ok(fn, sbdf, reg, len, val))) {
		if (!fn || !mint_regs_overlap(reg, len, PCI_COMMAND, 2))
			return mint_cfg->write(domain, bus, devfn, reg, len,
					       val);
		mint_command_write(sbdf, reg, len, val);
		return PCIBIOS_SUCCESSFUL;
	}
	/*
	 * The scan writes to every bridge it finds; that is no mistake of
	 * anybody and is counted apart.
	 */
	atomic_inc(access == FN_READ ? &mint_bridge_writes :
						  &mint_refused_writes);
	pr_debug("refused: %s register 0x%x, %d bytes, 0x%x\n",
		 mint_bdf(sbdf).s, reg, len, val);
	return PCIBIOS_SUCCESSFUL;
}

static const struct pci_raw_ops filter = {
	.read = filter_read,
	.write = filter_write,
};

int mint_pci_install(void)
{
	if (!mint_pci_has_ecam())
		return -ENODEV;
	raw_pci_ops = &filter;
	raw_pci_ext_ops = &filter;
	mint_pci_set_installed();
	return 0;
}

void mint_pci_set_primary(bool on)
{
	WRITE_ONCE(primary, on);
}
