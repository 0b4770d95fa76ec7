/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room offer each other, lowest first: placing.c (placing.h),
 * memory.c, slot.c, lastout.c, create.c, destroy.c, end.c, restart.c and power.c.
 */
#ifndef MINT_OS_INTERNAL_H
#define MINT_OS_INTERNAL_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

struct mint_os_config;

/* ---- memory.c ------------------------------------------------------------------ */

/* Whether an OS can have the memory that @cfg asks for; 0 or -EINVAL with a text. */
int mint_check_memory(const struct mint_os_config *cfg,
		      struct netlink_ext_ack *extack);
/*
 * Finds it: main range and, if needed, DMA slice.  Under the table's lock.  0, -ENOMEM,
 * -ENOSPC; *@user: who has what was asked for.
 */
int mint_take_memory(struct mint_os *o, const struct mint_os_config *cfg, u32 *user);
/* A text for an error of that. */
void mint_explain_memory(const struct mint_os_config *cfg, int err, u32 user,
			 struct netlink_ext_ack *extack);

/* ---- slot.c ---------------------------------------------------------------------- */

/* Whether an OS may be called that; 0, -EINVAL, -EEXIST with a text. */
int mint_check_name(const char *name, struct netlink_ext_ack *extack);
/* The id of an OS, or -ENOENT with a text. */
int mint_slot_find(const char *name, struct netlink_ext_ack *extack);
/* Takes a free slot, with its memory, in state BUSY; its id or -errno with a text. */
int mint_slot_take(const struct mint_os_config *cfg,
		   struct netlink_ext_ack *extack);
/*
 * Frees one of which nothing is left; 0 or -errno: it stays BUSY, visible, nobody's
 * loss, and destroy can go on there.
 */
int mint_slot_free(u32 os);

/* ---- clear.c --------------------------------------------------------------------- */

/* Clears the memory of an OS that is BUSY, its cores parked, if it was ever started. */
void mint_clear_os(u32 os);

/* ---- restart.c: this OS starts again ------------------------------------------- */

/*
 * Starts this OS again if that is to follow its end; this core parks then, all others
 * have been told to.  Else returns why it ended: @reason, or MINT_END_FAILED after too
 * many tries.  Any context, interrupts off.
 */
u32 mint_restart_self(u32 reason, bool panicked);
/* kexec has put its kernel in the place of the next one. */
bool mint_restart_is_replaced(void);

/* ---- power.c -------------------------------------------------------------------- */

/* Stops what this OS may still do to others, but for its devices; it is about to park. */
void mint_os_leave(bool in_panic);

/* ---- lastout.c: whose the machine is at the end -------------------------- */

/*
 * Whether this OS, which has published that it has ended, is the last one out.
 * @act: it resets the machine or switches it off; then it is the only one to whom
 * this says so.  Any context; may take a second or two.
 */
bool mint_last_out(bool act);
/* Another OS runs and gives signs of life. */
bool mint_others_run(void);
/* Says in the log who keeps the machine on, and who does not. */
void mint_name_others(void);
/* The machine was ordered to end, by whomever: nobody starts again. */
bool mint_machine_ends(void);
/* From now on this OS ends the machine, whoever else may run. */
void mint_machine_is_mine(void);
/* Time since any core of @os gave a sign of life, or since its start, ms. */
u32 mint_os_quiet_ms(u32 os);
/* @os says that it runs, and its boot core is parked. */
bool mint_os_stopped(u32 os);
/* No core of @os has given a sign of life for too long: it counts as dead. */
bool mint_os_silent(u32 os);

#endif /* MINT_OS_INTERNAL_H */
