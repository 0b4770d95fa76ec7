// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two sides of "mintctl os exec" over a socket pair: the agent's session
 * with real commands, with clients that send nonsense or go away, and the
 * client with an agent that does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/frame.h"
#include "agent/session.h"
#include "cmd/exec.h"
#include "lib/msg.h"

#define LIMIT_S	20

static const struct exec_options no_stdin = { .no_stdin = true };

/* ---- the agent in a process of its own ---------------------------------- */

struct agent {
	int fd;
	pid_t pid;
};

static struct session_limits limits = { .request_ms = 10000, .stall_ms = 60000 };

static struct agent start_agent(void)
{
	static const int small = 4096;
	struct agent a;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	/* As little in between as there is. */
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	a.pid = fork();
	assert_true(a.pid >= 0);
	if (a.pid == 0) {
		close(pair[0]);
		alarm(LIMIT_S);
		session_serve(pair[1], &limits);
		_exit(0);
	}
	close(pair[1]);
	a.fd = pair[0];
	return a;
}

static void expect_agent_ends(struct agent *a)
{
	int status;

	if (a->fd >= 0)
		close(a->fd);
	assert_int_equal(waitpid(a->pid, &status, 0), a->pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- the client with its output in files -------------------------------- */

struct result {
	int status;
	char out[1 << 20];
	size_t out_len;
	char err[4096];
};

static size_t read_all(FILE *f, char *buf, size_t size)
{
	size_t n;

	rewind(f);
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	fclose(f);
	return n;
}

static struct result result;

/* Runs @argv with what is in @input on stdin (NULL: --no-stdin). */
static void run(char *const *argv, const char *input, size_t len)
{
	FILE *in = tmpfile(), *out = tmpfile(), *err = tmpfile();
	struct agent a = start_agent();
	int status;
	pid_t pid;

	if (input)
		assert_int_equal(fwrite(input, 1, len, in), len);
	rewind(in);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(LIMIT_S);
		dup2(fileno(in), STDIN_FILENO);
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		_exit(exec_run(a.fd, "os2", argv,
			       &(const struct exec_options){ .no_stdin = !input }));
	}
	close(a.fd);
	a.fd = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	result.status = WEXITSTATUS(status);
	fclose(in);
	result.out_len = read_all(out, result.out, sizeof(result.out));
	read_all(err, result.err, sizeof(result.err));
	expect_agent_ends(&a);
}

#define RUN(input, ...) \
	run((char *const[]){ __VA_ARGS__, NULL }, input, strlen(input))
#define SH(input, script)	RUN(input, "/bin/sh", "-c", script)

static void test_output_and_status(void **state)
{
	(void)state;
	SH("", "echo out; echo err >&2; exit 7");
	assert_int_equal(result.status, 7);
	assert_string_equal(result.out, "out\n");
	assert_string_equal(result.err, "err\n");
}

static void test_words_arrive_as_they_are(void **state)
{
	(void)state;
	RUN("", "printf", "<%s>", "", "a b", "$HOME", "*", "--help");
	assert_int_equal(result.status, 0);
	assert_string_equal(result.out, "<><a b><$HOME><*><--help>");
}

static void test_stdin_and_its_end(void **state)
{
	static char big[300000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(big); i++)
		big[i] = 'a' + i % 26;
	run((char *const[]){ "cat", NULL }, big, sizeof(big));
	assert_int_equal(result.status, 0);
	assert_int_equal(result.out_len, sizeof(big));
	assert_memory_equal(result.out, big, sizeof(big));
}

static void test_stdin_that_nobody_reads(void **state)
{
	static char big[300000];

	(void)state;
	memset(big, 'x', sizeof(big));
	run((char *const[]){ "true", NULL }, big, sizeof(big));
	assert_int_equal(result.status, 0);
	run((char *const[]){ "sh", "-c", "exec <&-; sleep 0.2; echo done", NULL },
	    big, sizeof(big));
	assert_string_equal(result.out, "done\n");
}

static void test_no_stdin(void **state)
{
	(void)state;
	run((char *const[]){ "cat", NULL }, NULL, 0);
	assert_int_equal(result.status, 0);
	assert_int_equal(result.out_len, 0);
}

static void test_much_output(void **state)
{
	(void)state;
	SH("", "head -c 900000 /dev/zero; echo end >&2");
	assert_int_equal(result.status, 0);
	assert_int_equal(result.out_len, 900000);
	assert_string_equal(result.err, "end\n");
}

static void test_signal_becomes_128_and_more(void **state)
{
	(void)state;
	SH("", "kill -TERM $$");
	assert_int_equal(result.status, 128 + SIGTERM);
}

static void test_command_that_is_not_there(void **state)
{
	(void)state;
	RUN("", "/no/such/command");
	assert_int_equal(result.status, 127);
	assert_non_null(strstr(result.err, "No such file"));
	RUN("", "/");
	assert_int_equal(result.status, 126);
}

static void test_background_process_does_not_delay_the_end(void **state)
{
	(void)state;
	SH("", "sleep 15 & echo $!");
	assert_int_equal(result.status, 0);
	assert_true(atoi(result.out) > 0);
	/* It lives on. */
	assert_int_equal(kill(atoi(result.out), SIGKILL), 0);
}

/* ---- clients that go away ------------------------------------------------ */

static void put(int fd, enum frame_type type, const void *data, size_t len)
{
	static struct frame_writer w;

	frame_put(&w, type, data, len);
	assert_int_equal(frame_flush(&w, fd), 0);
}

static void put_request(int fd, char *const *argv)
{
	const uint32_t magic = FRAME_MAGIC;

	put(fd, FRAME_HELLO, &magic, sizeof(magic));
	for (; *argv; argv++)
		put(fd, FRAME_ARG, *argv, strlen(*argv));
	put(fd, FRAME_RUN, NULL, 0);
}

/* The next frame from the agent; false at the end of the stream. */
static bool get(int fd, struct frame_reader *r, struct frame *f)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ret;

	while ((ret = frame_next(r, f)) == 0) {
		assert_int_equal(poll(&p, 1, LIMIT_S * 1000), 1);
		if (frame_fill(r, fd) <= 0)
			return false;
	}
	assert_int_equal(ret, 1);
	return true;
}

static void test_client_gone_ends_the_command(void **state)
{
	static struct frame_reader r;
	struct agent a = start_agent();
	struct frame f;
	char text[32] = "";
	pid_t pid;

	(void)state;
	r.have = r.used = 0;
	/* The grandchild is in the same process group. */
	put_request(a.fd, (char *const[]){ "sh", "-c",
		"sleep 1000 & echo $!; wait", NULL });
	assert_true(get(a.fd, &r, &f));
	assert_int_equal(f.type, FRAME_STDOUT);
	assert_true(f.len < sizeof(text));
	memcpy(text, f.data, f.len);
	pid = atoi(text);
	assert_true(pid > 0);
	assert_int_equal(kill(pid, 0), 0);
	expect_agent_ends(&a);
	/* A zombie at most, which init takes away. */
	for (int i = 0; i < 100 && kill(pid, 0) == 0; i++)
		usleep(20000);
	assert_int_equal(kill(pid, 0), -1);
}

static void test_client_gone_while_stdin_is_stuck(void **state)
{
	struct agent a = start_agent();
	static char chunk[FRAME_CHUNK_BYTES];
	int i;

	(void)state;
	put_request(a.fd, (char *const[]){ "sleep", "1000", NULL });
	for (i = 0; i < 10; i++)
		put(a.fd, FRAME_STDIN, chunk, sizeof(chunk));
	expect_agent_ends(&a);
}

static void test_client_gone_that_ignores_hangup(void **state)
{
	static struct frame_reader r;
	struct agent a = start_agent();
	struct frame f;

	(void)state;
	r.have = r.used = 0;
	put_request(a.fd, (char *const[]){ "sh", "-c",
		"trap '' HUP TERM; echo ready; while :; do sleep 1; done", NULL });
	assert_true(get(a.fd, &r, &f));
	expect_agent_ends(&a);
}

/* ---- with a terminal ------------------------------------------------------- */

/* A client on a terminal of its own, of 33 rows and 101 columns. */
struct terminal {
	int master;
	pid_t client;
	struct agent agent;
	char shown[65536];
	size_t len;
};

static struct terminal terminal;

static void open_terminal(const char *script)
{
	static const struct exec_options o = { .tty = true };
	struct winsize size = { .ws_row = 33, .ws_col = 101 };
	struct terminal *t = &terminal;

	t->agent = start_agent();
	t->len = 0;
	t->shown[0] = '\0';
	t->client = forkpty(&t->master, NULL, NULL, &size);
	assert_true(t->client >= 0);
	if (t->client == 0) {
		alarm(LIMIT_S);
		setenv("TERM", "vt100", 1);
		_exit(exec_run(t->agent.fd, "os2", (char *const[]){
			(char *)"/bin/sh", (char *)"-c", (char *)script, NULL }, &o));
	}
	close(t->agent.fd);
	t->agent.fd = -1;
}

/* Reads until @text is there; false at the end. */
static bool shows(const char *text)
{
	struct terminal *t = &terminal;
	struct pollfd p = { .fd = t->master, .events = POLLIN };
	ssize_t n;

	while (!strstr(t->shown, text)) {
		if (poll(&p, 1, LIMIT_S * 1000) != 1)
			return false;
		n = read(t->master, t->shown + t->len, sizeof(t->shown) - 1 - t->len);
		if (n <= 0)
			return false;
		t->len += n;
		t->shown[t->len] = '\0';
	}
	return true;
}

static void type(const char *keys)
{
	assert_int_equal(write(terminal.master, keys, strlen(keys)), strlen(keys));
}

/* What it shows to its end, then the status of the client. */
static int close_terminal(void)
{
	int status;

	if (terminal.master >= 0)
		shows("\001 is never shown");
	assert_int_equal(waitpid(terminal.client, &status, 0), terminal.client);
	expect_agent_ends(&terminal.agent);
	if (terminal.master >= 0)
		close(terminal.master);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A number behind @text. */
static pid_t number_behind(const char *text)
{
	assert_true(shows(text));
	assert_true(shows("."));
	return atoi(strstr(terminal.shown, text) + strlen(text));
}

/* A zombie at most, which init takes away. */
static void expect_gone(pid_t pid)
{
	int i;

	for (i = 0; i < 100 && kill(pid, 0) == 0; i++)
		usleep(20000);
	assert_int_equal(kill(pid, 0), -1);
}

static void test_terminal(void **state)
{
	(void)state;
	open_terminal("stty size; tty; echo \"$TERM\"; echo error >&2; exit 3");
	assert_int_equal(close_terminal(), 3);
	assert_non_null(strstr(terminal.shown, "33 101\r\n/dev/pts/"));
	assert_non_null(strstr(terminal.shown, "\r\nvt100\r\nerror\r\n"));
}

static void test_terminal_takes_lines(void **state)
{
	(void)state;
	open_terminal("echo ready; read line; echo \"got $line\"; cat; echo end");
	assert_true(shows("ready"));
	type("a word\r");
	assert_true(shows("got a word\r\n"));
	type("and\r");
	assert_true(shows("and\r\nand\r\n"));
	type("\004");
	assert_int_equal(close_terminal(), 0);
	assert_non_null(strstr(terminal.shown, "end\r\n"));
}

static void test_terminal_changes_its_size(void **state)
{
	const struct winsize size = { .ws_row = 44, .ws_col = 55 };

	(void)state;
	open_terminal("trap 'stty size; exit 5' WINCH; echo ready; sleep 15 & wait");
	assert_true(shows("ready"));
	assert_int_equal(ioctl(terminal.master, TIOCSWINSZ, &size), 0);
	assert_int_equal(close_terminal(), 5);
	assert_non_null(strstr(terminal.shown, "44 55\r\n"));
}

static void test_terminal_interrupts(void **state)
{
	(void)state;
	open_terminal("trap 'echo interrupted; exit 6' INT; echo ready; sleep 15");
	assert_true(shows("ready"));
	type("\003");
	assert_int_equal(close_terminal(), 6);
	assert_non_null(strstr(terminal.shown, "interrupted"));
}

static void test_terminal_shows_all_of_the_output(void **state)
{
	(void)state;
	open_terminal("seq 5000; printf last");
	assert_int_equal(close_terminal(), 0);
	assert_non_null(strstr(terminal.shown, "4999\r\n5000\r\nlast"));
}

/* In the background, in a process group of its own, deaf to SIGHUP. */
static const char leaves_something[] =
	"set -m; sh -c 'trap \"\" HUP TERM; echo \"pid $$.\"; while :; do sleep 1; done' & "
	"sleep 1000";

static void test_terminal_is_left(void **state)
{
	pid_t pid;

	(void)state;
	open_terminal(leaves_something);
	pid = number_behind("pid ");
	assert_int_equal(kill(pid, 0), 0);
	type("\035");
	assert_int_equal(close_terminal(), 129);
	expect_gone(pid);
}

static void test_terminal_is_gone(void **state)
{
	pid_t pid;

	(void)state;
	open_terminal(leaves_something);
	pid = number_behind("pid ");
	close(terminal.master);
	terminal.master = -1;
	assert_int_equal(close_terminal(), 129);
	expect_gone(pid);
}

static void test_terminal_and_a_client_that_dies(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	open_terminal(leaves_something);
	pid = number_behind("pid ");
	assert_int_equal(kill(terminal.client, SIGKILL), 0);
	assert_int_equal(waitpid(terminal.client, &status, 0), terminal.client);
	expect_agent_ends(&terminal.agent);
	expect_gone(pid);
	close(terminal.master);
}

/* ---- clients that send nonsense ------------------------------------------ */

static void expect_refusal(struct agent *a)
{
	static struct frame_reader r;
	struct frame f;

	r.have = r.used = 0;
	assert_true(get(a->fd, &r, &f));
	assert_int_equal(f.type, FRAME_REFUSED);
	assert_true(f.len > 0);
	assert_false(get(a->fd, &r, &f));
	expect_agent_ends(a);
}

static void test_bad_headers_are_refused(void **state)
{
	static const struct frame_header bad[] = {
		{ .type = 0, .len = 0 },
		{ .type = FRAME_TYPE_END, .len = 0 },
		{ .type = 255, .len = 0 },
		{ .type = FRAME_HELLO, .zero = { 0, 1, 0 }, .len = 4 },
		{ .type = FRAME_HELLO, .len = FRAME_MAX_BYTES + 1 },
		{ .type = FRAME_HELLO, .len = UINT32_MAX },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct agent a = start_agent();

		assert_int_equal(write(a.fd, &bad[i], sizeof(bad[i])),
				 sizeof(bad[i]));
		expect_refusal(&a);
	}
}

static void test_wrong_order_is_refused(void **state)
{
	const uint32_t magic = FRAME_MAGIC, other = FRAME_MAGIC + 1;
	struct agent a;

	(void)state;
	a = start_agent();
	put(a.fd, FRAME_RUN, NULL, 0);
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &other, sizeof(other));
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, 3);
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	put(a.fd, FRAME_RUN, NULL, 0);
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	put(a.fd, FRAME_STDIN, "x", 1);
	expect_refusal(&a);

	/* A size that is none, and one of a terminal that is not there. */
	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	put(a.fd, FRAME_SIZE, "xxx", 3);
	expect_refusal(&a);

	a = start_agent();
	put_request(a.fd, (char *const[]){ "sleep", "1000", NULL });
	put(a.fd, FRAME_SIZE, &magic, sizeof(struct frame_size));
	expect_refusal(&a);
}

static void test_bad_words_are_refused(void **state)
{
	const uint32_t magic = FRAME_MAGIC;
	struct agent a;
	unsigned int i;

	(void)state;
	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	put(a.fd, FRAME_ARG, "a\0b", 3);
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	put(a.fd, FRAME_TERM, "x\033y", 3);
	expect_refusal(&a);

	a = start_agent();
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	for (i = 0; i <= FRAME_MAX_ARGS; i++)
		put(a.fd, FRAME_ARG, "x", 1);
	expect_refusal(&a);
}

static void test_nonsense_after_run_ends_the_command(void **state)
{
	static struct frame_reader r;
	struct frame f = { .len = 0 };
	struct agent a = start_agent();

	(void)state;
	r.have = r.used = 0;
	put_request(a.fd, (char *const[]){ "sleep", "1000", NULL });
	put(a.fd, FRAME_EXIT, "12345678", 8);
	assert_true(get(a.fd, &r, &f));
	assert_int_equal(f.type, FRAME_REFUSED);
	expect_agent_ends(&a);

	a = start_agent();
	r.have = r.used = 0;
	put_request(a.fd, (char *const[]){ "sleep", "1000", NULL });
	put(a.fd, FRAME_STDIN_EOF, NULL, 0);
	put(a.fd, FRAME_STDIN, "x", 1);
	assert_true(get(a.fd, &r, &f));
	assert_int_equal(f.type, FRAME_REFUSED);
	expect_agent_ends(&a);
}

static void test_truncated_request_ends(void **state)
{
	struct agent a = start_agent();

	(void)state;
	assert_int_equal(write(a.fd, "\001\000\000", 3), 3);
	expect_agent_ends(&a);
}

/* ---- agents that send nonsense ------------------------------------------- */

/* What the client makes of @len bytes from an agent that then goes away. */
static int client_with_agent(const void *bytes, size_t len)
{
	int pair[2], status;
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		close(pair[1]);
		alarm(LIMIT_S);
		_exit(exec_run(pair[0], "os2", (char *const[]){ "x", NULL }, &no_stdin));
	}
	close(pair[0]);
	assert_int_equal(write(pair[1], bytes, len), len);
	shutdown(pair[1], SHUT_WR);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(pair[1]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_client_with_bad_agent(void **state)
{
	const struct {
		struct frame_header h;
		struct frame_exit e;
	} good = { { .type = FRAME_EXIT, .len = 8 }, { FRAME_EXITED, 5 } };
	struct frame_header h = { .type = FRAME_EXIT, .len = 3 };
	char short_exit[sizeof(h) + 3] = "";

	(void)state;
	assert_int_equal(client_with_agent(&good, sizeof(good)), 5);
	memcpy(short_exit, &h, sizeof(h));
	assert_int_equal(client_with_agent(short_exit, sizeof(short_exit)),
			 125);
	assert_int_equal(client_with_agent(&good, sizeof(good) - 1),
			 125);
	assert_int_equal(client_with_agent("", 0), 125);
	h.type = FRAME_STDIN;
	assert_int_equal(client_with_agent(&h, sizeof(h)), 125);
	h = (struct frame_header){ .type = FRAME_STDOUT, .len = UINT32_MAX };
	assert_int_equal(client_with_agent(&h, sizeof(h)), 125);
}

/* ---- clients that take nothing -------------------------------------------- */

static int set_impatient(void **state)
{
	(void)state;
	limits = (struct session_limits){ .request_ms = 300, .stall_ms = 300 };
	return 0;
}

static int set_patient(void **state)
{
	(void)state;
	limits = (struct session_limits){ .request_ms = 10000, .stall_ms = 60000 };
	return 0;
}

/* The agent ends though the client does not. */
static void expect_agent_gives_up(struct agent *a)
{
	int status;

	assert_int_equal(waitpid(a->pid, &status, 0), a->pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(a->fd);
}

static void test_stopped_client_while_the_command_runs(void **state)
{
	struct agent a = start_agent();

	(void)state;
	put_request(a.fd, (char *const[]){ "yes", NULL });
	expect_agent_gives_up(&a);
}

static void test_stopped_client_after_the_end(void **state)
{
	struct agent a = start_agent();

	(void)state;
	/* Less than a pipe holds: the command does not wait for anybody. */
	put_request(a.fd, (char *const[]){ "head", "-c", "60000", "/dev/zero", NULL });
	expect_agent_gives_up(&a);
}

static void test_stopped_client_with_input_in_the_way(void **state)
{
	static char chunk[FRAME_CHUNK_BYTES];
	struct agent a = start_agent();
	int i;

	(void)state;
	put_request(a.fd, (char *const[]){ "yes", NULL });
	for (i = 0; i < 10; i++)
		put(a.fd, FRAME_STDIN, chunk, sizeof(chunk));
	expect_agent_gives_up(&a);
}

static void test_request_that_dribbles(void **state)
{
	static const uint32_t magic = FRAME_MAGIC;
	struct agent a = start_agent();
	int status, i;

	(void)state;
	put(a.fd, FRAME_HELLO, &magic, sizeof(magic));
	for (i = 0; i < 1000 && waitpid(a.pid, &status, WNOHANG) == 0; i++) {
		struct frame_header h = { .type = FRAME_ARG, .len = 1 };

		send(a.fd, &h, sizeof(h), MSG_NOSIGNAL);
		send(a.fd, "x", 1, MSG_NOSIGNAL);
		usleep(20000);
	}
	assert_true(i < 500);
	close(a.fd);
}

/* Silent with output, but not with signs of life. */
static void slow_client(bool input_ended, const char *command)
{
	static struct frame_reader r;
	struct agent a = start_agent();
	size_t got = 0;
	struct frame f;
	int i;

	r.have = r.used = 0;
	put_request(a.fd, (char *const[]){ "sh", "-c", (char *)command, NULL });
	if (input_ended)
		put(a.fd, FRAME_STDIN_EOF, NULL, 0);
	for (i = 0; i < 15; i++) {
		usleep(100000);
		put(a.fd, input_ended ? FRAME_STDIN_EOF : FRAME_STDIN, NULL, 0);
	}
	do {
		assert_true(get(a.fd, &r, &f));
		got += f.type == FRAME_STDOUT ? f.len : 0;
	} while (f.type == FRAME_STDOUT);
	assert_int_equal(f.type, FRAME_EXIT);
	assert_int_equal(got, 60000);
	expect_agent_ends(&a);
}

static void test_slow_client_is_served(void **state)
{
	(void)state;
	slow_client(false, "head -c 60000 /dev/zero");
	slow_client(true, "head -c 60000 /dev/zero");
	slow_client(false, "head -c 60000 /dev/zero; sleep 0.5");
}

/* What the client says while nobody takes its output. */
static void test_client_says_that_it_is_alive(void **state)
{
	static const char zeros[FRAME_MAX_BYTES];
	static struct frame_reader r;
	int pair[2], out[2], status, i, signs = 0;
	struct frame_exit e = { FRAME_EXITED, 3 };
	struct frame f;
	char buf[4096];
	ssize_t n;
	pid_t pid;

	(void)state;
	r.have = r.used = 0;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(pipe(out), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(pair[1]);
		close(out[0]);
		alarm(LIMIT_S);
		dup2(out[1], STDOUT_FILENO);
		exec_alive_ms = 50;
		_exit(exec_run(pair[0], "os2", (char *const[]){ "x", NULL }, &no_stdin));
	}
	close(pair[0]);
	close(out[1]);
	for (i = 0; i < 5; i++)
		put(pair[1], FRAME_STDOUT, zeros, sizeof(zeros));
	put(pair[1], FRAME_EXIT, &e, sizeof(e));
	/* The first end of input is the real one. */
	while (signs < 4) {
		assert_true(get(pair[1], &r, &f));
		signs += f.type == FRAME_STDIN_EOF;
	}
	for (i = 0; (n = read(out[0], buf, sizeof(buf))) > 0;)
		i += n;
	assert_int_equal(i, 5 * sizeof(zeros));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	close(pair[1]);
	close(out[0]);
}

#define IMPATIENT(f) cmocka_unit_test_setup_teardown(f, set_impatient, set_patient)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status),
		cmocka_unit_test(test_words_arrive_as_they_are),
		cmocka_unit_test(test_stdin_and_its_end),
		cmocka_unit_test(test_stdin_that_nobody_reads),
		cmocka_unit_test(test_no_stdin),
		cmocka_unit_test(test_much_output),
		cmocka_unit_test(test_signal_becomes_128_and_more),
		cmocka_unit_test(test_command_that_is_not_there),
		cmocka_unit_test(test_background_process_does_not_delay_the_end),
		cmocka_unit_test(test_client_gone_ends_the_command),
		cmocka_unit_test(test_client_gone_while_stdin_is_stuck),
		cmocka_unit_test(test_client_gone_that_ignores_hangup),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_terminal_takes_lines),
		cmocka_unit_test(test_terminal_changes_its_size),
		cmocka_unit_test(test_terminal_interrupts),
		cmocka_unit_test(test_terminal_shows_all_of_the_output),
		cmocka_unit_test(test_terminal_is_left),
		cmocka_unit_test(test_terminal_is_gone),
		cmocka_unit_test(test_terminal_and_a_client_that_dies),
		cmocka_unit_test(test_bad_headers_are_refused),
		cmocka_unit_test(test_wrong_order_is_refused),
		cmocka_unit_test(test_bad_words_are_refused),
		cmocka_unit_test(test_nonsense_after_run_ends_the_command),
		cmocka_unit_test(test_truncated_request_ends),
		cmocka_unit_test(test_client_with_bad_agent),
		IMPATIENT(test_stopped_client_while_the_command_runs),
		IMPATIENT(test_stopped_client_after_the_end),
		IMPATIENT(test_stopped_client_with_input_in_the_way),
		IMPATIENT(test_request_that_dribbles),
		IMPATIENT(test_slow_client_is_served),
		cmocka_unit_test(test_client_says_that_it_is_alive),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
