/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The client of the agent, apart from the command, so that a test can give it a stream.
 */
#ifndef MINTCTL_EXEC_H
#define MINTCTL_EXEC_H

#include <stdbool.h>

/**
 * struct exec_options - how a command runs
 * @no_stdin:	it gets no input
 * @tty:	it gets a terminal, as large as that on standard input, whose keys go there
 */
struct exec_options {
	bool no_stdin;
	bool tty;
};

/*
 * Has the agent at the other end of the stream @fd run @argv, passes stdin,
 * stdout and stderr, and returns the exit status of the command, or 125 with a
 * message, or 129 when it was left by Ctrl-] or the terminal is gone.  Makes @fd
 * non-blocking.
 */
int exec_run(int fd, const char *name, char *const *argv, const struct exec_options *o);

/* The same with the agent of an OS: the status of the command, or 125 with a message. */
int exec_in_os(const char *name, char *const *argv, const struct exec_options *o);

/* What went wrong before a command ran, told apart from all that it may return. */
#define EXEC_OWN_FAILURE	125

/* How often the agent is told that we only wait for who reads our output, ms. */
extern int exec_alive_ms;

#endif /* MINTCTL_EXEC_H */
