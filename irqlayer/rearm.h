/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ends the interrupt of a level pin at its chip, and re-arms shared lines.
 * irql_rearm(): irqlayer.h.
 */
#ifndef IRQL_REARM_H
#define IRQL_REARM_H

#include "base.h"

/* Ends the interrupt at the chip; lock-free where the chip has an EOI register. */
void irql_eoi_pin(struct irql *l, u32 gsi);
/* The same, and a line that was served, under the lock. */
void irql_eoi_pin_locked(struct irql *l, u32 gsi);
void irql_rearm_locked(struct irql *l, u32 gsi);
/* Whether the pin is in service, or masked until its round ends.  Under the lock. */
bool irql_is_open(struct irql *l, u32 gsi);

#endif /* IRQL_REARM_H */
