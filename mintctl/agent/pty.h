/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal of a command, and the end of all that runs on it.
 */
#ifndef MINTCTL_PTY_H
#define MINTCTL_PTY_H

#include <sys/types.h>

#include "agent/frame.h"

/* The two ends of a new terminal; -1 and errno if there is none to be had. */
int pty_open(int *master, int *slave, const struct frame_size *size);
void pty_resize(int master, const struct frame_size *size);
/* In the command, which has a session of its own: its terminal.  0 or -1. */
int pty_take(int slave);
/* Ends every process of a session, in whatever process group. */
void pty_end_session(pid_t session);

#endif /* MINTCTL_PTY_H */
