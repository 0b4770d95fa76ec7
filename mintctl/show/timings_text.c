// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long the phases of a move took, for people.
 */
#include "lib/parse.h"
#include "model/timings.h"
#include "show/format.h"
#include "show/view.h"

static void print_phase(uint32_t phase, const struct timing *t, FILE *out)
{
	char ended[32], length[32];

	if (!t) {
		fprintf(out, "%-16s %14s %14s\n", phase_name(phase), "-", "-");
		return;
	}
	fprintf(out, "%-16s %14s %14s\n", phase_name(phase),
		format_ns(t->took_ns, length, sizeof(length)),
		format_ns(t->end_ns, ended, sizeof(ended)));
}

void timings_print(const struct dev_info *dev, FILE *out)
{
	char bdf[BDF_LEN], buf[32];
	const struct timing *next;
	struct timings t;
	uint32_t i;

	timings_of(dev, &t);
	next = t.phase;
	fprintf(out, "%s\n%-16s %14s %14s\n", format_bdf(dev->sbdf, bdf), "PHASE",
		"TOOK", "ENDED AFTER");
	for (i = MINT_PHASE_UNBIND; i < MINT_NR_PHASES; i++) {
		bool passed = next < t.phase + t.nr && next->phase == i;

		print_phase(i, passed ? next : NULL, out);
		next += passed;
	}
	fprintf(out, "downtime %s", format_ns(t.total_ns, buf, sizeof(buf)));
	if (t.total_ns)
		fprintf(out, ", the layer's part %s (%llu.%llu %%)",
			format_ns(t.layer_ns, buf, sizeof(buf)),
			(unsigned long long)(t.layer_ns * 100 / t.total_ns),
			(unsigned long long)(t.layer_ns * 1000 / t.total_ns % 10));
	fputc('\n', out);
}
