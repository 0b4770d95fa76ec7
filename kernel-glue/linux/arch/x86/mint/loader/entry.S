/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first byte of the loader, and the last.  See loader.h for what is true on entry.
 */
#include <linux/linkage.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "loader.h"

	.section .text.entry, "ax"
	.code64

SYM_CODE_START(load_gates)
	jmp	load_entry
	.org	load_gates + LOADER_TURN, 0xcc
	/* EDI: a seat of this core, RSI: struct turn, on the stack of the park page. */
	leaq	load_gates(%rip), %rdx
	subq	$LOADER_OFF_LOADER, %rdx
	jmp	turn_next
SYM_CODE_END(load_gates)

/*
 * R12 shared area, R13D core, R14 work area of the OS that owns the core.  That has one
 * work area, so it must be its boot core.
 */
SYM_CODE_START(load_entry)
	cld
	movl	%edi, %r13d
	leaq	load_gates(%rip), %r12
	subq	$LOADER_OFF_LOADER, %r12
	movl	%r13d, %eax
	shll	$LOADER_CORE_SHIFT, %eax
	movl	(LOADER_OFF_CORES + LOADER_CORE_LIFE)(%r12, %rax), %ecx
	shrl	$4, %ecx			/* owner, see MINT_CORE_WORD() */
	andl	$0x1f, %ecx
	jz	.Lpark
	cmpl	$LOADER_MAX_OSES, %ecx
	ja	.Lpark
	decl	%ecx
	movl	%ecx, %eax
	shll	$LOADER_OS_SHIFT, %eax
	cmpl	%r13d, (LOADER_OFF_OSES + LOADER_OS_BOOT_CORE)(%r12, %rax)
	jne	.Lpark
	shll	$LOADER_WORK_SHIFT, %ecx
	leaq	LOADER_OFF_WORK(%r12, %rcx), %r14
	leaq	LOADER_STACK_END(%r14), %rsp

	leaq	LOADER_STATE(%r14), %rdi
	movl	%r13d, %esi
	movq	%r12, %rdx
	movq	%r14, %rcx
	call	load_begin
	testb	%al, %al
	jz	.Lpark

	/* Its tables map the first 4 GiB, too. */
	movq	LOADER_STATE(%r14), %rax
	movq	(LOADER_STATE + 8)(%r14), %rcx
	movq	(LOADER_STATE + 16)(%r14), %rsi
	testq	%rax, %rax
	jz	.Lenter_32
	movq	%rax, %cr3
	jmp	*%rcx

	/*
	 * The 32-bit boot protocol (Documentation/arch/x86/boot.rst): flat segments, paging
	 * off.  The loader lies below 4 GiB, and so does a 32-bit kernel.
	 */
.Lenter_32:
	leaq	.Lgdt(%rip), %rax
	pushq	%rax
	pushw	$(.Lgdt_end - .Lgdt - 1)
	lgdt	(%rsp)
	pushq	$LOADER_CS32
	leaq	.Lcompat(%rip), %rax
	pushq	%rax
	lretq

	.code32
.Lcompat:
	movl	%ecx, %edi
	movl	%cr0, %eax
	andl	$~X86_CR0_PG, %eax
	movl	%eax, %cr0
	xorl	%eax, %eax
	movl	%eax, %cr3
	movl	%eax, %cr4			/* no LA57, no PAE */
	movl	$MSR_EFER, %ecx
	rdmsr
	andl	$~((1 << _EFER_LME) | (1 << _EFER_NX) | (1 << _EFER_SCE)), %eax
	wrmsr
	movl	$LOADER_DS32, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%edi, %eax
	xorl	%ebx, %ebx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	jmp	*%eax

	.balign 8
.Lgdt:
	.quad	0, 0
	.quad	0x00cf9b000000ffff		/* LOADER_CS32 */
	.quad	0x00cf93000000ffff		/* LOADER_DS32 */
.Lgdt_end:
	.code64

.Lpark:
	movl	%r13d, %edi
	leaq	LOADER_OFF_PARK(%r12), %rax
	jmp	*%rax
SYM_CODE_END(load_entry)
