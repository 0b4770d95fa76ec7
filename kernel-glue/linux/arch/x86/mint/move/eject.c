// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is unplugged while several OSes run.  A slot is powered off only when all
 * that is in it has been let go of, whoever had it, or did not in its time.
 */
#include <linux/jiffies.h>
#include <linux/mint.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "hotplug/handover.h"
#include "move/internal.h"
#include "pci/pci.h"

/* How long who has functions of a slot may take until it is powered off. */
#define EJECT_TIMEOUT		(20 * HZ)
/* How often they are asked again. */
#define ASK_PERIOD		HZ
/* After that the slot should be off; how often to look, and for how long. */
#define OFF_PERIOD		(HZ / 2)
#define OFF_TIMEOUT		(60 * HZ)
/* How often to look for functions whose OS has not let go after all that. */
#define LATE_PERIOD		(5 * HZ)

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
			      (!d->owner || mint_os_is_stopped(d->owner)));
}

static void set_eject(u32 idx, u32 eject)
{
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	mint_dev(idx)->eject = eject;
	mint_shm_unlock(flags);
}

/*
 * Whoever has it shall let go.  On its way: it ends, and nobody takes it any more.  @d is
 * room for a copy.
 */
static void ask_for(u32 idx, struct mint_dev *d)
{
	struct mint_hp_order o;
	struct mint_move m = { .idx = idx, .d = d };

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
			ask_for(i, &d);
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
static void watch_one(u32 idx, struct mint_dev *d, bool late)
{
	if (mint_dev_answers(d)) {
		if (!late)
			return;
		/* The slot stays on. */
		set_eject(idx, 0);
		mint_pci_leaving(d->sbdf, false);
	} else if (!is_let_go(d)) {
		ask_for(idx, d);
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
		wait_event_timeout(mint_dev_waitq, nr_held(&s, false) < left,
				   ASK_PERIOD);
	tell_who_keeps(&s);
	let_go_off(&s);
	WRITE_ONCE(off_deadline, jiffies + OFF_TIMEOUT);
	mod_delayed_work(system_wq, &off_work, OFF_PERIOD);
}
