/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks have in common: what was read of the machine, once for all of them.
 */
#ifndef MINTCTL_DOCTOR_INTERNAL_H
#define MINTCTL_DOCTOR_INTERNAL_H

#include "doctor/census.h"
#include "doctor/cpus.h"
#include "doctor/lines.h"
#include "doctor/map.h"
#include "doctor/report.h"
#include "doctor/tree.h"

/* What is known of Mint in the kernel that runs. */
enum mint_here {
	MINT_RUNS,
	MINT_RUNS_UNSEEN,	/* its files cannot be read */
	MINT_IS_OFF,		/* it was asked for, and could not */
	MINT_NOT_ASKED,		/* a Mint kernel without mint_pool= */
	MINT_NOT_BUILT,		/* another kernel */
};

/**
 * struct patient - the machine
 * @further:	this OS was started by another one and has not seen the firmware
 * @cmdline:	of the kernel that runs
 * @has_map:	@map could be read
 */
struct patient {
	struct tree *tree;
	struct report *report;
	enum mint_here mint;
	bool further;
	char cmdline[4096];
	struct cpus cpus;
	struct lines lines;
	struct census census;
	struct map map;
	bool has_map;
};

#define ACPI_TABLES	"sys/firmware/acpi/tables"

/* A word of the kernel's command line; with = at its end, one that begins so.  NULL: none. */
const char *patient_parameter(const struct patient *p, const char *word);
bool patient_mint_runs(const struct patient *p);

/* Each adds what it finds to the report. */
void check_mint(struct patient *p);
void check_processor(struct patient *p);
void check_firmware(struct patient *p);
void check_iommu(struct patient *p);
void check_memory(struct patient *p);
void check_functions(struct patient *p);
void check_lines(struct patient *p);
void check_watchdogs(struct patient *p);
/* A value for mint_pool=, a first further OS. */
void sketch(struct patient *p);

#endif /* MINTCTL_DOCTOR_INTERNAL_H */
