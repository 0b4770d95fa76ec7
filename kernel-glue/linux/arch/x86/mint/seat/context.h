/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel keeps of its core while the other OS has its turn.  It lies in this
 * kernel's memory; nobody else looks into it.
 */
#ifndef MINT_SEAT_CONTEXT_H
#define MINT_SEAT_CONTEXT_H

/* Byte offsets for entry.S. */
#define SEAT_RSP		0x00
#define SEAT_GS_BASE		0x08
#define SEAT_GDT		0x16	/* limit, then the base aligned */

#ifndef __ASSEMBLY__
#include <linux/types.h>

#include <asm/desc_defs.h>

#define SEAT_MAX_MSRS		64

/**
 * struct seat_lapic - the local APIC, SDM table 11-1
 * @deadline:	MSR_IA32_TSC_DEADLINE, where the timer goes by that
 * @initial:	0: the timer does not run
 * @current_count: what was left of it at @saved_tsc
 * @icr2:	destination of the next interrupt to be sent: the other half may follow
 */
struct seat_lapic {
	u32 tpr, ldr, dfr, spiv;
	u32 lvt_timer, lvt_thermal, lvt_perf, lvt_lint0, lvt_lint1, lvt_error, lvt_cmci;
	u32 divide, initial, current_count, icr2;
	u64 deadline, saved_tsc;
};

/**
 * struct seat_context - one CPU that is away
 * @rsp:	kernel stack, with what entry.S has pushed
 * @gs_base:	of the kernel: per-CPU data
 * @gdt, @idt:	descriptors as in the registers
 * @cr0, @cr2, @cr3, @cr4, @xcr0: control registers
 * @dr:		0 to 3, 6, 7
 * @fs_base, @kernel_gs_base: of user space
 * @ds, @es, @fs, @gs, @ldt: selectors
 * @msr:	values, in the order of the list in context.c
 * @lapic:	local APIC
 * @fpu:	XSAVE or FXSAVE area
 */
struct seat_context {
	u64 rsp;
	u64 gs_base;
	u8 reserved[6];
	struct desc_ptr gdt;
	struct desc_ptr idt;
	u64 cr0, cr2, cr3, cr4, xcr0;
	u64 dr[6];
	u64 fs_base, kernel_gs_base;
	u16 ds, es, fs, gs, ldt;
	u64 msr[SEAT_MAX_MSRS];
	struct seat_lapic lapic;
	void *fpu;
};

/* Once: which registers there are. */
void seat_context_probe(void);
/*
 * When both are known, kHz: @timer_khz of the clock that the local APIC's timer divides. Before
 * that a timer that was set fires when its OS is back.
 */
void seat_context_set_clock(u32 timer_khz, u32 tsc_khz);
/* Room for the FPU's state; 0 or -ENOMEM. */
int seat_context_alloc(struct seat_context *c);
void seat_context_free(struct seat_context *c);
/*
 * Interrupts off: leaves the core to the other seat of @seat, by the page table
 * @top_paddr and the gate at @gate_paddr, and returns when this kernel's turn comes.
 */
void seat_context_leave(struct seat_context *c, u64 top_paddr, u64 gate_paddr, u32 seat);
#ifdef CONFIG_MINT_TEST
/* Where struct seat_context has a model-specific register; -1: nowhere. */
int seat_context_msr(u32 msr);
/* A test: sees what is about to be put back.  By the tables of the way in. */
extern void (*seat_context_spoil)(struct seat_context *c);
#endif
/* For entry.S. */
void seat_context_restore(struct seat_context *c);

/* ---- entry.S --------------------------------------------------------------- */

void mint_seat_jump(struct seat_context *c, u64 top_paddr, u64 gate_paddr, u64 seat);
extern const char mint_seat_enter[];
#endif

#endif /* MINT_SEAT_CONTEXT_H */
