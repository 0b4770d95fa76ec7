// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is checked before a function is asked for: nothing here changes anything.
 */
#include <linux/errno.h>
#include <linux/pci.h>

#include "base/base.h"
#include "irq/irq.h"
#include "legacy/legacy.h"
#include "move/internal.h"
#include "move/move.h"
#include "pci/pci.h"

bool mint_in_list(u32 sbdf, const u32 *list, u32 nr)
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

bool mint_is_sibling(u32 sbdf, const struct mint_dev *other)
{
	return other->state != MINT_DEV_GONE && other->sbdf != sbdf &&
	       MINT_SBDF_SLOT(other->sbdf) == MINT_SBDF_SLOT(sbdf);
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
		    mint_dev_copy(i, &other) || !mint_is_sibling(d->sbdf, &other) ||
		    !other.owner || other.owner == to ||
		    mint_in_list(other.sbdf, moving, nr))
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

/* Who cannot map its BARs cannot drive it. */
static int check_bars(const struct mint_dev *d, u32 arch, const char *os,
		      struct netlink_ext_ack *extack)
{
	u64 base;
	u32 i;

	for (i = 0; i < MINT_NR_BARS; i++) {
		base = d->bar_paddr[i] & ~15ULL;
		if (d->bar_paddr[i] & PCI_BASE_ADDRESS_SPACE_IO ||
		    mint_reaches(arch, base, d->bar_size[i]))
			continue;
		mint_dev_err(extack, "%s: its BAR at 0x%llx is too high for %.15s",
			     mint_bdf(d->sbdf).s, base, os);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_reach(const struct mint_dev *d, u32 arch, const char *os,
		       struct netlink_ext_ack *extack)
{
	const struct mint_header *hdr = mint_hdr();

	if (mint_reaches_ecam(arch, READ_ONCE(hdr->mmcfg_paddr),
			      READ_ONCE(hdr->mmcfg_bus_end)))
		return check_bars(d, arch, os, extack);
	mint_dev_err(extack, "%s: configuration space is too high for %.15s",
		     mint_bdf(d->sbdf).s, os);
	return -EOPNOTSUPP;
}

int mint_dev_check_reach(u32 sbdf, u32 arch, const char *os,
			 struct netlink_ext_ack *extack)
{
	struct mint_dev d;
	int idx = mint_dev_get(sbdf, &d, extack);

	return idx < 0 ? idx : check_reach(&d, arch, os, extack);
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
	if (!to)
		return 0;
	if (mint_os_alive(to))
		return check_reach(d, READ_ONCE(mint_os(to)->arch),
				   mint_os_name(to, name), extack);
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

int mint_check_move(const struct mint_dev *d, const struct mint_dev_move *mv,
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
