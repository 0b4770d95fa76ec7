/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waiting for an OS to change its state.
 */
#ifndef MINTCTL_WAIT_H
#define MINTCTL_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "net/nl.h"

/* How an OS is recognised, though another may get its name meanwhile. */
struct wait_for {
	struct mint_nl *nl;
	struct mint_nl_events *events;	/* listening since before the cause */
	const char *name;
	uint32_t generation;
	uint32_t starts;		/* for @done: those before the cause */
	int64_t deadline_ms;		/* of mint_now_ms() */
};

typedef bool wait_done(const struct wait_for *w, const struct os_info *os);

/*
 * Waits until @done.  *@os is what was seen last; its state is MINT_OS_FREE
 * when the OS is no more, which ends the wait too.  1 when it is so, 0 at the
 * deadline, -errno with a message.
 */
int wait_for_os(const struct wait_for *w, wait_done *done, struct os_info *os);

#endif /* MINTCTL_WAIT_H */
