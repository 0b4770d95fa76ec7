// SPDX-License-Identifier: GPL-2.0-only
/*
 * The platform of an OS that was started by the loader: what Linux would measure or ask
 * old devices for is in the boot data.  A further OS has no firmware, no ACPI, no 8259 and
 * no PIT at all.
 */
#include <linux/acpi.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/sizes.h>
#include <linux/time64.h>

#include <asm/apic.h>
#include <asm/e820/api.h>
#include <asm/i8259.h>
#include <asm/io_apic.h>
#include <asm/irqdomain.h>
#include <asm/realmode.h>
#include <asm/setup.h>
#include <asm/tsc.h>
#include <asm/x86_init.h>

#include "base/base.h"
#include "base/clock.h"
#include "cpu/cpu.h"
#include "irq/irq.h"
#include "os/os.h"
#include "seat/early.h"

static void get_wallclock(struct timespec64 *now)
{
	u64 ns = mint_self.boot.wall_ns;
	u64 cycles = rdtsc() - mint_self.boot.wall_tsc;

	ns += mul_u64_u32_div(cycles, NSEC_PER_MSEC, mint_self.boot.tsc_khz);
	*now = ns_to_timespec64(ns);
}

static int set_wallclock(const struct timespec64 *now)
{
	return -ENODEV;
}

static unsigned long get_tsc_khz(void)
{
	return mint_self.boot.tsc_khz;
}

static unsigned char get_nmi_reason(void)
{
	return 0;	/* port 0x61 is the primary OS's */
}

static void __init timer_init(void)
{
	lapic_timer_period = mint_ticks_of_khz(mint_self.boot.lapic_timer_khz, HZ);
}

static bool __init has_seat(const struct mint_boot_data *b, u32 seat)
{
	return seat < MINT_MAX_CORES && b->cores & BIT_ULL(seat);
}

static void __init parse_smp_cfg(void)
{
	const struct mint_boot_data *b = &mint_self.boot;
	unsigned int core;

	register_lapic_address(APIC_DEFAULT_PHYS_BASE);
	/*
	 * The machine's boot core first, as the firmware would name it: that
	 * tells the topology code not to take our boot core for a crash kernel
	 * that must do with one CPU, and never to send INIT to that core.
	 */
	topology_register_apic(b->bsp_apic_id, CPU_ACPIID_INVALID,
			       boot_cpu_physical_apicid == b->bsp_apic_id);
	for (core = 0; core < b->nr_cores; core++) {
		bool own = has_seat(b, core) || has_seat(b, b->nr_cores + core);

		if (b->apic_id[core] != b->bsp_apic_id)
			topology_register_apic(b->apic_id[core],
					       CPU_ACPIID_INVALID, own);
	}
	smp_found_config = 1;
}

/*
 * The window below 1 MiB is all that this OS has there.  It is no memory to Linux, which
 * would keep a map of the whole section, 128 MiB, for it.
 */
static void __init find_real_mode(void)
{
	u32 i;

	for (i = 0; i < e820_table->nr_entries; i++)
		if (e820_table->entries[i].addr + e820_table->entries[i].size <= SZ_1M)
			set_real_mode_mem(e820_table->entries[i].addr);
}

/* The first OS, too: PIT and HPET may have been left in any state. */
void __init mint_platform_setup_joined(void)
{
	x86_init.timers.timer_init		= timer_init;
	x86_init.timers.wallclock_init		= x86_init_noop;
	x86_platform.calibrate_cpu		= get_tsc_khz;
	x86_platform.calibrate_tsc		= get_tsc_khz;
	x86_platform.get_wallclock		= get_wallclock;
	if (!(mint_self.boot.legacy & BIT(MINT_LEGACY_RTC)))
		x86_platform.set_wallclock	= set_wallclock;
	setup_force_cpu_cap(X86_FEATURE_TSC_KNOWN_FREQ);
	mint_apic_setup();
	/* All cores are of one kind: no delay loop needs to be measured again. */
	preset_lpj = mint_ticks_of_khz(mint_self.boot.tsc_khz, HZ);
}

void __init mint_platform_setup_further(void)
{
	x86_init.resources.probe_roms		= x86_init_noop;
	x86_init.resources.reserve_resources	= x86_init_noop;
	x86_init.irqs.pre_vector_init		= IS_ENABLED(CONFIG_X86_64) ?
						  mint_seat_watch_early : x86_init_noop;
	x86_init.mpparse.find_mptable		= x86_init_noop;
	x86_init.mpparse.early_parse_smp_cfg	= x86_init_noop;
	x86_init.mpparse.parse_smp_cfg		= parse_smp_cfg;

	x86_platform.realmode_reserve		= find_real_mode;
	x86_platform.set_wallclock		= set_wallclock;
	x86_platform.get_nmi_reason		= get_nmi_reason;
	/* Warm reset would write CMOS and the BIOS data area: not ours. */
	x86_platform.legacy.warm_reset		= 0;
	legacy_pic				= &null_legacy_pic;
	/* Keeps the numbers of the pins free for them. */
	gsi_top					= mint_irq_gsi_top();

	/* There is no other clock to check it against. */
	setup_force_cpu_cap(X86_FEATURE_TSC_RELIABLE);

	/* The tables describe a machine that is not ours; no AML runs here. */
	disable_acpi();
}
