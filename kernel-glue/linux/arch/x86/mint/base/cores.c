// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cores of the machine: their numbers, their APIC ids, and what the table says of
 * each.  Changes of that are in cpu/.
 */
#include <linux/cpumask.h>
#include <linux/smp.h>

#include "base/base.h"
#include "base/boot.h"

/* Private copies: never taken from shared memory again. */
static u32 nr_cores __ro_after_init;
static u32 apic_ids[MINT_MAX_CORES] __ro_after_init;

void __init mint_cores_know(u32 apic_id)
{
	apic_ids[nr_cores++] = apic_id;
}

u32 mint_nr_cores(void)
{
	return nr_cores;
}

int mint_core_of_apic(u32 apic_id)
{
	u32 core;

	for (core = 0; core < nr_cores; core++)
		if (apic_ids[core] == apic_id)
			return core;
	return -1;
}

int mint_core_of_cpu(unsigned int cpu)
{
	return mint_core_of_apic(cpu_physical_id(cpu));
}

int mint_cpu_of_core(u32 core)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		if (cpu_physical_id(cpu) == apic_ids[core])
			return cpu;
	return -1;
}

u32 mint_core_apic(u32 core)
{
	return apic_ids[core];
}

u32 mint_core_word(u32 core)
{
	return READ_ONCE(mint_core(core)->life);
}

u32 mint_core_owner(u32 core)
{
	u32 owner = MINT_CORE_OWNER(mint_core_word(core));

	return owner <= MINT_MAX_OSES ? owner : MINT_OS_NONE;
}

u32 mint_core_state(u32 core)
{
	return MINT_CORE_STATE(mint_core_word(core));
}

bool mint_core_runs(u32 core, u32 os)
{
	return MINT_CORE_KERNEL(mint_core_word(core)) == os;
}
