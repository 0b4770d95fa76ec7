// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: canary fill|check|find|zero|flip ADDRESS SIZE
 *
 * Watches a range of physical memory through /dev/mem.
 *
 *	fill	writes a pattern that is different at each address
 *	check	fails, and says where, if the pattern is not intact
 *	find	fails if no frame of flood.c lies in the range
 *	zero	fails, and says where, if it is not all zeros
 *	flip	changes one bit of the first word
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "flood.h"

#define FRAME_WORDS	100	/* in a row: no chance, and no code */

struct range {
	volatile unsigned long *word;
	unsigned long paddr;
	size_t nr;
};

static unsigned long pattern(const struct range *r, size_t i)
{
	return (r->paddr + i * sizeof(long)) ^ 0xc0ffee00c0ffee00UL;
}

static int fill(const struct range *r)
{
	size_t i;

	for (i = 0; i < r->nr; i++)
		r->word[i] = pattern(r, i);
	return 0;
}

static int check(const struct range *r)
{
	size_t i, bad = 0;

	for (i = 0; i < r->nr; i++) {
		if (r->word[i] == pattern(r, i))
			continue;
		if (bad++ < 4)
			printf("0x%lx was overwritten with 0x%016lx\n",
			       r->paddr + i * sizeof(long), r->word[i]);
	}
	printf("%zu words of %zu were overwritten\n", bad, r->nr);
	return bad != 0;
}

static int zero(const struct range *r)
{
	size_t i, bad = 0;

	for (i = 0; i < r->nr; i++)
		if (r->word[i] && bad++ < 4)
			printf("at 0x%lx there is 0x%016lx\n",
			       r->paddr + i * sizeof(long), r->word[i]);
	printf("%zu words of %zu are not 0\n", bad, r->nr);
	return bad != 0;
}

static int flip(const struct range *r)
{
	r->word[0] ^= 1;
	return 0;
}

/* Frames do not lie on word boundaries. */
static int find(const struct range *r)
{
	const unsigned char *bytes = (const unsigned char *)r->word;
	unsigned long word = FLOOD_WORD;
	const unsigned char *at = bytes, *end = bytes + r->nr * sizeof(long);
	size_t row;

	while ((at = memmem(at, end - at, &word, sizeof(word)))) {
		for (row = 1; row < FRAME_WORDS; row++) {
			at += sizeof(word);
			if (at + sizeof(word) > end || memcmp(at, &word, sizeof(word)))
				break;
		}
		if (row == FRAME_WORDS)
			return 0;
	}
	printf("no frame found\n");
	return 1;
}

static int map(struct range *r, const char *address, const char *size)
{
	int fd = open("/dev/mem", O_RDWR);
	void *p;

	r->paddr = strtoul(address, NULL, 0);
	r->nr = strtoul(size, NULL, 0) / sizeof(long);
	p = mmap(NULL, r->nr * sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED,
		 fd, r->paddr);
	r->word = p;
	if (p != MAP_FAILED)
		return 0;
	perror("canary: /dev/mem");
	return 1;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*fn)(const struct range *r);
	} tasks[] = {
		{ "fill", fill }, { "check", check }, { "find", find },
		{ "zero", zero }, { "flip", flip },
	};
	struct range r;
	size_t i;

	if (argc == 4 && !map(&r, argv[2], argv[3]))
		for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
			if (!strcmp(argv[1], tasks[i].word))
				return tasks[i].fn(&r);
	fputs("usage: canary fill|check|find|zero|flip ADDRESS SIZE\n", stderr);
	return 2;
}
