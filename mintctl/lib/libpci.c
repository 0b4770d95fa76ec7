// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading libpci; see libpci.h.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/libpci.h"

/* Of the interface that the header describes, pciutils 3. */
#define LIBPCI_FILE	"libpci.so.3"

static bool load(struct libpci *lib)
{
	void *handle = dlopen(LIBPCI_FILE, RTLD_LAZY | RTLD_LOCAL);

	if (!handle)
		return false;
	/* POSIX has it that a pointer to a function fits into one to void. */
	*(void **)&lib->alloc = dlsym(handle, "pci_alloc");
	*(void **)&lib->lookup_name = dlsym(handle, "pci_lookup_name");
	*(void **)&lib->filter_init = dlsym(handle, "pci_filter_init");
	*(void **)&lib->filter_parse_slot = dlsym(handle, "pci_filter_parse_slot");
	return lib->alloc && lib->lookup_name && lib->filter_init &&
	       lib->filter_parse_slot;
}

const struct libpci *libpci(void)
{
	static struct libpci lib;
	static bool tried, loaded;

	if (!tried)
		loaded = load(&lib);
	tried = true;
	return loaded ? &lib : NULL;
}
