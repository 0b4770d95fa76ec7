// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of several policies counts for a slot; see rank.h.
 */
#include "base/sbdf.h"
#include "move/rank.h"

/* The lowest one counts; a port further up has one that is higher by the distance. */
enum rank {
	RANK_FUNCTION,
	RANK_SLOT,
	RANK_PORT,
	RANK_CLASS = RANK_PORT + MINT_RANK_MAX_PORTS,
	RANK_NONE,
};

static u32 rank_of_port(const struct mint_rank_ops *ops,
			const struct mint_rank_fn *fn, u32 port)
{
	u32 distance = ops->distance(fn->dev, port);

	return distance < MINT_RANK_MAX_PORTS ? RANK_PORT + distance : RANK_NONE;
}

static u32 rank_of(const struct mint_rank_ops *ops, const struct mint_rank_fn *fn,
		   const struct mint_policy *p)
{
	switch (p->kind) {
	case MINT_POLICY_BDF:
		return p->key == fn->sbdf ? RANK_FUNCTION : RANK_NONE;
	case MINT_POLICY_SLOT:
		return p->key == MINT_SBDF_SLOT(fn->sbdf) ? RANK_SLOT : RANK_NONE;
	case MINT_POLICY_PORT:
		return rank_of_port(ops, fn, p->key);
	default:
		return p->key == fn->class ? RANK_CLASS : RANK_NONE;
	}
}

bool mint_rank_best(const struct mint_rank_ops *ops, const struct mint_rank_fn *fns,
		    u32 nr, struct mint_policy *best)
{
	u32 i, k, rank, lowest = RANK_NONE;
	struct mint_policy p;

	for (k = 0; k < nr; k++)
		for (i = 0; i < MINT_MAX_POLICIES; i++) {
			if (!ops->policy(i, &p))
				continue;
			rank = rank_of(ops, &fns[k], &p);
			if (rank >= lowest)
				continue;
			lowest = rank;
			*best = p;
		}
	return lowest < RANK_NONE;
}
