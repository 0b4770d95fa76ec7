/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the memory of an OS may lie.  Pure: the pool and what is taken of it are
 * arguments; the same in the kernel and in tests on a host.
 */
#ifndef MINT_PLACING_H
#define MINT_PLACING_H

#include <mint/abi.h>

#include "neutral/portable.h"
#include "neutral/range.h"

/* Smallest main range: the kernel, its initrd and something to live on. */
#define MINT_MAIN_MIN	SZ_64M
/* For devices that cannot address memory above 4 GiB. */
#define MINT_DMA_SLICE	SZ_64M

/* The shared area and images as users of memory. */
#define MINT_USER_SHM	U32_MAX
#define MINT_USER_IMAGE	(U32_MAX - 1)

/**
 * struct mint_taken - memory that is in use
 * @range:	size 0: none
 * @user:	id of an OS, or MINT_USER_*
 */
struct mint_taken {
	struct mint_range range;
	u32 user;
};

/**
 * struct mint_pool - what can be had
 * @ranges:	all there is, MINT_MAX_POOL_RANGES of them; none goes beyond 2^64
 * @taken:	what is taken of it, @nr_taken of them
 */
struct mint_pool {
	const struct mint_range *ranges;
	const struct mint_taken *taken;
	u32 nr_taken;
};

/**
 * struct mint_place - memory of one OS
 * @main:	where it lives
 * @dma:	slice below 4 GiB, if @main lies above, and is not all; else size 0
 * @user:	who has part of what was asked for; MINT_OS_NONE: nobody
 */
struct mint_place {
	struct mint_range main;
	struct mint_range dma;
	u32 user;
};

/**
 * mint_place_find() - find memory for an OS
 * @pool:	what can be had
 * @base:	where it has to be, inside the pool; 0: the lowest good place
 * @size:	how much of it, MINT_MAIN_MIN or more, a multiple of 2 MiB
 * @one_piece:	without a slice below 4 GiB, wherever it is; a place that is chosen lies on
 *		a boundary of 128 MiB
 * @place:	gets what was found
 *
 * Return: 0, -ENOMEM (there is no such piece, or @place->user has some of it), or
 * -ENOSPC (nothing is left for the DMA slice).
 */
int mint_place_find(const struct mint_pool *pool, u64 base, u64 size, bool one_piece,
		    struct mint_place *place);

/**
 * mint_place_low() - find memory for an OS whose kernel reaches no further than it must
 * @pool:	what can be had
 * @size:	as for mint_place_find()
 *
 * Return: the lowest free address, or 0: there is none below 4 GiB.
 */
u64 mint_place_low(const struct mint_pool *pool, u64 size);

/**
 * mint_place_image() - find memory for an image
 * @pool:	what can be had
 * @size:	how much of it, a multiple of 2 MiB
 *
 * The highest place, as OSes get the lowest: what is left between them stays in one
 * piece.
 *
 * Return: its address, or 0: there is none.
 */
u64 mint_place_image(const struct mint_pool *pool, u64 size);

#endif /* MINT_PLACING_H */
