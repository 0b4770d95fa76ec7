// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cores of this OS: giving them away, taking them back, never starting one
 * that belongs to somebody else, and a sign of life from each.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include <asm/tsc.h>

#include "hotplug/core.h"
#include "faults.h"
#include "mint.h"
#include "test.h"

/* How often a core gives a sign of life. */
#define BEAT_PERIOD		(HZ / 2)

static DEFINE_PER_CPU(struct timer_list, beat_timer);

/*
 * Cores that this OS gave away: those, and no others, it brings back online; and
 * those of them that had been offline before.
 */
static u64 given, given_offline;

static void beat(struct timer_list *timer)
{
	int core = mint_core_of_cpu(smp_processor_id());

	if (core >= 0)
		WRITE_ONCE(mint_core(core)->beat_tsc, rdtsc());
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
		WRITE_ONCE(mint_core(core)->beat_tsc, rdtsc());
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
			WRITE_ONCE(mint_core(core)->beat_tsc, rdtsc());
	}
}

/* Before the INIT that would take the core from whoever has it. */
static int prepare_online(unsigned int cpu)
{
	int core = mint_core_of_cpu(cpu), err;
	unsigned int ms = MINT_PARK_WAIT_MS;
	char name[MINT_NAME_LEN];
	u32 owner;

	/* What is not in the table cannot be stopped for another OS. */
	if (core < 0) {
		pr_err("CPU %u stays offline: the core with APIC id %u is not in the table of cores, which is made at boot\n",
		       cpu, cpu_physical_id(cpu));
		return -EPERM;
	}
	/* It may have been taken offline just now, and be on its way. */
	while ((err = mint_core_change(core, MINT_CORE_ENTER, mint_self.os)) ==
	       -EBUSY && ms--)
		usleep_range(1000, 1500);
	if (err == -EPERM) {
		owner = mint_core_owner(core);
		pr_err("CPU %u stays offline: core %d belongs to %s\n", cpu, core,
		       owner ? mint_os_name(owner, name) : "nobody");
		return err;
	}
	if (err) {
		pr_err("CPU %u stays offline: core %d has not reached the park page\n",
		       cpu, core);
		return err;
	}
	WRITE_ONCE(mint_core(core)->beat_tsc, rdtsc());
	mint_test_point(MINT_TEST_ONLINE);
	return 0;
}

int mint_cpu_give(u32 core, struct netlink_ext_ack *extack)
{
	int cpu = mint_cpu_of_core(core);
	int err;

	if (cpu < 0)
		return -ENODEV;
	err = remove_cpu(cpu);	/* 1: it is offline */
	if (err < 0) {
		NL_SET_ERR_MSG_FMT(extack, "core %u cannot go offline (error %d)",
				   core, err);
		return err;
	}
	if (mint_fault("arrive") || !mint_core_park_offline(core)) {
		NL_SET_ERR_MSG_FMT(extack, "core %u does not reach the park page; try again",
				   core);
		if (!err && add_cpu(cpu) < 0)
			pr_err("core %u is stuck on its way offline\n", core);
		return -ETIMEDOUT;
	}
	given |= BIT_ULL(core);
	if (err)
		given_offline |= BIT_ULL(core);
	return 0;
}

int mint_cpu_take(u32 core)
{
	int cpu = mint_cpu_of_core(core);
	bool taken = (given & ~given_offline) & BIT_ULL(core);

	given &= ~BIT_ULL(core);
	given_offline &= ~BIT_ULL(core);
	if (cpu < 0)
		return -ENODEV;
	return taken ? min(add_cpu(cpu), 0) : 0;
}

bool mint_apic_is_ours(u32 apic_id)
{
	unsigned int cpu;
	int core;

	for_each_present_cpu(cpu) {
		if (cpu_physical_id(cpu) != apic_id)
			continue;
		core = mint_core_of_apic(apic_id);
		return core < 0 || !(READ_ONCE(given) & BIT_ULL(core));
	}
	return false;
}

/* Another OS sent some of our cores or legacy devices home. */
static void came_home(struct work_struct *work)
{
	u32 core;

	mutex_lock(&mint_ops_mutex);
	for (core = 0; core < mint_nr_cores(); core++) {
		if (!(given & BIT_ULL(core)) ||
		    mint_core_owner(core) != mint_self.os)
			continue;
		if (mint_cpu_take(core))
			pr_err("core %u came home but does not start\n", core);
	}
	mint_legacy_came_home();
	mutex_unlock(&mint_ops_mutex);
}

static DECLARE_WORK(home_work, came_home);

/* Not in the event worker: who holds mint_ops_mutex may wait for an event. */
static void core_event(u32 events)
{
	schedule_work(&home_work);
}

static struct mint_event_handler core_events = {
	.mask = MINT_EV_CORE,
	.fn = core_event,
};

u32 mint_os_silence_ms(u32 os, u32 *core)
{
	u64 cores = READ_ONCE(mint_os(os)->cores), now = rdtsc();
	u64 start = READ_ONCE(mint_os(os)->running_tsc);
	u64 longest = 0;
	u32 i;

	*core = 0;
	if (!mint_os_alive(os) ||
	    READ_ONCE(mint_os(os)->state) == MINT_OS_STARTING)
		return 0;
	for (i = 0; i < mint_nr_cores(); i++) {
		u64 last = max(READ_ONCE(mint_core(i)->beat_tsc), start);

		/* What does not run is not silent, it is not there. */
		if (!(cores & BIT_ULL(i)) || !mint_core_runs(i, os) ||
		    last >= now || now - last <= longest)
			continue;
		longest = now - last;
		*core = i;
	}
	return min_t(u64, div_u64(longest, tsc_khz), U32_MAX);
}

static int guard_state __initdata;

/* Before the application cores start: this OS must not start a foreign one. */
int __init mint_cpu_guard(void)
{
	guard_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						"x86/mint:prepare",
						prepare_online, NULL);
	return min(guard_state, 0);
}

void __init mint_cpu_unguard(void)
{
	cpuhp_remove_state_nocalls(guard_state);
}

static int __init mint_cpu_init(void)
{
	int err;

	if (!mint_self.active)
		return 0;
	mint_event_register(&core_events);
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x86/mint:beat", beat_start,
				beat_stop);
	return err < 0 ? err : 0;
}
core_initcall_sync(mint_cpu_init);
