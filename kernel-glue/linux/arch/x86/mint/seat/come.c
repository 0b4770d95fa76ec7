// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a further CPU of this OS comes to run it on a core that another OS has, too: INIT
 * would stop that one, so the core is called, and enters when it is its turn.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/realmode.h>
#include <asm/x86_init.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "seat/internal.h"

static int wake_cpu(u32 apic_id, unsigned long start_eip)
{
	int seat = mint_seat_of(mint_self.os, apic_id);

	/* As prepare_online() left it; if somebody has come since, not now. */
	if (seat >= 0 && mint_core_state(seat) == MINT_CORE_PARKED)
		return mint_core_call(seat, start_eip);
	if (seat >= 0 && mint_core_is_shared(seat)) {
		mint_core_change(seat, MINT_CORE_ARRIVE, mint_self.os);
		return -EBUSY;
	}
	return wakeup_secondary_cpu_via_init(apic_id, real_mode_header->trampoline_start);
}

/* The last that Linux does before it takes interrupts. */
static void (*native_nmi_init)(void) __ro_after_init;

static void watch_before_interrupts(void)
{
	int seat = mint_core_of_cpu(raw_smp_processor_id());

	native_nmi_init();
	if (seat >= 0 && mint_core_is_shared(seat))
		seat_watch_vectors_anew(seat);
}

void __init seat_give_wake(void)
{
	x86_platform.nmi_init = native_nmi_init;
	apic->wakeup_secondary_cpu_64 = NULL;
}

void __init seat_take_wake(void)
{
	native_nmi_init = x86_platform.nmi_init;
	x86_platform.nmi_init = watch_before_interrupts;
	apic->wakeup_secondary_cpu_64 = wake_cpu;
}
