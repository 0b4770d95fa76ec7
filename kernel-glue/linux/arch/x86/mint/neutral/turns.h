/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a turn is on a core that two OSes have, by what is said of its seats.
 */
#ifndef MINT_TURNS_H
#define MINT_TURNS_H

#include <mint/abi.h>

#include "neutral/portable.h"

/* If nobody says; and what can be said; microseconds. */
#define MINT_TURN_US		20000u
#define MINT_TURN_MIN_US	1000u
#define MINT_TURN_MAX_US	5000000u

/*
 * @first, @second: the two seats of a core.  The turn of the second one, or in proportion
 * that of the first one, in microseconds, whatever stands there.
 */
static inline u64 mint_turn_us(const struct mint_seat *first,
			       const struct mint_seat *second, bool of_second)
{
	u32 us = READ_ONCE(second->slice_us) ?: MINT_TURN_US;
	u32 share = clamp(READ_ONCE(second->share), 1u, 99u);
	u32 rest = READ_ONCE(first->share) ?: 100 - share;

	us = clamp(us, MINT_TURN_MIN_US, MINT_TURN_MAX_US);
	return of_second ? us : div_u64((u64)us * clamp(rest, 1u, 99u), share);
}

#endif /* MINT_TURNS_H */
