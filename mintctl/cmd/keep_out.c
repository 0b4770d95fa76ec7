// SPDX-License-Identifier: GPL-2.0-only
/*
 * One apply at a time on the whole machine.
 *
 * An apply has a lock in its OS, and in the first OS as well: there a process of ours, that
 * the agent runs, holds the same lock as an apply there would.  It ends with its input, so
 * with our end, however we end, and with the end of either OS.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mint.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/exec.h"
#include "cmd/keep_out.h"
#include "lib/msg.h"
#include "net/fetch.h"
#include "partition/facts.h"
#include "partition/journal.h"

#define HAS_IT		"locked\n"
/* Longer than the request to an agent may take. */
#define ANSWER_MS	20000

/* ---- in the first OS --------------------------------------------------------------------- */

int keep_out_for(const char *who)
{
	char drop[64];
	ssize_t n;
	int lock = part_lock();

	if (lock < 0)
		return MINTCTL_FAILED;
	part_lock_name(lock, who);
	fputs(HAS_IT, stdout);
	fflush(stdout);
	do {
		n = read(STDIN_FILENO, drop, sizeof(drop));
	} while (n > 0 || (n < 0 && errno == EINTR));
	close(lock);
	return MINTCTL_OK;
}

/* ---- in another -------------------------------------------------------------------------- */

/* In a session of its own: what is typed here does not end it. */
static int run_there(const char *first, char *self)
{
	char *const argv[] = { "mintctl", "apply", "--keep-out-for", self, NULL };
	static const struct exec_options plain;

	setsid();
	return exec_in_os(first, argv, &plain);
}

/* What the child has: its two ends, and nothing that would outlive us in it. */
static void take_ends(const int in[2], const int out[2])
{
	dup2(in[0], STDIN_FILENO);
	dup2(out[1], STDOUT_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
}

static bool says_it(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[sizeof(HAS_IT)] = "";

	return poll(&p, 1, ANSWER_MS) > 0 &&
	       read(fd, text, sizeof(text) - 1) == sizeof(text) - 1 &&
	       !strcmp(text, HAS_IT);
}

static int ask(struct keep_out *k, const char *first, char *self)
{
	int in[2], out[2];
	pid_t child;

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return msg_fail("apply", "%s", strerror(errno));
	fflush(stdout);
	child = fork();
	if (child == 0) {
		take_ends(in, out);
		_exit(run_there(first, self));
	}
	close(in[0]);
	close(out[1]);
	k->input = in[1];
	k->output = out[0];
	if (child > 0 && says_it(k->output))
		return MINTCTL_OK;
	keep_out_leave(k);
	return msg_fail("apply", "refused by %s, which lets through one at a time on the machine; nothing was changed",
			first);
}

int keep_out_begin(struct keep_out *k, struct mint_nl *nl)
{
	struct os_info *first = NULL, *self = NULL;
	struct model m = { .nr_oses = 0 };
	int ret = MINTCTL_OK;
	unsigned int i;

	*k = (struct keep_out)KEEP_OUT_NONE;
	if (fetch_model(nl, FETCH_OSES, &m))
		return MINTCTL_FAILED;
	for (i = 0; i < m.nr_oses; i++) {
		if (part_is_first(&m.oses[i]))
			first = &m.oses[i];
		if (m.oses[i].self)
			self = &m.oses[i];
	}
	/* In one that is not up nobody is at work. */
	if (first && self && first != self && first->state == MINT_OS_UP)
		ret = ask(k, first->name, self->name);
	model_release(&m);
	return ret;
}

void keep_out_leave(struct keep_out *k)
{
	if (k->input >= 0)
		close(k->input);
	if (k->output >= 0)
		close(k->output);
	*k = (struct keep_out)KEEP_OUT_NONE;
}

void keep_out_end(struct keep_out *k)
{
	struct pollfd p = { .fd = k->output };

	if (k->input < 0)
		return;
	close(k->input);
	k->input = -1;
	/* That the other end is closed is told in any case. */
	poll(&p, 1, ANSWER_MS);
	keep_out_leave(k);
}
