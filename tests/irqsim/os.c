// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated machine: the OS around the library, as Linux does it.  A lock per
 * GSI stands for desc->lock; interrupts are off while it is held.
 */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static struct sim_os *os_of(struct irql *l)
{
	return l->plat_data;
}

static struct sim *sim_of(struct irql *l)
{
	return os_of(l)->core[0]->sim;
}

/*
 * The core that runs; a test that calls from outside counts as the first, but may
 * have another core take an interrupt.
 */
static struct sim_core *core_of(struct irql *l)
{
	struct sim *sim = sim_of(l);
	struct sim_core *core = sim->current ? sim->current : sim->outside;

	return core && core->os == l->os ? core : os_of(l)->core[0];
}

/* ---- the platform ------------------------------------------------------------ */

static void check_context(struct irql *l, const char *what)
{
	if (!core_of(l)->irq_off)
		sim_violation(sim_of(l), "os%u: %s with interrupts on", l->os, what);
}

static void select_register(struct irql *l, uint32_t chip, uint32_t reg)
{
	struct sim *sim = sim_of(l);

	check_context(l, "chip access");
	if (chip >= sim->nr_chips) {
		sim_violation(sim, "os%u: no chip %u", l->os, chip);
		return;
	}
	if (!sim->may_mix && sim->inside != core_of(l)->number + 1)
		sim_violation(sim, "os%u: chip access without the lock", l->os);
	sim_point(sim, SIM_POINT_MMIO, -1);
	l->mmio_index++;
	sim->index_writes[l->os]++;
	sim->index_by[chip] = core_of(l)->number + 1;
	sim_chip_write(&sim->chip[chip], SIM_IOAPIC_INDEX, reg);
	irql_step(l, IRQL_STEP_INDEX);
}

/* The two steps belong together. */
static void check_selected(struct irql *l, uint32_t chip)
{
	struct sim *sim = sim_of(l);

	if (sim->index_by[chip] == core_of(l)->number + 1)
		return;
	sim->mixed++;
	if (!sim->may_mix)
		sim_violation(sim, "os%u: index register of core %u used", l->os,
			      sim->index_by[chip] - 1);
}

static u32 plat_chip_read(struct irql *l, u32 chip, u32 reg)
{
	struct sim *sim = sim_of(l);

	select_register(l, chip, reg);
	sim_point(sim, SIM_POINT_MMIO, -1);
	check_selected(l, chip);
	sim->mmio_reads++;
	return sim_chip_read(&sim->chip[chip], SIM_IOAPIC_DATA);
}

static void plat_chip_write(struct irql *l, u32 chip, u32 reg, u32 value)
{
	struct sim *sim = sim_of(l);

	select_register(l, chip, reg);
	sim_point(sim, SIM_POINT_MMIO, -1);
	check_selected(l, chip);
	l->mmio_data++;
	sim->data_writes[l->os]++;
	sim_chip_write(&sim->chip[chip], SIM_IOAPIC_DATA, value);
}

static void plat_chip_eoi(struct irql *l, u32 chip, u32 vector)
{
	struct sim *sim = sim_of(l);

	if (sim->chip[chip].version < 0x20)
		sim_violation(sim, "os%u: chip %u has no EOI register", l->os, chip);
	sim_point(sim, SIM_POINT_MMIO, -1);
	l->mmio_eoi++;
	sim->eoi_writes[l->os]++;
	sim_chip_write(&sim->chip[chip], SIM_IOAPIC_EOI, vector);
	if (sim->chip[chip].delayed)
		sim_event_at(sim, sim->now_ns);
}

static void plat_lapic_eoi(struct irql *l)
{
	check_context(l, "EOI");
	sim_point(sim_of(l), SIM_POINT_MMIO, -1);
	sim_eoi(core_of(l));
}

static bool plat_lapic_tmr(struct irql *l, u32 vector)
{
	sim_point(sim_of(l), SIM_POINT_MMIO, -1);
	return sim_lapic_tmr(&core_of(l)->lapic, vector);
}

static void plat_self_ipi(struct irql *l, u32 vector)
{
	check_context(l, "IPI");
	sim_point(sim_of(l), SIM_POINT_MMIO, -1);
	sim_lapic_accept(&core_of(l)->lapic, vector, false);
	sim_point(sim_of(l), SIM_POINT_MMIO, -1);
}

static void plat_ipi(struct irql *l, u32 apic_id, u32 vector)
{
	struct sim *sim = sim_of(l);
	u32 i;

	check_context(l, "IPI");
	sim_point(sim, SIM_POINT_MMIO, -1);
	for (i = 0; i < sim->nr_cores; i++)
		if (sim->core[i].os && !sim->core[i].away &&
		    sim->core[i].lapic.apic_id == apic_id)
			sim_lapic_accept(&sim->core[i].lapic, vector, false);
}

static u32 plat_core(struct irql *l)
{
	return core_of(l)->number;
}

static u64 plat_now_us(struct irql *l)
{
	return sim_of(l)->now_ns / 1000;
}

static void plat_relax(struct irql *l)
{
	struct sim *sim = sim_of(l);

	if (!sim->current)
		sim->now_ns += 5000;
	sim_point(sim, SIM_POINT_RELAX, -1);
}

static unsigned long plat_irq_save(struct irql *l)
{
	unsigned long flags = core_of(l)->irq_off;

	core_of(l)->irq_off = true;
	return flags;
}

static void plat_irq_restore(struct irql *l, unsigned long flags)
{
	core_of(l)->irq_off = flags;
	if (!flags)
		sim_point(sim_of(l), SIM_POINT_OS, -1);
}

static bool plat_holder_gone(struct irql *l, u32 word)
{
	struct sim *sim = sim_of(l);
	u32 os = MINT_LOCK_OS(word), core = MINT_LOCK_CORE(word);

	if (!os || os > SIM_MAX_OSES || core >= sim->nr_cores ||
	    sim->core[core].os != os)
		return true;
	return sim->os[os].state == SIM_OS_ABSENT ||
	       sim->os[os].state == SIM_OS_FENCED;
}

static bool plat_dest_ok(struct irql *l, u32 os, u32 apic_id)
{
	struct sim *sim = sim_of(l);
	u32 i;

	for (i = 0; i < sim->nr_cores; i++)
		if (sim->core[i].os == os && sim->core[i].lapic.apic_id == apic_id)
			return os;
	return false;
}

static void plat_quiet_intx(struct irql *l, u32 os, u32 gsi, bool on)
{
	struct sim *sim = sim_of(l);
	u32 i;

	sim_point(sim, SIM_POINT_OS, -1);
	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].os == os && sim->dev[i].gsi == gsi)
			sim->dev[i].quieted = !on;
	sim_update_line(sim, gsi);
}

static void plat_lock_stuck(struct irql *l, u32 os)
{
	struct sim *sim = sim_of(l);

	if (!sim->stop_stuck)
		return;
	if (sim->os[os].state != SIM_OS_STALLED && sim->os[os].state != SIM_OS_DEAD)
		sim_violation(sim, "os%u runs, and is said to sit on the lock", os);
	sim_fence(sim, os);
	irql_os_gone(l, os);
}

static u64 plat_away_us(struct irql *l, u32 os)
{
	return sim_of(l)->os[os].away_us;
}

static bool plat_directed_eoi(struct irql *l)
{
	return sim_of(l)->can_direct;
}

static void plat_trace(struct irql *l, u32 event, u32 gsi, u32 a, u32 b)
{
	(void)gsi;
	(void)a;
	(void)b;
	if (event < IRQL_NR_EVENTS)
		os_of(l)->events[event]++;
	else
		sim_violation(sim_of(l), "event %u", event);
}

/* Who is between taking and giving back the lock, whatever the lock's word says. */
static void check_entered(struct irql *l)
{
	struct sim *sim = sim_of(l);
	struct sim_core *other;

	if (sim->inside && !sim->may_mix) {
		other = &sim->core[sim->inside - 1];
		if (sim->os[other->os].state != SIM_OS_FENCED)
			sim_violation(sim, "os%u took the lock from os%u, which is not proved stopped",
				      l->os, other->os);
	}
	sim->inside = core_of(l)->number + 1;
}

static void plat_step(struct irql *l, enum irql_step step)
{
	struct sim *sim = sim_of(l);

	if (step == IRQL_STEP_LOCKED)
		check_entered(l);
	sim_point(sim, SIM_POINT_STEP, step);
	if (step == IRQL_STEP_UNLOCK)
		sim->inside = 0;
}

const struct irql_platform sim_platform = {
	.chip_read = plat_chip_read,
	.chip_write = plat_chip_write,
	.chip_eoi = plat_chip_eoi,
	.lapic_eoi = plat_lapic_eoi,
	.lapic_tmr = plat_lapic_tmr,
	.self_ipi = plat_self_ipi,
	.ipi = plat_ipi,
	.core = plat_core,
	.now_us = plat_now_us,
	.relax = plat_relax,
	.irq_save = plat_irq_save,
	.irq_restore = plat_irq_restore,
	.holder_gone = plat_holder_gone,
	.dest_ok = plat_dest_ok,
	.quiet_intx = plat_quiet_intx,
	.lock_stuck = plat_lock_stuck,
	.directed_eoi = plat_directed_eoi,
	.away_us = plat_away_us,
	.trace = plat_trace,
	.step = plat_step,
};

/* ---- interrupts ---------------------------------------------------------------- */

static struct sim_os *core_os(struct sim_core *core)
{
	return &core->sim->os[core->os];
}

static bool lock_line(struct sim_core *core, uint32_t gsi)
{
	struct sim_line *line = &core_os(core)->line[gsi];
	bool irq_off = core->irq_off;

	core->irq_off = true;
	while (line->locked_by) {
		if (!core->sim->current || line->locked_by == core->number + 1) {
			sim_violation(core->sim, "os%u: GSI %u locked twice",
				      core->os, gsi);
			break;
		}
		sim_point(core->sim, SIM_POINT_RELAX, -1);
	}
	line->locked_by = core->number + 1;
	return irq_off;
}

static void unlock_line(struct sim_core *core, uint32_t gsi, bool irq_off)
{
	core_os(core)->line[gsi].locked_by = 0;
	core->irq_off = irq_off;
	if (!irq_off)
		sim_point(core->sim, SIM_POINT_OS, -1);
}

/* Calls the drivers; whether any had work. */
static bool run_handlers(struct sim_core *core, uint32_t gsi)
{
	struct sim_os *os = core_os(core);
	struct sim *sim = core->sim;
	bool taken = false;
	uint32_t i;

	for (i = 0; i < os->handler_points; i++)
		sim_point(sim, SIM_POINT_OS, -1);
	for (i = 0; i < sim->nr_devs; i++) {
		if (sim->dev[i].os != os->id || sim->dev[i].gsi != gsi ||
		    sim->dev[i].undriven)
			continue;
		sim_point(sim, SIM_POINT_OS, -1);
		taken |= sim_serve(sim, &sim->dev[i]);
	}
	os->arrivals[gsi]++;
	os->takes[gsi] += taken;
	return taken;
}

static void handle_edge(struct sim_core *core, uint32_t gsi)
{
	bool disabled = core_os(core)->line[gsi].disabled;

	sim_eoi(core);
	if (!disabled)
		run_handlers(core, gsi);
}

static void handle_level(struct sim_core *core, uint32_t gsi)
{
	struct sim_os *os = core_os(core);
	struct irql *l = &os->l;
	bool shared, taken = false;

	lock_line(core, gsi);
	if (!os->line[gsi].registered) {
		sim_eoi(core);
		os->strays++;
		unlock_line(core, gsi, true);
		return;
	}
	shared = irql_shared(l, gsi);
	if (shared && !irql_round_begin(l, gsi)) {
		unlock_line(core, gsi, true);
		return;
	}
	if (!os->line[gsi].disabled) {
		unlock_line(core, gsi, true);
		taken = run_handlers(core, gsi);
		lock_line(core, gsi);
	}
	if (!os->line[gsi].registered) {
		/* Withdrawn by the other core while the handlers ran. */
		sim_eoi(core);
		os->strays++;
	} else if (shared) {
		irql_round_end(l, gsi, taken);
	} else {
		irql_eoi(l, gsi);
	}
	unlock_line(core, gsi, true);
}

/* The line that @vector belongs to, or -1. */
static int find_line(struct sim_os *os, uint32_t vector)
{
	uint32_t gsi;

	if (vector >= MINT_IRQT_VECTOR_FIRST &&
	    vector < MINT_IRQT_VECTOR_FIRST + MINT_IRQT_NR_VECTORS) {
		gsi = *irql_vector(&os->l, vector - MINT_IRQT_VECTOR_FIRST) - 1;
		/* It may arrive before irql_route_pin() returns. */
		if (gsi < MINT_IRQT_MAX_GSIS && os->l.mine[gsi].vector == vector &&
		    os->line[gsi].level)
			return (int)gsi;
	}
	for (gsi = 0; gsi < MINT_IRQT_MAX_GSIS; gsi++)
		if (os->line[gsi].vector == vector && os->line[gsi].registered)
			return (int)gsi;
	return -1;
}

/* Nobody here has a handler for it: it is for who is away. */
static void handle_foreign(struct sim_core *core, uint32_t vector)
{
	struct sim_os *os = core_os(core);

	os->held++;
	if (vector - MINT_IRQT_VECTOR_FIRST < MINT_IRQT_NR_VECTORS) {
		irql_hold(&os->l, vector);
		return;
	}
	core->other->came[vector / 32] |= 1u << vector % 32;
	sim_eoi(core);
}

void sim_interrupt(struct sim_core *core)
{
	struct sim_os *os = core_os(core);
	uint32_t vector = sim_lapic_take(&core->lapic);
	int gsi = find_line(os, vector);

	core->sim->outside = core;
	core->irq_off = true;
	sim_point(core->sim, SIM_POINT_OS, -1);
	if (gsi < 0 && core->other) {
		handle_foreign(core, vector);
	} else if (gsi < 0) {
		os->strays++;
		sim_eoi(core);
	} else if (os->line[gsi].level) {
		handle_level(core, (uint32_t)gsi);
	} else {
		handle_edge(core, (uint32_t)gsi);
	}
	core->sim->outside = NULL;
	core->irq_off = false;
}

/* ---- turns ------------------------------------------------------------------------ */

/* There is one local APIC; its logical destination is that of the OS that is there. */
static void give_lapic(const struct sim_lapic *from, struct sim_lapic *to)
{
	uint32_t logical = to->logical;

	*to = *from;
	to->logical = logical;
}

void sim_swap(struct sim_core *core)
{
	struct sim_core *there = core->away ? core->other : core, *next = there->other;

	if (there->irq_off)
		return;
	give_lapic(&there->lapic, &next->lapic);
	there->away = true;
	there->back = false;
	next->away = false;
	next->back = true;
}

void sim_come_back(struct sim_core *core)
{
	uint32_t vector;

	core->back = false;
	core->idle = false;
	core->irq_off = true;
	irql_back(&core_os(core)->l);
	for (vector = 0; vector < 256; vector++)
		if (core->came[vector / 32] & 1u << vector % 32)
			sim_lapic_accept(&core->lapic, vector, false);
	memset(core->came, 0, sizeof(core->came));
	core->irq_off = false;
}

/* ---- what drivers ask for --------------------------------------------------------- */

int sim_request(struct sim_core *core, uint32_t gsi, uint32_t flags,
		uint32_t vector)
{
	struct sim_os *os = core_os(core);
	struct irql_pin pin = {
		.flags = flags,
		.dest = os->core[0]->lapic.apic_id,
		.vector = vector,
		.virq = 1000 + gsi,
		.sbdf = gsi << 3,
		.name = "device",
	};
	struct sim_line *line = &os->line[gsi];
	bool irq_off = lock_line(core, gsi), level = line->level;
	int err;

	line->level = flags & MINT_IRQF_LEVEL;
	err = irql_route_pin(&os->l, gsi, &pin, &vector);
	if (err) {
		line->level = level;
	} else {
		line->vector = vector;
		line->registered = true;
		line->disabled = flags & MINT_IRQF_MASKED;
	}
	unlock_line(core, gsi, irq_off);
	return err;
}

void sim_release(struct sim_core *core, uint32_t gsi)
{
	struct sim_os *os = core_os(core);
	bool irq_off = lock_line(core, gsi);

	irql_unroute_pin(&os->l, gsi);
	os->line[gsi].registered = false;
	unlock_line(core, gsi, irq_off);
}

void sim_disable(struct sim_core *core, uint32_t gsi)
{
	struct sim_os *os = core_os(core);
	bool irq_off = lock_line(core, gsi);

	os->line[gsi].disabled = true;
	irql_mask(&os->l, gsi);
	unlock_line(core, gsi, irq_off);
}

void sim_enable(struct sim_core *core, uint32_t gsi)
{
	struct sim_os *os = core_os(core);
	bool irq_off = lock_line(core, gsi);

	os->line[gsi].disabled = false;
	irql_unmask(&os->l, gsi);
	unlock_line(core, gsi, irq_off);
}

void sim_move(struct sim_core *core, uint32_t gsi, uint32_t dest)
{
	struct sim_os *os = core_os(core);
	bool irq_off = lock_line(core, gsi);

	irql_set_dest(&os->l, gsi, dest, os->line[gsi].vector);
	unlock_line(core, gsi, irq_off);
}

void sim_watch(struct sim_core *core)
{
	struct sim_os *os = core_os(core);
	uint64_t period_ns = irql_timeout_us(&os->l) / 4 * 1000ull;

	os->watch_ns = core->sim->now_ns + period_ns;
	irql_watch(&os->l);
}

/* ---- what happens to OSes ---------------------------------------------------------- */

void sim_stall(struct sim *sim, uint32_t os)
{
	sim->os[os].state = SIM_OS_STALLED;
}

void sim_wake(struct sim *sim, uint32_t os)
{
	if (sim->os[os].state == SIM_OS_STALLED)
		sim->os[os].state = SIM_OS_RUNS;
}

void sim_kill(struct sim *sim, uint32_t os)
{
	sim->os[os].state = SIM_OS_DEAD;
}

void sim_fence(struct sim *sim, uint32_t os)
{
	uint32_t i;

	sim->os[os].state = SIM_OS_FENCED;
	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].os == os) {
			sim->dev[i].silent = true;
			sim_update_line(sim, sim->dev[i].gsi);
		}
	for (i = 0; i < sim->os[os].nr_cores; i++)
		sim_lapic_reset(&sim->os[os].core[i]->lapic);
}
