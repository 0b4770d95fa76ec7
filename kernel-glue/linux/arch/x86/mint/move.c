// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a PCI function passes from one OS to another.
 *
 * A function belongs to exactly one OS or to nobody.  A move goes like this,
 * every arrow a change of its entry under the table's lock:
 *
 *	OWNED by A -> RELEASE to B -> CLAIM by B, nobody's -> CLAIM, B's -> OWNED
 *	      ordered         A let go           B has noticed       B has it
 *
 * Between A and B the function is nobody's and silent: no driver, decoding and
 * bus mastering off, INTx disabled, MSI and MSI-X off, reset where it can be.
 * Whoever orders the move watches the entry, waits for each arrow only so long,
 * and turns back what did not happen; an arrow is taken only by who finds the
 * entry as he last saw it (@seq), so two can never both go on.
 *
 * What the table says is a request or a fact told by another kernel.  What this
 * kernel may touch is decided by the filter in pci.c, which only mint_dev_take()
 * opens and mint_dev_give() closes.
 */
#include <linux/bitmap.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <asm/tsc.h>

#include "mint.h"
#include "pci.h"

/* How long who orders a move waits for each step that others do. */
#define STEP_TIMEOUT		(10 * HZ)

static DECLARE_WAIT_QUEUE_HEAD(dev_waitq);

static void phase(u32 idx, u32 which)
{
	WRITE_ONCE(mint_dev(idx)->phase_tsc[which], rdtsc());
}

/* ---- the place of a function that is away ------------------------------- */

/**
 * struct place - what the first OS keeps for a function it gave away
 * @res:	its address ranges, so that nothing else is put there
 * @bridge:	the bridge above it, kept awake and forwarding
 */
struct place {
	struct resource res[PCI_ROM_RESOURCE + 1];
	struct pci_dev *bridge;
};

static struct place *places[MINT_MAX_DEVS];

static void keep_bridge_awake(struct place *p, struct pci_dev *pdev)
{
	struct pci_dev *bridge = pci_upstream_bridge(pdev);

	if (!bridge)
		return;
	/* Its new owner cannot write to it, so this is the time to do it. */
	if (!pci_is_enabled(bridge) && pci_enable_device(bridge))
		pci_warn(bridge, "mint: cannot enable the way to %s\n",
			 pci_name(pdev));
	pci_set_master(bridge);
	pm_runtime_get_sync(&bridge->dev);
	p->bridge = pci_dev_get(bridge);
}

/* Takes @pdev out of this kernel and reserves its place.  Rescan lock held. */
static void remove_keeping(u32 idx, struct pci_dev *pdev)
{
	struct resource *parent[PCI_ROM_RESOURCE + 1] = {};
	struct place *p = NULL;
	unsigned int i;

	if (!mint_self.further)
		p = kzalloc(sizeof(*p), GFP_KERNEL);
	for (i = 0; p && i <= PCI_ROM_RESOURCE; i++) {
		struct resource *r = &pdev->resource[i];

		parent[i] = r->parent;
		p->res[i] = DEFINE_RES_NAMED(r->start, resource_size(r),
					     "mint: given away", r->flags);
	}
	if (p)
		keep_bridge_awake(p, pdev);
	pci_stop_and_remove_bus_device(pdev);
	for (i = 0; p && i <= PCI_ROM_RESOURCE; i++)
		if (parent[i] && request_resource(parent[i], &p->res[i]))
			pr_warn("cannot reserve %pR\n", &p->res[i]);
	places[idx] = p;
}

static void give_up_place(u32 idx)
{
	struct place *p = places[idx];
	unsigned int i;

	if (!p)
		return;
	places[idx] = NULL;
	for (i = 0; i <= PCI_ROM_RESOURCE; i++)
		if (p->res[i].parent)
			release_resource(&p->res[i]);
	if (p->bridge) {
		pm_runtime_put(&p->bridge->dev);
		pci_dev_put(p->bridge);
	}
	kfree(p);
}

/* ---- giving ------------------------------------------------------------- */

static void reset_function(struct pci_dev *pdev)
{
	int err = pci_reset_function(pdev);

	/* Without a reset of its own it keeps what its driver left in it. */
	if (err && err != -ENOTTY)
		pci_warn(pdev, "mint: its reset failed (%d)\n", err);
}

/* Out of this kernel, silent, and behind the filter. */
static void let_go(u32 idx, u32 sbdf)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0,
				MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf));

	if (pdev) {
		device_release_driver(&pdev->dev);
		phase(idx, MINT_PHASE_UNBIND);
		reset_function(pdev);
		phase(idx, MINT_PHASE_RESET);
		WRITE_ONCE(mint_dev_leaving, sbdf);
		pci_lock_rescan_remove();
		remove_keeping(idx, pdev);
		pci_unlock_rescan_remove();
		WRITE_ONCE(mint_dev_leaving, ~0u);
		pci_dev_put(pdev);
	}
	mint_dev_silence(sbdf);
	mint_pci_disown(sbdf);
	phase(idx, MINT_PHASE_RELEASE);
}

/* A running OS has to take it; one that is not running finds it when it boots. */
static int hand_over(u32 idx, struct mint_dev *d, u32 to)
{
	struct mint_dev_arrow a = { .state = MINT_DEV_OWNED, .owner = to };

	if (to != MINT_OS_NONE && mint_os_alive(to)) {
		a.state = MINT_DEV_CLAIM;
		a.owner = MINT_OS_NONE;
		a.to = to;
	}
	return mint_dev_change(idx, d, &a);
}

static int bring_in(u32 idx, const struct mint_dev *d);

static int give_entry(u32 idx, struct mint_dev *d, u32 to,
		      struct netlink_ext_ack *extack)
{
	int err;

	if (d->owner == MINT_OS_NONE && d->state == MINT_DEV_OWNED)
		return hand_over(idx, d, to);
	if (d->owner != mint_self.os || !mint_pci_owns(d->sbdf) ||
	    d->state == MINT_DEV_CLAIM) {
		mint_dev_err(extack, "%s is not this OS's; see mintctl dev list",
			     mint_bdf(d->sbdf).s);
		return -EPERM;
	}
	let_go(idx, d->sbdf);
	err = hand_over(idx, d, to);
	if (!err)
		return 0;
	/* Called off in the meantime, or the table is stuck: it stays here. */
	mint_dev_err(extack, "giving %s was called off; try again",
		     mint_bdf(d->sbdf).s);
	if (bring_in(idx, d))
		pr_err("%s could not be taken back\n",
		       mint_bdf(d->sbdf).s);
	return err;
}

int mint_dev_give(u32 sbdf, u32 to, struct netlink_ext_ack *extack)
{
	struct mint_dev d;
	int idx, err;

	if (to > MINT_MAX_OSES)
		return -EINVAL;
	mutex_lock(&mint_dev_mutex);
	idx = mint_dev_get(sbdf, &d, extack);
	err = idx < 0 ? idx : give_entry(idx, &d, to, extack);
	mutex_unlock(&mint_dev_mutex);
	return err;
}

/* ---- taking ------------------------------------------------------------- */

/* A BAR must be what the table says, or empty after a reset. */
static bool bar_as_listed(const struct mint_dev *d, unsigned int i)
{
	u64 bar = d->bar_paddr[i], now = mint_pci_raw_bar(d->sbdf, i);
	u64 mask = bar & PCI_BASE_ADDRESS_SPACE_IO ? 3 : 15;

	if (!d->bar_size[i])
		return true;
	if (!(bar & PCI_BASE_ADDRESS_SPACE_IO) &&
	    (bar & PCI_BASE_ADDRESS_MEM_TYPE_64) && i + 1 < MINT_NR_BARS)
		now |= (u64)mint_pci_raw_bar(d->sbdf, i + 1) << 32;
	return !((now ^ bar) & ~mask) || !(now & ~mask);
}

static int restore_bars(const struct mint_dev *d)
{
	unsigned int i;

	if (!mint_dev_answers(d)) {
		pr_err("%s is not the function of the table\n",
		       mint_bdf(d->sbdf).s);
		return -ENODEV;
	}
	for (i = 0; i < MINT_NR_BARS; i++) {
		if (bar_as_listed(d, i))
			continue;
		pr_err("%s BAR %u is not where the table says\n",
		       mint_bdf(d->sbdf).s, i);
		return -EIO;
	}
	mint_dev_silence(d->sbdf);
	mint_dev_write_bars(d);
	return 0;
}

/* One function, as a hot-added one: no rescan, nothing else is touched. */
static int scan_function(u32 idx, const struct mint_dev *d)
{
	struct pci_bus *bus = mint_pci_bus(MINT_SBDF_BUS(d->sbdf));
	struct pci_dev *pdev;

	if (!bus) {
		pr_err("no way to bus %02x from here\n", MINT_SBDF_BUS(d->sbdf));
		return -ENODEV;
	}
	pdev = pci_scan_single_device(bus, MINT_SBDF_DEVFN(d->sbdf));
	phase(idx, MINT_PHASE_SCAN);
	if (!pdev)
		return -ENODEV;
	mint_pci_claim(pdev);
	phase(idx, MINT_PHASE_CLAIM);
	pci_bus_add_device(pdev);
	phase(idx, MINT_PHASE_BIND);
	return 0;
}

static int bring_in(u32 idx, const struct mint_dev *d)
{
	int err = mint_pci_own(d);

	if (err)
		return err;
	err = restore_bars(d);
	if (!err) {
		pci_lock_rescan_remove();
		give_up_place(idx);
		err = scan_function(idx, d);
		pci_unlock_rescan_remove();
	}
	if (err)
		let_go(idx, d->sbdf);
	return err;
}

/* Marks the entry as being taken by us; -EALREADY when it is ours and here. */
static int begin_take(u32 idx, struct mint_dev *d)
{
	struct mint_dev_arrow noticed = {
		.state = MINT_DEV_CLAIM,
		.owner = mint_self.os,
		.to = mint_self.os,
	};

	if (d->owner == mint_self.os && mint_pci_owns(d->sbdf))
		return -EALREADY;
	if (d->owner == mint_self.os)
		return 0;
	if (d->state != MINT_DEV_CLAIM || d->owner || d->to != mint_self.os)
		return -EPERM;
	return mint_dev_change(idx, d, &noticed);
}

static int take_entry(u32 idx, struct mint_dev *d,
		      struct netlink_ext_ack *extack)
{
	struct mint_dev_arrow end = { .state = MINT_DEV_OWNED };
	int err = begin_take(idx, d);

	if (err == -EALREADY)
		return 0;
	if (err) {
		mint_dev_err(extack, "%s is not this OS's to take; see mintctl dev list",
			     mint_bdf(d->sbdf).s);
		return err;
	}
	phase(idx, MINT_PHASE_NOTIFY);
	err = bring_in(idx, d);
	if (err)
		mint_dev_err(extack, "%s cannot be used here (%d); see the kernel log",
			     mint_bdf(d->sbdf).s, err);
	end.owner = err ? MINT_OS_NONE : mint_self.os;
	end.error = -err;
	return mint_dev_change(idx, d, &end) ?: err;
}

int mint_dev_take(u32 sbdf, struct netlink_ext_ack *extack)
{
	struct mint_dev d;
	int idx, err;

	mutex_lock(&mint_dev_mutex);
	idx = mint_dev_get(sbdf, &d, extack);
	err = idx < 0 ? idx : take_entry(idx, &d, extack);
	mutex_unlock(&mint_dev_mutex);
	return err;
}

/* ---- what others ask of us ---------------------------------------------- */

static void answer_one(u32 idx)
{
	struct mint_dev_arrow refused = {
		.state = MINT_DEV_OWNED,
		.owner = mint_self.os,
	};
	struct mint_dev d;
	int err;

	if (mint_dev_copy(idx, &d))
		return;
	if (d.state == MINT_DEV_CLAIM && d.to == mint_self.os && !d.owner) {
		take_entry(idx, &d, NULL);
	} else if (d.state == MINT_DEV_RELEASE && d.owner == mint_self.os) {
		err = give_entry(idx, &d, d.to, NULL);
		refused.error = -err;
		if (err && err != -ESTALE)
			mint_dev_change(idx, &d, &refused);
	} else if (!mint_pci_owns(d.sbdf)) {
		mint_pci_note(&d);
	}
}

/* Unbinding and probing can take seconds, so not in the event handler. */
static void answer(struct work_struct *work)
{
	u32 i;

	mutex_lock(&mint_dev_mutex);
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE)
			answer_one(i);
	mutex_unlock(&mint_dev_mutex);
}

static DECLARE_WORK(answer_work, answer);
static struct workqueue_struct *dev_wq;

static void dev_event(u32 events)
{
	wake_up_all(&dev_waitq);
	mint_pci_set_primary(READ_ONCE(mint_hdr()->primary) == mint_self.os);
	if (events & MINT_EV_DEV)
		queue_work(dev_wq, &answer_work);
}

static struct mint_event_handler dev_handler = {
	.mask = MINT_EV_DEV | MINT_EV_STATE,
	.fn = dev_event,
};

/* ---- checks ------------------------------------------------------------- */

static bool in_list(u32 sbdf, const u32 *list, u32 nr)
{
	while (nr--)
		if (list[nr] == sbdf)
			return true;
	return false;
}

/* A function without MSI needs its pin. */
static int check_intx(const struct mint_dev *d, struct netlink_ext_ack *extack)
{
	if (d->gsi == ~0u) {
		mint_dev_err(extack, "%s has only INTx, and nobody knows its pin; leave it",
			     mint_bdf(d->sbdf).s);
		return -EOPNOTSUPP;
	}
	if (!(d->gsi_flags & MINT_IRQF_LEVEL) && mint_irq_gsi_taken(d->gsi)) {
		mint_dev_err(extack, "%s: its INTx, GSI %u, cannot be shared by OSes; leave it",
			     mint_bdf(d->sbdf).s, d->gsi);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_kind(const struct mint_dev *d, bool allow_intx,
		      struct netlink_ext_ack *extack)
{
	u32 msi = d->flags & (MINT_DEVF_MSI | MINT_DEVF_MSIX);

	if (d->flags & MINT_DEVF_BRIDGE) {
		mint_dev_err(extack, "%s is a PCI bridge and stays; move what is below it",
			     mint_bdf(d->sbdf).s);
		return -EOPNOTSUPP;
	}
	if (d->flags & MINT_DEVF_CHIPSET) {
		mint_dev_err(extack, "%s is part of the chipset and stays where it is",
			     mint_bdf(d->sbdf).s);
		return -EOPNOTSUPP;
	}
	if (!msi && (d->flags & MINT_DEVF_INTX) && !allow_intx)
		return check_intx(d, extack);
	return 0;
}

/* Functions of one slot share its reset and its wires: all go or none. */
static int check_siblings(const struct mint_dev *d, const u32 *moving, u32 nr,
			  struct netlink_ext_ack *extack)
{
	struct mint_dev other;
	u32 i;

	if (!(d->flags & MINT_DEVF_SIBLINGS))
		return 0;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE ||
		    mint_dev_copy(i, &other) || other.state == MINT_DEV_GONE ||
		    MINT_SBDF_SLOT(other.sbdf) != MINT_SBDF_SLOT(d->sbdf) ||
		    other.sbdf == d->sbdf || !other.owner ||
		    in_list(other.sbdf, moving, nr))
			continue;
		mint_dev_err(extack,
			     "%s and %s share a slot; give both or none",
			     mint_bdf(d->sbdf).s,
			     mint_bdf(other.sbdf).s);
		return -EBUSY;
	}
	return 0;
}

static int check_state(const struct mint_dev *d, struct netlink_ext_ack *extack)
{
	if (!mint_pci_installed()) {
		mint_dev_err(extack, "this machine has no memory mapped PCI configuration; no moves");
		return -EOPNOTSUPP;
	}
	if (d->state != MINT_DEV_OWNED) {
		mint_dev_err(extack, "%s is being moved already; try again later",
			     mint_bdf(d->sbdf).s);
		return -EBUSY;
	}
	return 0;
}

int mint_dev_check(u32 sbdf, const u32 *moving, u32 nr, bool allow_intx,
		   struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	struct mint_dev d;
	int idx = mint_dev_get(sbdf, &d, extack);
	int err = idx < 0 ? idx : check_state(&d, extack);

	if (err)
		return err;
	if (d.owner && d.owner != mint_self.os) {
		mint_dev_err(extack, "%s belongs to %s; get it here first: mintctl dev move",
			     mint_bdf(sbdf).s,
			     mint_os_name(d.owner, name));
		return -EBUSY;
	}
	return check_kind(&d, allow_intx, extack) ?:
	       check_siblings(&d, moving, nr, extack);
}

/* ---- the whole move ----------------------------------------------------- */

/* Waits until entry @idx has left @state, or @os, which has to do it, is dead. */
static void wait_for(u32 idx, u32 state, u32 os)
{
	wait_event_timeout(dev_waitq,
			   READ_ONCE(mint_dev(idx)->state) != state ||
			   !mint_os_alive(os), STEP_TIMEOUT);
}

/* Has the owner let go; on success the entry waits for @to. */
static int order_release(u32 idx, struct mint_dev *d, u32 to,
			 struct netlink_ext_ack *extack)
{
	struct mint_dev_arrow ask = { MINT_DEV_RELEASE, d->owner, to };
	struct mint_dev_arrow call_off = { MINT_DEV_OWNED, d->owner };
	char name[MINT_NAME_LEN];
	u32 from = d->owner;
	int err;

	if (from == MINT_OS_NONE)
		return hand_over(idx, d, to);
	if (from == mint_self.os)
		return mint_dev_give(d->sbdf, to, extack) ?: mint_dev_copy(idx, d);
	err = mint_dev_change(idx, d, &ask);
	if (err)
		return err;
	wait_for(idx, MINT_DEV_RELEASE, from);
	if (!mint_dev_change(idx, d, &call_off))
		err = -ETIMEDOUT;
	else
		err = mint_dev_copy(idx, d);
	if (!err && d->owner == from)
		err = d->error ? -(int)d->error : -EIO;
	if (err)
		mint_dev_err(extack, "%s did not let go of %s (%d) and keeps it",
			     mint_os_name(from, name),
			     mint_bdf(d->sbdf).s, err);
	return err;
}

/* Has @to take it; on failure it is nobody's, but with -EINPROGRESS @to's. */
static int order_claim(u32 idx, struct mint_dev *d, u32 to,
		       struct netlink_ext_ack *extack)
{
	struct mint_dev_arrow call_off = { MINT_DEV_OWNED };
	int err;

	if (to == mint_self.os) {
		err = mint_dev_take(d->sbdf, extack);
		return mint_dev_copy(idx, d) ?: err;
	}
	wait_for(idx, MINT_DEV_CLAIM, to);
	if (d->state == MINT_DEV_CLAIM && !d->owner &&
	    !mint_dev_change(idx, d, &call_off))
		return -ETIMEDOUT;
	/* It has been noticed and may be in the middle of a probe. */
	wait_for(idx, MINT_DEV_CLAIM, to);
	err = mint_dev_copy(idx, d);
	if (err)
		return err;
	if (d->state == MINT_DEV_CLAIM)
		return -EINPROGRESS;
	return d->owner == to ? 0 : -(int)(d->error ?: EIO);
}

/* Back to where it was. */
static int turn_back(u32 idx, struct mint_dev *d, u32 from)
{
	struct mint_dev_arrow back = { MINT_DEV_CLAIM, MINT_OS_NONE, from };
	int err;

	if (from == MINT_OS_NONE)
		return 0;
	if (d->owner || d->state != MINT_DEV_OWNED || !mint_os_alive(from))
		return -EIO;
	err = mint_dev_change(idx, d, &back);
	return err ?: order_claim(idx, d, from, NULL);
}

static void explain_failure(u32 idx, struct mint_dev *d, u32 from, u32 to,
			    int err, struct netlink_ext_ack *extack)
{
	char taker[MINT_NAME_LEN], owner[MINT_NAME_LEN];

	mint_os_name(to, taker);
	if (err == -EINPROGRESS) {
		mint_dev_err(extack,
			     "%s has %s but does not finish; see mintctl os log %s",
			     taker, mint_bdf(d->sbdf).s, taker);
		return;
	}
	if (turn_back(idx, d, from)) {
		mint_dev_err(extack,
			     "%s did not take %s (%d); now nobody's, move again",
			     taker, mint_bdf(d->sbdf).s, err);
		return;
	}
	mint_dev_err(extack, "%s did not take %s (%d); back with %s",
		     taker, mint_bdf(d->sbdf).s, err,
		     mint_os_name(from, owner));
}

static int check_move(const struct mint_dev *d, u32 to, const char *to_name,
		      struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	int err;

	if (to == MINT_OS_NONE) {
		mint_dev_err(extack, "no OS is named '%.20s'; see mintctl os list",
			     to_name);
		return -ENOENT;
	}
	if (d->owner == to) {
		mint_dev_err(extack, "%s has %s already",
			     to_name, mint_bdf(d->sbdf).s);
		return -EALREADY;
	}
	if (!mint_os_alive(to)) {
		mint_dev_err(extack, "%s does not run and cannot take a device; start it first",
			     to_name);
		return -EHOSTDOWN;
	}
	if (d->owner && !mint_os_alive(d->owner)) {
		mint_os_name(d->owner, name);
		mint_dev_err(extack, "%s, the owner, does not run; mintctl os destroy %s frees it",
			     name, name);
		return -EHOSTDOWN;
	}
	err = check_state(d, extack);
	return err ?: check_kind(d, to == READ_ONCE(mint_hdr()->primary), extack) ?:
	       check_siblings(d, &d->sbdf, 1, extack);
}

static int check_driver(u32 idx, struct mint_dev *d, u32 to,
			struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	if (mint_dev_copy(idx, d) || d->flags & MINT_DEVF_DRIVER)
		return 0;
	mint_dev_err(extack, "%s is with %s now, but no driver there took it",
		     mint_bdf(d->sbdf).s, mint_os_name(to, name));
	return -ENODEV;
}

static int move(u32 sbdf, const char *to_name, struct netlink_ext_ack *extack)
{
	u32 to = mint_os_find(to_name), from;
	struct mint_dev d;
	int idx = mint_dev_get(sbdf, &d, extack);
	int err = idx < 0 ? idx : check_move(&d, to, to_name, extack);

	if (err)
		return err;
	from = d.owner;
	phase(idx, MINT_PHASE_START);
	err = order_release(idx, &d, to, extack);
	if (err == -ESTALE)
		mint_dev_err(extack, "%s was changed by another OS meanwhile; try again",
			     mint_bdf(sbdf).s);
	if (err)
		return err;
	err = order_claim(idx, &d, to, extack);
	if (err)
		explain_failure(idx, &d, from, to, err, extack);
	return err ?: check_driver(idx, &d, to, extack);
}

int mint_dev_move(u32 sbdf, const char *to_name, struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&mint_ops_mutex);
	err = move(sbdf, to_name, extack);
	mutex_unlock(&mint_ops_mutex);
	return err;
}

/* ---- the functions of an OS that has ended ------------------------------ */

/* From entry @idx on, the next function that @os had; false: there is none. */
static bool next_of(u32 os, u32 *idx, struct mint_dev *d)
{
	for (; *idx < MINT_MAX_DEVS; ++*idx)
		if (READ_ONCE(mint_dev(*idx)->state) != MINT_DEV_FREE &&
		    !mint_dev_copy(*idx, d) && d->state != MINT_DEV_GONE &&
		    d->owner == os && !mint_pci_owns(d->sbdf))
			return true;
	return false;
}

/* What others' functions are reached through goes on working. */
static bool goes_on(const struct mint_dev *d)
{
	return d->flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET);
}

static void stop_all(u32 os)
{
	struct mint_dev_arrow gone = { .state = MINT_DEV_GONE };
	struct mint_dev d;
	u32 i;

	for (i = 0; next_of(os, &i, &d); i++) {
		if (goes_on(&d))
			continue;
		if (mint_dev_answers(&d))
			mint_dev_stop(d.sbdf);
		else
			mint_dev_change(i, &d, &gone);
	}
}

/* One by one where that can be done, the others together with their bus. */
static void reset_all(u32 os)
{
	DECLARE_BITMAP(buses_tried, 256) = {};
	const char *why;
	struct mint_dev d;
	u32 i;

	for (i = 0; next_of(os, &i, &d); i++) {
		if (goes_on(&d) || mint_dev_reset_raw(&d) ||
		    __test_and_set_bit(MINT_SBDF_BUS(d.sbdf), buses_tried))
			continue;
		why = mint_bus_reset(&d, os);
		if (why)
			pr_info("%s keeps what its driver left in it: it has no reset of its own, and %s\n",
				mint_bdf(d.sbdf).s, why);
	}
}

static void free_all(u32 os)
{
	struct mint_dev_arrow parked = { .state = MINT_DEV_OWNED };
	struct mint_dev d;
	u32 i;

	for (i = 0; next_of(os, &i, &d); i++) {
		if (!goes_on(&d))
			mint_dev_silence(d.sbdf);
		mint_dev_change(i, &d, &parked);
	}
}

/* What was on its way to @os: whoever ordered that turns back. */
static void call_off_all(u32 os)
{
	struct mint_dev_arrow stay = { .state = MINT_DEV_OWNED };
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE ||
		    mint_dev_copy(i, &d) || d.to != os ||
		    d.state == MINT_DEV_OWNED || d.state == MINT_DEV_GONE)
			continue;
		stay.owner = d.owner;
		mint_dev_change(i, &d, &stay);
	}
}

/*
 * They stay the ended OS's, so that nobody takes one, until all are reset.  No
 * MSI-X is switched off before that: some devices fail when that happens at work.
 */
void mint_dev_fence(u32 os)
{
	mutex_lock(&mint_dev_mutex);
	stop_all(os);
	reset_all(os);
	free_all(os);
	call_off_all(os);
	mutex_unlock(&mint_dev_mutex);
}

static void send_one_home(u32 idx, struct mint_dev *d)
{
	struct mint_dev_arrow go = { MINT_DEV_CLAIM, MINT_OS_NONE, d->home };

	if (!mint_os_alive(d->home) || mint_dev_change(idx, d, &go))
		return;
	if (order_claim(idx, d, d->home, NULL))
		pr_warn("%s did not come home\n",
			mint_bdf(d->sbdf).s);
}

/* Fenced, or given to an OS that never ran. */
static bool was_of(const struct mint_dev *d, u32 os)
{
	return d->owner ? d->owner == os : d->from == os;
}

void mint_dev_send_home(u32 os)
{
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_OWNED &&
		    !mint_dev_copy(i, &d) && was_of(&d, os) &&
		    d.home && d.home != os)
			send_one_home(i, &d);
}

/* ---- start -------------------------------------------------------------- */

static int __init mint_move_init(void)
{
	if (!mint_self.active)
		return 0;
	dev_wq = alloc_ordered_workqueue("mint_dev", 0);
	if (!dev_wq)
		return -ENOMEM;
	mint_event_register(&dev_handler);
	return 0;
}
rootfs_initcall(mint_move_init);
