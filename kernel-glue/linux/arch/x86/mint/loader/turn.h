/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two OSes have one core by turns: whose is next, and for how long.  Run by that core
 * while it belongs to no kernel, whenever one has stepped aside, parked, or is to start.
 */
#ifndef MINT_LOADER_TURN_H
#define MINT_LOADER_TURN_H

#include <mint/abi.h>

#include "neutral/portable.h"

/**
 * struct turn - what the core does next, for neutral/park.S
 * @seat:	for whom
 * @top_paddr, @entry_vaddr, @arg: TURN_BACK: how its kernel is entered, see struct
 *		mint_seat; TURN_CALL: @entry_vaddr is a physical address
 */
struct turn {
	u32 seat;
	u32 reserved;
	u64 top_paddr;
	u64 entry_vaddr;
	u64 arg;
};

/* What turn_next() returns. */
#define TURN_NONE	0u	/* nobody is here: sleep */
#define TURN_START	1u	/* @seat is STARTING: clean the core, load */
#define TURN_BACK	2u	/* @seat is RUNNING again: enter it */
#define TURN_CALL	3u	/* @seat is ENTERING: clean the core, enter it */
#define TURN_BACK_CLEAN	4u	/* as TURN_BACK, but the core is a dead kernel's: clean it */

/* Bit n of word n / 32: vector n waits in the local APIC of this core. */
void turn_waiting_vectors(u32 vectors[8]);

/*
 * @seat is one of this core's two; nothing runs on it now.  What it reads in @shm may be
 * anything.
 */
u32 turn_next(u32 seat, struct turn *turn, u8 *shm);

#endif /* MINT_LOADER_TURN_H */
