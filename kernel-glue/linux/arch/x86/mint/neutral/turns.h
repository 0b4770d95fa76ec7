/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a turn is on a core that two OSes have, by what is said of its seats.
 */
#ifndef MINT_TURNS_H
#define MINT_TURNS_H

#include <mint/abi.h>

#include "neutral/portable.h"

/* Of the core, for the second seat, percent: if nobody says; and what can be said. */
#define MINT_SHARE		50u
#define MINT_SHARE_MIN		1u
#define MINT_SHARE_MAX		99u

/* Its turn, if nobody says; and what can be said; microseconds. */
#define MINT_TURN_US		20000u
#define MINT_TURN_MIN_US	1000u
#define MINT_TURN_MAX_US	5000000u

/*
 * The turn of the second seat of a core, or in proportion that of the first one, in
 * microseconds, whatever stands there.
 */
static inline u64 mint_turn_us(const struct mint_seat *second, bool of_second)
{
	u32 us = READ_ONCE(second->slice_us) ?: MINT_TURN_US;
	u32 share = clamp(READ_ONCE(second->share), MINT_SHARE_MIN, MINT_SHARE_MAX);

	us = clamp(us, MINT_TURN_MIN_US, MINT_TURN_MAX_US);
	return of_second ? us : div_u64((u64)us * (100 - share), share);
}

#endif /* MINT_TURNS_H */
