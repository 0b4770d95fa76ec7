// SPDX-License-Identifier: GPL-2.0-only
/*
 * One client of the agent: takes a command, runs it, passes data both ways.
 *
 * The command runs in a session of its own.  Processes that it leaves behind
 * stay alive, but what they write after its end is not passed on.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

#include "agent/frame.h"
#include "agent/pty.h"
#include "agent/session.h"

#define LAST_WORDS_TIMEOUT_MS	5000
#define HANGUP_GRACE_MS		1000
/* More than a terminal holds back of what was written to it. */
#define TTY_LAST_BYTES		(1 << 16)

#define DEFAULT_PATH	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct session {
	int fd;				/* the client */
	const struct session_limits *limits;
	int64_t alive_ms;		/* when the client last took or sent something */
	struct frame_reader in;
	struct frame_writer out;

	char *argv[FRAME_MAX_ARGS + 1];
	uint32_t argc;
	uint32_t args_bytes;
	char term[64];
	bool greeted;
	bool tty;			/* the command has a terminal */
	struct frame_size size;		/* of this size, at its start */

	pid_t pid;
	int pidfd;
	int to_stdin;			/* -1 when closed */
	int from[2];			/* stdout, stderr; -1 when closed */
	int left[2];			/* bytes still to pass on after the end */
	bool ended;
	struct frame_exit exit;

	unsigned char stdin_buf[FRAME_MAX_BYTES];
	size_t stdin_len;
	size_t stdin_done;
	bool stdin_eof;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int ms_until(int64_t deadline_ms)
{
	int64_t left = deadline_ms - now_ms();

	return left < 0 ? 0 : (int)left;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do {
		n = poll(&p, 1, timeout_ms);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* 0, -EAGAIN if some is left, or another -errno. */
static int send_some(struct session *s)
{
	size_t before = s->out.done;
	int ret = frame_flush(&s->out, s->fd);

	if (s->out.done != before)
		s->alive_ms = now_ms();
	return ret;
}

/* Sends what is pending, for @timeout_ms at most. */
static int send_last_words(struct session *s, int timeout_ms)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	int ret;

	while ((ret = send_some(s)) == -EAGAIN) {
		if (!wait_for(s->fd, POLLOUT, ms_until(deadline_ms)))
			return -ETIMEDOUT;
	}
	return ret;
}

static int refuse(struct session *s, const char *format, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (!send_last_words(s, LAST_WORDS_TIMEOUT_MS)) {
		frame_put(&s->out, FRAME_REFUSED, text, strlen(text));
		send_last_words(s, LAST_WORDS_TIMEOUT_MS);
	}
	return -EPROTO;
}

/* ---- the request ------------------------------------------------------- */

static int take_hello(struct session *s, const struct frame *f)
{
	uint32_t magic = 0;

	if (f->len == sizeof(magic))
		memcpy(&magic, f->data, sizeof(magic));
	if (s->greeted || magic != FRAME_MAGIC)
		return refuse(s, "the agent does not speak this protocol; use the mintctl of the same version");
	s->greeted = true;
	return 0;
}

static int take_arg(struct session *s, const struct frame *f)
{
	if (s->argc == FRAME_MAX_ARGS ||
	    f->len > FRAME_MAX_ARGS_BYTES - s->args_bytes)
		return refuse(s, "the command is too long");
	if (memchr(f->data, '\0', f->len))
		return refuse(s, "bad frame: a word with a NUL in it");
	s->argv[s->argc] = strndup((const char *)f->data, f->len);
	if (!s->argv[s->argc])
		return refuse(s, "out of memory");
	s->argc++;
	s->args_bytes += f->len;
	return 0;
}

static int take_term(struct session *s, const struct frame *f)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._";

	if (f->len == 0 || f->len >= sizeof(s->term))
		return refuse(s, "bad frame: TERM of %u bytes", f->len);
	memcpy(s->term, f->data, f->len);
	s->term[f->len] = '\0';
	if (strspn(s->term, allowed) != f->len)
		return refuse(s, "bad frame: TERM with odd characters");
	return 0;
}

/* Of the terminal that the command is to have, or has. */
static int take_size(struct session *s, const struct frame *f)
{
	if (f->len != sizeof(s->size))
		return refuse(s, "bad frame: SIZE of %u bytes", f->len);
	memcpy(&s->size, f->data, sizeof(s->size));
	return 0;
}

/* 1 when the request is complete. */
static int take_request_frame(struct session *s, const struct frame *f)
{
	if (!s->greeted && f->type != FRAME_HELLO)
		return refuse(s, "bad frame: type %d before HELLO", f->type);
	switch (f->type) {
	case FRAME_HELLO:
		return take_hello(s, f);
	case FRAME_ARG:
		return take_arg(s, f);
	case FRAME_TERM:
		return take_term(s, f);
	case FRAME_SIZE:
		s->tty = true;
		return take_size(s, f);
	case FRAME_RUN:
		if (f->len || !s->argc)
			return refuse(s, "bad frame: RUN without a command");
		return 1;
	default:
		return refuse(s, "bad frame: type %d before RUN", f->type);
	}
}

static int read_request(struct session *s)
{
	int64_t deadline_ms = now_ms() + s->limits->request_ms;
	struct frame f;
	ssize_t n;
	int ret = 0;

	while (ret == 0) {
		ret = frame_next(&s->in, &f);
		if (ret < 0)
			return refuse(s, "bad frame");
		if (ret > 0) {
			ret = take_request_frame(s, &f);
			continue;
		}
		if (!wait_for(s->fd, POLLIN, ms_until(deadline_ms)))
			return refuse(s, "no command came");
		n = frame_fill(&s->in, s->fd);
		if (n <= 0 && n != -EAGAIN)
			return -EPIPE;
		if (now_ms() >= deadline_ms)
			return refuse(s, "no complete command came in time");
	}
	return ret < 0 ? ret : 0;
}

/* ---- the command ------------------------------------------------------- */

struct command_pipes {
	int in[2], out[2], err[2];
	int failure[2];			/* errno of the exec, or end of file */
};

static void close_pipes(struct command_pipes *p)
{
	int *all[] = { p->in, p->out, p->err, p->failure };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		close_fd(&all[i][0]);
		close_fd(&all[i][1]);
	}
}

/* A terminal instead of three pipes; 0 or -1. */
static int open_terminal(struct command_pipes *p, const struct frame_size *size)
{
	if (pty_open(&p->in[1], &p->in[0], size))
		return -1;
	p->out[0] = fcntl(p->in[1], F_DUPFD_CLOEXEC, 0);
	p->out[1] = fcntl(p->in[0], F_DUPFD_CLOEXEC, 0);
	p->err[1] = fcntl(p->in[0], F_DUPFD_CLOEXEC, 0);
	return p->out[0] < 0 || p->out[1] < 0 || p->err[1] < 0 ? -1 : 0;
}

static int open_three_pipes(struct command_pipes *p)
{
	return pipe2(p->in, O_CLOEXEC) || pipe2(p->out, O_CLOEXEC) ||
	       pipe2(p->err, O_CLOEXEC) ? -1 : 0;
}

static int open_pipes(const struct session *s, struct command_pipes *p)
{
	memset(p, -1, sizeof(*p));
	if ((s->tty ? open_terminal(p, &s->size) : open_three_pipes(p)) ||
	    pipe2(p->failure, O_CLOEXEC)) {
		int err = errno;

		close_pipes(p);
		return -err;
	}
	return 0;
}

static void set_environment(const struct session *s)
{
	setenv("PATH", DEFAULT_PATH, 0);
	setenv("HOME", "/root", 0);
	setenv("USER", "root", 0);
	setenv("LOGNAME", "root", 0);
	if (s->term[0])
		setenv("TERM", s->term, 1);
	else
		unsetenv("TERM");
}

static _Noreturn void become_command(struct session *s, struct command_pipes *p)
{
	sigset_t none;
	int err;

	setsid();
	if (s->tty)
		pty_take(p->in[0]);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	set_environment(s);
	if (dup2(p->in[0], STDIN_FILENO) >= 0 &&
	    dup2(p->out[1], STDOUT_FILENO) >= 0 &&
	    dup2(p->err[1], STDERR_FILENO) >= 0)
		execvp(s->argv[0], s->argv);
	err = errno;
	if (write(p->failure[1], &err, sizeof(err)) != sizeof(err))
		_exit(126);
	_exit(127);
}

/* Keeps our ends of the pipes; the others are closed. */
static void keep_pipes(struct session *s, struct command_pipes *p)
{
	s->to_stdin = p->in[1];
	s->from[0] = p->out[0];
	s->from[1] = p->err[0];
	p->in[1] = p->out[0] = p->err[0] = -1;
	fcntl(s->to_stdin, F_SETFL, O_NONBLOCK);
	fcntl(s->from[0], F_SETFL, O_NONBLOCK);
	if (s->from[1] >= 0)
		fcntl(s->from[1], F_SETFL, O_NONBLOCK);
}

/* Until the command runs, or not; the file may be far away.  -EPIPE: client gone */
static int wait_for_exec(const struct session *s, int failure)
{
	struct pollfd p[2] = { { failure, POLLIN, 0 }, { s->fd, 0, 0 } };

	while (poll(p, 2, -1) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return p[0].revents ? 0 : -EPIPE;
}

/* errno of the exec, 0 when the command runs */
static int exec_error(int fd)
{
	int err = 0;
	ssize_t n;

	do {
		n = read(fd, &err, sizeof(err));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(err) ? err : 0;
}

/*
 * Ends the command and what is in its process group; if it has a terminal, all that was
 * started on that.  It may take its time: the client's channel is free before.
 */
static void kill_command(struct session *s)
{
	close_fd(&s->fd);
	if (s->tty) {
		/* That hangs up, for shells to tell their jobs. */
		close_fd(&s->to_stdin);
		close_fd(&s->from[0]);
	}
	kill(-s->pid, SIGHUP);
	kill(-s->pid, SIGCONT);
	wait_for(s->pidfd, POLLIN, HANGUP_GRACE_MS);
	kill(-s->pid, SIGKILL);
	/* Until it is waited for, nobody else gets the number of its session. */
	if (s->tty)
		pty_end_session(s->pid);
	waitpid(s->pid, NULL, 0);
}

static int start_command(struct session *s)
{
	struct command_pipes p;
	int err = open_pipes(s, &p);

	if (err)
		return refuse(s, "no %s: %s", s->tty ? "terminal (is devpts mounted at /dev/pts?)" : "pipe",
			      strerror(-err));
	s->pid = fork();
	if (s->pid == 0)
		become_command(s, &p);
	if (s->pid > 0)
		s->pidfd = pidfd_open(s->pid, 0);
	if (s->pid < 0 || s->pidfd < 0) {
		err = errno;
		close_pipes(&p);
		if (s->pid > 0) {
			kill(s->pid, SIGKILL);
			waitpid(s->pid, NULL, 0);
		}
		return refuse(s, "cannot start a process: %s", strerror(err));
	}
	close_fd(&p.failure[1]);
	err = wait_for_exec(s, p.failure[0]);
	if (err) {
		close_pipes(&p);
		kill_command(s);
		return err;
	}
	err = exec_error(p.failure[0]);
	if (err)
		s->exit = (struct frame_exit){ FRAME_NOT_RUN, err };
	keep_pipes(s, &p);
	close_pipes(&p);
	return 0;
}

/* ---- data both ways ---------------------------------------------------- */

static int take_stdin(struct session *s, const struct frame *f)
{
	if (s->stdin_eof)
		return refuse(s, "bad frame: STDIN after its end");
	if (s->to_stdin < 0)
		return 0;	/* the command does not read it */
	memcpy(s->stdin_buf, f->data, f->len);
	s->stdin_len = f->len;
	s->stdin_done = 0;
	return 0;
}

static int take_new_size(struct session *s, const struct frame *f)
{
	int ret = s->tty ? take_size(s, f) : refuse(s, "bad frame: SIZE without a terminal");

	if (!ret && s->to_stdin >= 0)
		pty_resize(s->to_stdin, &s->size);
	return ret;
}

static int take_data_frame(struct session *s, const struct frame *f)
{
	switch (f->type) {
	case FRAME_SIZE:
		return take_new_size(s, f);
	case FRAME_STDIN:
		return take_stdin(s, f);
	case FRAME_STDIN_EOF:
		s->stdin_eof = true;
		return 0;
	default:
		return refuse(s, "bad frame: type %d after RUN", f->type);
	}
}

static bool stdin_pending(const struct session *s)
{
	return s->stdin_done < s->stdin_len;
}

static void write_stdin(struct session *s)
{
	ssize_t n;

	if (s->to_stdin >= 0 && stdin_pending(s)) {
		n = write(s->to_stdin, s->stdin_buf + s->stdin_done,
			  s->stdin_len - s->stdin_done);
		if (n > 0)
			s->stdin_done += n;
		else if (errno != EAGAIN && errno != EINTR)
			close_fd(&s->to_stdin);
	}
	if (s->to_stdin < 0)
		s->stdin_done = s->stdin_len;
	else if (s->stdin_eof && !stdin_pending(s))
		close_fd(&s->to_stdin);
}

/* Takes frames until one has to wait for the command to read its stdin. */
static int take_data(struct session *s)
{
	struct frame f;
	int ret = 0;

	write_stdin(s);
	while (ret == 0 && !stdin_pending(s)) {
		ret = frame_next(&s->in, &f);
		if (ret < 0)
			return refuse(s, "bad frame");
		if (ret == 0)
			return 0;
		ret = take_data_frame(s, &f);
		write_stdin(s);
	}
	return ret;
}

/* -EPIPE when the client is gone. */
static int read_client(struct session *s)
{
	ssize_t n = frame_fill(&s->in, s->fd);

	if (n == -EAGAIN)
		return 0;
	if (n > 0)
		s->alive_ms = now_ms();
	return n <= 0 ? -EPIPE : 0;
}

static bool has_room(const struct session *s)
{
	return s->in.have < sizeof(s->in.buf);
}

/*
 * How long to wait for the client: for ever, unless there is something that it
 * does not take.  A client that is held up by who reads its output says now and
 * then that it is alive; one that is stopped does not.
 */
static int patience_ms(const struct session *s)
{
	return frame_pending(&s->out) ?
	       ms_until(s->alive_ms + s->limits->stall_ms) : -1;
}

static bool is_stalled(const struct session *s)
{
	return frame_pending(&s->out) &&
	       now_ms() >= s->alive_ms + s->limits->stall_ms;
}

static void put_frame(struct session *s, enum frame_type type, const void *data,
		      size_t len)
{
	s->alive_ms = now_ms();	/* from now on it has something to take */
	frame_put(&s->out, type, data, len);
}

/* Makes a frame of what the command wrote to stdout (0) or stderr (1). */
static void read_output(struct session *s, int which)
{
	static const enum frame_type types[] = { FRAME_STDOUT, FRAME_STDERR };
	size_t want = FRAME_CHUNK_BYTES;
	ssize_t n;

	if (s->ended && (size_t)s->left[which] < want)
		want = s->left[which];
	n = want ? read(s->from[which], frame_room(&s->out), want) : 0;
	if (n > 0) {
		put_frame(s, types[which], NULL, n);
		if (s->ended)
			s->left[which] -= n;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close_fd(&s->from[which]);
	}
}

/* The command has ended: what is in the pipes now is its last output. */
static void note_end(struct session *s)
{
	int status = 0, i;

	if (waitpid(s->pid, &status, WNOHANG) != s->pid)
		return;
	s->ended = true;
	for (i = 0; i < 2; i++) {
		/* What a terminal holds back it does not tell; reading ends by itself. */
		if (s->tty)
			s->left[i] = TTY_LAST_BYTES;
		else if (s->from[i] >= 0 && ioctl(s->from[i], FIONREAD, &s->left[i]))
			s->left[i] = 0;
	}
	close_fd(&s->to_stdin);
	if (s->exit.how == FRAME_NOT_RUN)
		return;
	if (WIFSIGNALED(status))
		s->exit = (struct frame_exit){ FRAME_SIGNALLED, WTERMSIG(status) };
	else
		s->exit = (struct frame_exit){ FRAME_EXITED, WEXITSTATUS(status) };
}

enum { POLL_CLIENT, POLL_STDIN, POLL_STDOUT, POLL_STDERR, POLL_END, NR_POLLS };

/* A slot with fd -1 is not looked at; errors of the client always are. */
static int wait_for_work(struct session *s, struct pollfd *p)
{
	bool busy = frame_pending(&s->out);
	int i, n;

	for (i = 0; i < NR_POLLS; i++)
		p[i] = (struct pollfd){ .fd = -1 };
	p[POLL_CLIENT].fd = s->fd;
	p[POLL_CLIENT].events = (busy ? POLLOUT : 0) | (has_room(s) ? POLLIN : 0);
	if (stdin_pending(s))
		p[POLL_STDIN] = (struct pollfd){ s->to_stdin, POLLOUT, 0 };
	if (!busy) {
		p[POLL_STDOUT] = (struct pollfd){ s->from[0], POLLIN, 0 };
		p[POLL_STDERR] = (struct pollfd){ s->from[1], POLLIN, 0 };
	}
	if (!s->ended)
		p[POLL_END] = (struct pollfd){ s->pidfd, POLLIN, 0 };
	n = poll(p, NR_POLLS, patience_ms(s));
	return n < 0 && errno != EINTR ? -errno : 0;
}

static int pump_once(struct session *s)
{
	struct pollfd p[NR_POLLS];
	int ret = wait_for_work(s, p);

	if (!ret && (p[POLL_CLIENT].revents & (POLLHUP | POLLERR | POLLNVAL)))
		ret = -EPIPE;
	if (!ret && (p[POLL_CLIENT].revents & POLLIN))
		ret = read_client(s);
	if (!ret && p[POLL_END].revents)
		note_end(s);
	if (!ret && !s->ended)
		ret = take_data(s);
	if (ret)
		return ret;
	if (p[POLL_STDOUT].revents)
		read_output(s, 0);
	if (p[POLL_STDERR].revents && !frame_pending(&s->out))
		read_output(s, 1);
	ret = send_some(s);
	if (ret != -EAGAIN)
		return ret;
	return is_stalled(s) ? -ETIMEDOUT : 0;
}

/* Its input is of no use any more, but says that it is alive. */
static int drop_input(struct session *s)
{
	struct frame f;
	int ret;

	while ((ret = frame_next(&s->in, &f)) > 0)
		;
	return ret;
}

/* Sends what is pending after the end of the command, as long as it is taken. */
static int flush(struct session *s)
{
	struct pollfd p = { .fd = s->fd };
	int ret;

	while ((ret = send_some(s)) == -EAGAIN) {
		if (is_stalled(s))
			return -ETIMEDOUT;
		p.events = POLLOUT | POLLIN;
		if (poll(&p, 1, patience_ms(s)) < 0 && errno != EINTR)
			return -errno;
		if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
			return -EPIPE;
		ret = p.revents & POLLIN ? read_client(s) : 0;
		if (ret || drop_input(s) < 0)
			return -EPIPE;
	}
	return ret;
}

/* After the end: passes on what is left in the pipes, then the exit status. */
static int finish(struct session *s)
{
	int ret = 0, i;

	for (i = 0; i < 2 && !ret; i++) {
		while (s->from[i] >= 0 && s->left[i] > 0 && !ret) {
			ret = flush(s);
			if (!ret)
				read_output(s, i);
			if (!frame_pending(&s->out))
				break;
		}
	}
	if (!ret)
		ret = flush(s);
	if (ret)
		return ret;
	put_frame(s, FRAME_EXIT, &s->exit, sizeof(s->exit));
	return flush(s);
}

static void run(struct session *s)
{
	int ret = take_data(s);		/* came with the request */

	while (!ret && !s->ended)
		ret = pump_once(s);
	if (!s->ended)
		kill_command(s);
	else
		finish(s);
}

static void release(struct session *s)
{
	uint32_t i;

	for (i = 0; i < s->argc; i++)
		free(s->argv[i]);
	close_fd(&s->to_stdin);
	close_fd(&s->from[0]);
	close_fd(&s->from[1]);
	close_fd(&s->pidfd);
	close_fd(&s->fd);
	free(s);
}

void session_serve(int fd, const struct session_limits *limits)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s) {
		close(fd);
		return;
	}
	s->fd = fd;
	s->limits = limits;
	s->pidfd = s->to_stdin = s->from[0] = s->from[1] = -1;
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	if (!read_request(s) && !start_command(s))
		run(s);
	release(s);
}
