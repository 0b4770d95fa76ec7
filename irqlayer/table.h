/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table's header.  irql_build(), irql_timeout_us(): irqlayer.h.
 */
#ifndef IRQL_TABLE_H
#define IRQL_TABLE_H

#include "base.h"

/* What is written once is there, and is what this OS knows. */
bool irql_constants_ok(struct irql *l);
/* That, and what any OS may change is within its bounds. */
bool irql_header_ok(struct irql *l);
/* Restores the header; how many words were wrong.  Under the lock. */
u32 irql_restore_header(struct irql *l);
/* A route has changed: readers of the table look again.  No lock. */
void irql_count_change(struct irql *l);

#endif /* IRQL_TABLE_H */
