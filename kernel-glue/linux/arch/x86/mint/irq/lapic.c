// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local APIC, as the interrupt layer needs it.
 *
 * Linux addresses every interrupt to one core by its physical id, so the logical
 * ids are free.  The layer gives each OS one of the eight bits of the flat model;
 * CPU 0 has it in its logical destination register and thereby gets the shared
 * lines.  CPU 0, because Linux cannot take it offline.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/init.h>

#include <asm/apic.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"

/* How often a register is read until a self-IPI must have arrived. */
#define SELF_IPI_POLLS		10000

void mint_lapic_eoi(struct irql *l)
{
	apic_eoi();
}

/* The registers IRR, TMR and ISR have 32 bits every 16 bytes. */
static bool vector_bit(u32 reg, u32 vector)
{
	return apic_read(reg + (vector / 32) * 0x10) & BIT(vector % 32);
}

bool mint_lapic_tmr(struct irql *l, u32 vector)
{
	return vector_bit(APIC_TMR, vector);
}

void mint_lapic_self_ipi(struct irql *l, u32 vector)
{
	unsigned int tries = SELF_IPI_POLLS;

	__apic_send_IPI_self(vector);
	while (!(vector_bit(APIC_IRR, vector) && !vector_bit(APIC_TMR, vector)) &&
	       --tries)
		cpu_relax();
}

void mint_lapic_ipi(struct irql *l, u32 apic_id, u32 vector)
{
	unsigned long flags;

	local_irq_save(flags);
	apic_wait_icr_idle();
	apic_icr_write(APIC_DM_FIXED | vector, apic_id);
	local_irq_restore(flags);
}

/* ---- logical destinations, directed EOI --------------------------------- */

/*
 * Directed EOI costs an exclusive interrupt a register write that plain Linux does
 * not have, and has not been run on a chip that has it: only on demand.
 */
static bool directed_wanted __ro_after_init;

static int __init want_directed(char *arg)
{
	directed_wanted = true;
	return 0;
}
early_param("mint_directed_eoi", want_directed);

bool mint_lapic_directed_eoi(struct irql *l)
{
	return directed_wanted &&
	       (apic_read(APIC_LVR) & APIC_LVR_DIRECTED_EOI);
}

void mint_lapic_set_logical(void)
{
	u32 ldr = smp_processor_id() ? 0 : mint_irql.logical;

	apic_write(APIC_DFR, APIC_DFR_FLAT);
	apic_write(APIC_LDR, SET_APIC_LOGICAL_ID(ldr));
	if (mint_irql.directed)
		apic_write(APIC_SPIV, apic_read(APIC_SPIV) |
				      APIC_SPIV_DIRECTED_EOI);
}

/* A core that comes online may have been the CPU 0 of another OS. */
static int lapic_online_cb(unsigned int cpu)
{
	mint_lapic_set_logical();
	return 0;
}

static int __init mint_lapic_init(void)
{
	int err;

	if (!mint_irql_up)
		return 0;
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x86/mint:lapic",
				lapic_online_cb, NULL);
	return err < 0 ? err : 0;
}
core_initcall(mint_lapic_init);
