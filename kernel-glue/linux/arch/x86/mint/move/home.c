// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that go home: of an OS that is taken apart, or was not made after all.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/slab.h>

#include "base/base.h"
#include "base/life.h"
#include "move/internal.h"
#include "move/move.h"
#include "pci/pci.h"

/* Fenced, or given to an OS that never ran. */
static bool was_of(const struct mint_dev *d, u32 os)
{
	return d->owner ? d->owner == os : d->from == os;
}

/* What an OS that never ran had is silent; it becomes nobody's. */
static int take_from(u32 idx, struct mint_dev *d)
{
	struct mint_move m = { .idx = idx, .d = d };
	struct mint_hp_entry seen, next;
	int err = mint_move_copy(&m, &seen);

	if (err || !seen.owner)
		return err;
	next = seen;
	next.owner = MINT_OS_NONE;
	return mint_dev_change(idx, d->sbdf, &seen, &next);
}

static int send_to(u32 idx, struct mint_dev *d, u32 to)
{
	struct mint_hp_order o;
	int err = take_from(idx, d);

	if (err || !mint_os_alive(to))
		return err;
	mint_hp_order_init(&o, mint_self.os, to, MINT_ORDER_NO_DRIVER, 0);
	err = mint_order_run(idx, d, &o);
	return err == -EALREADY ? 0 : err;
}

void mint_dev_put_back(u32 sbdf, u32 os, u32 to)
{
	int idx = mint_dev_find(sbdf), err;
	struct mint_dev d;

	/* What it never got, its owner has still, or nobody. */
	if (idx < 0 || mint_dev_copy(idx, &d) ||
	    (d.owner != os && (d.owner || !to)))
		return;
	err = send_to(idx, &d, to);
	if (err)
		pr_warn("%s did not go back (%d)\n", mint_bdf(sbdf).s, err);
}

/* Places the order only: all of them go home at the same time. */
static void begin_way_home(u32 idx, struct mint_dev *d, struct mint_hp_order *o)
{
	struct mint_move m = { .idx = idx, .d = d };
	int err = take_from(idx, d);

	if (!mint_os_alive(d->home))
		return;
	if (err) {
		pr_warn("%s did not come home (%d)\n", mint_bdf(d->sbdf).s, err);
		return;
	}
	mint_hp_order_init(o, mint_self.os, d->home, MINT_ORDER_NO_DRIVER, 0);
	mint_order_place(o, &m);
}

static void end_way_home(u32 idx, struct mint_hp_order *o)
{
	struct mint_dev d = {};
	int err = mint_order_run(idx, &d, o);

	if (err && err != -EALREADY)
		pr_warn("%s did not come home (%d)\n",
			mint_bdf(READ_ONCE(mint_dev(idx)->sbdf)).s, err);
}

static bool goes_home(u32 idx, u32 os, struct mint_dev *d)
{
	return READ_ONCE(mint_dev(idx)->state) == MINT_DEV_OWNED &&
	       !mint_dev_copy(idx, d) && was_of(d, os) && d->home &&
	       d->home != os;
}

static void send_home(u32 os)
{
	struct mint_hp_order *orders = kvcalloc(MINT_MAX_DEVS, sizeof(*orders),
						GFP_KERNEL);
	struct mint_dev d;
	u32 i;

	if (!orders) {
		pr_err("no memory to send the devices of OS %u home\n", os);
		return;
	}
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (goes_home(i, os, &d))
			begin_way_home(i, &d, &orders[i]);
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (orders[i].os)
			end_way_home(i, &orders[i]);
	kvfree(orders);
}

static struct mint_life home_life = {
	.order	= MINT_LIFE_DEVS,
	.reclaim = send_home,
};

static int __init mint_home_init(void)
{
	if (mint_self.active)
		mint_life_register(&home_life);
	return 0;
}
core_initcall(mint_home_init);
