/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The own section.  irql_add_msg() and the rest of messages, irql_count():
 * irqlayer.h.
 */
#ifndef IRQL_RECORD_H
#define IRQL_RECORD_H

#include "base.h"

/* Makes or changes a route: the private copy, then the section. */
void irql_fill_record(struct irql *l, u32 slot, const struct irql_msg *msg);
/* The section from the private copy. */
void irql_write_record(struct irql *l, u32 slot);
/* The section is as the private copy. */
bool irql_record_ok(struct irql *l, u32 slot);
/* This OS's counters of register writes, for the table's readers. */
void irql_publish_mmio(struct irql *l);

#endif /* IRQL_RECORD_H */
