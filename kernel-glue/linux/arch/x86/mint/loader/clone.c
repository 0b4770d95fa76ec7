// SPDX-License-Identifier: GPL-2.0-only
/*
 * A copy of another OS, which stands still meanwhile: its pages, then what of them has to
 * be different.  What it says of itself is checked like everything else: it can make of
 * its copy what it likes, but of nothing else.
 */
#include "internal.h"
#include "neutral/range.h"
#include "neutral/sum.h"

#define PAGE		0x1000u
#define BITS_BYTES	(SZ_2M / PAGE / 8)

/* ---- the frame ------------------------------------------------------------------ */

static bool inside(const struct load *l, u64 paddr, u64 bytes, u64 align)
{
	return !(paddr & (align - 1)) &&
	       mint_range_holds(&l->frame.from, paddr, bytes);
}

static bool words_ok(const struct load *l)
{
	u32 i;

	for (i = 0; i < l->frame.nr_words; i++)
		if (!inside(l, l->frame.word[i].paddr, 8, 8))
			return false;
	return true;
}

static bool frame_ok(const struct load *l)
{
	const struct mint_clone_frame *f = &l->frame;

	return f->magic == MINT_CLONE_MAGIC && f->size_bytes == sizeof(*f) &&
	       f->sum == mint_frame_sum(f) && f->levels == (l->la57 ? 5 : 4) &&
	       f->nr_words <= MINT_CLONE_MAX_WORDS && f->nr_kept <= MINT_CLONE_MAX_KEPT &&
	       inside(l, f->map_paddr, f->from.size_bytes / PAGE / 8, PAGE) &&
	       inside(l, f->tables_paddr, (u64)f->nr_tables * 8, PAGE) &&
	       inside(l, f->trap_paddr, PAGE, PAGE) &&
	       inside(l, f->top_paddr, PAGE, PAGE) &&
	       inside(l, f->order_paddr, sizeof(struct mint_order), PAGE) && words_ok(l);
}

static void take_frame(struct load *l, u64 paddr)
{
	memcpy(&l->frame, load_see(l, paddr), sizeof(l->frame));
	barrier();
}

/* An OS that stands still. */
static u32 take_from_os(struct load *l)
{
	const struct mint_order *o = &l->order;
	struct mint_clone_frame *f = &l->frame;
	struct mint_range from;

	if (!o->from || o->from > MINT_MAX_OSES || o->from == l->os || o->dma.size_bytes)
		return MINT_LOAD_BAD_ORDER;
	from = load_os(l, o->from)->main;
	barrier();
	if (!load_in_pool(l, &from) || from.size_bytes != o->main.size_bytes ||
	    (from.base_paddr | o->main.base_paddr) & (MINT_CLONE_ALIGN - 1) ||
	    mint_range_overlaps(&from, o->main.base_paddr, o->main.size_bytes))
		return MINT_LOAD_BAD_MEMORY;
	f->from = from;
	if (!inside(l, o->frame_paddr, sizeof(*f), PAGE))
		return MINT_LOAD_BAD_FRAME;
	take_frame(l, o->frame_paddr);
	return mint_range_same(&f->from, &from) && frame_ok(l) ? 0 : MINT_LOAD_BAD_FRAME;
}

/*
 * One that stood still once: where its memory was is somebody else's now, maybe that of the
 * copy.  Only the way from there counts.
 */
static u32 take_from_snapshot(struct load *l)
{
	const struct mint_image_record *m = &l->image;
	const struct mint_range *from = &l->frame.from;
	const u64 most = (u64)1 << 52;

	take_frame(l, m->mem.base_paddr);
	l->lies = m->mem.base_paddr + mint_snapshot_off(m);
	if ((from->base_paddr | l->order.main.base_paddr) & (MINT_CLONE_ALIGN - 1) ||
	    from->base_paddr >= most || from->size_bytes != l->order.main.size_bytes ||
	    !frame_ok(l))
		return MINT_LOAD_BAD_FRAME;
	return 0;
}

/* A copy that waits: the frame lies in it, as far from there as everything else. */
static u32 take_from_self(struct load *l)
{
	const struct mint_order *o = &l->order;
	const struct mint_range *from = &l->frame.from;
	const u64 most = (u64)1 << 52;

	if (o->frame_paddr % PAGE || !mint_range_holds(&o->main, o->frame_paddr, PAGE))
		return MINT_LOAD_BAD_FRAME;
	take_frame(l, o->frame_paddr);
	return from->base_paddr < most && from->size_bytes == o->main.size_bytes &&
	       frame_ok(l) ? 0 : MINT_LOAD_BAD_FRAME;
}

u32 load_check_frame(struct load *l)
{
	if (l->order.flags & MINT_ORDERF_HELD)
		return l->order.dma.size_bytes ? MINT_LOAD_BAD_ORDER : take_from_self(l);
	if (!load_is_from_snapshot(l))
		return take_from_os(l);
	return l->order.dma.size_bytes ? MINT_LOAD_BAD_ORDER : take_from_snapshot(l);
}

/* ---- pages ------------------------------------------------------------------------ */

/* Those that @bits, of 2 MiB, say. */
static void copy_part(u8 *to, const u8 *from, const u8 *bits)
{
	u32 i;

	for (i = 0; i < SZ_2M / PAGE; i++)
		if (bits[i / 8] & 1u << i % 8)
			load_copy_words((u64 *)(to + i * PAGE),
					(const u64 *)(from + i * PAGE), PAGE / 8, 0);
}

/* The same, where those that were not in use were left out. */
static void unpack_part(u8 *to, const u8 *from, const u8 *bits, u64 *sum)
{
	u32 i, nr = 0;

	for (i = 0; i < SZ_2M / PAGE; i++)
		if (bits[i / 8] & 1u << i % 8)
			*sum = load_copy_words((u64 *)(to + i * PAGE),
					       (const u64 *)(from + nr++ * PAGE), PAGE / 8,
					       *sum);
}

static u32 count(const u64 *bits)
{
	u32 i, nr = 0;
	u64 word;

	for (i = 0; i < BITS_BYTES / 8; i++)
		for (word = bits[i]; word; word &= word - 1)
			nr++;
	return nr;
}

static u32 unpack_pages(struct load *l)
{
	const struct mint_image_record *m = &l->image;
	u64 map = m->mem.base_paddr + PAGE, from = l->lies, left = m->kernel_bytes / PAGE;
	u64 sum = m->kernel_bytes / 8, map_sum = m->initrd_bytes / 8, off;
	u64 bits[BITS_BYTES / 8];
	u32 nr;
	void *to;

	for (off = 0; off < m->need_bytes; off += SZ_2M) {
		if (load_is_fenced(l))
			return MINT_LOAD_FENCED;
		memcpy(bits, load_see(l, map + off / PAGE / 8), sizeof(bits));
		map_sum = mint_sum(map_sum, bits, ARRAY_SIZE(bits));
		to = load_reach(l, l->order.main.base_paddr + off, SZ_2M);
		nr = count(bits);
		if (!to || nr > left)
			return MINT_LOAD_BAD_SNAPSHOT;
		unpack_part(to, load_see(l, from), (const u8 *)bits, &sum);
		from += (u64)nr * PAGE;
		left -= nr;
	}
	return !left && sum == m->kernel_sum && map_sum == m->initrd_sum ?
	       0 : MINT_LOAD_BAD_SNAPSHOT;
}

u32 load_copy_pages(struct load *l)
{
	const struct mint_clone_frame *f = &l->frame;
	u8 bits[BITS_BYTES];
	void *to;
	u64 off;

	if (load_is_from_snapshot(l))
		return unpack_pages(l);
	for (off = 0; off < f->from.size_bytes; off += SZ_2M) {
		if (load_is_fenced(l))
			return MINT_LOAD_FENCED;
		memcpy(bits, load_see(l, f->map_paddr + off / PAGE / 8), sizeof(bits));
		to = load_reach(l, l->order.main.base_paddr + off, SZ_2M);
		if (!to)
			return MINT_LOAD_BAD_MEMORY;
		copy_part(to, load_see(l, f->from.base_paddr + off), bits);
	}
	return 0;
}

/* ---- what is different --------------------------------------------------------------- */

static u32 change_words(struct load *l)
{
	u64 delta = l->order.main.base_paddr - l->frame.from.base_paddr;
	s64 pages = (s64)delta / (s64)PAGE;
	u64 *at;
	u32 i;

	for (i = 0; i < l->frame.nr_words; i++) {
		at = load_reach(l, l->frame.word[i].paddr + delta, 8);
		if (!at)
			return MINT_LOAD_BAD_MEMORY;
		*at += l->frame.word[i].per_page * pages;
	}
	return 0;
}

/* Who it is, and where, it knows from nobody else. */
static u32 hand_over(struct load *l)
{
	void *to = load_reach(l, l->frame.order_paddr + l->order.main.base_paddr -
				 l->frame.from.base_paddr, sizeof(l->order));

	if (!to)
		return MINT_LOAD_BAD_MEMORY;
	memcpy(to, &l->order, sizeof(l->order));
	/* Nobody else draws the same. */
	memset(load_launch(l)->order.seed, 0, sizeof(l->order.seed));
	return 0;
}

u32 load_relocate(struct load *l)
{
	return load_relocate_tables(l) ?: change_words(l);
}

void load_keep_frame(struct load *l)
{
	u64 frame = l->order.frame_paddr + l->order.main.base_paddr - l->frame.from.base_paddr;

	WRITE_ONCE(load_launch(l)->order.frame_paddr, frame);
}

u32 load_make_ready(struct load *l)
{
	l->cr3 = l->frame.top_paddr + l->order.main.base_paddr -
		 l->frame.from.base_paddr;
	l->entry = l->frame.entry_vaddr;
	return hand_over(l);
}
