// SPDX-License-Identifier: GPL-2.0-only
/* Pairing the routes of two looks, and their rates. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/top.h"

/* ---- which route is which ------------------------------------------------------ */

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/*
 * Vector and destination are not compared: they change with the affinity.  So
 * several routes may be equal, the messages of one function.
 */
static int compare(const struct irq_info *a, const struct irq_info *b)
{
	int ret = order(a->os, b->os);

	if (!ret)
		ret = order(a->gsi, b->gsi);
	if (!ret)
		ret = order(a->sbdf, b->sbdf);
	/* Alone or shared, a pin is the same. */
	if (!ret && a->gsi == ~0U)
		ret = order(a->type, b->type);
	return ret ? ret : strcmp(a->dev, b->dev);
}

static int by_route(const void *a, const void *b)
{
	const struct irq_info *const *x = a, *const *y = b;
	int ret = compare(*x, *y);

	/* Equal ones as they were listed. */
	return ret ? ret : (*x > *y) - (*x < *y);
}

static const struct irq_info **sort(const struct model *m)
{
	const struct irq_info **list = calloc(m->nr_irqs + 1, sizeof(*list));
	unsigned int i;

	for (i = 0; list && i < m->nr_irqs; i++)
		list[i] = &m->irqs[i];
	if (list)
		qsort(list, m->nr_irqs, sizeof(*list), by_route);
	return list;
}

/* How many of @list are equal to the first. */
static unsigned int nr_equal(const struct irq_info **list, unsigned int nr)
{
	unsigned int i = 1;

	while (i < nr && compare(list[0], list[i]) == 0)
		i++;
	return i;
}

static uint32_t generation(const struct model *m, uint32_t os)
{
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++) {
		if (m->oses[i].id == os)
			return m->oses[i].generation;
	}
	return 0;
}

/* ---- rates ---------------------------------------------------------------------- */

/* A counter that went back is another one. */
static void measure(struct top *top, const struct irq_info *before,
		    const struct irq_info *now)
{
	struct top_sum *r = &top->rates[now - top->now.irqs];
	double seconds = (top->now_ms - top->before_ms) / 1000.0;

	if (seconds <= 0 || now->count < before->count ||
	    now->foreign < before->foreign ||
	    generation(&top->before, now->os) != generation(&top->now, now->os))
		return;
	r->rate = (now->count - before->count) / seconds;
	r->foreign_rate = (now->foreign - before->foreign) / seconds;
	r->known = true;
}

/* Both sorted.  Where one of several came or went, nobody knows which. */
static void pair(struct top *top, const struct irq_info **before,
		 const struct irq_info **now)
{
	unsigned int nr_before = top->before.nr_irqs, nr_now = top->now.nr_irqs;
	unsigned int b = 0, n = 0, i, equal_before, equal_now;
	int ret;

	while (b < nr_before && n < nr_now) {
		equal_before = nr_equal(before + b, nr_before - b);
		equal_now = nr_equal(now + n, nr_now - n);
		ret = compare(before[b], now[n]);
		for (i = 0; ret == 0 && equal_before == equal_now && i < equal_now; i++)
			measure(top, before[b + i], now[n + i]);
		b += ret <= 0 ? equal_before : 0;
		n += ret >= 0 ? equal_now : 0;
	}
}

static int measure_all(struct top *top)
{
	const struct irq_info **before = sort(&top->before);
	const struct irq_info **now = sort(&top->now);

	free(top->rates);
	top->rates = calloc(top->now.nr_irqs + 1, sizeof(*top->rates));
	if (before && now && top->rates)
		pair(top, before, now);
	free(before);
	free(now);
	return before && now && top->rates ? 0 : -ENOMEM;
}

int top_look(struct top *top, struct model *m, int64_t now_ms)
{
	model_release(&top->before);
	top->before = top->now;
	top->before_ms = top->now_ms;
	top->now = *m;
	top->now_ms = now_ms;
	memset(m, 0, sizeof(*m));
	if (top->nr_looks < 2)
		top->nr_looks++;
	return measure_all(top);
}

void top_release(struct top *top)
{
	model_release(&top->before);
	model_release(&top->now);
	free(top->rates);
	memset(top, 0, sizeof(*top));
}
