/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal on standard input as a wire: every key goes on as it is, and signals say
 * what happens to it.  At the end it is as it was.
 */
#ifndef MINTCTL_RAWTTY_H
#define MINTCTL_RAWTTY_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

/* What leaves a terminal of another OS: Ctrl-] */
#define RAWTTY_ESCAPE	0x1d

/**
 * struct rawtty - how it was
 * @normal:	settings of the terminal
 * @mask:	signals that were blocked, for ppoll()
 * @is_tty:	there is a terminal; else only signals are caught
 */
struct rawtty {
	struct termios normal;
	sigset_t mask;
	bool is_tty;
};

/* Whether standard input is a terminal. */
bool rawtty_there(void);
/*
 * From here on SIGTERM, SIGHUP, SIGINT and SIGWINCH come only inside of ppoll() with
 * r->mask, so that none is lost.  @raw: the terminal becomes raw, too.
 */
void rawtty_open(struct rawtty *r, bool raw);
void rawtty_close(struct rawtty *r);
/* Somebody wants us to end, or the terminal is gone. */
bool rawtty_ended(void);
/* Its size has changed since this was asked last. */
bool rawtty_resized(void);
/* False if it does not say how large it is. */
bool rawtty_size(uint16_t *rows, uint16_t *columns);

#endif /* MINTCTL_RAWTTY_H */
