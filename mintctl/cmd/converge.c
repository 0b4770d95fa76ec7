// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is and what is wanted, put side by side.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/converge.h"
#include "lib/clock.h"
#include "lib/msg.h"
#include "net/fetch.h"
#include "partition/check.h"

/* How long something that is on its way is waited for. */
#define SETTLE_MS	20000

#define ALL	(FETCH_OSES | FETCH_DEVS | FETCH_MACHINE | FETCH_POLICIES | FETCH_IMAGES)

struct converge *converge_open(void)
{
	struct converge *c = calloc(1, sizeof(*c));

	if (!c) {
		msg_fail(NULL, "no memory");
		return NULL;
	}
	if (!mint_nl_open(&c->nl))
		return c;
	free(c);
	return NULL;
}

void converge_close(struct converge *c)
{
	if (!c)
		return;
	partition_release(&c->p);
	part_facts_release(&c->facts);
	mint_nl_close(c->nl);
	free(c);
}

/* ---- what is ---------------------------------------------------------------------------- */

/* Somebody is at work on it, or was cut off. */
static bool is_restless(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++)
		if (m->oses[i].state == MINT_OS_BUSY)
			return true;
	for (i = 0; i < m->nr_devs; i++)
		if (dev_info_moves(&m->devs[i]))
			return true;
	for (i = 0; i < m->nr_images; i++)
		if (m->images[i].state != MINT_IMG_READY)
			return true;
	return false;
}

static int look_until_quiet(struct mint_nl *nl, struct mint_nl_events *ev, struct model *m)
{
	int64_t deadline_ms = mint_now_ms() + SETTLE_MS;
	int ret;

	do {
		model_release(m);
		if (fetch_model(nl, ALL, m))
			return MINTCTL_FAILED;
		if (!is_restless(m))
			return MINTCTL_OK;
		ret = mint_nl_wait(ev, deadline_ms);
	} while (ret > 0);
	return ret ? MINTCTL_FAILED : MINTCTL_OK;
}

static int look(struct mint_nl *nl, struct model *m)
{
	struct mint_nl_events *ev;
	int ret;

	if (mint_nl_listen(&ev))
		return MINTCTL_FAILED;
	ret = look_until_quiet(nl, ev, m);
	mint_nl_unlisten(ev);
	return ret;
}

int converge_settle(struct converge *c)
{
	struct model m = { .nr_oses = 0 };
	int ret = look(c->nl, &m);

	model_release(&m);
	return ret;
}

static bool is_ours(const struct part_facts *f, uint32_t sbdf)
{
	const struct os_info *self = part_self(f);
	const struct dev_info *dev = model_find_dev(&f->m, sbdf);

	return self && dev && dev->owner == self->id;
}

/* Of functions that other OSes have, what was seen when they were here. */
static void add_noted_macs(struct part_facts *f)
{
	unsigned int i;

	for (i = 0; i < f->notes.nr_macs && f->nr_macs < PART_MAX_MACS; i++)
		if (!is_ours(f, f->notes.macs[i].sbdf))
			f->macs[f->nr_macs++] = f->notes.macs[i];
}

int converge_look(struct converge *c)
{
	int ret;

	part_facts_release(&c->facts);
	memset(&c->facts, 0, sizeof(c->facts));
	ret = look(c->nl, &c->facts.m);
	part_notes_read(&c->facts.notes);
	part_macs_find(&c->facts);
	add_noted_macs(&c->facts);
	return ret;
}

/* ---- what is wanted ------------------------------------------------------------------------ */

static int say_mistakes(const char *file, int nr)
{
	return msg_fail(file, "%d mistake%s; nothing was changed", nr, nr == 1 ? "" : "s");
}

int converge_read(struct converge *c, const char *file)
{
	int mistakes;

	partition_release(&c->p);
	mistakes = partition_read(&c->p, file);
	if (mistakes < 0)
		return MINTCTL_FAILED;
	/* What is missing may stand in the rest. */
	if (!c->p.cut_off)
		mistakes += partition_check(&c->p, &c->facts);
	if (mistakes)
		return say_mistakes(file, mistakes);
	part_plan_make(&c->plan, &c->p, &c->facts);
	mistakes = part_check_fates(&c->plan);
	return mistakes ? say_mistakes(file, mistakes) : MINTCTL_OK;
}

/* ---- the difference --------------------------------------------------------------------------- */

enum {
	COL_OBJECT,
	COL_NAME,
	COL_SETTING,
	COL_IS,
	COL_WANTED,
};

const struct table_column change_columns[] = {
	[COL_OBJECT] = { "OBJECT", TABLE_STRING, true, "os, image, device or policy", NULL },
	[COL_NAME] = { "NAME", TABLE_STRING, true, "which one", NULL },
	[COL_SETTING] = { "SETTING", TABLE_STRING, true, "what of it; nothing: whether it is there at all", NULL },
	[COL_IS] = { "IS", TABLE_STRING, true, "as it is", NULL },
	[COL_WANTED] = { "WANTED", TABLE_STRING, true, "as the file has it", NULL },
};

const unsigned int change_nr_columns = sizeof(change_columns) / sizeof(change_columns[0]);

static const char *cell(const void *data, unsigned int row, unsigned int column, bool json,
			char *buf)
{
	const struct part_change *change = &((const struct part_plan *)data)->changes[row];

	(void)json;
	(void)buf;
	switch (column) {
	case COL_OBJECT:
		return change->object;
	case COL_NAME:
		return change->name;
	case COL_SETTING:
		return change->setting;
	case COL_IS:
		return change->is;
	default:
		return change->wanted;
	}
}

int converge_show(const struct converge *c, const struct table_options *o, FILE *out)
{
	const struct table t = {
		.name = "changes",
		.columns = change_columns,
		.nr_columns = change_nr_columns,
		.nr_rows = c->plan.nr_changes,
		.cell = cell,
		.data = &c->plan,
	};

	if (!o->json && !c->plan.nr_changes) {
		fprintf(out, "nothing differs from %s\n", c->p.file);
		return MINTCTL_OK;
	}
	return table_print(&t, o, out);
}
