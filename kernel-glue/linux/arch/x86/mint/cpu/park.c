// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a core leaves this kernel for the park page, where cores are that belong to no
 * kernel.
 */
#include <linux/init.h>
#include <linux/smp.h>

#include <asm/apic.h>

#include "base/faults.h"
#include "cpu/cpu.h"

/* Top page table of the way out. */
static pgd_t *park_top __ro_after_init;

u64 mint_park_paddr(u32 off_bytes)
{
	return mint_self.shm_paddr + MINT_OFF_PARK + off_bytes;
}

pgd_t *mint_park_top(void)
{
	return park_top;
}

void mint_park_self(void)
{
	int core;

	local_irq_disable();
	core = mint_core_of_cpu(raw_smp_processor_id());
	if (!park_top || core < 0)
		for (;;)
			native_halt();
	disable_local_APIC();
	mint_way_leave(park_top, core);
}

/* Offline cores too must be out of this kernel's memory. */
static void park_play_dead(void)
{
	play_dead_common();
	mint_fault_once("park");
	mint_park_self();
}

/*
 * The core has reported that it is dead, but it may be still on its way: who takes
 * it offline goes on when it has arrived.
 */
static void await_parked(unsigned int cpu)
{
	int core = mint_core_of_cpu(cpu);

	if (core >= 0 && !mint_core_await_parked(core))
		pr_err("CPU %u is offline, but core %d does not reach the park page\n",
		       cpu, core);
}

int __init mint_park_init(void)
{
	park_top = mint_way_build();
	if (!park_top)
		return -ENOMEM;
	smp_ops.stop_this_cpu = mint_park_self;
	smp_ops.play_dead = park_play_dead;
	smp_ops.cleanup_dead_cpu = await_parked;
	return 0;
}

void __init mint_park_undo(void)
{
	smp_ops.stop_this_cpu = NULL;
	smp_ops.play_dead = native_play_dead;
	smp_ops.cleanup_dead_cpu = NULL;
	mint_way_free(park_top);
	park_top = NULL;
}
