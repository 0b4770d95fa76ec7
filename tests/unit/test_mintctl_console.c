// SPDX-License-Identifier: GPL-2.0-only
/*
 * os console: it ends when it is told to, at whatever moment that is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/console.h"

#define LIMIT_S	10

/* ---- a signal between the last look and the wait ----------------------------- */

static int signal_before_wait;

/* Stand in for those of the C library. */
int ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
	  const sigset_t *mask)
{
	struct timespec left;

	if (signal_before_wait) {
		raise(signal_before_wait);
		signal_before_wait = 0;
	}
	if (timeout)
		left = *timeout;
	return (int)syscall(SYS_ppoll, fds, nr, timeout ? &left : NULL, mask,
			    _NSIG / 8);
}

int poll(struct pollfd *fds, nfds_t nr, int timeout_ms)
{
	struct timespec t = { timeout_ms / 1000, timeout_ms % 1000 * 1000000 };

	return ppoll(fds, nr, timeout_ms < 0 ? NULL : &t, NULL);
}

/* ---- a console and who looks at it -------------------------------------------- */

struct talk {
	pid_t pid;
	int console;		/* the OS's side */
	int in;			/* its standard input */
	int out;		/* its standard output */
};

static struct talk begin(int sig)
{
	int pair[2], in[2], out[2];
	struct talk t;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	t.pid = fork();
	if (t.pid == 0) {
		struct console c = { .name = "os2", .linger_s = 1, .fd = pair[0] };

		alarm(LIMIT_S);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(pair[1]);
		close(in[1]);
		close(out[0]);
		fcntl(c.fd, F_SETFL, O_RDWR | O_NONBLOCK);
		signal_before_wait = sig;
		_exit(console_talk(&c));
	}
	close(pair[0]);
	close(in[0]);
	close(out[1]);
	t.console = pair[1];
	t.in = in[1];
	t.out = out[0];
	return t;
}

static void expect_end(struct talk *t, int wanted)
{
	int status;

	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), wanted);
	close(t->console);
	close(t->in);
	close(t->out);
}

static void test_signal_right_before_the_wait(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct talk t = begin(signals[i]);

		expect_end(&t, 0);
	}
}

static bool pipe_is_full(int fd)
{
	int had = -1, have = 0, i;

	for (i = 0; i < 500; i++) {
		usleep(20000);
		had = have;
		if (ioctl(fd, FIONREAD, &have))
			return false;
		if (have && have == had)
			return true;
	}
	return false;
}

static void test_signal_while_nobody_takes_the_output(void **state)
{
	static const char much[200000];
	struct talk t = begin(0);

	(void)state;
	fcntl(t.console, F_SETFL, O_RDWR | O_NONBLOCK);
	assert_true(write(t.console, much, sizeof(much)) > 100000);
	assert_true(pipe_is_full(t.out));
	kill(t.pid, SIGTERM);
	expect_end(&t, 0);
}

static void test_all_output_gets_through(void **state)
{
	static char much[100000], got[sizeof(much)];
	struct talk t = begin(0);
	size_t have = 0, i;
	ssize_t n;

	(void)state;
	for (i = 0; i < sizeof(much); i++)
		much[i] = (char)(i * 7);
	assert_int_equal(write(t.console, much, sizeof(much)), sizeof(much));
	assert_int_equal(write(t.in, "x", 1), 1);
	while (have < sizeof(got) && (n = read(t.out, got + have, sizeof(got) - have)) > 0)
		have += n;
	assert_int_equal(have, sizeof(got));
	assert_memory_equal(got, much, sizeof(got));
	assert_int_equal(read(t.console, got, 10), 1);
	/* The OS ends. */
	close(t.console);
	t.console = -1;
	expect_end(&t, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signal_right_before_the_wait),
		cmocka_unit_test(test_signal_while_nobody_takes_the_output),
		cmocka_unit_test(test_all_output_gets_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
