/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The columns of a PCI function that only "dev show" has as text: what it is, its
 * ranges, its last order.  dev_view.c has them behind its own.
 */
#ifndef MINTCTL_DEV_CELLS_H
#define MINTCTL_DEV_CELLS_H

#include "model/model.h"
#include "show/table.h"

#define DEV_FLAGS_HELP \
	"bridge, chipset, msi, msix, intx, flr, driver, siblings, no-bus-reset, slot, " \
	"pm-reset, watchdog, no-disarm, not-reset, armed, stays"

/* In the order of enum dev_full_column. */
#define DEV_FULL_COLUMNS \
	{ "SUBSYSTEM", TABLE_STRING, false, "subsystem vendor and device id", NULL }, \
	{ "REVISION", TABLE_STRING, false, "revision", NULL }, \
	{ "CLASS-NAME", TABLE_STRING, false, "name of its class", NULL }, \
	{ "MODALIAS", TABLE_STRING, false, "what drivers match", NULL }, \
	{ "MOVES", TABLE_STRING, false, \
		"whether it can be moved: yes; bridge, chipset, no ECAM: it stays", NULL }, \
	{ "TRIGGER", TABLE_STRING, false, "of its GSI: edge, level", NULL }, \
	{ "POLARITY", TABLE_STRING, false, "of its GSI: high, low", NULL }, \
	{ "EJECT", TABLE_BOOLEAN, false, "whether its slot is to be powered off", NULL }, \
	{ "BARS", TABLE_NUMBERS, false, "BARs that it uses", NULL }, \
	{ "BAR-TYPES", TABLE_STRINGS, false, "of each of them: memory, ports", NULL }, \
	{ "BAR-ADDRESSES", TABLE_NUMBERS, false, "where each begins", NULL }, \
	{ "BAR-SIZES", TABLE_NUMBERS, false, "size of each", NULL }, \
	{ "ORDER", TABLE_NUMBER, false, "number of its last order", NULL }, \
	{ "ORDERER", TABLE_STRING, false, "OS that gave that", NULL }, \
	{ "FAILURE", TABLE_STRING, false, "why that failed", NULL }, \
	{ "PHASES", TABLE_STRINGS, false, "phases that it passed", NULL }, \
	{ "PHASE-TIMES", TABLE_NUMBERS, false, "how long each took (JSON: ns)", NULL }, \
	{ "PHASE-ENDS", TABLE_NUMBERS, false, \
		"when each ended, after the order (JSON: ns)", NULL }, \
	{ "DOWNTIME", TABLE_NUMBER, false, \
		"how long no driver had it (JSON: ns)", NULL }, \
	{ "LAYER-TIME", TABLE_NUMBER, false, "the layer's part of that (JSON: ns)", NULL },

enum dev_full_column {
	DEVC_SUBSYSTEM, DEVC_REVISION, DEVC_CLASS_NAME, DEVC_MODALIAS, DEVC_MOVES,
	DEVC_TRIGGER, DEVC_POLARITY, DEVC_EJECT, DEVC_BARS, DEVC_BAR_TYPES,
	DEVC_BAR_ADDRESSES, DEVC_BAR_SIZES, DEVC_ORDER, DEVC_ORDERER, DEVC_FAILURE,
	DEVC_PHASES, DEVC_PHASE_TIMES, DEVC_PHASE_ENDS, DEVC_DOWNTIME, DEVC_LAYER_TIME,
};

/* Cells as struct table.cell makes them. */
const char *dev_full_cell(const struct model *m, const struct dev_info *dev,
			  enum dev_full_column column, bool json, char *buf);
const char *dev_flags_cell(uint32_t flags, bool json, char *buf);

#endif /* MINTCTL_DEV_CELLS_H */
