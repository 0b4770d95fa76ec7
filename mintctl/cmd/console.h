/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A talk with the console of an OS, apart from the command, so that a test can have one.
 */
#ifndef MINTCTL_CONSOLE_H
#define MINTCTL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A talk with the console of an OS; who begins it sets the first four. */
struct console {
	const char *name;
	bool read_only;
	uint32_t linger_s;
	int fd;				/* non-blocking */

	bool tty;
	bool input_ended;
	char in[1024];			/* to be sent */
	size_t in_len;
	size_t in_done;
	char out[8192];			/* to be shown */
	size_t out_len;
	size_t out_done;
	int64_t sent_ms;		/* when input was last taken or came */
	int64_t heard_ms;		/* when output last came, or input ended */
	int64_t end_ms;			/* no longer than that */
	bool over;
	int status;
};

/* Between stdin, stdout and the console, until one ends; the exit status. */
int console_talk(struct console *c);

#endif /* MINTCTL_CONSOLE_H */
