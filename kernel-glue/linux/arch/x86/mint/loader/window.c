// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physical memory for the loader.  The tables of the park page map the first 4 GiB; the
 * rest is seen through two windows, behind these: one to read, one to write.  The one to
 * write opens on the main range of the OS only.
 */
#include "internal.h"
#include "loader.h"
#include "neutral/park.h"

#define PTE_TABLE		0x3ull
#define PTE_WINDOW		0x83ull	/* present, writable, 2 MiB */
#define PTE_READ_ONLY		0x81ull
/* Entry 1 of the PML4. */
#define WINDOWS			((u64)1 << 39)
/* Pages of each window: what one looks at may lie across their border. */
#define PAGES			2u

static_assert(sizeof(struct load) <= LOADER_STACK - LOADER_STATE);

enum window { WINDOW_READ, WINDOW_WRITE };

static u64 *work_table(struct load *l, u32 off)
{
	return (u64 *)((u8 *)l - LOADER_STATE + off);
}

static void *open_window(struct load *l, enum window which, u64 paddr, u64 flags)
{
	u64 *pd = work_table(l, LOADER_PD) + which * PAGES;
	u64 at = WINDOWS + (u64)which * PAGES * SZ_2M;
	u64 base = paddr & ~((u64)SZ_2M - 1);
	u32 i;

	for (i = 0; i < PAGES; i++) {
		WRITE_ONCE(pd[i], (base + (u64)i * SZ_2M) | flags);
		asm volatile("invlpg (%0)" : : "r" (at + (u64)i * SZ_2M) : "memory");
	}
	return (void *)(at + (paddr - base));
}

const void *load_see(struct load *l, u64 paddr)
{
	return open_window(l, WINDOW_READ, paddr, PTE_READ_ONLY);
}

void *load_reach(struct load *l, u64 paddr, u64 bytes)
{
	if (bytes > LOAD_WINDOW || !load_may_write(l, paddr, bytes))
		return NULL;
	return open_window(l, WINDOW_WRITE, paddr, PTE_WINDOW);
}

u64 load_tsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return (u64)high << 32 | low;
}

void load_relax(void)
{
	asm volatile("pause" : : : "memory");
}

void load_use_tables(struct load *l, const u8 *shm)
{
	u64 *pml5 = work_table(l, LOADER_PML5), *pml4 = work_table(l, LOADER_PML4);
	u64 *pdpt = work_table(l, LOADER_PDPT), *pd = work_table(l, LOADER_PD);
	u64 cr4, top;

	memset(pml5, 0, LOADER_STATE);
	pml5[0] = (u64)pml4 | PTE_TABLE;
	pml4[0] = (u64)(shm + MINT_OFF_PARK + PARK_PDPT) | PTE_TABLE;
	pml4[1] = (u64)pdpt | PTE_TABLE;
	pdpt[0] = (u64)pd | PTE_TABLE;
	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	l->la57 = cr4 & ((u64)1 << 12);
	top = (u64)(l->la57 ? pml5 : pml4);
	asm volatile("mov %0, %%cr3" : : "r" (top) : "memory");
}

/* ---- what the compiler calls of its own accord --------------------------------- */

void *memcpy(void *to, const void *from, size_t n)
{
	void *ret = to;

	asm volatile("rep movsb" : "+D" (to), "+S" (from), "+c" (n) : : "memory");
	return ret;
}

void *memset(void *to, int value, size_t n)
{
	u64 bytes = 0x0101010101010101ull * (u8)value, words = n / 8;
	void *ret = to;

	/* An emulated machine takes as long for a byte as for a word. */
	asm volatile("rep stosq" : "+D" (to), "+c" (words) : "a" (bytes) : "memory");
	n %= 8;
	asm volatile("rep stosb" : "+D" (to), "+c" (n) : "a" (bytes) : "memory");
	return ret;
}
