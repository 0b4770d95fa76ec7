// SPDX-License-Identifier: GPL-2.0-only
/*
 * Picks cores for a further OS; see pick.h.
 */
#include "model/pick.h"

#define BIT(n)	(1ULL << (n))

/* All cores of the physical core that @core is a thread of. */
static uint64_t group_of(const struct model *m, const struct topology *t, uint32_t core)
{
	const struct machine_info *machine = &m->machine;
	uint32_t id = topology_core(t, machine->apic_id[core]), i;
	uint64_t set = 0;

	for (i = 0; i < machine->nr_cores; i++) {
		if (topology_core(t, machine->apic_id[i]) == id)
			set |= BIT(i);
	}
	return set;
}

static const struct os_info *find_self(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++) {
		if (m->oses[i].self)
			return &m->oses[i];
	}
	return NULL;
}

/* Those that can be had: of @owner only, or with MINT_OS_NONE nobody's. */
static uint64_t cores_of(const struct model *m, uint32_t owner)
{
	uint64_t set = 0;
	uint32_t i;

	for (i = 0; i < m->machine.nr_cores; i++) {
		if (m->machine.owner[i] == owner)
			set |= BIT(i);
	}
	return set;
}

/* Takes cores of @from, the last first; with @whole, physical cores that are all in it. */
static void take(const struct model *m, const struct topology *t, uint64_t from, bool whole,
		 unsigned int nr, uint64_t *cores)
{
	uint64_t left = from & ~*cores, group;
	int core;

	for (core = MINT_MAX_CORES - 1; core >= 0; core--) {
		if (!(left & ~*cores & BIT(core)))
			continue;
		group = whole ? group_of(m, t, core) : BIT(core);
		if (!(group & ~left) && (unsigned int)__builtin_popcountll(*cores | group) <= nr)
			*cores |= group;
	}
}

/* Physical cores of which all threads are in @from: to be broken only when it must be. */
static uint64_t whole_of(const struct model *m, const struct topology *t, uint64_t from)
{
	uint64_t set = 0, group;
	uint32_t core;

	for (core = 0; core < m->machine.nr_cores; core++) {
		group = group_of(m, t, core);
		if (!(group & ~from))
			set |= group;
	}
	return set;
}

unsigned int pick_cores(const struct model *m, const struct topology *t, unsigned int nr,
			uint64_t *cores)
{
	const struct os_info *self = find_self(m);
	uint64_t nobodys = cores_of(m, MINT_OS_NONE), all = nobodys;

	if (self)
		all |= cores_of(m, self->id) & ~BIT(self->boot_core);
	*cores = 0;
	take(m, t, nobodys, true, nr, cores);
	take(m, t, all, true, nr, cores);
	/* What remains is shared with somebody anyway; let it not be the core of the asker. */
	take(m, t, nobodys, false, nr, cores);
	take(m, t, whole_of(m, t, all), false, nr, cores);
	take(m, t, all, false, nr, cores);
	return __builtin_popcountll(all);
}

int pick_find_split(const struct model *m, const struct topology *t, uint64_t cores)
{
	uint32_t core;

	for (core = 0; core < m->machine.nr_cores; core++) {
		if (cores & BIT(core) && group_of(m, t, core) & ~cores)
			return core;
	}
	return -1;
}
