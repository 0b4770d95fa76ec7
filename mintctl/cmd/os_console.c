// SPDX-License-Identifier: GPL-2.0-only
/*
 * os console.  On a terminal it is one to the other OS, until Ctrl-].  With
 * anything else on stdin it sends that, and after its end waits until the
 * console has been quiet for a while.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mint.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/console.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "lib/rawtty.h"
#include "net/fetch.h"
#include "net/stream.h"

#define DEFAULT_LINGER_S	1
#define MAX_LINGERS		10	/* then a chatty console is left alone */
#define STUCK_MS		10000	/* input that nobody takes */

/* ---- data -------------------------------------------------------------- */

static bool in_pending(const struct console *c)
{
	return c->in_done < c->in_len;
}

static bool out_pending(const struct console *c)
{
	return c->out_done < c->out_len;
}

static void finish(struct console *c, int status)
{
	c->over = true;
	c->status = status;
}

static void end_input(struct console *c)
{
	c->input_ended = true;
	c->heard_ms = mint_now_ms();
	c->end_ms = c->heard_ms + MAX_LINGERS * c->linger_s * 1000LL;
}

static void read_input(struct console *c)
{
	ssize_t n = stream_read(STDIN_FILENO, c->in, sizeof(c->in));
	char *escape;

	if (n <= 0) {
		end_input(c);
		return;
	}
	escape = c->tty ? memchr(c->in, RAWTTY_ESCAPE, n) : NULL;
	if (escape) {
		n = escape - c->in;
		finish(c, MINTCTL_OK);
	}
	c->in_len = n;
	c->in_done = 0;
	c->sent_ms = mint_now_ms();
}

static void send_input(struct console *c)
{
	ssize_t n = write(c->fd, c->in + c->in_done, c->in_len - c->in_done);

	if (n > 0) {
		c->in_done += n;
		c->sent_ms = c->heard_ms = mint_now_ms();
	} else if (errno == EHOSTDOWN) {
		c->in_len = c->in_done = 0;	/* the output says the rest */
	} else if (errno != EAGAIN && errno != EINTR) {
		finish(c, msg_fail(c->name, "cannot send: %s", strerror(errno)));
	}
}

static void read_output(struct console *c)
{
	ssize_t n = stream_read(c->fd, c->out, sizeof(c->out));

	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0) {
		finish(c, msg_fail(c->name, "cannot read its console: %s",
				   strerror(errno)));
	} else if (n == 0) {
		msg_fail(c->name, "has ended; see 'mintctl os list'");
		finish(c, MINTCTL_OK);
	} else {
		c->out_len = n;
		c->out_done = 0;
		c->heard_ms = mint_now_ms();
	}
}

/* No more at once than what is ready takes without waiting. */
static void write_output(struct console *c)
{
	size_t len = c->out_len - c->out_done;
	ssize_t n = write(STDOUT_FILENO, c->out + c->out_done,
			  len < PIPE_BUF ? len : PIPE_BUF);

	if (n > 0)
		c->out_done += n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		finish(c, msg_fail(NULL, "cannot write the output"));
	c->heard_ms = mint_now_ms();
}

/* When to look again though nothing happens; -1: never. */
static int64_t next_deadline(const struct console *c)
{
	int64_t quiet = c->heard_ms + c->linger_s * 1000LL;

	if (c->tty || c->read_only || out_pending(c))
		return -1;
	if (in_pending(c))
		return c->sent_ms + STUCK_MS;
	if (!c->input_ended)
		return -1;
	return quiet < c->end_ms ? quiet : c->end_ms;
}

static void check_deadline(struct console *c)
{
	int64_t deadline = next_deadline(c);

	if (deadline < 0 || mint_now_ms() < deadline)
		return;
	if (in_pending(c))
		finish(c, msg_fail(c->name, "nobody takes the input of its console"));
	else
		finish(c, MINTCTL_OK);
}

/* NULL: for ever */
static const struct timespec *poll_timeout(const struct console *c, struct timespec *t)
{
	int64_t deadline = next_deadline(c), left;

	if (deadline < 0)
		return NULL;
	left = deadline - mint_now_ms();
	if (left < 0)
		left = 0;
	t->tv_sec = left / 1000;
	t->tv_nsec = left % 1000 * 1000000;
	return t;
}

static void step(struct console *c, const sigset_t *normal)
{
	bool showing = out_pending(c);
	struct pollfd p[3] = {
		{ c->fd, (showing ? 0 : POLLIN) | (in_pending(c) ? POLLOUT : 0), 0 },
		{ in_pending(c) || c->input_ended ? -1 : STDIN_FILENO, POLLIN, 0 },
		{ STDOUT_FILENO, showing ? POLLOUT : 0, 0 },
	};
	struct timespec timeout;
	int n;

	/* It may be over already, and then says so whatever it is asked for. */
	if (showing && !in_pending(c))
		p[0].fd = -1;
	n = ppoll(p, 3, poll_timeout(c, &timeout), normal);
	/* The second: nobody reads our output any more. */
	if (rawtty_ended() || (n > 0 && p[2].revents & POLLERR)) {
		finish(c, MINTCTL_OK);
		return;
	}
	if (n > 0 && showing && p[2].revents)
		write_output(c);
	if (n > 0 && !showing && p[0].revents & ~POLLOUT)
		read_output(c);
	if (n > 0 && p[0].revents & POLLOUT && in_pending(c))
		send_input(c);
	if (n > 0 && p[1].revents)
		read_input(c);
	if (!c->over)
		check_deadline(c);
}

int console_talk(struct console *c)
{
	struct rawtty tty;

	c->tty = !c->read_only && rawtty_there();
	c->input_ended = c->read_only;
	if (c->tty)
		fprintf(stderr, "mintctl: console of %s; Ctrl-] leaves it\n",
			c->name);
	rawtty_open(&tty, c->tty);
	while (!c->over)
		step(c, &tty.mask);
	/* What was typed right before the escape. */
	if (in_pending(c) && c->status == MINTCTL_OK)
		send_input(c);
	rawtty_close(&tty);
	if (c->tty)
		fputs("\nmintctl: left the console\n", stderr);
	return c->status;
}

/* ---- the command ------------------------------------------------------- */

static const struct mintctl_option options[] = {
	{ "read-only", 'r', 0, NULL, NULL,
	  "show its output only",
	  "Only show the output, until interrupted or until the OS ends.\n"
	  "Any number of OSes may do so, also beside one that sends input.\n" },
	{ "linger", 'l', 0, "SECONDS", NULL,
	  "if stdin is no terminal: after its end, go on until the console was quiet for so long (1)",
	  "If standard input is no terminal: after its end, go on until the console has been\n"
	  "quiet for so many seconds (1 unless given; 1 to 86400), but at most ten times as\n"
	  "long.\n" },
	CMD_OPTION_END
};

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct console *con)
{
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'r') {
			con->read_only = true;
			continue;
		}
		if (c != 'l')
			return cmd_common_option(cmd, c);
		ret = parse_seconds(optarg, &con->linger_s);
		if (ret)
			return ret;
	}
	ret = cmd_os_name(cmd, argc, argv, &con->name);
	return ret ? ret : CMD_GO_ON;
}

static int os_console(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct console c = { .linger_s = DEFAULT_LINGER_S };
	struct mint_nl *nl;
	struct os_info os;
	int ret = parse_options(cmd, argc, argv, &c);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = fetch_os(nl, c.name, &os);
	mint_nl_close(nl);
	if (ret)
		return MINTCTL_FAILED;
	c.fd = stream_open(&os, MINT_IOC_CONSOLE,
			   c.read_only ? MINT_IOCF_READONLY : 0);
	if (c.fd < 0)
		return MINTCTL_FAILED;
	fcntl(c.fd, F_SETFL, O_RDWR | O_NONBLOCK);
	ret = console_talk(&c);
	close(c.fd);
	return ret;
}

const struct mintctl_cmd cmd_os_console = {
	.object = "os",
	.verb = "console",
	.modifies = true,
	.summary = "Talk to the console (hvc0) of an OS",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = options,
	.run = os_console,
};
