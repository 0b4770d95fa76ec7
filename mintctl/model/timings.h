/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long the phases of a move took.
 */
#ifndef MINTCTL_TIMINGS_H
#define MINTCTL_TIMINGS_H

#include "model/model.h"

/* One phase that was passed; nanoseconds, @end_ns from the order. */
struct timing {
	uint32_t phase;
	uint64_t took_ns;
	uint64_t end_ns;
};

/**
 * struct timings - those of the last order of a function
 * @phase:	phases that were passed, in order
 * @nr:		how many
 * @total_ns:	until a driver had it
 * @layer_ns:	what of that was the layer's, and not a driver's, the function's
 *		or Linux's
 */
struct timings {
	struct timing phase[MINT_NR_PHASES];
	unsigned int nr;
	uint64_t total_ns;
	uint64_t layer_ns;
};

void timings_of(const struct dev_info *dev, struct timings *t);

#endif /* MINTCTL_TIMINGS_H */
