// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared area as one kernel sees it: mapping it, building it (first OS), joining
 * it (a further OS).
 */
#include <linux/init.h>
#include <linux/io.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/boot.h"
#include "base/clock.h"

/* ---- mapping it --------------------------------------------------------- */

int __init mint_area_map(void)
{
	mint_shm = memremap(mint_self.shm_paddr, MINT_SHM_SIZE, MEMREMAP_WB);
	return mint_shm ? 0 : -ENOMEM;
}

void __init mint_area_unmap(void)
{
	memunmap(mint_shm);
	mint_shm = NULL;
}

/* ---- building it (first OS) ------------------------------------------- */

/* Second seats: nobody's, and nothing was ever there. */
static void __init build_seats(void)
{
	u32 seat;

	for (seat = mint_nr_cores(); seat < mint_nr_seats(); seat++) {
		mint_core(seat)->apic_id = mint_core_apic(seat);
		mint_core(seat)->life = MINT_CORE_WORD(MINT_CORE_PARKED, MINT_OS_NONE,
						       MINT_OS_NONE, 0);
	}
}

static void __init build_cores(struct mint_header *hdr)
{
	unsigned int cpu, nr = 0;

	for_each_present_cpu(cpu) {
		u32 apic_id = cpu_physical_id(cpu);
		struct mint_core *c;

		if (nr == MINT_MAX_CORES) {
			pr_warn("more than %u cores; the others stay offline\n",
				MINT_MAX_CORES);
			break;
		}
		c = mint_core(nr++);
		c->apic_id = apic_id;
		mint_cores_know(apic_id);
		c->home = mint_self.os;
		/* None but this one has been started. */
		c->life = cpu == raw_smp_processor_id() ?
			  MINT_CORE_WORD(MINT_CORE_RUNNING, mint_self.os,
					 mint_self.os, 0) :
			  MINT_CORE_WORD(MINT_CORE_ABSENT, mint_self.os,
					 MINT_OS_NONE, 0);
	}
	hdr->nr_cores = nr;
	build_seats();
}

static void __init build_self(void)
{
	struct mint_os *os = mint_os(mint_self.os);

	os->state = MINT_OS_STARTING;
	snprintf(os->name, sizeof(os->name), "os%u", mint_self.os);
	os->generation = mint_self.generation;
	os->cores = GENMASK_ULL(mint_nr_cores() - 1, 0);
	os->legacy = BIT(MINT_NR_LEGACY) - 1;
	os->start_tsc = rdtsc();
}

void __init mint_area_build(void)
{
	struct mint_header *hdr = mint_hdr();
	const struct mint_range *pool;
	unsigned int i, nr;

	memset(mint_shm, 0, MINT_SHM_SIZE);
	hdr->revision = MINT_SHM_REVISION;
	hdr->size_bytes = MINT_SHM_SIZE;
	hdr->base_paddr = mint_self.shm_paddr;
	pool = mint_boot_pool(&nr);
	for (i = 0; i < nr; i++)
		hdr->pool[i] = pool[i];
	hdr->tsc_khz = tsc_khz;
	hdr->lapic_timer_khz = mint_khz_of_ticks(lapic_timer_period, HZ);
	hdr->bsp_apic_id = boot_cpu_physical_apicid;
	hdr->la57 = pgtable_l5_enabled();
	hdr->primary = mint_self.os;
	hdr->next_generation = mint_self.generation + 1;
	for (i = 0; i < MINT_NR_LEGACY; i++) {
		hdr->legacy_owner[i] = mint_self.os;
		hdr->legacy_home[i] = mint_self.os;
	}
	for (i = 0; i < MINT_MAX_OSES; i++) {
		mint_os(i + 1)->id = i + 1;
		mint_section(i + 1)->os = i + 1;
	}
	mint_low_publish(hdr);
	build_cores(hdr);
	build_self();
}

void __init mint_area_publish(void)
{
	/* Everything is there before the magic is, which has 64 bits on any kernel. */
	smp_wmb();
	WRITE_ONCE(mint_hdr()->magic, MINT_SHM_MAGIC);
}

void __init mint_area_withdraw(void)
{
	mint_hdr()->magic = 0;
}

/* ---- finding it (a further OS) ---------------------------------------- */

void __init mint_area_join(void)
{
	const struct mint_boot_data *b = &mint_self.boot;
	struct mint_header *hdr = mint_hdr();
	u32 core;

	if (READ_ONCE(hdr->magic) != MINT_SHM_MAGIC ||
	    READ_ONCE(hdr->revision) != MINT_SHM_REVISION ||
	    READ_ONCE(hdr->size_bytes) != MINT_SHM_SIZE) {
		/* The last words must not go to whatever is there. */
		mint_shm = NULL;
		panic("mint: no shared area of revision %u at %pa",
		      MINT_SHM_REVISION, &mint_self.shm_paddr);
	}
	if (READ_ONCE(mint_os(mint_self.os)->generation) != mint_self.generation) {
		mint_shm = NULL;
		panic("mint: the table knows another OS %u", mint_self.os);
	}
	/* A former life of this OS may have died with it. */
	mint_shm_lock_break(mint_self.os);
	if (mint_low_learn(hdr)) {
		mint_shm = NULL;
		panic("mint: the table is damaged: places below 1 MiB");
	}
	for (core = 0; core < b->nr_cores; core++)
		mint_cores_know(b->apic_id[core]);
}
