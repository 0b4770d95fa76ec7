// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit kernel sends interrupts to sets of cores, by logical ids that are its own
 * numbers of CPUs: those of other OSes' cores.  Linux has a driver that names one core by
 * its APIC id, as 64-bit kernels do.
 */
#include <linux/init.h>
#include <linux/panic.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/x86_init.h>

#include "cpu/cpu.h"

#define PHYSICAL	"bigsmp"

static void (*intr_mode_init)(void) __initdata;

/* No core but this one runs yet, and no interrupt has a destination. */
static void __init install_physical(void)
{
	struct apic **drv;

	for (drv = __apicdrivers; drv < __apicdrivers_end; drv++)
		if (!strcmp((*drv)->name, PHYSICAL))
			apic_install_driver(*drv);
	if (apic->dest_mode_logical)
		panic("mint: this kernel has no APIC driver " PHYSICAL);
	intr_mode_init();
}

void __init mint_apic_setup(void)
{
	intr_mode_init = x86_init.irqs.intr_mode_init;
	x86_init.irqs.intr_mode_init = install_physical;
}
