/* SPDX-License-Identifier: GPL-2.0-only */
/* os_create.c: making an OS, for all who do. */
#ifndef MINTCTL_CREATE_H
#define MINTCTL_CREATE_H

#include <stdint.h>

struct mint_nl;

#define MAX_DEVS	32

struct create_options {
	const char *name;
	uint64_t cores;
	uint64_t size;
	uint64_t base;
	uint32_t legacy;
	uint32_t arch;		/* 0: any */
	uint32_t sbdf[MAX_DEVS];
	unsigned int nr_devs;
};

/* MINTCTL_OK, or an exit status with a message. */
int create_add_dev(struct create_options *o, const char *word);
int create_os(struct mint_nl *nl, const struct create_options *o);

#endif /* MINTCTL_CREATE_H */
