/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which of several policies counts for a slot.  Pure: policies and functions are
 * arguments; the same in the kernel and in tests on a host.
 */
#ifndef MINT_RANK_H
#define MINT_RANK_H

#include <mint/abi.h>

#include "neutral/portable.h"

/* More bridges than that are not above a function: there are no more buses. */
#define MINT_RANK_MAX_PORTS	256u

/**
 * struct mint_rank_fn - a function of the slot
 * @sbdf:	where it is
 * @class:	class << 8 | subclass
 * @dev:	for struct mint_rank_ops
 */
struct mint_rank_fn {
	u32 sbdf;
	u32 class;
	void *dev;
};

/**
 * struct mint_rank_ops - what has to be asked
 * @policy:	copies policy @i, below MINT_MAX_POLICIES; whether there is one
 * @distance:	how many bridges are between function @dev and the port @sbdf above
 *		it; MINT_RANK_MAX_PORTS or more when that is not above it
 */
struct mint_rank_ops {
	bool (*policy)(u32 i, struct mint_policy *p);
	u32 (*distance)(void *dev, u32 sbdf);
};

/**
 * mint_rank_best() - find the policy that counts for a slot
 * @ops:	policies, ports
 * @fns:	functions of the slot, the lowest first: of policies that are equally
 *		specific it decides
 * @nr:		how many
 * @best:	gets the policy
 *
 * Return: whether there is one.
 */
bool mint_rank_best(const struct mint_rank_ops *ops, const struct mint_rank_fn *fns,
		    u32 nr, struct mint_policy *best);

#endif /* MINT_RANK_H */
