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

u32 mint_nr_seats(void)
{
	return min(MINT_SEATS_PER_CORE * nr_cores, MINT_MAX_CORES);
}

u32 mint_core_of_seat(u32 seat)
{
	return seat < nr_cores ? seat : seat - nr_cores;
}

int mint_other_seat(u32 seat)
{
	u32 other = seat < nr_cores ? seat + nr_cores : seat - nr_cores;

	return other < mint_nr_seats() ? other : -1;
}

bool mint_seat_lives(u32 seat)
{
	u32 state = mint_core_state(seat);

	return state != MINT_CORE_PARKED && state != MINT_CORE_ABSENT;
}

bool mint_core_is_away(u32 seat)
{
	u32 state = mint_core_state(seat);

	return state == MINT_CORE_AWAY || state == MINT_CORE_FROZEN;
}

bool mint_core_is_shared(u32 seat)
{
	int other = mint_other_seat(seat);

	return other >= 0 && mint_seat_lives(other);
}

int mint_core_of_apic(u32 apic_id)
{
	u32 core;

	for (core = 0; core < nr_cores; core++)
		if (apic_ids[core] == apic_id)
			return core;
	return -1;
}

u64 mint_second_seats(u64 cores)
{
	return cores & GENMASK_ULL(mint_nr_seats() - 1, 0) & ~GENMASK_ULL(nr_cores - 1, 0);
}

bool __init mint_boot_has_second_seat(void)
{
	const struct mint_boot_data *b = &mint_self.boot;

	return b->nr_cores < MINT_MAX_CORES && b->cores >> b->nr_cores;
}

bool mint_os_shares(u64 cores)
{
	u32 core;

	for (core = 0; core < nr_cores; core++)
		if (cores & BIT_ULL(core) && mint_core_is_shared(core))
			return true;
	return mint_second_seats(cores);
}

/* Who was started by the loader may sit on a second seat. */
static bool sits_on(u32 seat)
{
	return mint_self.joined && mint_self.boot.cores & BIT_ULL(seat);
}

int mint_core_of_cpu(unsigned int cpu)
{
	int core = mint_core_of_apic(cpu_physical_id(cpu)), other;

	if (core < 0 || sits_on(core))
		return core;
	other = mint_other_seat(core);
	return other >= 0 && sits_on(other) ? other : core;
}

int mint_seat_of(u32 os, u32 apic_id)
{
	int core = mint_core_of_apic(apic_id), other;

	if (core < 0 || mint_core_owner(core) == os)
		return core;
	other = mint_other_seat(core);
	return other >= 0 && mint_core_owner(other) == os ? other : -1;
}

int mint_cpu_of_core(u32 core)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		if (cpu_physical_id(cpu) == mint_core_apic(core))
			return cpu;
	return -1;
}

u32 mint_core_apic(u32 core)
{
	return apic_ids[mint_core_of_seat(core)];
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
