/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model as tables and text.
 */
#ifndef MINTCTL_VIEW_H
#define MINTCTL_VIEW_H

#include <stdio.h>

#include "model/model.h"
#include "show/table.h"

extern const struct table_column os_columns[], dev_columns[], irq_columns[];
extern const unsigned int os_nr_columns, dev_nr_columns, irq_nr_columns;

/* All OSes, or only @only (a pointer into the model). */
int os_view_table(const struct model *m, const struct os_info *only,
		  const struct table_options *o, FILE *out);
/* All that is known about one OS, for people. */
void os_view_text(const struct model *m, const struct os_info *os, FILE *out);
int dev_view_table(const struct model *m, const struct table_options *o,
		   FILE *out);
/* All that is known about one function, for people. */
void dev_view_text(const struct model *m, const struct dev_info *dev, FILE *out);
/* All functions as they hang on the bridges. */
void dev_view_tree(const struct model *m, FILE *out);
int irq_view_table(const struct model *m, const struct table_options *o,
		   FILE *out);
/* A model that has the routes of one GSI only, at least one; for people. */
int irq_view_text(const struct model *m, FILE *out);
/* What "irq verify" found: a line each, or as JSON. */
void diff_view_text(const struct model *m, FILE *out);
int diff_view_json(const struct model *m, FILE *out);

/* "768M", "1.5G", "3K", "17" */
const char *format_size(uint64_t bytes, char *buf, size_t size);
/* "41s", "3m05s", "2h07m", "5d03h" */
const char *format_age(uint64_t ms, char *buf, size_t size);
/* "1,3-5"; with @each, one number a line. */
const char *format_cores(uint64_t cores, bool each, char *buf, size_t size);
/* "com1,com2"; with @each, one name a line. */
const char *format_legacy(uint32_t legacy, bool each, char *buf, size_t size);
/* "0x03000000000088a0 (level, ...)": an I/O APIC's redirection table entry */
const char *format_rte(uint64_t rte, char *buf, size_t size);
/* "ioapic", "shared", "msix", ... */
const char *format_route_type(uint32_t type);
/* "Intel Corporation 82574L ..." or "8086:10d3" */
const char *format_device(const struct dev_info *dev, char *buf, size_t size);
/* "Ethernet controller" or "class 0200" */
const char *format_class(const struct dev_info *dev, char *buf, size_t size);

#endif /* MINTCTL_VIEW_H */
