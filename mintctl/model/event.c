// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happened to a PCI function, found by comparing two states of it.
 */
#include <errno.h>
#include <string.h>

#include "model/event.h"

/* Whom to tell about what. */
struct teller {
	const struct dev_info *old, *now;
	dev_event_fn fn;
	void *arg;
};

static void tell(const struct teller *t, enum dev_event_kind kind, uint32_t phase)
{
	const struct dev_event e = { .kind = kind, .dev = t->now, .phase = phase };

	t->fn(&e, t->arg);
}

static bool was_here(const struct dev_info *old)
{
	return old && old->state != MINT_DEV_GONE && old->state != MINT_DEV_FREE;
}

static bool is_new_order(const struct teller *t)
{
	return t->now->order && (!t->old || t->old->order != t->now->order);
}

static void tell_phases(const struct teller *t)
{
	const uint64_t *ns = t->now->phase_ns;
	uint32_t i;

	for (i = MINT_PHASE_UNBIND; i < MINT_NR_PHASES; i++) {
		if (ns[i] == ~0ULL)
			continue;
		if (is_new_order(t) || t->old->phase_ns[i] != ns[i])
			tell(t, DEV_PHASE, i);
	}
}

static enum dev_event_kind ending(const struct dev_info *now)
{
	if (now->owner == MINT_OS_NONE)
		return DEV_PARKED;
	if (!now->error)
		return DEV_MOVED;
	return now->options & MINT_ORDER_RETURN ? DEV_RETURNED : DEV_KEPT;
}

static bool has_ended(const struct teller *t)
{
	if (t->now->state != MINT_DEV_OWNED || !t->now->order)
		return false;
	return is_new_order(t) || dev_info_moves(t->old);
}

static void tell_order(const struct teller *t)
{
	if (is_new_order(t))
		tell(t, DEV_ORDERED, 0);
	tell_phases(t);
	if (has_ended(t))
		tell(t, ending(t->now), 0);
	else if (was_here(t->old) && t->now->state == MINT_DEV_OWNED &&
		 strcmp(t->old->driver, t->now->driver))
		tell(t, DEV_DRIVER, 0);
}

void dev_events(const struct dev_info *old, const struct dev_info *now,
		dev_event_fn fn, void *arg)
{
	const struct teller t = { old, now, fn, arg };

	if (now->state == MINT_DEV_GONE || now->state == MINT_DEV_FREE) {
		if (was_here(old))
			tell(&t, DEV_REMOVED, 0);
		return;
	}
	if (!was_here(old)) {
		tell(&t, DEV_ADDED, 0);
		if (!now->order)
			return;
	}
	if (now->eject && !(old && old->eject))
		tell(&t, DEV_EJECT, 0);
	tell_order(&t);
}

const char *dev_failure(const struct dev_info *dev)
{
	if (dev->reason[0])
		return dev->reason;
	switch (dev->error) {
	case 0:
		return "";
	case ETIMEDOUT:
		return "not done in time";
	case EHOSTDOWN:
		return "an OS ended meanwhile";
	case ECANCELED:
		return dev->options & MINT_ORDER_DRY_RUN ? "it was only asked" :
		       "called off";
	default:
		return strerror((int)dev->error);
	}
}
