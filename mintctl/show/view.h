/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a model holds, as tables, text and JSON.  What returns int returns MINTCTL_OK or
 * MINTCTL_FAILED with a message.
 */
#ifndef MINTCTL_VIEW_H
#define MINTCTL_VIEW_H

#include <stdio.h>

#include "model/model.h"
#include "show/table.h"

struct top;
struct topology;

extern const struct table_column os_columns[], dev_columns[], irq_columns[],
	image_columns[], snapshot_columns[];
extern const unsigned int os_nr_columns, dev_nr_columns, irq_nr_columns,
	image_nr_columns, snapshot_nr_columns;

/* All OSes, or only @only (a pointer into the model). */
int os_view_table(const struct model *m, const struct os_info *only,
		  const struct table_options *o, FILE *out);
/* All that is known about one OS, for people. */
void os_view_text(const struct model *m, const struct os_info *os, FILE *out);
/* All images, or only @only (a pointer into the model). */
int image_view_table(const struct model *m, const struct image_info *only,
		     const struct table_options *o, FILE *out);
/* The same for a model whose images are all snapshots. */
int snapshot_view_table(const struct model *m, const struct image_info *only,
			const struct table_options *o, FILE *out);
/* All that is known about one image, for people. */
void image_view_text(const struct model *m, const struct image_info *image,
		     FILE *out);
int dev_view_table(const struct model *m, const struct table_options *o,
		   FILE *out);
/* All that is known about one function, for people. */
void dev_view_text(const struct model *m, const struct dev_info *dev, FILE *out);
/* All functions as they hang on the bridges. */
void tree_view_text(const struct model *m, FILE *out);
int tree_view_json(const struct model *m, FILE *out);
int irq_view_table(const struct model *m, const struct table_options *o,
		   FILE *out);
/* For people; the model has these routes only, at least one: those of one GSI, ... */
int irq_view_text(const struct model *m, FILE *out);
/* ... the messages of @dev, or those of its line, ... */
int irq_view_function(const struct model *m, const struct dev_info *dev, FILE *out);
/* ... the doorbells of OSes. */
int irq_view_doorbells(const struct model *m, FILE *out);
/* What "irq verify" found: a line each, or as JSON, ... */
void diff_view_text(const struct model *m, FILE *out);
int diff_view_json(const struct model *m, FILE *out);
/* ... and how many things "irq repair" restored. */
int diff_view_json_repaired(const struct model *m, uint32_t restored, FILE *out);
/* The machine as a whole, for people and as JSON. */
int machine_view_text(const struct model *m, const struct topology *topology,
		      FILE *out);
int machine_view_json(const struct model *m, const struct topology *topology,
		      FILE *out);
/* How long the phases of the last move took. */
void timings_print(const struct dev_info *dev, FILE *out);
/* How long the parts of the last start took. */
void start_timings_print(const struct os_info *os, FILE *out);
/* How often interrupts arrive; JSON is a line. */
int top_view_text(const struct top *top, FILE *out);
int top_view_json(const struct top *top, FILE *out);

#endif /* MINTCTL_VIEW_H */
