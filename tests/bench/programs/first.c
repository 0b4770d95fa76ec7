// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first program of a kernel whose start is measured: its first instruction reads the
 * clock, the next ones write it into the kernel's log ("way: first TSC"), and /init is what
 * comes then. No libc, whose start-up code would come before that.
 */
#include <asm/unistd.h>
#include <fcntl.h>

void first(unsigned long tsc, long *stack);

asm(".globl _start\n"
    "_start:\n"
    "	rdtsc\n"
    "	shl $32, %rdx\n"
    "	or %rdx, %rax\n"
    "	mov %rax, %rdi\n"
    "	mov %rsp, %rsi\n"
    "	and $-16, %rsp\n"
    "	call first\n");

static long call(long nr, long a, long b, long c, long d, long e)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "0" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8)
		     : "rcx", "r11", "memory");
	return ret;
}

/* At its end; returns where it begins. */
static char *put_number(char *end, unsigned long value)
{
	do {
		*--end = '0' + value % 10;
		value /= 10;
	} while (value);
	return end;
}

/* @stack: argc, argv, NULL, environment, NULL */
void first(unsigned long tsc, long *stack)
{
	static const char text[] = "<0>way: first ";
	char line[64], *end = line + sizeof(line), *at;
	long fd, i;

	*--end = '\n';
	at = put_number(end, tsc);
	for (i = sizeof(text) - 2; i >= 0; i--)
		*--at = text[i];
	call(__NR_mount, (long)"devtmpfs", (long)"/dev", (long)"devtmpfs", 0, 0);
	fd = call(__NR_open, (long)"/dev/kmsg", O_WRONLY, 0, 0, 0);
	call(__NR_write, fd, (long)at, end + 1 - at, 0, 0);
	call(__NR_close, fd, 0, 0, 0, 0);
	call(__NR_execve, (long)"/init", (long)(stack + 1), (long)(stack + stack[0] + 2), 0, 0);
	call(__NR_exit, 1, 0, 0, 0, 0);
}
