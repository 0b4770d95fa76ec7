/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The park page: where a core is while it belongs to no kernel.
 *
 * The two images below are copied, the first into the shared area, the second
 * to MINT_LOW_PARK; both are position-independent but for the words that
 * park.c fills in.  A parked core uses nothing outside them and the core
 * table, so any kernel image may be overwritten while it sleeps.
 */
#include <linux/linkage.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/processor-flags.h>
#include "park.h"

	.section .rodata, "a"
	.balign 16

/*
 * Entry from a kernel: 64-bit mode, page tables that map this page one to one,
 * EDI = core number.  It may be an NMI handler that comes here.
 */
SYM_DATA_START(mint_park_blob)
	endbr64
	cli
	leaq	mint_park_blob(%rip), %rbp
	movl	%edi, %ebx

.Lpark_core:
	/* Tables of our own, in the paging mode the core is in. */
	movl	PARK_PML4_PADDR(%rbp), %eax
	movl	$X86_CR4_PAE, %ecx
	movq	%cr4, %rdx
	testl	$X86_CR4_LA57, %edx
	jz	1f
	movl	PARK_PML5_PADDR(%rbp), %eax
	orl	$X86_CR4_LA57, %ecx
1:	movq	%rax, %cr3
	movq	%rcx, %cr4			/* no PGE, PCIDE, SMEP, CET */
	movl	$(X86_CR0_PG | X86_CR0_NE | X86_CR0_ET | X86_CR0_MP | X86_CR0_PE), %eax
	movq	%rax, %cr0

	lgdt	PARK_GDT_DESC(%rbp)
	lidt	PARK_IDT_DESC(%rbp)
	movl	%ebx, %eax
	shll	$PARK_STACK_SHIFT, %eax
	leaq	(PARK_STACKS + (1 << PARK_STACK_SHIFT))(%rbp, %rax), %rsp
	movl	$PARK_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	lldt	%ax

	/* IRET also ends the blocking of NMIs, if it was one that parked us. */
	movq	%rsp, %rdx
	pushq	$PARK_DS
	pushq	%rdx
	pushq	$2				/* RFLAGS: all clear */
	pushq	$PARK_CS
	leaq	.Lparked(%rip), %rax
	pushq	%rax
	iretq

.Lparked:
	/* No shared interrupt line comes here any more. */
	movl	$PARK_LAPIC_LDR, %eax
	movl	$0, (%rax)

	movl	%ebx, %r12d
	shll	$PARK_CORE_SHIFT, %r12d
	movl	PARK_CORES_PADDR(%rbp), %eax
	addq	%rax, %r12
	movl	$PARK_PARKED, PARK_CORE_PARK(%r12)

.Lsleep:
	cmpl	$PARK_STARTING, PARK_CORE_PARK(%r12)
	je	.Lleave
.Lhalt:
	hlt
	jmp	.Lsleep

.Lleave:
	movq	PARK_CORE_ENTRY(%r12), %r13
	movq	PARK_CORE_ARG(%r12), %rsi
	movq	PARK_CORE_CR3(%r12), %r14
	/* The starter may have lost patience at this very moment. */
	movl	$PARK_STARTING, %eax
	movl	$PARK_RUNNING, %ecx
	lock cmpxchgl %ecx, PARK_CORE_PARK(%r12)
	jne	.Lsleep
	movq	%r14, %cr3
	jmp	*%r13

/* Entry from the low page: like the above, but find out which core this is. */
SYM_INNER_LABEL(mint_park_ap, SYM_L_GLOBAL)
	leaq	mint_park_blob(%rip), %rbp
	movl	$1, %eax
	cpuid
	shrl	$24, %ebx			/* initial APIC id */
	movl	%ebx, %esi
	movl	PARK_CORES_PADDR(%rbp), %edx
	xorl	%ebx, %ebx
2:	cmpl	PARK_NR_CORES(%rbp), %ebx
	jae	3f
	cmpl	%esi, PARK_CORE_APIC(%rdx)
	je	.Lpark_core
	addl	$(1 << PARK_CORE_SHIFT), %edx
	incl	%ebx
	jmp	2b
3:	cli					/* a core that nobody knows */
	hlt
	jmp	3b

/*
 * One NMI wakes a core.  If it comes between the test and HLT the core must
 * test again, or it would sleep through it; a second NMI could hit a core that
 * has already left and has no handler yet.
 */
SYM_INNER_LABEL(mint_park_nmi, SYM_L_GLOBAL)
	pushq	%rax
	pushq	%rcx
	leaq	.Lsleep(%rip), %rax
	leaq	.Lhalt(%rip), %rcx
	cmpq	%rax, 16(%rsp)			/* interrupted RIP */
	jb	4f
	cmpq	%rcx, 16(%rsp)
	ja	4f
	movq	%rax, 16(%rsp)
4:	popq	%rcx
	popq	%rax
	iretq
SYM_INNER_LABEL(mint_park_blob_end, SYM_L_GLOBAL)
SYM_DATA_END(mint_park_blob)

/*
 * The low page: a core that got INIT and SIPI starts here in real mode, and
 * goes on to mint_park_ap.
 */
	.code16
	.balign 16
SYM_DATA_START(mint_low_blob)
	cli
	cld
	movw	%cs, %ax
	movw	%ax, %ds
	lgdtl	mint_low_gdt - mint_low_blob
	movl	mint_low_cr4 - mint_low_blob, %eax
	movl	%eax, %cr4
	movl	mint_low_cr3 - mint_low_blob, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	movl	$(1 << _EFER_LME), %eax
	xorl	%edx, %edx
	wrmsr
	movl	$(X86_CR0_PG | X86_CR0_NE | X86_CR0_ET | X86_CR0_MP | X86_CR0_PE), %eax
	movl	%eax, %cr0
	ljmpl	*(mint_low_target - mint_low_blob)
	.balign 8
	.word	0
SYM_INNER_LABEL(mint_low_gdt, SYM_L_GLOBAL)
	.word	PARK_GDT_SIZE - 1
	.long	0
	.balign 8
SYM_INNER_LABEL(mint_low_cr4, SYM_L_GLOBAL)
	.long	0
SYM_INNER_LABEL(mint_low_cr3, SYM_L_GLOBAL)
	.long	0
SYM_INNER_LABEL(mint_low_target, SYM_L_GLOBAL)
	.long	0
	.word	PARK_CS
SYM_INNER_LABEL(mint_low_blob_end, SYM_L_GLOBAL)
SYM_DATA_END(mint_low_blob)

	.code64
	.text
/*
 * void mint_park_jump(u64 top_paddr, u64 blob_paddr, u64 core)
 *
 * Leaves this kernel: @top_paddr maps kernel text where it is and the park
 * page one to one.  No stack from here on.
 */
SYM_FUNC_START(mint_park_jump)
	movq	%rdi, %cr3
	movq	%rdx, %rdi
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rsi
	int3
SYM_FUNC_END(mint_park_jump)
