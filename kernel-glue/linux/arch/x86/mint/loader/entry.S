/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first byte of the loader, and the last.  See loader.h for what is true on entry.
 */
#include <linux/linkage.h>

#include "loader.h"

	.section .text.entry, "ax"
	.code64

/*
 * R12 shared area, R13D core, R14 work area of the OS that owns the core.  That has one
 * work area, so it must be its boot core.
 */
SYM_CODE_START(load_entry)
	cld
	movl	%edi, %r13d
	leaq	load_entry(%rip), %r12
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
	movq	%rax, %cr3
	jmp	*%rcx

.Lpark:
	movl	%r13d, %edi
	leaq	LOADER_OFF_PARK(%r12), %rax
	jmp	*%rax
SYM_CODE_END(load_entry)
