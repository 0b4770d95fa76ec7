// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the bits of an APIC id mean, by CPUID leaf 0Bh of real processors and of odd ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/topology.h"

static void test_threads_and_packages(void **state)
{
	/* Two packages of 8 cores, two threads each. */
	static const struct topology_regs regs = { {
		{ 1, 2, 0x100, 0 }, { 4, 16, 0x201, 0 },
	} };
	struct topology t;

	(void)state;
	topology_decode(&t, &regs);
	assert_true(t.known);
	assert_int_equal(topology_core(&t, 2), topology_core(&t, 3));
	assert_int_not_equal(topology_core(&t, 3), topology_core(&t, 4));
	assert_int_equal(topology_package(&t, 0), topology_package(&t, 15));
	assert_int_not_equal(topology_package(&t, 15), topology_package(&t, 16));
}

static void test_no_threads(void **state)
{
	static const struct topology_regs regs = { {
		{ 0, 1, 0x100, 0 }, { 2, 4, 0x201, 0 },
	} };
	struct topology t;

	(void)state;
	topology_decode(&t, &regs);
	assert_true(t.known);
	assert_int_not_equal(topology_core(&t, 0), topology_core(&t, 1));
	assert_int_equal(topology_package(&t, 3), 0);
}

/* A processor that does not have it, or has nonsense in it. */
static void test_unknown(void **state)
{
	static const struct topology_regs regs[] = {
		{ { { 0 } } },
		{ { { 1, 2, 0x200, 0 } } },
		{ { { 1, 0, 0x100, 0 } } },
	};
	struct topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		topology_decode(&t, &regs[i]);
		assert_false(t.known);
		assert_int_equal(topology_core(&t, 7), 7);
		assert_int_equal(topology_package(&t, 7), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_and_packages),
		cmocka_unit_test(test_no_threads),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
