// SPDX-License-Identifier: GPL-2.0-only
/*
 * What PCI functions and their classes are called, by the list of libpci; without it,
 * their numbers.
 */
#include <stdio.h>

#include "lib/libpci.h"
#include "model/model.h"
#include "show/format.h"

static void on_pci_error(char *format, ...)
{
	(void)format;	/* then there is no name */
}

/* One reader of the list of names for the whole run. */
static struct pci_access *pci_names(const struct libpci *lib)
{
	static struct pci_access *access;

	if (!access) {
		access = lib->alloc();
		access->warning = on_pci_error;
		access->debug = on_pci_error;
	}
	return access;
}

/* NULL: it has no name. */
static const char *look_up(char *name, size_t size, int what, int id, int device)
{
	const struct libpci *lib = libpci();

	if (!lib)
		return NULL;
	return lib->lookup_name(pci_names(lib), name, size,
				what | PCI_LOOKUP_NO_NUMBERS, id, device);
}

const char *format_device(const struct dev_info *dev, char *buf, size_t size)
{
	char name[256];
	const char *found = look_up(name, sizeof(name),
				    PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
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
	const char *found = look_up(name, sizeof(name), PCI_LOOKUP_CLASS,
				    dev->class_rev >> 16, 0);

	if (found)
		snprintf(buf, size, "%s", found);
	else
		snprintf(buf, size, "class %04x", dev->class_rev >> 16);
	return buf;
}
