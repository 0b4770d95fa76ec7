// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders that are given in this OS: a PCI function shall pass from some OS to
 * another.  What happens then is in hotplug/handover.c.
 */
#include <linux/errno.h>
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
	struct mint_dev d, other;

	for (k = 0; k < nr; k++) {
		i = mint_dev_find(mv->sbdf[k]);
		if (i >= MINT_MAX_DEVS || mint_dev_copy(i, &d))
			continue;	/* will be refused by name */
		for (i = 0; i < MINT_MAX_DEVS; i++) {
			if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE ||
			    mint_dev_copy(i, &other) || !mint_is_sibling(&d, &other) ||
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

/* Also from an OS that has ended since. */
static int move_one_back(u32 sbdf, u32 from, u32 to, u32 timeout_ms)
{
	int idx = mint_dev_find(sbdf), err = 0;

	if (idx < 0)
		return idx;
	if (to && !mint_os_alive(to))
		err = mint_move_recall(idx, to);
	return err ?: order_one(sbdf, from, MINT_ORDER_NO_DRIVER |
				MINT_ORDER_FORCE, timeout_ms, NULL);
}

/*
 * Whoever had the first @nr of them gets them back, used or not: whoever uses one
 * where it came a moment ago cannot have it without the others.
 */
static void move_back(const struct mint_dev_move *mv, const u32 *from, u32 nr)
{
	int err;

	while (nr--) {
		err = move_one_back(mv->sbdf[nr], from[nr], mv->to,
				    mv->timeout_ms);
		if (err && err != -EALREADY)
			pr_warn("%s did not go back with its siblings (%d)\n",
				mint_bdf(mv->sbdf[nr]).s, err);
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

static int move_all(const struct mint_dev_move *mv,
		    struct netlink_ext_ack *extack)
{
	bool together = mv->siblings && !(mv->options & MINT_ORDER_DRY_RUN);
	u32 from[ARRAY_SIZE(mv->sbdf)], i;
	struct mint_dev d;
	int err, first = 0;

	for (i = 0; i < mv->nr; i++) {
		err = mint_dev_get(mv->sbdf[i], &d, extack);
		if (err < 0)
			return err;
		from[i] = d.owner;
		if (!from[i] && mv->options & MINT_ORDER_DRY_RUN)
			continue;
		err = check_still(mv, first ? NULL : extack);
		if (!err)
			err = order_one(mv->sbdf[i], mv->to, mv->options,
					mv->timeout_ms, first ? NULL : extack);
		first = first ?: err;
		if (!err || (together && err != -ESTALE &&
			     is_there(mv->sbdf[i], mv->to)))
			continue;
		if (together)
			move_back(mv, from, i);
		return first;
	}
	return first;
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
	return move_all(mv, NULL);
}

int mint_dev_move(struct mint_dev_move *mv, struct netlink_ext_ack *extack)
{
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
	for (i = 0; !err && i < mv->nr; i++) {
		idx = mint_dev_get(mv->sbdf[i], &d, extack);
		err = idx < 0 ? idx : mint_dev_check_machine(extack) ?:
				      mint_check_move(&d, mv, extack);
	}
	return err ?: move_all(mv, extack);
}

int mint_dev_give(u32 sbdf, u32 to, struct netlink_ext_ack *extack)
{
	return order_one(sbdf, to, MINT_ORDER_WAITING, 0, extack);
}
