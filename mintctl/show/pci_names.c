// SPDX-License-Identifier: GPL-2.0-only
/*
 * What PCI functions and their classes are called, by the list of libpci.
 */
#include <pci/pci.h>
#include <stdio.h>

#include "model/model.h"
#include "show/format.h"

static void on_pci_error(char *format, ...)
{
	(void)format;	/* then there is no name */
}

/* One reader of the list of names for the whole run. */
static struct pci_access *pci_names(void)
{
	static struct pci_access *access;

	if (!access) {
		access = pci_alloc();
		access->warning = on_pci_error;
		access->debug = on_pci_error;
	}
	return access;
}

const char *format_device(const struct dev_info *dev, char *buf, size_t size)
{
	char name[256];
	const char *found = pci_lookup_name(pci_names(), name, sizeof(name),
					    PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE |
					    PCI_LOOKUP_NO_NUMBERS,
					    dev->vendor, dev->device);

	if (found)
		snprintf(buf, size, "%s", found);
	else
		snprintf(buf, size, "%04x:%04x", dev->vendor, dev->device);
	return buf;
}

const char *format_class(const struct dev_info *dev, char *buf, size_t size)
{
	char name[256];
	const char *found = pci_lookup_name(pci_names(), name, sizeof(name),
					    PCI_LOOKUP_CLASS | PCI_LOOKUP_NO_NUMBERS,
					    dev->class_rev >> 16);

	if (found)
		snprintf(buf, size, "%s", found);
	else
		snprintf(buf, size, "class %04x", dev->class_rev >> 16);
	return buf;
}
