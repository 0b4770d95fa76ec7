/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of a machine by the map of its firmware, and where in it a Mint kernel would
 * put what it sets aside.  That kernel also knows what the boot loader has put where; what
 * is said here is an estimate.
 */
#ifndef MINTCTL_MAP_H
#define MINTCTL_MAP_H

#include "doctor/tree.h"

#define MAP_MAX		256

struct map_range {
	uint64_t base;
	uint64_t size;
};

/**
 * struct map - ranges of usable memory
 * @ram, @nr:	in order, none beside another one
 * @firmware:	it is the firmware's map, not that of the kernel
 */
struct map {
	struct map_range ram[MAP_MAX];
	unsigned int nr;
	bool firmware;
};

/* False if neither map can be read. */
bool map_read(struct map *m, struct tree *t);
uint64_t map_total(const struct map *m);
/* How many windows below 1 MiB there will be, each for one further OS. */
unsigned int map_low_windows(const struct map *m);
/* Whether "mint_pool=@size" finds its place. */
bool map_pool_fits(const struct map *m, uint64_t size);

#endif /* MINTCTL_MAP_H */
