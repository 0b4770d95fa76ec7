/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * void mint_seat_jump(struct seat_context *c, u64 top_paddr, u64 gate_paddr, u64 seat)
 *
 * Leaves this kernel for the park page, and returns when it is this kernel's turn again.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

#include "context.h"

	.text

SYM_FUNC_START(mint_seat_jump)
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushfq
	movq	%rsp, SEAT_RSP(%rdi)
	movq	%rsi, %cr3
	movq	%rcx, %rdi
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rdx
	int3
SYM_FUNC_END(mint_seat_jump)
/* What it leaves on the stack mint_seat_enter takes off. */
STACK_FRAME_NON_STANDARD mint_seat_jump

/*
 * From the park page: RDI = struct seat_context; its descriptors, its stack, interrupts
 * off; page tables that have this kernel where it is.
 *
 * NMIs may come.  As long as the gates are those of the park page they need nothing of
 * this kernel; seat_context_restore() changes to its own when these find all they need.
 */
SYM_CODE_START(mint_seat_enter)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	/* Before anything is touched whose mapping forbids execution. */
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_SCE | EFER_NX), %eax
	wrmsr
	lgdt	SEAT_GDT(%rdi)
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$MSR_GS_BASE, %ecx
	movl	SEAT_GS_BASE(%rdi), %eax
	movl	(SEAT_GS_BASE + 4)(%rdi), %edx
	wrmsr
	movq	SEAT_RSP(%rdi), %rsp
	movq	%rdi, %rbx
	pushq	$__KERNEL_CS
	leaq	1f(%rip), %rax
	pushq	%rax
	lretq
1:	UNWIND_HINT_END_OF_STACK
	movq	%rbx, %rdi
	call	seat_context_restore
	popfq
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_CODE_END(mint_seat_enter)
