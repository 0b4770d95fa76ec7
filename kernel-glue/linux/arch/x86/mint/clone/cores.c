// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the copy: which core each of its CPUs is.  CPU 0 is where it was entered; the others
 * that the source had are its other cores.
 */
#include <linux/cpumask.h>
#include <linux/processor.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/mpspec.h>

#include "base/base.h"
#include "clone/internal.h"

static void set_apic(unsigned int cpu, u32 apic_id)
{
	per_cpu(x86_cpu_to_apicid, cpu) = apic_id;
	cpuid_to_apicid[cpu] = apic_id;
	cpu_data(cpu).topo.apicid = apic_id;
	cpu_data(cpu).topo.initial_apicid = apic_id;
}

static int cpu_of_apic(u32 apic_id)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (cpu_physical_id(cpu) == apic_id)
			return cpu;
	return -1;
}

/* Each core of the machine goes on to be some possible CPU. */
static void swap_core(unsigned int cpu, u32 apic_id)
{
	int other = cpu_of_apic(apic_id);

	if (other >= 0 && other != cpu)
		set_apic(other, cpu_physical_id(cpu));
	set_apic(cpu, apic_id);
}

/* The cores of the copy, its boot core first; -1: no more. */
static int next_core(int last)
{
	const struct mint_boot_data *b = &mint_clone_plan.order->boot;
	int core = last < 0 || last == b->boot_core ? -1 : last;

	if (last < 0)
		return b->boot_core;
	while (++core < b->nr_cores)
		if (core != b->boot_core && b->cores & BIT_ULL(core))
			return core;
	return -1;
}

void mint_clone_move_cores(void)
{
	int core = next_core(-1);
	unsigned int cpu;

	for_each_present_cpu(cpu) {
		if (core < 0)
			break;
		swap_core(cpu, mint_core_apic(core));
		core = next_core(core);
	}
	bitmap_zero(phys_cpu_present_map, MAX_LOCAL_APIC);
	for_each_present_cpu(cpu)
		set_bit(cpu_physical_id(cpu), phys_cpu_present_map);
	boot_cpu_physical_apicid = cpu_physical_id(0);
	boot_cpu_data.topo.apicid = boot_cpu_physical_apicid;
	boot_cpu_data.topo.initial_apicid = boot_cpu_physical_apicid;
}
