// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of those who know what has to happen in the life of an OS, see life.h.
 *
 * An OS id is used again by the next OS that is created, and whatever still names
 * the old one would then mean the new one.  So everything that names it goes under
 * the table's lock, in the same hold of it in which the slot becomes free: who
 * finds the slot free finds nothing that names it, and who dies in between leaves a
 * slot that is not free.  What names an OS beside its generation (the interrupt
 * table, open files) or by name (policies) needs nothing.
 */
#include <linux/errno.h>

#include "base/life.h"

/* Only ever added to, before user space runs. */
static LIST_HEAD(lives);

void mint_life_register(struct mint_life *life)
{
	struct mint_life *other;

	list_for_each_entry(other, &lives, list)
		if (other->order > life->order)
			break;
	/* Before that one, or last. */
	list_add_tail(&life->list, &other->list);
}

void mint_life_restart(u32 os)
{
	struct mint_life *life;

	list_for_each_entry(life, &lives, list)
		if (life->restart)
			life->restart(os);
}

void mint_life_stopped(u32 os)
{
	struct mint_life *life;

	list_for_each_entry(life, &lives, list)
		if (life->stopped)
			life->stopped(os);
}

int mint_life_silence(u32 os, struct netlink_ext_ack *extack)
{
	struct mint_life *life;
	int err;

	list_for_each_entry(life, &lives, list) {
		err = life->silence ? life->silence(os, extack) : 0;
		if (err)
			return err;
	}
	return 0;
}

int mint_life_renew(u32 os, struct netlink_ext_ack *extack)
{
	struct mint_life *life;
	int err;

	list_for_each_entry(life, &lives, list) {
		err = life->renew ? life->renew(os, extack) : 0;
		if (err)
			return err;
	}
	return 0;
}

void mint_life_reclaim(u32 os)
{
	struct mint_life *life;

	list_for_each_entry(life, &lives, list)
		if (life->reclaim)
			life->reclaim(os);
}

int mint_life_forget(u32 os)
{
	struct mint_life *life;

	list_for_each_entry(life, &lives, list)
		if (life->in_use && life->in_use(os))
			return -EBUSY;
	list_for_each_entry(life, &lives, list)
		if (life->forget)
			life->forget(os);
	return 0;
}
