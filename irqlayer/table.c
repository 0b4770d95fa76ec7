// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table as a whole: building an empty one, and its header.
 */
#include "machine.h"
#include "table.h"

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

	if (!irql_chips_ok(machine->chip, machine->nr_chips))
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

bool irql_constants_ok(struct irql *l)
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

	return irql_constants_ok(l) && irql_load(&h->rearm) < MINT_NR_REARM &&
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

u32 irql_timeout_us(struct irql *l)
{
	u32 ms = irql_load(&irql_hdr(l)->timeout_ms);

	if (!timeout_ok(ms))
		ms = MINT_IRQT_TIMEOUT_DEFAULT;
	else
		irql_store(&l->timeout_ms, ms);
	return ms * 1000;
}

void irql_count_change(struct irql *l)
{
	irql_add_one(&irql_hdr(l)->changes);
}
