// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as a whole, for people: what there is of everything, and a table of its cores.
 */
#include <mint/bootdata.h>
#include <mint/irqtable.h>
#include <stdio.h>

#include "lib/version.h"
#include "show/format.h"
#include "show/machine_cells.h"
#include "show/view.h"

#define FIELD	"%-13s"

uint64_t machine_siblings(const struct machine_view *v, uint32_t core)
{
	const struct machine_info *machine = &v->m->machine;
	uint32_t id = topology_core(v->topology, machine->apic_id[core]), i;
	uint64_t set = 0;

	for (i = 0; i < machine->nr_cores; i++) {
		if (i != core && topology_core(v->topology, machine->apic_id[i]) == id)
			set |= 1ULL << i;
	}
	return set;
}

const struct os_info *machine_boots(const struct machine_view *v, uint32_t core)
{
	const struct os_info *os;

	for (os = v->m->oses; os < v->m->oses + v->m->nr_oses; os++) {
		if (os->boot_core == core && os->cores >> core & 1)
			return os;
	}
	return NULL;
}

const struct os_info *machine_self(const struct machine_view *v)
{
	const struct os_info *os;

	for (os = v->m->oses; os < v->m->oses + v->m->nr_oses; os++) {
		if (os->self)
			return os;
	}
	return NULL;
}

/* ---- cores ------------------------------------------------------------------------- */

enum { COL_CORE, COL_APIC_ID, COL_PACKAGE, COL_SIBLINGS, COL_OWNER, COL_BOOTS };

static const struct table_column columns[] = {
	[COL_CORE] = { "CORE", TABLE_NUMBER, true, "", NULL },
	[COL_APIC_ID] = { "APIC-ID", TABLE_NUMBER, true, "", NULL },
	[COL_PACKAGE] = { "PACKAGE", TABLE_NUMBER, true, "", NULL },
	[COL_SIBLINGS] = { "SIBLINGS", TABLE_NUMBERS, true, "", NULL },
	[COL_OWNER] = { "OWNER", TABLE_STRING, true, "", NULL },
	[COL_BOOTS] = { "BOOTS", TABLE_STRING, true, "", NULL },
};

static const char *core_cell(const void *data, unsigned int row, unsigned int column,
			     bool json, char *buf)
{
	const struct machine_view *v = data;
	const struct machine_info *machine = &v->m->machine;
	const struct os_info *boots;

	switch (column) {
	case COL_CORE:
		return table_number(row, buf);
	case COL_APIC_ID:
		return table_number(machine->apic_id[row], buf);
	case COL_PACKAGE:
		return !v->topology->known ? NULL :
		       table_number(topology_package(v->topology, machine->apic_id[row]), buf);
	case COL_SIBLINGS:
		return format_cores(machine_siblings(v, row), json, buf, TABLE_CELL_BYTES);
	case COL_OWNER:
		return model_os_name(v->m, machine->owner[row], buf);
	default:
		boots = machine_boots(v, row);
		return boots ? boots->name : NULL;
	}
}

static int print_cores(const struct machine_view *v, FILE *out)
{
	const struct table_options o = { .json = false };
	const struct table t = {
		.name = "cores",
		.columns = columns,
		.nr_columns = sizeof(columns) / sizeof(columns[0]),
		.nr_rows = v->m->machine.nr_cores,
		.cell = core_cell,
		.data = v,
	};

	return table_print(&t, &o, out);
}

/* ---- all else ------------------------------------------------------------------------ */

static void print_role(const struct machine_view *v, FILE *out)
{
	const struct os_info *self = machine_self(v);
	char name[MINT_NAME_LEN];

	fprintf(out, FIELD "%s has ACPI, the bridges and their slots", "Role:",
		model_os_name(v->m, v->m->machine.primary, name));
	if (self)
		fprintf(out, "; this is %s", self->id == v->m->machine.primary ? "it" : self->name);
	fputc('\n', out);
}

static void print_pool(const struct machine_info *machine, FILE *out)
{
	char size[32], left[32];

	fprintf(out, FIELD "%s, %s of it free\n", "Pool:",
		format_size(machine->pool_size, size, sizeof(size)),
		format_size(machine->pool_free, left, sizeof(left)));
	if (machine->shm_base)
		fprintf(out, FIELD "0x%llx\n", "Shared area:",
			(unsigned long long)machine->shm_base);
}

static void print_images(const struct model *m, FILE *out)
{
	unsigned int i;
	char size[32];

	if (!m->nr_images)
		fprintf(out, FIELD "-\n", "Images:");
	for (i = 0; i < m->nr_images; i++)
		fprintf(out, FIELD "%s  (%s)\n", i ? "" : "Images:",
			m->images[i].name[0] ? m->images[i].name : "-",
			format_size(m->images[i].size, size, sizeof(size)));
}

static void print_versions(const struct machine_view *v, FILE *out)
{
	const struct os_info *self = machine_self(v);

	if (self && self->release[0])
		fprintf(out, FIELD "%s\n", "Kernel:", self->release);
	fprintf(out, FIELD MINT_VERSION "\n", "mintctl:");
	fprintf(out, FIELD "machine %u, boot data %u, interrupts %u, by mintctl\n", "Tables:",
		MINT_SHM_REVISION, MINT_BOOT_REVISION, MINT_IRQT_REVISION);
}

int machine_view_text(const struct model *m, const struct topology *topology, FILE *out)
{
	const struct machine_view v = { m, topology };

	print_role(&v, out);
	fprintf(out, FIELD "%u\n", "OSes:", m->nr_oses);
	print_pool(&m->machine, out);
	print_images(m, out);
	print_versions(&v, out);
	fputc('\n', out);
	return print_cores(&v, out);
}
