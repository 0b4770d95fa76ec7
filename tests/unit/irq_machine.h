/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests on the simulated machine have in common: short names, and machines of one chip
 * that re-arm shared lines in one of the ways there are.
 */
#ifndef IRQ_MACHINE_H
#define IRQ_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../irqsim/sim.h"

#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
#define TIMEOUT_MS	20u
#define US		1000ull
#define MS		1000000ull
#define S		1000000000ull

/**
 * struct way - a way of re-arming, and the machine it needs
 */
struct way {
	const char *name;
	uint32_t rearm;
	uint32_t version;
	bool directed;
};

static const struct way ways[] = {
	{ "self-ipi", MINT_REARM_SELF_IPI, 0x20, false },
	{ "mask", MINT_REARM_MASK, 0x20, false },
	{ "mask on an old chip", MINT_REARM_MASK, 0x11, false },
	{ "directed", MINT_REARM_DIRECTED, 0x20, true },
};

#define for_each_way(way) \
	for (way = ways; way < ways + sizeof(ways) / sizeof(*ways); way++)

/* Without OSes. */
static inline struct sim *machine_of_way(const struct way *way, uint64_t seed)
{
	struct sim *sim = sim_new(seed);
	struct mint_irqt_header *header = sim->table;

	sim->can_direct = way->directed;
	sim_add_chip(sim, 0, 24, way->version);
	sim_build(sim);
	header->rearm = way->rearm;
	header->timeout_ms = TIMEOUT_MS;
	return sim;
}

static inline void end(struct sim *sim)
{
	assert_string_equal(sim->violation, "");
	sim_free(sim);
}

static inline struct irql *layer(struct sim *sim, uint32_t os)
{
	return &sim->os[os].l;
}

/* Of an OS, the first one. */
static inline struct sim_core *core(struct sim *sim, uint32_t os)
{
	return sim->os[os].core[0];
}

#endif /* IRQ_MACHINE_H */
