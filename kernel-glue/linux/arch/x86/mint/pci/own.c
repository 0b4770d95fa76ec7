// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which PCI functions this OS may use: private copies, so that no other OS can widen
 * or narrow them by a write to shared memory, and an access costs no lock.  They change
 * only when this OS takes or gives a function, or notes one of somebody else.
 */
#include <linux/debugfs.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "base/base.h"
#include "pci/internal.h"
#include "pci/pci.h"

/* Only segment 0 is shared among OSes. */
DEFINE_XARRAY(mint_functions);

u8 mint_fn_access(const struct mint_fn *fn)
{
	/* Pairs with the release in mint_pci_own(). */
	return smp_load_acquire(&fn->access);
}

struct mint_fn *mint_fn_find(u32 sbdf)
{
	struct mint_fn *fn = xa_load(&mint_functions, sbdf);

	return fn && mint_fn_access(fn) != FN_GONE ? fn : NULL;
}

bool mint_pci_owns(u32 sbdf)
{
	const struct mint_fn *fn = mint_fn_find(sbdf);

	return fn && mint_fn_access(fn) == FN_FULL;
}

bool mint_pci_knows(u32 sbdf)
{
	return mint_fn_find(sbdf);
}

static struct mint_fn *get_fn(u32 sbdf)
{
	struct mint_fn *fn = xa_load(&mint_functions, sbdf);

	if (fn)
		return fn;
	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (fn && xa_err(xa_store(&mint_functions, sbdf, fn, GFP_KERNEL))) {
		kfree(fn);
		fn = NULL;
	}
	return fn;
}

static void set_bars(struct mint_fn *fn, const struct mint_dev *d)
{
	fn->bridge = d->flags & MINT_DEVF_BRIDGE;
	mint_bars_set(&fn->bars, fn->bridge, d->bar_paddr, d->rom_paddr);
}

int mint_pci_own(const struct mint_dev *d)
{
	struct mint_fn *fn = get_fn(d->sbdf);

	if (!fn)
		return -ENOMEM;
	if (mint_fn_access(fn) != FN_FULL)
		set_bars(fn, d);
	WRITE_ONCE(fn->leaving, false);
	/* Who sees the access sees the values that go with it. */
	smp_store_release(&fn->access, FN_FULL);
	return 0;
}

void mint_pci_disown(u32 sbdf)
{
	struct mint_fn *fn = mint_fn_find(sbdf);

	if (fn)
		WRITE_ONCE(fn->access, fn->bridge ? FN_READ : FN_HIDDEN);
}

void mint_pci_rejoin(void)
{
	struct mint_fn *fn;
	unsigned long sbdf;

	xa_for_each(&mint_functions, sbdf, fn)
		if (mint_fn_access(fn) != FN_GONE)
			WRITE_ONCE(fn->access, fn->bridge ? FN_READ : FN_HIDDEN);
	mint_dev_load();
}

void mint_pci_forget(u32 sbdf)
{
	struct mint_fn *fn = xa_load(&mint_functions, sbdf);

	if (fn)
		WRITE_ONCE(fn->access, FN_GONE);
}

void mint_pci_leaving(u32 sbdf, bool leaving)
{
	struct mint_fn *fn = xa_load(&mint_functions, sbdf);

	if (fn)
		WRITE_ONCE(fn->leaving, leaving);
}

int mint_pci_note(const struct mint_dev *d)
{
	struct mint_fn *fn = get_fn(d->sbdf);

	if (!fn)
		return -ENOMEM;
	if (mint_fn_access(fn) == FN_FULL)
		return 0;
	set_bars(fn, d);
	WRITE_ONCE(fn->access, fn->bridge ? FN_READ : FN_HIDDEN);
	return 0;
}
