/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a simulated machine again and again, from the same beginning, in every
 * order in which its cores can go on, up to a number of preemptions: at each point
 * the core goes on, or, as often as that number allows, another one does.  When a
 * core waits or has nothing to do, the first of the others goes on, or, once more
 * often than there are preemptions, each of them.
 */
#ifndef IRQSIM_EXPLORE_H
#define IRQSIM_EXPLORE_H

#include "sim.h"

#define EXPLORE_MAX_CHOICES	4096u

struct explore_range {
	void *at;
	size_t bytes;
	void *copy;
};

/**
 * struct explore
 * @preemptions: how many are allowed in a run
 * @nr:		choices made in this run
 * @prefix:	choices that this run repeats from the last one
 * @options, @taken: per choice
 * @used:	preemptions so far
 * @detours:	others than the first so far, where the core did not go on
 * @off:	no more choices: the first possible core goes on
 * @runs:	runs so far
 */
struct explore {
	struct sim *sim;
	struct explore_range range[4 * SIM_MAX_OSES + 8];
	uint32_t nr_ranges;
	uint32_t preemptions;
	uint32_t nr;
	uint32_t prefix;
	uint8_t options[EXPLORE_MAX_CHOICES];
	uint8_t taken[EXPLORE_MAX_CHOICES];
	uint32_t used;
	uint32_t detours;
	bool off;
	uint64_t runs;
};

/*
 * @sim as it is, no core having run, is where every run begins.  Only GSIs below
 * @nr_gsis are used.
 */
struct explore *explore_new(struct sim *sim, uint32_t nr_gsis);
void explore_free(struct explore *ex);
/* A new series of runs. */
void explore_restart(struct explore *ex, uint32_t preemptions);
/* Everything is as it was in explore_new(). */
void explore_begin(struct explore *ex);
/* Whether there is an order that was not tried; to be called after each run. */
bool explore_next(struct explore *ex);

#endif /* IRQSIM_EXPLORE_H */
