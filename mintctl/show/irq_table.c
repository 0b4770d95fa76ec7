// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt routes as a table.
 */
#include "lib/parse.h"
#include "show/format.h"
#include "show/view.h"

enum {
	COL_GSI, COL_TYPE, COL_CHIP, COL_PIN, COL_TRIGGER, COL_POLARITY,
	COL_OWNER, COL_VECTOR, COL_DEST, COL_CORE, COL_STATE, COL_COUNT,
	COL_FOREIGN, COL_SHARERS, COL_EVICTED, COL_ROUNDS, COL_FORCED,
	COL_EVICTIONS, COL_STRATEGY, COL_TIMEOUT, COL_DEVICE,
};

const struct table_column irq_columns[] = {
	[COL_GSI] = { "GSI", TABLE_NUMBER, true, "system-wide number of the line" },
	[COL_TYPE] = { "TYPE", TABLE_STRING, true,
		"ioapic, shared (a pin that several OSes use), msi, msix, doorbell" },
	[COL_CHIP] = { "CHIP", TABLE_NUMBER, false, "index of the I/O APIC" },
	[COL_PIN] = { "PIN", TABLE_NUMBER, false, "its input" },
	[COL_TRIGGER] = { "TRIGGER", TABLE_STRING, true, "edge, level" },
	[COL_POLARITY] = { "POLARITY", TABLE_STRING, false, "high, low" },
	[COL_OWNER] = { "OWNER", TABLE_STRING, true, "OS that handles it" },
	[COL_VECTOR] = { "VECTOR", TABLE_NUMBER, true, "interrupt vector" },
	[COL_DEST] = { "DEST", TABLE_NUMBER, true, "APIC id that it is sent to" },
	[COL_CORE] = { "CORE", TABLE_NUMBER, false, "machine core number of that", "CPU" },
	[COL_STATE] = { "STATE", TABLE_STRING, true,
		"active, masked, held (others wait for its acknowledgement), evicted (it has kept the others waiting), throttled (nobody takes what the line raises)" },
	[COL_COUNT] = { "COUNT", TABLE_NUMBER, true, "how often it arrived" },
	[COL_FOREIGN] = { "FOREIGN", TABLE_NUMBER, true,
		"how often it was another OS's" },
	[COL_SHARERS] = { "SHARERS", TABLE_STRINGS, false, "OSes on its line" },
	[COL_EVICTED] = { "EVICTED", TABLE_STRINGS, false, "those taken out of the rounds" },
	[COL_ROUNDS] = { "ROUNDS", TABLE_NUMBER, false, "rounds on its line that ended" },
	[COL_FORCED] = { "FORCED", TABLE_NUMBER, false,
		"rounds ended though an OS had not acknowledged" },
	[COL_EVICTIONS] = { "EVICTIONS", TABLE_NUMBER, false,
		"how often an OS was evicted from its line" },
	[COL_STRATEGY] = { "STRATEGY", TABLE_STRING, false,
		"how the line is re-armed: directed, self-ipi, mask" },
	[COL_TIMEOUT] = { "TIMEOUT", TABLE_NUMBER, false,
		"how long an OS may owe an acknowledgement, ms" },
	[COL_DEVICE] = { "DEVICE", TABLE_STRING, true, "PCI function or name" },
};

const unsigned int irq_nr_columns = sizeof(irq_columns) / sizeof(irq_columns[0]);

static const char *polarity_cell(const struct irq_info *irq, bool json)
{
	if (irq->type != MINT_ROUTE_IOAPIC && irq->type != MINT_ROUTE_SHARED)
		return json ? NULL : "-";
	return irq->flags & MINT_ROUTEF_LOW ? "low" : "high";
}

static const char *number_or_none(uint32_t value, bool json, char *buf)
{
	if (value == ~0U)
		return json ? NULL : "-";
	snprintf(buf, TABLE_CELL_BYTES, "%u", value);
	return buf;
}

static uint32_t core_of_apic(const struct machine_info *machine, uint32_t apic_id)
{
	uint32_t core;

	for (core = 0; core < machine->nr_cores; core++) {
		if (machine->apic_id[core] == apic_id)
			return core;
	}
	return ~0U;
}

static const char *device_cell(const struct irq_info *irq, bool json, char *buf)
{
	if (irq->sbdf != ~0U)
		return format_bdf(irq->sbdf, buf);
	return irq->dev[0] ? irq->dev : (json ? NULL : "-");
}

static const char *line_number(const struct irq_info *irq, uint32_t value,
			       bool json, char *buf)
{
	if (!irq->has_line)
		return json ? NULL : "-";
	return table_number(value, buf);
}

/* Numbers of its line. */
static const char *line_cell(const struct irq_info *irq, unsigned int column,
			     bool json, char *buf)
{
	switch (column) {
	case COL_ROUNDS:
		return line_number(irq, irq->rounds, json, buf);
	case COL_FORCED:
		return line_number(irq, irq->forced, json, buf);
	case COL_EVICTIONS:
		return line_number(irq, irq->evictions, json, buf);
	default:
		return line_number(irq, irq->timeout_ms, json, buf);
	}
}

static const char *number_cell(const struct model *m, const struct irq_info *irq,
			       unsigned int column, bool json, char *buf)
{
	switch (column) {
	case COL_GSI:
		return number_or_none(irq->gsi, json, buf);
	case COL_CHIP:
		return number_or_none(irq->chip, json, buf);
	case COL_PIN:
		return number_or_none(irq->pin, json, buf);
	case COL_VECTOR:
		return table_number(irq->vector, buf);
	case COL_DEST:
		return table_number(irq->dest, buf);
	case COL_CORE:
		return number_or_none(core_of_apic(&m->machine, irq->dest), json,
				      buf);
	case COL_COUNT:
		return table_number(irq->count, buf);
	case COL_FOREIGN:
		return table_number(irq->foreign, buf);
	default:
		return line_cell(irq, column, json, buf);
	}
}

static const char *irq_cell(const void *data, unsigned int row,
			    unsigned int column, bool json, char *buf)
{
	const struct model *m = data;
	const struct irq_info *irq = &m->irqs[row];

	switch (column) {
	case COL_TYPE:
		return format_route_type(irq->type);
	case COL_TRIGGER:
		return irq->flags & MINT_ROUTEF_LEVEL ? "level" : "edge";
	case COL_POLARITY:
		return polarity_cell(irq, json);
	case COL_OWNER:
		return model_os_name(m, irq->os, buf);
	case COL_STATE:
		return irq_info_state(irq);
	case COL_SHARERS:
		return model_os_names(m, irq->sharers, json, buf,
				      TABLE_CELL_BYTES);
	case COL_EVICTED:
		return model_os_names(m, irq->evicted, json, buf,
				      TABLE_CELL_BYTES);
	case COL_STRATEGY:
		return irq->strategy[0] ? irq->strategy : NULL;
	case COL_DEVICE:
		return device_cell(irq, json, buf);
	default:
		return number_cell(m, irq, column, json, buf);
	}
}

int irq_view_table(const struct model *m, const struct table_options *o,
		   FILE *out)
{
	const struct table t = {
		.name = "irqs",
		.columns = irq_columns,
		.nr_columns = irq_nr_columns,
		.nr_rows = m->nr_irqs,
		.cell = irq_cell,
		.data = m,
	};

	return table_print(&t, o, out);
}
