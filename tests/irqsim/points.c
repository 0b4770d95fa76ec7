// SPDX-License-Identifier: GPL-2.0-only
/* What a compiler that instruments for ThreadSanitizer calls, for points.h. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "points.h"

uint64_t points_loads, points_stores;

static void (*on_touch)(void *arg, uint32_t offset);
static void *touch_arg;
static uintptr_t first;
static uintptr_t length;

void points_watch(const void *memory, uint32_t bytes,
		  void (*touched)(void *arg, uint32_t offset), void *arg)
{
	on_touch = touched;
	touch_arg = arg;
	first = (uintptr_t)memory;
	length = bytes;
	points_loads = 0;
	points_stores = 0;
}

static inline void touch(const volatile void *address, uint64_t *count)
{
	if ((uintptr_t)address - first >= length)
		return;
	++*count;
	on_touch(touch_arg, (uint32_t)((uintptr_t)address - first));
}

/* Called by the compiler's code, declared by no header. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

void __tsan_init(void)
{
}

void __tsan_func_entry(void *pc)
{
	(void)pc;
}

void __tsan_func_exit(void)
{
}

#define PLAIN(bytes)						\
void __tsan_read##bytes(void *p) { touch(p, &points_loads); }		\
void __tsan_write##bytes(void *p) { touch(p, &points_stores); }		\
void __tsan_unaligned_read##bytes(void *p) { touch(p, &points_loads); }	\
void __tsan_unaligned_write##bytes(void *p) { touch(p, &points_stores); }

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

void __tsan_read_range(void *p, size_t bytes)
{
	(void)bytes;
	touch(p, &points_loads);
}

void __tsan_write_range(void *p, size_t bytes)
{
	(void)bytes;
	touch(p, &points_stores);
}

void *__tsan_memset(void *p, int c, size_t bytes)
{
	return memset(p, c, bytes);
}

void *__tsan_memcpy(void *to, const void *from, size_t bytes)
{
	return memcpy(to, from, bytes);
}

#define ATOMIC(bits, type)						\
type __tsan_atomic##bits##_load(const volatile type *p, int order)	\
{									\
	(void)order;							\
	touch(p, &points_loads);					\
	return *p;							\
}									\
void __tsan_atomic##bits##_store(volatile type *p, type v, int order)	\
{									\
	(void)order;							\
	touch(p, &points_stores);					\
	*p = v;								\
}									\
type __tsan_atomic##bits##_exchange(volatile type *p, type v, int order)\
{									\
	type old;							\
									\
	(void)order;							\
	touch(p, &points_stores);					\
	old = *p;							\
	*p = v;								\
	return old;							\
}									\
int __tsan_atomic##bits##_compare_exchange_strong(volatile type *p,	\
	type *expected, type v, int order, int failure)			\
{									\
	type old;							\
									\
	(void)order;							\
	(void)failure;							\
	touch(p, &points_stores);					\
	old = *p;							\
	if (old == *expected) {						\
		*p = v;							\
		return 1;						\
	}								\
	*expected = old;						\
	return 0;							\
}									\
type __tsan_atomic##bits##_compare_exchange_val(volatile type *p,	\
	type expected, type v, int order, int failure)			\
{									\
	__tsan_atomic##bits##_compare_exchange_strong(p, &expected, v,	\
						      order, failure);	\
	return expected;						\
}

ATOMIC(8, uint8_t)
ATOMIC(16, uint16_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)
