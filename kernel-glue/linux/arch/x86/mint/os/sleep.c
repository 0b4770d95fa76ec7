// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep of the machine: when it is refused, and what has to be restored after it.
 *
 * Suspend to RAM takes the state of all that is not memory, and only the OS with
 * ACPI can bring about both ends of it; so it may when no other OS exists.  What
 * Linux restores by itself: its CPUs, the local APIC, the I/O APIC by way of
 * mint_ioapic_write(), the functions that it has.  What nobody would restore but
 * the code here:
 *
 *  - the mapping of configuration space (ecam.c), before any device is touched;
 *  - cores that were in the park page: they wait for SIPI now, whatever the table
 *    says, so the table forgets it and they are sent there again;
 *  - functions that nobody has: powered up, they are not silent any more;
 *  - points in time, if the TSC began anew.
 *
 * Hibernation would lose the shared area and the park page, which are no memory
 * of this kernel, so are in no image.
 */
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/smp.h>
#include <linux/suspend.h>

#include <asm/tsc.h>
#include <asm/x86_init.h>

#include "base/base.h"
#include "base/clock.h"
#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "pci/pci.h"

static void (*save_clock)(void) __ro_after_init;
static void (*restore_clock)(void) __ro_after_init;
static u64 asleep_tsc;

/* ---- refusals ------------------------------------------------------------- */

static const char *why_not(unsigned long event)
{
	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		return "hibernation would lose the shared area; suspend to RAM instead";
	case PM_SUSPEND_PREPARE:
		break;
	default:
		return NULL;
	}
	if (mint_self.further)
		return "this OS has no ACPI to wake up by; stop it instead";
	if (mint_others_exist())
		return "there are other OSes on this machine; destroy them first";
	return NULL;
}

static int pm_event(struct notifier_block *nb, unsigned long event, void *unused)
{
	const char *reason = why_not(event);

	if (!reason)
		return NOTIFY_DONE;
	pr_err("sleep refused: %s\n", reason);
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block pm_nb = {
	.notifier_call = pm_event,
	.priority = INT_MAX,
};

/* ---- the last and the first thing; one CPU, interrupts off ----------------- */

static void falls_asleep(void)
{
	save_clock();
	mint_ecam_sleep();
	asleep_tsc = rdtsc();
}

/* Before any code looks at the clock that uses these. */
static void set_times_back(u64 by)
{
	struct mint_os *os = mint_os(mint_self.os);

	os->start_tsc = mint_time_back(os->start_tsc, by);
	os->running_tsc = mint_time_back(os->running_tsc, by);
	os->up_tsc = mint_time_back(os->up_tsc, by);
}

/*
 * Also after a sleep that never began.  That is not known here, and need not be: a
 * core that is parked all the same is parked once more.
 */
static void wakes_up(void)
{
	int self = mint_core_of_cpu(raw_smp_processor_id());
	u64 now = rdtsc();
	u32 core;

	restore_clock();
	if (now < asleep_tsc)
		set_times_back(asleep_tsc - now);
	mint_ecam_wake();
	for (core = 0; core < mint_nr_cores(); core++)
		if (core != self)
			mint_core_change(core, MINT_CORE_RESET,
					 mint_core_owner(core));
}

/* ---- with all CPUs and bridges back, and no task ------------------------------- */

static void park_again(void)
{
	u32 core;
	int cpu;

	for (core = 0; core < mint_nr_cores(); core++) {
		cpu = mint_cpu_of_core(core);
		if (cpu >= 0 && cpu_online(cpu))
			continue;
		if (!mint_core_park_offline(core))
			pr_err("core %u does not park after the sleep; no OS can be given it\n",
			       core);
	}
}

/* As the fence left them. */
static void silence_again(void)
{
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_OWNED ||
		    mint_dev_copy(i, &d) || d.owner != MINT_OS_NONE)
			continue;
		if (mint_dev_silence(&d))
			pr_warn("%s cannot be silenced after the sleep\n",
				mint_bdf(d.sbdf).s);
		mint_dev_write_bars(&d);
	}
}

/* The tasks are frozen: none can make an OS any more, but one just may have. */
static int machine_suspend(struct device *dev)
{
	const char *reason = why_not(PM_SUSPEND_PREPARE);

	if (!reason)
		return 0;
	pr_err("sleep refused: %s\n", reason);
	return -EBUSY;
}

static int machine_resume(struct device *dev)
{
	park_again();
	silence_again();
	mint_cpu_woke_up();
	return 0;
}

static const struct dev_pm_ops machine_pm = {
	.suspend = machine_suspend,
	.resume = machine_resume,
};

static struct platform_driver machine_driver = {
	.driver = {
		.name = "mint-machine",
		.pm = pm_sleep_ptr(&machine_pm),
		.suppress_bind_attrs = true,
	},
};

static int __init mint_sleep_init(void)
{
	struct platform_device *pdev;
	int err;

	if (!mint_self.active)
		return 0;
	err = register_pm_notifier(&pm_nb);
	if (err || mint_self.further)
		return err;
	pdev = platform_device_register_simple("mint-machine",
					       PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	err = platform_driver_register(&machine_driver);
	if (err)
		return err;
	save_clock = x86_platform.save_sched_clock_state;
	restore_clock = x86_platform.restore_sched_clock_state;
	x86_platform.save_sched_clock_state = falls_asleep;
	x86_platform.restore_sched_clock_state = wakes_up;
	return 0;
}
device_initcall(mint_sleep_init);
