// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders that are given in this OS: a PCI function shall pass from some OS to
 * another.  Checks before, and texts afterwards; what happens in between is in
 * hotplug/handover.c.
 */
#include <linux/errno.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "mint.h"
#include "move.h"
#include "pci.h"

int mint_order_run(u32 idx, struct mint_dev *d, struct mint_hp_order *o)
{
	struct mint_move m = { .idx = idx, .d = d };
	enum mint_hp_result result;

	for (;;) {
		result = mint_hp_order_step(o, &mint_move_ops, &m);
		if (result == MINT_HP_DONE)
			return o->result;
		if (result == MINT_HP_WAIT)
			wait_event_timeout(mint_move_waitq,
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

/* Whoever gets it, its end may be the end of all. */
static int check_watchdog(const struct mint_dev *d, u32 options, const char *next,
			  struct netlink_ext_ack *extack)
{
	if (!(d->flags & MINT_DEVF_NO_DISARM) || options & MINT_ORDER_FORCE)
		return 0;
	mint_dev_err(extack, "%s can reset the machine, and Mint cannot stop it; %s",
		     mint_bdf(d->sbdf).s, next);
	return -EPERM;
}

static bool is_sibling(const struct mint_dev *d, const struct mint_dev *other)
{
	return other->state != MINT_DEV_GONE && other->sbdf != d->sbdf &&
	       MINT_SBDF_SLOT(other->sbdf) == MINT_SBDF_SLOT(d->sbdf);
}

/*
 * Functions of one slot share its reset and its wires: all go or none.  @to has
 * its part already, or nobody has.
 */
static int check_siblings(const struct mint_dev *d, const u32 *moving, u32 nr,
			  u32 to, struct netlink_ext_ack *extack)
{
	struct mint_dev other;
	u32 i;

	if (!(d->flags & MINT_DEVF_SIBLINGS))
		return 0;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE ||
		    mint_dev_copy(i, &other) || !is_sibling(d, &other) ||
		    !other.owner || other.owner == to ||
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
	char name[MINT_NAME_LEN];

	if (d->eject) {
		mint_dev_err(extack, "%s is being ejected; it goes nowhere",
			     mint_bdf(d->sbdf).s);
		return -EBUSY;
	}
	if (d->state != MINT_DEV_OWNED) {
		mint_dev_err(extack, "%s is being moved already, by %s; try again later",
			     mint_bdf(d->sbdf).s,
			     mint_os_name(d->orderer, name));
		return -EBUSY;
	}
	return 0;
}

int mint_dev_check_machine(struct netlink_ext_ack *extack)
{
	if (mint_pci_installed())
		return 0;
	mint_dev_err(extack, "no memory mapped PCI configuration (ECAM): no function can be moved");
	return -EOPNOTSUPP;
}

int mint_dev_check(u32 sbdf, const u32 *moving, u32 nr, bool allow_intx,
		   struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	struct mint_dev d;
	int idx = mint_dev_get(sbdf, &d, extack);
	int err = idx < 0 ? idx : mint_dev_check_machine(extack) ?:
				  check_state(&d, extack);

	if (err)
		return err;
	if (d.owner && d.owner != mint_self.os) {
		mint_dev_err(extack, "%s belongs to %s; get it here first: mintctl dev move",
			     mint_bdf(sbdf).s,
			     mint_os_name(d.owner, name));
		return -EBUSY;
	}
	return check_kind(&d, allow_intx, extack) ?:
	       check_watchdog(&d, 0, "move it", extack) ?:
	       check_siblings(&d, moving, nr, MINT_OS_NONE, extack);
}

int mint_dev_check_use(u32 sbdf, struct netlink_ext_ack *extack)
{
	char text[MINT_REASON_LEN] = "", name[MINT_NAME_LEN];
	int err;

	if (!mint_pci_owns(sbdf))
		return 0;
	err = mint_func_busy(sbdf, text, sizeof(text));
	if (err)
		mint_dev_err(extack, "%s is in use in %s: %.40s",
			     mint_bdf(sbdf).s,
			     mint_os_name(mint_self.os, name), text);
	return err;
}

static int check_taker(const struct mint_dev *d, u32 to,
		       struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	if (d->owner == to) {
		mint_dev_err(extack, "%s has %s already",
			     to ? mint_os_name(to, name) : "nobody",
			     mint_bdf(d->sbdf).s);
		return -EALREADY;
	}
	if (!to || mint_os_alive(to))
		return 0;
	mint_dev_err(extack, "%s does not run and cannot take a device; start it first",
		     mint_os_name(to, name));
	return -EHOSTDOWN;
}

static int check_owner(const struct mint_dev *d, struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	if (!d->owner || mint_os_alive(d->owner))
		return 0;
	mint_os_name(d->owner, name);
	mint_dev_err(extack, "%s, the owner, does not run; mintctl os destroy %s frees it",
		     name, name);
	return -EHOSTDOWN;
}

static int check_move(const struct mint_dev *d, const struct mint_dev_move *mv,
		      struct netlink_ext_ack *extack)
{
	bool allow_intx = !mv->to || mv->to == READ_ONCE(mint_hdr()->primary);

	return check_kind(d, allow_intx, extack) ?:
	       check_taker(d, mv->to, extack) ?:
	       check_owner(d, extack) ?:
	       check_state(d, extack) ?:
	       check_watchdog(d, mv->to ? mv->options : MINT_ORDER_FORCE,
			      "--force", extack) ?:
	       mint_legacydev_check_move(d, mv->to, extack) ?:
	       check_siblings(d, mv->sbdf, mv->nr, mv->to, extack);
}

/* ---- what became of it ------------------------------------------------------ */

/*
 * The texts of the OS that refused are short, but they are not ours; an extended
 * ack has room for 79 characters.
 */
static void explain_refusal(const struct mint_dev *d, int err, const char *owner,
			    struct netlink_ext_ack *extack)
{
	if (err == -EBUSY && d->reason[0])
		mint_dev_err(extack, "%s is in use in %s: %.40s",
			     mint_bdf(d->sbdf).s, owner, d->reason);
	else if (d->reason[0])
		mint_dev_err(extack, "%s stays with %s: %.40s",
			     mint_bdf(d->sbdf).s, owner, d->reason);
	else
		mint_dev_err(extack, "%s did not let go of %s (%d) and keeps it",
			     owner, mint_bdf(d->sbdf).s, err);
}

/* It was let go of, and is not where it should be. */
static void explain_return(const struct mint_dev *d, u32 to, int err,
			   struct netlink_ext_ack *extack)
{
	char taker[MINT_NAME_LEN], owner[MINT_NAME_LEN];

	mint_os_name(to, taker);
	mint_os_name(d->owner, owner);
	if (d->reason[0] && err != -ENODEV)
		mint_dev_err(extack, "%s did not take %s: %.40s", taker,
			     mint_bdf(d->sbdf).s, d->reason);
	else if (!d->owner)
		mint_dev_err(extack,
			     "%s did not take %s (%d); now nobody's, move again",
			     taker, mint_bdf(d->sbdf).s, err);
	else if (err == -ENODEV)
		mint_dev_err(extack,
			     "no driver in %s took %s; back with %s",
			     taker, mint_bdf(d->sbdf).s, owner);
	else
		mint_dev_err(extack, "%s did not take %s (%d); back with %s",
			     taker, mint_bdf(d->sbdf).s, err, owner);
}

static void explain(const struct mint_dev *d, const struct mint_hp_order *o,
		    struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	int err = o->result;

	if (err == -ESTALE || !o->number)
		mint_dev_err(extack, "%s was changed by another OS meanwhile (%d); try again",
			     mint_bdf(d->sbdf).s, err);
	else if (mint_hp_on_its_way(&o->seen))
		mint_dev_err(extack, "%s is still on its way (%d); see mintctl dev list",
			     mint_bdf(d->sbdf).s, err);
	else if (d->state == MINT_DEV_GONE)
		mint_dev_err(extack, "%s was unplugged on its way",
			     mint_bdf(d->sbdf).s);
	else if (d->owner == o->to && d->owner)
		mint_dev_err(extack, "%s has %s but does not finish%s%.36s",
			     mint_os_name(d->owner, name), mint_bdf(d->sbdf).s,
			     d->reason[0] ? ": " : "; see mintctl os log",
			     d->reason);
	else if (d->owner == o->from && d->owner &&
		 !(d->options & MINT_ORDER_RETURN))
		explain_refusal(d, err, mint_os_name(d->owner, name), extack);
	else
		explain_return(d, o->to, err, extack);
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
		explain(&d, &o, extack);
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
			    mint_dev_copy(i, &other) || !is_sibling(&d, &other) ||
			    other.owner == mv->to ||
			    in_list(other.sbdf, mv->sbdf, mv->nr))
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
				      check_move(&d, mv, extack);
	}
	return err ?: move_all(mv, extack);
}

int mint_dev_give(u32 sbdf, u32 to, struct netlink_ext_ack *extack)
{
	return order_one(sbdf, to, MINT_ORDER_WAITING, 0, extack);
}

/* ---- going home ------------------------------------------------------------------ */

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

void mint_dev_send_home(u32 os)
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
