/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges of physical memory: whether they overlap, whether the pool holds one.  No sum of
 * base and size is made before it is known to be inside the pool.  A range may stand in
 * memory that another OS writes: each half of it is read once.
 */
#ifndef MINT_RANGE_H
#define MINT_RANGE_H

#include <mint/abi.h>

#include "neutral/portable.h"

/* Whether @r and [@base, @base + @size) have a byte in common. */
static inline bool mint_range_overlaps(const struct mint_range *r, u64 base,
				       u64 size)
{
	u64 first = READ_ONCE(r->base_paddr), bytes = READ_ONCE(r->size_bytes);

	return bytes && (base - first < bytes || first - base < size);
}

static inline bool mint_range_same(const struct mint_range *a,
				   const struct mint_range *b)
{
	return a->base_paddr == b->base_paddr && a->size_bytes == b->size_bytes;
}

/* Whether @r holds all of [@base, @base + @size). */
static inline bool mint_range_holds(const struct mint_range *r, u64 base, u64 size)
{
	u64 first = READ_ONCE(r->base_paddr), bytes = READ_ONCE(r->size_bytes);

	return base >= first && size <= bytes && base - first <= bytes - size;
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
