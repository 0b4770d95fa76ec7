// SPDX-License-Identifier: GPL-2.0-only
/*
 * INTx of those who do not serve it: switched off at their functions, for the rounds of
 * a shared line, and on again when they answer.
 */
#include <linux/init.h>
#include <linux/pci.h>

#include "base/base.h"
#include "irq/irq.h"
#include "pci/pci.h"

/* What no function of the machine is, or has no pin, is left alone. */
static bool has_intx(u32 sbdf)
{
	u32 pin;

	if (!sbdf || !mint_pci_knows(sbdf))
		return false;
	pin = mint_pci_raw_read(sbdf, PCI_INTERRUPT_PIN, 1);
	return pin >= 1 && pin <= PCI_NUM_INTX;
}

/*
 * Past the owner, who hangs.  Which function it is this OS has noted for itself: the
 * entry may say anything by now.  The mark says that it was this layer which switched
 * INTx off: a driver that uses messages has it off all the time.
 */
static void quiet_one(u32 idx, bool on)
{
	struct mint_dev *dev = mint_dev(idx);
	u32 sbdf = mint_dev_known(idx);

	if (!has_intx(sbdf))
		return;
	if (on) {
		if (xchg(&dev->intx_off, 0))
			mint_intx_set(sbdf, true);
		return;
	}
	if (!mint_intx_is_on(sbdf))
		return;
	WRITE_ONCE(dev->intx_off, 1);
	mint_intx_set(sbdf, false);
}

static void quiet(u32 os, u32 gsi, bool on)
{
	u32 i;

	if (!mint_pci_installed())
		return;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		struct mint_dev *dev = mint_dev(i);

		if (READ_ONCE(dev->state) != MINT_DEV_FREE &&
		    READ_ONCE(dev->state) != MINT_DEV_GONE &&
		    READ_ONCE(dev->owner) == os && READ_ONCE(dev->gsi) == gsi)
			quiet_one(i, on);
	}
}

static int __init mint_intx_init(void)
{
	if (mint_self.active)
		mint_irq_set_quiet(quiet);
	return 0;
}
core_initcall(mint_intx_init);
