// SPDX-License-Identifier: GPL-2.0-only
/*
 * A list of findings, as it grows.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/report.h"

struct finding *report_add(struct report *r, enum severity severity,
			   const char *check, const char *object)
{
	/* What has no room in memory; the whole report is none then. */
	static struct finding lost;
	struct finding *list = realloc(r->list, (r->nr + 1) * sizeof(*list)), *f = &lost;

	if (list) {
		r->list = list;
		f = &list[r->nr++];
	} else {
		r->failed = true;
	}
	memset(f, 0, sizeof(*f));
	f->severity = severity;
	f->check = check;
	snprintf(f->object, sizeof(f->object), "%s", object);
	return f;
}

void finding_cause(struct finding *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(f->cause, sizeof(f->cause), format, ap);
	va_end(ap);
}

void finding_advice(struct finding *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(f->advice, sizeof(f->advice), format, ap);
	va_end(ap);
}

void report_command(struct report *r, const char *format, ...)
{
	va_list ap;

	if (r->nr_commands == REPORT_COMMANDS)
		return;
	va_start(ap, format);
	vsnprintf(r->command[r->nr_commands++], sizeof(r->command[0]), format, ap);
	va_end(ap);
}

unsigned int report_count(const struct report *r, enum severity severity)
{
	unsigned int i, nr = 0;

	for (i = 0; i < r->nr; i++)
		nr += r->list[i].severity == severity;
	return nr;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[FINDING_NOTE] = "note",
		[FINDING_WARNING] = "warning",
		[FINDING_ERROR] = "error",
	};

	return names[severity];
}

void report_free(struct report *r)
{
	free(r->list);
	memset(r, 0, sizeof(*r));
}
