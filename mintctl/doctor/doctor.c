// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the machine, then makes one check after the other.
 */
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/internal.h"
#include "lib/msg.h"

/* So ends the line of /proc/kallsyms that every kernel with Mint has. */
#define MINT_SYMBOL	" mint_os_create"

const char *patient_parameter(const struct patient *p, const char *word)
{
	size_t len = strlen(word);
	bool prefix = word[len - 1] == '=';
	const char *s = p->cmdline;

	while ((s = strstr(s, word))) {
		bool begins = s == p->cmdline || s[-1] == ' ';

		if (begins && (prefix || !s[len] || s[len] == ' '))
			return s + len;
		s += len;
	}
	return NULL;
}

bool patient_mint_runs(const struct patient *p)
{
	return p->mint == MINT_RUNS || p->mint == MINT_RUNS_UNSEEN;
}

static enum mint_here find_mint(struct tree *t)
{
	char line[200];

	if (tree_line(t, "sys/kernel/mint/cores", line, sizeof(line)))
		return MINT_RUNS;
	if (tree_has(t, "sys/kernel/mint"))
		return MINT_RUNS_UNSEEN;
	if (tree_has(t, "sys/kernel/mint_off"))
		return MINT_IS_OFF;
	return tree_line_ends(t, "proc/kallsyms", MINT_SYMBOL) ? MINT_NOT_ASKED :
	       MINT_NOT_BUILT;
}

static void read_patient(struct patient *p)
{
	tree_line(p->tree, "proc/cmdline", p->cmdline, sizeof(p->cmdline));
	p->mint = find_mint(p->tree);
	/* The first OS has ACPI also when it has started again beside others. */
	p->further = patient_mint_runs(p) && !tree_has(p->tree, ACPI_TABLES);
	cpus_read(&p->cpus, p->tree);
	lines_read(&p->lines, p->tree);
	census_read(&p->census, p->tree);
	p->has_map = map_read(&p->map, p->tree);
}

static void look(struct patient *p)
{
	check_mint(p);
	check_processor(p);
	if (!p->further) {
		check_firmware(p);
		check_iommu(p);
		check_memory(p);
	}
	check_functions(p);
	check_lines(p);
	check_watchdogs(p);
	sketch(p);
}

int doctor_look(struct tree *t, struct report *r)
{
	struct patient *p = calloc(1, sizeof(*p));
	bool failed;

	if (!p)
		return msg_fail(NULL, "out of memory");
	p->tree = t;
	p->report = r;
	read_patient(p);
	look(p);
	failed = r->failed || p->census.failed;
	census_free(&p->census);
	free(p);
	return failed ? msg_fail(NULL, "out of memory") : MINTCTL_OK;
}
