/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frequencies and ticks.  Kernels of one machine may be built with different HZ,
 * and HZ need not divide 1000: what they tell each other is in kHz.
 *
 * Portable; no side effects, any context.
 */
#ifndef MINT_CLOCK_H
#define MINT_CLOCK_H

#include <mint/types.h>

#include "neutral/portable.h"

/**
 * mint_ticks_of_khz() - cycles of a clock in one tick of a kernel
 * @khz:	its frequency, kHz
 * @hz:		ticks a second, 1 or more
 *
 * Return: rounded; cannot overflow.
 */
static inline __u64 mint_ticks_of_khz(__u32 khz, __u32 hz)
{
	return div_u64((__u64)khz * 1000 + hz / 2, hz);
}

/**
 * mint_khz_of_ticks() - frequency of a clock, from its cycles in one tick
 * @cycles:	cycles in one tick
 * @hz:		ticks a second
 *
 * Return: kHz, rounded; all ones when that is more than 32 bits hold.
 */
static inline __u32 mint_khz_of_ticks(__u32 cycles, __u32 hz)
{
	__u64 khz = div_u64((__u64)cycles * hz + 500, 1000);

	return khz > ~(__u32)0 ? ~(__u32)0 : khz;
}

/**
 * mint_time_back() - a point in time after the clock has been set back
 * @then:	when it was by the clock as it went before; 0 = never
 * @by:		how far the clock was set back
 *
 * Return: the same point by the clock as it goes now, or 1, the beginning of that
 * clock, when it lies before.
 */
static inline __u64 mint_time_back(__u64 then, __u64 by)
{
	if (!then)
		return 0;
	return then > by ? then - by : 1;
}

#endif /* MINT_CLOCK_H */
