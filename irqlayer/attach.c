// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS becomes part of the layer.  Nothing of what its slot held before counts any
 * longer, and the first one prepares the pins.
 */
#include "machine.h"
#include "table.h"
#include "oses.h"
#include "lock.h"
#include "ioapic.h"
#include "apply.h"
#include "settle.h"

/* Flat logical destinations have eight bits. */
static u32 free_logical(struct irql *l)
{
	u32 os, used = 0;

	for (os = 1; os <= MINT_IRQT_MAX_OSES; os++)
		if (os != l->os && irql_attached(l, os))
			used |= irql_logical(l, os);
	used = ~used & 0xff;
	return used & -used;
}

/*
 * Pins that nobody uses become level triggered early (see first_attr() in table.c).
 * What is unmasked, or not of fixed delivery mode, is in somebody's use: not ours.
 */
static void prepare_pins(struct irql *l)
{
	u32 gsi, lo, chip, pin;

	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		if (irql_gsi_to_pin(l, gsi, &chip, &pin))
			continue;
		lo = irql_read_lo(l, chip, pin);
		if ((lo & IRQL_RTE_MASK) && !(lo & IRQL_RTE_DELIVERY))
			irql_apply(l, gsi);
	}
}

/* A slot's former OS: nothing of it counts any longer. */
static void forget_former(struct irql *l)
{
	u32 gsi, sharers;

	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++) {
		sharers = irql_load(&irql_gsi(l, gsi)->sharers);
		if (sharers & irql_bit(l->os))
			irql_settle(l, gsi, sharers);
	}
}

/* Under the lock. */
static void join(struct irql *l)
{
	struct mint_irqt_section *section = irql_section(l, l->os);

	irql_store(&irql_os(l, l->os)->generation, 0);
	memset(section, 0, MINT_IRQT_SECTION_SIZE);
	irql_store(&section->os, l->os);
	forget_former(l);
	if (irql_attached_set(l) == irql_bit(l->os))
		prepare_pins(l);
	l->logical = free_logical(l);
	irql_restore_os(l);
}

int irql_attach(struct irql *l, void *table,
		const struct mint_irqt_machine *machine, u32 os, u32 generation,
		u32 shared_apic, const struct irql_platform *plat,
		void *plat_data)
{
	unsigned long flags;
	int err;

	if (!os || os > MINT_IRQT_MAX_OSES || !generation ||
	    !irql_chips_ok(machine->chip, machine->nr_chips))
		return -IRQL_EINVAL;
	memset(l, 0, sizeof(*l));
	l->table = table;
	l->os = os;
	l->generation = generation;
	l->shared_apic = shared_apic;
	l->plat = plat;
	l->plat_data = plat_data;
	l->lock_timeout_us = 1000000;
	l->taken_over = irql_settle_all;
	irql_know_machine(l, machine);
	if (!irql_constants_ok(l))
		return -IRQL_EBADMSG;
	l->timeout_ms = MINT_IRQT_TIMEOUT_DEFAULT;
	irql_timeout_us(l);
	l->directed = plat->directed_eoi && plat->directed_eoi(l);

	err = irql_lock(l, &flags);
	if (err)
		return err;
	join(l);
	irql_unlock(l, flags);
	irql_changed(l, MINT_IRQT_NONE);
	return 0;
}
