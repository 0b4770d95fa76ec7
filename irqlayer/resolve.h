/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a pin should be.  irql_resolve(): irqlayer.h.
 */
#ifndef IRQL_RESOLVE_H
#define IRQL_RESOLVE_H

#include "base.h"

/**
 * struct irql_claim - copy of what an OS wants of a GSI; checked
 */
struct irql_claim {
	u32 flags;
	u32 dest;
	u32 vector;
};

/* Whether @os wants @gsi, and how.  What makes no sense counts as not there. */
bool irql_claim(struct irql *l, u32 gsi, u32 os, struct irql_claim *claim);
/* Who is said to share @gsi, and has a sane route there. */
u32 irql_sharers(struct irql *l, u32 gsi);
/* irql_resolve(); returns the OS that has the pin alone, 0 = none or several. */
u32 irql_resolve_owner(struct irql *l, u32 gsi, struct irql_rte *rte);
bool irql_unused(const struct irql_rte *rte);

#endif /* IRQL_RESOLVE_H */
