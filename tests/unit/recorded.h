/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A core that is a table: what seat/context.c uses of the kernel and of the processor, for a
 * host.  The numbers are those of the SDM, volume 4, and of AMD's manual, not the kernel's.
 */
#ifndef RECORDED_H
#define RECORDED_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define static_assert		_Static_assert
#define notrace

#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SYSCALL_MASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define MSR_TSC_AUX 0xc0000103
#define MSR_IA32_SYSENTER_CS 0x174
#define MSR_IA32_SYSENTER_ESP 0x175
#define MSR_IA32_SYSENTER_EIP 0x176
#define MSR_IA32_CR_PAT 0x277
#define MSR_IA32_SPEC_CTRL 0x48
#define MSR_IA32_XSS 0xda0
#define MSR_IA32_MISC_ENABLE 0x1a0
#define MSR_IA32_DEBUGCTLMSR 0x1d9
#define MSR_IA32_TSX_CTRL 0x122
#define MSR_IA32_UMWAIT_CONTROL 0xe1
#define MSR_IA32_PASID 0xd93
#define MSR_MISC_FEATURES_ENABLES 0x140
#define MSR_IA32_XFD 0x1c4
#define MSR_IA32_XFD_ERR 0x1c5
#define MSR_VM_HSAVE_PA 0xc0010117
#define MSR_IA32_DS_AREA 0x600
#define MSR_IA32_PEBS_ENABLE 0x3f1
#define MSR_IA32_U_CET 0x6a0
#define MSR_IA32_S_CET 0x6a2
#define MSR_IA32_PL0_SSP 0x6a4
#define MSR_IA32_PL1_SSP 0x6a5
#define MSR_IA32_PL2_SSP 0x6a6
#define MSR_IA32_PL3_SSP 0x6a7
#define MSR_IA32_INT_SSP_TAB 0x6a8
#define MSR_CORE_PERF_FIXED_CTR_CTRL 0x38d
#define MSR_CORE_PERF_FIXED_CTR0 0x309
#define MSR_P6_EVNTSEL0 0x186
#define MSR_P6_PERFCTR0 0xc1
#define MSR_CORE_PERF_GLOBAL_CTRL 0x38f
#define MSR_IA32_TSC_DEADLINE 0x6e0

/* Registers of the local APIC: SDM table 11-1. */
#define APIC_LVR		0x30
#define GET_APIC_MAXLVT(v)	((v) >> 16 & 0xff)
#define APIC_TASKPRI		0x80
#define APIC_LDR		0xd0
#define APIC_DFR		0xe0
#define APIC_SPIV		0xf0
#define APIC_LVTCMCI		0x2f0
#define APIC_ICR2		0x310
#define APIC_LVTT		0x320
#define APIC_LVTTHMR		0x330
#define APIC_LVTPC		0x340
#define APIC_LVT0		0x350
#define APIC_LVT1		0x360
#define APIC_LVTERR		0x370
#define APIC_TMICT		0x380
#define APIC_TMCCT		0x390
#define APIC_TDCR		0x3e0
#define APIC_LVT_TIMER_PERIODIC	(1u << 17)
#define APIC_LVT_TIMER_TSCDEADLINE (2u << 17)

enum kind {
	NOTHING, MSR, APIC, CR, DR, SELECTOR, FPU, XCR, TABLE,
};

/* Of kind TABLE. */
enum { GDT, IDT, TASK };

struct desc_ptr {
	unsigned short size;
	unsigned long address;
} __attribute__((packed));

struct seat_context;

/* Each access that changes something is noted; these are in test_seat_context.c. */
u64 core_read(enum kind kind, u32 number);
void core_write(enum kind kind, u32 number, u64 value);
bool core_has_msr(u32 number);
void core_save_fpu(void *area, u64 mask);
void core_load_fpu(const void *area, u64 mask);
void mint_seat_jump(struct seat_context *c, u64 top_paddr, u64 gate_paddr, u64 seat);
unsigned long core_pages(unsigned int order);

#define rdmsrl(msr, v)		((v) = core_read(MSR, msr))
#define wrmsrl(msr, v)		core_write(MSR, msr, v)
#define rdmsrl_safe(msr, p)	(core_has_msr(msr) ? (*(p) = core_read(MSR, msr), 0) : -EIO)
#define wrmsrl_safe(msr, v)	(core_has_msr(msr) ? (core_write(MSR, msr, v), 0) : -EIO)
#define apic_read(at)		((u32)core_read(APIC, at))
#define apic_write(at, v)	core_write(APIC, at, (u32)(v))
#define apic_wait_icr_idle()	do { } while (0)

/* Set by the test. */
extern u64 core_tsc;
#define rdtsc()			core_tsc
#define div_u64(a, b)		((u64)(a) / (b))
#define mul_u64_u64_shr(a, b, n) ((u64)((unsigned __int128)(a) * (b) >> (n)))

#define read_cr0()		core_read(CR, 0)
#define read_cr2()		core_read(CR, 2)
#define __read_cr3()		core_read(CR, 3)
#define __read_cr4()		core_read(CR, 4)
#define native_write_cr2(v)	core_write(CR, 2, v)
#define native_write_cr3(v)	core_write(CR, 3, v)
#define seat_load_cr0(v)	core_write(CR, 0, v)
#define seat_load_cr4(v)	core_write(CR, 4, v)
#define get_debugreg(v, n)	((v) = core_read(DR, n))
#define set_debugreg(v, n)	core_write(DR, n, v)

/* Letters, so that they are numbers here. */
#define SEG_ds			'd'
#define SEG_es			'e'
#define SEG_fs			'f'
#define SEG_gs			'g'
#define SEG_ldt			'l'
#define savesegment(s, v)	((v) = core_read(SELECTOR, SEG_##s))
#define loadsegment(s, v)	core_write(SELECTOR, SEG_##s, v)
#define load_gs_index(v)	core_write(SELECTOR, SEG_gs, v)
#define store_ldt(v)		((v) = core_read(SELECTOR, SEG_ldt))
#define seat_load_ldt(v)	core_write(SELECTOR, SEG_ldt, v)

#define native_store_gdt(p)	((p)->address = core_read(TABLE, GDT))
#define store_idt(p)		((p)->address = core_read(TABLE, IDT))
#define load_idt(p)		core_write(TABLE, IDT, (p)->address)
#define smp_processor_id()	0u
#define get_cpu_entry_area(cpu)	((struct { struct { int x86_tss; } tss; } *)NULL)
#define set_tss_desc(cpu, tss)	((void)(cpu))
#define load_TR_desc()		core_write(TABLE, TASK, 1)

#define X86_FEATURE_OSXSAVE	1
#define boot_cpu_has(feature)	((feature) == X86_FEATURE_OSXSAVE)
#define cpuid_count(leaf, sub, a, b, c, d) (*(a) = *(c) = *(d) = 0, *(b) = 2048)
#define xgetbv(n)		core_read(XCR, n)
#define xsetbv(n, v)		core_write(XCR, n, v)
#define seat_fxsave(area)	core_save_fpu(area, 3)
#define seat_fxrstor(area)	core_load_fpu(area, 3)
#define seat_xsave(area, mask)	core_save_fpu(area, mask)
#define seat_xrstor(area, mask)	core_load_fpu(area, mask)

#define GFP_KERNEL		0
#define __GFP_ZERO		0
#define get_order(bytes)	((void)(bytes), 0)
#define __get_free_pages(gfp, order) core_pages(order)
#define free_pages(at, order)	((void)(at))

#endif /* RECORDED_H */
