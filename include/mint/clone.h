/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * How a running OS is copied: what its own kernel, which stands still, tells the loader
 * that copies it (see <mint/abi.h>, whose rules hold here too). The frame lies in the
 * memory of the source; an order of kind MINT_ORDER_CLONE says where.
 *
 * Every kernel address of the copy is what it is in the source: what differs are physical
 * addresses, all by the same amount. They are in page tables, and in a few words.
 */
#ifndef MINT_CLONE_H
#define MINT_CLONE_H

#include <mint/types.h>
#include <mint/abi.h>

#define MINT_CLONE_MAGIC	0x32304e4c434e494dULL	/* "MINCLN02" */
/* Ranges of both OSes lie on multiples of this: a section of Linux's memory model. */
#define MINT_CLONE_ALIGN	0x08000000ULL		/* 128 MiB */
#define MINT_CLONE_MAX_WORDS	8u
#define MINT_CLONE_MAX_KEPT	16u

/*
 * 8 bytes of the copy, to which @per_page is added for each page of the way to it, with its
 * sign; @paddr: where they lie in the source.
 */
struct mint_clone_word {
	__u64 paddr;
	__u64 per_page;
};

/**
 * struct mint_clone_frame - all that the loader has to know of the source
 * @magic:	MINT_CLONE_MAGIC
 * @size_bytes:	of this structure
 * @levels:	of its page tables: 4 or 5
 * @from:	its memory
 * @map_paddr:	bitmap of the pages that are copied, a bit for each of @from; that of the copy
 *		is used up when its page tables are done
 * @tables_paddr, @nr_tables: physical addresses of all its top page tables, 8 bytes each
 * @nr_words, @nr_kept: in @word, @kept
 * @trap_paddr:	a page of ones: what a mapping of anything else is made to show
 * @top_paddr:	of these tables, that through which the copy is entered: maps the first
 *		4 GiB one to one, too
 * @entry_vaddr: where it is entered, interrupts off
 * @order_paddr: where the copy finds the order by which it was made
 * @word:	to be changed in the copy
 * @kept:	what else may stay mapped
 * @sum:	mint_sum() of all before it
 *
 * All addresses are in @from, but for @kept; tables and pages are page aligned.
 */
struct mint_clone_frame {
	__u64 magic;
	__u32 size_bytes;
	__u32 levels;
	struct mint_range from;
	__u64 map_paddr;
	__u64 tables_paddr;
	__u32 nr_tables;
	__u32 nr_words;
	__u32 nr_kept;
	__u32 reserved;
	__u64 trap_paddr;
	__u64 top_paddr;
	__u64 entry_vaddr;
	__u64 order_paddr;
	struct mint_clone_word word[MINT_CLONE_MAX_WORDS];
	struct mint_range kept[MINT_CLONE_MAX_KEPT];
	__u64 sum;
};

#ifndef __ASSEMBLY__
MINT_ASSERT(sizeof(struct mint_clone_frame) % 8 == 0);
MINT_ASSERT(sizeof(struct mint_clone_frame) <= 1024);
#endif

#endif /* MINT_CLONE_H */
