// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ticks and frequencies of kernels with any HZ, also one that does not divide 1000.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../kernel-glue/linux/arch/x86/mint/base/clock.h"

static const uint32_t hz[] = { 100, 250, 300, 1000, 1024 };
#define NR_HZ	(sizeof(hz) / sizeof(hz[0]))

/* Frequencies of clocks that are met: 1 MHz up to what 32 bits of kHz hold. */
static const uint32_t khz[] = { 1000, 24000, 62500, 99770, 999999, 1000000, 3400001, 4294967 };
#define NR_KHZ	(sizeof(khz) / sizeof(khz[0]))

static void ticks_are_exact(void **state)
{
	(void)state;
	assert_int_equal(mint_ticks_of_khz(1000000, 250), 4000000);
	assert_int_equal(mint_ticks_of_khz(1000000, 300), 3333333);
	assert_int_equal(mint_ticks_of_khz(1000000, 1000), 1000000);
	assert_int_equal(mint_ticks_of_khz(1000000, 1024), 976563);
	assert_int_equal(mint_ticks_of_khz(62500, 300), 208333);
}

static void frequencies_are_exact(void **state)
{
	(void)state;
	assert_int_equal(mint_khz_of_ticks(4000000, 250), 1000000);
	assert_int_equal(mint_khz_of_ticks(3333333, 300), 1000000);
	assert_int_equal(mint_khz_of_ticks(208333, 300), 62500);
	assert_int_equal(mint_khz_of_ticks(976563, 1024), 1000001);
}

/* What one kernel measures, and another with its own HZ makes of it. */
static void any_two_kernels_agree(void **state)
{
	size_t i, a, b;

	(void)state;
	for (i = 0; i < NR_KHZ; i++)
		for (a = 0; a < NR_HZ; a++)
			for (b = 0; b < NR_HZ; b++) {
				uint64_t measured = mint_ticks_of_khz(khz[i], hz[a]);
				uint32_t told = mint_khz_of_ticks(measured, hz[a]);
				uint64_t used = mint_ticks_of_khz(told, hz[b]);
				uint64_t exact = (uint64_t)khz[i] * 1000 / hz[b];
				uint64_t off = used > exact ? used - exact : exact - used;

				/* A kHz of 1000 and the rounding; not 11 of 100. */
				assert_true(off <= exact / 1000 + 1000 / hz[b] + 1);
			}
}

static void nothing_overflows(void **state)
{
	(void)state;
	assert_int_equal(mint_ticks_of_khz(UINT32_MAX, 100), 42949672950ULL);
	assert_int_equal(mint_ticks_of_khz(5000000, 1), 5000000000ULL);
	assert_int_equal(mint_khz_of_ticks(UINT32_MAX, 1000), UINT32_MAX);
	assert_int_equal(mint_khz_of_ticks(UINT32_MAX, 1024), UINT32_MAX);
	assert_int_equal(mint_khz_of_ticks(0, 300), 0);
}

static void a_clock_set_back(void **state)
{
	(void)state;
	assert_int_equal(mint_time_back(0, 10), 0);
	assert_int_equal(mint_time_back(100, 10), 90);
	assert_int_equal(mint_time_back(100, 100), 1);
	assert_int_equal(mint_time_back(100, UINT64_MAX), 1);
	assert_int_equal(mint_time_back(UINT64_MAX, 1), UINT64_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_exact),
		cmocka_unit_test(frequencies_are_exact),
		cmocka_unit_test(any_two_kernels_agree),
		cmocka_unit_test(nothing_overflows),
		cmocka_unit_test(a_clock_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
