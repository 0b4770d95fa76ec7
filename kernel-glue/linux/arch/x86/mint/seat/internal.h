/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room offer each other, lowest first:
 *
 *	wants.c		whether a seat would have something of a turn
 *	context.c	what a core has of this kernel: kept, put back
 *	absent.c	what comes for the OS that is away, and what came for this one
 *	steal.c		the time that was the other OS's
 *	overdue.c	other cores, on which an OS does not step aside
 *	stop.c		this OS stops its own CPUs
 *	ipi.c		IPIs to a CPU that is away
 *	come.c		a further CPU of this OS on a shared core
 *	turns.c		when this OS steps aside
 *	setup.c		all of that begins
 */
#ifndef MINT_SEAT_INTERNAL_H
#define MINT_SEAT_INTERNAL_H

#include <linux/types.h>

/* ---- wants.c: any context ------------------------------------------------------ */

/* Another OS stops @os, 1..MINT_MAX_OSES: it has no turns meanwhile. */
bool seat_is_fenced(u32 os);
/* It has no turn yet, and is to have its first one at once. */
bool seat_wants_in(u32 seat);
/* The same, or it is away and has something to do; not while it is fenced. */
bool seat_wants(u32 seat);

/* ---- absent.c ---------------------------------------------------------------- */

/*
 * From now on this CPU keeps for the other OS what comes for it.  Interrupts off, on that
 * CPU; may be called again.
 */
void seat_watch_vectors(u32 seat);
/* The same; Linux has just made its table of vectors anew. */
void seat_watch_vectors_anew(u32 seat);
/* What came for the OS of @other while this kernel did not know of it; once. */
void seat_note_early(u32 other);
/*
 * What is in service on this CPU is ended, and starts no storm; of the other OS it is noted.
 * Any context.
 */
void seat_end_service(u32 seat);
/* The same, if something is in service since this kernel began. */
void seat_end_early(u32 seat);
/*
 * @vector, not that of a level pin, for a CPU of this OS that was away from @seat just now: it
 * is raised there when its turn comes, and makes it want one.  False: it has come back, and
 * has to be sent it.  Any context.
 */
bool seat_keep(u32 seat, u32 vector);
/* What came while this CPU was away: raised once more.  Interrupts off. */
void seat_replay(u32 seat);

/* ---- steal.c ------------------------------------------------------------------ */

/* This CPU was away for @away_tsc, and had something to do for @stolen_tsc of that. */
void seat_time_passed(u64 away_tsc, u64 stolen_tsc);

/* ---- overdue.c -------------------------------------------------------------------- */

/* Its turn, and as much again, is over, and the other one of the core wants it. */
bool seat_is_overdue(u32 seat);

/* ---- stop.c -------------------------------------------------------------------- */

/* Linux's way to stop other CPUs is replaced; one CPU. */
void seat_take_stop(void);
void seat_give_stop(void);

/* ---- ipi.c ------------------------------------------------------------------------ */

/* Linux's way to send IPIs is replaced; one CPU. */
void seat_take_ipis(void);
void seat_give_ipis(void);
/* IPIs that may have come while this CPU was away.  Interrupts off, on the core. */
void seat_replay_ipis(void);
/* This OS shares a core.  Any context. */
void seat_shares(void);

/* ---- come.c -------------------------------------------------------------------- */

/* Linux's way to start further CPUs is replaced; one CPU. */
void seat_take_wake(void);
void seat_give_wake(void);
/* That way; of arch/x86/kernel/smpboot.c, which declares it nowhere. */
int wakeup_secondary_cpu_via_init(u32 phys_apicid, unsigned long start_eip);

/* ---- turns.c ------------------------------------------------------------------- */

/*
 * This OS ends: none of its CPUs steps aside any more, and those of a shared core that get
 * an NMI leave this kernel, but for @cpu.
 */
void seat_stay(unsigned int cpu);
/* What each CPU needs to step aside; early initcall, one CPU; 0 or -ENOMEM. */
int seat_make_turns(void);
void seat_forget_turns(void);
/* And it does; and does not any more. */
void seat_begin_turns(void);
void seat_end_turns(void);
/* Something has come for the other OS of this CPU's core.  Hard interrupt. */
void seat_other_wants(void);

#endif /* MINT_SEAT_INTERNAL_H */
