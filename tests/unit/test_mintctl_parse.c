// SPDX-License-Identifier: GPL-2.0-only
/* Words of mintctl's command line: what is taken, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mint/abi.h>

#include "lib/msg.h"
#include "lib/parse.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* What was said last on standard error. */
static char said[1024];

static int begin_capture(FILE **to)
{
	int saved = dup(STDERR_FILENO);

	*to = tmpfile();
	assert_non_null(*to);
	dup2(fileno(*to), STDERR_FILENO);
	return saved;
}

static void end_capture(FILE *from, int saved)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(from);
	said[fread(said, 1, sizeof(said) - 1, from)] = '\0';
	fclose(from);
}

/* @call refuses its word, and says so. */
#define assert_refuses(call, message) do { \
	FILE *file_; \
	int saved_ = begin_capture(&file_), ret_ = (call); \
	end_capture(file_, saved_); \
	assert_int_equal(ret_, MINTCTL_USAGE); \
	assert_string_equal(said, "mintctl: " message "\n"); \
} while (0)

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

static void test_shared_cores_are_taken(void **state)
{
	static const struct {
		const char *word;
		uint64_t cores, shared;
		uint32_t share;
	} good[] = {
		{ "3", 0x8, 0, 0 }, { "0-63", UINT64_MAX, 0, 0 },
		{ "2:30%", 0, 0x4, 30 }, { "1,3:30%", 0x2, 0x8, 30 },
		{ "3:30%,1", 0x2, 0x8, 30 }, { "1-2,4-5:99%", 0x6, 0x30, 99 },
		{ "2:1%,4:1%,6", 0x40, 0x14, 1 }, { "0-62:50%,63", 1ULL << 63, UINT64_MAX >> 1, 50 },
		{ "63:007%", 0, 1ULL << 63, 7 },
	};
	uint64_t cores, shared;
	uint32_t share;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		assert_int_equal(parse_seats(good[i].word, &cores, &shared, &share), MINTCTL_OK);
		assert_true(cores == good[i].cores && shared == good[i].shared);
		assert_int_equal(share, good[i].share);
	}
}

static void test_shared_cores_are_refused(void **state)
{
	static const char *const bad[] = {
		"", ",", "1,", "64", "64:30%", ":30%", "2:30%,", ",2:30%", "2:30%3", "2:30%-3",
		"2:30%:30%", "2-:30%", "3-2:30%", "2:30% ", " 2:30%", "1,,2:30%",
	}, *const bad_shares[] = {
		"2:", "2:%", "2:30", "2:0%", "2:100%", "2:-1%", "2:+3%", "2: 3%", "2:3 %", "2:x%",
		"2:0x3%", "2:3.5%", "2:99999999999999999999%", "2:4294967326%", "1,2:",
	};
	uint64_t cores, shared;
	uint32_t share;
	char message[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(parse_seats(bad[i], &cores, &shared, &share), MINTCTL_USAGE);
	for (i = 0; i < COUNT(bad_shares); i++) {
		FILE *file;
		int saved = begin_capture(&file);
		int ret = parse_seats(bad_shares[i], &cores, &shared, &share);

		end_capture(file, saved);
		assert_int_equal(ret, MINTCTL_USAGE);
		snprintf(message, sizeof(message),
			 "mintctl: cores '%s': after a colon comes what the OS has of a shared core, 1%% to 99%%, as in 2:30%%\n",
			 bad_shares[i]);
		assert_string_equal(said, message);
	}
	assert_refuses(parse_seats("2:30%x", &cores, &shared, &share),
		       "cores '2:30%x': not a list of core numbers from 0 to 63 such as 1,3-5");
	assert_refuses(parse_seats("2:30%,3:40%", &cores, &shared, &share),
		       "cores '2:30%,3:40%': an OS has the same share of all cores that it shares");
	assert_refuses(parse_seats("1-3:30%,2:30%", &cores, &shared, &share),
		       "cores '1-3:30%,2:30%': core 2 is named twice");
	/* Not as a whole and as shared. */
	assert_refuses(parse_seats("2,2:30%", &cores, &shared, &share),
		       "cores '2,2:30%': core 2 is named twice");
	/* Where there is no turn to have. */
	assert_refuses(parse_cores("1,2:30%", &cores), "cores '1,2:30%': whole cores only");
}

static void test_share(void **state)
{
	static const char *const bad[] = {
		"", "0%", "100%", "30", "%", "-1%", "+1%", " 30%", "30 %", "30%%", "30%x", ":30%",
		"0x3%", "3.5%", "99999999999999999999%",
		/* As long as one likes. */
		"0000000000030%x", "00000000000000000000000000000030%x",
	};
	uint32_t percent;
	size_t i;

	(void)state;
	assert_int_equal(parse_share("1%", &percent), MINTCTL_OK);
	assert_int_equal(percent, 1);
	assert_int_equal(parse_share("99%", &percent), MINTCTL_OK);
	assert_int_equal(percent, 99);
	assert_int_equal(parse_share("00000000000000000000000000000030%", &percent), MINTCTL_OK);
	assert_int_equal(percent, 30);
	for (i = 0; i < COUNT(bad); i++)
		if (parse_share(bad[i], &percent) != MINTCTL_USAGE)
			fail_msg("'%s' is taken for %u", bad[i], percent);
	assert_refuses(parse_share("half", &percent), "share 'half': not 1% to 99% of a core");
}

static void test_slice(void **state)
{
	static const char *const bad[] = {
		"", "ms", "0ms", "5001ms", "20", "20s", "20us", "20 ms", " 20ms", "-1ms", "+1ms",
		"20msx", "20m", "1.5ms", "0x14ms", "18446744073709551636ms", "4294967316ms",
	};
	uint32_t us;
	size_t i;

	(void)state;
	assert_int_equal(parse_slice("1ms", &us), MINTCTL_OK);
	assert_int_equal(us, 1000);
	assert_int_equal(parse_slice("20ms", &us), MINTCTL_OK);
	assert_int_equal(us, 20000);
	assert_int_equal(parse_slice("5000ms", &us), MINTCTL_OK);
	assert_int_equal(us, 5000000);
	for (i = 0; i < COUNT(bad); i++)
		if (parse_slice(bad[i], &us) != MINTCTL_USAGE)
			fail_msg("'%s' is taken for %u", bad[i], us);
	assert_refuses(parse_slice("5s", &us), "slice '5s': not 1ms to 5000ms");
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
		cmocka_unit_test(test_shared_cores_are_taken),
		cmocka_unit_test(test_shared_cores_are_refused),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_bdf),
		cmocka_unit_test(test_legacy),
		cmocka_unit_test(test_os_name),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_numbers_of_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
