/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the owner of a PCI bridge may write to its configuration space while functions
 * of other OSes are below it.  Pure: no Linux, no shared memory, the same in the
 * kernel and in tests on a host.
 *
 * The bridge is the way of all that is below it.  So it goes on forwarding, its
 * windows and bus numbers stay, it stays awake and its link up, its slot on, and its
 * bus is not reset.  Its owner still has what is the bridge's own: interrupts, errors
 * reported to it, events and lamps of its slot.  What is not named here keeps its
 * value: a register that nobody has thought of is no way round.
 *
 * Sources: PCI-to-PCI Bridge Architecture 1.2, 3.2; PCI Power Management 1.2, 3.2;
 * PCI Express Base 6.0, 7.5.3, 7.8.4, 7.9.14.
 */
#ifndef MINT_BRIDGE_FILTER_H
#define MINT_BRIDGE_FILTER_H

#include "platform.h"

/**
 * struct mint_bridge - a bridge as it is now
 * @read:	reads one byte of its configuration space, offset 0 to 4095; 0xff where
 *		there is nothing
 * @env:	for @read
 */
struct mint_bridge {
	u8 (*read)(void *env, int reg);
	void *env;
};

/**
 * mint_bridge_may_write() - whether a write leaves the way as it is
 * @b:		the bridge
 * @reg:	offset of the first byte
 * @len:	1, 2 or 4 bytes
 * @val:	little endian
 *
 * A write of the value that a register has already is none.  Reads @b and may be
 * called in any context in which @b may be read; bounded, whatever @b reads as.
 *
 * Return: whether it may be done.
 */
bool mint_bridge_may_write(const struct mint_bridge *b, int reg, int len, u32 val);

/**
 * mint_bridge_renumber() - bus numbers below a bridge after a write
 * @buses:	the register of its bus numbers as it is, 4 bytes at 0x18
 * @reg:	offset of the first byte that is written
 * @len:	1, 2 or 4 bytes
 * @val:	little endian
 * @first:	gets the secondary bus
 * @last:	gets the last bus below
 *
 * Return: whether the write is about that register at all.
 */
bool mint_bridge_renumber(u32 buses, int reg, int len, u32 val, u8 *first, u8 *last);

#endif /* MINT_BRIDGE_FILTER_H */
