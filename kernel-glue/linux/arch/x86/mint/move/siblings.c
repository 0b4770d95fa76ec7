// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of a slot: they share its reset, its wires and its power, so they pass
 * from OS to OS together.
 */
#include <linux/pci.h>

#include "move/internal.h"

struct pci_dev *mint_slot_function(struct pci_dev *pdev, unsigned int nr)
{
	unsigned int devfn = PCI_DEVFN(PCI_SLOT(pdev->devfn), nr);
	struct pci_dev *fn;

	if (pdev->is_virtfn)
		return devfn == pdev->devfn ? pci_dev_get(pdev) : NULL;
	fn = pci_get_slot(pdev->bus, devfn);
	if (fn && fn->is_virtfn) {
		pci_dev_put(fn);
		return NULL;
	}
	return fn;
}
