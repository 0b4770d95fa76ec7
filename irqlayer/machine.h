/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine as this OS knows it.  irql_gsi_to_pin(), irql_pin_to_gsi(): irqlayer.h.
 */
#ifndef IRQL_MACHINE_H
#define IRQL_MACHINE_H

#include "base.h"

/* Whether they make sense: no overlap, not too many pins. */
bool irql_chips_ok(const struct mint_irqt_chip *chips, u32 nr_chips);
/* @machine: irql_chips_ok() */
void irql_know_machine(struct irql *l,
		       const struct mint_irqt_machine *machine);
bool irql_has_eoi(const struct irql *l, u32 chip);

#endif /* IRQL_MACHINE_H */
