// SPDX-License-Identifier: GPL-2.0-only
/* The simulated local APIC. */
#include <string.h>

#include "lapic.h"

static void set(uint32_t *bits, uint32_t vector, bool on)
{
	if (on)
		bits[vector / 32] |= 1u << vector % 32;
	else
		bits[vector / 32] &= ~(1u << vector % 32);
}

static int highest(const uint32_t *bits)
{
	int word;

	for (word = 7; word >= 0; word--)
		if (bits[word])
			return word * 32 + 31 - __builtin_clz(bits[word]);
	return -1;
}

void sim_lapic_reset(struct sim_lapic *lapic)
{
	lapic->nr_requested = 0;
	lapic->logical = 0;
	lapic->directed = false;
	memset(lapic->irr, 0, sizeof(lapic->irr));
	memset(lapic->isr, 0, sizeof(lapic->isr));
	memset(lapic->tmr, 0, sizeof(lapic->tmr));
}

bool sim_lapic_is_dest(const struct sim_lapic *lapic, const struct sim_msg *msg)
{
	if (msg->logical)
		return lapic->logical & msg->dest;
	return msg->dest == 0xff || msg->dest == lapic->apic_id;
}

void sim_lapic_accept(struct sim_lapic *lapic, uint32_t vector, bool level)
{
	vector &= 0xff;
	if (!(lapic->irr[vector / 32] & 1u << vector % 32))
		lapic->nr_requested++;
	set(lapic->irr, vector, true);
	set(lapic->tmr, vector, level);
}

int sim_lapic_pending(const struct sim_lapic *lapic)
{
	int vector, serving;

	if (!lapic->nr_requested)
		return -1;
	vector = highest(lapic->irr);
	serving = highest(lapic->isr);
	/* A class of 16 vectors does not interrupt itself. */
	if (vector < 0 || (serving >= 0 && vector / 16 <= serving / 16))
		return -1;
	return vector;
}

uint32_t sim_lapic_take(struct sim_lapic *lapic)
{
	uint32_t vector = (uint32_t)sim_lapic_pending(lapic);

	lapic->nr_requested--;
	set(lapic->irr, vector, false);
	set(lapic->isr, vector, true);
	return vector;
}

int sim_lapic_eoi(struct sim_lapic *lapic)
{
	int vector = highest(lapic->isr);

	if (vector < 0)
		return -1;
	set(lapic->isr, (uint32_t)vector, false);
	return !lapic->directed && sim_lapic_tmr(lapic, (uint32_t)vector) ?
		vector : -1;
}

bool sim_lapic_tmr(const struct sim_lapic *lapic, uint32_t vector)
{
	return lapic->tmr[vector / 32] & 1u << vector % 32;
}
