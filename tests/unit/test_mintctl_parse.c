// SPDX-License-Identifier: GPL-2.0-only
/* Words of mintctl's command line: what is taken, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mint/abi.h>

#include "lib/msg.h"
#include "lib/parse.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void test_size_is_taken(void **state)
{
	static const struct {
		const char *word;
		uint64_t bytes;
	} good[] = {
		{ "1", 1 }, { "4096", 4096 }, { "768M", 768ULL << 20 },
		{ "2k", 2048 }, { "3G", 3ULL << 30 }, { "0x40000000", 1ULL << 30 },
		{ "18446744073709551615", UINT64_MAX },
		{ "17179869183G", 17179869183ULL << 30 },
		{ "0XfF", 255 }, { "007", 7 },
	};
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		assert_int_equal(parse_size(good[i].word, &bytes), MINTCTL_OK);
		assert_true(bytes == good[i].bytes);
	}
}

static void test_size_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "0", "M", "12Q", "12MB", "1.5G", "-1", "+1", " 1", "1 ",
		"0x", "0xM", "0x10M", "0x0", "18446744073709551616",
		"17179869184G", "0x10000000000000000", "99999999999999999999999",
		"1M2",
	};
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_size(bad[i], &bytes), MINTCTL_USAGE);
}

static void test_memory(void **state)
{
	uint64_t bytes, base;

	(void)state;
	assert_int_equal(parse_memory("768M", &bytes, &base), MINTCTL_OK);
	assert_true(bytes == 768ULL << 20 && base == 0);
	assert_int_equal(parse_memory("1G@0x140000000", &bytes, &base), MINTCTL_OK);
	assert_true(bytes == 1ULL << 30 && base == 0x140000000ULL);
	assert_int_equal(parse_memory("512M@4G", &bytes, &base), MINTCTL_OK);
	assert_true(base == 4ULL << 30);

	assert_int_equal(parse_memory("768M@", &bytes, &base), MINTCTL_USAGE);
	assert_int_equal(parse_memory("768M@0", &bytes, &base), MINTCTL_USAGE);
	assert_int_equal(parse_memory("@1G", &bytes, &base), MINTCTL_USAGE);
	assert_int_equal(parse_memory("1M@1G@2G", &bytes, &base), MINTCTL_USAGE);
	assert_int_equal(parse_memory("0000000000000000000000000000000001@1G",
				      &bytes, &base), MINTCTL_USAGE);
}

static void test_cores_are_taken(void **state)
{
	uint64_t cores;

	(void)state;
	assert_int_equal(parse_cores("3", &cores), MINTCTL_OK);
	assert_true(cores == 0x8);
	assert_int_equal(parse_cores("1,3-5", &cores), MINTCTL_OK);
	assert_true(cores == 0x3a);
	assert_int_equal(parse_cores("5,1", &cores), MINTCTL_OK);
	assert_true(cores == 0x22);
	assert_int_equal(parse_cores("0-63", &cores), MINTCTL_OK);
	assert_true(cores == UINT64_MAX);
	assert_int_equal(parse_cores("2-2", &cores), MINTCTL_OK);
	assert_true(cores == 0x4);
}

static void test_cores_are_refused(void **state)
{
	static const char *const bad[] = {
		"", ",", "1,", ",1", "a", "1-", "-1", "3-1", "1-2-3", "64",
		"0-64", "1,1", "1-3,2", "1 2", "1;2", "18446744073709551617",
		"1,,2", "0x1",
	};
	uint64_t cores;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_cores(bad[i], &cores), MINTCTL_USAGE);
}

static void test_bdf(void **state)
{
	static const char *const bad[] = {
		"", "03", "03:00", "03:00.", "0000:03:00", "*:*.*", "03:00.*",
		"03:00.8", "03:20.0", "100:00.0", "10000:00:00.0", ":03:00.0",
		"0000:03:00.0 ", "0000:03:00.0.1", "xx:00.0", "0x3:00.0",
		"0000::00.0", "00000000000000000000:03:00.0", "nic0",
	};
	char buf[BDF_LEN];
	uint32_t sbdf;
	size_t i;

	(void)state;
	assert_int_equal(parse_bdf("0000:03:00.0", &sbdf), MINTCTL_OK);
	assert_int_equal(sbdf, 0x300);
	assert_int_equal(parse_bdf("03:1f.7", &sbdf), MINTCTL_OK);
	assert_int_equal(sbdf, 0x3ff);
	assert_int_equal(parse_bdf("000a:fF:00.1", &sbdf), MINTCTL_OK);
	assert_int_equal(sbdf, 0xaff01);
	assert_string_equal(format_bdf(sbdf, buf), "000a:ff:00.1");
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_bdf(bad[i], &sbdf), MINTCTL_USAGE);
}

static void test_legacy(void **state)
{
	uint32_t legacy = 0;

	(void)state;
	assert_int_equal(parse_legacy("com2", &legacy), MINTCTL_OK);
	assert_int_equal(parse_legacy("kbd,vga", &legacy), MINTCTL_OK);
	assert_int_equal(legacy, 1 << MINT_LEGACY_COM2 | 1 << MINT_LEGACY_KBD |
				 1 << MINT_LEGACY_VGA);
	assert_int_equal(parse_legacy("com3", &legacy), MINTCTL_USAGE);
	assert_int_equal(parse_legacy("com", &legacy), MINTCTL_USAGE);
	assert_int_equal(parse_legacy("", &legacy), MINTCTL_USAGE);
	assert_int_equal(parse_legacy("com1,", &legacy), MINTCTL_USAGE);
	assert_null(legacy_name(MINT_NR_LEGACY));
}

static void test_os_name(void **state)
{
	static const char *const good[] = {
		"os2", "a", "Web-1.prod_x", "abcdefghijklmno",
	};
	static const char *const bad[] = {
		"", "2os", "-x", ".", "_a", "os 2", "os/2", "abcdefghijklmnop",
		"os2\n", "\303\244",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		assert_int_equal(parse_os_name(good[i]), MINTCTL_OK);
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_os_name(bad[i]), MINTCTL_USAGE);
}

static void test_seconds(void **state)
{
	static const char *const bad[] = {
		"", "0", "-1", "1.5", "1s", "86401", "4294967297",
	};
	uint32_t s;
	size_t i;

	(void)state;
	assert_int_equal(parse_seconds("90", &s), MINTCTL_OK);
	assert_int_equal(s, 90);
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_seconds(bad[i], &s), MINTCTL_USAGE);
}

static void test_numbers_of_interrupts(void **state)
{
	static const char *const bad_gsis[] = { "", "-1", "240", "0x10", "1,2", "x" };
	static const char *const bad_times[] = { "0", "1000001", "1.5", "" };
	static const char *const bad_timeouts[] = { "9", "60001", "0", "1s", "" };
	uint32_t v;
	size_t i;

	(void)state;
	assert_int_equal(parse_gsi("0", &v), MINTCTL_OK);
	assert_int_equal(parse_gsi("239", &v), MINTCTL_OK);
	assert_int_equal(v, 239);
	for (i = 0; i < COUNT(bad_gsis); i++)
		assert_int_equal(parse_gsi(bad_gsis[i], &v), MINTCTL_USAGE);
	assert_int_equal(parse_times("1000000", &v), MINTCTL_OK);
	assert_int_equal(v, 1000000);
	for (i = 0; i < COUNT(bad_times); i++)
		assert_int_equal(parse_times(bad_times[i], &v), MINTCTL_USAGE);
	assert_int_equal(parse_irq_timeout("10", &v), MINTCTL_OK);
	assert_int_equal(parse_irq_timeout("60000", &v), MINTCTL_OK);
	assert_int_equal(v, 60000);
	for (i = 0; i < COUNT(bad_timeouts); i++)
		assert_int_equal(parse_irq_timeout(bad_timeouts[i], &v),
				 MINTCTL_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size_is_taken),
		cmocka_unit_test(test_size_is_refused),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_cores_are_taken),
		cmocka_unit_test(test_cores_are_refused),
		cmocka_unit_test(test_bdf),
		cmocka_unit_test(test_legacy),
		cmocka_unit_test(test_os_name),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_numbers_of_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
