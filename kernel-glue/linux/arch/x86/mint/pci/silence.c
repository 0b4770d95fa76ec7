// SPDX-License-Identifier: GPL-2.0-only
/*
 * Silencing a PCI function by configuration space alone: without a driver, without
 * a struct pci_dev, also for an OS that is no more.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/pci.h>

#include "../../../../drivers/pci/pci.h"
#include "base/base.h"
#include "pci/pci.h"

#define DRAIN_TIMEOUT_MS	1000

int mint_pci_find_cap(u32 sbdf, u8 id)
{
	int pos, ttl = PCI_STD_HEADER_SIZEOF;

	if (!(mint_pci_raw_read(sbdf, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST))
		return 0;
	pos = mint_pci_raw_read(sbdf, PCI_CAPABILITY_LIST, 1) & ~3;
	while (pos >= PCI_STD_HEADER_SIZEOF && pos < 0xff && ttl--) {
		u16 head = mint_pci_raw_read(sbdf, pos, 2);

		if ((head & 0xff) == id)
			return pos;
		pos = head >> 8 & ~3;
	}
	return 0;
}

/* The message of an MSI function: masked where that can be, and empty. */
static void silence_msi(u32 sbdf, int pos)
{
	u16 flags = mint_pci_raw_read(sbdf, pos + PCI_MSI_FLAGS, 2);
	bool wide = flags & PCI_MSI_FLAGS_64BIT;

	mint_pci_raw_write(sbdf, pos + PCI_MSI_FLAGS, 2,
			   flags & ~PCI_MSI_FLAGS_ENABLE);
	if (flags & PCI_MSI_FLAGS_MASKBIT)
		mint_pci_raw_write(sbdf, pos + (wide ? PCI_MSI_MASK_64 :
						PCI_MSI_MASK_32), 4, ~0);
	mint_pci_raw_write(sbdf, pos + PCI_MSI_ADDRESS_LO, 4, 0);
	if (wide)
		mint_pci_raw_write(sbdf, pos + PCI_MSI_ADDRESS_HI, 4, 0);
	mint_pci_raw_write(sbdf, pos + (wide ? PCI_MSI_DATA_64 :
					PCI_MSI_DATA_32), 2, 0);
}

/* Where the MSI-X table lies; 0: not where the table of functions says. */
static u64 msix_table_paddr(const struct mint_dev *d, int pos, u32 size)
{
	u32 where = mint_pci_raw_read(d->sbdf, pos + PCI_MSIX_TABLE, 4);
	u32 bir = where & PCI_MSIX_TABLE_BIR, off = where & PCI_MSIX_TABLE_OFFSET;
	u64 bar;

	if (bir >= MINT_NR_BARS || d->bar_size[bir] < size ||
	    off > d->bar_size[bir] - size)
		return 0;
	bar = mint_pci_raw_bar(d->sbdf, bir);
	if (d->bar_paddr[bir] & PCI_BASE_ADDRESS_MEM_TYPE_64 &&
	    bir + 1 < MINT_NR_BARS)
		bar |= (u64)mint_pci_raw_bar(d->sbdf, bir + 1) << 32;
	if (bar != d->bar_paddr[bir] || bar & PCI_BASE_ADDRESS_SPACE_IO ||
	    !(bar & ~15ULL))
		return 0;
	return (bar & ~15ULL) + off;
}

static void write_empty_entries(void __iomem *table, u32 nr)
{
	void __iomem *e;

	for (e = table; nr--; e += PCI_MSIX_ENTRY_SIZE) {
		writel(PCI_MSIX_ENTRY_CTRL_MASKBIT, e + PCI_MSIX_ENTRY_VECTOR_CTRL);
		writel(0, e + PCI_MSIX_ENTRY_LOWER_ADDR);
		writel(0, e + PCI_MSIX_ENTRY_UPPER_ADDR);
		writel(0, e + PCI_MSIX_ENTRY_DATA);
	}
	readl(table);
}

/*
 * Masks every entry of the MSI-X table and takes its message out: the next owner
 * shall not send an interrupt to the last one.  Bus mastering is off; decoding,
 * which this needs, is on for so long.
 */
static void empty_msix_table(const struct mint_dev *d, int pos, u16 flags)
{
	u32 nr = (flags & PCI_MSIX_FLAGS_QSIZE) + 1, size = nr * PCI_MSIX_ENTRY_SIZE;
	u64 paddr = msix_table_paddr(d, pos, size);
	void __iomem *table = NULL;

	if (paddr && mint_reaches(mint_arch(), paddr, size))
		table = ioremap(paddr, size);
	if (!table)
		return;
	mint_command_update(d->sbdf, 0, PCI_COMMAND_MEMORY);
	write_empty_entries(table, nr);
	mint_command_update(d->sbdf, PCI_COMMAND_MEMORY, 0);
	iounmap(table);
}

static void silence_msix(const struct mint_dev *d, int pos)
{
	u16 flags = mint_pci_raw_read(d->sbdf, pos + PCI_MSIX_FLAGS, 2);

	flags = (flags & ~PCI_MSIX_FLAGS_ENABLE) | PCI_MSIX_FLAGS_MASKALL;
	mint_pci_raw_write(d->sbdf, pos + PCI_MSIX_FLAGS, 2, flags);
	empty_msix_table(d, pos, flags);
}

static bool drained(u32 sbdf, int exp)
{
	return !(mint_pci_raw_read(sbdf, exp + PCI_EXP_DEVSTA, 2) &
		 PCI_EXP_DEVSTA_TRPND);
}

/*
 * A read from the function after bus mastering went off pushes out what it had
 * posted.
 */
static int drain(u32 sbdf)
{
	int exp = mint_pci_find_cap(sbdf, PCI_CAP_ID_EXP);
	int ms;

	for (ms = 0; exp && !drained(sbdf, exp); ms += 10) {
		if (ms >= DRAIN_TIMEOUT_MS) {
			pr_warn("%s still has transactions pending\n",
				mint_bdf(sbdf).s);
			return -EIO;
		}
		fsleep(10 * USEC_PER_MSEC);
	}
	return 0;
}

/* The same without sleeping, and for less long. */
#define DRAIN_ATOMIC_MS		100

static void drain_atomic(u32 sbdf)
{
	int exp = mint_pci_find_cap(sbdf, PCI_CAP_ID_EXP);
	int ms;

	for (ms = 0; exp && ms < DRAIN_ATOMIC_MS && !drained(sbdf, exp); ms++)
		mdelay(1);
}

static void stop_decoding(u32 sbdf)
{
	mint_command_update(sbdf, PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
			    PCI_COMMAND_MASTER, PCI_COMMAND_INTX_DISABLE);
}

/*
 * Awake, and it wakes nobody: the table of MSI-X cannot be written in a low power
 * state, and what a driver has set up for wake on LAN is its affair no more.
 * Coming back may reset it, so that what was switched off before is on again.
 */
static void wake(u32 sbdf)
{
	int pm = mint_pci_find_cap(sbdf, PCI_CAP_ID_PM);
	u16 ctl = pm ? mint_pci_raw_read(sbdf, pm + PCI_PM_CTRL, 2) : 0;

	if (!(ctl & (PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE |
		     PCI_PM_CTRL_PME_STATUS)))
		return;
	mint_pci_raw_write(sbdf, pm + PCI_PM_CTRL, 2,
			   (ctl & ~(PCI_PM_CTRL_STATE_MASK |
				    PCI_PM_CTRL_PME_ENABLE)) |
			   PCI_PM_CTRL_PME_STATUS);
	if (!(ctl & PCI_PM_CTRL_STATE_MASK))
		return;
	fsleep(PCI_PM_D3HOT_WAIT * USEC_PER_MSEC);
	stop_decoding(sbdf);
}

void mint_dev_stop(const struct mint_dev *d)
{
	mint_quirk_disarm(d);
	stop_decoding(d->sbdf);
	wake(d->sbdf);
	drain(d->sbdf);
}

int mint_dev_silence(const struct mint_dev *d)
{
	int msi = mint_pci_find_cap(d->sbdf, PCI_CAP_ID_MSI);
	int msix = mint_pci_find_cap(d->sbdf, PCI_CAP_ID_MSIX);

	mint_quirk_disarm(d);
	stop_decoding(d->sbdf);
	wake(d->sbdf);
	if (msi)
		silence_msi(d->sbdf, msi);
	if (msix)
		silence_msix(d, msix);
	return drain(d->sbdf);
}

/* Without bus mastering it sends no message either. */
bool mint_dev_is_silent(u32 sbdf)
{
	u16 cmd = mint_pci_raw_read(sbdf, PCI_COMMAND, 2);

	return (cmd & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
		       PCI_COMMAND_INTX_DISABLE)) == PCI_COMMAND_INTX_DISABLE;
}

/*
 * Bridges go on forwarding, and what the chipset does nobody can do without.  But
 * their own interrupts would come to a core that has another owner by then.
 */
void mint_dev_hush(const struct mint_dev *d)
{
	int msi = mint_pci_find_cap(d->sbdf, PCI_CAP_ID_MSI);
	int msix = mint_pci_find_cap(d->sbdf, PCI_CAP_ID_MSIX);

	mint_quirk_disarm(d);
	mint_command_update(d->sbdf, 0, PCI_COMMAND_INTX_DISABLE);
	if (msi)
		silence_msi(d->sbdf, msi);
	if (msix)
		mint_pci_raw_update16(d->sbdf, msix + PCI_MSIX_FLAGS,
				      PCI_MSIX_FLAGS_ENABLE,
				      PCI_MSIX_FLAGS_MASKALL);
}

void mint_pci_quiet_own(void)
{
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (!mint_dev_peek_own(i, &d) ||
		    d.flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET))
			continue;
		stop_decoding(d.sbdf);
		drain_atomic(d.sbdf);
	}
}
