/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutines: each simulated core is one.  swapcontext() would do, were it not
 * for the system call in each of its millions of switches.
 */
#ifndef IRQSIM_CORO_H
#define IRQSIM_CORO_H

#include <stddef.h>

struct coro {
	void *sp;
	void *caller_sp;
	char *stack;
	size_t stack_bytes;
	void (*run)(void *arg);
	void *arg;
};

/* Begins (again) at @run(@arg), which must not return. */
void coro_init(struct coro *coro, void *stack, size_t stack_bytes,
	       void (*run)(void *arg), void *arg);
/* Goes on in @coro until it calls coro_leave(). */
void coro_enter(struct coro *coro);
void coro_leave(struct coro *coro);

#endif /* IRQSIM_CORO_H */
