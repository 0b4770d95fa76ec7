/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "machine show" says of a core, for its text and its JSON.
 */
#ifndef MINTCTL_MACHINE_CELLS_H
#define MINTCTL_MACHINE_CELLS_H

#include "lib/topology.h"
#include "model/model.h"

/* A machine, and what the bits of its APIC ids mean. */
struct machine_view {
	const struct model *m;
	const struct topology *topology;
};

/* The other threads of its physical core, as a set of machine core numbers. */
uint64_t machine_siblings(const struct machine_view *v, uint32_t core);
/* The OS that boots on it, NULL if none does. */
const struct os_info *machine_boots(const struct machine_view *v, uint32_t core);
/* The OS that mintctl runs in, NULL if the kernel does not say. */
const struct os_info *machine_self(const struct machine_view *v);

#endif /* MINTCTL_MACHINE_CELLS_H */
