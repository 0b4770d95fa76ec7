/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The client of the agent, apart from the command, so that a test can give it a stream.
 */
#ifndef MINTCTL_EXEC_H
#define MINTCTL_EXEC_H

#include <stdbool.h>

/*
 * Has the agent at the other end of the stream @fd run @argv, passes stdin,
 * stdout and stderr, and returns the exit status of the command, or 125 with a
 * message.  Makes @fd non-blocking.
 */
int exec_run(int fd, const char *name, char *const *argv, bool no_stdin);

/* How often the agent is told that we only wait for who reads our output, ms. */
extern int exec_alive_ms;

#endif /* MINTCTL_EXEC_H */
