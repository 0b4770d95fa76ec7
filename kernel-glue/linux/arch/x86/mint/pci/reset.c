// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resetting a PCI function by configuration space alone, as quiet.c silences it.
 *
 * Function level reset (PCIe, or by the AF capability), or a way to D3hot and back, if
 * the function says that it does not survive that.  What has neither can only be
 * reset with its whole bus, see busreset.c.  The times are those of Linux
 * (drivers/pci/pci.c).
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/pci.h>

#include "../../../../drivers/pci/pci.h"
#include "base/base.h"
#include "base/faults.h"
#include "pci/pci.h"

/* After FLR, PCIe 6.6.2. */
#define FLR_MS			100
/* As pci_dev_wait(): how long a function may answer with "retry" after a reset. */
#define READY_MS		60000
/* How often to look in the end; and then it is said that somebody waits. */
#define SLOW_MS			1000

void mint_dev_write_bars(const struct mint_dev *d)
{
	unsigned int i, nr = d->flags & MINT_DEVF_BRIDGE ? 2 : MINT_NR_BARS;

	for (i = 0; i < nr; i++) {
		u64 bar = d->bar_paddr[i];

		if (!d->bar_size[i])
			continue;
		mint_pci_raw_write(d->sbdf, PCI_BASE_ADDRESS_0 + 4 * i, 4, bar);
		if (bar >> 32 && i + 1 < nr)
			mint_pci_raw_write(d->sbdf,
					   PCI_BASE_ADDRESS_0 + 4 * ++i, 4,
					   bar >> 32);
	}
	mint_pci_raw_write(d->sbdf, d->flags & MINT_DEVF_BRIDGE ?
			   PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS, 4,
			   d->rom_paddr & ~PCI_ROM_ADDRESS_ENABLE);
}

/* Function level reset; false when there is none. */
static bool reset_by_flr(u32 sbdf)
{
	int exp = mint_pci_find_cap(sbdf, PCI_CAP_ID_EXP);
	int af = mint_pci_find_cap(sbdf, PCI_CAP_ID_AF);

	if (exp && mint_pci_raw_read(sbdf, exp + PCI_EXP_DEVCAP, 4) &
		   PCI_EXP_DEVCAP_FLR)
		mint_pci_raw_update16(sbdf, exp + PCI_EXP_DEVCTL, 0,
				      PCI_EXP_DEVCTL_BCR_FLR);
	else if (af && mint_pci_raw_read(sbdf, af + PCI_AF_CAP, 1) &
		       PCI_AF_CAP_FLR)
		mint_pci_raw_write(sbdf, af + PCI_AF_CTRL, 1, PCI_AF_CTRL_FLR);
	else
		return false;
	msleep(FLR_MS);
	return true;
}

/* To D3hot and back; false when that resets nothing. */
static bool reset_by_power(u32 sbdf)
{
	int pm = mint_pci_find_cap(sbdf, PCI_CAP_ID_PM);
	u16 ctl = pm ? mint_pci_raw_read(sbdf, pm + PCI_PM_CTRL, 2) : 0;

	if (!pm || ctl & PCI_PM_CTRL_NO_SOFT_RESET)
		return false;
	ctl &= ~(PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE);
	mint_pci_raw_write(sbdf, pm + PCI_PM_CTRL, 2,
			   ctl | (__force u16)PCI_D3hot);
	fsleep(PCI_PM_D3HOT_WAIT * USEC_PER_MSEC);
	mint_pci_raw_write(sbdf, pm + PCI_PM_CTRL, 2, ctl);
	fsleep(PCI_PM_D3HOT_WAIT * USEC_PER_MSEC);
	return true;
}

u16 mint_dev_control(u32 sbdf)
{
	int exp = mint_pci_find_cap(sbdf, PCI_CAP_ID_EXP);

	return exp ? mint_pci_raw_read(sbdf, exp + PCI_EXP_DEVCTL, 2) : 0;
}

unsigned long mint_dev_ready_deadline(void)
{
	return jiffies + msecs_to_jiffies(READY_MS);
}

/* For tests: as if it took so long. */
static bool is_slow(unsigned long started)
{
	return time_before(jiffies, started +
			   msecs_to_jiffies(mint_fault_ms("slow-reset", 0)));
}

/*
 * A function that needs time answers with "retry", which reads as all ones, or as
 * vendor 1 where the port above makes such answers visible.
 */
static bool wait_until_ready(const struct mint_dev *d, unsigned long deadline)
{
	unsigned long started = jiffies;
	unsigned int ms = 1;

	while (!mint_dev_answers(d) || is_slow(started)) {
		if (time_after(jiffies, deadline)) {
			pr_err("%s does not answer %u s after its reset\n",
			       mint_bdf(d->sbdf).s, READY_MS / 1000);
			return false;
		}
		msleep(ms);
		if (ms >= SLOW_MS)
			continue;
		ms *= 2;
		if (ms >= SLOW_MS)
			pr_info("%s takes its time after its reset; waiting\n",
				mint_bdf(d->sbdf).s);
	}
	return true;
}

int mint_dev_after_reset(const struct mint_dev *d, u16 control,
			 unsigned long deadline)
{
	int exp;

	if (!wait_until_ready(d, deadline))
		return -ETIMEDOUT;
	mint_dev_silence(d);
	mint_dev_write_bars(d);
	exp = mint_pci_find_cap(d->sbdf, PCI_CAP_ID_EXP);
	if (exp)
		mint_pci_raw_write(d->sbdf, exp + PCI_EXP_DEVCTL, 2,
				   control & ~PCI_EXP_DEVCTL_BCR_FLR);
	return 0;
}

static int reset_one(const struct mint_dev *d, u32 flag, bool (*reset)(u32 sbdf))
{
	u16 control = mint_dev_control(d->sbdf);

	if (!(d->flags & flag) || !reset(d->sbdf))
		return -ENOTTY;
	return mint_dev_after_reset(d, control, mint_dev_ready_deadline());
}

int mint_dev_reset_flr(const struct mint_dev *d)
{
	return reset_one(d, MINT_DEVF_FLR, reset_by_flr);
}

int mint_dev_reset_power(const struct mint_dev *d)
{
	return reset_one(d, MINT_DEVF_PM_RESET, reset_by_power);
}
