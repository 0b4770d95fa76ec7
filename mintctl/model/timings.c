// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long the phases of a move took, from the times at which they ended.
 */
#include <string.h>

#include "model/timings.h"

static bool is_layers(uint32_t phase)
{
	return phase == MINT_PHASE_RELEASE || phase == MINT_PHASE_NOTIFY ||
	       phase == MINT_PHASE_CLAIM;
}

void timings_of(const struct dev_info *dev, struct timings *t)
{
	uint64_t last = 0, end;
	uint32_t i;

	memset(t, 0, sizeof(*t));
	for (i = MINT_PHASE_UNBIND; i < MINT_NR_PHASES; i++) {
		end = dev->phase_ns[i];
		if (end == ~0ULL || end < last)
			continue;
		t->phase[t->nr++] = (struct timing){ i, end - last, end };
		t->layer_ns += is_layers(i) ? end - last : 0;
		last = end;
		if (i <= MINT_PHASE_BIND)
			t->total_ns = end;
	}
}
