// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions as a table.
 */
#include <string.h>

#include "lib/parse.h"
#include "show/dev_cells.h"
#include "show/format.h"
#include "show/hazard.h"
#include "show/view.h"

enum {
	COL_BDF, COL_OWNER, COL_STATE, COL_DRIVER, COL_ID, COL_CLASS, COL_IRQ,
	COL_GSI, COL_HOME, COL_TO, COL_PORT, COL_RESET, COL_FLAGS, COL_NAME,
	/* In dev_cells.c from here on. */
	COL_FULL,
};

const struct table_column dev_columns[] = {
	[COL_BDF] = { "BDF", TABLE_STRING, true, "address of the PCI function" },
	[COL_OWNER] = { "OWNER", TABLE_STRING, true, "OS that has it" },
	[COL_STATE] = { "STATE", TABLE_STRING, false,
		"owned, free; on its way: release, claim, fence" },
	[COL_DRIVER] = { "DRIVER", TABLE_STRING, true, "driver in its OS" },
	[COL_ID] = { "ID", TABLE_STRING, false, "vendor and device id" },
	[COL_CLASS] = { "CLASS", TABLE_STRING, false, "class and subclass" },
	[COL_IRQ] = { "IRQ", TABLE_STRING, true,
		"best kind of interrupt that it has: msix, msi, intx" },
	[COL_GSI] = { "GSI", TABLE_NUMBER, true, "line of its INTx" },
	[COL_HOME] = { "HOME", TABLE_STRING, false,
		"OS that it goes back to when its owner is destroyed" },
	[COL_TO] = { "TO", TABLE_STRING, false, "OS that it is on its way to" },
	[COL_PORT] = { "PORT", TABLE_STRING, false, "bridge above it" },
	[COL_RESET] = { "RESET", TABLE_STRING, false,
		"how it is reset: flr, pm (by power state), bus, none" },
	[COL_FLAGS] = { "FLAGS", TABLE_STRINGS, false, DEV_FLAGS_HELP },
	[COL_NAME] = { "NAME", TABLE_STRING, true, "name" },
	DEV_FULL_COLUMNS
};

const unsigned int dev_nr_columns = sizeof(dev_columns) / sizeof(dev_columns[0]);

static const char *state_cell(const struct dev_info *dev)
{
	switch (dev->state) {
	case MINT_DEV_OWNED:
		return dev->owner == MINT_OS_NONE ? "free" : "owned";
	case MINT_DEV_RELEASE:
		return "release";
	case MINT_DEV_CLAIM:
		return "claim";
	case MINT_DEV_GONE:
		return "gone";
	case MINT_DEV_FENCE:
		return "fence";
	default:
		return "unknown";
	}
}

static const char *irq_cell(const struct dev_info *dev, bool json)
{
	if (dev->flags & MINT_DEVF_MSIX)
		return "msix";
	if (dev->flags & MINT_DEVF_MSI)
		return "msi";
	if (dev->flags & MINT_DEVF_INTX)
		return "intx";
	return json ? NULL : "-";
}

static const char *number_or_none(uint32_t value, bool json, char *buf)
{
	if (value == ~0U)
		return json ? NULL : "-";
	snprintf(buf, TABLE_CELL_BYTES, "%u", value);
	return buf;
}

static const char *os_cell(const struct model *m, uint32_t os, bool json,
			   char *buf)
{
	if (os == MINT_OS_NONE && json)
		return NULL;
	return model_os_name(m, os, buf);
}

static const char *ids_cell(const struct dev_info *dev, unsigned int column,
			    char *buf)
{
	if (column == COL_ID)
		snprintf(buf, TABLE_CELL_BYTES, "%04x:%04x", dev->vendor,
			 dev->device);
	else
		snprintf(buf, TABLE_CELL_BYTES, "%04x", dev->class_rev >> 16);
	return buf;
}

static const char *dev_cell(const void *data, unsigned int row,
			    unsigned int column, bool json, char *buf)
{
	const struct model *m = data;
	const struct dev_info *dev = &m->devs[row];

	switch (column) {
	case COL_BDF:
		return format_bdf(dev->sbdf, buf);
	case COL_OWNER:
		return os_cell(m, dev->owner, json, buf);
	case COL_HOME:
		return os_cell(m, dev->home, json, buf);
	case COL_TO:
		return dev_info_moves(dev) ? os_cell(m, dev->to, json, buf) : NULL;
	case COL_PORT:
		return dev->bridge == ~0U ? NULL : format_bdf(dev->bridge, buf);
	case COL_STATE:
		return state_cell(dev);
	case COL_DRIVER:
		return dev->driver[0] ? dev->driver : (json ? NULL : "-");
	case COL_ID:
	case COL_CLASS:
		return ids_cell(dev, column, buf);
	case COL_IRQ:
		return irq_cell(dev, json);
	case COL_GSI:
		return number_or_none(dev->gsi, json, buf);
	case COL_RESET:
		return hazard_reset(m, dev);
	case COL_FLAGS:
		return dev_flags_cell(dev->flags, json, buf);
	case COL_NAME:
		return format_device(dev, buf, TABLE_CELL_BYTES);
	default:
		return dev_full_cell(m, dev, column - COL_FULL, json, buf);
	}
}

int dev_view_table(const struct model *m, const struct table_options *o,
		   FILE *out)
{
	const struct table t = {
		.name = "devices",
		.columns = dev_columns,
		.nr_columns = dev_nr_columns,
		.nr_rows = m->nr_devs,
		.cell = dev_cell,
		.data = m,
	};

	return table_print(&t, o, out);
}
