/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated machine for the interrupt layer: I/O APICs, cores with local APICs,
 * devices, and OSes that each run the real library.  Everything happens in one
 * thread and in virtual time, from a seed, and is the same every time.
 *
 * A core is a coroutine.  Wherever the library, or an OS, does something that
 * another core could see (a "point": a register access, an atomic operation, a
 * step of enum irql_step, with points.c every access to the table), another core
 * may go on instead, an interrupt may arrive, or a test may stall or kill the OS.
 *
 * What must never happen is noted by sim_violation(); a test ends with
 * assert_string_equal(sim->violation, "").
 *
 * Called outside a coroutine (a test that sets things up) the library runs through
 * without anything in between.
 */
#ifndef IRQSIM_SIM_H
#define IRQSIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include <mint/abi.h>

#include "../../irqlayer/irqlayer.h"
#include "chip.h"
#include "coro.h"
#include "lapic.h"

#define SIM_MAX_OSES	MINT_IRQT_MAX_OSES
#define SIM_MAX_CORES	33		/* two for each OS, and the script */
#define SIM_MAX_DEVS	32
#define SIM_STACK_BYTES	32768
#define SIM_NEVER	(~0ull)
/* APIC ids are not core numbers: who confuses them is caught. */
#define SIM_APIC_ID(core)	(0x10u + (core))

enum sim_point {
	SIM_POINT_SHARED,	/* an access to the table (points.c) */
	SIM_POINT_MMIO,		/* about to access a register */
	SIM_POINT_STEP,		/* enum irql_step */
	SIM_POINT_OS,		/* of the OS around the library */
	SIM_POINT_RELAX,	/* waiting for somebody */
	SIM_POINT_IDLE,		/* nothing to do */
};

enum sim_os_state {
	SIM_OS_ABSENT,
	SIM_OS_RUNS,
	SIM_OS_STALLED,		/* its cores stand still, and may go on */
	SIM_OS_DEAD,		/* they will not; nobody knows */
	SIM_OS_FENCED,		/* proved */
};

struct sim;
struct sim_core;
typedef void sim_task(struct sim_core *core, void *arg);

/**
 * struct sim_core - a core, or the script (no OS, no interrupts)
 * @number:	machine core number
 * @irq_off:	takes no interrupts
 * @idle:	in its main loop, with nothing to do
 * @spins:	at SIM_POINT_RELAX
 * @task:	what its main loop is to run; NULL when it has ended
 * @until_ns:	idle until then (sim_sleep())
 * @other:	another OS's, on the same core: the two have it by turns; NULL
 * @away:	that one has it now
 * @back:	it has it again, and has not seen to what came meanwhile
 * @came:	vectors that came for it while it was away, of edge pins
 */
struct sim_core {
	struct sim *sim;
	uint32_t number;
	uint32_t os;
	struct sim_lapic lapic;
	struct coro coro;
	bool irq_off;
	bool idle;
	bool spins;
	sim_task *task;
	void *task_arg;
	uint64_t until_ns;
	struct sim_core *other;
	bool away;
	bool back;
	uint32_t came[8];
};

/* What an OS knows of a GSI: the Linux of the simulation. */
struct sim_line {
	uint32_t vector;
	uint32_t locked_by;	/* core + 1 */
	bool registered;
	bool level;
	bool disabled;
};

/**
 * struct sim_os
 * @l:		its side of the library
 * @core:	the first of its cores takes its interrupts and runs its watch
 * @line:	per GSI
 * @watch_ns:	when its watch is due
 * @no_watch:	it has none (a test of the rest)
 * @handler_points: how long its handlers take
 * @arrivals:	calls of its handlers, per GSI
 * @takes:	of these, how many found work
 * @strays:	interrupts that no line of it explains
 * @held:	interrupts of lines of the OS that was away
 * @away_us:	what struct irql_platform.away_us says of it
 * @points:	how many points it has gone through
 */
struct sim_os {
	struct irql l;
	uint32_t id;
	enum sim_os_state state;
	uint32_t generation;
	struct sim_core *core[2];
	uint32_t nr_cores;
	struct sim_line line[MINT_IRQT_MAX_GSIS];
	uint64_t watch_ns;
	bool no_watch;
	uint32_t handler_points;
	uint64_t arrivals[MINT_IRQT_MAX_GSIS];
	uint64_t takes[MINT_IRQT_MAX_GSIS];
	uint64_t strays;
	uint64_t held;
	uint64_t away_us;
	uint64_t points;
	uint64_t events[IRQL_NR_EVENTS];
};

/**
 * struct sim_dev - a device with a line
 * @waiting:	events that its driver has not served; a level line is high as
 *		long as there are any
 * @intx_off:	the OS's own switch
 * @quieted:	switched off by struct irql_platform.quiet_intx
 * @undriven:	its OS has no driver for it
 * @raised, @served: events so far
 * @oldest_ns:	since when the oldest of @waiting waits
 * @longest_ns, @total_ns: delays from raise to handler
 * @left, @period_ns, @next_ns: events to come by themselves: @left of them,
 *		@period_ns apart (varied) but not before the last one is served
 */
struct sim_dev {
	uint32_t os;
	uint32_t gsi;
	bool level;
	bool intx_off;
	bool quieted;
	bool undriven;
	bool silent;
	uint64_t waiting;
	uint64_t raised;
	uint64_t served;
	uint64_t oldest_ns;
	uint64_t longest_ns;
	uint64_t total_ns;
	uint64_t left;
	uint64_t period_ns;
	uint64_t next_ns;
};

/**
 * struct sim_inject - stall or kill an OS at one of its points
 * @os:		0: nothing to do
 * @after:	how many of its points are still to pass
 * @step:	count only this enum irql_step, -1: all points
 * @state:	SIM_OS_STALLED or SIM_OS_DEAD
 * @done:	it has happened
 */
struct sim_inject {
	uint32_t os;
	uint64_t after;
	int step;
	enum sim_os_state state;
	bool done;
};

/**
 * struct sim - the machine
 * @current:	runs; NULL: a test calls from outside
 * @outside:	takes an interrupt for it then
 * @choose:	which of @nr runnable cores goes on; @current is at a point and
 *		could go on (NULL: cannot).  NULL: at random, every @slice points
 * @relax_ns:	how long struct irql_platform.relax() takes
 * @no_choice:	@choose lets a core go on as long as it can
 * @inside:	core + 1 that is between IRQL_STEP_LOCKED and _UNLOCK
 * @index_by:	core + 1 that wrote a chip's index register last
 * @mixed:	data accesses after somebody else's index access
 * @stop_stuck:	who sits on the lock is fenced, as by struct irql_platform.lock_stuck
 * @may_mix:	the test switches the lock off: do not call that a violation
 * @max_points:	more is a violation (an endless loop)
 */
struct sim {
	void *table;
	uint32_t nr_chips;
	struct mint_irqt_machine machine;
	struct sim_chip chip[MINT_IRQT_MAX_CHIPS];
	uint64_t chip_resume_ns[MINT_IRQT_MAX_CHIPS];
	uint32_t index_by[MINT_IRQT_MAX_CHIPS];
	bool line_high[MINT_IRQT_MAX_GSIS];
	struct sim_core core[SIM_MAX_CORES];
	uint32_t nr_cores;
	struct sim_core *script;
	struct sim_os os[SIM_MAX_OSES + 1];
	struct sim_dev dev[SIM_MAX_DEVS];
	uint32_t nr_devs;
	uint64_t now_ns;
	uint64_t event_ns;
	uint64_t random;
	uint32_t slice;
	uint32_t slice_left;
	uint32_t relax_ns;
	struct sim_core *current;
	struct sim_core *outside;
	struct sim_core *(*choose)(struct sim *sim, struct sim_core **runnable,
				   uint32_t nr, struct sim_core *current);
	void *choose_arg;
	bool no_choice;
	struct sim_core *next;
	struct sim_inject inject;
	uint32_t inside;
	uint64_t mixed;
	bool stop_stuck;
	bool may_mix;
	bool can_direct;
	uint64_t points;
	uint64_t max_points;
	uint64_t mmio_reads;
	uint64_t eoi_writes[SIM_MAX_OSES + 1];
	uint64_t index_writes[SIM_MAX_OSES + 1];
	uint64_t data_writes[SIM_MAX_OSES + 1];
	char violation[256];
	char *stacks;
};

/* ---- sim.c: building ------------------------------------------------------- */

/* If no chip is added before sim_build(): one of 24 pins at GSI 0, version 0x20. */
struct sim *sim_new(uint64_t seed);
void sim_add_chip(struct sim *sim, uint32_t gsi_base, uint32_t nr_pins,
		  uint32_t version);
/* Resets the chips and builds the table. */
void sim_build(struct sim *sim);
void sim_free(struct sim *sim);
/* An OS with @nr_cores cores: attached, running.  Returns irql_attach()'s. */
int sim_add_os(struct sim *sim, uint32_t id, uint32_t nr_cores);
/* The same, but its first core is one that another OS has, too: that one is there. */
int sim_add_os_on(struct sim *sim, uint32_t id, struct sim_core *first);
/* The same OS again, after it was fenced: new generation, cores reset. */
int sim_restart_os(struct sim *sim, uint32_t id);
struct sim_dev *sim_add_dev(struct sim *sim, uint32_t os, uint32_t gsi,
			    bool level);
/* The core begins its main loop afresh. */
void sim_init_core(struct sim_core *core);
/* Notes what must not happen, and ends the run; the first one stays. */
void sim_violation(struct sim *sim, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
uint32_t sim_random(struct sim *sim, uint32_t below);

/* ---- sched.c: running ------------------------------------------------------- */

/* @step: enum irql_step, or -1 */
void sim_point(struct sim *sim, enum sim_point kind, int step);
/* Runs for @ns of virtual time, or until @done says so (true is returned then). */
bool sim_run(struct sim *sim, uint64_t ns, bool (*done)(struct sim *sim));
/* Gives @core of an OS, or the script, something to do; it must be idle. */
void sim_start(struct sim_core *core, sim_task *task, void *arg);
/* Called by a task: sleeps, takes interrupts, lets the watch run. */
void sim_sleep(struct sim_core *core, uint64_t ns);
struct sim_core *sim_script(struct sim *sim);
/* An event will be due at @at_ns. */
void sim_event_at(struct sim *sim, uint64_t at_ns);
/* No task, all events of living devices served, nothing waits. */
bool sim_quiet(struct sim *sim);

/* ---- hw.c: devices, chips ---------------------------------------------------- */

void sim_raise(struct sim *sim, struct sim_dev *dev);
/* Its driver: serves what waits; false: nothing did. */
bool sim_serve(struct sim *sim, struct sim_dev *dev);
void sim_update_line(struct sim *sim, uint32_t gsi);
/* An EOI at @core, broadcast if it must be. */
void sim_eoi(struct sim_core *core);
/* The raw entry of the pin of @gsi, without going through its registers. */
uint64_t sim_rte(struct sim *sim, uint32_t gsi);
void sim_hw_events(struct sim *sim);
uint64_t sim_hw_next(struct sim *sim);
void sim_hw_init(struct sim *sim);

/* ---- os.c: what an OS does around the library ---------------------------------- */

extern const struct irql_platform sim_platform;

/* @core's OS registers a level line (or an edge one with @vector) at @dest. */
int sim_request(struct sim_core *core, uint32_t gsi, uint32_t flags,
		uint32_t vector);
void sim_release(struct sim_core *core, uint32_t gsi);
void sim_disable(struct sim_core *core, uint32_t gsi);
void sim_enable(struct sim_core *core, uint32_t gsi);
void sim_move(struct sim_core *core, uint32_t gsi, uint32_t dest);
void sim_interrupt(struct sim_core *core);
/* Of two OSes that have a core by turns the other one has it now, if it can be left. */
void sim_swap(struct sim_core *core);
/* What that one does first. */
void sim_come_back(struct sim_core *core);
void sim_watch(struct sim_core *core);

void sim_stall(struct sim *sim, uint32_t os);
void sim_wake(struct sim *sim, uint32_t os);
void sim_kill(struct sim *sim, uint32_t os);
/* The dead OS's cores are proved stopped and its devices silenced. */
void sim_fence(struct sim *sim, uint32_t os);

#endif /* IRQSIM_SIM_H */
