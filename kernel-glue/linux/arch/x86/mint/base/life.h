/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has to happen when an OS stops, is silenced, is taken apart and is forgotten.
 * Who knows some of it registers that here, and who destroys an OS walks the table,
 * knowing nobody (life.c).
 *
 * Each callback may be called from any OS, for an OS that never ran, and once more
 * after half of it was done by one that died.
 */
#ifndef MINT_LIFE_H
#define MINT_LIFE_H

#include <linux/list.h>
#include <linux/netlink.h>
#include <linux/types.h>

/* In this order. */
enum mint_life_order {
	MINT_LIFE_TABLE,
	MINT_LIFE_DEVS,
	MINT_LIFE_CHANNELS,
	MINT_LIFE_IRQ,
	MINT_LIFE_LEGACY,
	MINT_LIFE_CORES,
	MINT_LIFE_IMAGES,
	MINT_LIFE_SLOTS,
};

/**
 * struct mint_life - what one room knows of the life of an OS; each is optional
 * @list:	for life.c
 * @order:	place in the table
 * @restart:	a kernel is about to be started as @os: empties what another one,
 *		of the same OS or a former one, may have left
 * @stopped:	the cores of @os are proved stopped: takes from it what it may have
 *		held.  Any time later it may be called once more
 * @silence:	after all @stopped: nothing of @os acts by itself any more.  0, or
 *		-errno with a text: to be called again
 * @renew:	instead of that, for an OS that starts again, by another OS or by its
 *		own next kernel: the same, but what it owns stays its own
 * @reclaim:	what @os had goes home, or becomes nobody's
 * @in_use:	whether something of @os is in use or on its way still.  Under the
 *		table's lock; changes nothing
 * @forget:	nothing names @os any more.  Under the table's lock, in the same hold
 *		as @in_use of all, which were false
 *
 * All but @in_use and @forget: process context, under mint_ops_mutex, may sleep.
 */
struct mint_life {
	struct list_head list;
	enum mint_life_order order;
	void (*restart)(u32 os);
	void (*stopped)(u32 os);
	int (*silence)(u32 os, struct netlink_ext_ack *extack);
	int (*renew)(u32 os, struct netlink_ext_ack *extack);
	void (*reclaim)(u32 os);
	bool (*in_use)(u32 os);
	void (*forget)(u32 os);
};

/* Initcalls; not unregistered ever. */
void mint_life_register(struct mint_life *life);

void mint_life_restart(u32 os);
void mint_life_stopped(u32 os);
/* Ends at the first that fails. */
int mint_life_silence(u32 os, struct netlink_ext_ack *extack);
int mint_life_renew(u32 os, struct netlink_ext_ack *extack);
void mint_life_reclaim(u32 os);
/* 0, or -EBUSY and nothing has changed.  Under the table's lock. */
int mint_life_forget(u32 os);

/* For @forget: a word that holds an OS id. */
static inline void mint_forget_id(u32 *id, u32 os)
{
	if (READ_ONCE(*id) == os)
		WRITE_ONCE(*id, 0);
}

#endif /* MINT_LIFE_H */
