/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A move as it passes.
 */
#ifndef MINTCTL_PROGRESS_H
#define MINTCTL_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "show/event_view.h"

/**
 * struct progress - shows how far the moves of some functions are
 * @view:	names of OSes, and where to
 * @show:	show anything at all
 * @m:		what was last known
 * @sbdf:	the function that is being shown, ~0 = none
 */
struct progress {
	struct event_view view;
	bool show;
	struct model *m;
	uint32_t sbdf;
};

/* For mint_nl_call_watching(). */
int progress_event(int cmd, struct nlattr **attrs, void *progress);
/* The last word, from what was asked for after the end. */
void progress_end(struct progress *p, const struct model *now);

#endif /* MINTCTL_PROGRESS_H */
