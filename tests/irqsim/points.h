/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a point of every access to the table: a test is called before it.  For that
 * what is tested is compiled for ThreadSanitizer, so that the compiler calls a
 * function at each access, and linked with the functions in points.c instead of
 * ThreadSanitizer's.
 */
#ifndef IRQSIM_POINTS_H
#define IRQSIM_POINTS_H

#include <stdint.h>

/*
 * Calls @touched before each access to the @bytes of @memory (0: to none), with the
 * offset of what is accessed.
 */
void points_watch(const void *memory, uint32_t bytes,
		  void (*touched)(void *arg, uint32_t offset), void *arg);
/* Accesses counted since points_watch(). */
extern uint64_t points_loads, points_stores;

#endif /* IRQSIM_POINTS_H */
