/* SPDX-License-Identifier: GPL-2.0-only */
/* slot.c: what is plugged and unplugged. */
#ifndef MINT_SLOT_H
#define MINT_SLOT_H

#include <linux/types.h>

struct pci_dev;

#define MINT_SLOT_FUNCTIONS	8u

/*
 * Function @nr, below MINT_SLOT_FUNCTIONS, of those that pass from OS to OS together
 * with @pdev, as far as this kernel knows it; with a reference, or NULL.  A virtual
 * function is alone.  May sleep.
 */
struct pci_dev *mint_slot_function(struct pci_dev *pdev, unsigned int nr);
/*
 * A function is new, and no driver has seen it yet: if its slot is another OS's, none
 * here will.  Under the rescan lock.
 */
void mint_slot_hold(struct pci_dev *pdev);
/* All that is new is listed: what is held goes where it should, without a wait. */
void mint_slot_send_on(void);

#endif /* MINT_SLOT_H */
