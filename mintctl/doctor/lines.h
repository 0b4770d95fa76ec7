/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt lines that are in use, by /proc/interrupts.
 */
#ifndef MINTCTL_LINES_H
#define MINTCTL_LINES_H

#include "doctor/tree.h"

/**
 * struct line - an input of an I/O APIC
 * @irq:	the kernel's number for it
 * @pin:	which input, of the I/O APIC that has it
 * @level:	level triggered, so that several OSes can have it
 * @who:	names of its handlers
 */
struct line {
	unsigned int irq;
	unsigned int pin;
	bool level;
	char who[160];
};

#define MAX_LINES	256

struct lines {
	struct line line[MAX_LINES];
	unsigned int nr;
	bool remapped;		/* their interrupts go through an IOMMU */
};

void lines_read(struct lines *l, struct tree *t);
/* NULL: no such line. */
const struct line *lines_find(const struct lines *l, unsigned int irq);

#endif /* MINTCTL_LINES_H */
