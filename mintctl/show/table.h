/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables: columns are described once, and that description makes the text, the
 * JSON, the check of -o and the help.
 */
#ifndef MINTCTL_TABLE_H
#define MINTCTL_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TABLE_MAX_COLUMNS	64

struct json_doc;

enum table_type {
	TABLE_STRING,
	TABLE_NUMBER,		/* right aligned */
	TABLE_REAL,		/* the same, with a fraction */
	TABLE_BOOLEAN,		/* JSON: a cell is 1 or 0 */
	TABLE_STRINGS,		/* JSON: a list; lines of the cell are its items */
	TABLE_NUMBERS,
};

/**
 * struct table_column - one column
 * @name:	heading, and name for -o; in small letters, with _ for -, the key in JSON
 * @type:	type in JSON
 * @standard:	shown unless -o says otherwise (JSON shows all)
 * @help:	what it shows
 * @alias:	an earlier name that -o takes, too; or NULL
 */
struct table_column {
	const char *name;
	enum table_type type;
	bool standard;
	const char *help;
	const char *alias;
};

/**
 * struct table - what to print
 * @name:	name of the list in JSON
 * @columns, @nr_columns: all there are
 * @nr_rows:	number of rows
 * @cell:	makes the text of one cell in @buf (of TABLE_CELL_BYTES, empty)
 *		or returns another string; NULL or "" means that there is no value.
 *		For @json numbers are plain, without units, and arrays have one
 *		item a line.
 * @data:	for @cell
 */
struct table {
	const char *name;
	const struct table_column *columns;
	unsigned int nr_columns;
	unsigned int nr_rows;
	const char *(*cell)(const void *data, unsigned int row,
			    unsigned int column, bool json, char *buf);
	const void *data;
};

#define TABLE_CELL_BYTES	32768

/* A list in a cell of TABLE_CELL_BYTES, item by item; what has no room is left out. */
struct table_list {
	char *buf;
	size_t len;
	bool json;
};

void table_list_add(struct table_list *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Cells of TABLE_CELL_BYTES: a number; a size in bytes, 0 is none; an address. */
const char *table_number(uint64_t value, char *buf);
const char *table_size(uint64_t bytes, bool json, char *buf);
const char *table_address(uint64_t paddr, bool json, char *buf);

/* How to print: the options -o, --json, --noheadings, --sort. */
struct table_options {
	const char *columns;	/* NULL, "A,B" or "+A,B" */
	bool json;
	bool noheadings;
	const char *sort;	/* NULL, "A", or "-A" for the reverse */
};

/*
 * Checks the columns that are named.  MINTCTL_OK or MINTCTL_USAGE with a message;
 * call it before anything is asked of the kernel.
 */
int table_check(const struct table_column *columns, unsigned int nr,
		const struct table_options *o);
/* MINTCTL_OK or MINTCTL_FAILED with a message. */
int table_print(const struct table *t, const struct table_options *o, FILE *out);
/* All of it, as one of the lists of a document that is being made. */
void table_put_json(struct json_doc *doc, const struct table *t);
/* The list of columns for a help text. */
void table_help(const struct table_column *columns, unsigned int nr, FILE *out);

#endif /* MINTCTL_TABLE_H */
