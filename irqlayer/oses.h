/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The OSes, as the table knows them.  irql_set_receiver(): irqlayer.h.
 */
#ifndef IRQL_OSES_H
#define IRQL_OSES_H

#include "base.h"

/* This OS's record; restores it: how many words were wrong. */
bool irql_os_ok(struct irql *l);
u32 irql_restore_os(struct irql *l);
bool irql_attached(struct irql *l, u32 os);
u32 irql_attached_set(struct irql *l);
/* OSes that do not exist are not attached. */
u32 irql_detach_bogus(struct irql *l);
/* The OS's bit in logical destinations, 0 = none (or garbage). */
u32 irql_logical(struct irql *l, u32 os);

#endif /* IRQL_OSES_H */
