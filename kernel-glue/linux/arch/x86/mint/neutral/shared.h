/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to words that other OSes change too.  Nothing else may be used on
 * them but READ_ONCE(), WRITE_ONCE() and xchg().
 */
#ifndef MINT_SHARED_H
#define MINT_SHARED_H

#include <mint/types.h>

#include "neutral/portable.h"

/*
 * A kernel that boots on one core patches the lock prefix out of its ordinary
 * atomic operations (see alternative_instructions()); the other kernels of the
 * machine would not see them as atomic.  xchg() always locks.
 */
static inline u32 mint_shared_cas(u32 *p, u32 old, u32 new)
{
	return sync_cmpxchg(p, old, new);
}

static inline u32 mint_shared_or(u32 *p, u32 bits)
{
	u32 old, seen = READ_ONCE(*p);

	do {
		old = seen;
		seen = mint_shared_cas(p, old, old | bits);
	} while (seen != old);
	return old;
}

/* Clears @bits; returns what was there before. */
static inline u32 mint_shared_clear(u32 *p, u32 bits)
{
	u32 old, seen = READ_ONCE(*p);

	do {
		old = seen;
		seen = mint_shared_cas(p, old, old & ~bits);
	} while (seen != old);
	return old;
}

static inline void mint_shared_inc(u32 *p)
{
	u32 old, seen = READ_ONCE(*p);

	do {
		old = seen;
		seen = mint_shared_cas(p, old, old + 1);
	} while (seen != old);
}

/* Sees all that the other side wrote before it stored what is loaded here. */
static inline u32 mint_shared_load(const u32 *p)
{
	return smp_load_acquire(p);	/* pairs with mint_shared_store() */
}

/* Whoever loads this value sees all that was written before. */
static inline void mint_shared_store(u32 *p, u32 value)
{
	smp_store_release(p, value);	/* pairs with mint_shared_load() */
}

/*
 * 64 bits at once, in a 32-bit kernel too: for times that others look at while they
 * change.  @p is a multiple of 8.
 */
#if defined(__KERNEL__) && defined(CONFIG_X86_32)
static inline u64 mint_shared_load64(const u64 *p)
{
	return atomic64_read((const atomic64_t *)p);
}

static inline void mint_shared_store64(u64 *p, u64 value)
{
	atomic64_set((atomic64_t *)p, value);
}
#else
static inline u64 mint_shared_load64(const __u64 *p)
{
	return READ_ONCE(*p);
}

static inline void mint_shared_store64(__u64 *p, u64 value)
{
	WRITE_ONCE(*p, value);
}
#endif

/* A copy that is what is checked and used: the source is not read again. */
static inline void mint_shared_copy(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	barrier();
}

#endif /* MINT_SHARED_H */
