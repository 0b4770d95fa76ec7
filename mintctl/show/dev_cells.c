// SPDX-License-Identifier: GPL-2.0-only
/*
 * The columns of a PCI function that only "dev show" has as text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/event.h"
#include "model/modules.h"
#include "model/timings.h"
#include "show/dev_cells.h"
#include "show/format.h"

static const char *string_cell(char *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static const char *string_cell(char *buf, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(buf, TABLE_CELL_BYTES, format, ap);
	va_end(ap);
	return buf;
}

/* ---- what it is --------------------------------------------------------------- */

const char *dev_flags_cell(uint32_t flags, bool json, char *buf)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ MINT_DEVF_BRIDGE, "bridge" },
		{ MINT_DEVF_CHIPSET, "chipset" },
		{ MINT_DEVF_MSI, "msi" },
		{ MINT_DEVF_MSIX, "msix" },
		{ MINT_DEVF_INTX, "intx" },
		{ MINT_DEVF_FLR, "flr" },
		{ MINT_DEVF_DRIVER, "driver" },
		{ MINT_DEVF_SIBLINGS, "siblings" },
		{ MINT_DEVF_NO_BUS_RESET, "no-bus-reset" },
		{ MINT_DEVF_SLOT, "slot" },
		{ MINT_DEVF_PM_RESET, "pm-reset" },
		{ MINT_DEVF_WATCHDOG, "watchdog" },
		{ MINT_DEVF_NO_DISARM, "no-disarm" },
		{ MINT_DEVF_NOT_RESET, "not-reset" },
		{ MINT_DEVF_ARMED, "armed" },
		{ MINT_DEVF_STAYS, "stays" },
	};
	struct table_list l = { .buf = buf, .json = json };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].flag)
			table_list_add(&l, "%s", names[i].name);
	}
	return buf;
}

static const char *moves_cell(const struct dev_info *dev)
{
	if (dev->flags & MINT_DEVF_BRIDGE)
		return "bridge";
	if (dev->flags & MINT_DEVF_CHIPSET)
		return "chipset";
	return dev->flags & MINT_DEVF_STAYS ? "no ECAM" : "yes";
}

static const char *kind_cell(const struct dev_info *dev,
			     enum dev_full_column column, char *buf)
{
	switch (column) {
	case DEVC_SUBSYSTEM:
		return !dev->sub_vendor ? NULL :
		       string_cell(buf, "%04x:%04x", dev->sub_vendor, dev->sub_device);
	case DEVC_REVISION:
		return string_cell(buf, "%02x", dev->class_rev & 0xff);
	case DEVC_CLASS_NAME:
		return format_class(dev, buf, TABLE_CELL_BYTES);
	case DEVC_MODALIAS:
		return format_modalias(dev, buf, TABLE_CELL_BYTES);
	case DEVC_MOVES:
		return moves_cell(dev);
	case DEVC_TRIGGER:
		return dev->gsi == ~0U ? NULL : dev->gsi_flags & 1 ? "level" : "edge";
	default:
		return dev->gsi == ~0U ? NULL : dev->gsi_flags & 2 ? "low" : "high";
	}
}

/* ---- its ranges --------------------------------------------------------------- */

static void add_bar(struct table_list *l, const struct dev_info *dev, unsigned int i,
		    enum dev_full_column column)
{
	unsigned long long address = dev_bar_address(dev, i);
	char size[32];

	if (column == DEVC_BARS)
		table_list_add(l, "%u", i);
	else if (column == DEVC_BAR_TYPES)
		table_list_add(l, "%s", dev_bar_is_io(dev, i) ? "ports" : "memory");
	else if (column == DEVC_BAR_ADDRESSES)
		table_list_add(l, l->json ? "%llu" : "0x%llx", address);
	else if (l->json)
		table_list_add(l, "%llu", (unsigned long long)dev->bar_size[i]);
	else
		table_list_add(l, "%s", format_size(dev->bar_size[i], size, sizeof(size)));
}

static const char *bars_cell(const struct dev_info *dev,
			     enum dev_full_column column, bool json, char *buf)
{
	struct table_list l = { .buf = buf, .json = json };
	unsigned int i;

	/* The type is in the address. */
	if (dev->hides_addresses &&
	    (column == DEVC_BAR_TYPES || column == DEVC_BAR_ADDRESSES))
		return json ? "" : "-";
	for (i = 0; i < MINT_NR_BARS; i++) {
		if (dev->bar_size[i])
			add_bar(&l, dev, i, column);
	}
	return buf;
}

/* ---- its last order ------------------------------------------------------------- */

static const char *ns_cell(uint64_t ns, bool json, char *buf)
{
	return json ? string_cell(buf, "%llu", (unsigned long long)ns) :
	       format_ns(ns, buf, TABLE_CELL_BYTES);
}

static void add_phase(struct table_list *l, const struct timing *t,
		      enum dev_full_column column)
{
	uint64_t ns = column == DEVC_PHASE_TIMES ? t->took_ns : t->end_ns;
	char text[TABLE_CELL_BYTES];

	if (column == DEVC_PHASES)
		table_list_add(l, "%s", phase_name(t->phase));
	else
		table_list_add(l, "%s", ns_cell(ns, l->json, text));
}

static const char *phases_cell(const struct dev_info *dev,
			       enum dev_full_column column, bool json, char *buf)
{
	struct table_list l = { .buf = buf, .json = json };
	struct timings t;
	unsigned int i;

	timings_of(dev, &t);
	for (i = 0; i < t.nr; i++)
		add_phase(&l, &t.phase[i], column);
	return buf;
}

static const char *total_cell(const struct dev_info *dev,
			      enum dev_full_column column, bool json, char *buf)
{
	struct timings t;

	timings_of(dev, &t);
	return ns_cell(column == DEVC_DOWNTIME ? t.total_ns : t.layer_ns, json, buf);
}

static const char *order_cell(const struct model *m, const struct dev_info *dev,
			      enum dev_full_column column, bool json, char *buf)
{
	if (!dev->order)
		return NULL;
	switch (column) {
	case DEVC_ORDER:
		return string_cell(buf, "%u", dev->order);
	case DEVC_ORDERER:
		return model_os_name(m, dev->orderer, buf);
	case DEVC_FAILURE:
		return dev->error ? dev_failure(dev) : NULL;
	case DEVC_DOWNTIME:
	case DEVC_LAYER_TIME:
		return total_cell(dev, column, json, buf);
	default:
		return phases_cell(dev, column, json, buf);
	}
}

const char *dev_full_cell(const struct model *m, const struct dev_info *dev,
			  enum dev_full_column column, bool json, char *buf)
{
	if (column <= DEVC_POLARITY)
		return kind_cell(dev, column, buf);
	if (column == DEVC_EJECT)
		return json ? (dev->eject ? "1" : "0") : (dev->eject ? "yes" : "no");
	if (column <= DEVC_BAR_SIZES)
		return bars_cell(dev, column, json, buf);
	return order_cell(m, dev, column, json, buf);
}
