// SPDX-License-Identifier: GPL-2.0-only
/*
 * Building the table, attaching to it, and what it says of chips and OSes.
 */
#include "internal.h"

#define CHIP_WORDS	(MINT_IRQT_MAX_CHIPS * 8)	/* 32 bytes each */

/* 32 bits at a time: a 32-bit kernel has no other atomic access. */
static void store_magic(struct mint_irqt_header *h)
{
	u32 *half = (u32 *)&h->magic;

	irql_store(&half[0], (u32)(MINT_IRQT_MAGIC & ~0u));
	irql_store_release(&half[1], (u32)(MINT_IRQT_MAGIC >> 32));
}

static bool magic_ok(struct mint_irqt_header *h)
{
	u32 *half = (u32 *)&h->magic;

	return irql_load_acquire(&half[1]) == (u32)(MINT_IRQT_MAGIC >> 32) &&
	       irql_load(&half[0]) == (u32)(MINT_IRQT_MAGIC & ~0u);
}

static struct mint_irqt_chip *table_chips(void *table)
{
	return (struct mint_irqt_chip *)((u8 *)table + MINT_IRQT_OFF_CHIPS);
}

static bool chips_ok(const struct mint_irqt_chip *chips, u32 nr_chips)
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

/*
 * How an unused pin is taken to be wired, so that it can be level triggered
 * before its first user comes: QEMU's chip forgets a line that was raised while
 * the pin was masked and edge triggered.
 */
static u32 first_attr(u32 gsi, const struct mint_irqt_machine *machine)
{
	u32 i;

	for (i = 0; i < 16; i++)
		if (machine->isa_gsi[i] == gsi)
			return machine->isa_attr[i] & IRQL_ATTR;
	return gsi < 16 ? 0 : MINT_IRQF_LEVEL | MINT_IRQF_LOW;
}

int irql_build(void *table, const struct mint_irqt_machine *machine)
{
	struct mint_irqt_header *h = table;
	struct mint_irqt_gsi *gsis =
		(struct mint_irqt_gsi *)((u8 *)table + MINT_IRQT_OFF_GSIS);
	struct mint_irqt_section *section;
	u32 i;

	if (!chips_ok(machine->chip, machine->nr_chips))
		return -IRQL_EINVAL;
	memset(table, 0, MINT_IRQT_SIZE);
	h->revision = MINT_IRQT_REVISION;
	h->size_bytes = MINT_IRQT_SIZE;
	h->timeout_ms = MINT_IRQT_TIMEOUT_DEFAULT;
	for (i = 0; i < 16; i++) {
		h->isa_gsi[i] = machine->isa_gsi[i];
		h->isa_attr[i] = machine->isa_attr[i] & IRQL_ATTR;
	}
	memcpy(table_chips(table), machine->chip,
	       machine->nr_chips * sizeof(machine->chip[0]));
	for (i = 0; i < MINT_IRQT_MAX_GSIS; i++)
		gsis[i].attr = first_attr(i, machine);
	for (i = 0; i < MINT_IRQT_MAX_OSES; i++) {
		section = (struct mint_irqt_section *)((u8 *)table +
			MINT_IRQT_OFF_SECTIONS + i * MINT_IRQT_SECTION_SIZE);
		section->os = i + 1;
	}
	store_magic(h);
	return 0;
}

static void know_machine(struct irql *l, const struct mint_irqt_machine *machine)
{
	u32 i;

	l->nr_chips = machine->nr_chips;
	memcpy(l->chip, machine->chip, l->nr_chips * sizeof(l->chip[0]));
	for (i = 0; i < 16; i++) {
		l->isa_gsi[i] = machine->isa_gsi[i];
		l->isa_attr[i] = machine->isa_attr[i] & IRQL_ATTR;
	}
}

static bool same_words(const u32 *mine, u32 *shared, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (irql_load(&shared[i]) != mine[i])
			return false;
	return true;
}

static u32 put_words(const u32 *mine, u32 *shared, u32 nr)
{
	u32 i, wrong = 0;

	for (i = 0; i < nr; i++)
		wrong += irql_put(&shared[i], mine[i]);
	return wrong;
}

static bool timeout_ok(u32 ms)
{
	return ms >= MINT_IRQT_TIMEOUT_MIN && ms <= MINT_IRQT_TIMEOUT_MAX;
}

/* What is written once. */
static bool constants_ok(struct irql *l)
{
	struct mint_irqt_header *h = irql_hdr(l);

	return magic_ok(h) && irql_load(&h->revision) == MINT_IRQT_REVISION &&
	       irql_load(&h->size_bytes) == MINT_IRQT_SIZE &&
	       same_words((u32 *)l->chip, (u32 *)table_chips(l->table),
			  CHIP_WORDS) &&
	       same_words(l->isa_gsi, h->isa_gsi, 16) &&
	       same_words(l->isa_attr, h->isa_attr, 16);
}

bool irql_header_ok(struct irql *l)
{
	struct mint_irqt_header *h = irql_hdr(l);

	return constants_ok(l) && irql_load(&h->rearm) < MINT_NR_REARM &&
	       timeout_ok(irql_load(&h->timeout_ms));
}

u32 irql_restore_header(struct irql *l)
{
	struct mint_irqt_header *h = irql_hdr(l);
	u32 wrong = 0;

	wrong += irql_put(&h->revision, MINT_IRQT_REVISION);
	wrong += irql_put(&h->size_bytes, MINT_IRQT_SIZE);
	wrong += irql_put(&h->features, 0);
	if (irql_load(&h->rearm) >= MINT_NR_REARM)
		wrong += irql_put(&h->rearm, MINT_REARM_AUTO);
	if (!timeout_ok(irql_load(&h->timeout_ms)))
		wrong += irql_put(&h->timeout_ms, irql_load(&l->timeout_ms));
	wrong += put_words((u32 *)l->chip, (u32 *)table_chips(l->table),
			   CHIP_WORDS);
	wrong += put_words(l->isa_gsi, h->isa_gsi, 16);
	wrong += put_words(l->isa_attr, h->isa_attr, 16);
	if (!magic_ok(h)) {
		store_magic(h);
		wrong++;
	}
	return wrong;
}

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
 * Pins that nobody uses become level triggered early (see first_attr()).  What is
 * unmasked, or not of fixed delivery mode, is in somebody's use: not ours.
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

int irql_attach(struct irql *l, void *table,
		const struct mint_irqt_machine *machine, u32 os, u32 generation,
		u32 shared_apic, const struct irql_platform *plat,
		void *plat_data)
{
	struct mint_irqt_section *section;
	unsigned long flags;
	int err;

	if (!os || os > MINT_IRQT_MAX_OSES || !generation ||
	    !chips_ok(machine->chip, machine->nr_chips))
		return -IRQL_EINVAL;
	memset(l, 0, sizeof(*l));
	l->table = table;
	l->os = os;
	l->generation = generation;
	l->shared_apic = shared_apic;
	l->plat = plat;
	l->plat_data = plat_data;
	l->lock_timeout_us = 1000000;
	know_machine(l, machine);
	if (!constants_ok(l))
		return -IRQL_EBADMSG;
	l->timeout_ms = MINT_IRQT_TIMEOUT_DEFAULT;
	irql_timeout_us(l);
	l->directed = plat->directed_eoi && plat->directed_eoi(l);

	err = irql_lock(l, &flags);
	if (err)
		return err;
	section = irql_section(l, os);
	irql_store(&irql_os(l, os)->generation, 0);
	memset(section, 0, MINT_IRQT_SECTION_SIZE);
	irql_store(&section->os, os);
	forget_former(l);
	if (irql_attached_set(l) == irql_bit(os))
		prepare_pins(l);
	l->logical = free_logical(l);
	irql_restore_os(l);
	irql_unlock(l, flags);
	irql_changed(l, MINT_IRQT_NONE);
	return 0;
}

int irql_set_receiver(struct irql *l, u32 apic_id)
{
	if (!l->plat->dest_ok(l, l->os, apic_id))
		return -IRQL_EINVAL;
	irql_store(&l->shared_apic, apic_id);
	irql_store(&irql_os(l, l->os)->shared_apic, apic_id);
	return 0;
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

u32 irql_timeout_us(struct irql *l)
{
	u32 ms = irql_load(&irql_hdr(l)->timeout_ms);

	if (!timeout_ok(ms))
		ms = MINT_IRQT_TIMEOUT_DEFAULT;
	else
		irql_store(&l->timeout_ms, ms);
	return ms * 1000;
}

void irql_publish_mmio(struct irql *l)
{
	struct mint_irqt_section *section = irql_section(l, l->os);

	irql_store(&section->mmio_index, irql_load(&l->mmio_index));
	irql_store(&section->mmio_data, irql_load(&l->mmio_data));
	irql_store(&section->mmio_eoi, irql_load(&l->mmio_eoi));
}
