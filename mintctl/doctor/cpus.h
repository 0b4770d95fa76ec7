/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processors of a machine, as its kernel tells of them; and whose they are, if Mint runs.
 */
#ifndef MINTCTL_CPUS_H
#define MINTCTL_CPUS_H

#include <mint/abi.h>

#include "doctor/tree.h"
#include "lib/topology.h"

/* More may be there than Mint will use. */
#define MAX_CPUS	1024

/**
 * struct core_place - a core that Mint or this kernel tells of
 * @number:	Mint's number of it; without Mint, Linux's
 * @apic_id:	of its local APIC
 * @owner:	name of the OS that has it; empty without Mint
 */
struct core_place {
	uint32_t number;
	uint32_t apic_id;
	char owner[MINT_NAME_LEN];
};

/**
 * struct cpus - all that is asked about them
 * @nr_present:	how many the machine has, 0 if that is not known
 * @core, @nr:	those that Mint knows, or else those that are online
 * @topology:	how their APIC ids are made
 * @has_info:	/proc/cpuinfo could be read, what follows is of it
 */
struct cpus {
	unsigned int nr_present;
	struct core_place core[MAX_CPUS];
	unsigned int nr;
	struct topology topology;
	bool has_info;
	bool apic;
	bool x2apic;
	bool tsc;
	bool constant_tsc;
	bool nonstop_tsc;
	bool hypervisor;
};

void cpus_read(struct cpus *c, struct tree *t);

#endif /* MINTCTL_CPUS_H */
