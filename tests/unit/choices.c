// SPDX-License-Identifier: GPL-2.0-only
/* Answers in the order of an odometer, whose digits have each their own base. */
#include <stdbool.h>
#include <stdlib.h>

#include "choices.h"

#define MAX_CHOICES	1000

static unsigned char taken[MAX_CHOICES], options[MAX_CHOICES];
/* Answers that are given again; how many were given in this run. */
static unsigned int prefix, nr_choices;

void choices_first(void)
{
	prefix = 0;
	nr_choices = 0;
}

unsigned int choose(unsigned int nr)
{
	if (nr == 1)
		return 0;
	if (!nr || nr > 255 || nr_choices == MAX_CHOICES)
		abort();
	if (nr_choices >= prefix)
		taken[nr_choices] = 0;
	options[nr_choices] = (unsigned char)nr;
	return taken[nr_choices++];
}

bool choices_next(void)
{
	while (nr_choices && taken[nr_choices - 1] + 1 == options[nr_choices - 1])
		nr_choices--;
	if (!nr_choices)
		return false;
	taken[nr_choices - 1]++;
	prefix = nr_choices;
	nr_choices = 0;
	return true;
}
