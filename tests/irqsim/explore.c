// SPDX-License-Identifier: GPL-2.0-only
/* All orders of a simulated machine, up to a number of preemptions. */
#include <stdlib.h>
#include <string.h>

#include "explore.h"

static void add_range(struct explore *ex, void *from, void *to)
{
	struct explore_range *range = &ex->range[ex->nr_ranges++];

	range->at = from;
	range->bytes = (size_t)((char *)to - (char *)from);
	range->copy = malloc(range->bytes);
	if (!range->copy)
		abort();
	memcpy(range->copy, range->at, range->bytes);
}

/* What is never touched is left out: a run is short, and there are many. */
static void add_os(struct explore *ex, struct sim_os *os, uint32_t nr_gsis)
{
	struct irql *l = &os->l;
	struct mint_irqt_section *section = irql_section(l, os->id);

	add_range(ex, os, &l->mine[nr_gsis]);
	add_range(ex, &l->free_msg, os + 1);
	add_range(ex, section, section + 1);
	add_range(ex, irql_route(l, os->id, 0), irql_route(l, os->id, nr_gsis));
}

static struct sim_core *take(struct explore *ex, struct sim_core **options,
			     uint32_t nr)
{
	uint32_t taken = 0;

	if (nr == 1 || ex->off)
		return options[0];
	if (ex->nr == EXPLORE_MAX_CHOICES) {
		ex->off = true;
		return options[0];
	}
	if (ex->nr < ex->prefix)
		taken = ex->taken[ex->nr];
	if (taken >= nr)
		abort();	/* not the same as last time */
	ex->options[ex->nr] = (uint8_t)nr;
	ex->taken[ex->nr++] = (uint8_t)taken;
	return options[taken];
}

/* Everybody spins: in turn. */
static struct sim_core *next_of(struct sim_core **list, uint32_t nr,
				struct sim_core *current)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (current && list[i]->number > current->number)
			return list[i];
	return list[0];
}

static struct sim_core *choose(struct sim *sim, struct sim_core **list,
			       uint32_t nr, struct sim_core *current)
{
	struct explore *ex = sim->choose_arg;
	struct sim_core *options[SIM_MAX_CORES], *next;
	bool goes_on = current && !current->spins;
	uint32_t i, found = 0;

	sim->no_choice = ex->off || ex->used >= ex->preemptions;
	if (goes_on) {
		if (sim->no_choice)
			return current;
		options[found++] = current;
	}
	for (i = 0; i < nr; i++)
		if (list[i] != current && !list[i]->spins)
			options[found++] = list[i];
	if (!found)
		return next_of(list, nr, current);
	if (!goes_on && ex->detours > ex->preemptions)
		return options[0];
	next = take(ex, options, found);
	if (goes_on)
		ex->used += next != current;
	else
		ex->detours += next != options[0];
	return next;
}

struct explore *explore_new(struct sim *sim, uint32_t nr_gsis)
{
	struct explore *ex = calloc(1, sizeof(*ex));
	uint32_t os;

	if (!ex)
		abort();
	ex->sim = sim;
	sim->choose = choose;
	sim->choose_arg = ex;
	add_range(ex, sim, &sim->os[0]);
	add_range(ex, &sim->os[SIM_MAX_OSES + 1], sim + 1);
	add_range(ex, sim->table,
		  (char *)sim->table + MINT_IRQT_OFF_GSIS +
		  nr_gsis * sizeof(struct mint_irqt_gsi));
	for (os = 1; os <= SIM_MAX_OSES; os++)
		if (sim->os[os].id)
			add_os(ex, &sim->os[os], nr_gsis);
	return ex;
}

void explore_free(struct explore *ex)
{
	uint32_t i;

	for (i = 0; i < ex->nr_ranges; i++)
		free(ex->range[i].copy);
	free(ex);
}

void explore_restart(struct explore *ex, uint32_t preemptions)
{
	ex->preemptions = preemptions;
	ex->prefix = 0;
}

void explore_begin(struct explore *ex)
{
	uint32_t i;

	for (i = 0; i < ex->nr_ranges; i++)
		memcpy(ex->range[i].at, ex->range[i].copy, ex->range[i].bytes);
	for (i = 0; i < ex->sim->nr_cores; i++)
		sim_init_core(&ex->sim->core[i]);
	ex->nr = 0;
	ex->used = 0;
	ex->detours = 0;
	ex->off = false;
	ex->runs++;
}

bool explore_next(struct explore *ex)
{
	while (ex->nr && ex->taken[ex->nr - 1] + 1 >= ex->options[ex->nr - 1])
		ex->nr--;
	if (!ex->nr)
		return false;
	ex->taken[ex->nr - 1]++;
	ex->prefix = ex->nr;
	return true;
}
