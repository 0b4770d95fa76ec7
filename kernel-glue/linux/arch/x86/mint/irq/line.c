// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line of a pin, as all who share it see it.  For reading; what the table says is
 * for people, and nothing hangs on it but refusals.
 */
#include <linux/bits.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"

bool mint_line_copy(u32 gsi, struct mint_line *line)
{
	struct mint_irqt_gsi *g;

	if (!mint_irql_up || irql_gsi_to_pin(&mint_irql, gsi, NULL, NULL))
		return false;
	g = irql_gsi(&mint_irql, gsi);
	line->sharers = READ_ONCE(g->sharers) & GENMASK(MINT_MAX_OSES - 1, 0);
	line->evicted = READ_ONCE(g->evicted) & GENMASK(MINT_MAX_OSES - 1, 0);
	line->rounds = READ_ONCE(g->rounds);
	line->forced = READ_ONCE(g->forced);
	line->evictions = READ_ONCE(g->evictions);
	line->strategy = irql_rearm(&mint_irql)->name;
	return true;
}

bool mint_irq_gsi_taken(u32 gsi)
{
	struct mint_line line;
	u32 attr;

	if (!mint_line_copy(gsi, &line))
		return false;
	attr = READ_ONCE(irql_gsi(&mint_irql, gsi)->attr);
	return !(attr & MINT_IRQF_LEVEL) &&
	       (line.sharers & ~BIT(mint_self.os - 1));
}
