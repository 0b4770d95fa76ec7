// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is the same for every table: which columns are shown, lists in cells, the help.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/msg.h"
#include "show/format.h"
#include "show/table_out.h"

/* A column named twice is shown once. */
static void choose(struct table_choice *c, unsigned int column)
{
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		if (c->column[i] == column)
			return;
	}
	if (c->nr < TABLE_MAX_COLUMNS)
		c->column[c->nr++] = column;
}

static void choose_standard(struct table_choice *c, const struct table_column *columns,
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

int table_find(const struct table_column *columns, unsigned int nr, const char *name,
	       size_t len, unsigned int *column)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (is_called(columns[i].name, name, len) ||
		    is_called(columns[i].alias, name, len)) {
			*column = i;
			return MINTCTL_OK;
		}
	}
	return unknown_column(columns, nr, name, len);
}

static int choose_named(struct table_choice *c, const struct table_column *columns,
			unsigned int nr, const char *name, size_t len)
{
	unsigned int column;
	int ret = table_find(columns, nr, name, len, &column);

	if (!ret)
		choose(c, column);
	return ret;
}

static int choose_columns(struct table_choice *c, const struct table_column *columns,
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
	const char *sort = o->sort;
	struct table_choice c;
	unsigned int column;
	int ret = choose_columns(&c, columns, nr, o);

	if (ret || !sort)
		return ret;
	sort += *sort == '-';
	return table_find(columns, nr, sort, strlen(sort), &column);
}

/* A table in another order. */
struct sorted {
	const struct table *t;
	unsigned int *rows;
};

static const char *sorted_cell(const void *data, unsigned int row, unsigned int column,
			       bool json, char *buf)
{
	const struct sorted *s = data;

	return s->t->cell(s->t->data, s->rows[row], column, json, buf);
}

static int print_sorted(const struct table *t, const struct table_options *o, FILE *out)
{
	struct table_options plain = *o;
	struct sorted s = { .t = t };
	struct table sorted = *t;
	int ret = table_sort(t, o, &s.rows);

	if (ret)
		return ret;
	plain.sort = NULL;
	sorted.cell = sorted_cell;
	sorted.data = &s;
	ret = table_print(&sorted, &plain, out);
	free(s.rows);
	return ret;
}

int table_print(const struct table *t, const struct table_options *o, FILE *out)
{
	struct table_choice c;
	int ret = choose_columns(&c, t->columns, t->nr_columns, o);

	if (ret)
		return ret;
	if (o->sort)
		return print_sorted(t, o, out);
	return o->json ? table_print_json(t, &c, out) :
			 table_print_text(t, &c, o->noheadings, out);
}

const char *table_number(uint64_t value, char *buf)
{
	snprintf(buf, TABLE_CELL_BYTES, "%llu", (unsigned long long)value);
	return buf;
}

const char *table_size(uint64_t bytes, bool json, char *buf)
{
	if (json)
		return table_number(bytes, buf);
	return bytes ? format_size(bytes, buf, TABLE_CELL_BYTES) : "-";
}

const char *table_address(uint64_t paddr, bool json, char *buf)
{
	if (json)
		return table_number(paddr, buf);
	snprintf(buf, TABLE_CELL_BYTES, "0x%llx", (unsigned long long)paddr);
	return buf;
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
