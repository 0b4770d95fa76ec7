// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way out of a 32-bit kernel: page tables that have this kernel, and one large page
 * around the gate of the park page (neutral/park.S) where it is.  The gate may lie where
 * this kernel has something of its own: that is not there any more by these tables, and
 * must not be what runs last.
 */
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/string.h>

#include <asm/reboot.h>

#include "cpu/cpu.h"
#include "neutral/park.h"

static_assert(__KERNEL_CS == PARK_CS32 && __KERNEL_DS == PARK_DS32);

static bool __init hides_the_jump(u32 gate)
{
	return (gate & PMD_MASK) == ((u32)mint_park_jump_32 & PMD_MASK);
}

pgd_t * __init mint_way_build(void)
{
	u32 gate = mint_park_paddr(PARK_CODE + PARK_GATE32);
	pgd_t *top = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	pmd_t *pmd = (pmd_t *)get_zeroed_page(GFP_KERNEL);
	pgd_t *entry;

	if (!top || !pmd || hides_the_jump(gate)) {
		pr_err("no page tables for the way to the park page at 0x%x\n", gate);
		free_page((unsigned long)top);
		free_page((unsigned long)pmd);
		return NULL;
	}
	memcpy(top, swapper_pg_dir, PTRS_PER_PGD * sizeof(*top));
	entry = &top[pgd_index(gate)];
	if (pgd_present(*entry))
		memcpy(pmd, (void *)pgd_page_vaddr(*entry), PAGE_SIZE);
	pmd[pmd_index(gate)] = __pmd((gate & PMD_MASK) | _PAGE_PRESENT | _PAGE_RW |
				     _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_PSE);
	*entry = __pgd(__pa(pmd) | _PAGE_PRESENT);
	return top;
}

void __init mint_way_free(pgd_t *top)
{
	u32 gate = mint_park_paddr(PARK_CODE + PARK_GATE32);

	free_page(pgd_page_vaddr(top[pgd_index(gate)]));
	free_page((unsigned long)top);
}

/* Paging cannot be switched off under a hypervisor of this kernel. */
void mint_way_leave(pgd_t *top, u32 core)
{
	cpu_emergency_disable_virtualization();
	mint_park_jump_32(__pa(top), mint_park_paddr(PARK_CODE), core);
}
