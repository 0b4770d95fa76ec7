// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is known about one GSI, for people.
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
