// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: raise ADDRESS N
 *
 * Raises N interrupts of a QEMU edu device, whose registers lie at that physical address,
 * past the OS that has it: each when the last was acknowledged. So they come whether that
 * OS is on its core or not. Prints how many were acknowledged within 10 s, and the largest
 * and the median time that took, in microseconds.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define STATUS		(0x24 / 4)
#define RAISE		(0x60 / 4)
#define PATIENCE_US	10000000ull

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Microseconds until it was acknowledged, or PATIENCE_US. */
static uint64_t raise_one(volatile uint32_t *regs)
{
	uint64_t start = now_us(), passed = 0;

	regs[RAISE] = 1;
	while (regs[STATUS] && passed < PATIENCE_US)
		passed = now_us() - start;
	return passed;
}

int main(int argc, char **argv)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC), n, i;
	volatile uint32_t *regs;
	uint64_t *took;

	if (argc != 3 || fd < 0)
		return 2;
	n = atoi(argv[2]);
	took = calloc(n, sizeof(*took));
	regs = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    strtoull(argv[1], NULL, 0));
	if (!took || regs == MAP_FAILED)
		return 2;
	for (i = 0; i < n; i++) {
		took[i] = raise_one(regs);
		if (took[i] >= PATIENCE_US)
			break;
	}
	n = i;
	qsort(took, n, sizeof(*took), by_size);
	printf("%d acknowledged, largest %llu us, median %llu us\n", n,
	       n ? (unsigned long long)took[n - 1] : 0, n ? (unsigned long long)took[n / 2] : 0);
	return 0;
}
