/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What table.c has for the two ways to print a table: columns that were chosen.
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

/* MINTCTL_OK or MINTCTL_FAILED with a message. */
int table_print_text(const struct table *t, const struct table_choice *c,
		     bool noheadings, FILE *out);
int table_print_json(const struct table *t, const struct table_choice *c,
		     FILE *out);

#endif /* MINTCTL_TABLE_OUT_H */
