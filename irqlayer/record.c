// SPDX-License-Identifier: GPL-2.0-only
/*
 * The own section: written from the private copy, slot by slot.  And what needs
 * no more than that: message interrupts and doorbells.
 */
#include "table.h"
#include "record.h"

static void put_name(struct mint_irqt_route *to, const char *from)
{
	u32 i, last = sizeof(to->name) - 1;

	for (i = 0; i < last; i++)
		irql_store(&to->name[i], irql_load(&from[i]));
	irql_store(&to->name[last], 0);
}

void irql_fill_record(struct irql *l, u32 slot, const struct irql_msg *msg)
{
	struct mint_irqt_route *mine = &l->mine[slot];

	if (irql_load(&mine->type) == MINT_IRQ_FREE) {
		irql_store(&mine->count, 0);
		irql_store(&mine->foreign, 0);
	}
	irql_store(&mine->flags, msg->flags);
	irql_store(&mine->vector, msg->vector);
	irql_store(&mine->dest, msg->dest);
	irql_store(&mine->virq, msg->virq);
	irql_store(&mine->sbdf, msg->sbdf);
	put_name(mine, msg->name);
	irql_store(&mine->type, msg->type);
	irql_write_record(l, slot);
}

/* The type is stored first when a route is freed, else last. */
void irql_write_record(struct irql *l, u32 slot)
{
	struct mint_irqt_route *mine = &l->mine[slot];
	struct mint_irqt_route *r = irql_route(l, l->os, slot);
	u32 type = irql_load(&mine->type);

	if (type == MINT_IRQ_FREE) {
		irql_store_release(&r->type, type);
		return;
	}
	irql_store(&r->flags, irql_load(&mine->flags));
	irql_store(&r->vector, irql_load(&mine->vector));
	irql_store(&r->dest, irql_load(&mine->dest));
	irql_store(&r->sbdf, irql_load(&mine->sbdf));
	irql_store(&r->virq, irql_load(&mine->virq));
	irql_store(&r->count, irql_load(&mine->count));
	irql_store(&r->foreign, irql_load(&mine->foreign));
	put_name(r, mine->name);
	irql_store_release(&r->type, type);
}

static bool same_name(struct mint_irqt_route *r, const char *name)
{
	u32 i;

	for (i = 0; i < sizeof(r->name); i++)
		if (irql_load(&r->name[i]) != irql_load(&name[i]))
			return false;
	return true;
}

static bool same_record(struct irql *l, u32 slot)
{
	struct mint_irqt_route *mine = &l->mine[slot];
	struct mint_irqt_route *r = irql_route(l, l->os, slot);
	u32 type = irql_load(&mine->type);

	if (irql_load(&r->type) != type)
		return false;
	if (type == MINT_IRQ_FREE)
		return true;
	return irql_load(&r->flags) == irql_load(&mine->flags) &&
	       irql_load(&r->vector) == irql_load(&mine->vector) &&
	       irql_load(&r->dest) == irql_load(&mine->dest) &&
	       irql_load(&r->sbdf) == irql_load(&mine->sbdf) &&
	       irql_load(&r->virq) == irql_load(&mine->virq) &&
	       same_name(r, mine->name);
}

/* Another core may be changing it: look again before it is called damage. */
bool irql_record_ok(struct irql *l, u32 slot)
{
	u32 tries;

	for (tries = 0; tries < 8; tries++) {
		if (same_record(l, slot))
			return true;
		l->plat->relax(l);
	}
	return false;
}

static bool msg_ok(struct irql *l, const struct irql_msg *msg)
{
	if (msg->type != MINT_IRQ_MSI && msg->type != MINT_IRQ_MSIX &&
	    msg->type != MINT_IRQ_DOORBELL)
		return false;
	if (msg->vector > 255 ||
	    (msg->vector < 16 && !(msg->flags & MINT_IRQF_MASKED)))
		return false;
	return l->plat->dest_ok(l, l->os, msg->dest);
}

static void fill(struct irql *l, u32 slot, const struct irql_msg *msg)
{
	struct irql_msg copy = *msg;

	copy.flags &= MINT_IRQF_MASKED;
	irql_fill_record(l, slot, &copy);
	irql_count_change(l);
	irql_changed(l, MINT_IRQT_NONE);
}

/* Free slots are linked by their destination; 0 ends the list. */
int irql_add_msg(struct irql *l, const struct irql_msg *msg)
{
	u32 slot = l->free_msg;

	if (!msg_ok(l, msg))
		return -IRQL_EINVAL;
	if (slot) {
		l->free_msg = irql_load(&l->mine[slot].dest);
	} else {
		slot = MINT_IRQT_FIRST_MSG + l->nr_msgs;
		if (slot >= MINT_IRQT_MAX_ROUTES)
			return -IRQL_ENOSPC;
		l->nr_msgs++;
		irql_store(&irql_section(l, l->os)->nr_msgs, l->nr_msgs);
	}
	fill(l, slot, msg);
	irql_trace(l, IRQL_EV_REGISTER, slot, l->os, msg->vector);
	return (int)slot;
}

static bool is_msg(struct irql *l, u32 slot)
{
	return slot >= MINT_IRQT_FIRST_MSG && slot < MINT_IRQT_MAX_ROUTES &&
	       irql_load(&l->mine[slot].type) != MINT_IRQ_FREE;
}

int irql_set_msg(struct irql *l, u32 slot, const struct irql_msg *msg)
{
	if (!is_msg(l, slot))
		return -IRQL_ENOENT;
	if (!msg_ok(l, msg))
		return -IRQL_EINVAL;
	fill(l, slot, msg);
	return 0;
}

void irql_del_msg(struct irql *l, u32 slot)
{
	if (!is_msg(l, slot))
		return;
	irql_store(&l->mine[slot].type, MINT_IRQ_FREE);
	irql_write_record(l, slot);
	irql_store(&l->mine[slot].dest, l->free_msg);
	l->free_msg = slot;
	irql_trace(l, IRQL_EV_UNREGISTER, slot, l->os, 0);
	irql_count_change(l);
	irql_changed(l, MINT_IRQT_NONE);
}

void irql_set_user(struct irql *l, u32 slot, u32 sbdf, const char *name)
{
	struct mint_irqt_route *mine = &l->mine[slot];
	struct mint_irqt_route *r = irql_route(l, l->os, slot);

	if (irql_load(&mine->sbdf) == sbdf && same_name(mine, name))
		return;
	irql_store(&mine->sbdf, sbdf);
	put_name(mine, name);
	irql_store(&r->sbdf, sbdf);
	put_name(r, mine->name);
}

void irql_count(struct irql *l, u32 slot, u64 count, u64 foreign)
{
	struct mint_irqt_route *r;

	if (slot >= MINT_IRQT_MAX_ROUTES ||
	    irql_load(&l->mine[slot].type) == MINT_IRQ_FREE)
		return;
	r = irql_route(l, l->os, slot);
	irql_store(&l->mine[slot].count, count);
	irql_store(&l->mine[slot].foreign, foreign);
	irql_store(&r->count, count);
	irql_store(&r->foreign, foreign);
}

void irql_publish_mmio(struct irql *l)
{
	struct mint_irqt_section *section = irql_section(l, l->os);

	irql_store(&section->mmio_index, irql_load(&l->mmio_index));
	irql_store(&section->mmio_data, irql_load(&l->mmio_data));
	irql_store(&section->mmio_eoi, irql_load(&l->mmio_eoi));
}
