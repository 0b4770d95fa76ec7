// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report as text and as JSON.
 */
#include "doctor/report.h"
#include "lib/msg.h"
#include "show/json.h"

static void print_finding(const struct finding *f, FILE *out)
{
	fprintf(out, "%s: %s: %s%s\n", severity_name(f->severity), f->object, f->cause,
		f->estimate ? " (an estimate)" : "");
	if (f->advice[0])
		fprintf(out, "    %s\n", f->advice);
}

static void print_proposal(const struct report *r, FILE *out)
{
	unsigned int i;

	if (!r->mint_pool[0] && !r->nr_commands)
		return;
	fputs("\nA proposal:\n", out);
	if (r->mint_pool[0])
		fprintf(out, "    kernel parameter   mint_pool=%s\n", r->mint_pool);
	for (i = 0; i < r->nr_commands; i++)
		fprintf(out, "    %s\n", r->command[i]);
}

static void print_count(const struct report *r, enum severity severity,
			const char *between, FILE *out)
{
	unsigned int nr = report_count(r, severity);

	fprintf(out, "%s%u %s%s", between, nr, severity_name(severity), nr == 1 ? "" : "s");
}

void report_text(const struct report *r, FILE *out)
{
	int severity;
	unsigned int i;

	for (severity = FINDING_ERROR; severity >= FINDING_NOTE; severity--) {
		for (i = 0; i < r->nr; i++) {
			if ((int)r->list[i].severity == severity)
				print_finding(&r->list[i], out);
		}
	}
	print_proposal(r, out);
	print_count(r, FINDING_ERROR, r->nr || r->nr_commands ? "\n" : "", out);
	print_count(r, FINDING_WARNING, ", ", out);
	print_count(r, FINDING_NOTE, ", ", out);
	fputc('\n', out);
}

static void put_finding(struct json_doc *doc, struct json_object *list,
			const struct finding *f)
{
	struct json_object *o = json_doc_object(doc, list, NULL);

	json_doc_string(doc, o, "severity", severity_name(f->severity));
	json_doc_string(doc, o, "check", f->check);
	json_doc_string(doc, o, "object", f->object);
	json_doc_string(doc, o, "cause", f->cause);
	if (f->advice[0])
		json_doc_string(doc, o, "advice", f->advice);
	else
		json_doc_null(doc, o, "advice");
	json_doc_bool(doc, o, "estimate", f->estimate);
}

int report_json(const struct report *r, FILE *out)
{
	struct json_object *list;
	struct json_doc doc;
	unsigned int i;

	json_doc_begin(&doc);
	list = json_doc_list(&doc, doc.top, "findings");
	for (i = 0; i < r->nr; i++)
		put_finding(&doc, list, &r->list[i]);
	if (r->mint_pool[0])
		json_doc_string(&doc, doc.top, "mint_pool", r->mint_pool);
	else
		json_doc_null(&doc, doc.top, "mint_pool");
	list = json_doc_list(&doc, doc.top, "commands");
	for (i = 0; i < r->nr_commands; i++)
		json_doc_string(&doc, list, NULL, r->command[i]);
	return json_doc_print(&doc, JSON_INDENTED, out);
}
