// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/msg.h"
#include "show/table.h"

/* The columns to show, in order. */
struct choice {
	unsigned int column[TABLE_MAX_COLUMNS];
	unsigned int nr;
};

/* A column named twice is shown once. */
static void choose(struct choice *c, unsigned int column)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		if (c->column[i] == column)
			return;
	}
	if (c->nr < TABLE_MAX_COLUMNS)
		c->column[c->nr++] = column;
}

static void choose_standard(struct choice *c, const struct table_column *columns,
			    unsigned int nr, bool all)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (all || columns[i].standard)
			choose(c, i);
	}
}

static int unknown_column(const struct table_column *columns, unsigned int nr,
			  const char *name, size_t len)
{
	char known[1024] = "";
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < nr && used < sizeof(known); i++)
		used += snprintf(known + used, sizeof(known) - used, "%s%s",
				 i ? ", " : "", columns[i].name);
	return msg_usage("column '%.*s': unknown; there are %s", (int)len, name,
			 known);
}

static bool is_called(const char *known, const char *name, size_t len)
{
	return known && strlen(known) == len && !strncasecmp(known, name, len);
}

static int choose_named(struct choice *c, const struct table_column *columns,
			unsigned int nr, const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (is_called(columns[i].name, name, len) ||
		    is_called(columns[i].alias, name, len)) {
			choose(c, i);
			return MINTCTL_OK;
		}
	}
	return unknown_column(columns, nr, name, len);
}

static int choose_columns(struct choice *c, const struct table_column *columns,
			  unsigned int nr, const struct table_options *o)
{
	const char *s = o->columns;
	size_t len;
	int ret;

	c->nr = 0;
	if (!s || *s == '+')
		choose_standard(c, columns, nr, o->json && !s);
	if (!s)
		return MINTCTL_OK;
	if (*s == '+')
		s++;
	for (;;) {
		len = strcspn(s, ",");
		ret = choose_named(c, columns, nr, s, len);
		if (ret || s[len] == '\0')
			return ret;
		s += len + 1;
	}
}

int table_check(const struct table_column *columns, unsigned int nr,
		const struct table_options *o)
{
	struct choice c;

	return choose_columns(&c, columns, nr, o);
}

static int json_type(enum table_type type)
{
	switch (type) {
	case TABLE_NUMBER:
		return SCOLS_JSON_NUMBER;
	case TABLE_BOOLEAN:
		return SCOLS_JSON_BOOLEAN;
	case TABLE_STRINGS:
		return SCOLS_JSON_ARRAY_STRING;
	case TABLE_NUMBERS:
		return SCOLS_JSON_ARRAY_NUMBER;
	default:
		return SCOLS_JSON_STRING;
	}
}

static int add_column(struct libscols_table *tb, const struct table_column *c,
		      bool json)
{
	int flags = c->type == TABLE_NUMBER ? SCOLS_FL_RIGHT : 0;
	struct libscols_column *cl;

	/* Only so are the lines of a cell the items of an array. */
	if (json && (c->type == TABLE_STRINGS || c->type == TABLE_NUMBERS))
		flags |= SCOLS_FL_WRAP;
	cl = scols_table_new_column(tb, c->name, 0, flags);
	if (!cl)
		return -1;
	if (flags & SCOLS_FL_WRAP)
		scols_column_set_wrapfunc(cl, scols_wrapnl_chunksize,
					  scols_wrapnl_nextchunk, NULL);
	return scols_column_set_json_type(cl, json_type(c->type));
}

static int add_row(struct libscols_table *tb, const struct table *t,
		   const struct choice *c, unsigned int row, bool json)
{
	struct libscols_line *ln = scols_table_new_line(tb, NULL);
	char buf[TABLE_CELL_BYTES];
	const char *text;
	unsigned int i;

	if (!ln)
		return -1;
	for (i = 0; i < c->nr; i++) {
		buf[0] = '\0';
		text = t->cell(t->data, row, c->column[i], json, buf);
		if (!json && (!text || !*text))
			text = "-";
		if (text && scols_line_set_data(ln, i, text))
			return -1;
	}
	return 0;
}

static int fill(struct libscols_table *tb, const struct table *t,
		const struct choice *c, const struct table_options *o)
{
	unsigned int i;

	scols_table_enable_json(tb, o->json);
	scols_table_enable_noheadings(tb, o->noheadings);
	if (scols_table_set_name(tb, t->name))
		return -1;
	for (i = 0; i < c->nr; i++) {
		if (add_column(tb, &t->columns[c->column[i]], o->json))
			return -1;
	}
	for (i = 0; i < t->nr_rows; i++) {
		if (add_row(tb, t, c, i, o->json))
			return -1;
	}
	return 0;
}

/* libsmartcols prints nothing at all for a table without rows. */
static int print_empty(const struct table *t, const struct choice *c,
		       const struct table_options *o, FILE *out)
{
	unsigned int i;

	if (o->json) {
		fprintf(out, "{\n   \"%s\": []\n}\n", t->name);
		return MINTCTL_OK;
	}
	for (i = 0; i < c->nr && !o->noheadings; i++)
		fprintf(out, "%s%s", t->columns[c->column[i]].name,
			i + 1 < c->nr ? " " : "\n");
	return MINTCTL_OK;
}

/*
 * libsmartcols makes an array of one null of an empty cell.  What it prints
 * between the brackets has line breaks, which are escaped in strings.
 */
static void print_json(const char *text, FILE *out)
{
	const char *open, *p;

	while ((open = strstr(text, "[\n"))) {
		for (p = open + 1; isspace((unsigned char)*p); p++)
			;
		fwrite(text, 1, open + 1 - text, out);
		text = open + 1;
		if (strncmp(p, "null\n", 5))
			continue;
		for (p += 5; isspace((unsigned char)*p); p++)
			;
		if (*p == ']')
			text = p;
	}
	fputs(text, out);
}

static int print_filled(struct libscols_table *tb, bool json, FILE *out)
{
	char *text;

	if (!json) {
		scols_table_set_stream(tb, out);
		return scols_print_table(tb);
	}
	if (scols_print_table_to_string(tb, &text))
		return -1;
	print_json(text, out);
	free(text);
	return 0;
}

int table_print(const struct table *t, const struct table_options *o, FILE *out)
{
	struct libscols_table *tb;
	struct choice c;
	int ret = choose_columns(&c, t->columns, t->nr_columns, o);

	if (ret)
		return ret;
	if (!t->nr_rows)
		return print_empty(t, &c, o, out);
	scols_init_debug(0);
	tb = scols_new_table();
	if (!tb)
		return msg_fail(NULL, "out of memory");
	ret = fill(tb, t, &c, o) || print_filled(tb, o->json, out);
	scols_unref_table(tb);
	return ret ? msg_fail(NULL, "cannot print the table") : MINTCTL_OK;
}

void table_list_add(struct table_list *l, const char *format, ...)
{
	size_t room = TABLE_CELL_BYTES - l->len, at = l->len ? 1 : 0;
	va_list ap;
	int n;

	if (room < 2)
		return;
	va_start(ap, format);
	n = vsnprintf(l->buf + l->len + at, room - at, format, ap);
	va_end(ap);
	if (n < 0 || n + at >= room) {
		l->buf[l->len] = '\0';
		return;
	}
	if (at)
		l->buf[l->len] = l->json ? '\n' : ',';
	l->len += n + at;
}

void table_help(const struct table_column *columns, unsigned int nr, FILE *out)
{
	unsigned int i;

	fputs("\nColumns (* is shown without -o; JSON shows all):\n", out);
	for (i = 0; i < nr; i++)
		fprintf(out, "  %c %-13s %s\n", columns[i].standard ? '*' : ' ',
			columns[i].name, columns[i].help);
}
