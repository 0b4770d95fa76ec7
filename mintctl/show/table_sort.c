// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of a table in the order of a column: numbers as such, strings with the numbers in
 * them, what has no value last.  Equal rows stay as they were.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/msg.h"
#include "show/table_out.h"

/**
 * struct key - what a row is sorted by
 * @row:	its number
 * @text:	its cell as JSON has it, or NULL for none
 */
struct key {
	unsigned int row;
	char *text;
};

/* What qsort_r() hands on. */
struct sorting {
	enum table_type type;
	bool down;
};

/* A list is sorted by its first item. */
static int compare_values(const char *a, const char *b, enum table_type type)
{
	unsigned long long x, y;

	if (type != TABLE_NUMBER && type != TABLE_NUMBERS)
		return strverscmp(a, b);
	x = strtoull(a, NULL, 10);
	y = strtoull(b, NULL, 10);
	return (x > y) - (x < y);
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	const struct key *x = a, *y = b;
	int order = 0;

	if (!x->text || !y->text)
		order = !x->text - !y->text;
	else if (s->down)
		order = compare_values(y->text, x->text, s->type);
	else
		order = compare_values(x->text, y->text, s->type);
	return order ? order : (x->row > y->row) - (x->row < y->row);
}

static struct key *read_keys(const struct table *t, unsigned int column)
{
	struct key *keys = calloc(t->nr_rows + 1, sizeof(*keys));
	char buf[TABLE_CELL_BYTES];
	const char *text;
	unsigned int i;

	for (i = 0; keys && i < t->nr_rows; i++) {
		buf[0] = '\0';
		text = t->cell(t->data, i, column, true, buf);
		keys[i].row = i;
		if (text && *text)
			keys[i].text = strdup(text);
	}
	return keys;
}

int table_sort(const struct table *t, const struct table_options *o, unsigned int **rows)
{
	struct sorting s = { .down = *o->sort == '-' };
	const char *name = o->sort + s.down;
	unsigned int column, i;
	struct key *keys;

	if (table_find(t->columns, t->nr_columns, name, strlen(name), &column))
		return MINTCTL_USAGE;
	s.type = t->columns[column].type;
	keys = read_keys(t, column);
	*rows = calloc(t->nr_rows + 1, sizeof(**rows));
	if (keys && *rows)
		qsort_r(keys, t->nr_rows, sizeof(*keys), compare, &s);
	for (i = 0; keys && i < t->nr_rows; i++) {
		if (*rows)
			(*rows)[i] = keys[i].row;
		free(keys[i].text);
	}
	if (!keys) {
		free(*rows);
		*rows = NULL;
	}
	free(keys);
	return *rows ? MINTCTL_OK : msg_fail(NULL, "out of memory");
}
