/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the owner of a PCI function may write to its base address registers.  Pure: no
 * Linux, no shared memory, the same in the kernel and in tests on a host.
 *
 * A BAR keeps its value: other OSes' devices lie beside it, and nobody but the bridge's
 * owner knows where there is room.  What Linux writes otherwise is all ones to find the
 * size, with decoding off.  The same goes for the expansion ROM.
 *
 * Sources: PCI Local Bus 3.0, 6.2.5; PCI-to-PCI Bridge Architecture 1.2, 3.2.5.
 */
#ifndef MINT_BAR_FILTER_H
#define MINT_BAR_FILTER_H

#include <mint/abi.h>

#include "platform.h"

/**
 * struct mint_bars - base address registers, as they stay
 * @nr:		2 (a bridge) or 6
 * @rom_reg:	where the expansion ROM's register is
 * @bar:	values that they keep
 * @mask:	which bits of them are an address
 * @rom:	value of the expansion ROM's register
 */
struct mint_bars {
	u8 nr;
	u8 rom_reg;
	u32 bar[MINT_NR_BARS];
	u32 mask[MINT_NR_BARS];
	u32 rom;
};

/* Whether two pieces of configuration space have a byte in common. */
static inline bool mint_regs_overlap(int reg, int len, int start, int size)
{
	return reg < start + size && reg + len > start;
}

/**
 * mint_bars_set() - note what the registers of a function contain
 * @b:		gets it
 * @bridge:	whether it has the header of a bridge
 * @bar:	contents of each BAR with its flags; one of 64 bits is one value, and the
 *		next one does not count
 * @rom:	contents of the ROM's register
 */
void mint_bars_set(struct mint_bars *b, bool bridge, const __u64 *bar, u32 rom);

/* Whether a write of @len bytes at @reg is about one of them. */
bool mint_bars_touched(const struct mint_bars *b, int reg, int len);

/**
 * mint_bars_may_write() - whether a write leaves them as they are, or asks for a size
 * @b:		the registers
 * @reg:	offset of the first byte; mint_bars_touched()
 * @len:	1, 2 or 4 bytes
 * @val:	what is to be written
 * @command:	reads the command register; called only when that decides
 * @env:	for @command
 *
 * Any context in which @command may be called.
 *
 * Return: whether it may be done.
 */
bool mint_bars_may_write(const struct mint_bars *b, int reg, int len, u32 val,
			 u32 (*command)(void *env), void *env);

#endif /* MINT_BAR_FILTER_H */
