/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libpci, loaded when it is first asked for: most commands name no PCI function, and need
 * not wait for it and for the libraries that it brings.
 */
#ifndef MINTCTL_LIBPCI_H
#define MINTCTL_LIBPCI_H

#include <pci/pci.h>

/* Its functions, under their names but for the pci_ in front. */
struct libpci {
	__typeof__(pci_alloc) *alloc;
	__typeof__(pci_lookup_name) *lookup_name;
	__typeof__(pci_filter_init) *filter_init;
	__typeof__(pci_filter_parse_slot) *filter_parse_slot;
};

/* NULL: it is not installed, or is not what this program was built with. */
const struct libpci *libpci(void);

#endif /* MINTCTL_LIBPCI_H */
