// SPDX-License-Identifier: GPL-2.0-only
/*
 * os exec: runs a command in another OS.  This is the client's side of agent/frame.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mint.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/frame.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/exec.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "lib/rawtty.h"
#include "net/fetch.h"
#include "net/stream.h"

#define EXIT_NOT_FOUND	127
#define EXIT_NOT_RUN	126
#define EXIT_SIGNALLED	128

#define REQUEST_TIMEOUT_MS	10000
#define WRITE_BYTES		4096	/* what a pipe takes that is ready: PIPE_BUF */

int exec_alive_ms = 5000;

struct client {
	const char *name;
	int fd;
	struct frame_reader in;
	struct frame_writer out;
	int64_t deadline_ms;		/* of the request */
	const struct exec_options *o;
	struct rawtty tty;
	bool stdin_ended;
	bool over;
	int status;
};

static void finish(struct client *c, int status)
{
	c->over = true;
	c->status = status;
}

/* What is not the command's: told apart from all that it may return. */
static int own_failure(int ret)
{
	return ret == MINTCTL_OK ? MINTCTL_OK : EXEC_OWN_FAILURE;
}

/* ---- the request ------------------------------------------------------- */

/* -errno when the agent does not listen any more, or for too long. */
static int send_frame(struct client *c, enum frame_type type, const void *data,
		      size_t len)
{
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };
	int64_t left;
	int ret;

	frame_put(&c->out, type, data, len);
	while ((ret = frame_flush(&c->out, c->fd)) == -EAGAIN) {
		left = c->deadline_ms - mint_now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		poll(&p, 1, (int)left);
	}
	return ret;
}

static struct frame_size size_now(void)
{
	struct frame_size size = { 24, 80 };

	rawtty_size(&size.rows, &size.columns);
	return size;
}

static int send_request(struct client *c, char *const *argv)
{
	static const uint32_t magic = FRAME_MAGIC;
	const char *term = getenv("TERM");
	struct frame_size size = size_now();
	int ret;

	c->deadline_ms = mint_now_ms() + REQUEST_TIMEOUT_MS;
	ret = send_frame(c, FRAME_HELLO, &magic, sizeof(magic));
	for (; !ret && *argv; argv++)
		ret = send_frame(c, FRAME_ARG, *argv, strlen(*argv));
	if (!ret && term && *term && strlen(term) < 64 && isatty(STDOUT_FILENO))
		ret = send_frame(c, FRAME_TERM, term, strlen(term));
	if (!ret && c->o->tty)
		ret = send_frame(c, FRAME_SIZE, &size, sizeof(size));
	return ret ? ret : send_frame(c, FRAME_RUN, NULL, 0);
}

/* ---- what the agent says ----------------------------------------------- */

static void take_exit(struct client *c, const struct frame *f)
{
	struct frame_exit e;

	if (f->len != sizeof(e)) {
		finish(c, own_failure(msg_fail(c->name, "its agent sends nonsense")));
		return;
	}
	memcpy(&e, f->data, sizeof(e));
	if (e.how == FRAME_EXITED) {
		finish(c, e.value & 0xff);
	} else if (e.how == FRAME_SIGNALLED) {
		finish(c, EXIT_SIGNALLED + (e.value & 0x7f));
	} else {
		msg_fail(c->name, "cannot run the command: %s", strerror(e.value));
		finish(c, e.value == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN);
	}
}

/* Whoever reads our output takes his time; the agent shall not give us up. */
static void say_alive(struct client *c)
{
	if (frame_flush(&c->out, c->fd))
		return;
	frame_put(&c->out, c->stdin_ended ? FRAME_STDIN_EOF : FRAME_STDIN, NULL, 0);
	frame_flush(&c->out, c->fd);
}

/* 0 or -errno */
static int write_output(struct client *c, int fd, const unsigned char *data, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = poll(&p, 1, exec_alive_ms);
		if (n == 0)
			say_alive(c);
		if (n <= 0)
			continue;
		n = len - done < WRITE_BYTES ? len - done : WRITE_BYTES;
		n = write(fd, data + done, n);
		if (n >= 0)
			done += n;
		else if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
	return 0;
}

static void take_output(struct client *c, const struct frame *f, int fd)
{
	int err = write_output(c, fd, f->data, f->len);

	if (err)
		finish(c, own_failure(msg_fail(NULL, "cannot write the output: %s",
				   strerror(-err))));
}

static void take_refusal(struct client *c, const struct frame *f)
{
	char text[256];
	size_t len = f->len < sizeof(text) ? f->len : sizeof(text) - 1;

	memcpy(text, f->data, len);
	text[len] = '\0';
	stream_clean(text, len);
	finish(c, own_failure(msg_fail(c->name, "%s", text)));
}

static void take_frame(struct client *c, const struct frame *f)
{
	switch (f->type) {
	case FRAME_STDOUT:
		take_output(c, f, STDOUT_FILENO);
		break;
	case FRAME_STDERR:
		take_output(c, f, STDERR_FILENO);
		break;
	case FRAME_EXIT:
		take_exit(c, f);
		break;
	case FRAME_REFUSED:
		take_refusal(c, f);
		break;
	default:
		finish(c, own_failure(msg_fail(c->name, "its agent sends nonsense")));
	}
}

static void read_agent(struct client *c)
{
	ssize_t n = frame_fill(&c->in, c->fd);
	struct frame f;
	int ret = 1;

	if (n == -EAGAIN)
		return;
	if (n <= 0) {
		finish(c, own_failure(msg_fail(c->name,
				   "the connection is lost; see 'mintctl os list'")));
		return;
	}
	while (!c->over && ret > 0) {
		ret = frame_next(&c->in, &f);
		if (ret > 0)
			take_frame(c, &f);
		else if (ret < 0)
			finish(c, own_failure(msg_fail(c->name, "its agent sends nonsense")));
	}
}

/* ---- what it is told --------------------------------------------------- */

static void end_stdin(struct client *c)
{
	frame_put(&c->out, FRAME_STDIN_EOF, NULL, 0);
	c->stdin_ended = true;
}

/* The agent does not listen any more; it may still say why. */
static void take_no_more(struct client *c)
{
	c->stdin_ended = true;
	c->out.done = c->out.len;
}

/* The terminal is left, or gone: the agent ends the command as a hangup does. */
static void leave(struct client *c)
{
	finish(c, EXIT_SIGNALLED + SIGHUP);
}

static void read_stdin(struct client *c)
{
	ssize_t n = stream_read(STDIN_FILENO, frame_room(&c->out),
				FRAME_CHUNK_BYTES);

	if (c->o->tty && (n <= 0 || memchr(frame_room(&c->out), RAWTTY_ESCAPE, n)))
		leave(c);
	else if (n > 0)
		frame_put(&c->out, FRAME_STDIN, NULL, n);
	else
		end_stdin(c);
}

static void tell_size(struct client *c)
{
	struct frame_size size = size_now();

	if (rawtty_resized())
		frame_put(&c->out, FRAME_SIZE, &size, sizeof(size));
}

static void step(struct client *c)
{
	static const struct timespec now;
	bool busy = frame_pending(&c->out);
	struct pollfd p[2] = {
		{ c->fd, POLLIN | (busy ? POLLOUT : 0), 0 },
		{ busy || c->stdin_ended ? -1 : STDIN_FILENO, POLLIN, 0 },
	};
	int ret;

	if (c->o->tty && !busy)
		tell_size(c);
	ret = c->o->tty ? ppoll(p, 2, frame_pending(&c->out) ? &now : NULL, &c->tty.mask) :
			  poll(p, 2, -1);
	if (c->o->tty && rawtty_ended())
		leave(c);
	if (ret < 0 || c->over)
		return;
	if (p[0].revents & ~POLLOUT)
		read_agent(c);
	if (p[1].revents && !frame_pending(&c->out))
		read_stdin(c);
	ret = frame_flush(&c->out, c->fd);
	if (ret && ret != -EAGAIN)
		take_no_more(c);
}

int exec_run(int fd, const char *name, char *const *argv, const struct exec_options *o)
{
	struct client *c = calloc(1, sizeof(*c));
	int status;

	if (!c)
		return own_failure(msg_fail(name, "out of memory"));
	c->name = name;
	c->fd = fd;
	c->o = o;
	if (o->tty)
		rawtty_open(&c->tty, true);
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	if (send_request(c, argv))
		take_no_more(c);
	else if (o->no_stdin)
		end_stdin(c);
	while (!c->over)
		step(c);
	if (o->tty)
		rawtty_close(&c->tty);
	status = c->status;
	free(c);
	return status;
}

/* ---- the command ------------------------------------------------------- */

static const struct mintctl_option options[] = {
	{ "no-stdin", 'n', OPTION_SHORT, NULL, NULL,
	  "give the command no input",
	  "Give the command no input; for use in loops that read standard input themselves.\n" },
	{ "tty", 't', OPTION_SHORT, NULL, NULL,
	  "give the command a terminal; Ctrl-] leaves it",
	  "Give the command a terminal, as large as the one here, whose keys go there:\n"
	  "Ctrl-C ends what runs there, Ctrl-Z stops it; a shell there goes on with it by\n"
	  ".Ic fg .\n"
	  "Ctrl-] leaves it.\n"
	  "When it is left, or the terminal here is gone, all that was started on it is ended.\n" },
	CMD_OPTION_END
};

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct exec_options *o)
{
	int c;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'n')
			o->no_stdin = true;
		else if (c == 't')
			o->tty = true;
		else
			return cmd_common_option(cmd, c);
	}
	if (optind == argc)
		return cmd_positional(cmd, argc, argv, 1, "the name of the OS");
	if (o->tty && o->no_stdin)
		return msg_usage("os exec: --tty and --no-stdin exclude each other");
	return CMD_GO_ON;
}

/* argv: NAME [--] COMMAND [ARG]... */
static int check_command(const struct mintctl_cmd *cmd, char ***argv)
{
	size_t total = 0, nr;

	if (*++*argv && strcmp(**argv, "--") == 0)
		++*argv;
	if (!**argv) {
		msg_usage("os exec: the command is missing");
		return cmd_try_help(cmd);
	}
	for (nr = 0; (*argv)[nr]; nr++) {
		total += strlen((*argv)[nr]);
		if (strlen((*argv)[nr]) > FRAME_MAX_BYTES)
			return msg_usage("os exec: word %zu of the command has more than %u bytes",
					 nr + 1, FRAME_MAX_BYTES);
	}
	if (nr > FRAME_MAX_ARGS || total > FRAME_MAX_ARGS_BYTES)
		return msg_usage("os exec: the command has more than %u words or %u bytes",
				 FRAME_MAX_ARGS, FRAME_MAX_ARGS_BYTES);
	return MINTCTL_OK;
}

int exec_in_os(const char *name, char *const *argv, const struct exec_options *o)
{
	struct mint_nl *nl;
	struct os_info os;
	int fd, ret;

	if (o->tty && !rawtty_there())
		return own_failure(msg_fail(NULL, "standard input is no terminal; a command that needs none can be run by 'os exec' without --tty"));
	if (mint_nl_open(&nl))
		return EXEC_OWN_FAILURE;
	ret = fetch_os(nl, name, &os);
	mint_nl_close(nl);
	if (ret)
		return EXEC_OWN_FAILURE;
	fd = stream_open(&os, MINT_IOC_CONNECT, 0);
	if (fd < 0)
		return EXEC_OWN_FAILURE;
	ret = exec_run(fd, name, argv, o);
	close(fd);
	return ret;
}

static int os_exec(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct exec_options o = { .tty = false };
	const char *name;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return own_failure(ret);
	argv += optind;
	name = *argv;
	ret = parse_os_name(name);
	if (!ret)
		ret = check_command(cmd, &argv);
	return ret ? own_failure(ret) : exec_in_os(name, argv, &o);
}

const struct mintctl_cmd cmd_os_exec = {
	.object = "os",
	.verb = "exec",
	.modifies = true,
	.options_first = true,
	.summary = "Run a command in an OS",
	.operands = "NAME [--] COMMAND [ARG]...",
	.synopsis = ".Ar name\n"
		".Op Fl -\n"
		".Ar command\n"
		".Op Ar argument ...\n",
	.completes = "@oses",
	.options = options,
	.run = os_exec,
};
