// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether something in this OS still points to memory that is not its own: for the test of
 * copies, which must have nothing of their source.
 *
 * Two numbers written to the file mint_left in debugfs say where a range begins and how large
 * it is; reading says how many entries of page tables lead there, and how many words of the
 * kernel's pages have an address of it.  What is found is in the log.
 *
 * A time in ns or in cycles looks like an address, too: so only addresses of pages count, which
 * is what Linux keeps; and what was freed may be there still unless an OS is started with
 * init_on_free=1.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nmi.h>
#include <linux/page-flags.h>
#include <linux/pgtable.h>
#include <linux/sched/task.h>
#include <linux/set_memory.h>
#include <linux/stop_machine.h>
#include <linux/uaccess.h>

#include <asm/sections.h>

#include "base/base.h"
#include "clone/clone.h"

/* So many are told one by one. */
#define MOST_TOLD	20u

static struct left_scan {
	u64 base, size;
	u32 tables, words, told;
} scan;

static bool is_left(u64 paddr)
{
	return paddr - scan.base < scan.size;
}

/* ---- page tables ------------------------------------------------------------------ */

static void tell_entry(u64 entry, u64 vaddr, u32 level)
{
	scan.tables++;
	if (scan.told++ < MOST_TOLD)
		pr_info("left: a page table of level %u has 0x%llx for 0x%llx\n", level, entry,
			vaddr);
}

/* @first: of its entries; the others are those of another table. */
static void look_at_table(const u64 *table, u32 level, u32 first, u32 end, u64 vaddr)
{
	u32 shift = 12 + 9 * (level - 1), i;
	bool leaf;
	u64 paddr;

	for (i = first; i < end; i++) {
		u64 entry = READ_ONCE(table[i]), at = vaddr + ((u64)i << shift);

		if (!(entry & _PAGE_PRESENT))
			continue;
		leaf = level == 1 || (level <= 3 && entry & _PAGE_PSE);
		paddr = entry & PTE_PFN_MASK;
		if (is_left(paddr))
			tell_entry(entry, at, level);
		else if (!leaf && pfn_valid(PHYS_PFN(paddr)))
			look_at_table(__va(paddr), level - 1, 0, PTRS_PER_PTE, at);
	}
}

/* The upper half of each top table is that of the kernel's own. */
static void look_at_tables(void)
{
	u32 levels = pgtable_l5_enabled() ? 5 : 4, half = PTRS_PER_PGD / 2;
	struct page *page;

	look_at_table((u64 *)init_top_pgt, levels, 0, PTRS_PER_PGD, 0);
	list_for_each_entry(page, &pgd_list, lru) {
		look_at_table(page_address(page), levels, 0, half, 0);
		touch_nmi_watchdog();
	}
}

/* ---- words ------------------------------------------------------------------------ */

/* What a program or a file has there is its own; tables were looked at. */
static bool is_of_kernel(struct page *page)
{
	return !PageBuddy(page) && !PageTable(page) && !PageLRU(page) &&
	       !PageAnon(page) && !page->mapping && kernel_page_present(page);
}

static bool is_in(const u64 *word, const void *from, size_t bytes)
{
	return __pa(word) - __pa_symbol(from) < bytes;
}

/* It is known what this copy was made of; and what an idle CPU did before is forgotten. */
static bool may_know(const u64 *word)
{
	return mint_clone_is_plan(__pa(word)) ||
	       is_in(word, &scan, sizeof(scan)) ||
	       is_in(word, &init_thread_union, sizeof(init_thread_union));
}

/* A symbol of the kernel, or the object of an allocator that it is in. */
static void tell_word(u64 what, u64 *word)
{
	u64 off = __pa(word) - __pa_symbol(_text);

	if (scan.told++ >= MOST_TOLD)
		return;
	if (off < _end - _text)
		pr_info("left: 0x%llx in %pS\n", what, _text + off);
	else
		pr_info("left: 0x%llx at 0x%llx\n", what, (u64)__pa(word));
	mem_dump_obj(word);
}

static void look_at_words(u64 *word)
{
	const u64 *end = word + PAGE_SIZE / sizeof(*word);

	for (; word < end; word++) {
		u64 what = READ_ONCE(*word);

		if (!is_left(what) || !PAGE_ALIGNED(what) || may_know(word))
			continue;
		scan.words++;
		tell_word(what, word);
	}
}

/* A block that is free is one in which only the first page says so. */
static unsigned long look_at_page(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	if (PageBuddy(page))
		return pfn + (1UL << page_private(page));
	if (is_of_kernel(page))
		look_at_words(page_address(page));
	return pfn + 1;
}

/* Nothing else runs. */
static int look(void *unused)
{
	unsigned long pfn, end;
	struct zone *zone;

	look_at_tables();
	for_each_populated_zone(zone) {
		end = zone_end_pfn(zone);
		for (pfn = zone->zone_start_pfn; pfn < end;) {
			pfn = pfn_valid(pfn) ? look_at_page(pfn) : pfn + 1;
			if (!(pfn % PTRS_PER_PTE))
				touch_nmi_watchdog();
		}
	}
	return 0;
}

/* ---- the file ---------------------------------------------------------------------- */

static ssize_t left_write(struct file *file, const char __user *ubuf, size_t count,
			  loff_t *ppos)
{
	char words[64];
	ssize_t len = simple_write_to_buffer(words, sizeof(words) - 1, ppos, ubuf, count);

	if (len < 0)
		return len;
	words[len] = '\0';
	memset(&scan, 0, sizeof(scan));
	if (sscanf(words, "%llx %llx", &scan.base, &scan.size) != 2)
		return -EINVAL;
	drain_all_pages(NULL);
	stop_machine(look, NULL, NULL);
	return len;
}

static ssize_t left_read(struct file *file, char __user *ubuf, size_t count, loff_t *ppos)
{
	char text[48];
	int len = scnprintf(text, sizeof(text), "tables %u words %u\n", scan.tables,
			    scan.words);

	return simple_read_from_buffer(ubuf, count, ppos, text, len);
}

static const struct file_operations left_fops = {
	.owner = THIS_MODULE,
	.read = left_read,
	.write = left_write,
};

static int __init mint_left_init(void)
{
	if (mint_self.active)
		debugfs_create_file("mint_left", 0600, NULL, NULL, &left_fops);
	return 0;
}
late_initcall(mint_left_init);
