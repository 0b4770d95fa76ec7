// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS is gone.  From the moment its generation is 0 its section does not count;
 * what is left is to settle the GSIs it had.  If it held the lock, all of them are
 * settled as soon as the lock is taken.
 */
#include "table.h"
#include "lock.h"
#include "settle.h"

/*
 * The lock is given back between the GSIs: others have work, too.  The next OS with
 * that id is not the one that had an edge pin last.
 */
static int drop_gsi(struct irql *l, u32 gsi, u32 os)
{
	u32 *sharers = &irql_gsi(l, gsi)->sharers;
	u32 *last_owner = &irql_gsi(l, gsi)->last_owner;
	unsigned long flags;
	int err;

	if (!(irql_load(sharers) & irql_bit(os)) &&
	    irql_load(last_owner) != os && !irql_load(&l->reapply))
		return 0;
	err = irql_lock(l, &flags);
	if (err)
		return err;
	irql_settle(l, gsi, irql_load(sharers));
	if (irql_load(last_owner) == os)
		irql_store(last_owner, MINT_IRQT_NONE);
	irql_unlock(l, flags);
	irql_changed(l, gsi);
	return 0;
}

int irql_os_gone(struct irql *l, u32 os)
{
	u32 gsi;
	int err = 0;

	if (!os || os > MINT_IRQT_MAX_OSES || os == l->os)
		return -IRQL_EINVAL;
	irql_store(&irql_os(l, os)->generation, 0);
	irql_store(&irql_os(l, os)->logical, 0);
	irql_lock_break(l, os);
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS && !err; gsi++)
		err = drop_gsi(l, gsi, os);
	irql_count_change(l);
	irql_changed(l, MINT_IRQT_NONE);
	return err;
}
