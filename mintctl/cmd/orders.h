/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What single commands ask the kernel for, for apply and teardown, which ask for many
 * things.  Each is in the file of its command; 0 or -errno with a message.
 */
#ifndef MINTCTL_ORDERS_H
#define MINTCTL_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/files.h"
#include "net/nl.h"
#include "net/wait.h"
#include "partition/partition.h"

struct set_options {
	const char *name;
	const char *image;
	uint32_t share;			/* 0: as it is; so is that of a turn */
	uint32_t slice_us;
	uint32_t on[MINT_NR_ENDS];	/* MINT_THEN_*; DEFAULT: as it is */
};

struct start_options {
	const char *name;
	const char *image;
	const char *snapshot;	/* NULL; else that, and no @image */
	struct cmd_files files;
	uint32_t wait_s;	/* 0: do not wait */
	bool timings;
};

struct end_options {
	const char *name;
	bool force;
	bool keep;		/* do not clear its memory */
	uint32_t timeout_s;
};

#define MAX_MOVES	32

struct move_options {
	uint32_t sbdf[MAX_MOVES];
	unsigned int nr;
	const char *to;		/* NULL: nobody */
	uint32_t options;	/* MINT_ORDER_* */
	bool siblings;
	bool timings;
	uint32_t timeout_s;
};

int order_set(struct mint_nl *nl, const struct set_options *o);
/* It is noted how it was started. */
int order_start(struct mint_nl *nl, const struct start_options *o);
/* Asks it to shut down, unless it has ended, and waits; an exit status. */
int order_stop(struct wait_for *w, uint32_t timeout_s);
int order_destroy(struct mint_nl *nl, const struct end_options *o);
int order_move(struct mint_nl *nl, const struct move_options *o);
int order_policy(struct mint_nl *nl, uint32_t kind, uint32_t key, const char *os);
/* It is noted from which files. */
int order_load(struct mint_nl *nl, const char *name, const struct cmd_files *f);
int order_remove(struct mint_nl *nl, const char *name);

#endif /* MINTCTL_ORDERS_H */
