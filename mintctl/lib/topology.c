// SPDX-License-Identifier: GPL-2.0-only
/*
 * The structure of APIC ids by CPUID leaf 0Bh (Intel SDM 3A, 9.9; AMD has the same leaf).
 */
#include <cpuid.h>
#include <string.h>

#include "lib/topology.h"

#define TYPE_SMT	1
#define TYPE_CORE	2

bool topology_ask(struct topology_regs *regs)
{
	unsigned int level;
	uint32_t *r;

	memset(regs, 0, sizeof(*regs));
	for (level = 0; level < TOPOLOGY_LEVELS; level++) {
		r = regs->reg[level];
		if (!__get_cpuid_count(TOPOLOGY_LEAF, level, &r[0], &r[1], &r[2], &r[3]))
			return false;
	}
	return true;
}

static unsigned int type_of(const uint32_t *r)
{
	/* A level without processors ends the list. */
	return r[1] & 0xffff ? r[2] >> 8 & 0xff : 0;
}

void topology_decode(struct topology *t, const struct topology_regs *regs)
{
	const uint32_t *threads = regs->reg[0], *cores = regs->reg[1];

	memset(t, 0, sizeof(*t));
	if (type_of(threads) != TYPE_SMT)
		return;
	t->known = true;
	t->smt_shift = threads[0] & 0x1f;
	t->package_shift = type_of(cores) == TYPE_CORE ? cores[0] & 0x1f : t->smt_shift;
}

void topology_of_machine(struct topology *t)
{
	struct topology_regs regs;

	if (!topology_ask(&regs))
		memset(&regs, 0, sizeof(regs));
	topology_decode(t, &regs);
}
