/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of OSes: made, ended, taken apart; and how this one and the machine end.
 */
#ifndef MINT_OS_H
#define MINT_OS_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

/* ---- create.c, destroy.c, end.c ------------------------------------------------ */

struct mint_os_config {
	char name[MINT_NAME_LEN];
	u64 cores;			/* bitmap of machine core numbers */
	u64 mem_size;			/* bytes */
	u64 mem_base;			/* 0: layer's choice */
	u32 legacy;
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
int mint_os_destroy(const char *name, bool force,
		    struct netlink_ext_ack *extack);
int mint_machine_end(u32 action, struct netlink_ext_ack *extack);

/* ---- slot.c --------------------------------------------------------------------- */

/*
 * Nobody else, in this OS or another, may start or destroy the OS @name until
 * mint_os_unlock_slot(): its id, -ENOENT or -EBUSY.  Under mint_ops_mutex.
 */
int mint_os_lock_slot(const char *name, struct netlink_ext_ack *extack);
void mint_os_unlock_slot(u32 os);

/* ---- memory.c ------------------------------------------------------------------- */

/*
 * Whether the memory of a (private copy of a) record lies where an OS's memory
 * may lie: in the pool, not over the shared area, in a low window.
 */
bool mint_os_memory_ok(const struct mint_os *o);
/* Bytes of the pool / not given to any OS. */
u64 mint_pool_size(void);
u64 mint_pool_free(void);

/* ---- lastout.c -------------------------------------------------------------------- */

/* The state of an OS that is being started is STARTING. */
void mint_count_start(void);

/* ---- kexec.c ---------------------------------------------------------------------- */

/*
 * Whether kexec_file_load() may load a kernel here (sysctls kexec_load_disabled and
 * kexec_load_limit_reboot, CAP_SYS_BOOT); counts as a load.  Process context.
 */
bool mint_load_permitted(void);

/* ---- a further OS; init_platform time --------------------------------------------- */

/* Replaces what Linux would ask firmware and old devices for (platform.c). */
void mint_platform_setup_further(void);
/* Keeps it from what is the primary's (machine.c). */
void mint_machine_setup_further(void);

/* ---- power.c: how this OS ends ------------------------------------------ */

/* Replaces what would reset or stop the machine (init_platform time). */
void mint_power_setup(void);
/* Mint is on for good: panics end this OS, too.  Early initcall. */
void mint_power_start(void);
/* Puts back what mint_power_setup() replaced: Mint is off after all.  Early initcall. */
void mint_power_undo(void);

#endif /* MINT_OS_H */
