// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock that deadlines are told by.
 */
#include <time.h>

#include "lib/clock.h"

int64_t mint_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}
