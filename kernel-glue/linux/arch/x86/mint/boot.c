// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start of Mint in this kernel: the one place that calls downwards into all rooms.
 *
 * Three cases: booted with mint_pool= (the OS that the boot loader starts and
 * that builds the shared area); started by the loader (a setup_data node says what the
 * machine is: a further OS, or the first one again); neither (Mint stays off, this is
 * plain Linux).
 *
 * mint_early_setup() comes before the command line is parsed and finds a launcher's
 * node.  init_hypervisor_platform() is where memory map and command line are known
 * and nothing has been probed: there all is decided.  The early initcall sets up what
 * the cores need, before a second one starts.  All else is in initcalls of its own.
 */
#include <linux/init.h>
#include <linux/mint.h>
#include <linux/panic.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/e820/api.h>
#include <asm/hypervisor.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/boot.h"
#include "base/faults.h"
#include "cpu/cpu.h"
#include "io/io.h"
#include "irq/irq.h"
#include "launch/launch.h"
#include "legacy/legacy.h"
#include "neutral/shared.h"
#include "os/os.h"
#include "pci/pci.h"
#include "seat/seat.h"

/* init_hypervisor_platform() has asked: mint_self tells the truth. */
static bool decided __ro_after_init;

/* ---- the first OS ------------------------------------------------------- */

/* The parked write there, whoever they were, and so do further OSes. */
static bool __init apic_in_place(void)
{
	u64 base;

	rdmsrl(MSR_IA32_APICBASE, base);
	base &= GENMASK_ULL(51, 12);
	if (base == APIC_DEFAULT_PHYS_BASE && !mint_fault("apic"))
		return true;
	mint_stay_off("the firmware has moved the local APICs to 0x%llx", base);
	return false;
}

static void __init init_first(void)
{
	if (!apic_in_place() || mint_low_find() || mint_pool_take())
		return;
	mint_low_set_aside();
	e820__update_table(e820_table);
	mint_self.os = 1;
	mint_self.generation = 1;
	mint_self.active = true;
	mint_map_note();
	mint_power_setup();
	pr_info("this OS sets aside memory for others; shared area at %pa\n",
		&mint_self.shm_paddr);
}

/* ---- one that was started by the loader --------------------------------- */

/*
 * Called by setup_arch() before the first parameter is parsed: some of them reach
 * ports at once.
 */
void __init mint_early_setup(char *command_line)
{
	u32 len;
	u64 paddr = mint_boot_data_find(&len);

	if (!paddr)
		return;
	mint_power_setup();
	mint_boot_data_load(paddr, len);
	mint_self.joined = true;
	mint_self.further = !(mint_self.boot.flags & MINT_BOOTF_FIRMWARE);
	if (mint_self.further)
		mint_cmdline_clean(command_line);
}

static void __init init_further(void)
{
	mint_platform_setup_further();
	mint_machine_setup_further();
	mint_pci_setup_further();
	pr_info("this is OS %u, started by another one\n", mint_self.os);
}

/* It has ACPI, but the chips that all share are not its alone any more. */
static void __init init_first_again(void)
{
	mint_map_note();
	mint_irq_setup_again();
	mint_pci_setup_again();
	pr_info("this is OS %u, started again beside others\n", mint_self.os);
}

static void __init init_joined(void)
{
	mint_self.os = mint_self.boot.os;
	mint_self.generation = mint_self.boot.generation;
	mint_self.shm_paddr = mint_self.boot.shm_paddr;
	mint_self.active = true;
	mint_log_early();
	if (mint_fault("dies"))
		panic("mint: before the shared area is mapped, as the test wants it");
	mint_platform_setup_joined();
	mint_legacy_setup_joined(mint_self.boot.legacy);
	if (mint_self.further)
		init_further();
	else
		init_first_again();
}

bool mint_forbids_pci_ports(void)
{
	return decided ? mint_self.joined : mint_boot_data_is_there();
}

/* ---- entry in the table of init_hypervisor_platform() ------------------- */

static u32 __init detect(void)
{
	decided = true;
	if (mint_pool_wanted() && !IS_ENABLED(CONFIG_X86_64)) {
		mint_stay_off("a 32-bit kernel can only be started by another OS");
		return 0;
	}
	return mint_pool_wanted() || mint_self.joined ? U32_MAX : 0;
}

static void __init init_platform(void)
{
	mint_stamp(MINT_STAMP_EARLY);
	if (mint_self.joined)
		init_joined();
	else
		init_first();
}

const struct hypervisor_x86 x86_hyper_mint __refconst = {
	.name			= "none (Mint)",
	.detect			= detect,
	.type			= X86_HYPER_NATIVE,
	.init.init_platform	= init_platform,
	.ignore_nopv		= true,
};

/* ---- one CPU, and memory to be had -------------------------------------- */

static int __init fill_area(void)
{
	if (mint_self.joined)
		mint_area_join();
	else
		mint_area_build();
	return 0;
}

/* First OS: nobody finds the area before the park page is in it. */
static int __init set_up_park(void)
{
	int err = 0;

	if (IS_ENABLED(CONFIG_X86_64) && !mint_self.joined)
		err = mint_park_build();
	if (!err)
		err = mint_park_init();
	if (!err && !mint_self.joined)
		mint_area_publish();
	return err;
}

static void __init undo_park(void)
{
	mint_area_withdraw();
	mint_park_undo();
}

/**
 * struct stage - a part of the set-up
 * @name:	see base/faults.c
 * @what:	for people: it cannot ...
 * @set_up:	0 or -errno, and then nothing is left of it
 * @undo:	optional
 */
struct stage {
	const char *name;
	const char *what;
	int (*set_up)(void);
	void (*undo)(void);
};

static const struct stage stages[] __initconst = {
	{ "map", "map the shared area", mint_area_map, mint_area_unmap },
	{ "build", "build the shared area", fill_area, NULL },
	{ "park", "set up the park page", set_up_park, undo_park },
	{ "fence", "let other OSes stop it", mint_fence_setup, mint_fence_undo },
#ifdef CONFIG_X86_64
	{ "seat", "take turns on a core", mint_seat_setup, mint_seat_undo },
#endif
	{ "guard", "guard its cores", mint_cpu_guard, mint_cpu_unguard },
	{ "irq", "take over the interrupts", mint_irq_init, NULL },
};

/*
 * One that was started by the loader owns nothing without the table.  The first OS
 * is plain Linux then; but what was set aside in early boot cannot come back.
 */
static void __init give_up(unsigned int nr_done, int err)
{
	const char *what = stages[nr_done].what;

	if (mint_self.joined)
		panic("mint: cannot %s (%d)", what, err);
	while (nr_done--)
		if (stages[nr_done].undo)
			stages[nr_done].undo();
	mint_self.active = false;
	mint_power_undo();
	mint_stay_off("cannot %s (%d)", what, err);
	pr_err("the memory of mint_pool= is not used until the next boot\n");
}

static int __init mint_boot_init(void)
{
	unsigned int i;
	int err;

	if (!mint_self.active)
		return 0;
	mint_stamp(MINT_STAMP_KTHREADS);
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		err = mint_fault(stages[i].name) ? -EIO : stages[i].set_up();
		if (err) {
			give_up(i, err);
			return 0;
		}
	}
	mint_log_start();
	mint_console_start();
	mint_power_start();
	mint_stamps_publish();
	mint_restart_prepare();
	mint_os(mint_self.os)->doorbell_apic = boot_cpu_physical_apicid;
	mint_name_kernel(mint_os(mint_self.os));
	return 0;
}
early_initcall(mint_boot_init);

/* ---- the end of it ------------------------------------------------------ */

/* The kernel is up: every handler and hook of the layer is in place. */
static int __init mint_announce(void)
{
	struct mint_os *os;

	if (!mint_self.active)
		return 0;
	os = mint_os(mint_self.os);
	mint_shared_store64(&os->running_tsc, rdtsc());
	mint_stamp(MINT_STAMP_INITCALLS);
	mint_stamp_first_program();
	mint_shared_cas(&os->state, MINT_OS_STARTING, MINT_OS_RUNNING);
	mint_event_send_all(MINT_EV_STATE);
	return 0;
}
late_initcall_sync(mint_announce);
