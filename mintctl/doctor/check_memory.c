// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there room for what a Mint kernel sets aside: windows below 1 MiB, the pool?
 */
#include "doctor/internal.h"
#include "show/format.h"

#define MIB	(1024 * 1024ULL)
/* Two OSes need that much. */
#define LEAST	(512 * MIB)

static void check_low(struct patient *p)
{
	unsigned int nr = map_low_windows(&p->map);
	struct finding *f;

	/* The kernel's own map lacks what Mint has set aside already. */
	if (!p->map.firmware && patient_mint_runs(p))
		return;
	if (nr >= MINT_MAX_OSES - 1)
		return;
	f = report_add(p->report, nr ? FINDING_WARNING : FINDING_ERROR, "low_memory",
		       "memory below 1 MiB");
	f->estimate = true;
	if (nr)
		finding_cause(f, "there is room for %u further OS%s, not %u: each needs a window of 28 KiB there to start its cores",
			      nr, nr == 1 ? "" : "es", MINT_MAX_OSES - 1);
	else
		finding_cause(f, "no 96 KiB between 0x%x and 0x%x are free: further OSes could not start their cores, and Mint stays off",
			      MINT_LOW_MIN, MINT_LOW_MAX);
	finding_advice(f, "Switch off in the firmware's setup what lives there (legacy option ROMs, network boot), or boot by UEFI.");
}

static void check_size(struct patient *p)
{
	uint64_t total = map_total(&p->map);
	struct finding *f;
	char size[32];

	if (total >= LEAST || patient_mint_runs(p))
		return;
	f = report_add(p->report, FINDING_ERROR, "pool", "memory");
	finding_cause(f, "the machine has %s; two OSes need 512M at least",
		      format_size(total, size, sizeof(size)));
	finding_advice(f, "Give the machine more memory.");
}

void check_memory(struct patient *p)
{
	struct finding *f;

	if (p->has_map) {
		check_low(p);
		check_size(p);
		return;
	}
	if (patient_mint_runs(p))
		return;
	f = report_add(p->report, FINDING_NOTE, "pool", "memory map");
	finding_cause(f, "it cannot be read, so nothing is said of the room for the pool");
	finding_advice(f, "Run it as root.");
}
