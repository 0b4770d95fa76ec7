// SPDX-License-Identifier: GPL-2.0-only
/*
 * A terminal whose keys go elsewhere; see rawtty.h.
 */
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/rawtty.h"

static volatile sig_atomic_t ended, resized;

static void on_signal(int sig)
{
	if (sig == SIGWINCH)
		resized = 1;
	else
		ended = 1;
}

static void catch_signals(struct rawtty *r)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGWINCH };
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t mask;
	size_t i;

	ended = resized = 0;
	sigemptyset(&mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaddset(&mask, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &mask, &r->mask);
}

bool rawtty_there(void)
{
	return isatty(STDIN_FILENO);
}

void rawtty_open(struct rawtty *r, bool raw)
{
	struct termios settings;

	r->is_tty = raw && !tcgetattr(STDIN_FILENO, &r->normal);
	catch_signals(r);
	if (!r->is_tty)
		return;
	settings = r->normal;
	cfmakeraw(&settings);
	tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

void rawtty_close(struct rawtty *r)
{
	if (r->is_tty)
		tcsetattr(STDIN_FILENO, TCSANOW, &r->normal);
	sigprocmask(SIG_SETMASK, &r->mask, NULL);
}

bool rawtty_ended(void)
{
	return ended;
}

bool rawtty_resized(void)
{
	bool was = resized;

	resized = 0;
	return was;
}

bool rawtty_size(uint16_t *rows, uint16_t *columns)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return false;
	*rows = size.ws_row;
	*columns = size.ws_col;
	return true;
}
