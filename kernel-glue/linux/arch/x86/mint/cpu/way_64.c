// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way out of a 64-bit kernel: page tables that have its upper half, and those of the
 * park page for the first 4 GiB.
 */
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/pgalloc.h>

#include "cpu/cpu.h"
#include "neutral/park.h"

pgd_t * __init mint_way_build(void)
{
	const u64 table = _PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY;
	u32 first = pgtable_l5_enabled() ? PARK_PML4 : PARK_PDPT;
	pgd_t *top = (pgd_t *)get_zeroed_page(GFP_KERNEL);

	if (!top)
		return NULL;
	memcpy(top + PTRS_PER_PGD / 2, init_top_pgt + PTRS_PER_PGD / 2,
	       PAGE_SIZE / 2);
	top[0] = __pgd(mint_park_paddr(first) | table);
	return top;
}

void __init mint_way_free(pgd_t *top)
{
	free_page((unsigned long)top);
}

void mint_way_leave(pgd_t *top, u32 core)
{
	mint_park_jump(__pa(top), mint_park_paddr(PARK_CODE), core);
}
