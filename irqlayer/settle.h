/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Control words from sections.  Under the table's lock.
 */
#ifndef IRQL_SETTLE_H
#define IRQL_SETTLE_H

#include "base.h"

/*
 * Makes the control words of @gsi what the sections of the OSes in @candidates
 * say, and the RTE what follows.  How many things were changed.
 */
u32 irql_settle(struct irql *l, u32 gsi, u32 candidates);
/* Of several OSes that want an edge pin (damage): who had it, or the first. */
u32 irql_only_one(struct irql *l, u32 gsi, u32 sharers);
void irql_settle_all(struct irql *l);
/* Ends the round, whoever owes, and re-arms the line. */
void irql_force(struct irql *l, u32 gsi);
/* The line is not shared (any longer): re-arms it for an EOI that was kept. */
void irql_end_kept(struct irql *l, u32 gsi);
/* Restores the own record, then as above from all sections. */
u32 irql_repair_gsi(struct irql *l, u32 gsi);

#endif /* IRQL_SETTLE_H */
