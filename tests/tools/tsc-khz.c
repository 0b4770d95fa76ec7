// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the frequency of this machine's time stamp counter in kHz; under TCG
 * it is the guest's, too. Fails where there is none.
 *
 * The guest would count it against an emulated timer, and be wrong by far when
 * it is not run for a while meanwhile.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define SPAN_NS		20000000
#define ROUNDS		20

#if defined(__x86_64__)
#include <x86intrin.h>

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Both clocks at one moment: the reading that was interrupted the least. */
static void read_clocks(int64_t *ns, uint64_t *cycles)
{
	int64_t best = INT64_MAX;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		int64_t before = now_ns();
		uint64_t tsc = __rdtsc();
		int64_t after = now_ns();

		if (after - before < best) {
			best = after - before;
			*ns = before + best / 2;
			*cycles = tsc;
		}
	}
}

int main(void)
{
	int64_t from_ns, to_ns;
	uint64_t from, to;

	read_clocks(&from_ns, &from);
	do
		read_clocks(&to_ns, &to);
	while (to_ns - from_ns < SPAN_NS);
	printf("%.0f\n", (double)(to - from) * 1e6 / (to_ns - from_ns));
	return 0;
}
#else
int main(void)
{
	return 1;
}
#endif
