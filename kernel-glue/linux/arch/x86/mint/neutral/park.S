/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The park page: where a core is while it belongs to no kernel.
 *
 * The two images below are copied, the first into the shared area, the second
 * to the page mint_low_park(); both are position-independent but for the words that
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

/* \seat: a seat, 32 bits.  Carry: its state is one of those in EDX.  Uses EAX. */
.macro STATE_IS_IN seat
	movl	\seat, %eax
	shll	$PARK_CORE_SHIFT, %eax
	addl	PARK_CORES_PADDR(%rbp), %eax
	movl	PARK_CORE_LIFE(%rax), %eax
	andl	$PARK_STATE_MASK, %eax
	btl	%eax, %edx
.endm

/* ECX: the other seat of the core of R15D; or itself, if there is none.  Uses EAX. */
.macro OTHER_SEAT
	movl	PARK_NR_CORES(%rbp), %eax
	leal	(%r15, %rax), %ecx
	cmpl	%eax, %r15d
	jb	.Lsecond\@
	movl	%r15d, %ecx
	subl	%eax, %ecx
.Lsecond\@:
	cmpl	$PARK_MAX_CORES, %ecx
	cmovael	%r15d, %ecx
.endm

/*
 * Entry from a kernel: 64-bit mode, page tables that map this page one to one,
 * EDI = core number.  It may be an NMI handler that comes here.
 *
 * From here on: RBP this page, R15D core number, R12 its entry in the core table.
 */
SYM_DATA_START(mint_park_blob)
	endbr64
	cli
	leaq	mint_park_blob(%rip), %rbp
	movl	%edi, %r15d
	xorl	%r11d, %r11d

/* R11D: its kernel goes on later, and wants nothing cleaned. */
.Lpark_core:
	/*
	 * An NMI may come at any point.  First what it needs, while the kernel's tables are
	 * there, too: a stack, and gates into a segment that the kernel's GDT has as ours has.
	 */
	movl	%r15d, %eax
	shll	$PARK_STACK_SHIFT, %eax
	leaq	(PARK_STACKS + (1 << PARK_STACK_SHIFT))(%rbp, %rax), %rsp
	lidt	PARK_IDT_DESC(%rbp)
	lgdt	PARK_GDT_DESC(%rbp)

	/* Tables of our own, in the paging mode the core is in. */
	movl	PARK_PML4_PADDR(%rbp), %eax
	/* Without MCE a machine check that all cores get shuts the machine down. */
	movl	$(X86_CR4_PAE | X86_CR4_MCE), %r8d
	movq	%cr4, %r9
	testl	$X86_CR4_LA57, %r9d
	jz	1f
	movl	PARK_PML5_PADDR(%rbp), %eax
	orl	$X86_CR4_LA57, %r8d
1:	movq	%rax, %cr3

	movl	$PARK_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	lldt	%ax
	movl	%r15d, %r12d
	shll	$PARK_CORE_SHIFT, %r12d
	movl	PARK_CORES_PADDR(%rbp), %eax
	addq	%rax, %r12

	/* IRET also ends the blocking of NMIs, if it was one that parked us. */
	movq	%rsp, %rdx
	pushq	$PARK_DS
	pushq	%rdx
	pushq	$2				/* RFLAGS: all clear */
	pushq	$PARK_CS
	leaq	.Lclean(%rip), %rax
	pushq	%rax
	iretq

	/* What a kernel may have left on.  Faults are skipped: mint_park_fault. */
.Lclean:
	testl	$X86_CR4_VMXE, %r9d
	jz	1f
	vmxoff
1:	movq	%r8, %cr4			/* no PGE, PCIDE, SMEP, CET, VMXE */
	movl	$(X86_CR0_PG | X86_CR0_NE | X86_CR0_ET | X86_CR0_MP | X86_CR0_PE), %eax
	movq	%rax, %cr0
	testl	%r11d, %r11d
	jnz	.Laside
	call	.Lclean_core

	/*
	 * The kernel that it leaves wants to be started again: from RUNNING to LOADING,
	 * if it is the owner's.
	 */
	xorl	%ecx, %ecx
	xchgl	%ecx, PARK_CORE_AGAIN(%r12)
	cmpl	$1, %ecx
	jne	.Lparked
	movl	PARK_CORE_LIFE(%r12), %eax
	movl	%eax, %ecx
	andl	$PARK_STATE_MASK, %ecx
	cmpl	$PARK_RUNNING, %ecx
	jne	.Lparked
	movl	%eax, %ecx
	movl	%eax, %edx
	andl	$PARK_KERNEL_MASK, %ecx
	andl	$PARK_OWNER_MASK, %edx
	shll	$PARK_KERNEL_OF_OWNER, %edx
	cmpl	%ecx, %edx
	jne	.Lparked
	leal	(PARK_SEQ_ONE + PARK_LOADING - PARK_RUNNING)(%rax), %ecx
	lock cmpxchgl %ecx, PARK_CORE_LIFE(%r12)
	je	.Lload

	/* Parked: the one place where that is said. */
.Lparked:
	movl	PARK_CORE_LIFE(%r12), %eax
1:	movl	%eax, %ecx
	andl	$PARK_OWNER_MASK, %ecx
	movl	%eax, %edx
	andl	$PARK_SEQ_MASK, %edx
	addl	$PARK_SEQ_ONE, %edx
	leal	PARK_PARKED(%rcx, %rdx), %ecx
	lock cmpxchgl %ecx, PARK_CORE_LIFE(%r12)
	jne	1b

	/* An NMI in here begins it again: see mint_park_nmi. */
.Lsleep:
	movl	$PARK_WAITS, %edx
	STATE_IS_IN %r15d
	jc	.Lnext
	OTHER_SEAT
	STATE_IS_IN %ecx
	jc	.Lnext
.Lhalt:
	hlt
	jmp	.Lsleep

	/* Whose turn is it?  The loader's room has the rule, loader/turn.c. */
.Lnext:
	subq	$PARK_TURN_SIZE, %rsp
	movl	%r15d, %edi
	movq	%rsp, %rsi
	movl	PARK_LOADER_PADDR(%rbp), %eax
	addl	$PARK_LOADER_TURN, %eax
	call	*%rax
	movl	PARK_TURN_SEAT(%rsp), %r15d
	movq	PARK_TURN_TOP(%rsp), %rdx
	movq	PARK_TURN_ENTRY(%rsp), %rcx
	movq	PARK_TURN_ARG(%rsp), %rdi
	addq	$PARK_TURN_SIZE, %rsp
	movl	%r15d, %r12d
	shll	$PARK_CORE_SHIFT, %r12d
	movl	PARK_CORES_PADDR(%rbp), %r8d
	addq	%r8, %r12
	cmpl	$PARK_TURN_BACK, %eax
	je	.Lback
	cmpl	$PARK_TURN_BACK_CLEAN, %eax
	je	.Lback_clean
	cmpl	$PARK_TURN_CALL, %eax
	je	.Lcall
	cmpl	$PARK_TURN_START, %eax
	jne	.Lsleep
	call	.Lclean_core
	jmp	.Lleave

	/* A running kernel wants it: below 1 MiB, where all tables agree. */
.Lcall:
	pushq	%rcx
	call	.Lclean_core
	call	.Ldrain_lapic
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_SCE | EFER_NX), %eax
	wrmsr
	popq	%rcx
	jmp	*%rcx

	/* What a dead kernel left in service would keep out interrupts of this one. */
.Lback_clean:
	pushq	%rdx
	pushq	%rcx
	pushq	%rdi
	call	.Ldrain_lapic
	popq	%rdi
	popq	%rcx
	popq	%rdx

	/* As it left it: its tables have this page, too, and its stack is its own business. */
.Lback:
	movq	%rdx, %cr3
	jmp	*%rcx

/*
 * From a kernel that goes on later.  It may have been stopped meanwhile: then this is
 * the end of it.
 */
.Laside:
	movl	PARK_CORE_LIFE(%r12), %eax
	movl	%eax, %ecx
	andl	$PARK_STATE_MASK, %ecx
	cmpl	$PARK_RUNNING, %ecx
	jne	1f
	leal	(PARK_SEQ_ONE + PARK_AWAY - PARK_RUNNING)(%rax), %ecx
	lock cmpxchgl %ecx, PARK_CORE_LIFE(%r12)
	jne	.Laside
	jmp	.Lnext
1:	call	.Lclean_core
	jmp	.Lparked

.Lleave:
	/* Who ordered it may have lost patience at this very moment. */
	movl	PARK_CORE_LIFE(%r12), %eax
	movl	%eax, %ecx
	andl	$PARK_STATE_MASK, %ecx
	cmpl	$PARK_STARTING, %ecx
	jne	.Lsleep
	leal	(PARK_SEQ_ONE + PARK_LOADING - PARK_STARTING)(%rax), %ecx
	lock cmpxchgl %ecx, PARK_CORE_LIFE(%r12)
	jne	.Lsleep
.Lload:
	call	.Ldrain_lapic
	movl	%r15d, %edi
	movl	PARK_LOADER_PADDR(%rbp), %eax
	jmp	*%rax

/* What a kernel may have left on, beside control registers. */
.Lclean_core:
	movl	$MSR_EFER, %ecx
	rdmsr
	btrl	$_EFER_SVME, %eax
	jnc	1f
	wrmsr
1:	movl	$0x400, %eax			/* its reset value: no breakpoint */
	movq	%rax, %dr7
	movl	$MSR_IA32_DEBUGCTLMSR, %ecx
	call	.Lclear_msr
	call	.Lstop_counters
	jmp	.Lmask_lapic

/* ECX: a model-specific register, which this core need not have. */
.Lclear_msr:
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	ret
	int3

/* Performance counters: nobody shall get their interrupts, or pay for them. */
.Lstop_counters:
	xorl	%eax, %eax
	cpuid
	movl	%ebx, %r13d			/* vendor */
	cmpl	$0xa, %eax
	jb	1f
	movl	$0xa, %eax			/* architectural counters */
	cpuid
	movzbl	%ah, %edx
	movl	%edx, %r14d
	cmpb	$2, %al
	jb	2f
	movl	$MSR_CORE_PERF_GLOBAL_CTRL, %ecx
	call	.Lclear_msr
	movl	$MSR_CORE_PERF_FIXED_CTR_CTRL, %ecx
	call	.Lclear_msr
2:	movl	$MSR_P6_EVNTSEL0, %ecx
	movl	$1, %ebx
	call	.Lclear_msrs
1:	cmpl	$0x68747541, %r13d		/* "Auth"enticAMD */
	jne	1f
	movl	$0x80000001, %eax
	cpuid
	movl	%ecx, %r13d
	movl	$MSR_K7_EVNTSEL0, %ecx
	movl	$4, %r14d
	movl	$1, %ebx
	btl	$23, %r13d			/* PerfCtrExtCore */
	jnc	2f
	movl	$MSR_F15H_PERF_CTL, %ecx
	movl	$6, %r14d
	movl	$2, %ebx
2:	call	.Lclear_msrs
	btl	$10, %r13d			/* instruction based sampling */
	jnc	1f
	movl	$MSR_AMD64_IBSFETCHCTL, %ecx
	call	.Lclear_msr
	movl	$MSR_AMD64_IBSOPCTL, %ecx
	call	.Lclear_msr
1:	ret
	int3

/* R14D registers from ECX on, EBX apart. */
.Lclear_msrs:
	testl	%r14d, %r14d
	jz	1f
	call	.Lclear_msr
	addl	%ebx, %ecx
	decl	%r14d
	jmp	.Lclear_msrs
1:	ret
	int3

/*
 * No shared interrupt line comes here any more, and nothing of this core's own.
 * What is pending or in service stays so: who parks in the middle of a shared
 * line's round must not end it.
 */
.Lmask_lapic:
	movl	$PARK_LAPIC, %esi
	movl	$0, PARK_APIC_LDR(%rsi)
	movl	$1, %eax
	cpuid
	btl	$24, %ecx			/* TSC deadline timer */
	jnc	1f
	movl	$MSR_IA32_TSC_DEADLINE, %ecx
	call	.Lclear_msr
1:	movl	$0, PARK_APIC_TMICT(%rsi)
	/* The last register of the local vector table: SDM 11.4.8. */
	movl	PARK_APIC_VERSION(%rsi), %ecx
	shrl	$16, %ecx
	movl	$PARK_LVT_OFF, %eax
	movl	%eax, PARK_APIC_LVT_TIMER(%rsi)
	movl	%eax, PARK_APIC_LVT_LINT0(%rsi)
	movl	%eax, PARK_APIC_LVT_LINT1(%rsi)
	cmpb	$3, %cl
	jb	1f
	movl	%eax, PARK_APIC_LVT_ERROR(%rsi)
	cmpb	$4, %cl
	jb	1f
	movl	%eax, PARK_APIC_LVT_PERF(%rsi)
	cmpb	$5, %cl
	jb	1f
	movl	%eax, PARK_APIC_LVT_THERMAL(%rsi)
	cmpb	$6, %cl
	jb	1f
	movl	%eax, PARK_APIC_LVT_CMCI(%rsi)
1:	movl	$PARK_SPIV_OFF, PARK_APIC_SPIV(%rsi)		/* software-disabled */
	ret
	int3

/*
 * Whoever comes next finds nothing pending and nothing in service: takes what is
 * pending, by an IDT in which every vector only says that it is served.  Bounded,
 * as somebody may go on sending.
 */
.Ldrain_lapic:
	movl	$PARK_LAPIC, %esi
	movl	$0, PARK_APIC_TPR(%rsi)
	movl	$PARK_SPIV_ON, PARK_APIC_SPIV(%rsi)
	movl	$1024, %edi
1:	xorl	%eax, %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
2:	orl	PARK_APIC_ISR(%rsi, %rcx), %eax
	orl	PARK_APIC_IRR(%rsi, %rcx), %edx
	addl	$0x10, %ecx
	cmpl	$0x80, %ecx
	jb	2b
	testl	%eax, %eax
	jz	3f
	movl	$0, PARK_APIC_EOI(%rsi)
3:	orl	%edx, %eax
	jz	4f
	sti
	nop
	nop
	cli
	decl	%edi
	jnz	1b
4:	movl	$PARK_SPIV_OFF, PARK_APIC_SPIV(%rsi)
	/* But what comes for the other OS of this core is to stay pending. */
	movl	$(1 << PARK_AWAY), %edx
	OTHER_SEAT
	STATE_IS_IN %ecx
	jnc	5f
	movl	$PARK_SPIV_ON, PARK_APIC_SPIV(%rsi)
5:	ret
	int3

/* Entry from the low page: like the above, but find out which core this is. */
SYM_INNER_LABEL(mint_park_ap, SYM_L_GLOBAL)
	leaq	mint_park_blob(%rip), %rbp
	movl	$1, %eax
	cpuid
	shrl	$24, %ebx			/* initial APIC id */
	movl	PARK_CORES_PADDR(%rbp), %edx
	xorl	%r15d, %r15d
2:	cmpl	PARK_NR_CORES(%rbp), %r15d
	jae	3f
	cmpl	%ebx, PARK_CORE_APIC(%rdx)
	je	.Lwho_was_it
	addl	$(1 << PARK_CORE_SHIFT), %edx
	incl	%r15d
	jmp	2b
3:	cli					/* a core that nobody knows */
	hlt
	jmp	3b

/* INIT stopped who was on it, and that need not be its first seat. */
.Lwho_was_it:
	xorl	%r11d, %r11d
	movl	$PARK_PRESENT, %edx
	STATE_IS_IN %r15d
	jc	.Lpark_core
	OTHER_SEAT
	STATE_IS_IN %ecx
	cmovcl	%ecx, %r15d
	jmp	.Lpark_core

/*
 * One NMI wakes a core.  If it comes between the test and HLT the core must
 * test again, or it would sleep through it; a second NMI could hit a core that
 * has left for a kernel, and has no handler yet.
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

/*
 * A machine check that every core gets: this one has nothing to do
 * with it, and must be ready for the next.
 */
SYM_INNER_LABEL(mint_park_mce, SYM_L_GLOBAL)
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	movl	$MSR_IA32_MCG_STATUS, %ecx
	call	.Lclear_msr
	popq	%rdx
	popq	%rcx
	popq	%rax
	iretq

/* Any interrupt, while the local APIC is drained. */
SYM_INNER_LABEL(mint_park_irq, SYM_L_GLOBAL)
	pushq	%rax
	movl	$(PARK_LAPIC + PARK_APIC_EOI), %eax
	movl	$0, (%rax)
	popq	%rax
	iretq

/*
 * An exception.  The registers that this core does not have, and VMXOFF outside of
 * VMX operation, are skipped: RDMSR and WRMSR have two bytes, VMXOFF has three.
 * Elsewhere, in the loader, it ends what the core does: it finds out who it is, and
 * parks.
 */
SYM_INNER_LABEL(mint_park_fault_code, SYM_L_GLOBAL)
	addq	$8, %rsp
SYM_INNER_LABEL(mint_park_fault, SYM_L_GLOBAL)
	pushq	%rax
	pushq	%rcx
	leaq	mint_park_blob(%rip), %rcx
	movq	16(%rsp), %rax			/* RIP */
	subq	%rcx, %rax
	cmpq	$PARK_CODE_SIZE, %rax
	jae	3f
	addq	%rcx, %rax
	cmpw	$0x300f, (%rax)
	je	2f
	cmpw	$0x320f, (%rax)
	je	2f
	cmpw	$0x010f, (%rax)
	jne	3f
	incq	16(%rsp)
2:	addq	$2, 16(%rsp)
	jmp	4f
3:	leaq	mint_park_ap(%rip), %rax
	movq	%rax, 16(%rsp)
4:	popq	%rcx
	popq	%rax
	iretq

/*
 * Entry from a 64-bit kernel that goes on later: as the one at the first byte.  What it
 * needs then it has said in its seat, struct mint_seat.
 */
	.org	mint_park_blob + PARK_ASIDE, 0xcc
	endbr64
	cli
	leaq	mint_park_blob(%rip), %rbp
	movl	%edi, %r15d
	movl	$1, %r11d
	jmp	.Lpark_core

/*
 * Entry from a 32-bit kernel: protected mode, flat segments, page tables that map this
 * page one to one, EBP = this page, EDI = core number.  Goes on at the first byte.
 * For NMIs on the way see .Lpark_core, and build_idt().
 */
	.org	mint_park_blob + PARK_GATE32, 0xcc
	.code32
	cli
	lidt	PARK_IDT_DESC(%ebp)
	movl	%edi, %eax
	shll	$PARK_STACK_SHIFT, %eax
	leal	(PARK_STACKS + (1 << PARK_STACK_SHIFT))(%ebp, %eax), %esp
	lgdt	PARK_GDT_DESC(%ebp)
	movl	%cr0, %eax
	andl	$~X86_CR0_PG, %eax
	movl	%eax, %cr0
	movl	PARK_CR4_32(%ebp), %eax
	movl	%eax, %cr4
	movl	PARK_CR3_32(%ebp), %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	btsl	$_EFER_LME, %eax
	wrmsr
	lgdt	PARK_GDT_DESC(%ebp)
	movl	%cr0, %eax
	orl	$X86_CR0_PG, %eax
	movl	%eax, %cr0
	ljmpl	*PARK_FAR32(%ebp)
	.balign	4
SYM_INNER_LABEL(mint_park_nmi_32, SYM_L_GLOBAL)
	iretl
	.code64
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
