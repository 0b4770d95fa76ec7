// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that can interrupt by a line (INTx) only, and who shares that line.  Which one it
 * is the firmware says in _PRT, which user space cannot read: what a kernel has for a
 * function with a driver is true, all else an estimate.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/internal.h"
#include "lib/parse.h"

#define CHECK	"line"

static bool has_line_only(const struct dev_info *dev)
{
	return census_may_move(dev) && dev->flags & MINT_DEVF_INTX &&
	       !(dev->flags & (MINT_DEVF_MSI | MINT_DEVF_MSIX));
}

/* "0000:00:1a.0, 0000:00:1d.0": others with that number. */
static unsigned int list_sharers(const struct census *c, unsigned int nr, char *buf,
				 size_t size)
{
	unsigned int i, found = 0;
	char bdf[BDF_LEN];
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; i < c->m.nr_devs; i++) {
		if (i == nr || c->more[i].irq != c->more[nr].irq)
			continue;
		found++;
		if (len < size)
			len += snprintf(buf + len, size - len, "%s%s", len ? ", " : "",
					format_bdf(c->m.devs[i].sbdf, bdf));
	}
	return found;
}

static void say_alone(struct finding *f, const struct line *line)
{
	finding_cause(f, "it interrupts by a line only (INTx), %s input %u of the I/O APIC, which no other function uses now",
		      line->level ? "level triggered" : "edge triggered", line->pin);
	finding_advice(f, line->level ? "" :
		       "Such a line has one OS: give whatever else is on it to the same.");
}

static void say_shared(struct finding *f, const struct line *line, const char *sharers)
{
	finding_cause(f, "it interrupts by a line only (INTx), input %u of the I/O APIC, which others use, too: %s",
		      line->pin, sharers);
	finding_advice(f, line->level ?
		       "Give all of them to one OS; in several OSes each waits for the others at every interrupt." :
		       "The line is edge triggered and has one OS: give all of them to the same.");
}

static void say_unknown(struct finding *f, const struct dev_info *dev)
{
	finding_cause(f, "it interrupts by a line only (INTx), and which one %s",
		      dev->driver[0] ? "cannot be seen in /proc/interrupts" :
		      "is not known while no driver has it");
	finding_advice(f, "When Mint runs, 'mintctl dev list' shows its GSI; without one it cannot be moved.");
	f->estimate = true;
}

static void check_function(struct patient *p, unsigned int nr)
{
	const struct dev_info *dev = &p->census.m.devs[nr];
	const struct line *line = lines_find(&p->lines, p->census.more[nr].irq);
	char bdf[BDF_LEN], sharers[300];
	bool known = line && dev->driver[0];
	unsigned int others = 0;
	struct finding *f;

	if (known)
		others = list_sharers(&p->census, nr, sharers, sizeof(sharers));
	f = report_add(p->report, others ? FINDING_WARNING : FINDING_NOTE, CHECK,
		       format_bdf(dev->sbdf, bdf));
	if (!known) {
		say_unknown(f, dev);
		return;
	}
	/* Those that use messages now do not show which line they would have. */
	f->estimate = true;
	if (others)
		say_shared(f, line, sharers);
	else
		say_alone(f, line);
}

void check_lines(struct patient *p)
{
	unsigned int i;

	for (i = 0; i < p->census.m.nr_devs && !p->census.cut; i++) {
		if (has_line_only(&p->census.m.devs[i]))
			check_function(p, i);
	}
}
