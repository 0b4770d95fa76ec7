// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be written to a bridge with functions of others below it: every register by
 * name, every byte of configuration space, and lists of capabilities that make no sense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../hotplug/bridge_filter.h"

#define COMMAND		0x04
#define WINDOWS		0x18
#define BRIDGE_CONTROL	0x3e
#define PM		0x40
#define MSI		0x48
#define EXPRESS		0x58
#define VENDOR		0x98
#define AER		0x100
#define ACS		0x148
#define DPC		0x150

static uint8_t config[4096];
static unsigned int reads;

static u8 read_byte(void *env, int reg)
{
	assert_ptr_equal(env, config);
	assert_in_range(reg, 0, sizeof(config) - 1);
	reads++;
	return config[reg];
}

static const struct mint_bridge bridge = { read_byte, config };

static uint32_t get(int reg, int len)
{
	uint32_t val = 0;

	memcpy(&val, config + reg, len);
	return val;
}

static void put(int reg, int len, uint32_t val)
{
	memcpy(config + reg, &val, len);
}

static void cap(int pos, int id, int next)
{
	put(pos, 2, id | next << 8);
}

/* A root port, in D0, its link and slot on, forwarding. */
static int setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	put(COMMAND, 4, 0x00100507);
	put(WINDOWS, 4, 0x00030100);
	put(0x20, 4, 0xfe50fe40);
	put(0x34, 1, PM);
	put(BRIDGE_CONTROL, 2, 0x0003);
	cap(PM, 0x01, MSI);
	put(PM + 4, 2, 0x0008);
	cap(MSI, 0x05, EXPRESS);
	put(MSI + 2, 2, 0x0081);	/* on, 64 bits */
	cap(EXPRESS, 0x10, VENDOR);
	put(EXPRESS + 0x08, 2, 0x201f);
	put(EXPRESS + 0x10, 2, 0x0042);
	put(EXPRESS + 0x18, 2, 0x01f9);
	cap(VENDOR, 0x09, 0);
	put(AER, 4, ACS << 20 | 1 << 16 | 0x0001);
	put(ACS, 4, (uint32_t)DPC << 20 | 1 << 16 | 0x000d);
	put(DPC, 4, 1 << 16 | 0x001d);
	return 0;
}

static bool may(int reg, int len, uint32_t val)
{
	return mint_bridge_may_write(&bridge, reg, len, val);
}

struct write {
	const char *what;
	int reg;
	int len;
	uint32_t val;
};

static void each_is(const struct write *w, unsigned int nr, bool allowed)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (may(w[i].reg, w[i].len, w[i].val) != allowed)
			fail_msg("%s: %s", w[i].what,
				 allowed ? "refused" : "allowed");
}

#define NR(a) (sizeof(a) / sizeof((a)[0]))

static void what_cuts_others_off_is_refused(void **state)
{
	static const struct write writes[] = {
		{ "no memory", COMMAND, 2, 0x0505 },
		{ "no ports", COMMAND, 2, 0x0506 },
		{ "no bus mastering", COMMAND, 2, 0x0503 },
		{ "the same in one byte", COMMAND, 1, 0x03 },
		{ "the same with the status", COMMAND, 4, 0x00000503 },
		{ "a bus number", 0x1a, 1, 0x04 },
		{ "all ones in a window", 0x20, 4, 0xffffffff },
		{ "a window's limit", 0x22, 2, 0xfe60 },
		{ "bus reset", BRIDGE_CONTROL, 2, 0x0043 },
		{ "the same with the interrupt line", 0x3c, 4, 0x0043010b },
		{ "the ISA hole", BRIDGE_CONTROL, 2, 0x0007 },
		{ "self test", 0x0f, 1, 0x40 },
		{ "D3hot", PM + 4, 2, 0x000b },
		{ "D3hot in one byte", PM + 4, 1, 0x0b },
		{ "D1", PM + 4, 2, 0x0009 },
		{ "D3hot with PME", PM + 4, 4, 0x0000010b },
		{ "link disable", EXPRESS + 0x10, 2, 0x0052 },
		{ "retrain", EXPRESS + 0x10, 2, 0x0062 },
		{ "ASPM", EXPRESS + 0x10, 2, 0x0040 },
		{ "link disable with the status", EXPRESS + 0x10, 4, 0x00000052 },
		{ "slot power off", EXPRESS + 0x18, 2, 0x05f9 },
		{ "the interlock", EXPRESS + 0x18, 2, 0x09f9 },
		{ "payload size", EXPRESS + 0x08, 2, 0x203f },
		{ "bridge configuration retry", EXPRESS + 0x08, 2, 0xa01f },
		{ "ARI, time-outs", EXPRESS + 0x28, 2, 0x0020 },
		{ "link speed", EXPRESS + 0x30, 2, 0x0001 },
		{ "a vendor's register", VENDOR + 4, 1, 0x01 },
		{ "what is in no capability", 0xe0, 4, 0x00000001 },
		{ "behind the end of MSI", MSI + 0x0e, 1, 0x01 },
		{ "AER severity", AER + 0x0c, 4, 0x00000010 },
		{ "AER mask", AER + 0x08, 4, 0x00000010 },
		{ "ACS", ACS + 6, 2, 0x001d },
		{ "DPC trigger", DPC + 6, 2, 0x0041 },
		{ "no capability at all", 0x800, 4, 0x00000001 },
		{ "across the end", 0xffe, 4, 0 },
		{ "before the start", -1, 1, 0 },
		{ "of no length", 4, 0, 0 },
	};

	(void)state;
	each_is(writes, NR(writes), false);
}

static void what_is_its_own_is_allowed(void **state)
{
	static const struct write writes[] = {
		{ "no INTx", COMMAND, 2, 0x0107 },
		{ "no SERR", COMMAND, 2, 0x0407 },
		{ "clear the status", COMMAND, 4, 0xf9000507 },
		{ "clear the secondary status", 0x1e, 2, 0xf900 },
		{ "interrupt line", 0x3c, 1, 0x0b },
		{ "interrupt line with the control", 0x3c, 4, 0x0003000b },
		{ "PME on, and its status", PM + 4, 2, 0x8108 },
		{ "MSI off", MSI + 2, 2, 0x0080 },
		{ "MSI message", MSI + 4, 4, 0xfee01000 },
		{ "MSI data", MSI + 0x0c, 2, 0x4021 },
		{ "error reporting", EXPRESS + 0x08, 2, 0x2010 },
		{ "device status", EXPRESS + 0x0a, 2, 0x000f },
		{ "link interrupts", EXPRESS + 0x10, 2, 0x0c42 },
		{ "link status", EXPRESS + 0x12, 2, 0xc000 },
		{ "slot interrupts", EXPRESS + 0x18, 2, 0x11f8 },
		{ "slot lamps", EXPRESS + 0x18, 2, 0x0279 },
		{ "slot status", EXPRESS + 0x1a, 2, 0x011f },
		{ "PME interrupt", EXPRESS + 0x1c, 2, 0x0008 },
		{ "PME status", EXPRESS + 0x20, 4, 0x00010000 },
		{ "AER: errors seen", AER + 0x04, 4, 0x00040000 },
		{ "AER: interrupts", AER + 0x2c, 4, 0x00000007 },
		{ "AER: root status", AER + 0x30, 4, 0x0000007f },
		{ "DPC: over", DPC + 8, 2, 0x0001 },
		{ "the same window", 0x20, 4, 0xfe50fe40 },
		{ "the same bus numbers", WINDOWS, 4, 0x00030100 },
	};

	(void)state;
	each_is(writes, NR(writes), true);
}

/* What was off before may come on, whoever had it off. */
static void the_way_may_be_opened(void **state)
{
	(void)state;
	put(COMMAND, 2, 0x0000);
	assert_true(may(COMMAND, 2, 0x0007));
	put(PM + 4, 2, 0x000b);
	assert_true(may(PM + 4, 2, 0x0008));
	put(EXPRESS + 0x10, 2, 0x0052);
	assert_true(may(EXPRESS + 0x10, 2, 0x0042));
	put(EXPRESS + 0x18, 2, 0x05f9);
	assert_true(may(EXPRESS + 0x18, 2, 0x01f9));
	put(BRIDGE_CONTROL, 2, 0x0043);
	assert_true(may(BRIDGE_CONTROL, 2, 0x0003));
}

/* A bit at a time, all of it: only what some rule names changes. */
static void nothing_else_can_change(void **state)
{
	static const uint16_t named[] = {
		0x04, 0x05, 0x06, 0x07, 0x0c, 0x0d, 0x1b, 0x1e, 0x1f, 0x3c, 0x3e, 0x3f,
		PM + 5, EXPRESS + 0x08, EXPRESS + 0x09, EXPRESS + 0x0a, EXPRESS + 0x0b,
		EXPRESS + 0x11, EXPRESS + 0x12, EXPRESS + 0x13, EXPRESS + 0x18,
		EXPRESS + 0x19, EXPRESS + 0x1a, EXPRESS + 0x1b, EXPRESS + 0x1c,
		EXPRESS + 0x20, EXPRESS + 0x21, EXPRESS + 0x22, EXPRESS + 0x23,
		EXPRESS + 0x32, EXPRESS + 0x33, DPC + 8, DPC + 9,
	};
	int reg, bit;
	size_t i;

	(void)state;
	for (reg = 0; reg < 4096; reg++) {
		bool ok = false;

		for (i = 0; i < NR(named); i++)
			ok |= named[i] == reg;
		ok |= reg >= MSI + 2 && reg < MSI + 0x0e;
		ok |= reg >= AER + 4 && reg < AER + 8;
		ok |= reg >= AER + 0x10 && reg < AER + 0x14;
		ok |= reg >= AER + 0x2c && reg < AER + 0x34;
		for (bit = 0; bit < 8 && !ok; bit++)
			if (may(reg, 1, get(reg, 1) ^ 1U << bit))
				fail_msg("byte %x bit %d", reg, bit);
	}
}

/* A list that leads round, or nowhere, ends, and opens nothing. */
static void a_list_that_makes_no_sense_is_harmless(void **state)
{
	(void)state;
	put(0x34, 1, PM);
	cap(PM, 0x01, PM);
	put(AER, 4, (uint32_t)AER << 20 | 0x0001);
	reads = 0;
	assert_false(may(PM + 4, 2, 0x000b));
	assert_false(may(AER + 8, 4, 0x00000010));
	assert_false(may(0x800, 4, 0x00000001));
	assert_in_range(reads, 1, 40000);
	put(0x34, 1, 0xff);
	assert_false(may(PM + 4, 2, 0x000b));
	put(0x34, 1, 0x04);		/* into the header */
	assert_false(may(PM + 4, 2, 0x010b));
	put(COMMAND, 4, 0x00000507);	/* no list */
	assert_false(may(PM + 4, 2, 0x010b));
	memset(config, 0xff, sizeof(config));	/* not there */
	assert_false(may(0x18, 4, 0));
	assert_false(may(0x200, 4, 0));
}

/* ---- bus numbers of one with nothing of others below ---------------------------- */

/* Every place and length, against the bytes as a bridge would have them. */
static void bus_numbers_after_a_write(void **state)
{
	const uint32_t is = 0x40030201, val = 0xd4c3b2a1;
	int reg, len, i;
	u8 first, last;

	(void)state;
	for (reg = 0x10; reg < 0x20; reg++)
		for (len = 1; len <= 4; len++) {
			uint8_t after[4] = { 0x01, 0x02, 0x03, 0x40 };
			bool any = false;

			for (i = 0; i < len; i++)
				if (reg + i >= 0x18 && reg + i < 0x1c) {
					after[reg + i - 0x18] = (uint8_t)(val >> 8 * i);
					any = true;
				}
			assert_int_equal(mint_bridge_renumber(is, reg, len, val, &first, &last), any);
			assert_int_equal(first, after[1]);
			assert_int_equal(last, after[2]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_cuts_others_off_is_refused, setup),
		cmocka_unit_test_setup(what_is_its_own_is_allowed, setup),
		cmocka_unit_test_setup(the_way_may_be_opened, setup),
		cmocka_unit_test_setup(nothing_else_can_change, setup),
		cmocka_unit_test_setup(a_list_that_makes_no_sense_is_harmless, setup),
		cmocka_unit_test(bus_numbers_after_a_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
