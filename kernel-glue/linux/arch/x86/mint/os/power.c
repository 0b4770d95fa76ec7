// SPDX-License-Identifier: GPL-2.0-only
/*
 * How this OS ends without ending the machine.
 *
 * Reboot, power-off, halt and panic all lead to end_os(): the state is published,
 * the others are told, the cores park; or the OS starts again (restart.c).  Only the
 * last OS out (see lastout.c) does to the machine what it was asked to do.
 */
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/reboot.h>
#include <linux/smp.h>

#include <asm/reboot.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "cpu/cpu.h"
#include "io/io.h"
#include "irq/irq.h"
#include "os/internal.h"
#include "os/os.h"
#include "pci/pci.h"

static struct machine_ops native __ro_after_init;
static atomic_t ending;
static bool panicked;

/* A kernel whose slot the table gives to another OS says nothing about that. */
static bool have_record(void)
{
	return mint_shm &&
	       READ_ONCE(mint_os(mint_self.os)->generation) == mint_self.generation;
}

/* Publishes how this OS ended.  Only the first caller does anything. */
static void publish_end(u32 reason)
{
	struct mint_os *os;

	if (!have_record() || atomic_xchg(&ending, 1))
		return;
	os = mint_os(mint_self.os);
	os->reason = reason;
	os->end_tsc = rdtsc();
	mint_event_last_words();
	mint_fault_step("end");
	/* A full barrier: only then others are looked for. */
	xchg(&os->state, MINT_OS_ENDED);
}

/*
 * After a panic the other cores have been stopped already.  reboot=force, which
 * leaves them running, is about the machine.
 */
static void stop_own_cores(void)
{
	int force = reboot_force;

	if (panicked)
		return;
	reboot_force = 0;
	smp_send_stop();
	reboot_force = force;
}

void mint_os_leave(bool in_panic)
{
	/* The last one may have set it to get out of just this. */
	mint_quirk_disarm_own();
	if (!in_panic)
		mint_irq_leave();
	if (have_record())
		mint_log_flush();
}

static void __noreturn park_os(void)
{
	mint_os_leave(panicked);
	if (have_record())
		mint_event_send_all(MINT_EV_STATE);
	mint_park_self();
}

/*
 * Ends this OS.  Returns only if it is the last one out: then the machine is to be
 * ended.  @act: it will be; else it only stops.
 */
static void end_os(u32 reason, bool act)
{
	if (mint_ends_machine)
		return;
	/* Alone on the machine, everything is as without Mint. */
	if (mint_self.further || mint_others_exist()) {
		stop_own_cores();
		local_irq_disable();
	}
	if (have_record())
		reason = mint_restart_self(reason, panicked);
	publish_end(reason);
	mint_ends_machine = mint_last_out(act);
	if (mint_shm && !panicked)
		mint_name_others();
	if (!mint_ends_machine)
		park_os();
}

/*
 * Power-off by the PM1 control registers that the first OS left in the table:
 * for a last OS out that has no ACPI of its own.
 */
static void power_off_by_table(void)
{
	struct mint_header *hdr = mint_hdr();
	u32 a = READ_ONCE(hdr->pm1a_cnt), b = READ_ONCE(hdr->pm1b_cnt);
	const u16 sleep_enable = BIT(13);	/* ACPI 6.5, 4.8.3.2.1 */

	if (a && a <= U16_MAX)
		outw((READ_ONCE(hdr->s5_typ_a) & 7) << 10 | sleep_enable, a);
	if (b && b <= U16_MAX)
		outw((READ_ONCE(hdr->s5_typ_b) & 7) << 10 | sleep_enable, b);
}

static void mint_restart(char *cmd)
{
	end_os(panicked ? MINT_END_PANIC : MINT_END_REBOOT, true);
	pr_notice("last OS out: resetting the machine\n");
	native.restart(cmd);
}

static void mint_emergency_restart(void)
{
	end_os(panicked ? MINT_END_PANIC : MINT_END_REBOOT, true);
	native.emergency_restart();
}

static void mint_power_off(void)
{
	end_os(MINT_END_POWEROFF, true);
	pr_notice("last OS out: switching the machine off\n");
	if (mint_self.further)
		power_off_by_table();
	native.power_off();
	/* Who asked would go on, and init's end would be a panic. */
	pr_emerg("nothing here can switch the machine off: halted\n");
	mint_park_self();
}

/*
 * Tells reboot(2) that power-off is possible here, although no ACPI says so;
 * machine_ops.power_off() does the work before this would be called.
 */
static void have_power_off(void)
{
}

static void mint_halt(void)
{
	end_os(MINT_END_HALT, false);
	native.halt();
}

/*
 * The native one masks every pin of the I/O APIC and shuts down the HPET: not
 * while somebody else uses them.
 */
static void mint_shutdown(void)
{
	/* What kexec would do from here on is about the machine. */
	if (kexec_in_progress && mint_restart_is_replaced())
		mint_restart(NULL);
	if (mint_ends_machine || !mint_others_stay())
		native.shutdown();
	else
		stop_own_cores();
}

#ifdef CONFIG_CRASH_DUMP
static void mint_crash_shutdown(struct pt_regs *regs)
{
	/* mint_forbids_kexec() keeps us from getting here with others alive. */
	native.crash_shutdown(regs);
}
#endif

/*
 * Called in the loops at the end of panic(), first before the time of panic=N is
 * over.  While others run nothing comes after; the last one out goes on to reset
 * the machine if panic= says so.
 */
static long panic_park(int state)
{
	panicked = true;
	end_os(MINT_END_PANIC, panic_timeout);
	if (!panic_timeout)
		mint_park_self();
	return 0;
}

static int panic_event(struct notifier_block *nb, unsigned long event, void *msg)
{
	panicked = true;
	/* The keyboard driver may have set its own since. */
	panic_blink = panic_park;
	return NOTIFY_DONE;
}

static struct notifier_block panic_nb = {
	.notifier_call = panic_event,
	.priority = INT_MIN,
};

void __init mint_power_setup(void)
{
	native = machine_ops;
	machine_ops.restart = mint_restart;
	machine_ops.emergency_restart = mint_emergency_restart;
	machine_ops.power_off = mint_power_off;
	machine_ops.halt = mint_halt;
	machine_ops.shutdown = mint_shutdown;
#ifdef CONFIG_CRASH_DUMP
	machine_ops.crash_shutdown = mint_crash_shutdown;
#endif
	panic_blink = panic_park;
	if (!pm_power_off)
		pm_power_off = have_power_off;
}

void __init mint_power_undo(void)
{
	machine_ops = native;
	panic_blink = NULL;
	if (pm_power_off == have_power_off)
		pm_power_off = NULL;
}

void __init mint_power_start(void)
{
	atomic_notifier_chain_register(&panic_notifier_list, &panic_nb);
}
