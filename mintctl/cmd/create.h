/* SPDX-License-Identifier: GPL-2.0-only */
/* Making an OS, for all who do. */
#ifndef MINTCTL_CREATE_H
#define MINTCTL_CREATE_H

#include <stdbool.h>
#include <stdint.h>

struct mint_nl;

#define MAX_DEVS	32

struct create_options {
	const char *name;
	const char *like;	/* NULL; else see create_take_like() */
	uint64_t cores;
	uint64_t shared;	/* by turns: for @share percent, @slice_us at a time */
	uint32_t share;
	uint32_t slice_us;
	uint32_t nr_cores;	/* unless @cores says which */
	uint64_t size;
	bool size_is_max;	/* instead of @size */
	uint64_t base;
	bool one_piece;		/* without a slice below 4 GiB */
	uint32_t legacy;
	uint32_t arch;		/* 0: any */
	uint32_t sbdf[MAX_DEVS];
	unsigned int nr_devs;
};

/* Each returns MINTCTL_OK, or an exit status with a message. */
int create_add_dev(struct create_options *o, const char *word);
/* @word: of --core-count */
int create_set_count(struct create_options *o, const char *word);
/* Whether --cores or --core-count was given, and not both; @cmd: "os create" */
int create_check_cores(const struct create_options *o, const char *cmd);
/* What is not given is as that of @o->like, an OS or a snapshot. */
int create_take_like(struct mint_nl *nl, struct create_options *o);
int create_os(struct mint_nl *nl, const struct create_options *o);

#endif /* MINTCTL_CREATE_H */
