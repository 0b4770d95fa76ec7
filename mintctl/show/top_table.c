// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often interrupts arrive, as two tables, the OSes and the routes; or both in one
 * document.
 */
#include <stdlib.h>
#include <time.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "model/top.h"
#include "show/format.h"
#include "show/json.h"
#include "show/table.h"
#include "show/view.h"

enum { OS_NAME, OS_ROUTES, OS_RATE, OS_FOREIGN, OS_COUNT };

static const struct table_column top_os_columns[] = {
	[OS_NAME] = { "OS", TABLE_STRING, true, "" },
	[OS_ROUTES] = { "ROUTES", TABLE_NUMBER, true, "" },
	[OS_RATE] = { "RATE/s", TABLE_REAL, true, "" },
	[OS_FOREIGN] = { "FOREIGN/s", TABLE_REAL, true, "" },
	[OS_COUNT] = { "COUNT", TABLE_NUMBER, true, "" },
};

enum {
	IRQ_RATE, IRQ_FOREIGN, IRQ_COUNT, IRQ_OWNER, IRQ_GSI, IRQ_TYPE,
	IRQ_STATE, IRQ_DEVICE,
};

static const struct table_column top_irq_columns[] = {
	[IRQ_RATE] = { "RATE/s", TABLE_REAL, true, "" },
	[IRQ_FOREIGN] = { "FOREIGN/s", TABLE_REAL, true, "" },
	[IRQ_COUNT] = { "COUNT", TABLE_NUMBER, true, "" },
	[IRQ_OWNER] = { "OWNER", TABLE_STRING, true, "" },
	[IRQ_GSI] = { "GSI", TABLE_NUMBER, true, "" },
	[IRQ_TYPE] = { "TYPE", TABLE_STRING, true, "" },
	[IRQ_STATE] = { "STATE", TABLE_STRING, true, "" },
	[IRQ_DEVICE] = { "DEVICE", TABLE_STRING, true, "" },
};

/**
 * struct top_rows - what cell functions need
 * @sums, @counts, @routes: per OS of the model, then one for all
 * @order:	routes of the model, the busiest first
 */
struct top_rows {
	const struct top *top;
	struct top_sum sums[MINT_MAX_OSES + 1];
	uint64_t counts[MINT_MAX_OSES + 1];
	unsigned int routes[MINT_MAX_OSES + 1];
	unsigned int *order;
};

static const char *rate_cell(double rate, bool known, bool json, char *buf)
{
	if (!known)
		return json ? NULL : "-";
	snprintf(buf, TABLE_CELL_BYTES, "%.1f", rate);
	return buf;
}

/* ---- OSes ---------------------------------------------------------------------- */

static void add(struct top_rows *r, unsigned int row, unsigned int irq)
{
	const struct top_sum *rate = &r->top->rates[irq];

	r->routes[row]++;
	r->counts[row] += r->top->now.irqs[irq].count;
	r->sums[row].rate += rate->rate;
	r->sums[row].foreign_rate += rate->foreign_rate;
}

static void sum_up(struct top_rows *r)
{
	const struct model *m = &r->top->now;
	unsigned int i, os;

	for (i = 0; i < m->nr_irqs; i++) {
		for (os = 0; os < m->nr_oses; os++) {
			if (m->oses[os].id == m->irqs[i].os)
				add(r, os, i);
		}
		add(r, m->nr_oses, i);
	}
}

static const char *top_os_cell(const void *data, unsigned int row,
			       unsigned int column, bool json, char *buf)
{
	const struct top_rows *r = data;
	const struct model *m = &r->top->now;
	bool known = r->top->nr_looks > 1;

	switch (column) {
	case OS_NAME:
		return row < m->nr_oses ? m->oses[row].name : "total";
	case OS_ROUTES:
		return table_number(r->routes[row], buf);
	case OS_RATE:
		return rate_cell(r->sums[row].rate, known, json, buf);
	case OS_FOREIGN:
		return rate_cell(r->sums[row].foreign_rate, known, json, buf);
	default:
		return table_number(r->counts[row], buf);
	}
}

/* ---- routes -------------------------------------------------------------------- */

/* The busiest first, then those who were; the unknown count as idle. */
static int by_rate(const void *a, const void *b, void *arg)
{
	const struct top *top = arg;
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;
	double rate_x = top->rates[x].rate, rate_y = top->rates[y].rate;
	uint64_t count_x = top->now.irqs[x].count, count_y = top->now.irqs[y].count;

	if (rate_x != rate_y)
		return rate_x < rate_y ? 1 : -1;
	if (count_x != count_y)
		return count_x < count_y ? 1 : -1;
	return x < y ? -1 : 1;
}

static int sort_routes(struct top_rows *r)
{
	unsigned int i, nr = r->top->now.nr_irqs;

	r->order = calloc(nr + 1, sizeof(*r->order));
	if (!r->order)
		return msg_fail(NULL, "out of memory");
	for (i = 0; i < nr; i++)
		r->order[i] = i;
	qsort_r(r->order, nr, sizeof(*r->order), by_rate, (void *)r->top);
	return MINTCTL_OK;
}

static const char *top_irq_cell(const void *data, unsigned int row,
				unsigned int column, bool json, char *buf)
{
	const struct top_rows *r = data;
	unsigned int i = r->order[row];
	const struct irq_info *irq = &r->top->now.irqs[i];
	const struct top_sum *rate = &r->top->rates[i];

	switch (column) {
	case IRQ_RATE:
		return rate_cell(rate->rate, rate->known, json, buf);
	case IRQ_FOREIGN:
		return rate_cell(rate->foreign_rate, rate->known, json, buf);
	case IRQ_COUNT:
		return table_number(irq->count, buf);
	case IRQ_OWNER:
		return model_os_name(&r->top->now, irq->os, buf);
	case IRQ_GSI:
		return irq->gsi != ~0U ? table_number(irq->gsi, buf) : json ? NULL : "-";
	case IRQ_TYPE:
		return format_route_type(irq->type);
	case IRQ_STATE:
		return irq_info_state(irq);
	default:
		return irq->sbdf == ~0U ? irq->dev : format_bdf(irq->sbdf, buf);
	}
}

/* ---- both ---------------------------------------------------------------------- */

static struct table os_table(const struct top_rows *r)
{
	return (struct table) {
		.name = "oses",
		.columns = top_os_columns,
		.nr_columns = sizeof(top_os_columns) / sizeof(top_os_columns[0]),
		.nr_rows = r->top->now.nr_oses,
		.cell = top_os_cell,
		.data = r,
	};
}

static struct table irq_table(const struct top_rows *r)
{
	return (struct table) {
		.name = "irqs",
		.columns = top_irq_columns,
		.nr_columns = sizeof(top_irq_columns) / sizeof(top_irq_columns[0]),
		.nr_rows = r->top->now.nr_irqs,
		.cell = top_irq_cell,
		.data = r,
	};
}

/* With a line for all OSes. */
static int print_text(const struct top_rows *r, FILE *out)
{
	const struct table_options o = { .columns = NULL };
	struct table oses = os_table(r), irqs = irq_table(r);
	int ret;

	oses.nr_rows++;
	ret = table_print(&oses, &o, out);
	if (ret)
		return ret;
	fputc('\n', out);
	return table_print(&irqs, &o, out);
}

/* A line that says when, too: a sample follows the other. */
static int print_json(const struct top_rows *r, FILE *out)
{
	struct table oses = os_table(r), irqs = irq_table(r);
	struct timespec now;
	struct json_doc doc;

	clock_gettime(CLOCK_REALTIME, &now);
	json_doc_begin(&doc);
	json_doc_time(&doc, doc.top, "time", now.tv_sec, now.tv_nsec / 1000);
	json_doc_number(&doc, doc.top, "measured", r->top->now_ms - r->top->before_ms);
	table_put_json(&doc, &oses);
	table_put_json(&doc, &irqs);
	return json_doc_print(&doc, JSON_LINE, out);
}

static int print(const struct top *top, int (*how)(const struct top_rows *r, FILE *out),
		 FILE *out)
{
	struct top_rows r = { .top = top };
	int ret = sort_routes(&r);

	if (!ret) {
		sum_up(&r);
		ret = how(&r, out);
	}
	free(r.order);
	return ret;
}

int top_view_text(const struct top *top, FILE *out)
{
	return print(top, print_text, out);
}

int top_view_json(const struct top *top, FILE *out)
{
	return print(top, print_json, out);
}
