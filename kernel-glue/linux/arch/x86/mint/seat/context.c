// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that a core has of a kernel, kept while the other OS has its turn and put back
 * after that.
 *
 * Nothing is told to Linux: to it no time passes between the two but that the clock has
 * gone on.
 */
#include <linux/compiler.h>
#include <linux/cpufeature.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/smp.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/cpu_entry_area.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fpu/xcr.h>
#include <asm/gsseg.h>
#include <asm/msr.h>
#include <asm/special_insns.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "seat/context.h"
#include "seat/raw.h"

static_assert(offsetof(struct seat_context, rsp) == SEAT_RSP);
static_assert(offsetof(struct seat_context, gs_base) == SEAT_GS_BASE);
static_assert(offsetof(struct seat_context, gdt) == SEAT_GDT);

/* ---- model-specific registers -------------------------------------------------- */

/* Of these each CPU has what the first one has. */
static const u32 known[] = {
	MSR_EFER, MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SYSCALL_MASK,
	MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP,
	MSR_IA32_CR_PAT, MSR_TSC_AUX, MSR_IA32_SPEC_CTRL, MSR_IA32_XSS,
	MSR_IA32_MISC_ENABLE, MSR_IA32_DEBUGCTLMSR, MSR_IA32_TSX_CTRL,
	MSR_IA32_UMWAIT_CONTROL, MSR_IA32_PASID, MSR_MISC_FEATURES_ENABLES,
	MSR_IA32_XFD, MSR_IA32_XFD_ERR, MSR_VM_HSAVE_PA,
	MSR_IA32_DS_AREA, MSR_IA32_PEBS_ENABLE,
	MSR_IA32_U_CET, MSR_IA32_S_CET, MSR_IA32_PL0_SSP, MSR_IA32_PL1_SSP,
	MSR_IA32_PL2_SSP, MSR_IA32_PL3_SSP, MSR_IA32_INT_SSP_TAB,
	/* Global control comes last. */
	MSR_CORE_PERF_FIXED_CTR_CTRL,
	MSR_CORE_PERF_FIXED_CTR0, MSR_CORE_PERF_FIXED_CTR0 + 1,
	MSR_CORE_PERF_FIXED_CTR0 + 2, MSR_CORE_PERF_FIXED_CTR0 + 3,
	MSR_P6_EVNTSEL0, MSR_P6_EVNTSEL0 + 1, MSR_P6_EVNTSEL0 + 2, MSR_P6_EVNTSEL0 + 3,
	MSR_P6_EVNTSEL0 + 4, MSR_P6_EVNTSEL0 + 5, MSR_P6_EVNTSEL0 + 6, MSR_P6_EVNTSEL0 + 7,
	MSR_P6_PERFCTR0, MSR_P6_PERFCTR0 + 1, MSR_P6_PERFCTR0 + 2, MSR_P6_PERFCTR0 + 3,
	MSR_P6_PERFCTR0 + 4, MSR_P6_PERFCTR0 + 5, MSR_P6_PERFCTR0 + 6, MSR_P6_PERFCTR0 + 7,
	MSR_CORE_PERF_GLOBAL_CTRL,
};

static_assert(ARRAY_SIZE(known) <= SEAT_MAX_MSRS);

static u32 there[SEAT_MAX_MSRS];
static u32 nr_there;

static void find_msrs(void)
{
	u64 value;
	u32 i;

	nr_there = 0;
	for (i = 0; i < ARRAY_SIZE(known); i++)
		/* What cannot be written as it was read is not ours to keep. */
		if (!rdmsrl_safe(known[i], &value) && !wrmsrl_safe(known[i], value))
			there[nr_there++] = known[i];
}

static void save_msrs(struct seat_context *c)
{
	u32 i;

	for (i = 0; i < nr_there; i++)
		rdmsrl(there[i], c->msr[i]);
	rdmsrl(MSR_FS_BASE, c->fs_base);
	rdmsrl(MSR_GS_BASE, c->gs_base);
	rdmsrl(MSR_KERNEL_GS_BASE, c->kernel_gs_base);
}

static void restore_msrs(const struct seat_context *c)
{
	u32 i;

	/* The last one lets counters count: what the other OS had there stops first. */
	if (nr_there && there[nr_there - 1] == MSR_CORE_PERF_GLOBAL_CTRL)
		wrmsrl(MSR_CORE_PERF_GLOBAL_CTRL, 0);
	for (i = 0; i < nr_there; i++)
		wrmsrl(there[i], c->msr[i]);
}

/* ---- FPU --------------------------------------------------------------------------- */

/* Where XSAVE says what it has saved: SDM volume 1, 13.4.2. */
#define XSAVE_HEADER		512
#define XSAVE_HEADER_BYTES	64

static unsigned int fpu_bytes;
/* What there is room for: on its way back a CPU has the other OS's XCR0 for a while. */
static u64 fpu_mask;

static bool has_xsave(void)
{
	return boot_cpu_has(X86_FEATURE_OSXSAVE);
}

static void find_fpu_size(void)
{
	u32 eax, ebx, ecx, edx;

	fpu_bytes = 512;
	if (!has_xsave())
		return;
	cpuid_count(0xd, 0, &eax, &ebx, &ecx, &edx);
	fpu_bytes = ebx;	/* for what XCR0 has now: SDM volume 1, 13.2 */
	fpu_mask = xgetbv(0);
}

static void save_fpu(struct seat_context *c)
{
	if (!has_xsave()) {
		seat_fxsave(c->fpu);
		return;
	}
	c->xcr0 = xgetbv(0);
	/* XSAVE leaves what it has for features that are off now; XRSTOR would refuse it. */
	memset(c->fpu + XSAVE_HEADER, 0, XSAVE_HEADER_BYTES);
	seat_xsave(c->fpu, fpu_mask);
}

static void restore_fpu(const struct seat_context *c)
{
	if (!has_xsave()) {
		seat_fxrstor(c->fpu);
		return;
	}
	xsetbv(0, c->xcr0);
	seat_xrstor(c->fpu, fpu_mask);
}

/* ---- local APIC ------------------------------------------------------------------------ */

/* Index of the last register of the local vector table: SDM 11.4.8. */
#define MAX_LVT_ERROR		3
#define MAX_LVT_PERF		4
#define MAX_LVT_THERMAL		5
#define MAX_LVT_CMCI		6

static u32 max_lvt;

static bool by_deadline(u32 lvt_timer)
{
	return (lvt_timer & APIC_LVT_TIMER_TSCDEADLINE) == APIC_LVT_TIMER_TSCDEADLINE;
}

static void save_lapic(struct seat_lapic *a)
{
	/* Nothing of ours is half-way out. */
	apic_wait_icr_idle();
	a->tpr = apic_read(APIC_TASKPRI);
	a->ldr = apic_read(APIC_LDR);
	a->dfr = apic_read(APIC_DFR);
	a->spiv = apic_read(APIC_SPIV);
	a->lvt_timer = apic_read(APIC_LVTT);
	a->lvt_lint0 = apic_read(APIC_LVT0);
	a->lvt_lint1 = apic_read(APIC_LVT1);
	if (max_lvt >= MAX_LVT_ERROR)
		a->lvt_error = apic_read(APIC_LVTERR);
	if (max_lvt >= MAX_LVT_PERF)
		a->lvt_perf = apic_read(APIC_LVTPC);
	if (max_lvt >= MAX_LVT_THERMAL)
		a->lvt_thermal = apic_read(APIC_LVTTHMR);
	if (max_lvt >= MAX_LVT_CMCI)
		a->lvt_cmci = apic_read(APIC_LVTCMCI);
	a->icr2 = apic_read(APIC_ICR2);
	a->divide = apic_read(APIC_TDCR);
	a->initial = apic_read(APIC_TMICT);
	a->current_count = apic_read(APIC_TMCCT);
	a->saved_tsc = rdtsc();
	if (by_deadline(a->lvt_timer))
		rdmsrl(MSR_IA32_TSC_DEADLINE, a->deadline);
}

/* Cycles of the timer's clock in one of the TSC, 32 bits after the point; 0: unknown. */
static u64 cycles_per_tsc;

void seat_context_set_clock(u32 timer_khz, u32 tsc_khz)
{
	cycles_per_tsc = tsc_khz ? div_u64((u64)timer_khz << 32, tsc_khz) : 0;
}

/* log2 of what the clock is divided by: SDM figure 11-10. */
static u32 divide_shift(u32 divide)
{
	return ((divide & 3) + (divide >> 1 & 4) + 1) & 7;
}

/*
 * What is left of a count that would have gone on. If it has run out meanwhile, or had when it
 * was left and the other OS took its interrupt, it fires at once: Linux looks at the clock and
 * sets it anew.
 */
static u32 count_left(const struct seat_lapic *a)
{
	u64 passed;

	if (!a->initial)
		return 0;
	if (!cycles_per_tsc)
		return 1;
	passed = mul_u64_u64_shr(rdtsc() - a->saved_tsc, cycles_per_tsc,
				 32 + divide_shift(a->divide));
	return a->current_count > passed ? a->current_count - (u32)passed : 1;
}

static void restore_timer(const struct seat_lapic *a)
{
	/* The other OS's, which in another mode could come again without a pause. */
	apic_write(APIC_TMICT, 0);
	apic_write(APIC_TDCR, a->divide);
	apic_write(APIC_LVTT, a->lvt_timer);
	if (by_deadline(a->lvt_timer))
		wrmsrl(MSR_IA32_TSC_DEADLINE, a->deadline ?: 1);
	else if (a->lvt_timer & APIC_LVT_TIMER_PERIODIC)
		apic_write(APIC_TMICT, a->initial);
	else
		apic_write(APIC_TMICT, count_left(a));
}

static void restore_lapic(const struct seat_lapic *a)
{
	/* On first: while it is off no vector of the table can be unmasked. */
	apic_write(APIC_SPIV, a->spiv);
	apic_write(APIC_TASKPRI, a->tpr);
	apic_write(APIC_DFR, a->dfr);
	apic_write(APIC_LDR, a->ldr);
	apic_write(APIC_ICR2, a->icr2);
	apic_write(APIC_LVT0, a->lvt_lint0);
	apic_write(APIC_LVT1, a->lvt_lint1);
	if (max_lvt >= MAX_LVT_ERROR)
		apic_write(APIC_LVTERR, a->lvt_error);
	if (max_lvt >= MAX_LVT_PERF)
		apic_write(APIC_LVTPC, a->lvt_perf);
	if (max_lvt >= MAX_LVT_THERMAL)
		apic_write(APIC_LVTTHMR, a->lvt_thermal);
	if (max_lvt >= MAX_LVT_CMCI)
		apic_write(APIC_LVTCMCI, a->lvt_cmci);
	restore_timer(a);
}

/* ---- registers --------------------------------------------------------------------------- */

static void save_debug(struct seat_context *c)
{
	int i;

	for (i = 0; i < 4; i++)
		get_debugreg(c->dr[i], i);
	get_debugreg(c->dr[4], 6);
	get_debugreg(c->dr[5], 7);
}

/* The breakpoints before what makes them count. */
static void restore_debug(const struct seat_context *c)
{
	set_debugreg(c->dr[0], 0);
	set_debugreg(c->dr[1], 1);
	set_debugreg(c->dr[2], 2);
	set_debugreg(c->dr[3], 3);
	set_debugreg(c->dr[4], 6);
	set_debugreg(c->dr[5], 7);
}

static void save_segments(struct seat_context *c)
{
	savesegment(ds, c->ds);
	savesegment(es, c->es);
	savesegment(fs, c->fs);
	savesegment(gs, c->gs);
	store_ldt(c->ldt);
}

/* What user space has in them; loading one of these two clears its base. */
static void restore_segments(const struct seat_context *c)
{
	seat_load_ldt(c->ldt);
	loadsegment(ds, c->ds);
	loadsegment(es, c->es);
	loadsegment(fs, c->fs);
	load_gs_index(c->gs);
	wrmsrl(MSR_FS_BASE, c->fs_base);
	wrmsrl(MSR_KERNEL_GS_BASE, c->kernel_gs_base);
}

static void save_control(struct seat_context *c)
{
	c->cr0 = read_cr0();
	c->cr2 = read_cr2();
	c->cr3 = __read_cr3();
	c->cr4 = __read_cr4();
	native_store_gdt(&c->gdt);
	store_idt(&c->idt);
}

/* Marked as in use it could not be loaded: SDM volume 2, LTR. */
static void restore_task(void)
{
	unsigned int cpu = smp_processor_id();

	set_tss_desc(cpu, &get_cpu_entry_area(cpu)->tss.x86_tss);
	load_TR_desc();
}

#ifdef CONFIG_MINT_TEST
void (*seat_context_spoil)(struct seat_context *c);

int seat_context_msr(u32 msr)
{
	u32 i;

	for (i = 0; i < nr_there; i++)
		if (there[i] == msr)
			return i;
	return -1;
}

static void spoil(struct seat_context *c)
{
	if (seat_context_spoil)
		seat_context_spoil(c);
}
#else
static void spoil(struct seat_context *c) { }
#endif

/*
 * An NMI finds what it needs from the moment on that the gates are this kernel's: its
 * stack by the task register, its data by GS, its memory by either page table.
 */
void notrace seat_context_restore(struct seat_context *c)
{
	spoil(c);
	seat_load_cr0(c->cr0);
	seat_load_cr4(c->cr4);
	restore_task();
	load_idt(&c->idt);
	mint_fault_die("seat-gates");
	native_write_cr3(c->cr3);
	native_write_cr2(c->cr2);
	restore_msrs(c);
	mint_fault_die("seat-msrs");
	restore_segments(c);
	restore_debug(c);
	restore_fpu(c);
	restore_lapic(&c->lapic);
}

void notrace seat_context_leave(struct seat_context *c, u64 top_paddr, u64 gate_paddr,
				u32 seat)
{
	save_lapic(&c->lapic);
	mint_fault_die("seat-lapic");
	save_fpu(c);
	save_debug(c);
	save_segments(c);
	save_msrs(c);
	save_control(c);
	mint_fault_die("seat-saved");
	mint_seat_jump(c, top_paddr, gate_paddr, seat);
}

int seat_context_alloc(struct seat_context *c)
{
	c->fpu = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(fpu_bytes));
	return c->fpu ? 0 : -ENOMEM;
}

void seat_context_free(struct seat_context *c)
{
	free_pages((unsigned long)c->fpu, get_order(fpu_bytes));
}

void seat_context_probe(void)
{
	find_msrs();
	find_fpu_size();
	max_lvt = GET_APIC_MAXLVT(apic_read(APIC_LVR));
}
