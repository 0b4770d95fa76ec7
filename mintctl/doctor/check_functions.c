// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions: which go together, which stay, which cannot be reset.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/internal.h"
#include "lib/parse.h"
#include "show/format.h"
#include "show/hazard.h"

/* "Intel Corporation 82574L": in front of what there is to say. */
static void name_of(const struct dev_info *dev, char *buf, size_t size)
{
	format_device(dev, buf, size);
}

static void check_reset(struct patient *p, const struct dev_info *dev)
{
	char bdf[BDF_LEN], name[100];
	struct finding *f;

	if (strcmp(hazard_reset(&p->census.m, dev), "none"))
		return;
	name_of(dev, name, sizeof(name));
	f = report_add(p->report, FINDING_WARNING, "reset", format_bdf(dev->sbdf, bdf));
	finding_cause(f, "%s has no way to be reset (FLR, power state, bridge above): it keeps what the driver of one OS left in it when another OS gets it",
		      name);
	finding_advice(f, "Leave it to one OS, or try first whether the driver takes it as it is.");
	f->estimate = p->census.cut;
}

static void check_fixed(struct patient *p, const struct dev_info *dev)
{
	char bdf[BDF_LEN];
	struct finding *f;

	if (census_is_fixed_ide(dev)) {
		f = report_add(p->report, FINDING_NOTE, "stays", format_bdf(dev->sbdf, bdf));
		finding_cause(f, "this IDE controller is at the fixed ports, and stays with the first OS");
		finding_advice(f, "Switch it to AHCI in the firmware's setup.");
	} else if (dev->class_rev >> 16 == 0x0300) {
		f = report_add(p->report, FINDING_NOTE, "together", format_bdf(dev->sbdf, bdf));
		finding_cause(f, "this VGA card may be the legacy device vga as well, and goes with it");
		finding_advice(f, "Give both: os create --dev %s --legacy vga.", bdf);
		f->estimate = true;
	}
}

/* ---- slots -------------------------------------------------------------------------- */

/* "0000:03:00.0, .1, .2" */
static void slot_text(const struct census *c, uint32_t sbdf, char *buf, size_t size)
{
	size_t len = 0;
	unsigned int i;
	char bdf[BDF_LEN];

	for (i = 0; i < c->m.nr_devs && len < size; i++) {
		if (c->m.devs[i].sbdf >> 3 != sbdf >> 3 || c->more[i].is_virtual)
			continue;
		format_bdf(c->m.devs[i].sbdf, bdf);
		len += snprintf(buf + len, size - len, "%s%s", len ? ", " : "",
				len ? strchr(bdf, '.') : bdf);
	}
}

static bool is_first_of_slot(const struct census *c, unsigned int nr)
{
	return !nr || c->m.devs[nr - 1].sbdf >> 3 != c->m.devs[nr].sbdf >> 3;
}

static void check_slot(struct patient *p, unsigned int nr)
{
	const struct dev_info *dev = &p->census.m.devs[nr];
	struct finding *f;
	char slot[64];

	if (!(dev->flags & MINT_DEVF_SIBLINGS) || dev->flags & MINT_DEVF_CHIPSET ||
	    !is_first_of_slot(&p->census, nr))
		return;
	slot_text(&p->census, dev->sbdf, slot, sizeof(slot));
	f = report_add(p->report, FINDING_NOTE, "together", slot);
	finding_cause(f, "these functions share a slot, and go to another OS together");
	finding_advice(f, "Name all of them, or let 'mintctl dev move --with-siblings' do it.");
}

/* ---- all ---------------------------------------------------------------------------- */

static void check_number(struct patient *p)
{
	const struct census *c = &p->census;
	struct finding *f;

	if (c->elsewhere) {
		f = report_add(p->report, FINDING_NOTE, "stays", "PCI segments");
		finding_cause(f, "%u function%s in other segments than 0: Mint does not know them, they stay with the first OS",
			      c->elsewhere, c->elsewhere == 1 ? " is" : "s are");
		finding_advice(f, "Plug what another OS is to get in elsewhere; switch off VMD in the firmware's setup.");
	}
	if (c->m.nr_devs > MINT_MAX_DEVS) {
		f = report_add(p->report, FINDING_WARNING, "stays", "PCI");
		finding_cause(f, "there are %u functions, and Mint's table has room for %u",
			      c->m.nr_devs, MINT_MAX_DEVS);
		finding_advice(f, "Have fewer virtual functions, or unused ones switched off.");
	}
	if (c->cut && c->m.nr_devs) {
		f = report_add(p->report, FINDING_NOTE, "reset", "PCI");
		finding_cause(f, "who is not root sees no capabilities, so nothing is said of functions with INTx only");
		finding_advice(f, "Run it as root.");
	}
}

void check_functions(struct patient *p)
{
	unsigned int i;

	check_number(p);
	for (i = 0; i < p->census.m.nr_devs; i++) {
		const struct dev_info *dev = &p->census.m.devs[i];

		check_slot(p, i);
		if (!(dev->flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET)))
			check_fixed(p, dev);
		if (census_may_move(dev))
			check_reset(p, dev);
	}
}
