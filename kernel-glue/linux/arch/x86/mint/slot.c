// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is plugged and unplugged while several OSes run.
 *
 * A new function belongs to the OS that has the port above it, which has given it
 * its addresses; from there it goes to the OS that a policy names, before a driver
 * here has seen it.  The functions of a slot share its reset, its wires and its
 * power: they go together or stay together.  A slot is powered off only when all
 * that is in it has been let go of, whoever had it, or did not in its time.
 */
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/mint.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../../../drivers/pci/pci.h"
#include "hold.h"
#include "mint.h"
#include "move.h"
#include "pci.h"
#include "policy.h"
#include "slot.h"

/* How long who has functions of a slot may take until it is powered off. */
#define EJECT_TIMEOUT		(20 * HZ)
/* How often they are asked again. */
#define ASK_PERIOD		HZ
/* After that the slot should be off; how often to look, and for how long. */
#define OFF_PERIOD		(HZ / 2)
#define OFF_TIMEOUT		(60 * HZ)
/* How often to look for functions whose OS has not let go after all that. */
#define LATE_PERIOD		(5 * HZ)

/* ---- the functions of a slot -------------------------------------------------- */

struct pci_dev *mint_slot_function(struct pci_dev *pdev, unsigned int nr)
{
	unsigned int devfn = PCI_DEVFN(PCI_SLOT(pdev->devfn), nr);
	struct pci_dev *fn;

	if (pdev->is_virtfn)
		return devfn == pdev->devfn ? pci_dev_get(pdev) : NULL;
	fn = pci_get_slot(pdev->bus, devfn);
	if (fn && fn->is_virtfn) {
		pci_dev_put(fn);
		return NULL;
	}
	return fn;
}

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

/* ---- plugged -------------------------------------------------------------------- */

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
void mint_slot_hold(struct pci_dev *pdev)
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

void mint_slot_send_on(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (pci_dev_is_added(pdev) && mint_hold_is(pdev, MINT_HOLD_NEW))
			send_on(pdev);
}

/* ---- unplugged -------------------------------------------------------------------- */

/**
 * struct slot - a slot that is to be powered off
 * @bus:	below its port
 * @device:	its number there, -1 = all
 */
struct slot {
	struct pci_bus *bus;
	int device;
};

static bool in_slot(const struct slot *s, u32 sbdf)
{
	u8 bus = MINT_SBDF_BUS(sbdf);

	if (sbdf >> 16 != pci_domain_nr(s->bus))
		return false;
	if (bus == s->bus->number)
		return s->device < 0 ||
		       PCI_SLOT(MINT_SBDF_DEVFN(sbdf)) == s->device;
	return s->device < 0 && bus > s->bus->number &&
	       bus <= s->bus->busn_res.end;
}

/* Entry @idx, when it is in the slot and still there. */
static bool copy_if_in_slot(const struct slot *s, u32 idx, struct mint_dev *d)
{
	return READ_ONCE(mint_dev(idx)->state) != MINT_DEV_FREE &&
	       !mint_dev_copy(idx, d) && in_slot(s, d->sbdf) &&
	       d->state != MINT_DEV_GONE;
}

static bool is_ours(const struct mint_dev *d)
{
	return d->owner == mint_self.os && d->state == MINT_DEV_OWNED;
}

/* Nobody uses it, or who did cannot any more. */
static bool is_let_go(const struct mint_dev *d)
{
	return is_ours(d) || (d->state == MINT_DEV_OWNED &&
			      (!d->owner || mint_move_is_stopped(d->owner)));
}

static void set_eject(u32 idx, u32 eject)
{
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	mint_dev(idx)->eject = eject;
	mint_shm_unlock(flags);
}

/* Whoever has it shall let go.  On its way: it ends, and nobody takes it any more. */
static void ask_for(u32 idx)
{
	struct mint_hp_order o;
	struct mint_dev d;
	struct mint_move m = { .idx = idx, .d = &d };

	mint_hp_order_init(&o, mint_self.os, MINT_OS_NONE, MINT_ORDER_EJECT, 0);
	mint_order_place(&o, &m);
}

/* How many of the slot are still with somebody. */
static u32 nr_held(const struct slot *s, bool ask)
{
	struct mint_dev d;
	u32 i, nr = 0;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (!copy_if_in_slot(s, i, &d) || is_let_go(&d))
			continue;
		nr++;
		if (ask)
			ask_for(i);
	}
	return nr;
}

static void tell_who_keeps(const struct slot *s)
{
	char name[MINT_NAME_LEN];
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (copy_if_in_slot(s, i, &d) && !is_let_go(&d))
			pr_err("%s: %s does not let go, its slot goes off all the same\n",
			       mint_bdf(d.sbdf).s, mint_os_name(d.owner, name));
}

static void watch_slots(struct work_struct *work);
static DECLARE_DELAYED_WORK(off_work, watch_slots);
static unsigned long off_deadline;

/*
 * One that is out of its slot while its OS hangs keeps its place until that OS lets
 * go, or is stopped: it could still touch what is plugged in there.
 */
static void watch_one(u32 idx, const struct mint_dev *d, bool late)
{
	if (mint_dev_answers(d)) {
		if (!late)
			return;
		/* The slot stays on. */
		set_eject(idx, 0);
		mint_pci_leaving(d->sbdf, false);
	} else if (!is_let_go(d)) {
		ask_for(idx);
	}
}

/* Until what was let go of is gone, or the slot stays on. */
static void watch_slots(struct work_struct *work)
{
	bool late = time_after(jiffies, READ_ONCE(off_deadline));
	bool waiting = false;
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (!READ_ONCE(mint_dev(i)->eject) || mint_dev_copy(i, &d) ||
		    d.state == MINT_DEV_GONE)
			continue;
		watch_one(i, &d, late);
		waiting = true;
	}
	mint_dev_census();
	if (waiting)
		schedule_delayed_work(&off_work, late ? LATE_PERIOD : OFF_PERIOD);
}

/* The filter keeps the port above from switching off what others have. */
static void let_go_off(const struct slot *s)
{
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE &&
		    !mint_dev_copy(i, &d) && in_slot(s, d.sbdf) &&
		    !mint_pci_owns(d.sbdf))
			mint_pci_leaving(d.sbdf, true);
}

/* Also what is here: it shall not leave now.  Whether there is anything. */
static bool mark_for_eject(const struct slot *s)
{
	struct mint_dev d;
	bool any = false;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (copy_if_in_slot(s, i, &d)) {
			set_eject(i, 1);
			any = true;
		}
	return any;
}

void mint_slot_off(struct pci_bus *bus, int device)
{
	struct slot s = { .bus = bus, .device = device };
	unsigned long end = jiffies + EJECT_TIMEOUT;
	u32 left;

	if (!mint_self.active || !mint_shm || !mark_for_eject(&s))
		return;
	mint_event_send_all(MINT_EV_DEV);
	while ((left = nr_held(&s, true)) && time_before(jiffies, end))
		wait_event_timeout(mint_move_waitq, nr_held(&s, false) < left,
				   ASK_PERIOD);
	tell_who_keeps(&s);
	let_go_off(&s);
	WRITE_ONCE(off_deadline, jiffies + OFF_TIMEOUT);
	mod_delayed_work(system_wq, &off_work, OFF_PERIOD);
}
