// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table as JSON: a list of objects.  Keys are the names of the columns in small
 * letters, with _ for what is none.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "show/json.h"
#include "show/table_out.h"

#define KEY_BYTES	64

static const char *key_of(const struct table_column *column, char buf[KEY_BYTES])
{
	const char *from = column->name;
	size_t i;

	for (i = 0; from[i] && i < KEY_BYTES - 1; i++)
		buf[i] = isalnum((unsigned char)from[i]) ?
			 tolower((unsigned char)from[i]) : '_';
	buf[i] = '\0';
	return buf;
}

/* A cell that is no number though its column says so is a mistake of ours. */
static void put_number(struct json_doc *doc, struct json_object *to,
		       const char *key, const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (!isdigit((unsigned char)*text) || *end)
		doc->failed = true;
	json_doc_number(doc, to, key, value);
}

/* A line of the cell is an item. */
static void put_list(struct json_doc *doc, struct json_object *to,
		     const char *key, enum table_type type, char *text)
{
	struct json_object *list = json_doc_list(doc, to, key);
	char *item;

	while (text && *text && (item = strsep(&text, "\n"))) {
		if (type == TABLE_NUMBERS)
			put_number(doc, list, NULL, item);
		else
			json_doc_string(doc, list, NULL, item);
	}
}

/* @text: NULL or "" if there is no value */
static void put_cell(struct json_doc *doc, struct json_object *to,
		     const struct table_column *column, const char *text)
{
	char key[KEY_BYTES], copy[TABLE_CELL_BYTES];

	key_of(column, key);
	if (column->type == TABLE_STRINGS || column->type == TABLE_NUMBERS) {
		snprintf(copy, sizeof(copy), "%s", text ? text : "");
		put_list(doc, to, key, column->type, copy);
	} else if (!text || !*text) {
		json_doc_null(doc, to, key);
	} else if (column->type == TABLE_NUMBER) {
		put_number(doc, to, key, text);
	} else if (column->type == TABLE_REAL) {
		json_doc_real(doc, to, key, text);
	} else if (column->type == TABLE_BOOLEAN) {
		json_doc_bool(doc, to, key, *text == '1');
	} else {
		json_doc_string(doc, to, key, text);
	}
}

static void put_rows(struct json_doc *doc, const struct table *t,
		     const struct table_choice *c)
{
	struct json_object *rows = json_doc_list(doc, doc->top, t->name), *row;
	char buf[TABLE_CELL_BYTES];
	unsigned int i, k;

	for (i = 0; i < t->nr_rows; i++) {
		row = json_doc_object(doc, rows, NULL);
		for (k = 0; k < c->nr; k++) {
			buf[0] = '\0';
			put_cell(doc, row, &t->columns[c->column[k]],
				 t->cell(t->data, i, c->column[k], true, buf));
		}
	}
}

void table_put_json(struct json_doc *doc, const struct table *t)
{
	struct table_choice all = { .nr = t->nr_columns };
	unsigned int i;

	for (i = 0; i < t->nr_columns; i++)
		all.column[i] = i;
	put_rows(doc, t, &all);
}

int table_print_json(const struct table *t, const struct table_choice *c,
		     FILE *out)
{
	struct json_doc doc;

	json_doc_begin(&doc);
	put_rows(&doc, t, c);
	return json_doc_print(&doc, JSON_INDENTED, out);
}
