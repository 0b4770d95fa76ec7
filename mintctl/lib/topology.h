/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which bits of an APIC id say what: threads of one physical core, cores of one package.
 * By CPUID, and so the same for cores that belong to other OSes, of which Linux here
 * knows nothing.
 */
#ifndef MINTCTL_TOPOLOGY_H
#define MINTCTL_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

/* The leaf of CPUID, and how many of its subleaves: threads, cores. */
#define TOPOLOGY_LEAF	0xb
#define TOPOLOGY_LEVELS	2

/* EAX, EBX, ECX, EDX of each. */
struct topology_regs {
	uint32_t reg[TOPOLOGY_LEVELS][4];
};

/**
 * struct topology - how an APIC id is made
 * @known:	the processor says it; else each APIC id counts as a core of its own
 * @smt_shift:	APIC ids that are equal above this bit are threads of one core
 * @package_shift: the same for cores of one package
 */
struct topology {
	bool known;
	unsigned int smt_shift;
	unsigned int package_shift;
};

/* Of the processor that this runs on; false if it does not have the leaf. */
bool topology_ask(struct topology_regs *regs);
void topology_decode(struct topology *t, const struct topology_regs *regs);
/* Both. */
void topology_of_machine(struct topology *t);

/* Numbers that only say whether two APIC ids are in the same one. */
static inline uint32_t topology_core(const struct topology *t, uint32_t apic_id)
{
	return apic_id >> t->smt_shift;
}

static inline uint32_t topology_package(const struct topology *t, uint32_t apic_id)
{
	return t->known ? apic_id >> t->package_shift : 0;
}

#endif /* MINTCTL_TOPOLOGY_H */
