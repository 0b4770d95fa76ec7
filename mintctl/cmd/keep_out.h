/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One apply at a time on the whole machine, whichever OS it runs in.
 */
#ifndef MINTCTL_KEEP_OUT_H
#define MINTCTL_KEEP_OUT_H

#include "net/nl.h"

/**
 * struct keep_out - the lock of the first OS, held by a process there
 * @input:	while it is open in any process here, the one there stays; -1: there is none
 * @output:	its end is that of the one there
 */
struct keep_out {
	int input;
	int output;
};

#define KEEP_OUT_NONE	{ -1, -1 }

/*
 * Has applies and teardowns in the first OS kept out, and with them those of all other OSes,
 * unless this is the first OS itself, whose lock is part_lock().  An exit status.
 */
int keep_out_begin(struct keep_out *k, struct mint_nl *nl);
/* Ends it, and returns when it has ended. */
void keep_out_end(struct keep_out *k);
/* Leaves it to a process that was forked meanwhile. */
void keep_out_leave(struct keep_out *k);

/*
 * What runs in the first OS for that, for an apply in the OS named @who: says that it has the
 * lock, and keeps it until its input ends.
 */
int keep_out_for(const char *who);

#endif /* MINTCTL_KEEP_OUT_H */
