// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is known about one GSI, about the interrupts of a function, and about the
 * doorbells, for people.
 */
#include "lib/parse.h"
#include "show/format.h"
#include "show/view.h"

static const char *number(uint32_t value, char buf[16])
{
	if (value == ~0U)
		return "-";
	snprintf(buf, 16, "%u", value);
	return buf;
}

static void print_pin(const struct irq_info *irq, FILE *out)
{
	char chip[16], pin[16];

	fprintf(out, "GSI:         %u\n", irq->gsi);
	fprintf(out, "Pin:         chip %s, pin %s\n",
		number(irq->chip, chip),
		number(irq->pin, pin));
	fprintf(out, "Trigger:     %s, active %s\n",
		irq->flags & MINT_ROUTEF_LEVEL ? "level" : "edge",
		irq->flags & MINT_ROUTEF_LOW ? "low" : "high");
	fprintf(out, "Vector:      %u (0x%02x)\n", irq->vector, irq->vector);
}

static void print_line(const struct model *m, const struct irq_info *irq,
		       FILE *out)
{
	char buf[TABLE_CELL_BYTES];

	fprintf(out, "Used by:     %s%s\n",
		model_os_names(m, irq->sharers, false, buf, sizeof(buf)),
		irq->sharers & (irq->sharers - 1) ? " (shared)" : "");
	if (irq->evicted)
		fprintf(out, "Evicted:     %s\n",
			model_os_names(m, irq->evicted, false, buf, sizeof(buf)));
	if (irq->type == MINT_ROUTE_SHARED)
		fprintf(out, "Strategy:    %s\n",
			irq->strategy[0] ? irq->strategy : "-");
	fprintf(out, "Time-out:    %u ms\n", irq->timeout_ms);
	fprintf(out, "Rounds:      %u, of these forced %u; evictions %u\n",
		irq->rounds, irq->forced, irq->evictions);
}

int irq_view_text(const struct model *m, FILE *out)
{
	const struct table_options o = {
		.columns = "OWNER,STATE,DEST,CORE,COUNT,FOREIGN,DEVICE",
	};

	print_pin(&m->irqs[0], out);
	if (m->irqs[0].has_line)
		print_line(m, &m->irqs[0], out);
	fputc('\n', out);
	return irq_view_table(m, &o, out);
}

/* ---- messages, doorbells -------------------------------------------------- */

static int print_routes(const struct model *m, FILE *out)
{
	const struct table_options o = {
		.columns = "OWNER,VECTOR,DEST,CORE,STATE,COUNT",
	};

	fputc('\n', out);
	return irq_view_table(m, &o, out);
}

static unsigned long long arrived(const struct model *m)
{
	unsigned long long sum = 0;
	unsigned int i;

	for (i = 0; i < m->nr_irqs; i++)
		sum += m->irqs[i].count;
	return sum;
}

int irq_view_function(const struct model *m, const struct dev_info *dev, FILE *out)
{
	bool by_line = m->irqs[0].gsi != ~0U;
	char buf[256];

	fprintf(out, "Function:    %s\n", format_bdf(dev->sbdf, buf));
	fprintf(out, "Name:        %s\n", format_device(dev, buf, sizeof(buf)));
	fprintf(out, "Owner:       %s\n",
		dev->owner ? model_os_name(m, dev->owner, buf) : "nobody");
	if (dev->driver[0])
		fprintf(out, "Driver:      %s\n", dev->driver);
	if (by_line) {
		fputs("Interrupts:  by its line\n", out);
		return irq_view_text(m, out);
	}
	fprintf(out, "Interrupts:  %u message%s (%s), arrived %llu times\n", m->nr_irqs,
		m->nr_irqs == 1 ? "" : "s", format_route_type(m->irqs[0].type),
		arrived(m));
	return print_routes(m, out);
}

int irq_view_doorbells(const struct model *m, FILE *out)
{
	fprintf(out, "Doorbell:    vector %u (0x%02x) in every OS: others have news for it\n",
		m->irqs[0].vector, m->irqs[0].vector);
	fprintf(out, "Arrived:     %llu times\n", arrived(m));
	return print_routes(m, out);
}
