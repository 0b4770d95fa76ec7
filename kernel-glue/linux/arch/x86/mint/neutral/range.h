/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges of physical memory: whether they overlap, whether the pool holds one.  No sum of
 * base and size is made before it is known to be inside the pool.
 */
#ifndef MINT_RANGE_H
#define MINT_RANGE_H

#include <mint/abi.h>

#include "neutral/portable.h"

/* Whether @r and [@base, @base + @size) have a byte in common. */
static inline bool mint_range_overlaps(const struct mint_range *r, u64 base,
				       u64 size)
{
	return r->size_bytes && (base - r->base_paddr < r->size_bytes ||
				 r->base_paddr - base < size);
}

static inline bool mint_range_same(const struct mint_range *a,
				   const struct mint_range *b)
{
	return a->base_paddr == b->base_paddr && a->size_bytes == b->size_bytes;
}

/* Whether @r holds all of [@base, @base + @size). */
static inline bool mint_range_holds(const struct mint_range *r, u64 base, u64 size)
{
	return base >= r->base_paddr && size <= r->size_bytes &&
	       base - r->base_paddr <= r->size_bytes - size;
}

/* Whether one of the MINT_MAX_POOL_RANGES @ranges holds all of [@base, @base + @size). */
static inline bool mint_pool_holds(const struct mint_range *ranges, u64 base,
				   u64 size)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++)
		if (mint_range_holds(&ranges[i], base, size))
			return true;
	return false;
}

#endif /* MINT_RANGE_H */
