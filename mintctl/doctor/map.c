// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory map, and where the pool and the windows below 1 MiB would go: as Mint's
 * base/pool.c and base/low.c place them.
 */
#include <mint/abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/map.h"

#define KIB		1024ULL
#define MIB		(1024 * KIB)
#define FOUR_GIB	(4096 * MIB)

/* ---- reading ----------------------------------------------------------------------- */

static void add(struct map *m, uint64_t first, uint64_t last)
{
	if (m->nr == MAP_MAX || last < first)
		return;
	m->ram[m->nr].base = first;
	m->ram[m->nr++].size = last - first + 1;
}

struct reading {
	struct map *map;
	struct tree *tree;
};

static void read_entry(void *arg, const char *name)
{
	char path[TREE_PATH], type[32];
	uint64_t first, last;
	struct reading *r = arg;

	snprintf(path, sizeof(path), "sys/firmware/memmap/%s/type", name);
	if (!tree_line(r->tree, path, type, sizeof(type)) || strcmp(type, "System RAM"))
		return;
	snprintf(path, sizeof(path), "sys/firmware/memmap/%s/start", name);
	if (!tree_number(r->tree, path, &first))
		return;
	snprintf(path, sizeof(path), "sys/firmware/memmap/%s/end", name);
	if (tree_number(r->tree, path, &last))
		add(r->map, first, last);
}

/* "00100000-7fffffff : System RAM"; who is not root sees zeros. */
static void read_iomem(struct map *m, struct tree *t)
{
	char *text = tree_text(t, "proc/iomem", NULL), *rest = text, *line;
	unsigned long long first, last;
	int end = 0;

	while (rest && (line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%llx-%llx : %n", &first, &last, &end) == 2 &&
		    line[0] != ' ' && last && !strcmp(line + end, "System RAM"))
			add(m, first, last);
	}
	free(text);
}

static int by_base(const void *a, const void *b)
{
	const struct map_range *x = a, *y = b;

	return (x->base > y->base) - (x->base < y->base);
}

/* Ranges that touch become one. */
static void join(struct map *m)
{
	unsigned int i, nr = 0;

	qsort(m->ram, m->nr, sizeof(m->ram[0]), by_base);
	for (i = 0; i < m->nr; i++) {
		struct map_range *last = nr ? &m->ram[nr - 1] : NULL;

		if (last && last->base + last->size >= m->ram[i].base) {
			uint64_t end = m->ram[i].base + m->ram[i].size;

			if (end > last->base + last->size)
				last->size = end - last->base;
		} else {
			m->ram[nr++] = m->ram[i];
		}
	}
	m->nr = nr;
}

bool map_read(struct map *m, struct tree *t)
{
	struct reading r = { m, t };

	memset(m, 0, sizeof(*m));
	tree_each(t, "sys/firmware/memmap", read_entry, &r);
	m->firmware = m->nr > 0;
	if (!m->nr)
		read_iomem(m, t);
	join(m);
	return m->nr > 0;
}

uint64_t map_total(const struct map *m)
{
	uint64_t total = 0;
	unsigned int i;

	for (i = 0; i < m->nr; i++)
		total += m->ram[i].size;
	return total;
}

/* ---- places ------------------------------------------------------------------------ */

static bool is_ram(const struct map *m, uint64_t base, uint64_t size)
{
	unsigned int i;

	for (i = 0; i < m->nr; i++) {
		if (base >= m->ram[i].base && size <= m->ram[i].size &&
		    base - m->ram[i].base <= m->ram[i].size - size)
			return true;
	}
	return false;
}

/* What Linux leaves for its own trampoline, and the grain of that search. */
#define LEFT_FOR_FIRST	(64 * KIB)
#define PAGE		(4 * KIB)

static uint64_t low_place(const struct map *m, uint64_t size, uint64_t from, uint64_t to)
{
	uint64_t base;

	for (base = from; base + size <= to; base += PAGE) {
		if (is_ram(m, base, size))
			return base;
	}
	return 0;
}

static uint64_t low_end(const struct map *m)
{
	uint64_t base;

	for (base = MINT_LOW_MAX - LEFT_FOR_FIRST; base >= MINT_LOW_MIN; base -= PAGE) {
		if (is_ram(m, base, LEFT_FOR_FIRST))
			return base;
	}
	return 0;
}

unsigned int map_low_windows(const struct map *m)
{
	uint64_t end = low_end(m), park = low_place(m, PAGE, MINT_LOW_MIN, end);
	uint64_t from = park + PAGE, base;
	unsigned int nr = 0;

	while (park && nr < MINT_MAX_OSES) {
		base = low_place(m, MINT_LOW_WINDOW_SIZE, from, end);
		if (!base)
			break;
		from = base + MINT_LOW_WINDOW_SIZE;
		nr++;
	}
	return nr;
}

/* Below is the kernel; what else may be in a piece is not known, so some of it is left. */
#define POOL_FROM	(64 * MIB)
#define POOL_SLACK	(128 * MIB)
#define POOL_LOW_MIN	(2 * (uint64_t)MINT_SHM_SIZE)
#define POOL_LOW_MAX	(512 * MIB)

/* The largest piece of memory in [@from, @to). */
static uint64_t largest_in(const struct map *m, uint64_t from, uint64_t to)
{
	uint64_t largest = 0, base, end;
	unsigned int i;

	for (i = 0; i < m->nr; i++) {
		base = m->ram[i].base > from ? m->ram[i].base : from;
		end = m->ram[i].base + m->ram[i].size;
		if (end > to)
			end = to;
		if (end > base && end - base > largest)
			largest = end - base;
	}
	return largest;
}

bool map_pool_fits(const struct map *m, uint64_t size)
{
	uint64_t below = largest_in(m, POOL_FROM, FOUR_GIB);
	uint64_t above = largest_in(m, FOUR_GIB, UINT64_MAX), low = size / 4;

	if (low > POOL_LOW_MAX)
		low = POOL_LOW_MAX;
	if (low < POOL_LOW_MIN)
		low = POOL_LOW_MIN;
	if (above && size > low && above >= size - low)
		return below >= low + POOL_SLACK;
	return below >= size + POOL_SLACK;
}
