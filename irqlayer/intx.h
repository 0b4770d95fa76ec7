/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * INTx of the functions on a GSI.
 */
#ifndef IRQL_INTX_H
#define IRQL_INTX_H

#include "base.h"

/* Of those that the OSes in @set have.  Not under the lock. */
void irql_quiet_intx(struct irql *l, u32 gsi, u32 set, bool on);
/*
 * Once the lock is given back, switches INTx of these OSes' functions on @gsi off,
 * and on again unless they are evicted.
 */
void irql_toggle_intx(struct irql *l, u32 gsi, u32 set);
/* Does so.  Called by irql_unlock() alone, if @l->unquiet_any. */
void irql_toggle_noted(struct irql *l);

#endif /* IRQL_INTX_H */
