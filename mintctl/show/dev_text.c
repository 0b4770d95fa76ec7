// SPDX-License-Identifier: GPL-2.0-only
/*
 * One PCI function in full, and all of them as a tree, for people.
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

/* ---- dev tree ----------------------------------------------------------------- */

static const struct dev_info *next_below(const struct model *m, uint32_t bridge,
					 const struct dev_info *after)
{
	const struct dev_info *dev = after ? after + 1 : m->devs;

	for (; dev < m->devs + m->nr_devs; dev++) {
		if (dev->bridge == bridge && dev->state != MINT_DEV_GONE)
			return dev;
	}
	return NULL;
}

static void print_node(const struct model *m, const struct dev_info *dev, FILE *out)
{
	char bdf[BDF_LEN], owner[MINT_NAME_LEN], name[256];

	fprintf(out, "%s  [%s%s%s]", format_bdf(dev->sbdf, bdf), dev->owner ?
		model_os_name(m, dev->owner, owner) : "nobody",
		dev->driver[0] ? " " : "", dev->driver);
	if (dev->gsi != ~0U)
		fprintf(out, " GSI %u", dev->gsi);
	fprintf(out, "  %s\n", format_device(dev, name, sizeof(name)));
}

/* @prefix: what stands before each line below @bridge. */
static void print_below(const struct model *m, uint32_t bridge, const char *prefix,
			unsigned int depth, FILE *out)
{
	const struct dev_info *dev = next_below(m, bridge, NULL), *next;
	char deeper[128];

	for (; dev; dev = next) {
		next = next_below(m, bridge, dev);
		fprintf(out, "%s%s-", prefix, next ? "|" : "`");
		print_node(m, dev, out);
		/* The table may say anything: no circle shall hold us. */
		if (!(dev->flags & MINT_DEVF_BRIDGE) || depth > 32)
			continue;
		snprintf(deeper, sizeof(deeper), "%s%s ", prefix, next ? "|" : " ");
		print_below(m, dev->sbdf, deeper, depth + 1, out);
	}
}

void dev_view_tree(const struct model *m, FILE *out)
{
	print_below(m, ~0U, "", 0, out);
}
