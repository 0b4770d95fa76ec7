// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions by sysfs.  Their capabilities are read of the copy of configuration space
 * there, and not by libpci, whose calls end the program when a file is not as they expect:
 * a recorded tree may have anything in it.
 */
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/census.h"

#define DEVICES	"sys/bus/pci/devices"

/* The part of configuration space that has the capabilities. */
#define CONFIG_BYTES	256
#define CONFIG_FOR_ALL	64

struct config {
	uint8_t byte[CONFIG_BYTES];
	unsigned int len;
};

static uint32_t config_read(const struct config *c, unsigned int at, unsigned int bytes)
{
	uint32_t value = 0;

	if (at + bytes > c->len)
		return 0;
	memcpy(&value, c->byte + at, bytes);	/* little endian, as this machine */
	return value;
}

/* Where a capability begins, or 0; a circle ends, too. */
static unsigned int find_cap(const struct config *c, uint8_t id)
{
	unsigned int at, left = CONFIG_BYTES / 4;

	if (!(config_read(c, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST))
		return 0;
	at = config_read(c, PCI_CAPABILITY_LIST, 1) & ~3U;
	while (at >= CONFIG_FOR_ALL && left--) {
		if (config_read(c, at + PCI_CAP_LIST_ID, 1) == id)
			return at;
		at = config_read(c, at + PCI_CAP_LIST_NEXT, 1) & ~3U;
	}
	return 0;
}

static bool has_flr(const struct config *c)
{
	unsigned int express = find_cap(c, PCI_CAP_ID_EXP), af = find_cap(c, PCI_CAP_ID_AF);
	uint32_t want = PCI_AF_CAP_TP | PCI_AF_CAP_FLR;

	if (express && config_read(c, express + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR)
		return true;
	return af && (config_read(c, af + PCI_AF_CAP, 1) & want) == want;
}

static bool has_pm_reset(const struct config *c)
{
	unsigned int pm = find_cap(c, PCI_CAP_ID_PM);

	return pm && !(config_read(c, pm + PCI_PM_CTRL, 2) & PCI_PM_CTRL_NO_SOFT_RESET);
}

static uint32_t config_flags(const struct config *c)
{
	uint32_t flags = 0;

	if ((config_read(c, PCI_HEADER_TYPE, 1) & 0x7f) != PCI_HEADER_TYPE_NORMAL)
		flags |= MINT_DEVF_BRIDGE;
	if (find_cap(c, PCI_CAP_ID_MSI))
		flags |= MINT_DEVF_MSI;
	if (find_cap(c, PCI_CAP_ID_MSIX))
		flags |= MINT_DEVF_MSIX;
	if (config_read(c, PCI_INTERRUPT_PIN, 1))
		flags |= MINT_DEVF_INTX;
	if (has_flr(c))
		flags |= MINT_DEVF_FLR;
	if (has_pm_reset(c))
		flags |= MINT_DEVF_PM_RESET;
	return flags;
}

/* ---- one function ------------------------------------------------------------------- */

struct reading {
	struct census *census;
	struct tree *tree;
};

static uint64_t number_of(struct tree *t, const char *name, const char *file)
{
	char path[TREE_PATH];
	uint64_t value = 0;

	snprintf(path, sizeof(path), DEVICES "/%s/%s", name, file);
	return tree_number(t, path, &value) ? value : 0;
}

static bool parse_name(const char *name, uint32_t *segment, uint32_t *sbdf)
{
	unsigned int bus, slot, function;

	if (sscanf(name, "%x:%x:%x.%x", segment, &bus, &slot, &function) != 4 ||
	    bus > 0xff || slot > 0x1f || function > 7)
		return false;
	*sbdf = bus << 8 | slot << 3 | function;
	return true;
}

/* The entry is a link to .../BRIDGE/NAME, or to .../pci0000:00/NAME on a root bus. */
static uint32_t bridge_of(struct tree *t, const char *name)
{
	char path[TREE_PATH], to[TREE_PATH], *end;
	uint32_t segment, sbdf;

	snprintf(path, sizeof(path), DEVICES "/%s", name);
	if (!tree_link(t, path, to, sizeof(to)))
		return ~0U;
	end = strrchr(to, '/');
	if (!end)
		return ~0U;
	*end = '\0';
	end = strrchr(to, '/');
	return end && parse_name(end + 1, &segment, &sbdf) ? sbdf : ~0U;
}

static void read_driver(struct tree *t, const char *name, struct dev_info *dev)
{
	char path[TREE_PATH], to[TREE_PATH];
	const char *base;

	snprintf(path, sizeof(path), DEVICES "/%s/driver", name);
	if (!tree_link(t, path, to, sizeof(to)))
		return;
	base = strrchr(to, '/');
	snprintf(dev->driver, sizeof(dev->driver), "%.23s", base ? base + 1 : to);
}

/* Without capabilities: the ways to reset it that Linux has found. */
static uint32_t reset_flags(struct tree *t, const char *name)
{
	char path[TREE_PATH], ways[128];
	uint32_t flags = 0;

	snprintf(path, sizeof(path), DEVICES "/%s/reset_method", name);
	if (!tree_line(t, path, ways, sizeof(ways)))
		return 0;
	if (strstr(ways, "flr"))
		flags |= MINT_DEVF_FLR;
	if (strstr(ways, "pm"))
		flags |= MINT_DEVF_PM_RESET;
	return flags;
}

static void read_flags(struct reading *r, const char *name, struct dev_info *dev)
{
	char path[TREE_PATH];
	struct config c;
	ssize_t n;

	snprintf(path, sizeof(path), DEVICES "/%s/config", name);
	n = tree_bytes(r->tree, path, 0, c.byte, sizeof(c.byte));
	c.len = n > 0 ? n : 0;
	dev->flags = config_flags(&c);
	if (c.len > CONFIG_FOR_ALL)
		return;
	r->census->cut = true;
	dev->flags |= reset_flags(r->tree, name);
}

static void keep(struct census *c, const struct dev_info *dev,
		 const struct census_more *more)
{
	struct census_more *list = realloc(c->more, (c->m.nr_devs + 1) * sizeof(*list));

	if (list)
		c->more = list;
	if (!list || model_add_dev(&c->m, dev))
		c->failed = true;
	else
		c->more[c->m.nr_devs - 1] = *more;
}

static void read_function(void *arg, const char *name)
{
	struct dev_info dev = { .state = MINT_DEV_OWNED, .gsi = ~0U };
	struct reading *r = arg;
	struct census_more more;
	char path[TREE_PATH];
	uint32_t segment;

	if (!parse_name(name, &segment, &dev.sbdf))
		return;
	if (segment) {
		r->census->elsewhere++;
		return;
	}
	dev.bridge = bridge_of(r->tree, name);
	dev.vendor = number_of(r->tree, name, "vendor");
	dev.device = number_of(r->tree, name, "device");
	dev.class_rev = number_of(r->tree, name, "class") << 8;
	read_flags(r, name, &dev);
	read_driver(r->tree, name, &dev);
	more.irq = number_of(r->tree, name, "irq");
	snprintf(path, sizeof(path), DEVICES "/%s/physfn", name);
	more.is_virtual = tree_has(r->tree, path);
	keep(r->census, &dev, &more);
}

/* ---- slots ---------------------------------------------------------------------------- */

static bool is_chipset(const struct dev_info *dev)
{
	switch (dev->class_rev >> 16) {
	case 0x0600:	/* host bridge */
	case 0x0601:	/* ISA bridge */
	case 0x0602:	/* EISA bridge */
	case 0x0800:	/* interrupt controller */
	case 0x0806:	/* IOMMU */
	case 0x0807:	/* root complex event collector */
		return true;
	default:
		return false;
	}
}

static bool share_slot(const struct census *c, unsigned int a, unsigned int b)
{
	return a != b && c->m.devs[a].sbdf >> 3 == c->m.devs[b].sbdf >> 3 &&
	       !c->more[a].is_virtual && !c->more[b].is_virtual;
}

static uint32_t slot_flags(const struct census *c, unsigned int nr)
{
	uint32_t flags = is_chipset(&c->m.devs[nr]) ? MINT_DEVF_CHIPSET : 0;
	unsigned int i;

	for (i = 0; i < c->m.nr_devs; i++) {
		if (!share_slot(c, nr, i))
			continue;
		flags |= MINT_DEVF_SIBLINGS;
		if (is_chipset(&c->m.devs[i]))
			flags |= MINT_DEVF_CHIPSET;
	}
	return flags;
}

void census_read(struct census *c, struct tree *t)
{
	struct reading r = { c, t };
	unsigned int i;

	memset(c, 0, sizeof(*c));
	tree_each(t, DEVICES, read_function, &r);
	for (i = 0; i < c->m.nr_devs; i++)
		c->m.devs[i].flags |= slot_flags(c, i);
}

void census_free(struct census *c)
{
	free(c->more);
	model_release(&c->m);
}

/* The interface of an IDE controller: a channel without bit 0 or 2 is at the fixed ports. */
bool census_is_fixed_ide(const struct dev_info *dev)
{
	return dev->class_rev >> 16 == 0x0101 && (dev->class_rev >> 8 & 5) != 5;
}

bool census_may_move(const struct dev_info *dev)
{
	return !(dev->flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET)) &&
	       !census_is_fixed_ide(dev);
}
