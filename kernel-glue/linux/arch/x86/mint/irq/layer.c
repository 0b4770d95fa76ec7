// SPDX-License-Identifier: GPL-2.0-only
/* This OS's handle of the interrupt layer. */
#include <linux/cache.h>

#include "irq/irq.h"

struct irql mint_irql;
bool mint_irql_up __read_mostly;
