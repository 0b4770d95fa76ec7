/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How PCI functions pass from OS to OS, and who gets what is plugged.
 */
#ifndef MINT_MOVE_H
#define MINT_MOVE_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

/* ---- check.c: for who is about to ask ------------------------------------------- */

/* Whether any function can pass to another OS here: 0 or -EOPNOTSUPP with a text. */
int mint_dev_check_machine(struct netlink_ext_ack *extack);
/*
 * Check only: may @sbdf leave this OS (which must own it), or is it free?
 * @moving, @nr: the functions that leave together (siblings).
 * @allow_intx: a function without MSI and MSI-X is fine.
 */
int mint_dev_check(u32 sbdf, const u32 *moving, u32 nr, bool allow_intx,
		   struct netlink_ext_ack *extack);
/* Check only: is @sbdf, if this OS has it, in use?  0 or -EBUSY.  Process context. */
int mint_dev_check_use(u32 sbdf, struct netlink_ext_ack *extack);
/* Check only: can a kernel of kind @arch (MINT_IMAGE_*), of the OS named @os, reach it? */
int mint_dev_check_reach(u32 sbdf, u32 arch, const char *os,
			 struct netlink_ext_ack *extack);

/* ---- order.c: process context, no locks but mint_ops_mutex ------------------------ */

/**
 * struct mint_dev_move - what is to be moved where
 * @sbdf, @nr:	functions
 * @to_name:	name of the OS; NULL = nobody
 * @siblings:	also what shares a slot with them
 * @options:	MINT_ORDER_*
 * @timeout_ms:	how long all of it may take, whatever is listed; 0 = usual, for each
 * @to, @to_generation: for the callee
 */
struct mint_dev_move {
	u32 sbdf[32];
	u32 nr;
	const char *to_name;
	bool siblings;
	u32 options;
	u32 timeout_ms;
	u32 to;
	u32 to_generation;
};

/*
 * The whole move, from any OS to any OS.  Waits for its time, and for what has to be
 * done when that is over: see docs/design/pci-and-devices.md.
 */
int mint_dev_move(struct mint_dev_move *mv, struct netlink_ext_ack *extack);
/*
 * Has the owner of a function let go of it, for an OS that is being created.
 */
int mint_dev_give(u32 sbdf, u32 to, struct netlink_ext_ack *extack);

/* ---- home.c ------------------------------------------------------------------------ */

/*
 * Takes @sbdf back from @os, which was not made after all, for @to (0 = nobody), who
 * had it before.  Process context.
 */
void mint_dev_put_back(u32 sbdf, u32 os, u32 to);

/* ---- policy.c: which OS gets what is hot-added --------------------------------------- */

/* Copies policy @i below MINT_MAX_POLICIES; false when there is none. */
bool mint_policy_copy(u32 i, struct mint_policy *p);
/* Sets one; @os NULL removes it.  0 or -errno with a text. */
int mint_policy_set(u32 kind, u32 key, const char *os,
		    struct netlink_ext_ack *extack);

/* ---- tests ----------------------------------------------------------------------------- */

/* ---- func.c ------------------------------------------------------------------------ */

/* This OS is a copy: the functions that are its own come, as if they were plugged. */
void mint_move_take_owned(void);

#ifdef CONFIG_MINT_TEST
/* Called at the end of each phase of a move in this OS, once it is set. */
extern void (*mint_move_test)(u32 phase);
#endif

#endif /* MINT_MOVE_H */
