/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What plan, apply, export and teardown have in common: what is, what is wanted, and the
 * way from one to the other.
 */
#ifndef MINTCTL_CONVERGE_H
#define MINTCTL_CONVERGE_H

#include <stdio.h>

#include "net/nl.h"
#include "partition/plan.h"
#include "show/table.h"

/**
 * struct converge - a machine that is to be as a file says
 * @nl:		the kernel
 * @facts:	what is, as it was looked at last
 * @p:		what is wanted
 * @plan:	how to get there
 * @force:	also by force: functions in use, OSes that do not shut down
 */
struct converge {
	struct mint_nl *nl;
	struct part_facts facts;
	struct partition p;
	struct part_plan plan;
	bool force;
};

/* ---- converge.c ------------------------------------------------------------------ */

/* NULL with a message; what comes of it goes to converge_close(). */
struct converge *converge_open(void);
void converge_close(struct converge *c);
/* Waits until nothing is on its way; what was seen, and the plan, stay.  An exit status. */
int converge_settle(struct converge *c);
/* Looks at what is, when nothing is on its way any more; an exit status. */
int converge_look(struct converge *c);
/*
 * Reads @file and holds it against what was seen.  MINTCTL_OK, or MINTCTL_FAILED after all
 * mistakes were told.
 */
int converge_read(struct converge *c, const char *file);
/* The differences, as a table or as JSON. */
int converge_show(const struct converge *c, const struct table_options *o, FILE *out);

extern const struct table_column change_columns[];
extern const unsigned int change_nr_columns;

/* ---- steps.c --------------------------------------------------------------------- */

/* Does one step, and says so; an exit status. */
int converge_step(struct converge *c, const struct part_step *step);
/* Asks whether functions that would move are in use; how many OSes lack one for that. */
int converge_check_use(struct converge *c);

#endif /* MINTCTL_CONVERGE_H */
