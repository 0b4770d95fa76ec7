/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What table.c, the two ways to print a table and its order have in common.
 * Included by these files only.
 */
#ifndef MINTCTL_TABLE_OUT_H
#define MINTCTL_TABLE_OUT_H

#include "show/table.h"

/* The columns to show, in order. */
struct table_choice {
	unsigned int column[TABLE_MAX_COLUMNS];
	unsigned int nr;
};

/* The column that is called so; MINTCTL_OK or MINTCTL_USAGE with a message. */
int table_find(const struct table_column *columns, unsigned int nr, const char *name,
	       size_t len, unsigned int *column);
/*
 * The numbers of the rows in the order that is wanted (o->sort is not NULL); the caller
 * frees them.  MINTCTL_OK, or an exit status with a message.
 */
int table_sort(const struct table *t, const struct table_options *o, unsigned int **rows);
/* MINTCTL_OK or MINTCTL_FAILED with a message. */
int table_print_text(const struct table *t, const struct table_choice *c,
		     bool noheadings, FILE *out);
int table_print_json(const struct table *t, const struct table_choice *c,
		     FILE *out);

#endif /* MINTCTL_TABLE_OUT_H */
