// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where there is no libFuzzer: inputs for fuzz.c at random, the same ones every
 * time, for as long as libFuzzer would run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_BYTES 2000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state = 88172645463325252ull;

static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 20);
}

int main(void)
{
	static uint8_t input[MAX_BYTES];
	const char *text = getenv("MINT_FUZZ_SECONDS");
	time_t end = time(NULL) + (text ? atoi(text) : 5);
	unsigned int runs = 0;
	size_t size, i;

	for (; time(NULL) < end; runs++) {
		size = next() % MAX_BYTES;
		for (i = 0; i < size; i++)
			input[i] = (uint8_t)next();
		LLVMFuzzerTestOneInput(input, size);
	}
	printf("%u runs\n", runs);
	return 0;
}
