// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the memory of an OS may lie; see placing.h.
 */
#include "os/placing.h"

#define MAIN_ALIGN	SZ_128M
/* Address 0 is no place. */
#define FIRST		SZ_2M

/* Who uses part of [@base, @base + @size)?  The first one that is listed. */
static u32 user_of(const struct mint_pool *pool, u64 base, u64 size)
{
	u32 i;

	for (i = 0; i < pool->nr_taken; i++)
		if (mint_range_overlaps(&pool->taken[i].range, base, size))
			return pool->taken[i].user;
	return MINT_OS_NONE;
}

/* Lowest free place in the pool inside [@from, @to), or 0; @from is not 0. */
static u64 find(const struct mint_pool *pool, u64 size, u64 align, u64 from, u64 to)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		u64 least = max(pool->ranges[i].base_paddr, from);
		u64 base = ALIGN(least, align);

		/* Below @least: it went past the end of all addresses. */
		for (; base >= least && mint_pool_holds(pool->ranges, base, size) &&
		     base < to && size <= to - base; base += align)
			if (!user_of(pool, base, size))
				return base;
	}
	return 0;
}

static u64 choose(const struct mint_pool *pool, u64 size, bool one_piece)
{
	u64 base = find(pool, size, MAIN_ALIGN, SZ_4G, U64_MAX);

	/* What lies below 4 GiB is scarcer: leave it to those that need it. */
	if (!base)
		base = find(pool, size, MAIN_ALIGN, FIRST, SZ_4G);
	if (!base && !one_piece)
		base = find(pool, size, SZ_2M, FIRST, U64_MAX);
	return base;
}

int mint_place_find(const struct mint_pool *pool, u64 base, u64 size, bool one_piece,
		    struct mint_place *place)
{
	memset(place, 0, sizeof(*place));
	base = base ?: choose(pool, size, one_piece);
	place->user = base ? user_of(pool, base, size) : MINT_OS_NONE;
	if (!base || place->user)
		return -ENOMEM;
	place->main.base_paddr = base;
	place->main.size_bytes = size;
	if (base < SZ_4G || one_piece)
		return 0;
	place->dma.base_paddr = find(pool, MINT_DMA_SLICE, SZ_2M, FIRST, SZ_4G);
	place->dma.size_bytes = MINT_DMA_SLICE;
	return place->dma.base_paddr ? 0 : -ENOSPC;
}

u64 mint_place_low(const struct mint_pool *pool, u64 size)
{
	return find(pool, size, SZ_2M, FIRST, SZ_4G);
}

/* Highest free place in the pool inside [@from, @to), or 0. */
static u64 find_high(const struct mint_pool *pool, u64 size, u64 from, u64 to)
{
	u64 best = 0;
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		const struct mint_range *r = &pool->ranges[i];
		u64 least = max(r->base_paddr, from), base;

		if (r->size_bytes < size)
			continue;
		base = (r->base_paddr + r->size_bytes - size) & ~(u64)(SZ_2M - 1);
		for (; base >= least && base > best; base -= SZ_2M)
			if (base < to && size <= to - base &&
			    !user_of(pool, base, size))
				best = base;
	}
	return best;
}

u64 mint_place_image(const struct mint_pool *pool, u64 size)
{
	/* What lies below 4 GiB is scarcer. */
	return find_high(pool, size, SZ_4G, U64_MAX) ?:
	       find_high(pool, size, FIRST, SZ_4G);
}
