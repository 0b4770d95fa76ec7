// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a pin should be: a pure function of the sections and the control words.
 *
 *	nobody wants it		masked, trigger mode kept
 *	one OS			its core (physical), masked if it says so, or if it is away
 *				and the pin is held for it
 *	several (level)		the live ones (logical), masked if nobody is live
 *				or while a round of MINT_REARM_MASK is open
 */
#include "oses.h"
#include "vector.h"
#include "resolve.h"

#define KNOWN_FLAGS	(IRQL_ATTR | MINT_IRQF_MASKED | MINT_IRQF_HELD)

/*
 * What this OS wants it knows from its private copy; what others want is copied
 * once and checked.
 */
bool irql_claim(struct irql *l, u32 gsi, u32 os, struct irql_claim *claim)
{
	struct mint_irqt_route *r;

	if (!irql_attached(l, os))
		return false;
	r = os == l->os ? &l->mine[gsi] : irql_route(l, os, gsi);
	if (irql_load_acquire(&r->type) != MINT_IRQ_PIN)
		return false;
	claim->flags = irql_load(&r->flags);
	claim->dest = irql_load(&r->dest);
	claim->vector = irql_load(&r->vector);
	if (claim->flags & ~KNOWN_FLAGS)
		return false;
	if (!(claim->flags & MINT_IRQF_LEVEL) &&
	    (claim->vector < 16 || claim->vector > 255))
		return false;
	/* 0xff is every core. */
	return claim->dest < 0xff && l->plat->dest_ok(l, os, claim->dest);
}

u32 irql_sharers(struct irql *l, u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 attr = irql_load(&g->attr);
	u32 os, rest = irql_load(&g->sharers), set = 0;
	struct irql_claim c;

	while (irql_next_os(&rest, &os))
		if (irql_claim(l, gsi, os, &c) &&
		    (c.flags & IRQL_ATTR) == attr)
			set |= irql_bit(os);
	return set;
}

bool irql_unused(const struct irql_rte *rte)
{
	return rte->masked && !rte->vector;
}

static void resolve_shared(struct mint_irqt_gsi *g, u32 dest,
			   struct irql_rte *rte)
{
	/* 0xff is a broadcast on real chips; settle.c does not let it happen. */
	rte->dest = dest == 0xff ? 0x7f : dest;
	rte->logical = true;
	rte->masked = !dest || irql_load(&g->rearming);
}

u32 irql_resolve_owner(struct irql *l, u32 gsi, struct irql_rte *rte)
{
	struct mint_irqt_gsi *g = irql_gsi(l, gsi);
	u32 attr = irql_load(&g->attr) & IRQL_ATTR;
	u32 live = MINT_ROUND_LIVE(irql_load(&g->round)) &
		   ~irql_load(&g->evicted);
	u32 rest = irql_load(&g->sharers);
	u32 os, owner = 0, nr = 0, dest = 0;
	struct irql_claim c, only = { 0 };

	memset(rte, 0, sizeof(*rte));
	rte->masked = true;
	rte->level = attr & MINT_IRQF_LEVEL;
	rte->low = attr & MINT_IRQF_LOW;
	while (irql_next_os(&rest, &os)) {
		if (!irql_claim(l, gsi, os, &c) ||
		    (c.flags & IRQL_ATTR) != attr)
			continue;
		if (!nr++) {
			only = c;
			owner = os;
		}
		if (live & irql_bit(os))
			dest |= irql_logical(l, os);
	}
	rte->vector = rte->level ? irql_load(&g->vector) : only.vector;
	if (!nr || (rte->level && !irql_vector_in_block(rte->vector))) {
		rte->vector = 0;
		return 0;
	}
	if (nr > 1 && rte->level) {
		resolve_shared(g, dest, rte);
		return 0;
	}
	rte->dest = only.dest;
	rte->masked = only.flags & MINT_IRQF_MASKED || (rte->level && irql_load(&g->held));
	return owner;
}

void irql_resolve(struct irql *l, u32 gsi, struct irql_rte *rte)
{
	irql_resolve_owner(l, gsi, rte);
}
