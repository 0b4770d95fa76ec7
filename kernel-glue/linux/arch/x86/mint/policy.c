// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is plugged and unplugged while several OSes run.
 *
 * A new function belongs to the OS that has the port above it, which has given it
 * its addresses; from there it goes to the OS that a policy names, before a driver
 * here has seen it.  A slot is powered off only when all that is in it has been let
 * go of, whoever had it.
 */
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/mint.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "mint.h"
#include "move.h"
#include "pci.h"
#include "policy.h"

/* No driver is called so: a function with this override waits. */
static const char hold_name[] = "mint-hold";

/* How long who has a function may take until the slot is powered off. */
#define EJECT_TIMEOUT		(30 * HZ)
/* After that the slot should be off; how often to look, and for how long. */
#define OFF_PERIOD		(HZ / 2)
#define OFF_TIMEOUT		(60 * HZ)

/* ---- the table of policies --------------------------------------------------- */

static struct mint_policy *policy(u32 i)
{
	return (struct mint_policy *)mint_shm_at(MINT_OFF_POLICIES) + i;
}

bool mint_policy_copy(u32 i, struct mint_policy *p)
{
	memcpy(p, policy(i), sizeof(*p));
	barrier();	/* the copy is what is checked and used */
	p->os[sizeof(p->os) - 1] = '\0';
	return p->kind > MINT_POLICY_FREE && p->kind <= MINT_POLICY_CLASS;
}

/* Its place, or a free one, or -ENOSPC; under the table's lock. */
static int find_place(u32 kind, u32 key)
{
	int i, found = -ENOSPC;

	for (i = 0; i < MINT_MAX_POLICIES; i++) {
		if (policy(i)->kind == kind && policy(i)->key == key)
			return i;
		if (policy(i)->kind == MINT_POLICY_FREE && found < 0)
			found = i;
	}
	return found;
}

int mint_policy_set(u32 kind, u32 key, const char *os,
		    struct netlink_ext_ack *extack)
{
	struct mint_policy p = { .kind = kind, .key = key };
	unsigned long flags;
	int i, err;

	err = mint_shm_lock(&flags);
	if (err) {
		mint_shm_lock_explain(extack);
		return err;
	}
	i = find_place(kind, key);
	if (i >= 0 && os) {
		strscpy(p.os, os, sizeof(p.os));
		*policy(i) = p;
	} else if (i >= 0 && policy(i)->kind == kind) {
		memset(policy(i), 0, sizeof(p));
	} else if (!os) {
		i = -ENOENT;
	}
	mint_shm_unlock(flags);
	if (i == -ENOENT)
		mint_dev_err(extack, "there is no such policy; see mintctl dev policy");
	else if (i < 0)
		mint_dev_err(extack, "%u policies at most; remove one first",
			     MINT_MAX_POLICIES);
	return min(i, 0);
}

static bool fits(const struct mint_policy *p, const struct pci_dev *pdev)
{
	struct pci_dev *port = pci_upstream_bridge((struct pci_dev *)pdev);

	switch (p->kind) {
	case MINT_POLICY_BDF:
		return p->key == mint_pci_sbdf(pdev);
	case MINT_POLICY_PORT:
		return port && p->key == mint_pci_sbdf(port);
	default:
		return p->key == pdev->class >> 8;
	}
}

/* Who is to get it; 0: nobody is named, or who is named does not run. */
static u32 policy_for(const struct pci_dev *pdev)
{
	u32 i, os = MINT_OS_NONE, best = MINT_POLICY_CLASS + 1;
	struct mint_policy p;

	for (i = 0; i < MINT_MAX_POLICIES; i++) {
		if (!mint_policy_copy(i, &p) || p.kind >= best || !fits(&p, pdev))
			continue;
		best = p.kind;
		os = mint_os_find(p.os);
	}
	return mint_os_alive(os) ? os : MINT_OS_NONE;
}

/* ---- plugged -------------------------------------------------------------------- */

void mint_policy_hold(struct pci_dev *pdev)
{
	u32 os = policy_for(pdev);

	if (os == MINT_OS_NONE || os == mint_self.os ||
	    pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return;
	if (device_set_driver_override(&pdev->dev, hold_name))
		pci_warn(pdev, "mint: a driver may see it on its way to OS %u\n",
			 os);
}

/* Nobody else got it. */
static void let_drivers_see(struct pci_dev *pdev)
{
	if (device_set_driver_override(&pdev->dev, ""))
		return;
	if (device_attach(&pdev->dev) < 0)
		pci_warn(pdev, "mint: its driver fails\n");
}

/* As device_match_driver_override(), whose early return sparse does not follow. */
static bool is_held(struct pci_dev *pdev)
{
	const char *name;
	bool held;

	spin_lock(&pdev->dev.driver_override.lock);
	name = pdev->dev.driver_override.name;
	held = name && !strcmp(name, hold_name);
	spin_unlock(&pdev->dev.driver_override.lock);
	return held;
}

static void send_on(struct pci_dev *pdev)
{
	u32 os = policy_for(pdev);
	struct mint_hp_order o;
	struct mint_dev d;
	int idx = mint_dev_find(mint_pci_sbdf(pdev));
	int err = -EHOSTDOWN;

	if (idx >= 0 && os && !mint_dev_copy(idx, &d))
		err = mint_legacydev_check_move(&d, os, NULL);
	if (!err) {
		mint_hp_order_init(&o, mint_self.os, os, MINT_ORDER_NO_DRIVER, 0);
		err = mint_order_run(idx, &d, &o);
	}
	if (!err)
		return;
	pci_warn(pdev, "mint: did not go to OS %u (%d), stays here\n", os, err);
	/* It came back as another device, if it had left at all. */
	if (!pci_dev_is_disconnected(pdev) && is_held(pdev))
		let_drivers_see(pdev);
}

static void send_all_on(struct work_struct *work)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (is_held(pdev))
			send_on(pdev);
}

static DECLARE_WORK(send_work, send_all_on);

void mint_policy_apply(void)
{
	schedule_work(&send_work);
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

/* Whether entry @idx is in the slot and with somebody else, or on its way. */
static bool is_elsewhere(const struct slot *s, u32 idx)
{
	struct mint_dev d;

	return READ_ONCE(mint_dev(idx)->state) != MINT_DEV_FREE &&
	       !mint_dev_copy(idx, &d) && in_slot(s, d.sbdf) &&
	       d.state != MINT_DEV_GONE &&
	       (d.owner != mint_self.os || d.state != MINT_DEV_OWNED);
}

static void set_eject(u32 idx, u32 eject)
{
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	mint_dev(idx)->eject = eject;
	mint_shm_unlock(flags);
}

/* Whoever has it lets go; until the end of @deadline, in jiffies. */
static int call_in(u32 idx, unsigned long deadline)
{
	struct mint_hp_order o;
	struct mint_dev d;
	u32 seq;
	int err;

	do {
		seq = READ_ONCE(mint_dev(idx)->seq);
		mint_hp_order_init(&o, mint_self.os, MINT_OS_NONE,
				   MINT_ORDER_EJECT, 0);
		err = mint_order_run(idx, &d, &o);
		if (err != -EBUSY || o.number)
			break;
		/* On its way: it ends, and nobody takes it any more. */
		wait_event_timeout(mint_move_waitq,
				   READ_ONCE(mint_dev(idx)->seq) != seq, HZ);
	} while (time_before(jiffies, deadline));
	return err == -EALREADY || err == -ENODEV ? 0 : err;
}

static void watch_slots(struct work_struct *work);
static DECLARE_DELAYED_WORK(off_work, watch_slots);
static unsigned long off_deadline;

/* Until what was let go of does not answer any more, or the slot stays on. */
static void watch_slots(struct work_struct *work)
{
	bool waiting = false;
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (!READ_ONCE(mint_dev(i)->eject) || mint_dev_copy(i, &d) ||
		    d.state == MINT_DEV_GONE)
			continue;
		if (time_before_eq(jiffies, off_deadline)) {
			waiting = true;
			continue;
		}
		set_eject(i, 0);
		mint_pci_leaving(d.sbdf, false);
	}
	mint_dev_census();
	if (waiting)
		schedule_delayed_work(&off_work, OFF_PERIOD);
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

void mint_slot_off(struct pci_bus *bus, int device)
{
	struct slot s = { .bus = bus, .device = device };
	unsigned long deadline = jiffies + EJECT_TIMEOUT;
	bool any = false;
	u32 i;

	if (!mint_self.active || !mint_shm)
		return;
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (is_elsewhere(&s, i)) {
			set_eject(i, 1);
			any = true;
		}
	if (!any)
		return;
	mint_event_send_all(MINT_EV_DEV);
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (is_elsewhere(&s, i) && call_in(i, deadline))
			pr_err("%s: its owner does not let go, its slot goes off all the same\n",
			       mint_bdf(READ_ONCE(mint_dev(i)->sbdf)).s);
	let_go_off(&s);
	off_deadline = jiffies + OFF_TIMEOUT;
	mod_delayed_work(system_wq, &off_work, OFF_PERIOD);
}
