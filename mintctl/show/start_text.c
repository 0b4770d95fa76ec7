// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long the parts of the last start of an OS took, for people.
 */
#include "show/format.h"
#include "show/view.h"

void start_timings_print(const struct os_info *os, FILE *out)
{
	uint64_t last = 0, end;
	char took[32], after[32];
	uint32_t i;

	fprintf(out, "%s\n%-16s %14s %14s\n", os->name, "UNTIL", "TOOK", "AFTER");
	for (i = MINT_STAMP_ASKED + 1; stamp_name(i); i++) {
		end = os->stamp_ns[i];
		if (end == ~0ULL || end < last) {
			fprintf(out, "%-16s %14s %14s\n", stamp_name(i), "-", "-");
			continue;
		}
		fprintf(out, "%-16s %14s %14s\n", stamp_name(i),
			format_ns(end - last, took, sizeof(took)),
			format_ns(end, after, sizeof(after)));
		last = end;
	}
}
