/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What portable files use of Linux, in the kernel and on a host, where they have their
 * unit tests.  A test that wants to know of a barrier defines it before.
 */
#ifndef MINT_PORTABLE_H
#define MINT_PORTABLE_H

#ifdef __KERNEL__

#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/types.h>

#include <asm/barrier.h>

#else /* a host: gcc or clang */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT64_TYPE__ s64;

#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX

#define SZ_2M			0x00200000
#define SZ_64M			0x04000000
#define SZ_128M			0x08000000
#define SZ_4G			0x100000000ULL

#define BIT(nr)			(1UL << (nr))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)
#define ALIGN(x, a) ({ \
	__typeof__(x) align_mask = (__typeof__(x))(a) - 1; \
	((x) + align_mask) & ~align_mask; })
#define min(a, b) ({ \
	__typeof__(a) min_a = (a); __typeof__(b) min_b = (b); \
	min_a < min_b ? min_a : min_b; })
#define max(a, b) ({ \
	__typeof__(a) max_a = (a); __typeof__(b) max_b = (b); \
	max_a > max_b ? max_a : max_b; })
#define clamp(x, low, high)	min(max(x, low), high)
#define min_t(type, a, b)	min((type)(a), (type)(b))

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)
/* pairs with smp_store_release() */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
/* pairs with smp_load_acquire() */
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define barrier()		__atomic_signal_fence(__ATOMIC_SEQ_CST)
#ifndef smp_mb
/* pairs as in the kernel */
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif
#ifndef smp_rmb
/* pairs as in the kernel */
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#endif
#ifndef smp_wmb
/* pairs as in the kernel */
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#endif

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

/* Returns what was there: equal to @old if @value was stored. */
static inline u32 sync_cmpxchg(u32 *p, u32 old, u32 value)
{
	__atomic_compare_exchange_n(p, &old, value, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return old;
}

#endif

#endif /* MINT_PORTABLE_H */
