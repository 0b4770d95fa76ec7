// SPDX-License-Identifier: GPL-2.0-only
/* The terminal of a live view, on a pseudo-terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/term.h"

static struct {
	int master;
	int saved_in, saved_out;
	struct termios normal;
} pty;

static int set_up(void **state)
{
	const struct winsize size = { .ws_row = 4, .ws_col = 10 };
	int slave;

	(void)state;
	pty.master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(pty.master >= 0);
	assert_int_equal(grantpt(pty.master), 0);
	assert_int_equal(unlockpt(pty.master), 0);
	slave = open(ptsname(pty.master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	assert_int_equal(tcgetattr(slave, &pty.normal), 0);
	fflush(stdout);
	pty.saved_in = dup(STDIN_FILENO);
	pty.saved_out = dup(STDOUT_FILENO);
	dup2(slave, STDIN_FILENO);
	dup2(slave, STDOUT_FILENO);
	close(slave);
	setenv("TERM", "vt100", 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fflush(stdout);
	dup2(pty.saved_in, STDIN_FILENO);
	dup2(pty.saved_out, STDOUT_FILENO);
	close(pty.saved_in);
	close(pty.saved_out);
	close(pty.master);
	return 0;
}

static void type(const char *keys)
{
	assert_int_equal(write(pty.master, keys, strlen(keys)), strlen(keys));
}

/* What the terminal got until now. */
static const char *screen(void)
{
	static char text[4096];
	struct pollfd p = { .fd = pty.master, .events = POLLIN };
	size_t len = 0;
	ssize_t n;

	while (poll(&p, 1, 0) > 0) {
		n = read(pty.master, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			break;
		len += n;
	}
	text[len] = '\0';
	return text;
}

static tcflag_t local_flags(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
	return now.c_lflag;
}

#define FAR	(mint_now_ms() + 60000)

static void test_keys(void **state)
{
	struct term *t = term_open(true);

	(void)state;
	assert_true(term_is_live(t));
	assert_false(local_flags() & (ICANON | ECHO));
	type(" q");
	assert_int_equal(term_wait(t, FAR), ' ');
	assert_int_equal(term_wait(t, FAR), 'q');
	/* What cannot be a key is none. */
	assert_int_equal(write(pty.master, "\0", 1), 1);
	assert_int_equal(term_wait(t, FAR), TERM_RESIZED);
	term_close(t);
	assert_int_equal(local_flags(), pty.normal.c_lflag);
}

static void test_time(void **state)
{
	struct term *t = term_open(true);
	int64_t begin = mint_now_ms();

	(void)state;
	assert_int_equal(term_wait(t, begin + 50), TERM_TIME);
	assert_true(mint_now_ms() >= begin + 50);
	/* One that is over is no wait. */
	assert_int_equal(term_wait(t, begin), TERM_TIME);
	term_close(t);
}

static void test_signals(void **state)
{
	struct term *t = term_open(true);

	(void)state;
	/* They are not lost when nobody waits. */
	raise(SIGWINCH);
	assert_int_equal(term_wait(t, FAR), TERM_RESIZED);
	raise(SIGTERM);
	assert_int_equal(term_wait(t, FAR), TERM_END);
	term_close(t);
}

static void test_terminal_that_goes(void **state)
{
	struct term *t = term_open(true);
	int null = open("/dev/null", O_RDWR);

	(void)state;
	dup2(null, STDIN_FILENO);
	close(null);
	assert_int_equal(term_wait(t, FAR), TERM_END);
	term_close(t);
}

static void test_drawing_is_cut(void **state)
{
	struct term *t = term_open(true);

	(void)state;
	assert_string_equal(screen(), "\033[?25l\033[H\033[J");
	term_draw(t, "0123456789abc\n\nthird\nfourth\n");
	/* ONLCR adds another CR, which does nothing. */
	assert_string_equal(screen(),
		"\033[H012345678\033[K\r\r\n\033[K\r\r\nthird\033[K\r\r\n\033[J");
	term_draw(t, "short");
	assert_string_equal(screen(), "\033[Hshort\033[K\r\r\n\033[J");
	term_close(t);
	assert_string_equal(screen(), "\033[?25h");
}

static void check_not_live(bool live)
{
	struct term *t = term_open(live);
	int64_t begin = mint_now_ms();

	assert_false(term_is_live(t));
	type("q\n");
	assert_int_equal(term_wait(t, begin + 20), TERM_TIME);
	assert_true(mint_now_ms() >= begin + 20);
	assert_int_equal(local_flags(), pty.normal.c_lflag);
	term_close(t);
}

static void test_what_is_no_terminal(void **state)
{
	int null = open("/dev/null", O_RDWR);

	(void)state;
	check_not_live(false);
	setenv("TERM", "dumb", 1);
	check_not_live(true);
	setenv("TERM", "vt100", 1);
	dup2(null, STDOUT_FILENO);
	close(null);
	check_not_live(true);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keys),
		TEST(test_time),
		TEST(test_signals),
		TEST(test_terminal_that_goes),
		TEST(test_drawing_is_cut),
		TEST(test_what_is_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
