// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal of a live view: keys, its size, drawing; at the end it is as it was.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/term.h"

#define HOME		"\033[H"
#define CLEAR_LINE	"\033[K"
#define CLEAR_BELOW	"\033[J"
#define HIDE_CURSOR	"\033[?25l"
#define SHOW_CURSOR	"\033[?25h"

struct term {
	bool live;
	struct termios normal;
	sigset_t normal_mask;
};

static volatile sig_atomic_t resized, ended;

static void on_signal(int sig)
{
	if (sig == SIGWINCH)
		resized = 1;
	else
		ended = 1;
}

/* They come only inside of ppoll(), so none is lost. */
static void catch_signals(struct term *t)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t mask;
	size_t i;

	resized = ended = 0;
	sigemptyset(&mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaddset(&mask, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &mask, &t->normal_mask);
}

/* Keys one by one and unseen; stopping would leave the terminal like that. */
static void take_keys(struct term *t)
{
	struct termios keys = t->normal;

	keys.c_lflag &= ~(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	keys.c_cc[VSUSP] = _POSIX_VDISABLE;
	keys.c_cc[VQUIT] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

static bool can_draw(void)
{
	const char *type = getenv("TERM");

	return isatty(STDOUT_FILENO) && type && strcmp(type, "dumb");
}

struct term *term_open(bool live)
{
	struct term *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->live = live && can_draw() && !tcgetattr(STDIN_FILENO, &t->normal);
	if (t->live) {
		catch_signals(t);
		take_keys(t);
		fputs(HIDE_CURSOR HOME CLEAR_BELOW, stdout);
		fflush(stdout);
	}
	return t;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (t->live) {
		fputs(SHOW_CURSOR, stdout);
		fflush(stdout);
		tcsetattr(STDIN_FILENO, TCSANOW, &t->normal);
		sigprocmask(SIG_SETMASK, &t->normal_mask, NULL);
	}
	free(t);
}

bool term_is_live(const struct term *t)
{
	return t->live;
}

/* ---- waiting ----------------------------------------------------------------- */

static int read_key(void)
{
	unsigned char key;
	ssize_t n = read(STDIN_FILENO, &key, 1);

	if (n == 1)
		return key ? key : TERM_RESIZED;	/* 0 is TERM_TIME */
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return TERM_RESIZED;
	return TERM_END;
}

static int check_signals(void)
{
	if (ended)
		return TERM_END;
	if (!resized)
		return TERM_TIME;
	resized = 0;
	return TERM_RESIZED;
}

int term_wait(struct term *t, int64_t deadline_ms)
{
	struct pollfd p = { .fd = t->live ? STDIN_FILENO : -1, .events = POLLIN };
	struct timespec left;
	int64_t ms;
	int n, sig;

	for (;;) {
		ms = deadline_ms - mint_now_ms();
		if (ms < 0)
			ms = 0;
		left.tv_sec = ms / 1000;
		left.tv_nsec = ms % 1000 * 1000000;
		n = ppoll(&p, 1, &left, t->live ? &t->normal_mask : NULL);
		sig = t->live ? check_signals() : TERM_TIME;
		if (sig != TERM_TIME)
			return sig;
		if (n > 0)
			return read_key();
		if (n == 0 && mint_now_ms() >= deadline_ms)
			return TERM_TIME;
		if (n < 0 && errno != EINTR)
			return TERM_END;
	}
}

/* ---- drawing ----------------------------------------------------------------- */

static void get_size(int *rows, int *columns)
{
	struct winsize size;

	*rows = 24;
	*columns = 80;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row &&
	    size.ws_col) {
		*rows = size.ws_row;
		*columns = size.ws_col;
	}
}

/* The last row stays free: behind it the terminal would scroll. */
void term_draw(const struct term *t, const char *text)
{
	int rows, columns, len;

	(void)t;
	get_size(&rows, &columns);
	fputs(HOME, stdout);
	for (; rows > 1 && *text; rows--) {
		len = strcspn(text, "\n");
		printf("%.*s" CLEAR_LINE "\r\n", len < columns ? len : columns - 1,
		       text);
		text += len + (text[len] == '\n');
	}
	fputs(CLEAR_BELOW, stdout);
	fflush(stdout);
}
