/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a core: which changes of its word in the shared table
 * (mint_core.life, see <mint/abi.h>) are allowed, and to whom.  No Linux, no
 * libc; whoever changes the word computes the next one here and puts it there by
 * compare and swap, and looks again when that fails.
 *
 *	ABSENT		waits for SIPI: never started, or reset; runs no code
 *	PARKED		sleeps in the park page
 *	STARTING	was told to load and enter the kernel of its OS
 *	LOADING		does so: it is in the loader, which is part of no kernel
 *	CALLED		was told to enter the running kernel of its OS
 *	ENTERING	is, or is about to be, sent into a kernel by INIT and SIPI
 *	RUNNING		in a kernel
 *	HELD		in a kernel, stands still in an NMI until a fence is decided
 *	AWAY		the core runs another OS; its kernel goes on when its turn comes
 *	FROZEN		AWAY, and has no turn until a fence is decided
 *
 *	         PASS (a new owner)
 *	          +--+                                     +---RELOAD---+
 *	          v  |                                     v            |
 *	ARRIVE  PARKED --START--> STARTING --LOAD--> LOADING --LEAVE--> RUNNING
 *	 ---->    ^ |  <--CALL_OFF--+                                   |   ^ ^
 *	          | |                                  HELD <---HOLD----+   | |
 *	          | |                                    +-----RESUME-------+ |
 *	          | +-------------ENTER-> ENTERING -----------UP--------------+
 *	          +--- ARRIVE: from ABSENT, ENTERING, LOADING, RUNNING, HELD
 *
 *	RUNNING --STEP_ASIDE--> AWAY --FREEZE--> FROZEN		seats of a core that two
 *	   ^----COME_BACK-------+ ^-----THAW-------+ |		OSes have by turns; INIT
 *	              PARKED <----+---------DROP-----+		would stop both:
 *	PARKED --CALL--> CALLED --GO_IN--> ENTERING
 *	       <-CALL_OFF--+
 *
 * What follows from the rules:
 *  - PARKED is said by the core alone, from inside the park page; but of a seat that is
 *    AWAY by whoever stops its OS: nothing of it runs;
 *  - whose kernel a core may run (the word's kernel) is in the same word as whose
 *    core it is (its owner), so that nobody can take one of them for the other;
 *  - a core changes its owner only while it is PARKED;
 *  - only its owner, or who starts the owner, gets it out of there;
 *  - an OS that starts again by itself does so without passing through PARKED: who
 *    has seen a core there need not fear that it comes back.
 */
#ifndef MINT_CORE_LIFE_H
#define MINT_CORE_LIFE_H

#include "platform.h"

/* Error numbers are those of Linux. */
#define MINT_CORE_EPERM		1
#define MINT_CORE_EBUSY		16

/**
 * enum mint_core_act - why the word of a core changes
 * @MINT_CORE_ARRIVE:	the core is in the park page
 * @MINT_CORE_START:	the order is written, to start the OS that owns it
 * @MINT_CORE_CALL_OFF:	who ordered that start takes it back
 * @MINT_CORE_LOAD:	the core begins with it
 * @MINT_CORE_RELOAD:	the core has left its kernel, to load its OS once more
 * @MINT_CORE_LEAVE:	the core leaves for the kernel that it has loaded
 * @MINT_CORE_ENTER:	its owner is about to send it INIT and SIPI
 * @MINT_CORE_UP:	the core has come up in its owner's kernel
 * @MINT_CORE_HOLD:	the core stands still for a fence
 * @MINT_CORE_RESUME:	that fence is off
 * @MINT_CORE_DOUBT:	its owner is being fenced and may yet have sent it a SIPI
 * @MINT_CORE_RESET:	the machine slept: the core waits for SIPI again
 * @MINT_CORE_STEP_ASIDE: its kernel has left the core to the other seat
 * @MINT_CORE_COME_BACK: and has its turn now
 * @MINT_CORE_FREEZE:	its OS is being fenced: no more turns for now
 * @MINT_CORE_THAW:	that fence is off
 * @MINT_CORE_DROP:	no more turns at all
 * @MINT_CORE_CALL:	its owner's running kernel wants it, and INIT would stop another OS
 * @MINT_CORE_GO_IN:	the core leaves for it
 */
enum mint_core_act {
	MINT_CORE_ARRIVE,
	MINT_CORE_START,
	MINT_CORE_CALL_OFF,
	MINT_CORE_LOAD,
	MINT_CORE_RELOAD,
	MINT_CORE_LEAVE,
	MINT_CORE_ENTER,
	MINT_CORE_UP,
	MINT_CORE_HOLD,
	MINT_CORE_RESUME,
	MINT_CORE_DOUBT,
	MINT_CORE_RESET,
	MINT_CORE_STEP_ASIDE,
	MINT_CORE_COME_BACK,
	MINT_CORE_FREEZE,
	MINT_CORE_THAW,
	MINT_CORE_DROP,
	MINT_CORE_CALL,
	MINT_CORE_GO_IN,
};

/**
 * mint_core_next() - what becomes of a core's word
 * @word:	as it is
 * @act:	what happens to it
 * @os:		for whose kernel; any for ARRIVE, LOAD, LEAVE and GO_IN
 * @next:	where to put the new word
 *
 * Return: 0; -MINT_CORE_EPERM: the core is not @os's; -MINT_CORE_EBUSY: not in
 * the state that it is in.
 */
int mint_core_next(u32 word, enum mint_core_act act, u32 os, u32 *next);

/**
 * mint_core_pass() - gives a parked core to another owner
 * @word:	as it is
 * @from:	OS that owns it; 0 = nobody
 * @to:		OS that is to own it; 0 = nobody
 * @next:	where to put the new word
 *
 * Return: as mint_core_next().
 */
int mint_core_pass(u32 word, u32 from, u32 to, u32 *next);

#endif /* MINT_CORE_LIFE_H */
