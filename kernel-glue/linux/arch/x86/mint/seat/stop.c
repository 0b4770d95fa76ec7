// SPDX-License-Identifier: GPL-2.0-only
/*
 * How this OS stops its own CPUs that it has by turns with another one.  The interrupt by
 * which Linux stops a CPU would stop the other OS, if that has its turn: such a CPU is
 * stopped by its seat, or by an NMI, which the other OS does not mind.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/nmi.h>
#include <linux/smp.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "seat/internal.h"

/* As long as Linux waits for its own; and how often it is told. */
#define STOP_MS			1000
#define AGAIN_MS		20

static void (*native_stop)(int wait) __ro_after_init;

static bool has_stopped(u32 seat)
{
	if (mint_core_state(seat) == MINT_CORE_AWAY)
		mint_core_change(seat, MINT_CORE_DROP, mint_self.os);
	return !mint_core_runs(seat, mint_self.os);
}

static void stop_cpu(unsigned int cpu, u32 seat)
{
	u32 ms;

	for (ms = 0; ms < STOP_MS && !has_stopped(seat); ms++) {
		if (ms % AGAIN_MS == 0)
			mint_core_nmi(seat);
		mdelay(1);
		touch_nmi_watchdog();
	}
	/* Nobody tells it once more. */
	set_cpu_online(cpu, false);
}

static void stop_own_cpus(int wait)
{
	unsigned int cpu, this_cpu = raw_smp_processor_id();
	int seat;

	seat_stay(this_cpu);
	for_each_online_cpu(cpu) {
		seat = mint_core_of_cpu(cpu);
		if (cpu != this_cpu && seat >= 0 && mint_core_is_shared(seat))
			stop_cpu(cpu, seat);
	}
	native_stop(wait);
}

void __init seat_give_stop(void)
{
	smp_ops.stop_other_cpus = native_stop;
}

void __init seat_take_stop(void)
{
	native_stop = smp_ops.stop_other_cpus;
	smp_ops.stop_other_cpus = stop_own_cpus;
}
