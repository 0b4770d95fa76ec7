// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page tables of a copied OS.  What points into the memory of the source points into
 * the copy then, by the same distance; what else may be mapped stays; everything else, the
 * devices of the source above all, shows a page of ones.
 *
 * A table to which there are several ways is done once: the bit of its page, in the map of
 * the copy, is taken away then.  A page that was not copied is no table.
 */
#include "internal.h"
#include "neutral/range.h"

#define PAGE		0x1000u
#define PRESENT		0x1ull
#define LARGE		0x80ull
#define NO_ACCESS	0x100ull	/* PROT_NONE, in an entry that is not present */
#define ADDR		0x000ffffffffff000ull
#define ADDR_LARGE	0x000fffffffe00000ull

struct place {
	u64 from, to, size;
};

static bool within(u64 paddr, u64 base, u64 size)
{
	return paddr - base < size;
}

static bool is_kept(const struct load *l, u64 paddr)
{
	u32 i;

	for (i = 0; i < l->frame.nr_kept; i++)
		if (within(paddr, l->frame.kept[i].base_paddr,
			   l->frame.kept[i].size_bytes))
			return true;
	return false;
}

/* Linux keeps the address inverted where an entry is not present. */
static u64 move_absent(const struct place *p, u64 entry)
{
	u64 paddr = ~entry & ADDR;

	if (!(entry & NO_ACCESS) || !within(paddr, p->from, p->size))
		return entry;
	return (entry & ~ADDR) | (~(paddr - p->from + p->to) & ADDR);
}

static u64 move_foreign(const struct load *l, const struct place *p, u64 entry,
			u32 level, u64 paddr)
{
	if (is_kept(l, paddr))
		return entry;
	/* No large page of ones: who uses it will find nothing there. */
	if (level > 1)
		return 0;
	return (entry & ~ADDR) | (l->frame.trap_paddr - p->from + p->to);
}

/* The entry as it shall be; @child: a table to be done, or 0. */
static u64 move(const struct load *l, const struct place *p, u64 entry, u32 level,
		u64 *child)
{
	bool leaf = level == 1 || (level <= 3 && (entry & LARGE));
	u64 paddr = entry & (leaf && level > 1 ? ADDR_LARGE : ADDR);

	*child = 0;
	if (!(entry & PRESENT))
		return level == 1 ? move_absent(p, entry) : entry;
	if (!within(paddr, p->from, p->size))
		return move_foreign(l, p, entry, level, paddr);
	if (!leaf)
		*child = paddr - p->from + p->to;
	return entry - p->from + p->to;
}

/* Whether @table is to be done, and is not yet. */
static u32 take_table(struct load *l, const struct place *p, u64 table, bool *take)
{
	u64 nr = (table - p->to) / PAGE;
	u64 *at = load_reach(l, l->frame.map_paddr - p->from + p->to + nr / 64 * 8, 8);

	if (!at)
		return MINT_LOAD_BAD_TABLES;
	*take = *at & 1ull << nr % 64;
	*at &= ~(1ull << nr % 64);
	return 0;
}

static u32 do_table(struct load *l, const struct place *p, u64 table, u32 level)
{
	u64 *at = NULL, entry, next, child;
	bool take;
	u32 i, why = take_table(l, p, table, &take);

	if (why || !take)
		return why;
	for (i = 0; i < PAGE / 8; i++) {
		if (!at)
			at = load_reach(l, table, PAGE);
		if (!at)
			return MINT_LOAD_BAD_TABLES;
		entry = READ_ONCE(at[i]);
		next = move(l, p, entry, level, &child);
		if (next != entry)
			at[i] = next;
		if (!child)
			continue;
		why = do_table(l, p, child, level - 1);
		if (why)
			return why;
		at = NULL;	/* the window shows something else now */
	}
	return 0;
}

u32 load_relocate_tables(struct load *l)
{
	const struct mint_clone_frame *f = &l->frame;
	const struct place p = {
		.from = f->from.base_paddr,
		.to = l->order.main.base_paddr,
		.size = f->from.size_bytes,
	};
	const u64 *at;
	u64 table;
	u32 i, why;

	for (i = 0; i < f->nr_tables; i++) {
		if (load_is_fenced(l))
			return MINT_LOAD_FENCED;
		/* As it was copied: the source goes on meanwhile. */
		at = load_see(l, f->tables_paddr - p.from + p.to + i * 8);
		table = READ_ONCE(*at);
		if (!within(table, p.from, p.size) || table % PAGE)
			return MINT_LOAD_BAD_TABLES;
		why = do_table(l, &p, table - p.from + p.to, f->levels);
		if (why)
			return why;
	}
	return 0;
}
