// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the copy: what says where its memory is.  The page tables, and the bases by which
 * addresses are computed, are right already; here are the numbers of pages, sections and
 * ranges that Linux keeps besides.
 */
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/range.h>

#include <asm/e820/api.h>
#include <asm/page.h>
#include <asm/setup.h>

#include "base/base.h"
#include "clone/internal.h"

#include "../../../../mm/internal.h"

/* Of mm/memory.c; Linux declares it where it is used, too. */
extern unsigned long zero_pfn;

static s64 delta_pfn(void)
{
	return clone_delta() >> PAGE_SHIFT;
}

static bool is_mine(u64 paddr)
{
	const struct mint_range *r = &mint_clone_plan.from;

	return paddr >= r->base_paddr && paddr - r->base_paddr < r->size_bytes;
}

/* The end of a range may be the end of all of it. */
static bool ends_in_mine(u64 end)
{
	return end && is_mine(end - 1);
}

static void move_pfn(unsigned long *pfn)
{
	if (is_mine(PFN_PHYS(*pfn)) || ends_in_mine(PFN_PHYS(*pfn)))
		*pfn += delta_pfn();
}

/* ---- zones, sections -------------------------------------------------------------- */

static void move_zones(void)
{
	struct zone *zone;
#ifdef CONFIG_COMPACTION
	int i;
#endif

	move_pfn(&NODE_DATA(0)->node_start_pfn);
	for_each_zone(zone) {
		if (!zone->spanned_pages)
			continue;
		move_pfn(&zone->zone_start_pfn);
#ifdef CONFIG_COMPACTION
		move_pfn(&zone->compact_cached_free_pfn);
		for (i = 0; i < ASYNC_AND_SYNC; i++)
			move_pfn(&zone->compact_cached_migrate_pfn[i]);
#endif
	}
}

/* Both ranges are made of whole sections; the roots for the new ones are there. */
static void move_section(u64 from, u64 to)
{
	struct mem_section *old = __nr_to_section(from), *new = __nr_to_section(to);

	if (!old || !new || !present_section(old))
		return;
	*new = *old;
	new->section_mem_map -= delta_pfn() * sizeof(struct page);
	memset(old, 0, sizeof(*old));
}

/* A copy from a snapshot may lie where its source was, or over a part of that. */
static void move_sections(void)
{
	u64 from = pfn_to_section_nr(PHYS_PFN(mint_clone_plan.from.base_paddr));
	u64 to = pfn_to_section_nr(PHYS_PFN(mint_clone_plan.order->main.base_paddr));
	u64 nr = mint_clone_plan.from.size_bytes >> SECTION_SIZE_BITS, i;

	if (to < from)
		for (i = 0; i < nr; i++)
			move_section(from + i, to + i);
	if (to > from)
		for (i = nr; i-- > 0;)
			move_section(from + i, to + i);
	__highest_present_section_nr = max(__highest_present_section_nr, to + nr - 1);
}

/* ---- ranges ------------------------------------------------------------------------ */

static void move_e820(struct e820_table *t)
{
	u32 i;

	for (i = 0; i < t->nr_entries; i++)
		if (is_mine(t->entries[i].addr))
			t->entries[i].addr += clone_delta();
}

static void move_mapped(void)
{
	int i;

	for (i = 0; i < nr_pfn_mapped; i++) {
		if (!is_mine(PFN_PHYS(pfn_mapped[i].start)))
			continue;
		pfn_mapped[i].start += delta_pfn();
		pfn_mapped[i].end += delta_pfn();
	}
}

static void shift(struct resource *r)
{
	struct resource *child;

	r->start += clone_delta();
	r->end += clone_delta();
	for (child = r->child; child; child = child->sibling)
		shift(child);
}

static struct resource *find_mine(void)
{
	struct resource *r;

	for (r = iomem_resource.child; r; r = r->sibling)
		if (is_mine(r->start) && is_mine(r->end))
			return r;
	return NULL;
}

/* All are taken out first: where one goes may be where another one was. */
static void move_resources(void)
{
	struct resource *r, *taken = NULL;

	while ((r = find_mine()) && !release_resource(r)) {
		r->sibling = taken;
		taken = r;
	}
	while ((r = taken)) {
		taken = r->sibling;
		r->sibling = NULL;
		shift(r);
		if (request_resource(&iomem_resource, r))
			pr_err("%pR: no place for it\n", r);
	}
}

/* What the loader of its source had put there, and said. */
static void move_boot_params(void)
{
	struct setup_header *hdr = &boot_params.hdr;

	if (is_mine(hdr->setup_data))
		hdr->setup_data += clone_delta();
}

void mint_clone_move_memory(void)
{
	unsigned long end = max_pfn;

	move_pfn(&end);
	max_pfn = end;
	max_low_pfn = end;
	max_possible_pfn = max_t(u64, max_possible_pfn, end);
	max_pfn_mapped = max(max_pfn_mapped, max_pfn);
	move_pfn(&highest_memmap_pfn);
	zero_pfn = page_to_pfn(ZERO_PAGE(0));
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	if (huge_zero_pfn != ~0UL)
		huge_zero_pfn += delta_pfn();
#endif
	move_mapped();
	move_zones();
	move_sections();
	move_e820(e820_table);
	move_e820(e820_table_kexec);
	move_e820(e820_table_firmware);
	move_boot_params();
	move_resources();
}
