/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which cores a further OS gets when only their number is said.
 */
#ifndef MINTCTL_PICK_H
#define MINTCTL_PICK_H

#include "lib/topology.h"
#include "model/model.h"

/*
 * Of the cores that are nobody's or of the OS that asks, but the one that it boots on:
 * whole physical cores first, of these nobody's first, and from the last one down.
 * Returns how many there are to be had, which may be less than @nr; *cores is right only
 * if it is not.
 */
unsigned int pick_cores(const struct model *m, const struct topology *t, unsigned int nr,
			uint64_t *cores);
/* A core of @cores that shares a physical core with one outside; -1: none. */
int pick_find_split(const struct model *m, const struct topology *t, uint64_t cores);

#endif /* MINTCTL_PICK_H */
