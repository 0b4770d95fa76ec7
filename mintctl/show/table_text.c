// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table for people, by libsmartcols.
 */
#include <libsmartcols.h>

#include "lib/msg.h"
#include "show/table_out.h"

static int add_column(struct libscols_table *tb, const struct table_column *c)
{
	int flags = c->type == TABLE_NUMBER || c->type == TABLE_REAL ?
		    SCOLS_FL_RIGHT : 0;

	return scols_table_new_column(tb, c->name, 0, flags) ? 0 : -1;
}

static int add_row(struct libscols_table *tb, const struct table *t,
		   const struct table_choice *c, unsigned int row)
{
	struct libscols_line *ln = scols_table_new_line(tb, NULL);
	char buf[TABLE_CELL_BYTES];
	const char *text;
	unsigned int i;

	if (!ln)
		return -1;
	for (i = 0; i < c->nr; i++) {
		buf[0] = '\0';
		text = t->cell(t->data, row, c->column[i], false, buf);
		if (!text || !*text)
			text = "-";
		if (scols_line_set_data(ln, i, text))
			return -1;
	}
	return 0;
}

static int fill(struct libscols_table *tb, const struct table *t,
		const struct table_choice *c, bool noheadings)
{
	unsigned int i;

	scols_table_enable_noheadings(tb, noheadings);
	for (i = 0; i < c->nr; i++) {
		if (add_column(tb, &t->columns[c->column[i]]))
			return -1;
	}
	for (i = 0; i < t->nr_rows; i++) {
		if (add_row(tb, t, c, i))
			return -1;
	}
	return 0;
}

/* libsmartcols prints nothing at all for a table without rows. */
static int print_headings(const struct table *t, const struct table_choice *c,
			  FILE *out)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++)
		fprintf(out, "%s%s", t->columns[c->column[i]].name,
			i + 1 < c->nr ? " " : "\n");
	return MINTCTL_OK;
}

int table_print_text(const struct table *t, const struct table_choice *c,
		     bool noheadings, FILE *out)
{
	struct libscols_table *tb;
	int ret;

	if (!t->nr_rows)
		return noheadings ? MINTCTL_OK : print_headings(t, c, out);
	scols_init_debug(0);
	tb = scols_new_table();
	if (!tb)
		return msg_fail(NULL, "out of memory");
	scols_table_set_stream(tb, out);
	ret = fill(tb, t, c, noheadings) || scols_print_table(tb);
	scols_unref_table(tb);
	return ret ? msg_fail(NULL, "cannot print the table") : MINTCTL_OK;
}
