/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room offer each other, lowest first:
 *
 *	siblings.c	the functions of a slot
 *	hold.c		out of drivers' sight (hold.h)
 *	visit.c		drivers that do not come back
 *	busy*.c		who uses a function (busy.h)
 *	firstirq.c	when the first interrupt came
 *	func.c		a function leaves this kernel, or comes
 *	ops.c		the steps of a move
 *	move.c		this OS's part in all moves
 *	explain.c	what became of an order
 *	check.c		may it be moved
 *	order.c		orders given in this OS
 *	home.c		functions that go home
 *	rank.c		which policy counts (rank.h)
 *	policy.c	who gets what is plugged
 *	plug.c, eject.c	what is plugged and unplugged
 */
#ifndef MINT_MOVE_INTERNAL_H
#define MINT_MOVE_INTERNAL_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

#include "hotplug/handover.h"

struct mint_dev_move;
struct pci_dev;

/* ---- siblings.c -------------------------------------------------------------- */

#define MINT_SLOT_FUNCTIONS	8u

/*
 * Function @nr, below MINT_SLOT_FUNCTIONS, of those that pass from OS to OS together
 * with @pdev, as far as this kernel knows it; with a reference, or NULL.  A virtual
 * function is alone.  May sleep.
 */
struct pci_dev *mint_slot_function(struct pci_dev *pdev, unsigned int nr);

/* ---- visit.c ----------------------------------------------------------------- */

/*
 * A driver of this OS is called for a function, and has come back: in between its
 * name and the time are said in the table, when that takes long.  One at a time for
 * each function; process context.  @what: "probe" or "remove".
 */
void mint_visit_begin(u32 idx, struct pci_dev *pdev, const char *what);
void mint_visit_end(u32 idx);

/* ---- busy.c ------------------------------------------------------------------ */

/* Whether somebody here uses it: -EBUSY, and @text says who; or 0. */
int mint_func_busy(u32 sbdf, char *text, size_t size);

/* ---- firstirq.c -------------------------------------------------------------- */

/* Notes the time of the first interrupt of a function that was just bound. */
void mint_first_irq_watch(u32 idx, u32 sbdf);

/* ---- func.c: leaving and coming; process context ----------------------------- */

/* Has the driver let go; 0, also without driver or function, or -EBUSY. */
int mint_func_unbind(u32 idx, u32 sbdf);
/* Resets it as Linux knows how; 0, -ENOTTY if there is no way, or -errno. */
int mint_func_reset(const struct mint_dev *d);
/* Out of this kernel, silent, and behind the filter; its place is kept. */
void mint_func_release(u32 idx, const struct mint_dev *d);
/* Before the filter, silent, with its addresses; 0 or -errno. */
int mint_func_claim(const struct mint_dev *d);
/* Known to this kernel, with its resources; 0 or -errno. */
int mint_func_scan(u32 idx, const struct mint_dev *d);
/*
 * Seen by user space and drivers; 0, or -ENODEV when no driver took it within @wait
 * jiffies, or until its slot was to be powered off.
 */
int mint_func_bind(u32 idx, const struct mint_dev *d, unsigned long wait);

/* ---- ops.c ------------------------------------------------------------------- */

/**
 * struct mint_move - env of mint_move_ops
 * @idx:	index of the function in the table
 * @d:		gets the entry at each look; what the steps use
 */
struct mint_move {
	u32 idx;
	struct mint_dev *d;
};

extern const struct mint_hp_ops mint_move_ops;

/* mint_move_ops.copy */
int mint_move_copy(void *env, struct mint_hp_entry *e);
/* How long it is until a time from the table, which may be any: in jiffies, bounded. */
unsigned long mint_move_time_left(u64 until_tsc);

/* ---- move.c ------------------------------------------------------------------ */

/* When to look again at an entry that is on its way, in jiffies. */
unsigned long mint_move_delay(const struct mint_hp_entry *e);

/*
 * Makes a function of an OS that has ended nobody's, and silent, before that OS is
 * destroyed.  Waits, bounded.  0 or -errno.
 */
int mint_move_recall(u32 idx, u32 os);

/* ---- explain.c --------------------------------------------------------------- */

/* Why an order failed; @d, @o: how it ended. */
void mint_order_explain(const struct mint_dev *d, const struct mint_hp_order *o,
			struct netlink_ext_ack *extack);

/* ---- check.c ----------------------------------------------------------------- */

bool mint_in_list(u32 sbdf, const u32 *list, u32 nr);
/* Whether two functions share a slot. */
bool mint_is_sibling(u32 sbdf, const struct mint_dev *other);
/* Whether @d, a private copy, may move as @mv wants; 0 or -errno with a text. */
int mint_check_move(const struct mint_dev *d, const struct mint_dev_move *mv,
		    struct netlink_ext_ack *extack);

/* ---- order.c ----------------------------------------------------------------- */

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

/*
 * Moves what is listed in @mv, whose @to is set, without a check.  All or none: what
 * went comes back when one does not, whatever it is used for there by then, also from
 * an OS that ended meanwhile.  0 or -errno.  Bounded, as mint_dev_move() is.  Process
 * context, no locks.
 */
int mint_order_together(const struct mint_dev_move *mv);

/* ---- policy.c ---------------------------------------------------------------- */

/*
 * Which OS is to get the slot that @pdev is in, by the most specific policy about one
 * of its functions; of several that are equal, by the one about the lowest function.
 * MINT_OS_NONE: no policy is about it, or the OS that it names does not run.  May
 * sleep.
 */
u32 mint_policy_for(struct pci_dev *pdev);

#endif /* MINT_MOVE_INTERNAL_H */
