// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the loader is told of the source: which pages are in use, where its page tables
 * are, which words hold physical addresses.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pgtable.h>

#include <asm/apic.h>
#include <asm/suspend.h>

#include "base/base.h"
#include "clone/internal.h"
#include "cpu/cpu.h"
#include "neutral/sum.h"

/* Processes at the same time; each has a top table, or two with page table isolation. */
#define TABLES_ORDER	5
#define MAX_TABLES	((PAGE_SIZE << TABLES_ORDER) / sizeof(u64))

static unsigned int map_order(void)
{
	return get_order(mint_clone_plan.from.size_bytes >> PAGE_SHIFT >> 3);
}

void mint_frame_free(void)
{
	struct clone_plan *p = &mint_clone_plan;

	free_page((unsigned long)p->frame);
	free_page((unsigned long)p->trap);
	free_page((unsigned long)p->order);
	free_pages((unsigned long)p->map, p->map ? map_order() : 0);
	free_pages((unsigned long)p->tables, p->tables ? TABLES_ORDER : 0);
	p->frame = NULL;
	p->trap = NULL;
	p->order = NULL;
	p->map = NULL;
	p->tables = NULL;
}

int mint_frame_alloc(void)
{
	struct clone_plan *p = &mint_clone_plan;

	p->frame = (void *)get_zeroed_page(GFP_KERNEL);
	p->trap = (void *)__get_free_page(GFP_KERNEL);
	p->order = (void *)get_zeroed_page(GFP_KERNEL);
	p->map = (void *)__get_free_pages(GFP_KERNEL, map_order());
	p->tables = (void *)__get_free_pages(GFP_KERNEL, TABLES_ORDER);
	if (p->frame && p->trap && p->order && p->map && p->tables)
		return 0;
	mint_frame_free();
	return -ENOMEM;
}

/* ---- pages ------------------------------------------------------------------------ */

static void drop_free(unsigned long pfn, unsigned int order)
{
	u64 first = PHYS_PFN(mint_clone_plan.from.base_paddr);
	u64 nr = PHYS_PFN(mint_clone_plan.from.size_bytes);

	if (pfn >= first && pfn - first + (1UL << order) <= nr)
		bitmap_clear(mint_clone_plan.map, pfn - first, 1UL << order);
}

/* Nobody else runs: the lists hold still. */
static void map_pages(void)
{
	struct clone_plan *p = &mint_clone_plan;
	unsigned int order, type;
	struct zone *zone;
	struct page *page;

	bitmap_fill(p->map, PHYS_PFN(p->from.size_bytes));
	for_each_populated_zone(zone)
		for_each_migratetype_order(order, type)
			list_for_each_entry(page, &zone->free_area[order].free_list[type],
					    buddy_list)
				drop_free(page_to_pfn(page), order);
}

/* ---- page tables -------------------------------------------------------------------- */

static int add_table(struct mint_clone_frame *f, const void *table)
{
	if (f->nr_tables == MAX_TABLES)
		return -E2BIG;
	mint_clone_plan.tables[f->nr_tables++] = __pa(table);
	return 0;
}

static int add_pgd(struct mint_clone_frame *f, pgd_t *pgd)
{
	int err = add_table(f, pgd);

#ifdef CONFIG_MITIGATION_PAGE_TABLE_ISOLATION
	if (!err && boot_cpu_has(X86_FEATURE_PTI))
		err = add_table(f, kernel_to_user_pgdp(pgd));
#endif
	return err;
}

static int list_tables(struct mint_clone_frame *f)
{
	struct page *page;
	int err;

	f->nr_tables = 0;
	err = add_pgd(f, init_top_pgt) ?: add_table(f, mint_park_top());
	list_for_each_entry(page, &pgd_list, lru)
		err = err ?: add_pgd(f, page_address(page));
	return err;
}

/* ---- words, and what may stay ---------------------------------------------------------- */

static void add_word(struct mint_clone_frame *f, const void *word, s64 per_page)
{
	f->word[f->nr_words].paddr = __pa(word);
	f->word[f->nr_words++].per_page = per_page;
}

static void list_words(struct mint_clone_frame *f)
{
	const s64 page = PAGE_SIZE;

	f->nr_words = 0;
	add_word(f, &page_offset_base, -page);
	add_word(f, &vmemmap_base, -(s64)sizeof(struct page));
	add_word(f, &phys_base, page);
	add_word(f, &saved_context.cr3, page);
	add_word(f, &mint_clone_cr3, page);
}

static void keep(struct mint_clone_frame *f, u64 base, u64 size)
{
	if (size && f->nr_kept < MINT_CLONE_MAX_KEPT)
		f->kept[f->nr_kept++] = (struct mint_range){ base, size };
}

/* What every OS has mapped. */
static void list_kept(struct mint_clone_frame *f)
{
	const struct mint_boot_data *b = &mint_self.boot;
	u32 i;

	f->nr_kept = 0;
	keep(f, 0, SZ_1M);
	keep(f, mint_self.shm_paddr, MINT_SHM_SIZE);
	keep(f, APIC_DEFAULT_PHYS_BASE, PAGE_SIZE);
	for (i = 0; i < b->irq.nr_chips; i++)
		keep(f, b->irq.chip[i].paddr & PAGE_MASK, PAGE_SIZE);
	keep(f, b->mmcfg_paddr, b->mmcfg_paddr ? (b->mmcfg_bus_end + 1ull) << 20 : 0);
}

int mint_frame_fill(void)
{
	struct mint_clone_frame *f = mint_clone_plan.frame;
	int err;

	memset(mint_clone_plan.trap, 0xff, PAGE_SIZE);
	mint_clone_cr3 = __pa(init_top_pgt);
	f->magic = MINT_CLONE_MAGIC;
	f->size_bytes = sizeof(*f);
	f->levels = pgtable_l5_enabled() ? 5 : 4;
	f->from = mint_clone_plan.from;
	f->map_paddr = __pa(mint_clone_plan.map);
	f->tables_paddr = __pa(mint_clone_plan.tables);
	f->trap_paddr = __pa(mint_clone_plan.trap);
	f->top_paddr = __pa(mint_park_top());
	f->entry_vaddr = (u64)mint_clone_entry;
	f->order_paddr = __pa(mint_clone_plan.order);
	list_words(f);
	list_kept(f);
	err = list_tables(f);
	map_pages();
	f->sum = mint_frame_sum(f);
	return err;
}
