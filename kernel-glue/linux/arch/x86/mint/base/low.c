// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory below 1 MiB: a core that got INIT and SIPI starts there, in real mode.
 *
 * A page leads to the park page, and each further OS has a window for the
 * trampoline of its own cores.  The firmware may have something anywhere in
 * between, so each of them is placed where there is room, and where there is
 * little room there are few windows.  The first OS needs none: its trampoline is in
 * its own memory.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <asm/e820/api.h>

#include "base/base.h"
#include "base/boot.h"

/* What is left for the trampoline of the first OS, at the top. */
#define LEFT_FOR_FIRST		SZ_64K

/* Private copies: never taken from shared memory again. */
static u32 park __ro_after_init;
static u32 window[MINT_MAX_OSES] __ro_after_init;
static u32 nr_windows __ro_after_init;

/* ---- placing them (first OS, init_platform time) ---------------------------- */

static bool __init is_free(u32 base, u32 size)
{
	return e820__mapped_all(base, base + size, E820_TYPE_RAM) &&
	       !memblock_is_region_reserved(base, size);
}

/* Lowest free place in [@from, @to), or 0. */
static u32 __init find_place(u32 size, u32 from, u32 to)
{
	u32 base;

	for (base = from; base + size <= to; base += PAGE_SIZE)
		if (is_free(base, size))
			return base;
	return 0;
}

/* Where the part begins that the first OS will take its trampoline from. */
static u32 __init find_end(void)
{
	u32 base;

	for (base = MINT_LOW_MAX - LEFT_FOR_FIRST; base >= MINT_LOW_MIN;
	     base -= PAGE_SIZE)
		if (is_free(base, LEFT_FOR_FIRST))
			return base;
	return 0;
}

int __init mint_low_find(void)
{
	u32 end = find_end(), from;

	park = find_place(PAGE_SIZE, MINT_LOW_MIN, end);
	from = park + PAGE_SIZE;
	while (park && nr_windows < MINT_MAX_OSES) {
		u32 base = find_place(MINT_LOW_WINDOW_SIZE, from, end);

		if (!base)
			break;
		window[nr_windows++] = base;
		from = base + MINT_LOW_WINDOW_SIZE;
	}
	if (nr_windows)
		return 0;
	mint_stay_off("no %lu KiB of free memory in 0x%x-0x%x, below 1 MiB",
		      (PAGE_SIZE + MINT_LOW_WINDOW_SIZE + LEFT_FOR_FIRST) / SZ_1K,
		      MINT_LOW_MIN, MINT_LOW_MAX - 1);
	return -ENOMEM;
}

static void __init reserve(u32 base, u32 size)
{
	e820__range_update(base, size, E820_TYPE_RAM, E820_TYPE_RESERVED);
}

void __init mint_low_set_aside(void)
{
	u32 i;

	reserve(park, PAGE_SIZE);
	for (i = 0; i < nr_windows; i++)
		reserve(window[i], MINT_LOW_WINDOW_SIZE);
	if (nr_windows < MINT_MAX_OSES - 1)
		pr_warn("little room below 1 MiB: %u OSes beside this one at most\n",
			nr_windows);
}

bool __init mint_low_place(u32 nr, u32 *base, u32 *size)
{
	if (!park || nr > nr_windows)
		return false;
	*base = nr ? window[nr - 1] : park;
	*size = nr ? MINT_LOW_WINDOW_SIZE : PAGE_SIZE;
	return true;
}

/* ---- telling, and being told -------------------------------------------------- */

void __init mint_low_publish(struct mint_header *hdr)
{
	hdr->low_park = park;
	hdr->nr_low_windows = nr_windows;
	memcpy(hdr->low_window, window, sizeof(window));
}

static bool __init place_ok(u32 base, u32 size)
{
	return IS_ALIGNED(base, PAGE_SIZE) && base >= MINT_LOW_MIN &&
	       base <= MINT_LOW_MAX - size;
}

int __init mint_low_learn(const struct mint_header *hdr)
{
	u32 i;

	park = READ_ONCE(hdr->low_park);
	nr_windows = READ_ONCE(hdr->nr_low_windows);
	if (!place_ok(park, PAGE_SIZE) || nr_windows > MINT_MAX_OSES)
		return -EINVAL;
	for (i = 0; i < nr_windows; i++) {
		window[i] = READ_ONCE(hdr->low_window[i]);
		if (!place_ok(window[i], MINT_LOW_WINDOW_SIZE))
			return -EINVAL;
	}
	return 0;
}

/* ---- using them --------------------------------------------------------------- */

u32 mint_low_park(void)
{
	return park;
}

u32 mint_low_nr_windows(void)
{
	return nr_windows;
}

bool mint_low_is_window(const struct mint_range *r)
{
	u32 i;

	for (i = 0; i < nr_windows; i++)
		if (r->base_paddr == window[i])
			return r->size_bytes == MINT_LOW_WINDOW_SIZE;
	return false;
}

static bool in_use(u32 base)
{
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE &&
		    READ_ONCE(mint_os(os)->low.base_paddr) == base)
			return true;
	return false;
}

int mint_low_take(struct mint_range *r)
{
	u32 i;

	for (i = 0; i < nr_windows; i++) {
		if (in_use(window[i]))
			continue;
		r->base_paddr = window[i];
		r->size_bytes = MINT_LOW_WINDOW_SIZE;
		return 0;
	}
	return -ENOSPC;
}
