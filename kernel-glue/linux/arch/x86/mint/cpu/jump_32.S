/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * void mint_park_jump_32(u32 top_paddr, u32 park_paddr, u32 core)
 *
 * Leaves a 32-bit kernel: @top_paddr maps this code where it is and the gate one to one.
 * No stack from there on.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/processor-flags.h>

#include "neutral/park.h"

	.text
SYM_FUNC_START(mint_park_jump_32)
	/* Nor may a global page of this kernel lie before the gate. */
	movl	%cr4, %ebx
	andl	$~X86_CR4_PGE, %ebx
	movl	%ebx, %cr4
	movl	%eax, %cr3
	movl	%edx, %ebp
	movl	%ecx, %edi
	leal	PARK_GATE32(%ebp), %eax
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%eax
	int3
SYM_FUNC_END(mint_park_jump_32)
