/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of a struct irql_platform that do nothing: for tests in which nothing
 * interrupts and no device is to be silenced.
 */
#ifndef TESTS_UNIT_IRQ_STUBS_H
#define TESTS_UNIT_IRQ_STUBS_H

#include "../../irqlayer/irqlayer.h"

static inline unsigned long stub_irq_save(struct irql *l)
{
	(void)l;
	return 0;
}

static inline void stub_irq_restore(struct irql *l, unsigned long flags)
{
	(void)l;
	(void)flags;
}

static inline void stub_quiet_intx(struct irql *l, u32 os, u32 gsi, bool on)
{
	(void)l;
	(void)os;
	(void)gsi;
	(void)on;
}

#endif /* TESTS_UNIT_IRQ_STUBS_H */
