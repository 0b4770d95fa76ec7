/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes an RTE what resolve() says.  Under the table's lock.  irql_apply(): irqlayer.h.
 */
#ifndef IRQL_APPLY_H
#define IRQL_APPLY_H

#include "base.h"

/* irql_apply(); whether anything was changed. */
bool irql_apply_rte(struct irql *l, u32 gsi);
/* Masks the pin and waits until it is not in service, or forces that. */
void irql_quiesce(struct irql *l, u32 gsi);
/* The halves of an RTE are as good as what is wanted. */
bool irql_rte_ok(const struct irql_rte *want, u32 lo, u32 hi);

#endif /* IRQL_APPLY_H */
