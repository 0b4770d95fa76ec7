// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the copy: the way in for its further CPUs, which begins below 1 MiB, in the window of
 * this OS.  Linux has put its own into that of the source, and thrown away what it is made
 * of; a copy of that is kept here.
 */
#include <linux/init.h>
#include <linux/io.h>
#include <linux/pgtable.h>
#include <linux/slab.h>

#include <asm/realmode.h>

#include "base/base.h"
#include "clone/internal.h"

static void *blob;
static size_t blob_size;
static u32 *relocs;

static u32 *next_list(u32 *list)
{
	return list + *list + 1;
}

static int __init keep_blob(void)
{
	u32 *first = (u32 *)real_mode_relocs;
	u32 *end = next_list(next_list(first));

	if (!mint_self.active || !mint_self.further)
		return 0;
	blob_size = real_mode_blob_end - real_mode_blob;
	blob = kmemdup(real_mode_blob, blob_size, GFP_KERNEL);
	relocs = kmemdup(first, (void *)end - (void *)first, GFP_KERNEL);
	return 0;
}
early_initcall(keep_blob);

static void put_blob(void *window, u32 paddr)
{
	u32 *list = relocs, nr;

	memcpy(window, blob, blob_size);
	for (nr = *list++; nr--; list++)
		*(u16 *)(window + *list) = paddr >> 4;
	for (nr = *list++; nr--; list++)
		*(u32 *)(window + *list) += paddr;
}

/*
 * One to one, for the moment in which paging goes on: the pages of the window.  Linux
 * uses a part of its direct map for that, which lies elsewhere in a copy.
 */
static pgd_t map_window(u32 paddr, u32 size)
{
	const u64 table = _KERNPG_TABLE_NOENC;
	u64 *pte = (u64 *)get_zeroed_page(GFP_KERNEL);
	u64 *pmd = (u64 *)get_zeroed_page(GFP_KERNEL);
	u64 *pud = (u64 *)get_zeroed_page(GFP_KERNEL);
	u64 *p4d = (u64 *)get_zeroed_page(GFP_KERNEL);
	u32 at;

	if (!pte || !pmd || !pud || !p4d)
		return __pgd(0);
	for (at = paddr; at < paddr + size; at += PAGE_SIZE)
		pte[at >> PAGE_SHIFT] = at | table;
	pmd[0] = __pa(pte) | table;
	pud[0] = __pa(pmd) | table;
	p4d[0] = __pa(pud) | table;
	return __pgd((pgtable_l5_enabled() ? __pa(p4d) : __pa(pud)) | table);
}

static void fill_header(void *window, u32 paddr, pgd_t identity)
{
	struct real_mode_header *h = window;
	struct trampoline_header *t = window + (h->trampoline_header - paddr);
	u64 *top = window + (h->trampoline_pgd - paddr);
	u64 efer;
	int i;

	rdmsrl(MSR_EFER, efer);
	t->efer = efer & ~EFER_LMA;
	t->start = (u64)secondary_startup_64;
	t->cr4 = mmu_cr4_features;
	t->flags = 0;
	t->lock = 0;
	for (i = pgd_index(__PAGE_OFFSET); i < PTRS_PER_PGD; i++)
		top[i] = init_top_pgt[i].pgd;
	top[0] = identity.pgd;
	trampoline_pgd_entry = identity;
	trampoline_cr4_features = &t->cr4;
	trampoline_lock = &t->lock;
	real_mode_header = h;
}

int mint_clone_move_trampoline(void)
{
	u32 paddr = mint_clone_plan.order->low.base_paddr;
	u32 size = mint_clone_plan.order->low.size_bytes;
	void *window;
	pgd_t identity;

	if (!blob || !relocs || PAGE_ALIGN(blob_size) > size)
		return -ENOMEM;
	identity = map_window(paddr, size);
	window = memremap(paddr, size, MEMREMAP_WB);
	if (!window || !identity.pgd)
		return -ENOMEM;
	memset(window, 0, size);
	put_blob(window, paddr);
	fill_header(window, paddr, identity);
	return 0;
}
