/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block of vectors for level pins.  Under the table's lock.
 */
#ifndef IRQL_VECTOR_H
#define IRQL_VECTOR_H

#include "base.h"

bool irql_vector_in_block(u32 vector);
/* @vector is @gsi's. */
bool irql_vector_ok(struct irql *l, u32 gsi, u32 vector);
/* The vector of @gsi, or a free one that is now its own; 0 = none left. */
u32 irql_vector_get(struct irql *l, u32 gsi);
/* Once the pin is masked and not in service. */
void irql_vector_put(struct irql *l, u32 gsi);
/*
 * After damage: the vector that this OS knows, or else one that a sharer does.
 * 1 if anything was changed.
 */
u32 irql_vector_settle(struct irql *l, u32 gsi, u32 sharers);
/* Words that no GSI agrees with, as a death leaves them; how many. */
u32 irql_vectors_clean(struct irql *l);

#endif /* IRQL_VECTOR_H */
