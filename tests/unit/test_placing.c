// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the memory of an OS goes: every way in which small pools can be taken, against
 * a second opinion that tries one address after the other, and both ends of what can
 * be addressed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../kernel-glue/linux/arch/x86/mint/os/placing.h"

typedef unsigned __int128 wide;

#define MIB		0x100000ULL
#define STEP		(2 * MIB)
#define SLICE		(64 * MIB)
#define GIB4		(4096 * MIB)
#define NR_PIECES	10u
#define ME		7u

static struct mint_range ranges[MINT_MAX_POOL_RANGES];
static struct mint_taken taken[NR_PIECES + 2];
static struct mint_pool pool = { ranges, taken, 0 };

static void begin_pool(uint64_t base, uint64_t size, uint64_t base2, uint64_t size2)
{
	memset(ranges, 0, sizeof(ranges));
	ranges[0] = (struct mint_range){ base, size };
	ranges[2] = (struct mint_range){ base2, size2 };
	pool.nr_taken = 0;
}

static void take(uint64_t base, uint64_t size, uint32_t user)
{
	taken[pool.nr_taken].range = (struct mint_range){ base, size };
	taken[pool.nr_taken++].user = user;
}

/* ---- the second opinion ------------------------------------------------------- */

static bool inside(const struct mint_range *r, uint64_t base, uint64_t size)
{
	return base >= r->base_paddr &&
	       (wide)base + size <= (wide)r->base_paddr + r->size_bytes;
}

static bool in_some_range(uint64_t base, uint64_t size)
{
	unsigned int i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++)
		if (inside(&ranges[i], base, size))
			return true;
	return false;
}

static bool touch(const struct mint_range *r, uint64_t base, uint64_t size)
{
	return (wide)base < (wide)r->base_paddr + r->size_bytes &&
	       (wide)r->base_paddr < (wide)base + size;
}

static uint32_t who_has(uint64_t base, uint64_t size)
{
	unsigned int i;

	for (i = 0; i < pool.nr_taken; i++)
		if (taken[i].range.size_bytes && touch(&taken[i].range, base, size))
			return taken[i].user;
	return 0;
}

/* Lowest place from @from up, below @to; 0: there is none. */
static uint64_t look(uint64_t size, uint64_t align, uint64_t from, uint64_t to)
{
	uint64_t base, first, past;
	unsigned int i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		first = ranges[i].base_paddr;
		past = first + ranges[i].size_bytes;
		for (base = first + (STEP - first % STEP) % STEP;
		     base < past; base += STEP)
			if (base % align == 0 && base >= from && base + size <= to &&
			    in_some_range(base, size) && !who_has(base, size))
				return base;
	}
	return 0;
}

static uint64_t best_piece(uint64_t size)
{
	uint64_t base = look(size, 128 * MIB, GIB4, UINT64_MAX);

	return base ? base : look(size, 128 * MIB, 0, GIB4);
}

static uint64_t best_place(uint64_t size)
{
	uint64_t base = best_piece(size);

	return base ? base : look(size, STEP, 0, UINT64_MAX);
}

/* ---- what must hold of every place --------------------------------------------- */

static void is_good(const struct mint_range *r, uint64_t size)
{
	assert_int_equal(r->size_bytes, size);
	assert_int_equal(r->base_paddr % STEP, 0);
	assert_true(in_some_range(r->base_paddr, size));
	assert_int_equal(who_has(r->base_paddr, size), 0);
}

static void check_dma(const struct mint_place *place, int err)
{
	uint64_t slice = look(SLICE, STEP, 0, GIB4);

	if (place->main.base_paddr < GIB4) {
		assert_int_equal(err, 0);
		assert_int_equal(place->dma.size_bytes, 0);
		return;
	}
	assert_int_equal(err, slice ? 0 : -ENOSPC);
	assert_int_equal(place->dma.base_paddr, slice);
	if (slice) {
		is_good(&place->dma, SLICE);
		assert_true(slice + SLICE <= GIB4);
		assert_false(touch(&place->main, slice, SLICE));
	}
}

static void check_size(uint64_t size)
{
	uint64_t best = best_place(size);
	struct mint_place place;
	int err = mint_place_find(&pool, 0, size, false, &place);

	if (!best) {
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(place.user, 0);
		return;
	}
	assert_int_equal(place.main.base_paddr, best);
	assert_int_equal(place.user, 0);
	is_good(&place.main, size);
	check_dma(&place, err);
}

/* On a boundary or nowhere, and without a slice. */
static void check_one_piece(uint64_t size)
{
	uint64_t best = best_piece(size);
	struct mint_place place;
	int err = mint_place_find(&pool, 0, size, true, &place);

	assert_int_equal(err, best ? 0 : -ENOMEM);
	assert_int_equal(place.main.base_paddr, best);
	assert_int_equal(place.dma.size_bytes, 0);
	if (best)
		is_good(&place.main, size);
}

static void check_low(uint64_t size)
{
	assert_int_equal(mint_place_low(&pool, size), look(size, STEP, 0, GIB4));
}

static void check_base(uint64_t base, uint64_t size)
{
	uint32_t user = who_has(base, size);
	struct mint_place place;
	int err = mint_place_find(&pool, base, size, false, &place);

	assert_int_equal(place.user, user);
	if (user) {
		assert_int_equal(err, -ENOMEM);
		return;
	}
	assert_int_equal(place.main.base_paddr, base);
	is_good(&place.main, size);
	check_dma(&place, err);
}

/* ---- small pools ---------------------------------------------------------------- */

/* Pieces of 64 MiB, each taken or not; those of the second range follow the first's. */
static void take_pieces(unsigned int bits)
{
	uint64_t base = ranges[0].base_paddr;
	unsigned int i;

	pool.nr_taken = 0;
	take(0, 0, 3);		/* an OS without a DMA slice */
	for (i = 0; i < NR_PIECES; i++, base += SLICE) {
		if (!inside(&ranges[0], base, 1) && !inside(&ranges[2], base, 1))
			base = ranges[2].base_paddr;
		if (bits & 1U << i)
			take(base, SLICE, i + 1);
	}
}

static void every_way_it_can_be_taken(void)
{
	unsigned int bits;
	uint64_t size;

	for (bits = 0; bits < 1U << NR_PIECES; bits++) {
		take_pieces(bits);
		for (size = SLICE; size <= 4 * SLICE; size += SLICE / 2)
			check_size(size);
		check_one_piece(SLICE);
		check_one_piece(3 * SLICE);
		check_low(SLICE);
		check_low(2 * SLICE);
		check_size(5 * SLICE + STEP);
	}
}

static void pools_round_four_gib(void **state)
{
	uint64_t below;

	(void)state;
	/* As much below as there are pieces, on and off boundaries. */
	for (below = 0; below <= NR_PIECES * SLICE; below += SLICE) {
		begin_pool(GIB4 - below, NR_PIECES * SLICE, 0, 0);
		every_way_it_can_be_taken();
		begin_pool(GIB4 - below + STEP, NR_PIECES * SLICE, 0, 0);
		every_way_it_can_be_taken();
	}
}

static void pools_in_two_parts(void **state)
{
	(void)state;
	begin_pool(1024 * MIB, 4 * SLICE, 2048 * MIB + STEP, 6 * SLICE);
	every_way_it_can_be_taken();
	begin_pool(1024 * MIB + STEP, 4 * SLICE, GIB4 + 1024 * MIB, 6 * SLICE);
	every_way_it_can_be_taken();
	/* One behind the other: what fits into neither is not found. */
	begin_pool(GIB4, 5 * SLICE, GIB4 + 5 * SLICE, 5 * SLICE);
	every_way_it_can_be_taken();
}

static void where_the_caller_wants_it(void **state)
{
	static const unsigned int some[] = { 0, 0x001, 0x155, 0x2aa, 0x0f0, 0x3ff };
	uint64_t base, past, size;
	unsigned int i;

	(void)state;
	begin_pool(GIB4 - 5 * SLICE, NR_PIECES * SLICE, 0, 0);
	past = ranges[0].base_paddr + ranges[0].size_bytes;
	for (i = 0; i < ARRAY_SIZE(some); i++) {
		take_pieces(some[i]);
		for (size = SLICE; size <= 3 * SLICE; size += SLICE / 2)
			for (base = ranges[0].base_paddr; base + size <= past; base += STEP)
				check_base(base, size);
	}
}

/* The one that is listed first is named. */
static void who_is_in_the_way(void **state)
{
	struct mint_place place;

	(void)state;
	begin_pool(1024 * MIB, 512 * MIB, 0, 0);
	take(1024 * MIB, 16 * MIB, MINT_USER_SHM);
	take(1088 * MIB, SLICE, ME);
	assert_int_equal(mint_place_find(&pool, 1024 * MIB, 128 * MIB, false, &place), -ENOMEM);
	assert_int_equal(place.user, MINT_USER_SHM);
	assert_int_equal(mint_place_find(&pool, 1040 * MIB, 128 * MIB, false, &place), -ENOMEM);
	assert_int_equal(place.user, ME);
	assert_int_equal(mint_place_find(&pool, 1152 * MIB, 128 * MIB, false, &place), 0);
	assert_int_equal(place.user, 0);
}

/* ---- the ends of what can be addressed -------------------------------------------- */

static const uint64_t edges[] = {
	0, 1, STEP - 1, STEP, SLICE, GIB4 - STEP, GIB4 - 1, GIB4, GIB4 + 1, 1ULL << 52, 1ULL << 63,
	UINT64_MAX - 4 * SLICE + 1, UINT64_MAX - STEP + 1, UINT64_MAX - STEP, UINT64_MAX - 1,
	UINT64_MAX,
};

/* Of two ranges that end at 2^64 at most. */
static void ranges_overlap_as_they_should(void **state)
{
	struct mint_range r;
	size_t a, b, c, d;

	(void)state;
	for (a = 0; a < ARRAY_SIZE(edges); a++)
		for (b = 0; b < ARRAY_SIZE(edges); b++)
			for (c = 0; c < ARRAY_SIZE(edges); c++)
				for (d = 1; d < ARRAY_SIZE(edges); d++) {
					r = (struct mint_range){ edges[a], edges[b] };
					if ((wide)edges[a] + edges[b] > (wide)1 << 64 ||
					    (wide)edges[c] + edges[d] > (wide)1 << 64)
						continue;
					assert_int_equal(mint_range_overlaps(&r, edges[c], edges[d]),
							 r.size_bytes && touch(&r, edges[c], edges[d]));
				}
}

/* Also of one that would wrap. */
static void a_pool_holds_what_is_inside(void **state)
{
	size_t a, b, c, d;

	(void)state;
	for (a = 0; a < ARRAY_SIZE(edges); a++)
		for (b = 0; b < ARRAY_SIZE(edges); b++) {
			if ((wide)edges[a] + edges[b] > (wide)1 << 64)
				continue;
			begin_pool(edges[a], edges[b], 0, 0);
			for (c = 0; c < ARRAY_SIZE(edges); c++)
				for (d = 1; d < ARRAY_SIZE(edges); d++)
					assert_int_equal(mint_pool_holds(ranges, edges[c], edges[d]),
							 in_some_range(edges[c], edges[d]));
		}
}

/* Nothing wraps to a place below, and the search ends. */
static void the_last_bytes_there_are(void **state)
{
	uint64_t top = UINT64_MAX - 4 * SLICE + 1;
	struct mint_place place;

	(void)state;
	begin_pool(top, 4 * SLICE, STEP, SLICE);
	assert_int_equal(mint_place_find(&pool, 0, 2 * SLICE, false, &place), 0);
	assert_int_equal(place.main.base_paddr, top);
	assert_int_equal(place.dma.base_paddr, STEP);
	take(top, 1, ME);
	assert_int_equal(mint_place_find(&pool, 0, 4 * SLICE, false, &place), -ENOMEM);
	assert_int_equal(place.user, 0);
	assert_int_equal(mint_place_find(&pool, 0, 2 * SLICE, false, &place), 0);
	/* Not the last byte of all: the second half would have it. */
	assert_int_equal(place.main.base_paddr, top + STEP);
	take(STEP, 1, ME);
	assert_int_equal(mint_place_find(&pool, 0, SLICE, false, &place), -ENOSPC);
	take(top, 4 * SLICE, ME);
	assert_int_equal(mint_place_find(&pool, 0, SLICE, false, &place), -ENOMEM);
	/* The first and the last of all, and both taken. */
	begin_pool(UINT64_MAX - SLICE + 1, SLICE, 0, SLICE);
	take(0, SLICE, ME);
	take(UINT64_MAX - SLICE + 1, SLICE, ME);
	assert_int_equal(mint_place_find(&pool, 0, SLICE, false, &place), -ENOMEM);
}

/* Who has come to the end of a range does not go on at address 0. */
static void behind_the_last_is_not_the_first(void **state)
{
	uint64_t top = UINT64_MAX - 4 * SLICE + 1;
	struct mint_place place;

	(void)state;
	begin_pool(top, 4 * SLICE, 0, 4 * SLICE);
	ranges[3] = (struct mint_range){ GIB4, 4 * SLICE };
	take(top, 4 * SLICE, ME);
	take(0, STEP, ME);
	assert_int_equal(mint_place_find(&pool, 0, SLICE, false, &place), 0);
	assert_int_equal(place.main.base_paddr, GIB4);
}

/* Where it is free, but not on an address that means "none". */
static void address_0_is_no_place(void **state)
{
	struct mint_place place;

	(void)state;
	begin_pool(0, 2 * SLICE, 0, 0);
	assert_int_equal(mint_place_find(&pool, 0, SLICE, false, &place), 0);
	assert_int_equal(place.main.base_paddr, STEP);
	begin_pool(0, SLICE, 0, 0);
	assert_int_equal(mint_place_find(&pool, 0, SLICE, false, &place), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pools_round_four_gib),
		cmocka_unit_test(pools_in_two_parts),
		cmocka_unit_test(where_the_caller_wants_it),
		cmocka_unit_test(who_is_in_the_way),
		cmocka_unit_test(ranges_overlap_as_they_should),
		cmocka_unit_test(a_pool_holds_what_is_inside),
		cmocka_unit_test(the_last_bytes_there_are),
		cmocka_unit_test(behind_the_last_is_not_the_first),
		cmocka_unit_test(address_0_is_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
