// SPDX-License-Identifier: GPL-2.0-only
/*
 * What there is in a partition, found.  As strchr() does, it gives back what may be changed
 * if the partition may.
 */
#include <string.h>

#include "partition/partition.h"

struct part_os *partition_find_os(const struct partition *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++)
		if (!strcmp(p->oses[i].name, name))
			return (struct part_os *)&p->oses[i];
	return NULL;
}

struct part_image *partition_find_image(const struct partition *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->nr_images; i++)
		if (!strcmp(p->images[i].name, name))
			return (struct part_image *)&p->images[i];
	return NULL;
}

uint32_t part_then(uint32_t then, unsigned int at)
{
	if (then == MINT_THEN_STOP || then == MINT_THEN_RESTART)
		return then;
	return at == MINT_AT_REBOOT ? MINT_THEN_RESTART : MINT_THEN_STOP;
}

bool part_same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}
