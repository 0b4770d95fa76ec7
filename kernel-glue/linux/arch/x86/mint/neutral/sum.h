/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sum that says whether an image or an order is what it was when it was written.
 * It notices words that were changed, swapped or lost; it is no proof against somebody
 * who wants it to fit, as who can write there can write anywhere.  Cheap, since all of
 * an image is summed up at each start.
 */
#ifndef MINT_SUM_H
#define MINT_SUM_H

#include <mint/clone.h>
#include <mint/launch.h>

#include "neutral/portable.h"

static inline u64 mint_sum_step(u64 sum, u64 word)
{
	return (sum << 9 | sum >> 55) + word;
}

/**
 * mint_sum() - goes on with a sum
 * @sum:	so far; at first the number of words to come, so that none is lost
 * @from:	aligned words
 * @words:	how many
 */
static inline u64 mint_sum(u64 sum, const u64 *from, u64 words)
{
	while (words--)
		sum = mint_sum_step(sum, *from++);
	return sum;
}

/* The sum of @bytes, a multiple of 8, at once. */
static inline u64 mint_sum_of(const void *from, u64 bytes)
{
	return mint_sum(bytes / 8, from, bytes / 8);
}

static inline u64 mint_order_sum(const struct mint_order *o)
{
	return mint_sum_of(o, offsetof(struct mint_order, sum));
}

static inline u64 mint_image_sum(const struct mint_image_record *m)
{
	return mint_sum_of(&m->kind, offsetof(struct mint_image_record, sum) -
				     offsetof(struct mint_image_record, kind));
}

static inline u64 mint_map_sum(const struct mint_memory_map *m)
{
	return mint_sum_of(m, offsetof(struct mint_memory_map, sum));
}

static inline u64 mint_frame_sum(const struct mint_clone_frame *f)
{
	return mint_sum_of(f, offsetof(struct mint_clone_frame, sum));
}

#endif /* MINT_SUM_H */
