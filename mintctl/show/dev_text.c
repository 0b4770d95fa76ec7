// SPDX-License-Identifier: GPL-2.0-only
/*
 * One PCI function in full, for people.
 */
#include <stdio.h>
#include <string.h>

#include "lib/parse.h"
#include "model/event.h"
#include "model/modules.h"
#include "model/timings.h"
#include "show/format.h"
#include "show/hazard.h"
#include "show/view.h"

#define FIELD	"%-13s"

/* ---- dev show ---------------------------------------------------------------- */

static void show_interrupts(const struct dev_info *dev, FILE *out)
{
	fprintf(out, FIELD "%s%s%s\n", "Interrupts:",
		dev->flags & MINT_DEVF_MSIX ? "msix " : "",
		dev->flags & MINT_DEVF_MSI ? "msi " : "",
		dev->flags & MINT_DEVF_INTX ? "intx" : "");
	if (dev->gsi != ~0U)
		fprintf(out, FIELD "%u, %s, active %s\n", "GSI:", dev->gsi,
			dev->gsi_flags & 1 ? "level" : "edge",
			dev->gsi_flags & 2 ? "low" : "high");
}

static void show_bars(const struct dev_info *dev, FILE *out)
{
	unsigned int i;
	char size[32];

	for (i = 0; i < MINT_NR_BARS; i++) {
		if (!dev->bar_size[i])
			continue;
		format_size(dev->bar_size[i], size, sizeof(size));
		if (dev->hides_addresses)
			fprintf(out, "BAR %u:       -  (%s)\n", i, size);
		else
			fprintf(out, "BAR %u:       %s 0x%llx  (%s)\n", i,
				dev_bar_is_io(dev, i) ? "ports" : "memory",
				(unsigned long long)dev_bar_address(dev, i), size);
	}
}

/* What there is to know before it is moved. */
static void show_kind(const struct dev_info *dev, FILE *out)
{
	if (dev->flags & MINT_DEVF_BRIDGE)
		fprintf(out, FIELD "bridge%s, stays\n", "Moves:",
			dev->flags & MINT_DEVF_SLOT ? " with a hot-plug slot" : "");
	else if (dev->flags & MINT_DEVF_CHIPSET)
		fprintf(out, FIELD "no, it is part of the chipset\n", "Moves:");
	else if (dev->flags & MINT_DEVF_STAYS)
		fprintf(out, FIELD "no, this machine has no memory mapped PCI configuration space (ECAM)\n",
			"Moves:");
	else
		fprintf(out, FIELD "yes%s\n", "Moves:",
			dev->flags & MINT_DEVF_SIBLINGS ?
			", together with what shares its slot" : "");
}

static void show_where(const struct model *m, const struct dev_info *dev, FILE *out)
{
	char name[MINT_NAME_LEN], bdf[BDF_LEN];

	fprintf(out, FIELD "%s\n", "Owner:", dev->owner ?
		model_os_name(m, dev->owner, name) : "nobody");
	if (dev->driver[0])
		fprintf(out, FIELD "%s\n", "Driver:", dev->driver);
	if (dev->home)
		fprintf(out, FIELD "%s\n", "Home:", model_os_name(m, dev->home, name));
	if (dev->bridge != ~0U)
		fprintf(out, FIELD "%s\n", "Below:", format_bdf(dev->bridge, bdf));
	if (dev->eject)
		fprintf(out, FIELD "its slot is to be powered off\n", "State:");
	if (dev_info_moves(dev))
		fprintf(out, FIELD "on its way to %s\n", "State:", dev->to ?
			model_os_name(m, dev->to, name) : "nobody");
}

static void show_order(const struct model *m, const struct dev_info *dev, FILE *out)
{
	char name[MINT_NAME_LEN];

	if (!dev->order)
		return;
	fprintf(out, FIELD "number %u, by %s", "Last order:", dev->order,
		model_os_name(m, dev->orderer, name));
	if (dev->error)
		fprintf(out, "; failed: %s", dev_failure(dev));
	fputc('\n', out);
	timings_print(dev, out);
}

void dev_view_text(const struct model *m, const struct dev_info *dev, FILE *out)
{
	char buf[256];

	fprintf(out, FIELD "%s\n", "Function:", format_bdf(dev->sbdf, buf));
	fprintf(out, FIELD "%s\n", "Name:", format_device(dev, buf, sizeof(buf)));
	fprintf(out, FIELD "%s\n", "Class:", format_class(dev, buf, sizeof(buf)));
	fprintf(out, FIELD "%04x:%04x", "Ids:", dev->vendor, dev->device);
	if (dev->sub_vendor)
		fprintf(out, ", subsystem %04x:%04x", dev->sub_vendor, dev->sub_device);
	fprintf(out, ", revision %02x\n", dev->class_rev & 0xff);
	fprintf(out, FIELD "%s\n", "Modalias:",
		format_modalias(dev, buf, sizeof(buf)));
	show_where(m, dev, out);
	show_kind(dev, out);
	hazard_show(m, dev, out);
	show_interrupts(dev, out);
	show_bars(dev, out);
	show_order(m, dev, out);
}
