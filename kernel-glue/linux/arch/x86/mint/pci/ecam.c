// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory mapped configuration space (ECAM) over a sleep of the machine.
 *
 * Plain Linux uses the ports for the first 256 bytes of a function, Mint uses ECAM
 * for everything, as the ports are an index and a data register that OSes would
 * pull from under each other.  But the register of the host bridge that maps it
 * loses its value in S3, and not every firmware sets it again when the machine
 * wakes up: the function would read as empty, and none would be restored.
 *
 * Nobody else is there when the machine sleeps, so the ports may be used to set
 * the register again; where it is not known, the ports have to do for good.
 */
#include <linux/bits.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include <asm/pci_x86.h>

#include "base/base.h"
#include "pci/internal.h"
#include "pci/pci.h"

/*
 * PCIEXBAR of Intel's host bridges at 00:00.0, 64 bits; bit 0: enabled, bits 1-2:
 * size.  Intel 3 Series chipset data sheet (316966), 5.1.15; later ones are alike.
 */
#define PCIEXBAR		0x60
#define PCIEXBAR_ENABLED	BIT(0)
#define PCIEXBAR_BASE		GENMASK_ULL(38, 26)

/* What is to be found again: identity of 00:00.0, and the register if known. */
static u32 host_id;
static u64 pciexbar;

static u32 cfg_read(const struct pci_raw_ops *ops, int reg)
{
	u32 val = ~0;

	ops->read(0, 0, PCI_DEVFN(0, 0), reg, 4, &val);
	return val;
}

/* ---- the ports ------------------------------------------------------------ */

/* They reach 256 bytes; Linux's function would try for more. */
static int ports_read(unsigned int domain, unsigned int bus, unsigned int devfn,
		      int reg, int len, u32 *val)
{
	*val = ~0;
	if (domain || reg + len > PCI_CFG_SPACE_SIZE)
		return -EINVAL;
	return pci_direct_conf1.read(0, bus, devfn, reg, len, val);
}

static int ports_write(unsigned int domain, unsigned int bus,
		       unsigned int devfn, int reg, int len, u32 val)
{
	if (domain || reg + len > PCI_CFG_SPACE_SIZE)
		return -EINVAL;
	return pci_direct_conf1.write(0, bus, devfn, reg, len, val);
}

static const struct pci_raw_ops ports = {
	.read = ports_read,
	.write = ports_write,
};

/* ---- a sleep -------------------------------------------------------------- */

/* Only a register that is seen to do the mapping is taken for the one. */
static u64 find_pciexbar(void)
{
	const struct pci_mmcfg_region *cfg = pci_mmconfig_lookup(0, 0);
	u64 val = cfg_read(&pci_mmcfg, PCIEXBAR) |
		  (u64)cfg_read(&pci_mmcfg, PCIEXBAR + 4) << 32;

	if (!cfg || (u16)host_id != PCI_VENDOR_ID_INTEL ||
	    !(val & PCIEXBAR_ENABLED) || (val & PCIEXBAR_BASE) != cfg->address)
		return 0;
	return val;
}

void mint_ecam_sleep(void)
{
	if (!mint_pci_installed())
		return;
	host_id = cfg_read(&pci_mmcfg, PCI_VENDOR_ID);
	pciexbar = find_pciexbar();
}

static bool answers(void)
{
	return cfg_read(&pci_mmcfg, PCI_VENDOR_ID) == host_id;
}

static void map_again(void)
{
	/* The high half first: the low half enables it. */
	ports.write(0, 0, PCI_DEVFN(0, 0), PCIEXBAR + 4, 4, pciexbar >> 32);
	ports.write(0, 0, PCI_DEVFN(0, 0), PCIEXBAR, 4, pciexbar);
}

void mint_ecam_wake(void)
{
	if (!mint_pci_installed() || answers())
		return;
	if (pciexbar)
		map_again();
	if (answers()) {
		pr_info("the firmware left configuration space unmapped: mapped again\n");
		return;
	}
	mint_cfg = &ports;
	WRITE_ONCE(mint_hdr()->mmcfg_paddr, 0);
	pr_err("configuration space is no longer memory mapped since the machine slept: no function can be moved; restart the machine\n");
}
