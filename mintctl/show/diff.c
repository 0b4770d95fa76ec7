// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "irq verify" found: a sentence each, or JSON with the same words.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/parse.h"
#include "show/format.h"
#include "show/json.h"
#include "show/view.h"

enum {
	COL_WHAT, COL_NAME, COL_GSI, COL_OS, COL_IS, COL_SHOULD, COL_IS_TEXT,
	COL_SHOULD_TEXT,
};

static const struct table_column columns[] = {
	[COL_WHAT] = { "WHAT", TABLE_STRING, true, "" },
	[COL_NAME] = { "NAME", TABLE_STRING, true, "" },
	[COL_GSI] = { "GSI", TABLE_NUMBER, true, "" },
	[COL_OS] = { "OS", TABLE_STRING, true, "" },
	[COL_IS] = { "IS", TABLE_NUMBER, true, "" },
	[COL_SHOULD] = { "SHOULD", TABLE_NUMBER, true, "" },
	[COL_IS_TEXT] = { "IS-TEXT", TABLE_STRING, true, "" },
	[COL_SHOULD_TEXT] = { "SHOULD-TEXT", TABLE_STRING, true, "" },
};

/* ---- values ---------------------------------------------------------------- */

static void rte_text(const struct model *m, uint64_t v, char *buf)
{
	(void)m;
	format_rte(v, buf, TABLE_CELL_BYTES);
}

static void names_or_nobody(const struct model *m, uint32_t set, char *buf,
			    size_t size)
{
	model_os_names(m, set, false, buf, size);
	if (!buf[0])
		snprintf(buf, size, "nobody");
}

static void set_text(const struct model *m, uint64_t v, char *buf)
{
	names_or_nobody(m, v, buf, TABLE_CELL_BYTES);
}

static void round_text(const struct model *m, uint64_t v, char *buf)
{
	char live[256], pending[256];

	names_or_nobody(m, MINT_ROUND_LIVE((uint32_t)v), live, sizeof(live));
	names_or_nobody(m, MINT_ROUND_PENDING((uint32_t)v), pending,
			sizeof(pending));
	snprintf(buf, TABLE_CELL_BYTES, "%s in it, %s to acknowledge", live,
		 pending);
}

static void type_text(const struct model *m, uint64_t v, char *buf)
{
	static const char *const names[] = {
		[MINT_IRQ_FREE] = "free",
		[MINT_IRQ_PIN] = "a pin",
		[MINT_IRQ_MSI] = "an MSI",
		[MINT_IRQ_MSIX] = "an MSI-X",
		[MINT_IRQ_DOORBELL] = "a doorbell",
	};

	(void)m;
	if (v < sizeof(names) / sizeof(names[0]) && names[v])
		snprintf(buf, TABLE_CELL_BYTES, "%s", names[v]);
	else
		snprintf(buf, TABLE_CELL_BYTES, "of type %" PRIu64, v);
}

static void slot_text(const struct model *m, uint64_t v, char *buf)
{
	(void)m;
	snprintf(buf, TABLE_CELL_BYTES, "slot %" PRIu64, v);
}

static void number_text(const struct model *m, uint64_t v, char *buf)
{
	(void)m;
	snprintf(buf, TABLE_CELL_BYTES, "%" PRIu64 " (0x%" PRIx64 ")", v, v);
}

static void logical_text(const struct model *m, uint64_t v, char *buf)
{
	(void)m;
	snprintf(buf, TABLE_CELL_BYTES, "logical id 0x%x", (uint32_t)v);
	if (v >> 32)
		snprintf(buf + strlen(buf), TABLE_CELL_BYTES - strlen(buf),
			 " at APIC id %u", (uint32_t)(v >> 32));
}

/* ---- what is wrong ----------------------------------------------------------- */

/**
 * struct wrong - a kind of difference
 * @what:	the kernel's word for it
 * @of_gsi:	it has a GSI; the same word may mean something else without one
 * @name:	what differs
 * @text:	makes text of the values; NULL: they mean nothing
 */
struct wrong {
	const char *what;
	bool of_gsi;
	const char *name;
	void (*text)(const struct model *m, uint64_t v, char *buf);
};

static const struct wrong wrongs[] = {
	{ "rte", true, "the redirection entry", rte_text },
	{ "route", true, "the record of its route", type_text },
	{ "own", true, "the record of its route", type_text },
	{ "sharers", true, "the set of those who use it", set_text },
	{ "round", true, "the round", round_text },
	{ "vector", true, "the vector", number_text },
	{ "route", false, "the record of a message", slot_text },
	{ "own", false, "the record of a message", slot_text },
	{ "vector", false, "the owner of a vector of the block", number_text },
	{ "os", false, "the place in shared lines", logical_text },
	{ "header", false, "the header", NULL },
};

static const struct wrong *find_wrong(const struct diff_info *d)
{
	bool of_gsi = d->gsi != ~0U;
	size_t i;

	for (i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		if (wrongs[i].of_gsi == of_gsi && !strcmp(wrongs[i].what, d->what))
			return &wrongs[i];
	}
	return NULL;
}

static const char *wrong_name(const struct diff_info *d)
{
	const struct wrong *w = find_wrong(d);

	return w ? w->name : d->what;
}

/* "" if there is nothing to say */
static const char *value_text(const struct model *m, const struct diff_info *d,
			      uint64_t v, char *buf)
{
	const struct wrong *w = find_wrong(d);

	buf[0] = '\0';
	if (!w)
		number_text(m, v, buf);
	else if (w->text)
		w->text(m, v, buf);
	return buf;
}

static void print_place(const struct model *m, const struct diff_info *d,
			FILE *out)
{
	char name[MINT_NAME_LEN];

	if (d->gsi != ~0U)
		fprintf(out, "GSI %u", d->gsi);
	if (d->os != MINT_OS_NONE)
		fprintf(out, "%s%s", d->gsi != ~0U ? ", " : "",
			model_os_name(m, d->os, name));
	if (d->gsi == ~0U && d->os == MINT_OS_NONE)
		fputs("interrupt table", out);
}

static void print_diff(const struct model *m, const struct diff_info *d,
		       FILE *out)
{
	char is[TABLE_CELL_BYTES], should[TABLE_CELL_BYTES];

	print_place(m, d, out);
	fprintf(out, ": %s", wrong_name(d));
	value_text(m, d, d->is, is);
	value_text(m, d, d->should, should);
	/* Of a record only its place or type is told. */
	if (!is[0])
		fputs(" is damaged\n", out);
	else if (d->is == d->should)
		fprintf(out, " is damaged (%s)\n", is);
	else
		fprintf(out, " is %s, should be %s\n", is, should);
}

void diff_view_text(const struct model *m, FILE *out)
{
	unsigned int i;

	for (i = 0; i < m->nr_diffs; i++)
		print_diff(m, &m->diffs[i], out);
}

/* ---- JSON ---------------------------------------------------------------------- */

static const char *json_number(uint64_t v, char *buf)
{
	snprintf(buf, TABLE_CELL_BYTES, "%" PRIu64, v);
	return buf;
}

static const char *diff_cell(const void *data, unsigned int row,
			     unsigned int column, bool json, char *buf)
{
	const struct model *m = data;
	const struct diff_info *d = &m->diffs[row];

	(void)json;
	switch (column) {
	case COL_WHAT:
		return d->what;
	case COL_NAME:
		return wrong_name(d);
	case COL_GSI:
		return d->gsi == ~0U ? NULL : json_number(d->gsi, buf);
	case COL_OS:
		return d->os == MINT_OS_NONE ? NULL :
		       model_os_name(m, d->os, buf);
	case COL_IS:
		return json_number(d->is, buf);
	case COL_SHOULD:
		return json_number(d->should, buf);
	case COL_IS_TEXT:
		return value_text(m, d, d->is, buf);
	default:
		return value_text(m, d, d->should, buf);
	}
}

static void begin(struct json_doc *doc, const struct model *m)
{
	const struct table t = {
		.name = "differences",
		.columns = columns,
		.nr_columns = sizeof(columns) / sizeof(columns[0]),
		.nr_rows = m->nr_diffs,
		.cell = diff_cell,
		.data = m,
	};

	json_doc_begin(doc);
	table_put_json(doc, &t);
}

int diff_view_json(const struct model *m, FILE *out)
{
	struct json_doc doc;

	begin(&doc, m);
	return json_doc_print(&doc, JSON_INDENTED, out);
}

int diff_view_json_repaired(const struct model *m, uint32_t restored, FILE *out)
{
	struct json_doc doc;

	begin(&doc, m);
	json_doc_number(&doc, doc.top, "restored", restored);
	return json_doc_print(&doc, JSON_INDENTED, out);
}
