// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cores of this OS: giving them away, taking them back, and never starting one
 * that belongs to somebody else.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "base/faults.h"
#include "base/life.h"
#include "cpu/cpu.h"
#include "hotplug/core.h"

/* How often to try to bring a core online that Linux does not let come. */
#define RETRY_PERIOD		HZ

/*
 * Cores that this OS gave away: those, and no others, it brings back online; and
 * those of them that had been offline before.
 */
static u64 given, given_offline;

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
	/* INIT would stop whoever is on it by turns: see mint_core_call(). */
	if (mint_core_is_shared(core))
		return mint_core_owner(core) == mint_self.os ? 0 : -EPERM;
	/* It may have been taken offline just now, and be on its way. */
	while ((err = mint_core_change(core, MINT_CORE_ENTER, mint_self.os)) ==
	       -EBUSY && ms--)
		usleep_range(1000, 1500);
	/* The first OS is started again, and tries all that the firmware names. */
	if (err == -EPERM && system_state < SYSTEM_RUNNING)
		return err;
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
	mint_beat(core);
	mint_fault_once("online");
	return 0;
}

int mint_cpu_give(u32 core, struct netlink_ext_ack *extack)
{
	/* It came home, and Linux did not let it come online so far. */
	bool awaited = given & BIT_ULL(core);
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
	if (err && !awaited)
		given_offline |= BIT_ULL(core);
	return 0;
}

static void came_home(struct work_struct *work);
static DECLARE_DELAYED_WORK(home_work, came_home);

/*
 * Linux lets no CPU come or go while the driver of a PCI function is in its probe, for
 * one.  Such a core is still as good as given away, and is tried again.
 */
int mint_cpu_take(u32 core)
{
	int cpu = mint_cpu_of_core(core), err;
	bool taken = (given & ~given_offline) & BIT_ULL(core);

	given &= ~BIT_ULL(core);
	given_offline &= ~BIT_ULL(core);
	if (cpu < 0)
		return -ENODEV;
	err = taken ? min(add_cpu(cpu), 0) : 0;
	if (err != -EBUSY)
		return err;
	pr_info_once("CPUs cannot come online now; tried again\n");
	given |= BIT_ULL(core);
	schedule_delayed_work(&home_work, RETRY_PERIOD);
	return 0;
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

/* Another OS sent some of our cores home. */
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
	mutex_unlock(&mint_ops_mutex);
}

/* Not in the event worker: who holds mint_ops_mutex may wait for an event. */
static void core_event(u32 events)
{
	mod_delayed_work(system_wq, &home_work, 0);
}

static struct mint_event_handler core_events = {
	.mask = MINT_EV_CORE,
	.fn = core_event,
};

/* What a former life of this OS gave away comes home as if this one had. */
static void __init note_given(void)
{
	u32 core;

	for (core = 0; core < mint_nr_cores(); core++)
		if (mint_core_owner(core) != mint_self.os)
			given |= BIT_ULL(core);
}

static int guard_state __initdata;

/* Before the application cores start: this OS must not start a foreign one. */
int __init mint_cpu_guard(void)
{
	if (mint_is_first_again())
		note_given();
	guard_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						"x86/mint:prepare",
						prepare_online, NULL);
	return min(guard_state, 0);
}

void __init mint_cpu_unguard(void)
{
	cpuhp_remove_state_nocalls(guard_state);
}

/* ---- the end of another OS ---------------------------------------------- */

static void return_core(u32 core, u32 os)
{
	u32 home = READ_ONCE(mint_core(core)->home);
	int err;

	if (home != mint_self.os && !mint_os_alive(home))
		home = MINT_OS_NONE;
	err = mint_core_hand_over(core, os, home);
	if (err) {
		pr_err("core %u stays where it is: state %u, error %d\n", core,
		       mint_core_state(core), err);
		return;
	}
	if (home == mint_self.os && mint_cpu_take(core))
		pr_err("core %u came back but does not start\n", core);
	else if (home && home != mint_self.os)
		mint_event_send(home, MINT_EV_CORE);
}

static void return_cores(u32 os)
{
	u32 core;

	for (core = 0; core < mint_nr_seats(); core++)
		if (mint_core_owner(core) == os)
			return_core(core, os);
}

static bool concerns(u32 word, u32 os)
{
	return MINT_CORE_OWNER(word) == os || MINT_CORE_KERNEL(word) == os;
}

static bool core_in_use(u32 os)
{
	u32 core, word, next;

	for (core = 0; core < mint_nr_seats(); core++) {
		word = mint_core_word(core);
		if (concerns(word, os) &&
		    mint_core_pass(word, os, MINT_OS_NONE, &next))
			return true;
	}
	return false;
}

/* A core that did not find its way home is free, if it is out of that kernel. */
static void free_core(u32 core, u32 os)
{
	u32 word, next;

	do {
		word = mint_core_word(core);
		if (!concerns(word, os) ||
		    mint_core_pass(word, os, MINT_OS_NONE, &next))
			return;
	} while (!mint_core_cas(core, word, next));
}

static void forget_in_cores(u32 os)
{
	u32 core;

	for (core = 0; core < mint_nr_seats(); core++) {
		free_core(core, os);
		mint_forget_id(&mint_core(core)->home, os);
	}
}

static struct mint_life cores_life = {
	.order	= MINT_LIFE_CORES,
	.reclaim = return_cores,
	.in_use	= core_in_use,
	.forget	= forget_in_cores,
};

static int __init mint_cpu_init(void)
{
	if (!mint_self.active)
		return 0;
	mint_event_register(&core_events);
	mint_life_register(&cores_life);
	return 0;
}
core_initcall_sync(mint_cpu_init);
