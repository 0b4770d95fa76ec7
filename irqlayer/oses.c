// SPDX-License-Identifier: GPL-2.0-only
/*
 * The OSes, as the table knows them: who is attached, and how its cores are reached.
 */
#include "oses.h"

bool irql_os_ok(struct irql *l)
{
	struct mint_irqt_os *o = irql_os(l, l->os);

	return irql_load(&o->generation) == l->generation &&
	       irql_load(&o->logical) == l->logical &&
	       irql_load(&o->shared_apic) == irql_load(&l->shared_apic) &&
	       irql_load(&irql_section(l, l->os)->os) == l->os;
}

u32 irql_restore_os(struct irql *l)
{
	struct mint_irqt_os *o = irql_os(l, l->os);

	return irql_put(&irql_section(l, l->os)->os, l->os) +
	       irql_put(&o->logical, l->logical) +
	       irql_put(&o->shared_apic, irql_load(&l->shared_apic)) +
	       irql_put(&o->generation, l->generation);
}

bool irql_attached(struct irql *l, u32 os)
{
	return os == l->os || irql_load(&irql_os(l, os)->generation);
}

/* An OS that has no core is one that only a damaged table knows. */
static bool has_core(struct irql *l, u32 os)
{
	u32 apic_id;

	for (apic_id = 0; apic_id < 0xff; apic_id++)
		if (l->plat->dest_ok(l, os, apic_id))
			return true;
	return false;
}

u32 irql_detach_bogus(struct irql *l)
{
	u32 os, wrong = 0;

	for (os = 1; os <= MINT_IRQT_MAX_OSES; os++) {
		if (os == l->os || !irql_attached(l, os) || has_core(l, os))
			continue;
		wrong += irql_put(&irql_os(l, os)->generation, 0);
		wrong += irql_put(&irql_os(l, os)->logical, 0);
	}
	return wrong;
}

u32 irql_attached_set(struct irql *l)
{
	u32 os, set = 0;

	for (os = 1; os <= MINT_IRQT_MAX_OSES; os++)
		if (irql_attached(l, os))
			set |= irql_bit(os);
	return set;
}

u32 irql_logical(struct irql *l, u32 os)
{
	u32 id;

	if (os == l->os)
		return l->logical;
	id = irql_load(&irql_os(l, os)->logical);
	return id <= 0x80 && !(id & (id - 1)) ? id : 0;
}

int irql_set_receiver(struct irql *l, u32 apic_id)
{
	if (!l->plat->dest_ok(l, l->os, apic_id))
		return -IRQL_EINVAL;
	irql_store(&l->shared_apic, apic_id);
	irql_store(&irql_os(l, l->os)->shared_apic, apic_id);
	return 0;
}
