// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cores an OS gets when only their number is said: on machines with and without
 * threads, with cores of nobody, of the asker and of others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/pick.h"

static const struct topology threads = { true, 1, 4 }, single = { true, 0, 4 };

/* @owners: a letter for each core: a is the asker, which boots on core 0, - is nobody. */
static struct model machine(const char *owners)
{
	struct model m = { .nr_oses = 2 };
	uint32_t i;

	m.oses[0].id = 2;
	m.oses[1].id = 1;
	m.oses[1].self = true;
	m.machine.nr_cores = strlen(owners);
	for (i = 0; owners[i]; i++) {
		m.machine.apic_id[i] = i;
		m.machine.owner[i] = owners[i] == '-' ? MINT_OS_NONE : (uint32_t)(owners[i] - 'a') + 1;
	}
	return m;
}

static void picks(const char *owners, const struct topology *t, unsigned int nr,
		  uint64_t wanted)
{
	struct model m = machine(owners);
	unsigned int there;
	uint64_t cores;

	there = pick_cores(&m, t, nr, &cores);
	assert_true(there >= nr);
	assert_int_equal(cores, wanted);
}

static void lacks(const char *owners, unsigned int nr, unsigned int wanted)
{
	struct model m = machine(owners);
	uint64_t cores;

	assert_int_equal(pick_cores(&m, &threads, nr, &cores), wanted);
}

static void test_whole_cores_first(void **state)
{
	(void)state;
	picks("aaaa", &threads, 2, 0xc);
	picks("aaaaaaaa", &threads, 4, 0xf0);
	picks("aaaaaaaa", &threads, 6, 0xfc);
	/* Half a core: of the last whole one, not beside the boot core. */
	picks("aaaa", &threads, 1, 0x8);
	picks("aaaaaaaa", &threads, 3, 0xe0);
	picks("aaaa", &threads, 3, 0xe);
}

static void test_nobodys_first(void **state)
{
	(void)state;
	picks("aa--aaaa", &threads, 2, 0x0c);
	picks("aa--aaaa", &threads, 4, 0xcc);
	picks("aa--aaaa", &threads, 1, 0x08);
	picks("aab-aaaa", &threads, 2, 0xc0);
	picks("aab-aaaa", &threads, 1, 0x08);
}

static void test_others_and_the_boot_core_stay(void **state)
{
	(void)state;
	picks("aabb", &threads, 1, 0x2);
	lacks("aabb", 2, 1);
	lacks("aaaa", 4, 3);
	lacks("a", 1, 0);
	picks("aabbaacc", &threads, 2, 0x30);
}

static void test_without_threads(void **state)
{
	(void)state;
	picks("aaaa", &single, 1, 0x8);
	picks("aaaa", &single, 3, 0xe);
	picks("a-aa", &single, 2, 0xa);
}

static void test_split(void **state)
{
	struct model m = machine("aaaa");

	(void)state;
	assert_int_equal(pick_find_split(&m, &threads, 0xc), -1);
	assert_int_equal(pick_find_split(&m, &threads, 0x8), 3);
	assert_int_equal(pick_find_split(&m, &threads, 0xe), 1);
	assert_int_equal(pick_find_split(&m, &single, 0x8), -1);
}

/* Every number, on every machine of six cores with three kinds of owners. */
static void test_all_small_machines(void **state)
{
	unsigned int n, i, nr, there;
	char owners[7] = "";
	uint64_t cores;

	(void)state;
	for (n = 0; n < 243; n++) {
		unsigned int left = n;
		struct model m;

		owners[0] = 'a';
		for (i = 1; i < 6; i++, left /= 3)
			owners[i] = "ab-"[left % 3];
		m = machine(owners);
		for (nr = 1; nr <= 6; nr++) {
			there = pick_cores(&m, &threads, nr, &cores);
			if (there < nr)
				continue;
			assert_int_equal(__builtin_popcountll(cores), nr);
			for (i = 0; i < 6; i++)
				assert_false(cores >> i & 1 && (!i || owners[i] == 'b'));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_cores_first),
		cmocka_unit_test(test_nobodys_first),
		cmocka_unit_test(test_others_and_the_boot_core_stay),
		cmocka_unit_test(test_without_threads),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_all_small_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
