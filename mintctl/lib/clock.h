/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock that deadlines are told by; a test has another one.
 */
#ifndef MINTCTL_CLOCK_H
#define MINTCTL_CLOCK_H

#include <stdint.h>

/* Monotonic milliseconds. */
int64_t mint_now_ms(void);

#endif /* MINTCTL_CLOCK_H */
