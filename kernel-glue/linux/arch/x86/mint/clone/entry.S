/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where an OS stands still to be copied, and where the copy begins.
 *
 * int mint_clone_freeze(void (*hold)(void))
 *
 * Returns twice, with the same stack and registers: 0 in the source, when @hold has
 * returned, and 1 in the copy.
 */
#include <linux/linkage.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

	.text

SYM_FUNC_START(mint_clone_freeze)
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, mint_clone_stack(%rip)
	ANNOTATE_RETPOLINE_SAFE
	call	*%rdi
	xorl	%eax, %eax
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_FUNC_END(mint_clone_freeze)

/*
 * From the loader: its descriptors, no stack, interrupts off, write protection off; page
 * tables that map this kernel where it is.
 */
SYM_CODE_START(mint_clone_entry)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	/* Before anything is touched whose mapping forbids execution. */
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_SCE | EFER_NX), %eax
	wrmsr
	movq	mint_clone_cr3(%rip), %rax
	movq	%rax, %cr3
	lgdt	mint_clone_gdt(%rip)
	lidt	mint_clone_idt(%rip)
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	movl	$MSR_GS_BASE, %ecx
	movl	mint_clone_gs(%rip), %eax
	movl	(mint_clone_gs + 4)(%rip), %edx
	wrmsr
	movq	mint_clone_stack(%rip), %rsp
	pushq	$__KERNEL_CS
	leaq	1f(%rip), %rax
	pushq	%rax
	lretq
1:	UNWIND_HINT_END_OF_STACK
	movq	mint_clone_at_arrival(%rip), %rax
	ANNOTATE_RETPOLINE_SAFE
	call	*%rax
	movl	$1, %eax
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_CODE_END(mint_clone_entry)
