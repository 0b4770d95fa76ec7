/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "os start" and "os restart" have in common: the wait until an OS is up.
 */
#ifndef MINTCTL_UP_H
#define MINTCTL_UP_H

#include "net/wait.h"

/*
 * Waits until the user space of the OS is up; @wait_s: what is said of the deadline of
 * @w.  MINTCTL_OK, or MINTCTL_FAILED with a message and the end of its log.
 */
int cmd_await_up(struct wait_for *w, uint32_t wait_s);
/* The same until its first program runs; *@os: as it was then. */
int cmd_await_first_program(struct wait_for *w, uint32_t wait_s, struct os_info *os);

#endif /* MINTCTL_UP_H */
