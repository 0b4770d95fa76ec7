/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions for which the kernel has no function, or one that does more.  The unit test
 * of context.c has others, tests/unit/recorded.h.
 */
#ifndef MINT_SEAT_RAW_H
#define MINT_SEAT_RAW_H

#include <linux/types.h>

/* Unlike the kernel's: no bit is pinned, and the shadow stays as it is. */
static inline void seat_load_cr0(u64 v)
{
	asm volatile("mov %0, %%cr0" : : "r" (v) : "memory");
}

static inline void seat_load_cr4(u64 v)
{
	asm volatile("mov %0, %%cr4" : : "r" (v) : "memory");
}

static inline void seat_load_ldt(u16 v)
{
	asm volatile("lldt %0" : : "m" (v));
}

static inline void seat_fxsave(void *area)
{
	asm volatile("fxsave64 (%0)" : : "r" (area) : "memory");
}

static inline void seat_fxrstor(const void *area)
{
	asm volatile("fxrstor64 (%0)" : : "r" (area) : "memory");
}

static inline void seat_xsave(void *area, u64 mask)
{
	asm volatile("xsave64 (%0)" : : "r" (area), "a" ((u32)mask), "d" ((u32)(mask >> 32))
		     : "memory");
}

static inline void seat_xrstor(const void *area, u64 mask)
{
	asm volatile("xrstor64 (%0)" : : "r" (area), "a" ((u32)mask), "d" ((u32)(mask >> 32))
		     : "memory");
}

#endif /* MINT_SEAT_RAW_H */
