/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room offer each other, and nobody else.
 */
#ifndef MINT_PCI_INTERNAL_H
#define MINT_PCI_INTERNAL_H

#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include <mint/abi.h>

#include "hotplug/bar_filter.h"

/* ---- own.c ------------------------------------------------------------------ */

enum mint_fn_access {
	FN_HIDDEN,	/* reads as absent */
	FN_READ,	/* a bridge of somebody else */
	FN_FULL,	/* ours */
	FN_GONE,	/* unplugged: as if it had never been listed */
};

/**
 * struct mint_fn - what this OS may do with one function
 * @access:	enum mint_fn_access
 * @bridge:	it has a bridge's header
 * @leaving:	its slot goes off: no reason to keep the way to it
 * @bars:	what its base address registers keep
 *
 * Never freed; everything but @access and @leaving changes only while it is not
 * FN_FULL.
 */
struct mint_fn {
	u8 access;
	bool bridge;
	bool leaving;
	struct mint_bars bars;
};

/* struct mint_fn by sbdf. */
extern struct xarray mint_functions;
/* enum mint_fn_access. */
u8 mint_fn_access(const struct mint_fn *fn);
/* What is known of a function; NULL if nothing is, or it was unplugged. */
struct mint_fn *mint_fn_find(u32 sbdf);

/* ---- raw.c ------------------------------------------------------------------- */

/*
 * How this OS reaches the hardware: mapped, or, when the machine lost that in its
 * sleep (ecam.c), by the ports, which do for an OS that is alone.
 */
extern const struct pci_raw_ops *mint_cfg;
/* The filter is in place. */
void mint_pci_set_installed(void);
/* Counted by the filter: writes that it refused; those to others' bridges. */
extern atomic_t mint_refused_writes;
extern atomic_t mint_bridge_writes;

/* ---- busreset.c -------------------------------------------------------------- */

/**
 * mint_bus_reset() - reset the bus a function is on, if that hurts nobody
 * @d:	copy of the entry of the function
 * @reset: gets the indices in the table of all that was reset with it
 *
 * All functions on that bus must be this OS's to fence.  All of them are silent
 * then, with their addresses.
 * Under mint_reset_sem for writing; on return it is held for reading.  Sleeps.
 *
 * Return: NULL, or why nothing was done, to follow "... and".
 */
const char *mint_bus_reset(const struct mint_dev *d, unsigned long *reset);

/*
 * For reading: a reset of one function.  For writing: of a whole bus, in which nobody
 * may be at work on a single one.
 */
extern struct rw_semaphore mint_reset_sem;

#endif /* MINT_PCI_INTERNAL_H */
