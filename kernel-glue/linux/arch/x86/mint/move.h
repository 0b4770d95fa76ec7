/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files for moves offer each other: move.c (this OS's part), visit.c
 * (drivers that do not come back), order.c (orders given in this OS), slot.c (what is
 * plugged and unplugged).
 */
#ifndef MINT_MOVE_H
#define MINT_MOVE_H

#include <linux/wait.h>

#include <mint/abi.h>

#include "hotplug/handover.h"

struct pci_dev;

/**
 * struct mint_move - env of mint_move_ops
 * @idx:	index of the function in the table
 * @d:		gets the entry at each look; what the steps use
 * @claimed:	jiffies when this OS began to take it
 */
struct mint_move {
	u32 idx;
	struct mint_dev *d;
	unsigned long claimed;
};

extern const struct mint_hp_ops mint_move_ops;
/* Woken when an entry or the life of an OS changes. */
extern wait_queue_head_t mint_move_waitq;

/* mint_move_ops.copy */
int mint_move_copy(void *env, struct mint_hp_entry *e);
/*
 * Whether entry @idx is about @sbdf, as it was when this OS first looked: an entry
 * never becomes another function's.  In any context.
 */
bool mint_move_knows(u32 idx, u32 sbdf);
/* That function; 0: not looked at yet, or the host bridge. */
u32 mint_move_sbdf(u32 idx);
/* When to look again at an entry that is on its way, in jiffies. */
unsigned long mint_move_delay(const struct mint_hp_entry *e);
/* Whether this OS is about to let go of it: its removal is no unplugging. */
bool mint_move_is_leaving(u32 sbdf);

/*
 * Whether a function is this OS's to reset although it does not own it: it fences
 * it, or its owner is proved stopped.
 */
bool mint_move_may_fence(const struct mint_dev *d);

/*
 * Places an order and waits, bounded, for its end.  0 or -errno; @d, @o: how it
 * ended.  Process context, no locks.
 */
int mint_order_run(u32 idx, struct mint_dev *d, struct mint_hp_order *o);
/*
 * Only places it.  The owner and everybody's watch bring it to its end;
 * mint_order_run() waits for that.
 */
void mint_order_place(struct mint_hp_order *o, struct mint_move *m);

struct mint_dev_move;

/*
 * Moves what is listed in @mv, whose @to is set, without a check.  All or none: what
 * went comes back when one does not, whatever it is used for there by then, also from
 * an OS that ended meanwhile.  0 or -errno.  Process context, no locks.
 */
int mint_order_together(const struct mint_dev_move *mv);

/* Whether no core of an OS that has ended runs any more. */
bool mint_move_is_stopped(u32 os);
/*
 * Makes a function of an OS that has ended nobody's, and silent, before that OS is
 * destroyed.  Waits, bounded.  0 or -errno.
 */
int mint_move_recall(u32 idx, u32 os);

/*
 * A driver of this OS is called for a function, and has come back: in between its
 * name and the time are said in the table, when that takes long.  One at a time for
 * each function; process context.  @what: "probe" or "remove".
 */
void mint_visit_begin(u32 idx, struct pci_dev *pdev, const char *what);
void mint_visit_end(u32 idx);

/* Notes the time of the first interrupt of a function that was just bound. */
void mint_first_irq_watch(u32 idx, u32 sbdf);

/* The end of a phase: a test may stop this OS here, see movetest.c. */
#ifdef CONFIG_MINT_TEST
void mint_move_test(u32 phase);
/* Whether a function that was reset at @started, in jiffies, does not answer yet. */
bool mint_reset_test(unsigned long started);
#else
static inline void mint_move_test(u32 phase) { }
static inline bool mint_reset_test(unsigned long started) { return false; }
#endif

#endif /* MINT_MOVE_H */
