// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pool: the memory that the first OS sets aside for the others (mint_pool=), and
 * the place of the shared area in it.  Init_platform time.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <asm/e820/api.h>

#include "base/base.h"
#include "base/boot.h"

static struct {
	struct mint_range range[MINT_MAX_POOL_RANGES];
	unsigned int nr;
	bool wanted;
} pool __initdata;

/* What is set aside below 4 GiB when the rest of a pool lies above. */
#define POOL_LOW_MAX	SZ_512M
/*
 * Some of a pool lies where any 32-bit kernel can be, which costs nobody anything: below
 * the end of its direct map, with 3 GiB for programs.
 */
#define POOL_REACH_32		(SZ_512M + SZ_256M + SZ_64M + SZ_32M)
#define POOL_FOR_32		SZ_256M
/* An OS's main range starts on such a boundary where the layer may choose. */
#define POOL_ALIGN	SZ_128M

static int __init parse_pool(char *arg)
{
	while (arg && *arg) {
		struct mint_range *r = &pool.range[pool.nr];

		if (pool.nr == MINT_MAX_POOL_RANGES) {
			mint_stay_off("mint_pool=: more than %u ranges",
				      MINT_MAX_POOL_RANGES);
			return -E2BIG;
		}
		r->size_bytes = memparse(arg, &arg);
		r->base_paddr = *arg == '@' ? memparse(arg + 1, &arg) : 0;
		if (!r->size_bytes || !IS_ALIGNED(r->size_bytes, SZ_2M) ||
		    !IS_ALIGNED(r->base_paddr, SZ_2M) ||
		    (*arg && *arg != ',')) {
			mint_stay_off("mint_pool=: expected SIZE[@ADDRESS][,...], multiples of 2M");
			return -EINVAL;
		}
		pool.nr++;
		if (*arg == ',')
			arg++;
	}
	pool.wanted = pool.nr > 0;
	return 0;
}
early_param("mint_pool", parse_pool);

static bool __init range_usable(u64 base, u64 size)
{
	return e820__mapped_all(base, base + size, E820_TYPE_RAM) &&
	       !memblock_is_region_reserved(base, size);
}

/* Highest place for @size bytes in [@from, @to), on a multiple of @align. */
static u64 __init place_range(u64 size, u64 from, u64 to, u64 align)
{
	u64 base;

	if (to < size)
		return 0;
	for (base = ALIGN_DOWN(to - size, align); base >= from && base;
	     base -= min(base, align))
		if (range_usable(base, size))
			return base;
	return 0;
}

/* Lowest place, likewise. */
static u64 __init place_range_low(u64 size, u64 from, u64 to, u64 align)
{
	u64 base;

	for (base = ALIGN(from, align); base + size <= to; base += align)
		if (range_usable(base, size))
			return base;
	return 0;
}

static bool __init take_range(u64 base, u64 size)
{
	struct mint_range *r;

	if (pool.nr == MINT_MAX_POOL_RANGES || !base)
		return false;
	e820__range_update(base, size, E820_TYPE_RAM, E820_TYPE_RESERVED);
	r = &pool.range[pool.nr++];
	r->base_paddr = base;
	r->size_bytes = size;
	return true;
}

/* The highest place below 4 GiB of which a 32-bit kernel can use some; else the highest. */
static u64 __init place_range_32(u64 size, u64 end, u64 align)
{
	u64 to = POOL_REACH_32 - min_t(u64, size, POOL_FOR_32) + size;

	return place_range(size, SZ_64M, min(to, end), align) ?:
	       place_range(size, SZ_64M, end, align);
}

static bool __init take_anywhere(u64 size)
{
	u64 end = PFN_PHYS(e820__end_of_ram_pfn());
	u64 low = min_t(u64, ALIGN(size / 4, SZ_2M), POOL_LOW_MAX);
	u64 base, end_low = min_t(u64, end, SZ_4G);

	low = max_t(u64, low, 2 * MINT_SHM_SIZE);
	/* All of it above 4 GiB but a part for the area and for DMA slices. */
	if (end > SZ_4G && size > low) {
		base = place_range_low(size - low, SZ_4G, end, POOL_ALIGN);
		if (!base)
			base = place_range_low(size - low, SZ_4G, end, SZ_2M);
		if (base) {
			u64 lo = place_range_32(low, SZ_4G, SZ_2M);

			return take_range(lo, low) && take_range(base, size - low);
		}
	}
	base = place_range_32(size, end_low, POOL_ALIGN);
	if (!base)
		base = place_range_32(size, end_low, SZ_2M);
	return take_range(base, size);
}

/* What fits in one piece, in units of SZ_2M; less than @units, which do not. */
static u64 __init largest_piece(u64 units)
{
	u64 end = PFN_PHYS(e820__end_of_ram_pfn()), fits = 0, mid, size;

	while (fits + 1 < units) {
		mid = fits + (units - fits) / 2;
		size = mid * SZ_2M;
		if (place_range(size, SZ_64M, min_t(u64, end, SZ_4G), SZ_2M) ||
		    place_range_low(size, SZ_4G, end, SZ_2M))
			fits = mid;
		else
			units = mid;
	}
	return fits;
}

static void __init explain_pool(u64 base, u64 size)
{
	if (base) {
		mint_stay_off("mint_pool=: no %lluM of free memory at 0x%llx",
			      size >> 20, base);
		return;
	}
	mint_stay_off("mint_pool=: no %lluM in one piece; %lluM is the largest: less, or SIZE,SIZE",
		      size >> 20, largest_piece(size / SZ_2M) * 2);
}

static bool __init take_pool(void)
{
	struct mint_range want[MINT_MAX_POOL_RANGES];
	unsigned int i, nr = pool.nr;

	memcpy(want, pool.range, sizeof(want));
	memset(pool.range, 0, sizeof(pool.range));
	pool.nr = 0;
	for (i = 0; i < nr; i++) {
		u64 base = want[i].base_paddr, size = want[i].size_bytes;
		bool ok;

		if (base)
			ok = range_usable(base, size) && take_range(base, size);
		else
			ok = take_anywhere(size);
		if (!ok) {
			explain_pool(base, size);
			return false;
		}
	}
	return true;
}

/* The shared area: the end of the first range below 4 GiB. */
static bool __init place_shm(void)
{
	unsigned int i;

	for (i = 0; i < pool.nr; i++) {
		struct mint_range *r = &pool.range[i];
		u64 end = r->base_paddr + r->size_bytes;

		if (end <= SZ_4G && r->size_bytes > MINT_SHM_SIZE) {
			mint_self.shm_paddr = end - MINT_SHM_SIZE;
			return true;
		}
	}
	mint_stay_off("mint_pool=: %uM of it must lie below 4 GiB",
		      MINT_SHM_SIZE >> 20);
	return false;
}

const struct mint_range * __init mint_boot_pool(unsigned int *nr)
{
	*nr = pool.nr;
	return pool.range;
}

/* Mint stays off: Linux has that memory. */
static void __init drop_pool(void)
{
	while (pool.nr--)
		e820__range_update(pool.range[pool.nr].base_paddr,
				   pool.range[pool.nr].size_bytes,
				   E820_TYPE_RESERVED, E820_TYPE_RAM);
	pool.nr = 0;
}

bool __init mint_pool_wanted(void)
{
	return pool.wanted;
}

int __init mint_pool_take(void)
{
	if (take_pool() && place_shm())
		return 0;
	drop_pool();
	return -ENOMEM;
}
