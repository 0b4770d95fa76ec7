// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image, from the pool into the memory of the OS; or zeros.  Each word is summed up
 * as it is stored, so damage is found whether it came before the copy or during it.
 */
#include "internal.h"
#include "neutral/sum.h"

/* So many words are read before they are stored; what is left at the end is less. */
#define BLOCK_WORDS	128

/* Each word is read once, as it may change meanwhile. */
static u64 read_block(u64 *block, const u64 *from, u64 sum)
{
	u64 i;

#pragma GCC unroll 16
	for (i = 0; i < BLOCK_WORDS; i++) {
		block[i] = READ_ONCE(from[i]);
		sum = mint_sum_step(sum, block[i]);
	}
	return sum;
}

static void store_block(u64 *to, const u64 *block)
{
	u64 i;

#pragma GCC unroll 16
	for (i = 0; i < BLOCK_WORDS; i++)
		WRITE_ONCE(to[i], block[i]);
}

/* Not word by word: source and destination may fall on the same entry of a TLB. */
u64 load_copy_words(u64 *to, const u64 *from, u64 words, u64 sum)
{
	u64 block[BLOCK_WORDS];

	for (; words >= BLOCK_WORDS; words -= BLOCK_WORDS) {
		sum = read_block(block, from, sum);
		store_block(to, block);
		from += BLOCK_WORDS;
		to += BLOCK_WORDS;
	}
	for (; words; words--) {
		block[0] = READ_ONCE(*from++);
		sum = mint_sum_step(sum, block[0]);
		*to++ = block[0];
	}
	return sum;
}

/* @bytes: a multiple of 8.  MINT_LOAD_*, 0 = good; @bad: the sum is wrong. */
static u32 copy(struct load *l, u64 to, u64 from, u64 bytes, u64 want, u32 bad)
{
	u64 sum = bytes / 8, part;
	void *at;

	for (; bytes; bytes -= part, to += part, from += part) {
		if (load_is_fenced(l))
			return MINT_LOAD_FENCED;
		part = min(bytes, LOAD_WINDOW);
		at = load_reach(l, to, part);
		if (!at)
			return MINT_LOAD_BAD_MEMORY;
		sum = load_copy_words(at, load_see(l, from), part / 8, sum);
	}
	return sum == want ? 0 : bad;
}

u32 load_copy_kernel(struct load *l)
{
	const struct mint_image_record *m = &l->image;

	return copy(l, l->where.kernel_paddr, m->mem.base_paddr, m->kernel_bytes,
		    m->kernel_sum, MINT_LOAD_BAD_KERNEL);
}

u32 load_copy_initrd(struct load *l)
{
	const struct mint_image_record *m = &l->image;

	return copy(l, l->where.initrd_paddr,
		    m->mem.base_paddr + mint_initrd_off(m),
		    ALIGN(m->initrd_bytes, (u64)8), m->initrd_sum,
		    MINT_LOAD_BAD_INITRD);
}

/* ---- memory that nobody needs any more -------------------------------------------- */

/* @words: a multiple of 8.  String instructions are slow where they are emulated. */
static void clear_words(u64 *to, u64 words)
{
	u64 i;

	for (; words; words -= 8, to += 8)
#pragma GCC unroll 8
		for (i = 0; i < 8; i++)
			WRITE_ONCE(to[i], 0);
}

static u32 clear(struct load *l, const struct mint_range *r)
{
	u64 done, part;
	void *at;

	for (done = 0; done < r->size_bytes; done += part) {
		part = min(r->size_bytes - done, LOAD_WINDOW);
		at = load_reach(l, r->base_paddr + done, part);
		if (!at)
			return MINT_LOAD_BAD_MEMORY;
		clear_words(at, part / 8);
	}
	return 0;
}

u32 load_clear(struct load *l)
{
	return clear(l, &l->order.main) ?: clear(l, &l->order.dma);
}
