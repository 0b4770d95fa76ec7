// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a seat would have something of a turn, as every kernel sees it.  The rule by
 * which it gets one is in loader/turn.c.
 */
#include <linux/kernel.h>

#include <asm/msr.h>

#include "base/base.h"
#include "hotplug/fence.h"
#include "neutral/shared.h"
#include "seat/internal.h"

bool seat_is_fenced(u32 os)
{
	return mint_fence_asks(READ_ONCE(mint_os(os)->fence),
			       READ_ONCE(mint_os(os)->generation)) != MINT_FENCE_GO_ON;
}

bool seat_wants_in(u32 seat)
{
	u32 state = mint_core_state(seat);

	return state == MINT_CORE_STARTING || state == MINT_CORE_CALLED;
}

static bool something_came(u32 seat, u32 os)
{
	const struct mint_seat *s = mint_seat(seat);
	u32 i, any = 0;

	for (i = 0; i < ARRAY_SIZE(s->pending); i++)
		any |= READ_ONCE(s->pending[i]);
	return any || mint_event_pending(os);
}

/* One that is FROZEN goes on when that is off, whether or not somebody has thawed it. */
bool seat_wants(u32 seat)
{
	u32 os = MINT_CORE_KERNEL(mint_core_word(seat));

	if (seat_wants_in(seat))
		return true;
	return mint_core_is_away(seat) && os && os <= MINT_MAX_OSES && !seat_is_fenced(os) &&
	       (mint_shared_load64(&mint_seat(seat)->wake_tsc) <= rdtsc() ||
		something_came(seat, os));
}
