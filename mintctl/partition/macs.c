// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses of network interfaces, and the functions that they belong to.  Only the OS
 * that has a function knows them.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "partition/facts.h"

#define NET	"/sys/class/net"

static bool read_mac(const char *interface, uint64_t *mac)
{
	unsigned int b[6], i;
	char path[PATH_MAX];
	FILE *in;
	bool good;

	snprintf(path, sizeof(path), NET "/%.64s/address", interface);
	in = fopen(path, "re");
	if (!in)
		return false;
	good = fscanf(in, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4],
		      &b[5]) == 6;
	fclose(in);
	for (i = 0, *mac = 0; good && i < 6; i++)
		*mac = *mac << 8 | b[i];
	return good && *mac;
}

/* The function lowest in the path of the device, which may hang below one (virtio). */
static bool read_function(const char *interface, uint32_t *sbdf)
{
	char path[PATH_MAX], real[PATH_MAX], *part, *next;
	unsigned int domain, bus, dev, fn;
	bool found = false;

	snprintf(path, sizeof(path), NET "/%.64s/device", interface);
	if (!realpath(path, real))
		return false;
	for (part = strtok_r(real, "/", &next); part; part = strtok_r(NULL, "/", &next)) {
		if (sscanf(part, "%4x:%2x:%2x.%1x", &domain, &bus, &dev, &fn) != 4)
			continue;
		*sbdf = domain << 16 | bus << 8 | dev << 3 | fn;
		found = true;
	}
	return found;
}

void part_macs_find(struct part_facts *f)
{
	struct dirent *entry;
	DIR *dir = opendir(NET);

	while (dir && (entry = readdir(dir)) && f->nr_macs < PART_MAX_MACS) {
		struct part_mac *m = &f->macs[f->nr_macs];

		if (entry->d_name[0] != '.' && read_mac(entry->d_name, &m->mac) &&
		    read_function(entry->d_name, &m->sbdf))
			f->nr_macs++;
	}
	if (dir)
		closedir(dir);
}
