// SPDX-License-Identifier: GPL-2.0-only
/*
 * INTx of the functions on a GSI, which the platform switches.  Off and on again makes
 * a line move that is high.  Under the table's lock, which is held for microseconds,
 * that is only noted; irql_unlock() has it done once the lock is given back.
 */
#include "intx.h"

void irql_quiet_intx(struct irql *l, u32 gsi, u32 set, bool on)
{
	u32 os;

	while (irql_next_os(&set, &os))
		l->plat->quiet_intx(l, os, gsi, on);
}

void irql_toggle_intx(struct irql *l, u32 gsi, u32 set)
{
	if (!set)
		return;
	irql_or(&l->unquiet[gsi], set);
	irql_store(&l->unquiet_any, 1);
}

/* All off, then on but for the evicted ones: only so does the line move. */
void irql_toggle_noted(struct irql *l)
{
	u32 gsi, set;

	irql_store(&l->unquiet_any, 0);
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		if (!irql_load(&l->unquiet[gsi]))
			continue;
		set = irql_xchg(&l->unquiet[gsi], 0);
		irql_quiet_intx(l, gsi, set, false);
		set &= ~irql_load(&irql_gsi(l, gsi)->evicted);
		irql_quiet_intx(l, gsi, set, true);
	}
}
