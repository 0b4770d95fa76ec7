// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: registers SEED SECONDS
 *
 * Puts values made of SEED into every register that a program has, and looks for so long
 * whether they stay: general registers, segment bases, x87 and SSE control, SSE and AVX
 * registers, protection keys, and in a child that is traced the debug registers. Two OSes
 * that have one core by turns run it with different seeds. Prints how often it looked, or
 * what was wrong.
 */
#include <asm/prctl.h>
#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOPS	200000

static uint64_t seed;

static uint64_t value(unsigned int i)
{
	return (seed + i) * 0x9e3779b97f4a7c15ull;
}

static void wrong(const char *what)
{
	printf("wrong: %s\n", what);
	exit(1);
}

/* ---- general registers ------------------------------------------------------------- */

/* All but the stack pointer, compared for LOOPS rounds. */
static void general(void)
{
	uint64_t v[14], bad, i;

	for (i = 0; i < 14; i++)
		v[i] = value(i);
	asm volatile("push %%rbp\n"
		     "mov 0x08(%%rax), %%rbx; mov 0x10(%%rax), %%rcx; mov 0x18(%%rax), %%rdx\n"
		     "mov 0x20(%%rax), %%rsi; mov 0x28(%%rax), %%rdi; mov 0x30(%%rax), %%rbp\n"
		     "mov 0x38(%%rax), %%r8; mov 0x40(%%rax), %%r9; mov 0x48(%%rax), %%r10\n"
		     "mov 0x50(%%rax), %%r11; mov 0x58(%%rax), %%r12; mov 0x60(%%rax), %%r13\n"
		     "mov 0x68(%%rax), %%r14\n"
		     "mov %[loops], %%r15d\n"
		     "1: cmp 0x08(%%rax), %%rbx; jne 2f; cmp 0x10(%%rax), %%rcx; jne 2f\n"
		     "cmp 0x18(%%rax), %%rdx; jne 2f; cmp 0x20(%%rax), %%rsi; jne 2f\n"
		     "cmp 0x28(%%rax), %%rdi; jne 2f; cmp 0x30(%%rax), %%rbp; jne 2f\n"
		     "cmp 0x38(%%rax), %%r8; jne 2f; cmp 0x40(%%rax), %%r9; jne 2f\n"
		     "cmp 0x48(%%rax), %%r10; jne 2f; cmp 0x50(%%rax), %%r11; jne 2f\n"
		     "cmp 0x58(%%rax), %%r12; jne 2f; cmp 0x60(%%rax), %%r13; jne 2f\n"
		     "cmp 0x68(%%rax), %%r14; jne 2f\n"
		     "dec %%r15d; jnz 1b\n"
		     "xor %%eax, %%eax; jmp 3f\n"
		     "2: mov $1, %%eax\n"
		     "3: pop %%rbp\n"
		     : "=&a" (bad)
		     : "0" (v), [loops] "i" (LOOPS)
		     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
		       "r13", "r14", "r15", "memory", "cc");
	if (bad)
		wrong("a general register");
}

/* ---- bases, control, protection keys --------------------------------------------------- */

static void set_control(void)
{
	uint32_t mxcsr = 0x1f80 | (seed & 3) << 13;
	uint16_t cw = 0x37f ^ (seed & 3) << 10;

	if (syscall(SYS_arch_prctl, ARCH_SET_GS, value(20) >> 20))
		wrong("the base of GS cannot be set");
	asm volatile("ldmxcsr %0" : : "m" (mxcsr));
	asm volatile("fldcw %0" : : "m" (cw));
}

static void look_control(void)
{
	unsigned long gs = 0;
	uint32_t mxcsr;
	uint16_t cw;

	asm volatile("stmxcsr %0" : "=m" (mxcsr));
	asm volatile("fnstcw %0" : "=m" (cw));
	/* The bits that are set by what was computed are not looked at. */
	if ((mxcsr & 0xffc0) != (0x1f80 | (seed & 3) << 13))
		wrong("MXCSR");
	if (cw != (0x37f ^ (seed & 3) << 10))
		wrong("the x87 control word");
	if (syscall(SYS_arch_prctl, ARCH_GET_GS, &gs) || gs != value(20) >> 20)
		wrong("the base of GS");
}

static int has_keys(void)
{
	unsigned int a, b, c = 0, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && c & bit_OSPKE;
}

static void look_keys(int set)
{
	uint32_t want = 0x55555554 ^ (seed & 3) << 30, got, edx;

	if (!has_keys())
		return;
	if (set)
		asm volatile("wrpkru" : : "a" (want), "c" (0), "d" (0));
	asm volatile("rdpkru" : "=a" (got), "=d" (edx) : "c" (0));
	if (got != want)
		wrong("PKRU");
}

/* ---- vector registers ------------------------------------------------------------------- */

#define EACH(do)	do(0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) \
			do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15)

/* Loads all, waits in a loop, stores all. */
static void vectors(void)
{
	static uint64_t in[16][4] __attribute__((aligned(32)));
	static uint64_t out[16][4] __attribute__((aligned(32)));
	int avx = __builtin_cpu_supports("avx"), i, k;

	for (i = 0; i < 16; i++)
		for (k = 0; k < 4; k++)
			in[i][k] = value(100 + 4 * i + k);
	memset(out, 0, sizeof(out));
#define LOAD_Y(n)	"vmovdqa " #n "*32(%0), %%ymm" #n "\n"
#define STORE_Y(n)	"vmovdqa %%ymm" #n ", " #n "*32(%1)\n"
#define LOAD_X(n)	"movdqa " #n "*32(%0), %%xmm" #n "\n"
#define STORE_X(n)	"movdqa %%xmm" #n ", " #n "*32(%1)\n"
	if (avx)
		asm volatile(EACH(LOAD_Y)
			     "mov $200000, %%ecx\n1: dec %%ecx; jnz 1b\n"
			     EACH(STORE_Y) "vzeroupper\n"
			     : : "r" (in), "r" (out) : "rcx", "memory", "cc",
			     "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
			     "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	else
		asm volatile(EACH(LOAD_X)
			     "mov $200000, %%ecx\n1: dec %%ecx; jnz 1b\n"
			     EACH(STORE_X)
			     : : "r" (in), "r" (out) : "rcx", "memory", "cc",
			     "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
			     "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	for (i = 0; i < 16; i++)
		if (memcmp(in[i], out[i], avx ? 32 : 16))
			wrong("a vector register");
}

/* ---- debug registers ------------------------------------------------------------------------ */

static volatile int watched[4];

/* In the child: each write must stop it, at each round. */
static void touch_for_ever(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	for (;;)
		watched[seed & 3]++;
}

static void set_watch(pid_t pid)
{
	long at = (long)&watched[seed & 3];

	/* DR0 on writes of four bytes: SDM volume 3, 18.2.4. */
	if (ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg[0]), at) ||
	    ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg[7]), 0xd0001))
		wrong("the debug registers cannot be set");
}

static pid_t start_watched(void)
{
	pid_t pid = fork();

	if (!pid)
		touch_for_ever();
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		wrong("no child to trace");
	set_watch(pid);
	return pid;
}

static void look_watched(pid_t pid)
{
	int status;
	long dr6;

	if (ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid)
		wrong("the child does not go on");
	dr6 = ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user, u_debugreg[6]), 0);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP || !(dr6 & 1))
		wrong("a breakpoint");
}

int main(int argc, char **argv)
{
	unsigned long looked = 0;
	time_t end;
	pid_t pid;

	if (argc != 3)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	end = time(NULL) + atoi(argv[2]);
	pid = start_watched();
	set_control();
	look_keys(1);
	for (; time(NULL) < end; looked++) {
		general();
		vectors();
		look_control();
		look_keys(0);
		look_watched(pid);
	}
	kill(pid, SIGKILL);
	printf("looked %lu times\n", looked);
	return 0;
}
