// SPDX-License-Identifier: GPL-2.0-only
/* Coroutines for x86-64 and i386: what a function call must keep, and the stack. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "coro.h"

void coro_switch(void **save_sp, void *sp);
void coro_first(void);

#ifdef __x86_64__

asm(".text\n"
    ".globl coro_switch\n"
    ".type coro_switch, @function\n"
    "coro_switch:\n"
    "	push %rbp\n"
    "	push %rbx\n"
    "	push %r12\n"
    "	push %r13\n"
    "	push %r14\n"
    "	push %r15\n"
    "	mov %rsp, (%rdi)\n"
    "	mov %rsi, %rsp\n"
    "	pop %r15\n"
    "	pop %r14\n"
    "	pop %r13\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	pop %rbp\n"
    "	ret\n"
    ".size coro_switch, . - coro_switch\n"
    /* Where a coroutine begins: its struct is in rbx. */
    ".globl coro_first\n"
    ".type coro_first, @function\n"
    "coro_first:\n"
    "	mov %rbx, %rdi\n"
    "	call coro_run\n"
    "	ud2\n"
    ".size coro_first, . - coro_first\n"
    ".section .note.GNU-stack, \"\", @progbits\n"
    ".text\n");

/* What coro_switch() takes from a new stack, in this order, before it returns. */
#define NR_KEPT		6
#define KEPT_STRUCT	4	/* rbx */

#else /* i386 */

asm(".text\n"
    ".globl coro_switch\n"
    ".type coro_switch, @function\n"
    "coro_switch:\n"
    "	push %ebp\n"
    "	push %ebx\n"
    "	push %esi\n"
    "	push %edi\n"
    "	mov 20(%esp), %eax\n"
    "	mov 24(%esp), %edx\n"
    "	mov %esp, (%eax)\n"
    "	mov %edx, %esp\n"
    "	pop %edi\n"
    "	pop %esi\n"
    "	pop %ebx\n"
    "	pop %ebp\n"
    "	ret\n"
    ".size coro_switch, . - coro_switch\n"
    /* Where a coroutine begins: its struct is in ebx. */
    ".globl coro_first\n"
    ".type coro_first, @function\n"
    "coro_first:\n"
    "	sub $12, %esp\n"
    "	push %ebx\n"
    "	call coro_run\n"
    "	ud2\n"
    ".size coro_first, . - coro_first\n"
    ".section .note.GNU-stack, \"\", @progbits\n"
    ".text\n");

/* What coro_switch() takes from a new stack, in this order, before it returns. */
#define NR_KEPT		4
#define KEPT_STRUCT	2	/* ebx */

#endif

void coro_run(struct coro *coro);

__attribute__((used)) void coro_run(struct coro *coro)
{
	coro->run(coro->arg);
	abort();
}

void coro_init(struct coro *coro, void *stack, size_t stack_bytes,
	       void (*run)(void *arg), void *arg)
{
	uintptr_t top = ((uintptr_t)stack + stack_bytes) & ~(uintptr_t)15;
	uintptr_t *sp = (uintptr_t *)top;

	coro->stack = stack;
	coro->stack_bytes = stack_bytes;
	coro->run = run;
	coro->arg = arg;
	/* coro_first() is returned to: on its entry the stack is aligned. */
	*--sp = (uintptr_t)coro_first;
	sp -= NR_KEPT;
	memset(sp, 0, NR_KEPT * sizeof(*sp));
	sp[KEPT_STRUCT] = (uintptr_t)coro;
	coro->sp = sp;
}

void coro_enter(struct coro *coro)
{
	coro_switch(&coro->caller_sp, coro->sp);
}

void coro_leave(struct coro *coro)
{
	coro_switch(&coro->sp, coro->caller_sp);
}
