// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI configuration space past the filter: how the layer itself reaches any function.
 *
 * By the memory mapped configuration space: ports 0xcf8/0xcfc are an index and a data
 * register that OSes would pull from under each other.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/pci.h>

#include <asm/pci_x86.h>

#include "base/base.h"
#include "pci/internal.h"
#include "pci/pci.h"

const struct pci_raw_ops *mint_cfg = &pci_mmcfg;
static bool installed __read_mostly;
static atomic_t fence_writes;

bool mint_pci_has_ecam(void)
{
	return installed || raw_pci_ext_ops == &pci_mmcfg;
}

bool mint_pci_installed(void)
{
	return installed && mint_cfg == &pci_mmcfg;
}

void mint_pci_set_installed(void)
{
	installed = true;
}

/*
 * Before the filter is there, and where none can be, the first OS has whatever Linux
 * has found.  Then it has all functions, and nobody else looks at any.
 */
static const struct pci_raw_ops *hw(void)
{
	if (mint_pci_has_ecam() || mint_self.joined || !raw_pci_ops)
		return mint_cfg;
	return raw_pci_ops;
}

u32 mint_pci_raw_read(u32 sbdf, int reg, int len)
{
	u32 val = ~0;

	hw()->read(0, MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf), reg, len,
		   &val);
	return val;
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

/* ---- what was refused, and what went past the filter ----------------------- */

atomic_t mint_refused_writes;
atomic_t mint_bridge_writes;

static int __init mint_pci_debugfs(void)
{
	struct dentry *dir;

	if (!mint_self.active)
		return 0;
	dir = debugfs_create_dir("mint_pci", NULL);
	debugfs_create_atomic_t("refused_writes", 0444, dir,
				&mint_refused_writes);
	debugfs_create_atomic_t("bridge_writes", 0444, dir, &mint_bridge_writes);
	debugfs_create_atomic_t("fence_writes", 0444, dir, &fence_writes);
	return 0;
}
late_initcall(mint_pci_debugfs);
