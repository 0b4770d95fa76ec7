// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules for base address registers; see bar_filter.h.
 */
#include "bar_filter.h"

#define COMMAND_IO	0x1u	/* decodes ports */
#define COMMAND_MEMORY	0x2u

#define FIRST_BAR	0x10
#define BAR_IO		0x1u
#define BAR_64		0x4u
#define IO_MASK		(~0x3u)
#define MEMORY_MASK	(~0xfu)
/* The other half of one of 64 bits is an address and nothing else. */
#define HIGH_MASK	(~0u)

#define ROM		0x30
#define BRIDGES_ROM	0x38
#define ROM_MASK	(~0x7ffu)
#define ROM_ENABLE	0x1u

void mint_bars_set(struct mint_bars *b, bool bridge, const __u64 *bar, u32 rom)
{
	int i;

	b->nr = bridge ? 2 : MINT_NR_BARS;
	b->rom_reg = bridge ? BRIDGES_ROM : ROM;
	b->rom = rom;
	for (i = 0; i < b->nr; i++) {
		u64 val = bar[i];

		b->bar[i] = val;
		if (val & BAR_IO) {
			b->mask[i] = IO_MASK;
			continue;
		}
		b->mask[i] = MEMORY_MASK;
		if ((val & BAR_64) && i + 1 < b->nr) {
			b->bar[++i] = val >> 32;
			b->mask[i] = HIGH_MASK;
		}
	}
}

static bool is_rom(const struct mint_bars *b, int reg, int len)
{
	return mint_regs_overlap(reg, len, b->rom_reg, 4);
}

static bool is_bar(const struct mint_bars *b, int reg, int len)
{
	return mint_regs_overlap(reg, len, FIRST_BAR, 4 * b->nr);
}

bool mint_bars_touched(const struct mint_bars *b, int reg, int len)
{
	return is_bar(b, reg, len) || is_rom(b, reg, len);
}

static bool bar_may_write(const struct mint_bars *b, int i, u32 val,
			  u32 (*command)(void *env), void *env)
{
	u32 mask = b->mask[i];
	bool io = b->bar[i] & BAR_IO && mask != HIGH_MASK;

	if ((val & mask) == (b->bar[i] & mask))
		return true;
	return (val & mask) == mask &&
	       !(command(env) & (io ? COMMAND_IO : COMMAND_MEMORY));
}

static bool rom_may_write(const struct mint_bars *b, u32 val,
			  u32 (*command)(void *env), void *env)
{
	if ((val & ROM_MASK) == (b->rom & ROM_MASK))
		return true;
	return (val & ROM_MASK) == ROM_MASK &&
	       (!(val & ROM_ENABLE) || !(command(env) & COMMAND_MEMORY));
}

bool mint_bars_may_write(const struct mint_bars *b, int reg, int len, u32 val,
			 u32 (*command)(void *env), void *env)
{
	if (len != 4 || reg & 3)
		return false;
	if (is_bar(b, reg, len))
		return bar_may_write(b, (reg - FIRST_BAR) / 4, val, command, env);
	return rom_may_write(b, val, command, env);
}
