// SPDX-License-Identifier: GPL-2.0-only
/*
 * What became of an order, for people.  An extended ack has room for 79 characters.
 */
#include <linux/errno.h>

#include "base/base.h"
#include "hotplug/handover.h"
#include "move/internal.h"
#include "pci/pci.h"

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
	else if (err == -ETIMEDOUT)
		mint_dev_err(extack,
			     "%s did not take %s in time; back with %s",
			     taker, mint_bdf(d->sbdf).s, owner);
	else if (err == -ENODEV)
		mint_dev_err(extack,
			     "no driver in %s took %s; back with %s",
			     taker, mint_bdf(d->sbdf).s, owner);
	else
		mint_dev_err(extack, "%s did not take %s (%d); back with %s",
			     taker, mint_bdf(d->sbdf).s, err, owner);
}

void mint_order_explain(const struct mint_dev *d, const struct mint_hp_order *o,
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
