// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders that are given in this OS: a PCI function shall pass from some OS to
 * another.  What happens then is in hotplug/handover.c.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "base/base.h"
#include "legacy/legacy.h"
#include "move/internal.h"
#include "move/move.h"
#include "pci/pci.h"

int mint_order_run(u32 idx, struct mint_dev *d, struct mint_hp_order *o)
{
	struct mint_move m = { .idx = idx, .d = d };
	enum mint_hp_result result;

	for (;;) {
		result = mint_hp_order_step(o, &mint_move_ops, &m);
		if (result == MINT_HP_DONE)
			return o->result;
		if (result == MINT_HP_WAIT)
			wait_event_timeout(mint_dev_waitq,
					   READ_ONCE(mint_dev(idx)->seq) !=
					   o->seen.seq,
					   mint_move_delay(&o->seen));
	}
}

void mint_order_place(struct mint_hp_order *o, struct mint_move *m)
{
	while (o->at != MINT_HP_ORDER_AWAIT &&
	       mint_hp_order_step(o, &mint_move_ops, m) == MINT_HP_MORE)
		;
}

/* ---- moves --------------------------------------------------------------------- */

static int order_one(u32 sbdf, u32 to, u32 options, u32 timeout_ms,
		     struct netlink_ext_ack *extack)
{
	struct mint_hp_order o;
	struct mint_dev d;
	int idx = mint_dev_get(sbdf, &d, extack), err;

	if (idx < 0)
		return idx;
	mint_hp_order_init(&o, mint_self.os, to, options, timeout_ms);
	err = mint_order_run(idx, &d, &o);
	if (err == -ECANCELED && options & MINT_ORDER_DRY_RUN)
		return 0;
	if (err)
		mint_order_explain(&d, &o, extack);
	return err;
}

/* Adds the functions that share a slot with one that is listed. */
static int add_siblings(struct mint_dev_move *mv, struct netlink_ext_ack *extack)
{
	u32 i, k, nr = mv->nr;
	struct mint_dev other;

	for (k = 0; k < nr; k++) {
		if (mint_dev_find(mv->sbdf[k]) < 0)
			continue;	/* will be refused by name */
		for (i = 0; i < MINT_MAX_DEVS; i++) {
			if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE ||
			    mint_dev_copy(i, &other) || !mint_is_sibling(mv->sbdf[k], &other) ||
			    other.owner == mv->to ||
			    mint_in_list(other.sbdf, mv->sbdf, mv->nr))
				continue;
			if (mv->nr == ARRAY_SIZE(mv->sbdf)) {
				mint_dev_err(extack, "more than %zu functions at once; move fewer",
					     ARRAY_SIZE(mv->sbdf));
				return -E2BIG;
			}
			mv->sbdf[mv->nr++] = other.sbdf;
		}
	}
	return 0;
}

/**
 * struct gone - a function that went, or may have, and its way back
 * @from:	who had it
 * @back:	the order, once placed
 */
struct gone {
	u32 from;
	struct mint_hp_order back;
};

/* Also from an OS that has ended since. */
static int begin_way_back(u32 sbdf, u32 to, struct gone *g)
{
	struct mint_dev d;
	int idx = mint_dev_find(sbdf), err = 0;
	struct mint_move m = { .idx = idx, .d = &d };

	if (idx < 0)
		return idx;
	if (to && !mint_os_alive(to))
		err = mint_move_recall(idx, to);
	if (err)
		return err;
	mint_hp_order_init(&g->back, mint_self.os, g->from,
			   MINT_ORDER_NO_DRIVER | MINT_ORDER_FORCE,
			   MINT_HP_BACK_MS);
	mint_order_place(&g->back, &m);
	return 0;
}

static int end_way_back(u32 sbdf, struct gone *g)
{
	int idx = mint_dev_find(sbdf), err;
	struct mint_dev d;

	if (idx < 0)
		return idx;
	err = mint_order_run(idx, &d, &g->back);
	return err == -EALREADY ? 0 : err;
}

/*
 * Whoever had the first @nr of them gets them back, used or not: whoever uses one
 * where it came a moment ago cannot have it without the others.  All at the same
 * time, which is not that of the move: that may be over.
 */
static void move_back(const struct mint_dev_move *mv, struct gone *gone, u32 nr)
{
	int err, stuck = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		err = stuck ?: begin_way_back(mv->sbdf[i], mv->to, &gone[i]);
		/* Who does not stop is not waited for again. */
		if (err == -EBUSY || err == -ETIMEDOUT)
			stuck = err;
		if (err)
			pr_warn("%s does not go back with its siblings (%d)\n",
				mint_bdf(mv->sbdf[i]).s, err);
	}
	for (i = 0; i < nr; i++) {
		err = gone[i].back.os ? end_way_back(mv->sbdf[i], &gone[i]) : 0;
		if (err)
			pr_warn("%s did not go back with its siblings (%d)\n",
				mint_bdf(mv->sbdf[i]).s, err);
	}
}

/* Not finished, but there: then the others belong there, too. */
static bool is_there(u32 sbdf, u32 to)
{
	struct mint_dev d;
	int idx = mint_dev_find(sbdf);

	return idx >= 0 && !mint_dev_copy(idx, &d) && to && d.owner == to;
}

/* The id may belong to another OS by now. */
static int check_still(const struct mint_dev_move *mv,
		       struct netlink_ext_ack *extack)
{
	if (!mv->to ||
	    READ_ONCE(mint_os(mv->to)->generation) == mv->to_generation)
		return 0;
	mint_dev_err(extack, "%.20s was destroyed meanwhile; see mintctl dev list",
		     mv->to_name);
	return -ESTALE;
}

/* When all of it is to be done. */
static unsigned long end_of(const struct mint_dev_move *mv)
{
	u32 ms = mv->timeout_ms ?: mv->nr * MINT_HP_TIMEOUT_MS;

	return jiffies + msecs_to_jiffies(clamp(ms, MINT_HP_TIMEOUT_MIN_MS,
						MINT_HP_TIMEOUT_MAX_MS));
}

static int order_in_time(const struct mint_dev_move *mv, u32 sbdf,
			 unsigned long end, struct netlink_ext_ack *extack)
{
	unsigned long now = jiffies;

	if (time_before(now, end))
		return order_one(sbdf, mv->to, mv->options,
				 jiffies_to_msecs(end - now), extack);
	mint_dev_err(extack, "%s stays: the others took all the time; see --timeout",
		     mint_bdf(sbdf).s);
	return -ETIMEDOUT;
}

static int move_one(const struct mint_dev_move *mv, u32 sbdf, unsigned long end,
		    u32 *from, struct netlink_ext_ack *extack)
{
	struct mint_dev d;
	int err = mint_dev_get(sbdf, &d, extack);

	if (err < 0)
		return err;
	*from = d.owner;
	if (!d.owner && mv->options & MINT_ORDER_DRY_RUN)
		return 0;
	return check_still(mv, extack) ?: order_in_time(mv, sbdf, end, extack);
}

/* Each that is asked to leave by itself. */
static int move_each(const struct mint_dev_move *mv, unsigned long end,
		     struct netlink_ext_ack *extack)
{
	int err = 0;
	u32 i, from;

	for (i = 0; i < mv->nr && !err; i++)
		err = move_one(mv, mv->sbdf[i], end, &from, extack);
	return err;
}

/* All or none; @gone has room for all. */
static int move_together(const struct mint_dev_move *mv, unsigned long end,
			 struct gone *gone, struct netlink_ext_ack *extack)
{
	unsigned long rest;
	int err, first = 0;
	u32 i;

	for (i = 0; i < mv->nr; i++) {
		err = move_one(mv, mv->sbdf[i], end, &gone[i].from,
			       first ? NULL : extack);
		if (!err)
			continue;
		if (err == -ESTALE || !is_there(mv->sbdf[i], mv->to)) {
			move_back(mv, gone, i);
			return first ?: err;
		}
		/* It cannot come back, so the rest follows; the time may be over. */
		rest = jiffies + msecs_to_jiffies(MINT_HP_BACK_MS);
		if (!first && time_before(end, rest))
			end = rest;
		first = first ?: err;
	}
	return first;
}

static int move_all(const struct mint_dev_move *mv, unsigned long end,
		    struct netlink_ext_ack *extack)
{
	struct gone *gone;
	int err;

	if (!mv->siblings || mv->options & MINT_ORDER_DRY_RUN)
		return move_each(mv, end, extack);
	gone = kcalloc(mv->nr, sizeof(*gone), GFP_KERNEL);
	if (!gone)
		return -ENOMEM;
	err = move_together(mv, end, gone, extack);
	kfree(gone);
	return err;
}

int mint_order_together(const struct mint_dev_move *mv)
{
	struct mint_dev d;
	u32 i;
	int err;

	for (i = 0; i < mv->nr; i++) {
		err = mint_dev_get(mv->sbdf[i], &d, NULL);
		if (err >= 0)
			err = mint_legacydev_check_move(&d, mv->to, NULL);
		if (err)
			return err;
	}
	return move_all(mv, end_of(mv), NULL);
}

int mint_dev_move(struct mint_dev_move *mv, struct netlink_ext_ack *extack)
{
	unsigned long end;
	struct mint_dev d;
	int err = 0, idx;
	u32 i;

	mv->to = mv->to_name ? mint_os_find(mv->to_name) : MINT_OS_NONE;
	if (mv->to_name && !mv->to) {
		mint_dev_err(extack, "no OS is named '%.20s'; see mintctl os list",
			     mv->to_name);
		return -ENOENT;
	}
	mv->to_generation = mv->to ? READ_ONCE(mint_os(mv->to)->generation) : 0;
	if (mv->siblings)
		err = add_siblings(mv, extack);
	end = end_of(mv);
	for (i = 0; !err && i < mv->nr; i++) {
		idx = mint_dev_get(mv->sbdf[i], &d, extack);
		err = idx < 0 ? idx : mint_dev_check_machine(extack) ?:
				      mint_check_move(&d, mv, extack);
	}
	return err ?: move_all(mv, end, extack);
}

int mint_dev_give(u32 sbdf, u32 to, struct netlink_ext_ack *extack)
{
	return order_one(sbdf, to, MINT_ORDER_WAITING, 0, extack);
}
