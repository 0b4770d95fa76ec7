// SPDX-License-Identifier: GPL-2.0-only
/* The simulated machine: devices, lines, and the way to the local APICs. */
#include <stdlib.h>

#include "sim.h"

static void send(void *arg, const struct sim_msg *msg)
{
	struct sim *sim = arg;
	uint32_t i;

	for (i = 0; i < sim->nr_cores; i++)
		if (sim->core[i].os && !sim->core[i].away &&
		    sim_lapic_is_dest(&sim->core[i].lapic, msg))
			sim_lapic_accept(&sim->core[i].lapic, msg->vector, msg->level);
}

void sim_hw_init(struct sim *sim)
{
	uint32_t i;

	for (i = 0; i < sim->nr_chips; i++) {
		sim->chip[i].version = sim->machine.chip[i].version;
		sim->chip[i].nr_pins = sim->machine.chip[i].nr_pins;
		sim->chip[i].id = sim->machine.chip[i].id;
		sim->chip[i].send = send;
		sim->chip[i].arg = sim;
		sim->chip_resume_ns[i] = SIM_NEVER;
		sim_chip_reset(&sim->chip[i]);
	}
}

static struct sim_chip *chip_of(struct sim *sim, uint32_t gsi, uint32_t *pin)
{
	uint32_t i;

	for (i = 0; i < sim->nr_chips; i++) {
		*pin = gsi - sim->machine.chip[i].gsi_base;
		if (gsi >= sim->machine.chip[i].gsi_base && *pin < sim->machine.chip[i].nr_pins)
			return &sim->chip[i];
	}
	/* A test named a GSI that the machine does not have. */
	abort();
}

uint64_t sim_rte(struct sim *sim, uint32_t gsi)
{
	uint32_t pin;
	struct sim_chip *chip = chip_of(sim, gsi, &pin);

	return chip->rte[pin];
}

static bool is_high(const struct sim_dev *dev)
{
	return dev->level && dev->waiting && !dev->intx_off && !dev->quieted &&
	       !dev->silent;
}

void sim_update_line(struct sim *sim, uint32_t gsi)
{
	uint32_t i, pin;
	struct sim_chip *chip = chip_of(sim, gsi, &pin);
	bool high = false;

	for (i = 0; i < sim->nr_devs; i++)
		high |= sim->dev[i].gsi == gsi && is_high(&sim->dev[i]);
	if (high == sim->line_high[gsi])
		return;
	sim->line_high[gsi] = high;
	sim_chip_line(chip, pin, high);
}

void sim_raise(struct sim *sim, struct sim_dev *dev)
{
	uint32_t pin;
	struct sim_chip *chip = chip_of(sim, dev->gsi, &pin);

	if (dev->silent)
		return;
	if (!dev->waiting++)
		dev->oldest_ns = sim->now_ns;
	dev->raised++;
	if (dev->level) {
		sim_update_line(sim, dev->gsi);
		return;
	}
	sim_chip_line(chip, pin, true);
	sim_chip_line(chip, pin, false);
}

bool sim_serve(struct sim *sim, struct sim_dev *dev)
{
	uint64_t delay = sim->now_ns - dev->oldest_ns;

	if (!dev->waiting)
		return false;
	if (delay > dev->longest_ns)
		dev->longest_ns = delay;
	dev->total_ns += delay;
	dev->served += dev->waiting;
	dev->waiting = 0;
	if (dev->left) {
		dev->next_ns = sim->now_ns + dev->period_ns / 2 +
			       sim_random(sim, (uint32_t)dev->period_ns + 1);
		sim_event_at(sim, dev->next_ns);
	}
	sim_update_line(sim, dev->gsi);
	return true;
}

static void note_delays(struct sim *sim)
{
	uint32_t i;

	for (i = 0; i < sim->nr_chips; i++)
		if (sim->chip[i].delayed && sim->chip_resume_ns[i] == SIM_NEVER) {
			sim->chip_resume_ns[i] = sim->now_ns + SIM_STORM_DELAY_NS;
			sim_event_at(sim, sim->chip_resume_ns[i]);
		}
}

void sim_eoi(struct sim_core *core)
{
	struct sim *sim = core->sim;
	int vector = sim_lapic_eoi(&core->lapic);
	uint32_t i;

	if (vector < 0)
		return;
	for (i = 0; i < sim->nr_chips; i++)
		sim_chip_eoi(&sim->chip[i], (uint32_t)vector);
	note_delays(sim);
}

/* Raises what is due. */
void sim_hw_events(struct sim *sim)
{
	struct sim_dev *dev;
	uint32_t i;

	note_delays(sim);
	for (i = 0; i < sim->nr_chips; i++)
		if (sim->chip_resume_ns[i] <= sim->now_ns) {
			sim->chip_resume_ns[i] = SIM_NEVER;
			sim_chip_resume(&sim->chip[i]);
		}
	for (i = 0; i < sim->nr_devs; i++) {
		dev = &sim->dev[i];
		if (!dev->left || dev->next_ns > sim->now_ns || dev->silent)
			continue;
		dev->left--;
		dev->next_ns = SIM_NEVER;
		sim_raise(sim, dev);
	}
}

/* When the next of them is. */
uint64_t sim_hw_next(struct sim *sim)
{
	uint64_t next = SIM_NEVER;
	uint32_t i;

	for (i = 0; i < sim->nr_chips; i++)
		if (sim->chip_resume_ns[i] < next)
			next = sim->chip_resume_ns[i];
	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].left && sim->dev[i].next_ns < next && !sim->dev[i].silent)
			next = sim->dev[i].next_ns;
	return next;
}
