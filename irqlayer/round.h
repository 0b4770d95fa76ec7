/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rounds of shared lines.  What an interrupt handler calls: irqlayer.h.
 */
#ifndef IRQL_ROUND_H
#define IRQL_ROUND_H

#include "base.h"

/* The round word, 0 if nobody else shares the line. */
u32 irql_round(struct irql *l, u32 gsi);
/* This OS has served the round.  No lock. */
void irql_ack(struct irql *l, u32 gsi);

#endif /* IRQL_ROUND_H */
