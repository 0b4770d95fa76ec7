// SPDX-License-Identifier: GPL-2.0-only
/* Coroutines for x86-64: what a function call must keep, and the stack. */
#include <stdint.h>
#include <stdlib.h>

#include "coro.h"

void coro_switch(void **save_sp, void *sp);
void coro_first(void);

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
	uint64_t *sp = (uint64_t *)top;

	coro->stack = stack;
	coro->stack_bytes = stack_bytes;
	coro->run = run;
	coro->arg = arg;
	/* coro_first() is returned to: on its entry the stack is aligned. */
	*--sp = (uint64_t)(uintptr_t)coro_first;
	*--sp = 0;				/* rbp */
	*--sp = (uint64_t)(uintptr_t)coro;	/* rbx */
	*--sp = 0;				/* r12 */
	*--sp = 0;
	*--sp = 0;
	*--sp = 0;				/* r15 */
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
