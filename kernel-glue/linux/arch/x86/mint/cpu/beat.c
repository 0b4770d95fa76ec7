// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sign of life from each core of this OS, and how long those of others gave none.
 */
#include <linux/cpuhotplug.h>
#include <linux/init.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/timer.h>

#include <asm/tsc.h>

#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "neutral/shared.h"

/* How often a core gives a sign of life. */
#define BEAT_PERIOD		(HZ / 2)

static DEFINE_PER_CPU(struct timer_list, beat_timer);
void mint_beat(u32 core)
{
	mint_shared_store64(&mint_core(core)->beat_tsc, rdtsc());
}

static void beat(struct timer_list *timer)
{
	int core = mint_core_of_cpu(smp_processor_id());

	if (core >= 0)
		mint_beat(core);
	mint_event_poll();
	mod_timer(timer, jiffies + BEAT_PERIOD);
}

/*
 * From here on it answers NMIs.  If the table does not know of a core that is on its
 * way in, a fence stopped it before the SIPI reached it.
 */
static void came_up(u32 core)
{
	if (mint_core_state(core) == MINT_CORE_RUNNING)
		return;		/* this OS has booted on it */
	if (mint_core_change(core, MINT_CORE_UP, mint_self.os)) {
		pr_emerg("core %u was stopped by another OS\n", core);
		mint_park_self();
	}
}

static int beat_start(unsigned int cpu)
{
	struct timer_list *timer = per_cpu_ptr(&beat_timer, cpu);
	int core = mint_core_of_cpu(cpu);

	if (core >= 0) {
		came_up(core);
		mint_beat(core);
	}

	timer_setup(timer, beat, TIMER_PINNED);
	timer->expires = jiffies + BEAT_PERIOD;
	add_timer_on(timer, cpu);
	return 0;
}

static int beat_stop(unsigned int cpu)
{
	timer_delete_sync(per_cpu_ptr(&beat_timer, cpu));
	return 0;
}

void mint_cpu_woke_up(void)
{
	unsigned int cpu;
	int core;

	for_each_online_cpu(cpu) {
		core = mint_core_of_cpu(cpu);
		if (core >= 0)
			mint_beat(core);
	}
}

u64 mint_core_last_beat(u32 core)
{
	u64 beat = mint_shared_load64(&mint_core(core)->beat_tsc), now = rdtsc();

	if (mint_core_is_away(core))
		beat += now - min(mint_shared_load64(&mint_seat(core)->left_tsc), now);
	return beat;
}

u32 mint_os_silence_ms(u32 os, u32 *core)
{
	u64 cores = READ_ONCE(mint_os(os)->cores), now = rdtsc();
	u64 start = mint_shared_load64(&mint_os(os)->running_tsc);
	u64 longest = 0;
	u32 i;

	*core = 0;
	if (!mint_os_alive(os) ||
	    READ_ONCE(mint_os(os)->state) == MINT_OS_STARTING)
		return 0;
	for (i = 0; i < mint_nr_seats(); i++) {
		u64 last = max(mint_core_last_beat(i), start);

		/* What does not run is not silent, it is not there. */
		if (!(cores & BIT_ULL(i)) || !mint_core_runs(i, os) ||
		    last >= now || now - last <= longest)
			continue;
		longest = now - last;
		*core = i;
	}
	return min_t(u64, div_u64(longest, tsc_khz), U32_MAX);
}

static int __init mint_beat_init(void)
{
	int err;

	if (!mint_self.active)
		return 0;
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x86/mint:beat", beat_start,
				beat_stop);
	return err < 0 ? err : 0;
}
core_initcall_sync(mint_beat_init);
