// SPDX-License-Identifier: GPL-2.0-only
/*
 * Building the park page (neutral/park.S) in the shared area, the loader beside it, and
 * the page below 1 MiB that leads there.  Done once, by the first OS.
 */
#include <linux/init.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/desc.h>
#include <asm/trapnr.h>

#include "cpu/cpu.h"
#include "loader/loader.h"
#include "loader/turn.h"
#include "neutral/park.h"

static_assert(sizeof(struct mint_core) == 1 << PARK_CORE_SHIFT);
static_assert(offsetof(struct mint_core, apic_id) == PARK_CORE_APIC);
static_assert(offsetof(struct mint_core, life) == PARK_CORE_LIFE);
static_assert(offsetof(struct mint_core, again) == PARK_CORE_AGAIN);
static_assert(MINT_CORE_RUNNING == PARK_RUNNING);
static_assert(MINT_CORE_PARKED == PARK_PARKED);
static_assert(MINT_CORE_STARTING == PARK_STARTING);
static_assert(MINT_CORE_ENTERING == PARK_ENTERING);
static_assert(MINT_CORE_HELD == PARK_HELD);
static_assert(MINT_CORE_LOADING == PARK_LOADING);
static_assert(MINT_CORE_AWAY == PARK_AWAY);
static_assert(MINT_CORE_FROZEN == PARK_FROZEN);
static_assert(MINT_CORE_CALLED == PARK_CALLED);
static_assert(MINT_MAX_CORES == PARK_MAX_CORES);
static_assert(MINT_SEATS_PER_CORE == 2);
static_assert(MINT_CORE_WORD(15, 0, 0, 0) == PARK_STATE_MASK);
static_assert(MINT_CORE_WORD(0, 31, 0, 0) == PARK_OWNER_MASK);
static_assert(MINT_CORE_WORD(0, 0, 31, 0) == PARK_KERNEL_MASK);
static_assert(MINT_CORE_WORD(0, 31, 0, 0) << PARK_KERNEL_OF_OWNER ==
	      PARK_KERNEL_MASK);
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

static_assert(LOADER_ENTRY + PARK_LOADER_TURN == LOADER_TURN);
static_assert(offsetof(struct turn, seat) == PARK_TURN_SEAT);
static_assert(offsetof(struct turn, top_paddr) == PARK_TURN_TOP);
static_assert(offsetof(struct turn, entry_vaddr) == PARK_TURN_ENTRY);
static_assert(offsetof(struct turn, arg) == PARK_TURN_ARG);
static_assert(sizeof(struct turn) == PARK_TURN_SIZE);
static_assert(TURN_NONE == PARK_TURN_NONE && TURN_START == PARK_TURN_START &&
	      TURN_BACK == PARK_TURN_BACK && TURN_CALL == PARK_TURN_CALL &&
	      TURN_BACK_CLEAN == PARK_TURN_BACK_CLEAN);

static_assert(MINT_OFF_CORES == LOADER_OFF_CORES);
static_assert(MINT_OFF_OSES == LOADER_OFF_OSES);
static_assert(MINT_OFF_PARK == LOADER_OFF_PARK);
static_assert(MINT_OFF_LOADER == LOADER_OFF_LOADER);
static_assert(MINT_OFF_WORK == LOADER_OFF_WORK);
static_assert(MINT_MAX_OSES == LOADER_MAX_OSES);
static_assert(sizeof(struct mint_core) == 1 << LOADER_CORE_SHIFT);
static_assert(sizeof(struct mint_os) == 1 << LOADER_OS_SHIFT);
static_assert(MINT_WORK_SIZE == 1 << LOADER_WORK_SHIFT);
static_assert(offsetof(struct mint_core, life) == LOADER_CORE_LIFE);
static_assert(offsetof(struct mint_os, boot_core) == LOADER_OS_BOOT_CORE);
static_assert(LOADER_STACK_END == MINT_WORK_SIZE);

static_assert(__KERNEL_CS == PARK_CS && __KERNEL_DS == PARK_DS);
static_assert(PARK_GDT + PARK_GDT_SIZE <= PARK_IDT);
static_assert(PARK_STACKS + (MINT_MAX_CORES << PARK_STACK_SHIFT) <=
	      MINT_PARK_SIZE);

static void *park_at(u32 off_bytes)
{
	return mint_shm_at(MINT_OFF_PARK + off_bytes);
}

static void __init build_tables(void)
{
	u64 *pml5 = park_at(PARK_PML5), *pml4 = park_at(PARK_PML4);
	u64 *pdpt = park_at(PARK_PDPT), *pd = park_at(PARK_PD);
	const u64 table = _PAGE_PRESENT | _PAGE_RW;
	unsigned int i;

	pml5[0] = mint_park_paddr(PARK_PML4) | table;
	pml4[0] = mint_park_paddr(PARK_PDPT) | table;
	for (i = 0; i < 4; i++)
		pdpt[i] = mint_park_paddr(PARK_PD + i * PAGE_SIZE) | table;
	for (i = 0; i < 4 * PTRS_PER_PMD; i++)
		pd[i] = (u64)i << PMD_SHIFT | table | _PAGE_PSE;
}

static void __init build_desc(u32 off_bytes, u16 size_bytes, u32 table_off)
{
	u16 *limit = park_at(off_bytes);
	u64 base = mint_park_paddr(table_off);

	*limit = size_bytes - 1;
	memcpy(limit + 1, &base, sizeof(base));
}

static void __init set_gate(u32 vector, u16 segment, const char *handler)
{
	u64 at = mint_park_paddr(PARK_CODE + (handler - mint_park_blob));
	gate_desc *idt = park_at(PARK_IDT);

	idt[vector] = (gate_desc) {
		.offset_low = (u16)at,
		.segment = segment,
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
			set_gate(vector, PARK_CS, mint_park_irq);
		else if (ERROR_CODES & BIT(vector))
			set_gate(vector, PARK_CS, mint_park_fault_code);
		else
			set_gate(vector, PARK_CS, mint_park_fault);
	set_gate(X86_TRAP_NMI, PARK_CS, mint_park_nmi);
	set_gate(X86_TRAP_MC, PARK_CS, mint_park_mce);
	/*
	 * While a core is not in long mode yet, gates have 8 bytes, not 16, and this is
	 * the one of NMIs.  In long mode nobody has breakpoints here.
	 */
	static_assert(X86_TRAP_DB * sizeof(gate_desc) == X86_TRAP_NMI * 8);
	set_gate(X86_TRAP_DB, PARK_CS32, mint_park_nmi_32);
	build_desc(PARK_IDT_DESC, NR_VECTORS * sizeof(gate_desc), PARK_IDT);
}

static void __init build_gdt(void)
{
	u64 *gdt = park_at(PARK_GDT);

	memset(gdt, 0, PARK_GDT_SIZE);
	gdt[PARK_CS / 8] = 0x00af9b000000ffffULL;	/* 64-bit code */
	gdt[PARK_DS / 8] = 0x00cf93000000ffffULL;	/* data */
	gdt[PARK_CS32 / 8] = 0x00cf9b000000ffffULL;	/* 32-bit code */
	gdt[PARK_DS32 / 8] = 0x00cf93000000ffffULL;
	build_desc(PARK_GDT_DESC, PARK_GDT_SIZE, PARK_GDT);
}

static void __init low_put(void *low, const char *label, u32 value)
{
	memcpy(low + (label - mint_low_blob), &value, sizeof(value));
}

/* Who is not in long mode yet enters it in the mode of this kernel. */
static u32 __init paging_mode(void)
{
	return X86_CR4_PAE | (pgtable_l5_enabled() ? X86_CR4_LA57 : 0);
}

static u32 __init top_table(void)
{
	return mint_park_paddr(pgtable_l5_enabled() ? PARK_PML5 : PARK_PML4);
}

static int __init build_low_page(void)
{
	void *low = memremap(mint_low_park(), PAGE_SIZE, MEMREMAP_WB);
	u32 gdt;

	if (!low)
		return -ENOMEM;
	memcpy(low, mint_low_blob, mint_low_blob_end - mint_low_blob);
	gdt = mint_park_paddr(PARK_GDT);
	memcpy(low + (mint_low_gdt - mint_low_blob) + sizeof(u16), &gdt,
	       sizeof(gdt));
	low_put(low, mint_low_cr4, paging_mode());
	low_put(low, mint_low_cr3, top_table());
	low_put(low, mint_low_target,
		mint_park_paddr(PARK_CODE + (mint_park_ap - mint_park_blob)));
	memunmap(low);
	return 0;
}

int __init mint_park_build(void)
{
	size_t loader = mint_loader_blob_end - mint_loader_blob;

	if (mint_park_blob_end - mint_park_blob > PARK_CODE_SIZE ||
	    loader > MINT_LOADER_SIZE)
		return -E2BIG;
	memcpy(park_at(PARK_CODE), mint_park_blob,
	       mint_park_blob_end - mint_park_blob);
	memcpy(mint_shm_at(MINT_OFF_LOADER), mint_loader_blob, loader);
	*(u32 *)park_at(PARK_LOADER_PADDR) = mint_self.shm_paddr +
					     MINT_OFF_LOADER + LOADER_ENTRY;
	*(u32 *)park_at(PARK_CORES_PADDR) = mint_self.shm_paddr + MINT_OFF_CORES;
	*(u32 *)park_at(PARK_NR_CORES) = mint_nr_cores();
	*(u32 *)park_at(PARK_FAR32) = mint_park_paddr(PARK_CODE);
	*(u16 *)park_at(PARK_FAR32 + sizeof(u32)) = PARK_CS;
	*(u32 *)park_at(PARK_CR4_32) = paging_mode() | X86_CR4_MCE;
	*(u32 *)park_at(PARK_CR3_32) = top_table();
	*(u32 *)park_at(PARK_PML4_PADDR) = mint_park_paddr(PARK_PML4);
	*(u32 *)park_at(PARK_PML5_PADDR) = mint_park_paddr(PARK_PML5);
	build_tables();
	build_gdt();
	build_idt();
	return build_low_page();
}
