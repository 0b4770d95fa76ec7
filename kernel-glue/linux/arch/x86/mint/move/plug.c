// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is plugged while several OSes run.
 *
 * A new function belongs to the OS that has the port above it, which has given it
 * its addresses; from there it goes to the OS that a policy names, before a driver
 * here has seen it.  The functions of a slot share its reset, its wires and its
 * power: they go together or stay together.
 */
#include <linux/device.h>
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../../../../drivers/pci/pci.h"
#include "base/base.h"
#include "move/hold.h"
#include "move/internal.h"
#include "move/move.h"
#include "pci/pci.h"

static bool waits(struct pci_dev *fn)
{
	return mint_hold_is(fn, MINT_HOLD_NEW) ||
	       mint_hold_is(fn, MINT_HOLD_GOING);
}

/* A bridge goes nowhere, and what a driver here may have seen stays. */
static bool is_bound_to_here(struct pci_dev *fn)
{
	return fn->hdr_type != PCI_HEADER_TYPE_NORMAL ||
	       (pci_dev_is_added(fn) && !waits(fn));
}

static bool stays(struct pci_dev *pdev)
{
	struct pci_dev *fn;
	bool found = false;
	unsigned int nr;

	for (nr = 0; nr < MINT_SLOT_FUNCTIONS && !found; nr++) {
		fn = mint_slot_function(pdev, nr);
		found = fn && is_bound_to_here(fn);
		pci_dev_put(fn);
	}
	return found;
}

/* Who has the rest of a slot that somebody has found one more function of. */
static u32 owner_of_rest(struct pci_dev *pdev)
{
	u32 slot = MINT_SBDF_SLOT(mint_pci_sbdf(pdev)), i;
	struct mint_dev d;

	for (i = 0; i < MINT_MAX_DEVS && !pdev->is_virtfn; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE &&
		    MINT_SBDF_SLOT(READ_ONCE(mint_dev(i)->sbdf)) == slot &&
		    !mint_dev_copy(i, &d) && d.state == MINT_DEV_OWNED &&
		    d.flags & MINT_DEVF_SIBLINGS && d.owner != mint_self.os &&
		    mint_os_alive(d.owner))
			return d.owner;
	return MINT_OS_NONE;
}

/* Which other OS is to get the slot of @pdev; MINT_OS_NONE: it stays. */
static u32 target_of(struct pci_dev *pdev)
{
	u32 os = MINT_OS_NONE;

	if (!stays(pdev))
		os = owner_of_rest(pdev) ?: mint_policy_for(pdev);
	return os == mint_self.os ? MINT_OS_NONE : os;
}

static void hold_one(struct pci_dev *fn, u32 os)
{
	if (pci_dev_is_added(fn))
		return;
	if (!os)
		mint_hold_end(fn);
	else if (!waits(fn) && mint_hold(fn, MINT_HOLD_NEW))
		pci_warn(fn, "mint: a driver may see it on its way to OS %u\n",
			 os);
}

/* Each function that is found may change what is right for the others. */
static void hold_slot(struct pci_dev *pdev)
{
	u32 os = target_of(pdev);
	struct pci_dev *fn;
	unsigned int nr;

	for (nr = 0; nr < MINT_SLOT_FUNCTIONS; nr++) {
		fn = mint_slot_function(pdev, nr);
		if (fn)
			hold_one(fn, os);
		pci_dev_put(fn);
	}
}

/* Also those that came back: they are other devices by now, with a driver. */
static void let_drivers_see(struct pci_dev *pdev)
{
	struct pci_dev *fn;
	unsigned int nr;

	for (nr = 0; nr < MINT_SLOT_FUNCTIONS; nr++) {
		fn = mint_slot_function(pdev, nr);
		if (fn && !pci_dev_is_disconnected(fn) && waits(fn))
			mint_hold_attach_later(fn);
		pci_dev_put(fn);
	}
}

/**
 * struct sending - a slot that is sent on; one that hangs keeps no other waiting
 * @pdev:	one of its functions, with a reference
 */
struct sending {
	struct work_struct work;
	struct pci_dev *pdev;
};

static int send_slot(struct pci_dev *pdev, u32 os)
{
	struct mint_dev_move mv = {
		.to = os,
		.to_generation = READ_ONCE(mint_os(os)->generation),
		.siblings = true,
		.options = MINT_ORDER_NO_DRIVER,
	};
	struct pci_dev *fn;
	unsigned int nr;

	for (nr = 0; nr < MINT_SLOT_FUNCTIONS; nr++) {
		fn = mint_slot_function(pdev, nr);
		if (fn)
			mv.sbdf[mv.nr++] = mint_pci_sbdf(fn);
		pci_dev_put(fn);
	}
	return mint_order_together(&mv);
}

static void send_work(struct work_struct *work)
{
	struct sending *s = container_of(work, struct sending, work);
	char name[MINT_NAME_LEN];
	u32 os = target_of(s->pdev);
	int err = os ? send_slot(s->pdev, os) : -EHOSTDOWN;

	if (err) {
		pci_warn(s->pdev, "mint: its slot did not go to %s as it should (%d)\n",
			 mint_os_name(os, name), err);
		let_drivers_see(s->pdev);
	}
	pci_dev_put(s->pdev);
	kfree(s);
}

/* From now on it is being sent, and not found again. */
static bool mark_as_going(struct pci_dev *pdev)
{
	struct pci_dev *fn;
	unsigned int nr;
	int err = 0;

	for (nr = 0; nr < MINT_SLOT_FUNCTIONS; nr++) {
		fn = mint_slot_function(pdev, nr);
		if (fn && mint_hold_is(fn, MINT_HOLD_NEW))
			err = mint_hold(fn, MINT_HOLD_GOING) ?: err;
		pci_dev_put(fn);
	}
	return !err;
}

static void send_on(struct pci_dev *pdev)
{
	struct sending *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s || !mark_as_going(pdev)) {
		kfree(s);
		pci_warn(pdev, "mint: no memory to send its slot on, it stays\n");
		let_drivers_see(pdev);
		return;
	}
	s->pdev = pci_dev_get(pdev);
	INIT_WORK(&s->work, send_work);
	queue_work(system_unbound_wq, &s->work);
}

static void send_all_on(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (pci_dev_is_added(pdev) && mint_hold_is(pdev, MINT_HOLD_NEW))
			send_on(pdev);
}

static int news(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct mint_census_news *n = data;

	if (event == MINT_CENSUS_FOUND)
		hold_slot(n->pdev);
	else if (event == MINT_CENSUS_DONE)
		send_all_on();
	return NOTIFY_OK;
}

static struct notifier_block news_nb = { .notifier_call = news };

static int __init mint_plug_init(void)
{
	if (mint_self.active)
		mint_census_watch(&news_nb);
	return 0;
}
core_initcall(mint_plug_init);
