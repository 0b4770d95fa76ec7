// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be written to base address registers: each place and length, each bit of the
 * value, with each kind of decoding on and off.
 *
 * What a write would do to a function is played on a copy of its registers: whatever is
 * allowed, no address has changed after it that is decoded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../hotplug/bar_filter.h"

#define IO		0x1u
#define MEMORY		0x2u
#define ROM_ON		0x1u
#define CONFIG_BYTES	256

/* ---- functions ---------------------------------------------------------------- */

/* A register as its function has it. */
enum is { NOTHING, PORTS, MEM, HIGH, ROM };

struct function {
	const char *name;
	bool bridge;
	__u64 bar[MINT_NR_BARS];
	uint32_t rom;
	enum is is[MINT_NR_BARS];
};

static const struct function functions[] = {
	{ "a card", false,
	  { 0xfebc0000, 0xc041, 0x0000380000200004ULL, 0xdead, 0xfeb00000, 0xfea00008 },
	  0xfeb80001, { MEM, PORTS, MEM, HIGH, MEM, MEM } },
	{ "64 bits only", false,
	  { 0x380000100004ULL, 0, 0x38000020000cULL, 0, 0xfe00000cULL, 0 },
	  0xfeb40000, { MEM, HIGH, MEM, HIGH, MEM, HIGH } },
	/* The upper half looks like flags. */
	{ "odd above", false,
	  { 0xf4000004ULL | 0x5ULL << 32, 0, 0x1f1, 0xfe000008, 0xc001, 0xfebff004 },
	  0, { MEM, HIGH, PORTS, MEM, PORTS, MEM } },
	{ "empty", false, { 0 }, 0, { MEM, MEM, MEM, MEM, MEM, MEM } },
	{ "a bridge", true, { 0xfea0000c | 0x38ULL << 32 }, 0xfea80000, { MEM, HIGH } },
	{ "a bridge of 32 bits", true, { 0xfea00000, 0xfeb00004 }, 0, { MEM, MEM } },
};

#define NR_FUNCTIONS	(sizeof(functions) / sizeof(functions[0]))

static const struct function *f;
static struct mint_bars bars;
static uint32_t command;
static unsigned int asked;

static uint32_t get_command(void *env)
{
	assert_ptr_equal(env, &command);
	asked++;
	return command;
}

static int nr_bars(void)
{
	return f->bridge ? 2 : 6;
}

static int rom_reg(void)
{
	return f->bridge ? 0x38 : 0x30;
}

static void use(size_t i)
{
	f = &functions[i];
	memset(&bars, 0x5a, sizeof(bars));
	mint_bars_set(&bars, f->bridge, f->bar, f->rom);
	command = 0;
}

/* What the register at @reg is, and what it contains. */
static enum is register_at(int reg, uint32_t *val)
{
	int i = (reg - 0x10) / 4;

	*val = 0;
	if (reg == rom_reg()) {
		*val = f->rom;
		return ROM;
	}
	if (reg < 0x10 || i >= nr_bars())
		return NOTHING;
	*val = f->is[i] == HIGH ? f->bar[i - 1] >> 32 : f->bar[i];
	return f->is[i];
}

static uint32_t address_bits(enum is is)
{
	static const uint32_t bits[] = {
		[PORTS] = 0xfffffffc, [MEM] = 0xfffffff0, [HIGH] = 0xffffffff, [ROM] = 0xfffff800,
	};

	return bits[is];
}

static bool may(int reg, int len, uint32_t val)
{
	return mint_bars_may_write(&bars, reg, len, val, get_command, &command);
}

/* ---- which registers ------------------------------------------------------------- */

static bool has_one(int reg, int len)
{
	uint32_t val;
	int i;

	for (i = reg; i < reg + len; i++)
		if (register_at(i & ~3, &val) != NOTHING)
			return true;
	return false;
}

static void every_place_and_length(void **state)
{
	int reg, len;
	size_t i;

	(void)state;
	for (i = 0; i < NR_FUNCTIONS; i++) {
		use(i);
		for (reg = 0; reg < CONFIG_BYTES; reg++)
			for (len = 1; len <= 4; len++)
				assert_int_equal(mint_bars_touched(&bars, reg, len),
						 has_one(reg, len));
	}
}

static void pieces_overlap_as_they_should(void **state)
{
	int reg, len, start, size, i;

	(void)state;
	for (reg = 0; reg < 12; reg++)
		for (len = 1; len <= 4; len++)
			for (start = 0; start < 12; start++)
				for (size = 1; size <= 8; size++) {
					bool any = false;

					for (i = reg; i < reg + len; i++)
						any |= i >= start && i < start + size;
					assert_int_equal(mint_regs_overlap(reg, len, start, size),
							 any);
				}
}

/* A part of an address is no address. */
static void only_as_a_whole(void **state)
{
	uint32_t was;
	int reg, len;
	size_t i;

	(void)state;
	for (i = 0; i < NR_FUNCTIONS; i++) {
		use(i);
		for (reg = 0; reg < CONFIG_BYTES; reg++)
			for (len = 1; len < 4; len++) {
				if (!mint_bars_touched(&bars, reg, len))
					continue;
				register_at(reg & ~3, &was);
				assert_false(may(reg, len, was >> 8 * (reg & 3)));
				assert_false(may(reg, len, 0xffffffff));
				assert_false(may(reg, len, 0));
			}
	}
}

/* Nor is what lies across two of them. */
static void only_one_at_a_time(void **state)
{
	uint32_t was;
	size_t i;
	int reg;

	(void)state;
	for (i = 0; i < NR_FUNCTIONS; i++) {
		use(i);
		for (reg = 0; reg < CONFIG_BYTES; reg++) {
			if (!(reg & 3) || !mint_bars_touched(&bars, reg, 4))
				continue;
			register_at(reg & ~3, &was);
			assert_false(may(reg, 4, was));
			register_at((reg + 4) & ~3, &was);
			assert_false(may(reg, 4, was));
			assert_false(may(reg, 4, 0xffffffff));
		}
	}
}

/* ---- which values ---------------------------------------------------------------- */

/* Whether a function would do something on other addresses than before. */
static bool address_changes(enum is is, uint32_t was, uint32_t val)
{
	uint32_t changed = (was ^ val) & address_bits(is);

	if (!changed)
		return false;
	if (is == ROM)
		return val & ROM_ON && command & MEMORY;
	return command & (is == PORTS ? IO : MEMORY);
}

static void check_write(int reg, enum is is, uint32_t was, uint32_t val)
{
	uint32_t bits = address_bits(is);
	bool same = !((was ^ val) & bits);
	bool sizing = (val & bits) == bits;
	bool ok;

	asked = 0;
	ok = may(reg, 4, val);
	if (ok != (same || (sizing && !address_changes(is, was, val))))
		fail_msg("%s: %08x to %x, which is %08x, command %x: %s", f->name, val, reg, was,
			 command, ok ? "allowed" : "refused");
	/* Nobody is asked for what decides nothing. */
	assert_true(asked <= (sizing && !same));
}

static void check_values(int reg, enum is is, uint32_t was)
{
	uint32_t bits = address_bits(is), flags;
	int bit;

	for (flags = 0; flags < 16; flags++) {
		check_write(reg, is, was, (was & ~0xfu) | flags);
		check_write(reg, is, was, 0xfffffff0 | flags);
		check_write(reg, is, was, bits | flags);
		check_write(reg, is, was, flags);
	}
	check_write(reg, is, was, ~was);
	for (bit = 0; bit < 32; bit++) {
		check_write(reg, is, was, was ^ 1U << bit);
		check_write(reg, is, was, ~(1U << bit));
		check_write(reg, is, was, bits & ~(1U << bit));
		check_write(reg, is, was, 1U << bit);
		/* As many bits as a size has. */
		check_write(reg, is, was, ~0U << bit);
	}
}

static void every_register_and_bit(void **state)
{
	unsigned int nr = 0;
	uint32_t was;
	enum is is;
	size_t i;
	int reg;

	(void)state;
	for (i = 0; i < NR_FUNCTIONS; i++) {
		use(i);
		for (command = 0; command < 16; command++)
			for (reg = 0; reg < CONFIG_BYTES; reg += 4) {
				is = register_at(reg, &was);
				if (is == NOTHING)
					continue;
				check_values(reg, is, was);
				nr++;
			}
	}
	assert_int_equal(nr, 16 * (4 * 7 + 2 * 3));
}

/* ---- what Linux does ---------------------------------------------------------------- */

/* As __pci_read_base() does: decoding off, all ones, the old value. */
static void sizes_are_found(void **state)
{
	uint32_t was;
	enum is is;
	size_t i;
	int reg;

	(void)state;
	for (i = 0; i < NR_FUNCTIONS; i++) {
		use(i);
		for (reg = 0x10; reg < 0x40; reg += 4) {
			is = register_at(reg, &was);
			if (is == NOTHING)
				continue;
			assert_true(may(reg, 4, is == ROM ? 0xfffff800 : 0xffffffff));
			assert_true(may(reg, 4, was));
		}
	}
}

/* Linux leaves ports and memory on where it must, and sizes the ROM all the same. */
static void not_while_it_decodes(void **state)
{
	(void)state;
	use(0);
	command = MEMORY;
	assert_false(may(0x10, 4, 0xffffffff));
	assert_true(may(0x14, 4, 0xffffffff));
	assert_false(may(0x1c, 4, 0xffffffff));
	assert_true(may(0x30, 4, 0xfffff800));
	assert_false(may(0x30, 4, 0xfffff801));
	command = IO;
	assert_true(may(0x10, 4, 0xffffffff));
	assert_false(may(0x14, 4, 0xffffffff));
	assert_true(may(0x1c, 4, 0xffffffff));
	assert_true(may(0x30, 4, 0xfffff801));
}

/* One half stays while the other is sized; neither moves alone. */
static void halves_of_64_bits(void **state)
{
	(void)state;
	use(0);
	assert_true(may(0x18, 4, 0xffffffff));
	assert_true(may(0x1c, 4, 0xffffffff));
	assert_true(may(0x1c, 4, 0x00003800));
	assert_false(may(0x1c, 4, 0x00003801));
	assert_false(may(0x1c, 4, 0));
	/* Bit 0 of the upper half is an address, not a sign of ports. */
	use(2);
	command = MEMORY;
	assert_false(may(0x14, 4, 0xffffffff));
	command = IO;
	assert_true(may(0x14, 4, 0xffffffff));
	assert_false(may(0x14, 4, 0x00000004));
}

/* The last one has no upper half, whatever it says. */
static void the_last_one_of_64_bits(void **state)
{
	(void)state;
	use(5);
	assert_int_equal(bars.mask[1], 0xfffffff0);
	assert_true(may(0x14, 4, 0xfeb00004));
	assert_false(mint_bars_touched(&bars, 0x18, 4));
	use(2);
	assert_int_equal(bars.mask[5], 0xfffffff0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_and_length),
		cmocka_unit_test(pieces_overlap_as_they_should),
		cmocka_unit_test(only_as_a_whole),
		cmocka_unit_test(only_one_at_a_time),
		cmocka_unit_test(every_register_and_bit),
		cmocka_unit_test(sizes_are_found),
		cmocka_unit_test(not_while_it_decodes),
		cmocka_unit_test(halves_of_64_bits),
		cmocka_unit_test(the_last_one_of_64_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
