// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parking: how cores leave a kernel, how they are made to leave it, and how
 * they are sent into another one.
 *
 * Per core there is a small state machine in shared memory (mint_core.park):
 *
 *	RUNNING --(the core arrives in the park page)--> PARKED
 *	PARKED --(a starter fills in the mailbox)------> STARTING
 *	STARTING --(the core leaves)-------------------> RUNNING
 *	PARKED --(its OS starts it by INIT/SIPI)-------> RUNNING
 *
 * A force-stop is an NMI with mint_os.force_park set; what does not answer it,
 * or is just starting, gets INIT and SIPI to the low page, which leads to the
 * park page as well.  INIT to the machine's boot core would end in the
 * firmware: never sent.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/nmi.h>
#include <linux/pgalloc.h>

#include <asm/apic.h>
#include <asm/desc.h>
#include <asm/trapnr.h>

#include "mint.h"
#include "park.h"
#include "shared.h"

/* Bounds; generous, because an emulated machine may stall for a while. */
#define NMI_ROUNDS		20
#define NMI_WAIT_MS		50
#define SIPI_ROUNDS		5
#define SIPI_WAIT_MS		200
#define START_WAIT_MS		2000
#define PARK_WAIT_MS		2000

static_assert(sizeof(struct mint_core) == 1 << PARK_CORE_SHIFT);
static_assert(offsetof(struct mint_core, apic_id) == PARK_CORE_APIC);
static_assert(offsetof(struct mint_core, park) == PARK_CORE_PARK);
static_assert(offsetof(struct mint_core, entry_paddr) == PARK_CORE_ENTRY);
static_assert(offsetof(struct mint_core, arg) == PARK_CORE_ARG);
static_assert(offsetof(struct mint_core, cr3) == PARK_CORE_CR3);
static_assert(APIC_DEFAULT_PHYS_BASE + APIC_LDR == PARK_LAPIC_LDR);
static_assert(MINT_CORE_RUNNING == PARK_RUNNING);
static_assert(MINT_CORE_PARKED == PARK_PARKED);
static_assert(MINT_CORE_STARTING == PARK_STARTING);
static_assert(PARK_STACKS + (MINT_MAX_CORES << PARK_STACK_SHIFT) <=
	      MINT_PARK_SIZE);

/* Top page table: this kernel's upper half, and the park page one to one. */
static pgd_t *park_top __ro_after_init;

static u64 park_paddr(u32 off_bytes)
{
	return mint_self.shm_paddr + MINT_OFF_PARK + off_bytes;
}

static void *park_at(u32 off_bytes)
{
	return mint_shm_at(MINT_OFF_PARK + off_bytes);
}

/* ---- building the page (first OS) ------------------------------------- */

static void __init build_tables(void)
{
	u64 *pml5 = park_at(PARK_PML5), *pml4 = park_at(PARK_PML4);
	u64 *pdpt = park_at(PARK_PDPT), *pd = park_at(PARK_PD);
	const u64 table = _PAGE_PRESENT | _PAGE_RW;
	unsigned int i;

	pml5[0] = park_paddr(PARK_PML4) | table;
	pml4[0] = park_paddr(PARK_PDPT) | table;
	for (i = 0; i < 4; i++)
		pdpt[i] = park_paddr(PARK_PD + i * PAGE_SIZE) | table;
	for (i = 0; i < 4 * PTRS_PER_PMD; i++)
		pd[i] = (u64)i << PMD_SHIFT | table | _PAGE_PSE;
}

static void __init build_desc(u32 off_bytes, u16 size_bytes, u32 table_off)
{
	u16 *limit = park_at(off_bytes);
	u64 base = park_paddr(table_off);

	*limit = size_bytes - 1;
	memcpy(limit + 1, &base, sizeof(base));
}

static void __init build_descriptors(void)
{
	u64 nmi = park_paddr(PARK_CODE + (mint_park_nmi - mint_park_blob));
	u64 *gdt = park_at(PARK_GDT);
	gate_desc *idt = park_at(PARK_IDT);

	gdt[0] = 0;
	gdt[PARK_CS / 8] = 0x00af9b000000ffffULL;	/* 64-bit code */
	gdt[PARK_DS / 8] = 0x00cf93000000ffffULL;	/* data */
	build_desc(PARK_GDT_DESC, PARK_GDT_SIZE, PARK_GDT);

	idt[X86_TRAP_NMI] = (gate_desc) {
		.offset_low = (u16)nmi,
		.segment = PARK_CS,
		.bits = { .type = GATE_INTERRUPT, .p = 1 },
		.offset_middle = (u16)(nmi >> 16),
		.offset_high = nmi >> 32,
	};
	build_desc(PARK_IDT_DESC, PAGE_SIZE, PARK_IDT);
}

static void __init low_put(void *low, const char *label, u32 value)
{
	memcpy(low + (label - mint_low_blob), &value, sizeof(value));
}

static int __init build_low_page(void)
{
	u32 cr4 = X86_CR4_PAE, cr3 = park_paddr(PARK_PML4), gdt;
	void *low = memremap(MINT_LOW_PARK, PAGE_SIZE, MEMREMAP_WB);

	if (!low)
		return -ENOMEM;
	if (pgtable_l5_enabled()) {
		cr4 |= X86_CR4_LA57;
		cr3 = park_paddr(PARK_PML5);
	}
	memcpy(low, mint_low_blob, mint_low_blob_end - mint_low_blob);
	gdt = park_paddr(PARK_GDT);
	memcpy(low + (mint_low_gdt - mint_low_blob) + sizeof(u16), &gdt,
	       sizeof(gdt));
	low_put(low, mint_low_cr4, cr4);
	low_put(low, mint_low_cr3, cr3);
	low_put(low, mint_low_target,
		park_paddr(PARK_CODE + (mint_park_ap - mint_park_blob)));
	memunmap(low);
	return 0;
}

int __init mint_park_build(void)
{
	u64 lapic;

	/* The parked write there, whoever they were, and so do further OSes. */
	rdmsrl(MSR_IA32_APICBASE, lapic);
	lapic &= GENMASK_ULL(51, 12);
	if (lapic != APIC_DEFAULT_PHYS_BASE) {
		pr_err("the firmware has moved the local APICs to 0x%llx\n",
		       lapic);
		return -ENODEV;
	}
	if (mint_park_blob_end - mint_park_blob > PARK_CODE_SIZE)
		return -E2BIG;
	memcpy(park_at(PARK_CODE), mint_park_blob,
	       mint_park_blob_end - mint_park_blob);
	*(u32 *)park_at(PARK_CORES_PADDR) = mint_self.shm_paddr + MINT_OFF_CORES;
	*(u32 *)park_at(PARK_NR_CORES) = mint_nr_cores();
	*(u32 *)park_at(PARK_PML4_PADDR) = park_paddr(PARK_PML4);
	*(u32 *)park_at(PARK_PML5_PADDR) = park_paddr(PARK_PML5);
	build_tables();
	build_descriptors();
	return build_low_page();
}

/* ---- leaving this kernel ---------------------------------------------- */

void mint_park_self(void)
{
	int core;

	local_irq_disable();
	core = mint_core_of_cpu(raw_smp_processor_id());
	if (!park_top || core < 0)
		for (;;)
			native_halt();
	disable_local_APIC();
	mint_park_jump(__pa(park_top), park_paddr(PARK_CODE), core);
}

static int park_nmi(unsigned int cmd, struct pt_regs *regs)
{
	u32 word = READ_ONCE(mint_os(mint_self.os)->force_park);

	if (word && word == mint_self.generation)
		mint_park_self();
	return NMI_DONE;
}

/* Offline cores too must be out of this kernel's memory. */
static void park_play_dead(void)
{
	play_dead_common();
	mint_park_self();
}

int __init mint_park_init(void)
{
	const u64 table = _PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY;
	u32 first = pgtable_l5_enabled() ? PARK_PML4 : PARK_PDPT;
	pgd_t *top = (pgd_t *)get_zeroed_page(GFP_KERNEL);

	if (!top)
		return -ENOMEM;
	memcpy(top + PTRS_PER_PGD / 2, init_top_pgt + PTRS_PER_PGD / 2,
	       PAGE_SIZE / 2);
	top[0] = __pgd(park_paddr(first) | table);
	park_top = top;
	smp_ops.stop_this_cpu = mint_park_self;
	smp_ops.play_dead = park_play_dead;
	return register_nmi_handler(NMI_LOCAL, park_nmi, NMI_FLAG_FIRST,
				    "mint_park");
}

/* ---- other cores ------------------------------------------------------ */

static u32 park_state(u32 core)
{
	return READ_ONCE(mint_core(core)->park);
}

static bool wait_parked(u32 core, unsigned int ms)
{
	while (park_state(core) != MINT_CORE_PARKED && ms--)
		usleep_range(1000, 1500);
	return park_state(core) == MINT_CORE_PARKED;
}

static void send_icr(u32 core, u32 low)
{
	unsigned long flags;

	local_irq_save(flags);
	apic_wait_icr_idle();
	apic_icr_write(low, mint_core_apic(core));
	local_irq_restore(flags);
}

/*
 * A kernel that starts has no handler for NMIs yet, or no IDT at all: an NMI
 * would reset the machine.  INIT works at any time, but not for the boot core.
 */
static bool takes_nmi(u32 os, u32 core)
{
	return READ_ONCE(mint_os(os)->state) != MINT_OS_STARTING ||
	       mint_core_apic(core) == READ_ONCE(mint_hdr()->bsp_apic_id);
}

static bool park_by_nmi(u32 core)
{
	unsigned int round;

	for (round = 0; round < NMI_ROUNDS; round++) {
		send_icr(core, APIC_DM_NMI);
		if (wait_parked(core, NMI_WAIT_MS))
			return true;
	}
	return false;
}

static bool park_by_init(u32 core)
{
	unsigned int round;

	if (mint_core_apic(core) == READ_ONCE(mint_hdr()->bsp_apic_id))
		return false;
	for (round = 0; round < SIPI_ROUNDS; round++) {
		send_icr(core, APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT);
		usleep_range(10000, 11000);	/* SDM 9.4.4.1: 10 ms after INIT */
		send_icr(core, APIC_INT_LEVELTRIG | APIC_DM_INIT);
		send_icr(core, APIC_DM_STARTUP | (MINT_LOW_PARK >> PAGE_SHIFT));
		if (wait_parked(core, SIPI_WAIT_MS))
			return true;
	}
	return false;
}

bool mint_core_park_offline(u32 core)
{
	return wait_parked(core, PARK_WAIT_MS) || park_by_init(core);
}

int mint_fence_cores(u32 os, u32 *core)
{
	u64 cores = READ_ONCE(mint_os(os)->cores);
	u32 i;

	WRITE_ONCE(mint_os(os)->force_park, READ_ONCE(mint_os(os)->generation));
	/* The NMI must find the word set. */
	smp_mb();
	for (i = 0; i < mint_nr_cores(); i++) {
		if (!(cores & BIT_ULL(i)) || READ_ONCE(mint_core(i)->owner) != os ||
		    park_state(i) == MINT_CORE_PARKED)
			continue;
		if (takes_nmi(os, i)) {
			if (park_by_nmi(i))
				continue;
			pr_warn("core %u of OS %u does not take NMIs: sending INIT\n",
				i, os);
		}
		if (park_by_init(i))
			continue;
		*core = i;
		return -EBUSY;
	}
	return 0;
}

void mint_core_unpark(u32 core)
{
	WRITE_ONCE(mint_core(core)->park, MINT_CORE_RUNNING);
}

int mint_core_start(u32 core, u64 entry_paddr, u64 arg, u64 cr3)
{
	struct mint_core *c = mint_core(core);
	unsigned int ms;

	c->entry_paddr = entry_paddr;
	c->arg = arg;
	c->cr3 = cr3;
	/* A full barrier too: the mailbox before the state. */
	if (mint_shared_cas(&c->park, MINT_CORE_PARKED, MINT_CORE_STARTING) !=
	    MINT_CORE_PARKED)
		return -EBUSY;
	/* Exactly one: see mint_park_nmi. */
	send_icr(core, APIC_DM_NMI);
	for (ms = 0; ms < START_WAIT_MS; ms++) {
		if (park_state(core) != MINT_CORE_STARTING)
			return 0;
		usleep_range(1000, 1500);
	}
	if (mint_shared_cas(&c->park, MINT_CORE_STARTING, MINT_CORE_PARKED) !=
	    MINT_CORE_STARTING)
		return 0;
	return -ETIMEDOUT;
}
