/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of OSes: made, ended, taken apart; and how this one and the machine end.
 */
#ifndef MINT_OS_H
#define MINT_OS_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>
#include <mint/launch.h>

/* ---- create.c, destroy.c, end.c ------------------------------------------------ */

struct mint_os_config {
	char name[MINT_NAME_LEN];
	u64 cores;			/* bitmap of machine core numbers, seats too */
	u32 share;			/* of second seats: percent, 1..99 */
	u32 slice_us;			/* and one turn, 1000..5000000 */
	u64 mem_size;			/* bytes */
	u64 mem_base;			/* 0: layer's choice */
	bool one_piece;			/* no slice below 4 GiB */
	u32 legacy;
	u32 arch;			/* MINT_IMAGE_* of the kernel to come, 0: any */
	u32 nr_devs;
	u32 sbdf[32];
};

/*
 * All of these: process context, sleep, take mint_ops_mutex themselves; 0 or
 * -errno with an extended-ack text naming object, cause and next step; after
 * an error everything is as it was.
 */
int mint_os_create(const struct mint_os_config *cfg,
		   struct netlink_ext_ack *extack);
int mint_os_stop(const char *name, struct netlink_ext_ack *extack);
/* @clear: its memory is cleared. */
int mint_os_destroy(const char *name, bool force, bool clear,
		    struct netlink_ext_ack *extack);
int mint_machine_end(u32 action, struct netlink_ext_ack *extack);

/* ---- destroy.c -------------------------------------------------------------------- */

/*
 * Stops what is left of @os and makes its memory and devices safe.  0 or -errno with a
 * text.  Under mint_ops_mutex.
 */
int mint_os_fence(u32 os, struct netlink_ext_ack *extack);
/* The same for an OS that is to start again: what it owns stays its own. */
int mint_os_fence_keeping(u32 os, struct netlink_ext_ack *extack);
/* Asks @os, which is alive, to end, whatever usually follows that; MINT_THEN_*. */
void mint_os_ask_to_end(u32 os, u32 then);

/* ---- slot.c --------------------------------------------------------------------- */

/*
 * Nobody else, in this OS or another, may start or destroy the OS @name until
 * mint_os_unlock_slot(): its id, -ENOENT or -EBUSY.  Under mint_ops_mutex.
 */
int mint_os_lock_slot(const char *name, struct netlink_ext_ack *extack);
void mint_os_unlock_slot(u32 os);
/* Whether an image may be called that; 0 or -EINVAL with a text. */
int mint_check_image_name(const char *name, struct netlink_ext_ack *extack);

/* ---- memory.c ------------------------------------------------------------------- */

/*
 * Whether the memory of a (private copy of a) record lies where an OS's memory
 * may lie: in the pool, not over the shared area, in a low window.
 */
bool mint_os_memory_ok(const struct mint_os *o);
/* Whether a range (of a private copy) is a piece of the pool outside the shared area. */
bool mint_pool_range_ok(const struct mint_range *r);
/*
 * Whether nobody has any of @r but the OS @user, or, for MINT_OS_NONE, the image that has
 * just this range.  Takes the table's lock; false, too, if it cannot.
 */
bool mint_range_is_of(const struct mint_range *r, u32 user);
/* A free piece for an image, under the table's lock: its address, 0: there is none. */
u64 mint_take_image_memory(u64 size_bytes);
/* Piece @i < MINT_MAX_POOL_RANGES of the pool; of size 0: there is none. */
const struct mint_range *mint_pool_range(u32 i);
/* Bytes of the pool / not given to any OS. */
u64 mint_pool_size(void);
u64 mint_pool_free(void);

/* ---- clear.c -------------------------------------------------------------------- */

/* Writes zeros.  Process context, sleeps. */
void mint_clear_range(const struct mint_range *r);

/* ---- lastout.c -------------------------------------------------------------------- */

/* The state of an OS that is being started is STARTING. */
void mint_count_start(void);

/* ---- restart.c -------------------------------------------------------------------- */

/* One that was started by the loader can start again by itself from now on; early initcall. */
void mint_restart_prepare(void);
/* The first OS can, too, by that order.  Once. */
void mint_restart_offer(const struct mint_order *order);
/* This OS is a copy, and what its source would start again from is not its own. */
void mint_restart_forget(void);
/* Whether this OS can start again by itself, with that command line. */
bool mint_restart_takes(const char *cmdline);
/*
 * The next life is started from that image, with that command line (which it takes), and
 * begins when this one ends, however.
 */
void mint_restart_replace(u32 image, u32 serial, const char *cmdline);
/* @line without what Mint puts in front of each command line, if that is there. */
const char *mint_restart_own_words(const char *line);

/* ---- stamps.c --------------------------------------------------------------------- */

/* This OS passes MINT_STAMP_* now.  Any context; before the area is there, too. */
void mint_stamp(u32 what);
/* Early initcall: the area is there. */
void mint_stamps_publish(void);
/* Late initcall: the first program will be noticed. */
void mint_stamp_first_program(void);

/* ---- one that was started by the loader; init_platform time ---------------------- */

/* Replaces what Linux would measure (platform.c). */
void mint_platform_setup_joined(void);
/* A further OS: and what it would ask firmware and old devices for. */
void mint_platform_setup_further(void);
/* Keeps it from what is the primary's (machine.c). */
void mint_machine_setup_further(void);

/* A further OS: LINT0 and LINT1 of this CPU are somebody else's. */
void mint_machine_mask_pins(void);

/* ---- power.c: how this OS ends ------------------------------------------ */

/* Replaces what would reset or stop the machine (init_platform time). */
void mint_power_setup(void);
/* Mint is on for good: panics end this OS, too.  Early initcall. */
void mint_power_start(void);
/* Puts back what mint_power_setup() replaced: Mint is off after all.  Early initcall. */
void mint_power_undo(void);

#endif /* MINT_OS_H */
