/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a point (see sim.h) of every access of the library to the table.  For
 * that the library is compiled for ThreadSanitizer, so that the compiler calls a
 * function at each access, and linked with the functions in points.c instead of
 * ThreadSanitizer's.
 */
#ifndef IRQSIM_POINTS_H
#define IRQSIM_POINTS_H

#include <stdint.h>

#include "sim.h"

/*
 * @sim: whose table; NULL: none.  @bytes: only the first bytes of the table (the
 * others' sections are then passed over).
 */
void points_watch(struct sim *sim, uint32_t bytes);
/* Accesses counted since points_watch(). */
extern uint64_t points_loads, points_stores;

#endif /* IRQSIM_POINTS_H */
