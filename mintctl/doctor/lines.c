// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads /proc/interrupts: a column for each CPU, then the chip, "PIN-TYPE", handlers.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/lines.h"

static unsigned int count_cpus(const char *heading)
{
	unsigned int nr = 0;

	while ((heading = strstr(heading, "CPU"))) {
		heading += 3;
		nr++;
	}
	return nr;
}

static const char *next_word(const char *s)
{
	while (*s && !isspace((unsigned char)*s))
		s++;
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* What is behind the chip: "16-fasteoi   ehci_hcd:usb1". */
static void take_pin(struct lines *l, unsigned int irq, const char *text)
{
	struct line *line = &l->line[l->nr];
	char type[32];

	if (l->nr == MAX_LINES || sscanf(text, "%u-%31s", &line->pin, type) != 2)
		return;
	line->irq = irq;
	line->level = strcmp(type, "edge") != 0;
	snprintf(line->who, sizeof(line->who), "%s", next_word(text));
	l->nr++;
}

static void take_row(struct lines *l, const char *row, unsigned int nr_cpus)
{
	unsigned int irq, i;
	int used = 0;

	if (sscanf(row, " %u: %n", &irq, &used) != 1 || !used)
		return;
	row += used;
	for (i = 0; i < nr_cpus; i++)
		row = next_word(row);
	if (!strncmp(row, "IR-IO-APIC", 10))
		l->remapped = true;
	else if (strncmp(row, "IO-APIC", 7) && strncmp(row, "Mint ", 5))
		return;		/* Mint's chip stands for I/O APICs, too */
	take_pin(l, irq, next_word(row));
}

void lines_read(struct lines *l, struct tree *t)
{
	char *text = tree_text(t, "proc/interrupts", NULL), *rest = text, *row;
	unsigned int nr_cpus;

	memset(l, 0, sizeof(*l));
	if (!text)
		return;
	nr_cpus = count_cpus(strsep(&rest, "\n"));
	while (rest && (row = strsep(&rest, "\n"))) {
		tree_make_printable(row);
		take_row(l, row, nr_cpus);
	}
	free(text);
}

const struct line *lines_find(const struct lines *l, unsigned int irq)
{
	unsigned int i;

	for (i = 0; i < l->nr; i++) {
		if (l->line[i].irq == irq)
			return &l->line[i];
	}
	return NULL;
}
