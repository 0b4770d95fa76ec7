/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cores: whose they are, how they come and go, how those of another OS are stopped.
 */
#ifndef MINT_CPU_H
#define MINT_CPU_H

#include <linux/netlink.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include "base/base.h"

/* ---- cores.c: changes of the core table; @core below mint_nr_cores() ------ */

enum mint_core_act;

/* Changes the word from @old to @new; whether it was @old.  Any context. */
bool mint_core_cas(u32 core, u32 old, u32 new);
/* mint_core_next(), done; 0, -EPERM not the core of @os, -EBUSY.  Any context. */
int mint_core_change(u32 core, enum mint_core_act act, u32 os);
/*
 * A parked core of @from becomes @to's (0 = nobody); 0, -EPERM, -EBUSY not parked,
 * -ETIMEDOUT as mint_shm_lock().
 */
int mint_core_hand_over(u32 core, u32 from, u32 to);

/* Another OS has decided to stop this one: this core may be the last to know. */
bool mint_fence_committed(void);

/* ---- fence.c: stopping the cores of an OS ----------------------------- */

/*
 * Stops all cores of @os without its help and proves it.  0; -EBUSY: everything
 * is as it was; -EIO: some have stopped; -ENOMEM.  *@core: which core does not
 * stop, if below mint_nr_cores().  Process context; takes two seconds at most.
 */
int mint_fence_cores(u32 os, u32 *core);
/* An extended-ack text for an error of that. */
void mint_fence_explain(u32 os, u32 core, int err,
			struct netlink_ext_ack *extack);
/*
 * Asked in each NMI that is about no fence: whether it may be the other OS's of this core.
 * Early initcall.
 */
void mint_fence_set_stray(bool (*fn)(void));
/* Lets other OSes stop this one; early initcall. */
int mint_fence_setup(void);
void mint_fence_undo(void);

/* ---- park.c: leaving this kernel ----------------------------------------- */

/* Leaves this kernel for good; the calling core halts in the park page. */
void __noreturn mint_park_self(void);
/* The top page table by which that is done, see mint_way_build(); NULL before mint_park_init(). */
pgd_t *mint_park_top(void);
/* Physical address of a byte of the park page; @off_bytes as in neutral/park.h. */
u64 mint_park_paddr(u32 off_bytes);
/* Maps the park page's tables for this kernel, and takes it back; early initcall. */
int mint_park_init(void);
void mint_park_undo(void);

/* ---- way_64.c, way_32.c: the page tables by which that is done --------------- */

/*
 * This kernel, and one to one the first 4 GiB (64 bit), or the 2 MiB around the gate of the
 * park page (32 bit).  NULL: no memory, or the gate lies where it cannot.  Early initcall.
 */
pgd_t *mint_way_build(void);
void mint_way_free(pgd_t *top);
/* The last steps; interrupts are off, @core is this one. */
void __noreturn mint_way_leave(pgd_t *top, u32 core);

/* ---- apic_32.c ----------------------------------------------------------------- */

/* In a 32-bit kernel, too, interrupts go to one core each; init_platform time. */
#ifdef CONFIG_X86_32
void mint_apic_setup(void);
#else
static inline void mint_apic_setup(void)
{
}
#endif

/* ---- wake.c: other cores, into the park page and out of it ----------------- */

/* Waits, bounded, until a core is there.  False: it does not arrive. */
bool mint_core_await_parked(u32 core);
/*
 * How long a core that goes offline may take to reach the park page; generous, because
 * an emulated machine may stall for a while.
 */
#define MINT_PARK_WAIT_MS	2000
/*
 * Waits for a core that this OS has taken offline; one that never was online
 * is sent to the park page.  False: it does not arrive there.
 */
bool mint_core_park_offline(u32 core);
/*
 * Has a parked core of @os start that OS by the order that lies in the table; 0 when it
 * has begun, -EPERM not its core, -EBUSY not parked, -ETIMEDOUT.
 */
int mint_core_start(u32 core, u32 os);
/* The same without sleeping, for START_WAIT_MS at most; any context. */
int mint_core_start_atomic(u32 core, u32 os);
/*
 * Has a parked core of this OS enter its running kernel at @enter_paddr, in long mode with
 * the tables of the park page: one that it shares, so that INIT would stop the other OS.
 * 0, -EPERM, -EBUSY.
 */
int mint_core_call(u32 core, u64 enter_paddr);
/* Whether INIT leads it to the park page: not on the machine's boot core. */
bool mint_core_takes_init(u32 core);
/* Sends an NMI; INIT and SIPI to the park page (takes 10 ms, sleeps). */
void mint_core_nmi(u32 core);
void mint_core_init(u32 core);

/* ---- page.c ---------------------------------------------------------------- */

/* First OS: builds the park page in the shared area; early initcall.  0 or -errno. */
int mint_park_build(void);

/* ---- online.c: this OS's cores ---------------------------------------------- */

/* Forbids to start foreign cores; before the first application core. */
int mint_cpu_guard(void);
/* Takes that back; early initcall. */
void mint_cpu_unguard(void);
/* Takes a core of ours offline and waits until it is parked. */
int mint_cpu_give(u32 core, struct netlink_ext_ack *extack);
/*
 * Brings a core that the table says is ours online again, if mint_cpu_give() has
 * taken it offline; later, if Linux lets none come now.  0 or -errno.  Under
 * mint_ops_mutex.
 */
int mint_cpu_take(u32 core);
/* Whether a local APIC belongs to a core of this OS, also one that is offline. */
bool mint_apic_is_ours(u32 apic_id);

/* ---- beat.c: signs of life --------------------------------------------------- */

/* A sign of life of a core of this OS. */
void mint_beat(u32 core);
/* A sleep is over in which no core could give a sign of life. */
void mint_cpu_woke_up(void);
/* When @core last gave one, TSC; the time that its OS was away from it does not count. */
u64 mint_core_last_beat(u32 core);
/* Longest silence among the cores of @os, ms, and which core; 0 if none. */
u32 mint_os_silence_ms(u32 os, u32 *core);

#endif /* MINT_CPU_H */
