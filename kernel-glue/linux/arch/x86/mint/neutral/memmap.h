/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory map of the OS that has the firmware, see struct mint_memory_map: whether a
 * copy of it can be what was written there.  Who starts that OS asks, and the loader,
 * which writes nowhere else than into the map's main range.
 */
#ifndef MINT_MEMMAP_H
#define MINT_MEMMAP_H

#include <mint/launch.h>

#include "neutral/portable.h"
#include "neutral/range.h"
#include "neutral/sum.h"

#define MINT_MAP_RAM	1u

/* RAM of the pool, or RAM that ends nowhere. */
static inline bool mint_map_entry_ok(const struct mint_map_entry *e,
				     const struct mint_range *pool)
{
	u32 i;

	if (!e->size_bytes || e->base_paddr + e->size_bytes < e->base_paddr)
		return false;
	for (i = 0; e->type == MINT_MAP_RAM && i < MINT_MAX_POOL_RANGES; i++)
		if (mint_range_overlaps(&pool[i], e->base_paddr, e->size_bytes))
			return false;
	return true;
}

static inline bool mint_map_holds(const struct mint_memory_map *m,
				  const struct mint_range *r)
{
	u32 i;

	for (i = 0; i < m->nr_entries; i++) {
		const struct mint_map_entry *e = &m->entry[i];
		const struct mint_range all = { e->base_paddr, e->size_bytes };

		if (e->type == MINT_MAP_RAM &&
		    mint_range_holds(&all, r->base_paddr, r->size_bytes))
			return true;
	}
	return false;
}

/* @m, @pool (MINT_MAX_POOL_RANGES of them): private copies. */
static inline bool mint_map_ok(const struct mint_memory_map *m,
			       const struct mint_range *pool, u32 os)
{
	u32 i;

	if (!os || m->os != os || !m->nr_entries ||
	    m->nr_entries > MINT_MAX_MAP_ENTRIES || m->sum != mint_map_sum(m))
		return false;
	for (i = 0; i < m->nr_entries; i++)
		if (!mint_map_entry_ok(&m->entry[i], pool))
			return false;
	return m->main.base_paddr && m->main.size_bytes &&
	       IS_ALIGNED(m->main.base_paddr, (u64)SZ_2M) &&
	       IS_ALIGNED(m->main.size_bytes, (u64)SZ_2M) &&
	       mint_map_holds(m, &m->main);
}

#endif /* MINT_MEMMAP_H */
