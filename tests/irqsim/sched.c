// SPDX-License-Identifier: GPL-2.0-only
/* The simulated machine: which core goes on, and time. */
#include <stdlib.h>

#include "sim.h"

/* What a point costs, in ns of virtual time; roughly a real machine's. */
static const uint32_t cost_ns[] = {
	[SIM_POINT_SHARED] = 20,
	[SIM_POINT_MMIO] = 300,
	[SIM_POINT_STEP] = 20,
	[SIM_POINT_OS] = 100,
	[SIM_POINT_RELAX] = 0,
	[SIM_POINT_IDLE] = 0,
};

static struct sim_os *os_of(struct sim_core *core)
{
	return &core->sim->os[core->os];
}

static bool is_stopped(struct sim_core *core)
{
	return core->os && (core->away || os_of(core)->state != SIM_OS_RUNS);
}

static bool has_interrupt(struct sim_core *core)
{
	return !core->irq_off && core->os && sim_lapic_pending(&core->lapic) >= 0;
}

static bool watch_due(struct sim_core *core)
{
	struct sim_os *os = os_of(core);

	return core->os && core == os->core[0] && !os->no_watch &&
	       os->watch_ns <= core->sim->now_ns;
}

static bool is_runnable(struct sim_core *core)
{
	if (is_stopped(core))
		return false;
	if (!core->idle || core->back)
		return true;
	if (has_interrupt(core) || watch_due(core))
		return true;
	return core->task && core->until_ns <= core->sim->now_ns;
}

void sim_event_at(struct sim *sim, uint64_t at_ns)
{
	if (at_ns < sim->event_ns)
		sim->event_ns = at_ns;
}

/* When something will happen by itself. */
static uint64_t next_event(struct sim *sim)
{
	uint64_t next = sim_hw_next(sim);
	uint32_t i;

	for (i = 0; i < sim->nr_cores; i++) {
		struct sim_core *core = &sim->core[i];
		struct sim_os *os = os_of(core);

		if (is_stopped(core))
			continue;
		if (core->idle && core->task && core->until_ns > sim->now_ns &&
		    core->until_ns < next)
			next = core->until_ns;
		if (core->os && core == os->core[0] && !os->no_watch &&
		    os->watch_ns < next)
			next = os->watch_ns;
	}
	return next;
}

static void inject(struct sim *sim, struct sim_core *core, int step)
{
	struct sim_inject *in = &sim->inject;

	if (!in->os || in->os != core->os || in->done)
		return;
	if (in->step >= 0 && in->step != step)
		return;
	if (in->after--)
		return;
	in->done = true;
	os_of(core)->state = in->state;
}

/* Its turn may have been over meanwhile, and come again. */
static void leave(struct sim_core *core)
{
	coro_leave(&core->coro);
	if (core->back)
		sim_come_back(core);
}

static uint32_t find_runnable(struct sim *sim, struct sim_core **list)
{
	uint32_t i, nr = 0;

	for (i = 0; i < sim->nr_cores; i++)
		if (is_runnable(&sim->core[i]))
			list[nr++] = &sim->core[i];
	return nr;
}

/* Whether @core must let another one go on now. */
static bool must_leave(struct sim_core *core)
{
	struct sim *sim = core->sim;
	struct sim_core *list[SIM_MAX_CORES];
	uint32_t nr;

	if (is_stopped(core) || sim->violation[0])
		return true;
	if (!sim->choose) {
		if (--sim->slice_left)
			return core->spins;
		sim->slice_left = 1 + sim_random(sim, 2 * sim->slice);
		return true;
	}
	if (sim->no_choice && !core->spins)
		return false;
	nr = find_runnable(sim, list);
	sim->next = sim->choose(sim, list, nr, core);
	/* Time may have to be skipped, see skip_spinning(). */
	if (sim->next != core || core->spins)
		return true;
	sim->next = NULL;
	return false;
}

/*
 * Every point of every core goes through here, so what does not concern a core
 * that goes on is kept short.
 */
void sim_point(struct sim *sim, enum sim_point kind, int step)
{
	struct sim_core *core = sim->current;

	if (!core)
		return;
	sim->points++;
	os_of(core)->points++;
	sim->now_ns += kind == SIM_POINT_RELAX ? sim->relax_ns : cost_ns[kind];
	if (sim->points > sim->max_points)
		sim_violation(sim, "endless: %llu points",
			      (unsigned long long)sim->points);
	inject(sim, core, step);
	core->spins = kind == SIM_POINT_RELAX;
	if (sim->event_ns <= sim->now_ns || must_leave(core))
		leave(core);
	core->spins = false;
	while (has_interrupt(core))
		sim_interrupt(core);
}

void sim_sleep(struct sim_core *core, uint64_t ns)
{
	core->until_ns = core->sim->now_ns + ns;
	sim_event_at(core->sim, core->until_ns);
	while (core->until_ns > core->sim->now_ns) {
		core->idle = true;
		leave(core);
		core->idle = false;
		while (has_interrupt(core))
			sim_interrupt(core);
		if (watch_due(core))
			sim_watch(core);
	}
}

static void main_loop(void *arg)
{
	struct sim_core *core = arg;

	core->idle = false;
	for (;;) {
		if (core->back)
			sim_come_back(core);
		while (has_interrupt(core))
			sim_interrupt(core);
		if (watch_due(core)) {
			sim_watch(core);
		} else if (core->task && core->until_ns <= core->sim->now_ns) {
			core->task(core, core->task_arg);
			core->task = NULL;
		} else {
			core->idle = true;
			leave(core);
			core->idle = false;
		}
	}
}

void sim_init_core(struct sim_core *core)
{
	core->irq_off = false;
	core->idle = true;
	core->spins = false;
	core->task = NULL;
	core->until_ns = 0;
	coro_init(&core->coro,
		  core->sim->stacks + (size_t)core->number * SIM_STACK_BYTES,
		  SIM_STACK_BYTES, main_loop, core);
}

void sim_start(struct sim_core *core, sim_task *task, void *arg)
{
	if (core->task)
		abort();
	core->task = task;
	core->task_arg = arg;
	core->until_ns = 0;
}

static struct sim_core *pick(struct sim *sim, struct sim_core **list, uint32_t nr)
{
	struct sim_core *next = sim->next;

	sim->next = NULL;
	if (next && is_runnable(next))
		return next;
	if (sim->choose)
		return sim->choose(sim, list, nr, NULL);
	return list[sim_random(sim, nr)];
}

/* Everybody waits for somebody who does not move: let time pass. */
static void skip_spinning(struct sim *sim, struct sim_core **list, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (!list[i]->spins)
			return;
	sim->now_ns += 5000;
}

static bool step(struct sim *sim, uint64_t end_ns)
{
	struct sim_core *list[SIM_MAX_CORES];
	uint32_t nr;

	if (sim->event_ns <= sim->now_ns) {
		sim_hw_events(sim);
		sim->event_ns = next_event(sim);
		if (sim->event_ns <= sim->now_ns)
			sim->event_ns = sim->now_ns + 1000;
	}
	nr = find_runnable(sim, list);
	if (!nr) {
		uint64_t next = next_event(sim);

		if (next == SIM_NEVER || next > end_ns) {
			sim->now_ns = end_ns;
			return false;
		}
		if (next > sim->now_ns)
			sim->now_ns = next;
		sim->event_ns = sim->now_ns;
		return true;
	}
	skip_spinning(sim, list, nr);
	sim->current = pick(sim, list, nr);
	if (!sim->slice_left)
		sim->slice_left = 1;
	coro_enter(&sim->current->coro);
	sim->current = NULL;
	return true;
}

bool sim_run(struct sim *sim, uint64_t ns, bool (*done)(struct sim *sim))
{
	uint64_t end_ns = sim->now_ns + ns;

	sim->event_ns = sim->now_ns;
	while (sim->now_ns < end_ns && !sim->violation[0]) {
		if (done && done(sim))
			return true;
		if (!step(sim, end_ns))
			break;
	}
	return done && done(sim);
}

bool sim_quiet(struct sim *sim)
{
	uint32_t i;

	for (i = 0; i < sim->nr_cores; i++)
		if (!is_stopped(&sim->core[i]) &&
		    (sim->core[i].task || !sim->core[i].idle || sim->core[i].back ||
		     has_interrupt(&sim->core[i])))
			return false;
	for (i = 0; i < sim->nr_devs; i++)
		if (!sim->dev[i].silent && !sim->dev[i].undriven &&
		    sim->os[sim->dev[i].os].state == SIM_OS_RUNS &&
		    (sim->dev[i].waiting || sim->dev[i].left))
			return false;
	return true;
}
