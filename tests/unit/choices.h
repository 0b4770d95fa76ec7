/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All ways that a run can go which asks what to do next:
 *
 *	choices_first();
 *	do
 *		run();		calls choose()
 *	while (choices_next());
 *
 * A run must ask the same when it got the same answers before.
 */
#ifndef CHOICES_H
#define CHOICES_H

void choices_first(void);
/* One of 0..@nr-1, @nr at most 255; a different one in some other run. */
unsigned int choose(unsigned int nr);
/* To be called after each run; whether there is another one. */
_Bool choices_next(void);

#endif /* CHOICES_H */
