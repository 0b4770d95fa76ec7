/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to the I/O APIC.  Under the table's lock.  The registers, and an RTE from and
 * to them: irqlayer.h.
 */
#ifndef IRQL_IOAPIC_H
#define IRQL_IOAPIC_H

#include "base.h"

/* Fields of a low half that nobody can write. */
#define IRQL_RTE_READONLY	(IRQL_RTE_PENDING | IRQL_RTE_IRR)

u32 irql_read_lo(struct irql *l, u32 chip, u32 pin);
u32 irql_read_hi(struct irql *l, u32 chip, u32 pin);
void irql_write_lo(struct irql *l, u32 chip, u32 pin, u32 lo);
void irql_write_hi(struct irql *l, u32 chip, u32 pin, u32 hi);
/* Takes a masked level pin out of service without its EOI. */
void irql_force_eoi(struct irql *l, u32 chip, u32 pin, u32 lo);

#endif /* IRQL_IOAPIC_H */
