/* SPDX-License-Identifier: GPL-2.0-only */
/* hold.c: functions that no driver shall see for now. */
#ifndef MINT_HOLD_H
#define MINT_HOLD_H

#include <linux/types.h>

struct pci_dev;

/**
 * enum mint_hold - why no driver here shall see a function
 * @MINT_HOLD_NEW:	it is new, and a policy gives its slot to another OS
 * @MINT_HOLD_GOING:	it is on its way there
 * @MINT_HOLD_COMING:	it came from another OS and is not set up yet
 */
enum mint_hold { MINT_HOLD_NEW, MINT_HOLD_GOING, MINT_HOLD_COMING };

/* Keeps drivers away from a function that has none; 0 or -errno.  May sleep. */
int mint_hold(struct pci_dev *pdev, enum mint_hold why);
/* Whether it is held for that reason. */
bool mint_hold_is(struct pci_dev *pdev, enum mint_hold why);
/* Drivers may see it, but are not told.  Whoever else set an override keeps it. */
void mint_hold_end(struct pci_dev *pdev);
/*
 * Shows a function to drivers, if any is still held, without waiting for one: a
 * driver may never come back.
 */
void mint_hold_attach_later(struct pci_dev *pdev);

#endif /* MINT_HOLD_H */
