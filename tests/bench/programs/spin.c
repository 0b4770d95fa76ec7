// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: spin [FROM TO]
 *
 * Prints the TSC; or counts as fast as it can from one value of that to another, and prints
 * how far it came and how often it was away for a while. All OSes of a machine have the same
 * TSC.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <x86intrin.h>

#define STEP	100u

int main(int argc, char **argv)
{
	uint64_t from, to, now, last, away, counted = 0, times = 0;
	volatile unsigned int i;

	if (argc == 1)
		return printf("%llu\n", (unsigned long long)__rdtsc()) < 0;
	if (argc != 3)
		return 2;
	from = strtoull(argv[1], NULL, 0);
	to = strtoull(argv[2], NULL, 0);
	/* A tick takes less, a turn of the other OS longer. */
	away = (to - from) / 2000;
	if (__rdtsc() >= from)
		return 1;
	while ((now = __rdtsc()) < from)
		;
	for (last = now; now < to; last = now) {
		for (i = 0; i < STEP; i++)
			;
		counted++;
		now = __rdtsc();
		times += now - last > away;
	}
	printf("%llu %llu\n", (unsigned long long)counted, (unsigned long long)times);
	return 0;
}
