// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel keeps of a core and puts back, seat/context.c itself, on a core that is a
 * table: with the registers that QEMU does not have, in the order that they need.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "recorded.h"
#include "seat/context.h"

#define MAX_WRITES	512
#define NR_FEATURES	32
/* SDM volume 1, 13.4: the legacy region, then the header. */
#define HEADER		512
#define AREA		576

/* The deadline is not in the list of context.c: it is the local APIC's. */
static const u32 all_msrs[] = {
	MSR_EFER, MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SYSCALL_MASK, MSR_FS_BASE,
	MSR_GS_BASE, MSR_KERNEL_GS_BASE, MSR_TSC_AUX, MSR_IA32_SYSENTER_CS,
	MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP, MSR_IA32_CR_PAT, MSR_IA32_SPEC_CTRL,
	MSR_IA32_XSS, MSR_IA32_MISC_ENABLE, MSR_IA32_DEBUGCTLMSR, MSR_IA32_TSX_CTRL,
	MSR_IA32_UMWAIT_CONTROL, MSR_IA32_PASID, MSR_MISC_FEATURES_ENABLES, MSR_IA32_XFD,
	MSR_IA32_XFD_ERR, MSR_VM_HSAVE_PA, MSR_IA32_DS_AREA, MSR_IA32_PEBS_ENABLE,
	MSR_IA32_U_CET, MSR_IA32_S_CET, MSR_IA32_PL0_SSP, MSR_IA32_PL1_SSP,
	MSR_IA32_PL2_SSP, MSR_IA32_PL3_SSP, MSR_IA32_INT_SSP_TAB,
	MSR_CORE_PERF_FIXED_CTR_CTRL, MSR_CORE_PERF_FIXED_CTR0,
	MSR_CORE_PERF_FIXED_CTR0 + 1, MSR_CORE_PERF_FIXED_CTR0 + 2,
	MSR_P6_EVNTSEL0, MSR_P6_EVNTSEL0 + 1, MSR_P6_EVNTSEL0 + 7, MSR_P6_PERFCTR0,
	MSR_P6_PERFCTR0 + 1, MSR_P6_PERFCTR0 + 7, MSR_CORE_PERF_GLOBAL_CTRL,
	MSR_IA32_TSC_DEADLINE,
};

static const u32 lvts[] = {
	APIC_LVT0, APIC_LVT1, APIC_LVTERR, APIC_LVTPC, APIC_LVTTHMR, APIC_LVTCMCI,
};

/**
 * struct core - what the core has
 * @has_msrs:	all of all_msrs, or none but the bases
 */
struct core {
	bool has_msrs;
	u64 msr[ARRAY_SIZE(all_msrs)];
	u32 apic[0x400];
	u64 cr[5], dr[8], selector[128], xcr0, table[3], fpu[NR_FEATURES];
};

static struct core core, kept;
u64 core_tsc;
static struct { enum kind kind; u32 number; u64 value; } writes[MAX_WRITES];
static unsigned int nr_writes;
static struct seat_context context;
/* What the other OS does, between leaving and coming back. */
static void (*other)(void);

/* ---- the core -------------------------------------------------------------------------- */

static u64 *msr(u32 number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all_msrs); i++)
		if (all_msrs[i] == number)
			return &core.msr[i];
	return NULL;
}

bool core_has_msr(u32 number)
{
	return core.has_msrs && msr(number);
}

static u64 *place(enum kind kind, u32 number)
{
	switch (kind) {
	case MSR:
		assert_non_null(msr(number));
		return msr(number);
	case CR:
		return &core.cr[number];
	case DR:
		return &core.dr[number];
	case SELECTOR:
		return &core.selector[number];
	case XCR:
		return &core.xcr0;
	case TABLE:
		return &core.table[number];
	default:
		fail();
		return NULL;
	}
}

u64 core_read(enum kind kind, u32 number)
{
	return kind == APIC ? core.apic[number] : *place(kind, number);
}

static void note(enum kind kind, u32 number, u64 value)
{
	assert_true(nr_writes < MAX_WRITES);
	writes[nr_writes].kind = kind;
	writes[nr_writes].number = number;
	writes[nr_writes++].value = value;
}

void core_write(enum kind kind, u32 number, u64 value)
{
	note(kind, number, value);
	if (kind == APIC)
		core.apic[number] = value;
	else
		*place(kind, number) = value;
	/* SDM volume 3, 3.4.4: the base of these two is loaded with the selector. */
	if (kind == SELECTOR && number == SEG_fs)
		*msr(MSR_FS_BASE) = 0;
	if (kind == SELECTOR && number == SEG_gs)
		*msr(MSR_KERNEL_GS_BASE) = 0;
}

/* SDM volume 1, 13.7: XSTATE_BV keeps what is not asked for. */
void core_save_fpu(void *area, u64 mask)
{
	u64 *features = area + AREA, *bv = area + HEADER;
	unsigned int i;

	mask &= core.xcr0;
	*bv = (*bv & ~mask) | mask;
	for (i = 0; i < NR_FEATURES; i++)
		if (mask & 1ull << i)
			features[i] = core.fpu[i];
}

/* 13.8: and must have nothing that XCR0 has not. */
void core_load_fpu(const void *area, u64 mask)
{
	const u64 *features = area + AREA, *bv = area + HEADER;
	unsigned int i;

	note(FPU, 0, mask);
	assert_int_equal(*bv & ~core.xcr0, 0);
	for (i = 0; i < NR_FEATURES; i++)
		if (mask & core.xcr0 & 1ull << i)
			core.fpu[i] = *bv & 1ull << i ? features[i] : 0;
}

unsigned long core_pages(unsigned int order)
{
	static _Alignas(64) u8 page[4096];

	assert_int_equal(order, 0);
	memset(page, 0, sizeof(page));
	return (unsigned long)page;
}

/* Of values that say whose and what they are. */
static void fill(u64 whose)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all_msrs); i++)
		core.msr[i] = whose << 32 | all_msrs[i];
	for (i = 0; i < ARRAY_SIZE(core.apic); i++)
		core.apic[i] = whose << 24 | i;
	core.apic[APIC_LVR] = 6 << 16;
	core.apic[APIC_LVTT] = whose;
	for (i = 0; i < ARRAY_SIZE(core.cr); i++)
		core.cr[i] = whose << 8 | i;
	for (i = 0; i < ARRAY_SIZE(core.dr); i++)
		core.dr[i] = whose << 8 | i;
	for (i = 0; i < ARRAY_SIZE(core.selector); i++)
		core.selector[i] = whose << 8 | i;
	for (i = 0; i < ARRAY_SIZE(core.table); i++)
		core.table[i] = whose << 8 | i;
	for (i = 0; i < NR_FEATURES; i++)
		core.fpu[i] = whose << 32 | i;
}

/* As the park page and mint_seat_enter do. */
void mint_seat_jump(struct seat_context *c, u64 top_paddr, u64 gate_paddr, u64 seat)
{
	assert_true(top_paddr == 0x1000 && gate_paddr == 0x2000 && seat == 5);
	kept = core;
	if (other)
		other();
	nr_writes = 0;
	core.table[GDT] = c->gdt.address;
	core_write(MSR, MSR_GS_BASE, c->gs_base);
	seat_context_restore(c);
}

static void other_fills(void)
{
	fill(0xb);
	core.xcr0 = 0x207;
}

static int set_up(void **state)
{
	(void)state;
	memset(&core, 0, sizeof(core));
	core.has_msrs = true;
	core.xcr0 = 0x207;
	fill(0xa);
	other = other_fills;
	memset(&context, 0, sizeof(context));
	seat_context_probe();
	assert_int_equal(seat_context_alloc(&context), 0);
	return 0;
}

static void leave_and_come_back(void)
{
	seat_context_leave(&context, 0x1000, 0x2000, 5);
}

/* When something was written, the N'th time from 1; -1: never. */
static int when(enum kind kind, u32 number, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < nr_writes; i++)
		if (writes[i].kind == kind && writes[i].number == number && !--n)
			return i;
	return -1;
}

static int last(enum kind kind, u32 number)
{
	int i;

	for (i = nr_writes - 1; i >= 0; i--)
		if (writes[i].kind == kind && writes[i].number == number)
			break;
	return i;
}

/* ---- tests -------------------------------------------------------------------------------- */

static void test_all_is_put_back(void **state)
{
	unsigned int i;

	(void)state;
	leave_and_come_back();
	for (i = 0; i < ARRAY_SIZE(all_msrs); i++)
		if (all_msrs[i] != MSR_IA32_TSC_DEADLINE)
			assert_int_equal(core.msr[i], kept.msr[i]);
	assert_memory_equal(core.fpu, kept.fpu, 3 * sizeof(u64));
	assert_int_equal(core.fpu[9], kept.fpu[9]);
	assert_int_equal(core.xcr0, kept.xcr0);
	for (i = 0; i < ARRAY_SIZE(core.cr); i++)
		if (i != 1)
			assert_int_equal(core.cr[i], kept.cr[i]);
	for (i = 0; i < ARRAY_SIZE(core.dr); i++)
		if (i != 4 && i != 5)
			assert_int_equal(core.dr[i], kept.dr[i]);
	for (i = 0; i < 5; i++)
		assert_int_equal(core.selector[(int)"defgl"[i]], kept.selector[(int)"defgl"[i]]);
	assert_int_equal(core.table[IDT], kept.table[IDT]);
	assert_int_equal(core.table[GDT], kept.table[GDT]);
	assert_int_equal(core.table[TASK], 1);
}

static void test_local_apic_is_put_back(void **state)
{
	static const u32 others[] = {
		APIC_TASKPRI, APIC_LDR, APIC_DFR, APIC_SPIV, APIC_ICR2, APIC_LVTT, APIC_TDCR,
	};
	unsigned int i;

	(void)state;
	leave_and_come_back();
	for (i = 0; i < ARRAY_SIZE(others); i++)
		assert_int_equal(core.apic[others[i]], kept.apic[others[i]]);
	for (i = 0; i < ARRAY_SIZE(lvts); i++) {
		assert_int_equal(core.apic[lvts[i]], kept.apic[lvts[i]]);
		/* SDM 11.4.7.2: off, it would mask each of them. */
		assert_true(when(APIC, APIC_SPIV, 1) < when(APIC, lvts[i], 1));
	}
}

/* What this core's local APIC does not have is not touched. */
static void test_few_local_vectors(void **state)
{
	unsigned int i;

	(void)state;
	core.apic[APIC_LVR] = 3 << 16;
	seat_context_probe();
	leave_and_come_back();
	for (i = 0; i < ARRAY_SIZE(lvts); i++)
		assert_int_equal(when(APIC, lvts[i], 1) >= 0, i < 3);
}

static void test_registers_that_are_not_there(void **state)
{
	unsigned int i;

	(void)state;
	core.has_msrs = false;
	seat_context_probe();
	leave_and_come_back();
	for (i = 0; i < nr_writes; i++)
		assert_true(writes[i].kind != MSR || writes[i].number == MSR_FS_BASE ||
			    writes[i].number == MSR_GS_BASE ||
			    writes[i].number == MSR_KERNEL_GS_BASE);
}

/* No counter counts, by the other OS's events, while they are loaded. */
static void test_counters(void **state)
{
	int off, on, i;

	(void)state;
	leave_and_come_back();
	off = when(MSR, MSR_CORE_PERF_GLOBAL_CTRL, 1);
	on = when(MSR, MSR_CORE_PERF_GLOBAL_CTRL, 2);
	assert_true(off >= 0 && on > off && last(MSR, MSR_CORE_PERF_GLOBAL_CTRL) == on);
	assert_int_equal(writes[off].value, 0);
	for (i = 0; i < (int)nr_writes; i++)
		if (writes[i].kind == MSR &&
		    (writes[i].number == MSR_CORE_PERF_FIXED_CTR_CTRL ||
		     writes[i].number - MSR_CORE_PERF_FIXED_CTR0 < 4 ||
		     writes[i].number - MSR_P6_EVNTSEL0 < 8 ||
		     writes[i].number - MSR_P6_PERFCTR0 < 8))
			assert_true(i > off && i < on);
}

static void test_breakpoints(void **state)
{
	u32 n;

	(void)state;
	leave_and_come_back();
	for (n = 0; n < 4; n++)
		assert_true(when(DR, n, 1) >= 0 && when(DR, n, 1) < when(DR, 7, 1));
}

/* An NMI needs its stack, by the task register, and the way of paging, first. */
static void test_gates(void **state)
{
	(void)state;
	leave_and_come_back();
	assert_true(when(TABLE, TASK, 1) < when(TABLE, IDT, 1));
	assert_true(when(CR, 4, 1) < when(TABLE, IDT, 1));
	assert_true(when(MSR, MSR_GS_BASE, 1) < when(TABLE, IDT, 1));
	/* And then all of its memory. */
	assert_true(when(TABLE, IDT, 1) < when(CR, 3, 1));
	/* A selector loads a base. */
	assert_true(when(SELECTOR, SEG_fs, 1) < last(MSR, MSR_FS_BASE));
	assert_true(when(SELECTOR, SEG_gs, 1) < last(MSR, MSR_KERNEL_GS_BASE));
}

/* ---- timer ----------------------------------------------------------------------------------- */

/* The count that the other OS has left is gone before the mode changes. */
static void test_timer_stops_first(void **state)
{
	int stop;

	(void)state;
	core.apic[APIC_LVTT] = APIC_LVT_TIMER_PERIODIC | 0xec;
	leave_and_come_back();
	stop = when(APIC, APIC_TMICT, 1);
	assert_true(stop >= 0 && stop < when(APIC, APIC_LVTT, 1));
	assert_int_equal(writes[stop].value, 0);
	assert_true(when(APIC, APIC_TMICT, 2) > when(APIC, APIC_LVTT, 1));
	assert_int_equal(core.apic[APIC_TMICT], kept.apic[APIC_TMICT]);
}

static void test_timer_once(void **state)
{
	(void)state;
	core.apic[APIC_LVTT] = 0xec;
	leave_and_come_back();
	assert_int_equal(core.apic[APIC_TMICT], 1);
	fill(0xa);
	core.apic[APIC_TMICT] = 0;
	leave_and_come_back();
	assert_int_equal(core.apic[APIC_TMICT], 0);
}

#define AWAY_TSC	1600000		/* 1 ms */

static void other_takes_a_while(void)
{
	fill(0xb);
	core_tsc += AWAY_TSC;
}

/* The count that an OS finds which was away with @left of it. */
static u32 once(u32 divide, u32 left)
{
	fill(0xa);
	core.apic[APIC_LVTT] = 0xec;
	core.apic[APIC_TDCR] = divide;
	core.apic[APIC_TMCCT] = left;
	leave_and_come_back();
	return core.apic[APIC_TMICT];
}

/* It goes on as if nobody else had been there: SDM 11.5.4, figure 11-10. */
static void test_timer_goes_on(void **state)
{
	(void)state;
	seat_context_set_clock(800000, AWAY_TSC);
	other = other_takes_a_while;
	/* Divided by 1, 2, 16, 128: 800,000 cycles. */
	assert_int_equal(once(0xb, 1000000), 200000);
	assert_int_equal(once(0x0, 1000000), 600000);
	assert_int_equal(once(0x3, 1000000), 950000);
	assert_int_equal(once(0xa, 1000000), 993750);
	/* It has run out, there or before. */
	assert_int_equal(once(0x3, 50001), 1);
	assert_int_equal(once(0x3, 50000), 1);
	assert_int_equal(once(0x3, 10), 1);
	assert_int_equal(once(0x3, 0), 1);
	/* A clock that is not known. */
	seat_context_set_clock(800000, 0);
	assert_int_equal(once(0x3, 1000000), 1);
}

static void other_sets_deadline(void)
{
	fill(0xb);
	core.apic[APIC_LVTT] = APIC_LVT_TIMER_TSCDEADLINE | 0xec;
}

/* SDM 11.5.4.1: it is kept by the mode; 0 would disarm it, what is past fires at once. */
static void test_timer_deadline(void **state)
{
	(void)state;
	core.apic[APIC_LVTT] = APIC_LVT_TIMER_TSCDEADLINE | 0xec;
	*msr(MSR_IA32_TSC_DEADLINE) = 4711;
	leave_and_come_back();
	assert_int_equal(*msr(MSR_IA32_TSC_DEADLINE), 4711);
	assert_true(when(APIC, APIC_LVTT, 1) < when(MSR, MSR_IA32_TSC_DEADLINE, 1));
	*msr(MSR_IA32_TSC_DEADLINE) = 0;
	leave_and_come_back();
	assert_int_equal(*msr(MSR_IA32_TSC_DEADLINE), 1);
	/* In any other mode it is not written: its mode is over. */
	fill(0xa);
	core.apic[APIC_LVTT] = 0xec;
	other = other_sets_deadline;
	leave_and_come_back();
	assert_int_equal(when(MSR, MSR_IA32_TSC_DEADLINE, 1), -1);
}

/* ---- FPU ----------------------------------------------------------------------------------- */

/* Made to leave half-way back, it has the other OS's XCR0: there is no room for all of that. */
static void test_fpu_of_another(void **state)
{
	u64 *features;

	(void)state;
	features = context.fpu + AREA;
	features[17] = 99;
	core.xcr0 = 0x60207;
	leave_and_come_back();
	assert_int_equal(features[17], 99);
	assert_int_equal(core.xcr0, 0x60207);
	/* Then it has less: what was saved before is none of that. */
	core.xcr0 = 3;
	leave_and_come_back();
	assert_int_equal(core.xcr0, 3);
	assert_memory_equal(core.fpu, kept.fpu, 2 * sizeof(u64));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_all_is_put_back, set_up),
		cmocka_unit_test_setup(test_local_apic_is_put_back, set_up),
		cmocka_unit_test_setup(test_few_local_vectors, set_up),
		cmocka_unit_test_setup(test_registers_that_are_not_there, set_up),
		cmocka_unit_test_setup(test_counters, set_up),
		cmocka_unit_test_setup(test_breakpoints, set_up),
		cmocka_unit_test_setup(test_gates, set_up),
		cmocka_unit_test_setup(test_timer_stops_first, set_up),
		cmocka_unit_test_setup(test_timer_once, set_up),
		cmocka_unit_test_setup(test_timer_goes_on, set_up),
		cmocka_unit_test_setup(test_timer_deadline, set_up),
		cmocka_unit_test_setup(test_fpu_of_another, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
