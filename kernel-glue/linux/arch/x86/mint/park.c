// SPDX-License-Identifier: GPL-2.0-only
/*
 * The park page: where cores are that belong to no kernel.  How they leave this
 * kernel for it, and how they are got there and out of there.
 *
 * INIT and SIPI lead there by the low page.  INIT to the machine's boot core would
 * end in the firmware: never sent.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pgalloc.h>

#include <asm/apic.h>
#include <asm/desc.h>
#include <asm/trapnr.h>

#include "hotplug/core.h"
#include "mint.h"
#include "park.h"
#include "shared.h"
#include "test.h"

/* Bounds; generous, because an emulated machine may stall for a while. */
#define SIPI_ROUNDS		3
#define START_WAIT_MS		2000

static_assert(sizeof(struct mint_core) == 1 << PARK_CORE_SHIFT);
static_assert(offsetof(struct mint_core, apic_id) == PARK_CORE_APIC);
static_assert(offsetof(struct mint_core, life) == PARK_CORE_LIFE);
static_assert(offsetof(struct mint_core, entry_paddr) == PARK_CORE_ENTRY);
static_assert(offsetof(struct mint_core, arg) == PARK_CORE_ARG);
static_assert(offsetof(struct mint_core, cr3) == PARK_CORE_CR3);
static_assert(MINT_CORE_RUNNING == PARK_RUNNING);
static_assert(MINT_CORE_PARKED == PARK_PARKED);
static_assert(MINT_CORE_STARTING == PARK_STARTING);
static_assert(MINT_CORE_WORD(15, 0, 0, 0) == PARK_STATE_MASK);
static_assert(MINT_CORE_WORD(0, 31, 0, 0) == PARK_OWNER_MASK);
static_assert(MINT_CORE_WORD(0, 0, 31, 0) == PARK_KERNEL_MASK);
static_assert(MINT_CORE_WORD(0, 0, 0, 1) == PARK_SEQ_ONE);
static_assert(MINT_CORE_WORD(0, 0, 0, U32_MAX) == PARK_SEQ_MASK);

static_assert(APIC_DEFAULT_PHYS_BASE == PARK_LAPIC);
static_assert(APIC_LVR == PARK_APIC_VERSION);
static_assert(APIC_TASKPRI == PARK_APIC_TPR);
static_assert(APIC_EOI == PARK_APIC_EOI);
static_assert(APIC_LDR == PARK_APIC_LDR);
static_assert(APIC_SPIV == PARK_APIC_SPIV);
static_assert(APIC_ISR == PARK_APIC_ISR);
static_assert(APIC_IRR == PARK_APIC_IRR);
static_assert(APIC_LVTCMCI == PARK_APIC_LVT_CMCI);
static_assert(APIC_LVTT == PARK_APIC_LVT_TIMER);
static_assert(APIC_LVTTHMR == PARK_APIC_LVT_THERMAL);
static_assert(APIC_LVTPC == PARK_APIC_LVT_PERF);
static_assert(APIC_LVT0 == PARK_APIC_LVT_LINT0);
static_assert(APIC_LVT1 == PARK_APIC_LVT_LINT1);
static_assert(APIC_LVTERR == PARK_APIC_LVT_ERROR);
static_assert(APIC_TMICT == PARK_APIC_TMICT);
static_assert((APIC_LVT_MASKED | 0xff) == PARK_LVT_OFF);
static_assert((APIC_SPIV_APIC_ENABLED | 0xff) == PARK_SPIV_ON);

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

static void __init set_gate(u32 vector, const char *handler)
{
	u64 at = park_paddr(PARK_CODE + (handler - mint_park_blob));
	gate_desc *idt = park_at(PARK_IDT);

	idt[vector] = (gate_desc) {
		.offset_low = (u16)at,
		.segment = PARK_CS,
		.bits = { .type = GATE_INTERRUPT, .p = 1 },
		.offset_middle = (u16)(at >> 16),
		.offset_high = at >> 32,
	};
}

/* Exceptions that push an error code: SDM volume 3, table 6-1. */
#define ERROR_CODES	(BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) | \
			 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) | \
			 BIT(X86_TRAP_AC) | BIT(X86_TRAP_CP) | BIT(X86_TRAP_VC))

static void __init build_idt(void)
{
	u32 vector;

	for (vector = 0; vector < NR_VECTORS; vector++)
		if (vector >= FIRST_EXTERNAL_VECTOR)
			set_gate(vector, mint_park_irq);
		else if (ERROR_CODES & BIT(vector))
			set_gate(vector, mint_park_fault_code);
		else
			set_gate(vector, mint_park_fault);
	set_gate(X86_TRAP_NMI, mint_park_nmi);
	set_gate(X86_TRAP_MC, mint_park_mce);
	build_desc(PARK_IDT_DESC, NR_VECTORS * sizeof(gate_desc), PARK_IDT);
}

static void __init build_gdt(void)
{
	u64 *gdt = park_at(PARK_GDT);

	gdt[0] = 0;
	gdt[PARK_CS / 8] = 0x00af9b000000ffffULL;	/* 64-bit code */
	gdt[PARK_DS / 8] = 0x00cf93000000ffffULL;	/* data */
	build_desc(PARK_GDT_DESC, PARK_GDT_SIZE, PARK_GDT);
}

static void __init low_put(void *low, const char *label, u32 value)
{
	memcpy(low + (label - mint_low_blob), &value, sizeof(value));
}

static int __init build_low_page(void)
{
	u32 cr4 = X86_CR4_PAE, cr3 = park_paddr(PARK_PML4), gdt;
	void *low = memremap(mint_low_park(), PAGE_SIZE, MEMREMAP_WB);

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
	if (mint_park_blob_end - mint_park_blob > PARK_CODE_SIZE)
		return -E2BIG;
	memcpy(park_at(PARK_CODE), mint_park_blob,
	       mint_park_blob_end - mint_park_blob);
	*(u32 *)park_at(PARK_CORES_PADDR) = mint_self.shm_paddr + MINT_OFF_CORES;
	*(u32 *)park_at(PARK_NR_CORES) = mint_nr_cores();
	*(u32 *)park_at(PARK_PML4_PADDR) = park_paddr(PARK_PML4);
	*(u32 *)park_at(PARK_PML5_PADDR) = park_paddr(PARK_PML5);
	build_tables();
	build_gdt();
	build_idt();
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

/* Offline cores too must be out of this kernel's memory. */
static void park_play_dead(void)
{
	play_dead_common();
	mint_test_point(MINT_TEST_PARK);
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
	const u64 table = _PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY;
	u32 first = pgtable_l5_enabled() ? PARK_PML4 : PARK_PDPT;
	pgd_t *top = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	int err;

	if (!top)
		return -ENOMEM;
	memcpy(top + PTRS_PER_PGD / 2, init_top_pgt + PTRS_PER_PGD / 2,
	       PAGE_SIZE / 2);
	top[0] = __pgd(park_paddr(first) | table);
	err = mint_fence_setup();
	if (err) {
		free_page((unsigned long)top);
		return err;
	}
	park_top = top;
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
	mint_fence_undo();
	free_page((unsigned long)park_top);
	park_top = NULL;
}

/* ---- other cores ------------------------------------------------------ */

bool mint_core_await_parked(u32 core)
{
	unsigned int ms = MINT_PARK_WAIT_MS;

	while (mint_core_state(core) != MINT_CORE_PARKED && ms--)
		usleep_range(1000, 1500);
	return mint_core_state(core) == MINT_CORE_PARKED;
}

static void send_icr(u32 core, u32 low)
{
	unsigned long flags;

	local_irq_save(flags);
	apic_wait_icr_idle();
	apic_icr_write(low, mint_core_apic(core));
	local_irq_restore(flags);
}

bool mint_core_takes_init(u32 core)
{
	return mint_core_apic(core) != READ_ONCE(mint_hdr()->bsp_apic_id);
}

void mint_core_nmi(u32 core)
{
	send_icr(core, APIC_DM_NMI);
}

void mint_core_init(u32 core)
{
	send_icr(core, APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT);
	usleep_range(10000, 11000);	/* SDM 9.4.4.1: 10 ms after INIT */
	send_icr(core, APIC_INT_LEVELTRIG | APIC_DM_INIT);
	send_icr(core, APIC_DM_STARTUP | (mint_low_park() >> PAGE_SHIFT));
}

bool mint_core_park_offline(u32 core)
{
	unsigned int round;

	/* One that never was online cannot come by itself. */
	if (mint_core_state(core) != MINT_CORE_ABSENT &&
	    mint_core_await_parked(core))
		return true;
	for (round = 0; round < SIPI_ROUNDS && mint_core_takes_init(core); round++) {
		mint_core_init(core);
		if (mint_core_await_parked(core))
			return true;
	}
	return false;
}

int mint_core_start(u32 core, u32 os, u64 entry_paddr, u64 arg, u64 cr3)
{
	struct mint_core *c = mint_core(core);
	unsigned int ms;
	int err;

	c->entry_paddr = entry_paddr;
	c->arg = arg;
	c->cr3 = cr3;
	/* A full barrier too: the mailbox before the state. */
	err = mint_core_change(core, MINT_CORE_START, os);
	if (err)
		return err;
	/* Exactly one: see mint_park_nmi. */
	mint_core_nmi(core);
	for (ms = 0; ms < START_WAIT_MS; ms++) {
		if (mint_core_state(core) != MINT_CORE_STARTING)
			return 0;
		usleep_range(1000, 1500);
	}
	/* Unless it leaves at this very moment. */
	return mint_core_change(core, MINT_CORE_CALL_OFF, os) ? 0 : -ETIMEDOUT;
}
