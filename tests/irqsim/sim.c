// SPDX-License-Identifier: GPL-2.0-only
/* The simulated machine: building it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static void *allocate(size_t bytes)
{
	void *p = calloc(1, bytes);

	if (!p)
		abort();
	return p;
}

struct sim *sim_new(uint64_t seed)
{
	struct sim *sim = allocate(sizeof(*sim));

	sim->table = allocate(MINT_IRQT_SIZE);
	sim->stacks = allocate((size_t)SIM_MAX_CORES * SIM_STACK_BYTES);
	sim->random = seed * 2 + 1;
	sim->slice = 4;
	sim->relax_ns = 500;
	sim->max_points = SIM_NEVER;
	sim->event_ns = SIM_NEVER;
	sim_script(sim);
	return sim;
}

void sim_free(struct sim *sim)
{
	free(sim->table);
	free(sim->stacks);
	free(sim);
}

void sim_add_chip(struct sim *sim, uint32_t gsi_base, uint32_t nr_pins,
		  uint32_t version)
{
	struct mint_irqt_chip *desc = &sim->machine.chip[sim->nr_chips];

	desc->paddr = 0xfec00000 + sim->nr_chips * 0x1000;
	desc->version = version;
	desc->gsi_base = gsi_base;
	desc->nr_pins = nr_pins;
	desc->id = sim->nr_chips++;
}

void sim_build(struct sim *sim)
{
	struct mint_irqt_machine *machine = &sim->machine;
	uint32_t i;

	if (!sim->nr_chips)
		sim_add_chip(sim, 0, 24, 0x20);
	sim_hw_init(sim);
	for (i = 0; i < 16; i++)
		machine->isa_gsi[i] = i;
	/* As on a PC: the timer is at pin 2, the SCI level triggered. */
	machine->isa_gsi[0] = 2;
	machine->isa_gsi[2] = MINT_IRQT_NONE;
	machine->isa_attr[9] = MINT_IRQF_LEVEL;
	machine->nr_chips = sim->nr_chips;
	if (irql_build(sim->table, machine))
		sim_violation(sim, "irql_build() refuses the chips");
}

static struct sim_core *new_core(struct sim *sim, uint32_t os)
{
	struct sim_core *core = &sim->core[sim->nr_cores];

	if (sim->nr_cores == SIM_MAX_CORES)
		abort();
	core->sim = sim;
	core->number = sim->nr_cores++;
	core->os = os;
	core->lapic.apic_id = SIM_APIC_ID(core->number);
	sim_init_core(core);
	return core;
}

struct sim_core *sim_script(struct sim *sim)
{
	if (!sim->script)
		sim->script = new_core(sim, 0);
	return sim->script;
}

static int attach(struct sim *sim, struct sim_os *os)
{
	uint32_t i;
	int err;

	for (i = 0; i < os->nr_cores; i++) {
		sim_lapic_reset(&os->core[i]->lapic);
		os->core[i]->lapic.directed = sim->can_direct;
		sim_init_core(os->core[i]);
	}
	os->state = SIM_OS_RUNS;
	os->watch_ns = sim->now_ns;
	err = irql_attach(&os->l, sim->table, &sim->machine, os->id,
			  ++os->generation, os->core[0]->lapic.apic_id,
			  &sim_platform, os);
	if (err)
		os->state = SIM_OS_ABSENT;
	else
		os->core[0]->lapic.logical = os->l.logical;
	return err;
}

static struct sim_os *new_os(struct sim *sim, uint32_t id, uint32_t nr_cores)
{
	struct sim_os *os = &sim->os[id];
	uint32_t i;

	os->id = id;
	os->nr_cores = nr_cores;
	for (i = 0; i < nr_cores; i++)
		os->core[i] = new_core(sim, id);
	return os;
}

int sim_add_os(struct sim *sim, uint32_t id, uint32_t nr_cores)
{
	return attach(sim, new_os(sim, id, nr_cores));
}

int sim_add_os_on(struct sim *sim, uint32_t id, struct sim_core *first)
{
	struct sim_os *os = new_os(sim, id, 2);

	os->core[0]->lapic.apic_id = first->lapic.apic_id;
	os->core[0]->other = first;
	os->core[0]->away = true;
	first->other = os->core[0];
	return attach(sim, os);
}

int sim_restart_os(struct sim *sim, uint32_t id)
{
	struct sim_os *os = &sim->os[id];
	uint32_t i;

	memset(os->line, 0, sizeof(os->line));
	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].os == id) {
			sim->dev[i].silent = false;
			sim->dev[i].quieted = false;
		}
	return attach(sim, os);
}

struct sim_dev *sim_add_dev(struct sim *sim, uint32_t os, uint32_t gsi,
			    bool level)
{
	struct sim_dev *dev = &sim->dev[sim->nr_devs++];

	if (sim->nr_devs > SIM_MAX_DEVS)
		abort();
	dev->os = os;
	dev->gsi = gsi;
	dev->level = level;
	dev->next_ns = SIM_NEVER;
	return dev;
}

void sim_violation(struct sim *sim, const char *format, ...)
{
	va_list args;

	/* The first one says most. */
	if (sim->violation[0])
		return;
	va_start(args, format);
	vsnprintf(sim->violation, sizeof(sim->violation), format, args);
	va_end(args);
}

uint32_t sim_random(struct sim *sim, uint32_t below)
{
	/* xorshift64 */
	sim->random ^= sim->random << 13;
	sim->random ^= sim->random >> 7;
	sim->random ^= sim->random << 17;
	return below ? (uint32_t)(sim->random >> 16) % below : 0;
}
