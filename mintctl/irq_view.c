// SPDX-License-Identifier: GPL-2.0-only
#include "parse.h"
#include "view.h"

enum {
	COL_GSI, COL_TYPE, COL_CHIP, COL_PIN, COL_TRIGGER, COL_POLARITY,
	COL_OWNER, COL_VECTOR, COL_DEST, COL_CPU, COL_STATE, COL_COUNT,
	COL_FOREIGN, COL_DEVICE,
};

const struct table_column irq_columns[] = {
	[COL_GSI] = { "GSI", TABLE_NUMBER, true, "system-wide number of the line" },
	[COL_TYPE] = { "TYPE", TABLE_STRING, true,
		"ioapic, shared, msi, msix, doorbell" },
	[COL_CHIP] = { "CHIP", TABLE_NUMBER, false, "index of the I/O APIC" },
	[COL_PIN] = { "PIN", TABLE_NUMBER, false, "its input" },
	[COL_TRIGGER] = { "TRIGGER", TABLE_STRING, true, "edge, level" },
	[COL_POLARITY] = { "POLARITY", TABLE_STRING, false, "high, low" },
	[COL_OWNER] = { "OWNER", TABLE_STRING, true, "OS that handles it" },
	[COL_VECTOR] = { "VECTOR", TABLE_NUMBER, true, "interrupt vector" },
	[COL_DEST] = { "DEST", TABLE_NUMBER, true, "APIC id that it is sent to" },
	[COL_CPU] = { "CPU", TABLE_NUMBER, false, "machine core number of that" },
	[COL_STATE] = { "STATE", TABLE_STRING, true, "active, masked" },
	[COL_COUNT] = { "COUNT", TABLE_NUMBER, true, "how often it arrived" },
	[COL_FOREIGN] = { "FOREIGN", TABLE_NUMBER, false,
		"how often it was another OS's" },
	[COL_DEVICE] = { "DEVICE", TABLE_STRING, true, "PCI function or name" },
};

const unsigned int irq_nr_columns = sizeof(irq_columns) / sizeof(irq_columns[0]);

static const char *type_cell(uint32_t type)
{
	static const char *const names[] = {
		[MINT_ROUTE_FREE] = "none",
		[MINT_ROUTE_IOAPIC] = "ioapic",
		[MINT_ROUTE_SHARED] = "shared",
		[MINT_ROUTE_MSI] = "msi",
		[MINT_ROUTE_MSIX] = "msix",
		[MINT_ROUTE_DOORBELL] = "doorbell",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "unknown";
}

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

static const char *count_cell(uint64_t value, char *buf)
{
	snprintf(buf, TABLE_CELL_BYTES, "%llu", (unsigned long long)value);
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
		return count_cell(irq->vector, buf);
	case COL_DEST:
		return count_cell(irq->dest, buf);
	case COL_CPU:
		return number_or_none(core_of_apic(&m->machine, irq->dest), json,
				      buf);
	case COL_COUNT:
		return count_cell(irq->count, buf);
	default:
		return count_cell(irq->foreign, buf);
	}
}

static const char *irq_cell(const void *data, unsigned int row,
			    unsigned int column, bool json, char *buf)
{
	const struct model *m = data;
	const struct irq_info *irq = &m->irqs[row];

	switch (column) {
	case COL_TYPE:
		return type_cell(irq->type);
	case COL_TRIGGER:
		return irq->flags & MINT_ROUTEF_LEVEL ? "level" : "edge";
	case COL_POLARITY:
		return polarity_cell(irq, json);
	case COL_OWNER:
		return model_os_name(m, irq->os, buf);
	case COL_STATE:
		return irq->flags & MINT_ROUTEF_MASKED ? "masked" : "active";
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
