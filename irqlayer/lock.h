/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table's lock.  irql_lock(), irql_unlock() and what others may ask: irqlayer.h.
 */
#ifndef IRQL_LOCK_H
#define IRQL_LOCK_H

#include "base.h"

/* How long an interrupt handler waits for the lock, and the watch. */
#define IRQL_SHORT_LOCK_US	1000u

/* irql_lock(), but at most @us microseconds. */
int irql_lock_within(struct irql *l, unsigned long *flags, u32 us);
/*
 * The OS, not proved stopped, one of whose cores has had the lock whenever the watch
 * looked, for the time-out and not less than l->lock_timeout_us; or 0.  Called by the
 * watch.
 */
u32 irql_lock_stuck(struct irql *l);

#endif /* IRQL_LOCK_H */
