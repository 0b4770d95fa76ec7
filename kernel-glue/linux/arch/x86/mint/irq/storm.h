/* SPDX-License-Identifier: GPL-2.0-only */
/* A line that nobody has work in: storm.c, and what chip.c asks at each interrupt. */
#ifndef MINT_IRQ_STORM_H
#define MINT_IRQ_STORM_H

#include <linux/irqdesc.h>
#include <linux/types.h>

#include <mint/irqtable.h>

/**
 * struct mint_storm - a level pin that is this OS's alone, and how it is served
 * @unhandled:	desc->irqs_unhandled after the last interrupt that no handler had work in
 * @in_a_row:	so many of them in a row
 * @resting_virq: the line is masked for a moment, Linux does not know: its interrupt; or 0
 *
 * Protected by desc->lock of its interrupt.
 */
struct mint_storm {
	u32 unhandled;
	u32 in_a_row;
	u32 resting_virq;
};

extern struct mint_storm mint_storms[MINT_IRQT_MAX_GSIS];

void mint_storm_unhandled(struct irq_desc *desc, u32 gsi);

/* At the end of each interrupt of an exclusive level pin. */
static inline void mint_storm_count(struct irq_desc *desc, u32 gsi)
{
	struct mint_storm *storm = &mint_storms[gsi];

	if (unlikely(desc->irqs_unhandled != storm->unhandled))
		mint_storm_unhandled(desc, gsi);
	else if (unlikely(storm->in_a_row))
		storm->in_a_row = 0;
}

/* Linux masks or unmasks the line itself, or lets it go. */
static inline void mint_storm_over(u32 gsi)
{
	WRITE_ONCE(mint_storms[gsi].resting_virq, 0);
}

#endif /* MINT_IRQ_STORM_H */
