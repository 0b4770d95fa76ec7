// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as this OS knows it: chips, pins and their GSIs.  From private
 * memory alone: what the table says of it is checked against this (table.c).
 */
#include "machine.h"

bool irql_chips_ok(const struct mint_irqt_chip *chips, u32 nr_chips)
{
	u32 i, k;

	if (nr_chips > MINT_IRQT_MAX_CHIPS)
		return false;
	for (i = 0; i < nr_chips; i++) {
		if (!chips[i].nr_pins ||
		    chips[i].nr_pins > MINT_IRQT_MAX_PINS ||
		    chips[i].gsi_base > MINT_IRQT_MAX_GSIS - chips[i].nr_pins)
			return false;
		for (k = 0; k < i; k++)
			if (chips[i].gsi_base <
				    chips[k].gsi_base + chips[k].nr_pins &&
			    chips[k].gsi_base <
				    chips[i].gsi_base + chips[i].nr_pins)
				return false;
	}
	return true;
}

void irql_know_machine(struct irql *l,
		       const struct mint_irqt_machine *machine)
{
	u32 i;

	l->nr_chips = machine->nr_chips;
	memcpy(l->chip, machine->chip, l->nr_chips * sizeof(l->chip[0]));
	for (i = 0; i < 16; i++) {
		l->isa_gsi[i] = machine->isa_gsi[i];
		l->isa_attr[i] = machine->isa_attr[i] & IRQL_ATTR;
	}
}

int irql_gsi_to_pin(const struct irql *l, u32 gsi, u32 *chip, u32 *pin)
{
	u32 i;

	for (i = 0; i < l->nr_chips; i++) {
		if (gsi < l->chip[i].gsi_base ||
		    gsi - l->chip[i].gsi_base >= l->chip[i].nr_pins)
			continue;
		if (chip)
			*chip = i;
		if (pin)
			*pin = gsi - l->chip[i].gsi_base;
		return 0;
	}
	return -IRQL_ENOENT;
}

u32 irql_pin_to_gsi(const struct irql *l, u32 chip, u32 pin)
{
	if (chip >= l->nr_chips || pin >= l->chip[chip].nr_pins)
		return MINT_IRQT_NONE;
	return l->chip[chip].gsi_base + pin;
}

bool irql_has_eoi(const struct irql *l, u32 chip)
{
	return (l->chip[chip].version & 0xff) >= 0x20;
}
