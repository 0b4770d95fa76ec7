// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as a whole, as JSON.
 */
#include <mint/bootdata.h>
#include <mint/irqtable.h>

#include "lib/version.h"
#include "show/json.h"
#include "show/machine_cells.h"
#include "show/view.h"

static void put_name(struct json_doc *doc, struct json_object *to, const char *key,
		     const char *name)
{
	if (name)
		json_doc_string(doc, to, key, name);
	else
		json_doc_null(doc, to, key);
}

static void put_core(struct json_doc *doc, struct json_object *list,
		     const struct machine_view *v, uint32_t core)
{
	const struct machine_info *machine = &v->m->machine;
	const struct os_info *boots = machine_boots(v, core);
	struct json_object *o = json_doc_object(doc, list, NULL), *set;
	uint64_t siblings = machine_siblings(v, core);
	char name[MINT_NAME_LEN];
	uint32_t i;

	json_doc_number(doc, o, "core", core);
	json_doc_number(doc, o, "apic_id", machine->apic_id[core]);
	if (v->topology->known)
		json_doc_number(doc, o, "package",
				topology_package(v->topology, machine->apic_id[core]));
	else
		json_doc_null(doc, o, "package");
	set = json_doc_list(doc, o, "siblings");
	for (i = 0; i < MINT_MAX_CORES; i++) {
		if (siblings >> i & 1)
			json_doc_number(doc, set, NULL, i);
	}
	put_name(doc, o, "owner", machine->owner[core] == MINT_OS_NONE ? NULL :
		 model_os_name(v->m, machine->owner[core], name));
	put_name(doc, o, "boots", boots ? boots->name : NULL);
}

static void put_images(struct json_doc *doc, const struct model *m)
{
	struct json_object *list = json_doc_list(doc, doc->top, "images");
	unsigned int i;

	for (i = 0; i < m->nr_images; i++) {
		if (m->images[i].name[0])
			json_doc_string(doc, list, NULL, m->images[i].name);
	}
}

static void put_versions(struct json_doc *doc, const struct machine_view *v)
{
	struct json_object *o = json_doc_object(doc, doc->top, "versions");
	const struct os_info *self = machine_self(v);

	put_name(doc, o, "kernel", self && self->release[0] ? self->release : NULL);
	json_doc_string(doc, o, "mintctl", MINT_VERSION);
	json_doc_number(doc, o, "machine_table", MINT_SHM_REVISION);
	json_doc_number(doc, o, "boot_data", MINT_BOOT_REVISION);
	json_doc_number(doc, o, "interrupt_table", MINT_IRQT_REVISION);
}

int machine_view_json(const struct model *m, const struct topology *topology, FILE *out)
{
	const struct machine_view v = { m, topology };
	const struct os_info *self = machine_self(&v);
	struct json_object *list;
	char name[MINT_NAME_LEN];
	struct json_doc doc;
	uint32_t core;

	json_doc_begin(&doc);
	list = json_doc_list(&doc, doc.top, "cores");
	for (core = 0; core < m->machine.nr_cores; core++)
		put_core(&doc, list, &v, core);
	put_name(&doc, doc.top, "primary", m->machine.primary == MINT_OS_NONE ? NULL :
		 model_os_name(m, m->machine.primary, name));
	put_name(&doc, doc.top, "self", self ? self->name : NULL);
	json_doc_number(&doc, doc.top, "nr_oses", m->nr_oses);
	json_doc_number(&doc, doc.top, "pool_size", m->machine.pool_size);
	json_doc_number(&doc, doc.top, "pool_free", m->machine.pool_free);
	put_images(&doc, m);
	put_versions(&doc, &v);
	return json_doc_print(&doc, JSON_INDENTED, out);
}
