/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Level pins of an OS that is away from its core.  Under the table's lock.
 */
#ifndef IRQL_AWAY_H
#define IRQL_AWAY_H

#include "base.h"

/* A pin of this OS alone that was masked for it while it was away. */
void irql_release(struct irql *l, u32 gsi);

#endif /* IRQL_AWAY_H */
