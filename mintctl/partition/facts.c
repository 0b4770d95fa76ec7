// SPDX-License-Identifier: GPL-2.0-only
/*
 * What follows from what is.
 */
#include <string.h>

#include "partition/facts.h"

#define FIRST_ID	1u

void part_facts_release(struct part_facts *f)
{
	model_release(&f->m);
	part_notes_release(&f->notes);
}

const struct os_info *part_self(const struct part_facts *f)
{
	unsigned int i;

	for (i = 0; i < f->m.nr_oses; i++)
		if (f->m.oses[i].self)
			return &f->m.oses[i];
	return NULL;
}

const struct os_info *part_os_by_id(const struct part_facts *f, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < f->m.nr_oses; i++)
		if (f->m.oses[i].id == id)
			return &f->m.oses[i];
	return NULL;
}

const struct os_info *part_first(const struct part_facts *f)
{
	return part_os_by_id(f, FIRST_ID);
}

bool part_is_first(const struct os_info *os)
{
	return os && os->id == FIRST_ID;
}

const struct os_info *part_further(const struct part_facts *f, const char *name)
{
	const struct os_info *os = model_find_os(&f->m, name);

	return part_is_first(os) ? NULL : os;
}

const struct part_note *part_note_of_os(const struct part_facts *f,
					const struct os_info *os)
{
	return os->generation ? part_find_note(&f->notes, os->name, os->generation) : NULL;
}

const struct part_note *part_note_of_image(const struct part_facts *f, const char *name)
{
	return part_find_note(&f->notes, name, 0);
}

uint32_t part_home(const struct part_facts *f, const struct dev_info *dev)
{
	const struct os_info *home = part_os_by_id(f, dev->home);

	return home && os_info_runs(home) ? home->id : MINT_OS_NONE;
}
