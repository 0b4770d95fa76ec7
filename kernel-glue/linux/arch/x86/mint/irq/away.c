// SPDX-License-Identifier: GPL-2.0-only
/*
 * Level pins of a core that two OSes have by turns: irqlayer/away.c.
 */
#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"

void mint_irq_hold(u32 vector)
{
	if (mint_irql_up)
		irql_hold(&mint_irql, vector);
	else
		mint_lapic_eoi(&mint_irql);
}

void mint_irq_back(void)
{
	if (mint_irql_up)
		irql_back(&mint_irql);
}

bool mint_irq_lock_is_ours(void)
{
	return mint_irql_up &&
	       MINT_LOCK_OS(READ_ONCE(irql_hdr(&mint_irql)->lock.holder)) == mint_self.os;
}
