// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to begin with: a value for mint_pool=, and a command for a first further OS of half
 * the cores and half the pool.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/internal.h"
#include "lib/parse.h"
#include "show/format.h"
#include "show/hazard.h"

#define MIB		(1024 * 1024ULL)
#define GRAIN		(128 * MIB)
/* What of a pool no OS gets: the shared area, a slice for DMA, an image. */
#define POOL_KEEPS	(128 * MIB)
/* Less is no use to an OS. */
#define LEAST_MIB	64

/* ---- the pool ------------------------------------------------------------------------ */

/* Half of the memory, or as much as there is a place for; 0: none. */
static uint64_t propose_pool(const struct map *m)
{
	uint64_t size = map_total(m) / 2 / GRAIN * GRAIN;

	while (size && !map_pool_fits(m, size))
		size -= GRAIN;
	return size;
}

/* "mint_pool=1G,512M@0x40000000": how much that is. */
static uint64_t asked_pool(const struct patient *p)
{
	const char *s = patient_parameter(p, "mint_pool=");
	uint64_t total = 0;
	char *end;

	while (s && *s && *s != ' ') {
		uint64_t size = strtoull(s, &end, 0);

		size <<= *end == 'G' || *end == 'g' ? 30 : *end == 'M' || *end == 'm' ? 20 :
			 *end == 'K' || *end == 'k' ? 10 : 0;
		total += size;
		s = end + strcspn(end, ", ");
		s += *s == ',';
	}
	return total;
}

static uint64_t sketch_pool(struct patient *p)
{
	char size[32];
	uint64_t pool;

	if (patient_mint_runs(p))
		return asked_pool(p);
	pool = p->has_map ? propose_pool(&p->map) : 0;
	if (pool) {
		snprintf(p->report->mint_pool, sizeof(p->report->mint_pool), "%lluM",
			 (unsigned long long)(pool / MIB));
	} else if (p->has_map) {
		struct finding *f = report_add(p->report, FINDING_ERROR, "pool", "memory map");

		f->estimate = true;
		finding_cause(f, "there is no free piece of memory below 4 GiB for a pool, of %s in all",
			      format_size(map_total(&p->map), size, sizeof(size)));
		finding_advice(f, "Give the machine more memory, or switch off in the firmware's setup what is mapped below 4 GiB.");
	}
	return pool;
}

/* ---- cores --------------------------------------------------------------------------- */

static uint32_t core_id(const struct cpus *c, unsigned int i)
{
	return topology_core(&c->topology, c->core[i].apic_id);
}

/* How many physical cores there are up to entry @nr. */
static unsigned int count_cores(const struct cpus *c, unsigned int nr)
{
	unsigned int i, k, found = 0;

	for (i = 0; i < nr; i++) {
		for (k = 0; k < i && core_id(c, k) != core_id(c, i); k++)
			;
		found += k == i;
	}
	return found;
}

/* The upper half of the physical cores, never that of core 0. */
static uint64_t choose_cores(const struct cpus *c)
{
	unsigned int nr = c->nr < MINT_MAX_CORES ? c->nr : MINT_MAX_CORES;
	unsigned int half = (count_cores(c, nr) + 1) / 2, i, k;
	uint64_t chosen = 0;

	for (i = 0; i < nr; i++) {
		for (k = 0; core_id(c, k) != core_id(c, i); k++)
			;
		/* @k is the first thread of that core. */
		if (k && count_cores(c, k) >= half && c->core[i].number < MINT_MAX_CORES)
			chosen |= 1ULL << c->core[i].number;
	}
	return chosen;
}

/* A machine whose cores are shared out already needs no proposal. */
static bool has_one_owner(const struct cpus *c)
{
	unsigned int i;

	for (i = 1; i < c->nr; i++) {
		if (strcmp(c->core[i].owner, c->core[0].owner))
			return false;
	}
	return true;
}

/* ---- devices ------------------------------------------------------------------------- */

static bool is_class(const struct dev_info *dev, uint32_t class)
{
	return dev->class_rev >> 24 == class;
}

/* It goes alone, interrupts by messages and can be reset. */
static bool is_easy(const struct census *c, const struct dev_info *dev)
{
	return census_may_move(dev) && !(dev->flags & MINT_DEVF_SIBLINGS) &&
	       dev->flags & (MINT_DEVF_MSI | MINT_DEVF_MSIX) &&
	       strcmp(hazard_reset(&c->m, dev), "none");
}

/* The last network function, if the first OS keeps another one; NULL: none. */
static const struct dev_info *choose_nic(const struct census *c)
{
	const struct dev_info *chosen = NULL;
	unsigned int i, nr = 0;

	for (i = 0; i < c->m.nr_devs; i++) {
		if (!is_class(&c->m.devs[i], 0x02))
			continue;
		nr++;
		if (is_easy(c, &c->m.devs[i]))
			chosen = &c->m.devs[i];
	}
	return nr > 1 ? chosen : NULL;
}

/* ---- all ----------------------------------------------------------------------------- */

void sketch(struct patient *p)
{
	uint64_t pool, memory_mib, cores = choose_cores(&p->cpus);
	const struct dev_info *nic = choose_nic(&p->census);
	char list[256], bdf[BDF_LEN];

	if (p->further)
		return;
	pool = sketch_pool(p);
	memory_mib = pool > POOL_KEEPS ? (pool - POOL_KEEPS) / 2 / (2 * MIB) * 2 : 0;
	if (!cores || memory_mib < LEAST_MIB || !has_one_owner(&p->cpus))
		return;
	report_command(p->report, "# A first further OS: half the cores, half the pool.");
	report_command(p->report, "mintctl os create os2 --cores %s --memory %lluM%s%s",
		       format_cores(cores, false, list, sizeof(list)),
		       (unsigned long long)memory_mib, nic ? " --dev " : "",
		       nic ? format_bdf(nic->sbdf, bdf) : "");
}
