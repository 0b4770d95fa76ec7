// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local APIC of the core that the loader runs on, where the tables of the park page
 * have it.
 */
#include "neutral/park.h"
#include "turn.h"

void turn_waiting_vectors(u32 vectors[8])
{
	const u32 *irr = (const u32 *)(PARK_LAPIC + PARK_APIC_IRR);
	u32 i;

	/* A register every 16 bytes (SDM table 11-1). */
	for (i = 0; i < 8; i++)
		vectors[i] = READ_ONCE(irr[4 * i]);
	vectors[0] = 0;		/* exceptions */
}
