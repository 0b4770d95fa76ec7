// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply, confirm: makes the machine as the file says, or leaves it as it was.
 *
 * An apply keeps what was before it (part_begin()), then does the steps of its plan.  If one
 * fails, or nobody confirms in time, it makes the machine as it was before, in the same way
 * as it makes it as the file says: by looking at what is and doing what is missing.  So one
 * that was cut off anywhere needs no more than to be done again.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/converge.h"
#include "cmd/keep_out.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "partition/check.h"
#include "partition/journal.h"

/* What was brought back is looked at again, and what is missing is tried again. */
#define UNDO_TRIES	3

struct apply_options {
	const char *file;
	const char *keep_out_for;	/* do nothing else */
	int lock;
	bool dry_run;
	uint32_t confirm_s;	/* 0: it is not asked for */
};

static const struct mintctl_option options[] = {
	{ "dry-run", 'd', 0, NULL, NULL,
	  "check the file, show what would be changed, change nothing",
	  "Check the file against the machine, print what\n"
	  ".Xr mintctl-plan 8\n"
	  "prints, and change nothing.\n" },
	{ "confirm", 'c', 0, "SECONDS", NULL,
	  "go back unless 'mintctl confirm' is said within so many seconds",
	  "Return when all is done, and make the machine as it was before unless\n"
	  ".Xr mintctl-confirm 8\n"
	  "is said within so many\n"
	  ".Ar seconds\n"
	  "(1 to 86400).\n"
	  "What is said on that way is in\n"
	  ".Pa /run/mint/apply.log .\n" },
	{ "keep-out-for", 'k', 0, "NAME", "@oses",
	  "change nothing, and keep other applies out until standard input ends",
	  "Change nothing, but keep every apply and teardown out until standard input ends; who is\n"
	  "refused is told the OS\n"
	  ".Ar name .\n"
	  "An apply in an OS that is not the first one has this done in the first one.\n" },
	CMD_WORD("FILE", "instead of /etc/mint/partition.conf"),
	CMD_OPTION_END
};

static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct apply_options *o = arg;
	int ret;

	switch (c) {
	case 'd':
		o->dry_run = true;
		return CMD_GO_ON;
	case 'c':
		ret = parse_seconds(optarg, &o->confirm_s);
		return ret ? ret : CMD_GO_ON;
	case 'k':
		o->keep_out_for = optarg;
		ret = parse_os_name(optarg);
		return ret ? ret : CMD_GO_ON;
	default:
		return cmd_common_option(cmd, c);
	}
}

/* ---- signals ---------------------------------------------------------------------------- */

static volatile sig_atomic_t asked_to_end;

static void on_signal(int signal)
{
	asked_to_end = signal;
}

/* What the kernel was asked for is done to its end; then all goes back. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	/* Whoever reads what we say may go; then only that is lost. */
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

/* ---- forth ------------------------------------------------------------------------------ */

static int do_steps(struct converge *c)
{
	unsigned int i;

	for (i = 0; i < c->plan.nr_steps; i++) {
		if (asked_to_end)
			return msg_fail("apply", "ended by a signal");
		if (converge_step(c, &c->plan.steps[i]))
			return MINTCTL_FAILED;
	}
	return MINTCTL_OK;
}

/* ---- and back ---------------------------------------------------------------------------- */

/* Each step is tried, whatever became of the others. */
static void try_steps(struct converge *c)
{
	unsigned int i;

	for (i = 0; i < c->plan.nr_steps; i++)
		converge_step(c, &c->plan.steps[i]);
}

/* What was before was possible, so it is not asked whether it is. */
static int plan_undo(struct converge *c, const char *file)
{
	if (converge_look(c))
		return MINTCTL_FAILED;
	partition_release(&c->p);
	if (partition_read(&c->p, file))
		return MINTCTL_FAILED;
	part_check_alone(&c->p, &c->facts);
	part_resolve(&c->p, &c->facts);
	part_plan_make(&c->plan, &c->p, &c->facts);
	return MINTCTL_OK;
}

static int undo(struct converge *c)
{
	unsigned int tries;
	char file[256];

	part_path(PART_BEFORE, file, sizeof(file));
	msg_fail("apply", "all goes back to what it was");
	c->force = true;
	for (tries = 0; tries <= UNDO_TRIES; tries++) {
		if (plan_undo(c, file))
			break;
		if (!c->plan.nr_steps) {
			part_end();
			return msg_fail("apply", "all is as it was");
		}
		if (tries < UNDO_TRIES)
			try_steps(c);
	}
	return msg_fail("apply", "not all went back; 'mintctl plan %s' shows what is missing, 'mintctl apply %s' tries again",
			file, file);
}

static int apply(struct converge *c)
{
	int ret = MINTCTL_FAILED;

	part_note_macs(c->facts.macs, c->facts.nr_macs);
	if (part_begin(&c->facts))
		return MINTCTL_FAILED;
	ret = do_steps(c);
	return ret ? undo(c) : MINTCTL_OK;
}

/* ---- with a confirmation --------------------------------------------------------------------- */

/* Whose terminal may be gone by now, as may the network that it came by. */
static void leave_terminal(void)
{
	char path[256];
	int fd;

	fd = open(part_path(PART_LOG, path, sizeof(path)),
		  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void await_confirmation(struct converge *c, int listener, uint32_t seconds)
{
	int connection = part_confirm_await(listener, mint_now_ms() + seconds * 1000LL);

	if (connection < 0) {
		close(listener);
		msg_fail("apply", "nobody confirmed it");
		undo(c);
		return;
	}
	part_end();
	part_confirm_answer(connection);
}

/* In a process of its own: @result is told when all is done. */
static int apply_and_wait(struct converge *c, const struct apply_options *o, int result)
{
	int listener, ret = MINTCTL_FAILED;
	char status;

	setsid();
	catch_signals();
	part_lock_name(o->lock, NULL);
	listener = part_confirm_listen();
	if (listener >= 0)
		ret = apply(c);
	status = ret;
	if (!ret)
		printf("all is done; 'mintctl confirm' within %u s, or it goes back\n",
		       o->confirm_s);
	fflush(stdout);
	leave_terminal();
	if (write(result, &status, 1) != 1)
		msg_warn("apply", "who began it is gone");
	close(result);
	if (!ret)
		await_confirmation(c, listener, o->confirm_s);
	fflush(stdout);
	return ret;
}

static int apply_with_confirm(struct converge *c, const struct apply_options *o)
{
	char status = MINTCTL_FAILED;
	int result[2];
	pid_t child;

	fflush(stdout);
	if (pipe2(result, O_CLOEXEC))
		return msg_fail("apply", "%s", strerror(errno));
	child = fork();
	if (child == 0) {
		close(result[0]);
		_exit(apply_and_wait(c, o, result[1]));
	}
	close(result[1]);
	if (child < 0)
		msg_fail("apply", "%s", strerror(errno));
	else if (read(result[0], &status, 1) != 1)
		msg_fail("apply", "was killed; 'mintctl apply' goes on from there");
	close(result[0]);
	return status;
}

/* ---- the commands ------------------------------------------------------------------------------- */

/* All that can be said before anything is changed. */
static int prepare(struct converge *c, const char *file)
{
	int mistakes;

	if (converge_look(c) || converge_read(c, file))
		return MINTCTL_FAILED;
	mistakes = converge_check_use(c);
	if (mistakes)
		return msg_fail(file, "%d mistake%s; nothing was changed", mistakes,
				mistakes == 1 ? "" : "s");
	return MINTCTL_OK;
}

static int nothing_to_do(const struct converge *c)
{
	printf("nothing differs from %s\n", c->p.file);
	part_end();
	return MINTCTL_OK;
}

static int change(struct converge *c, const struct apply_options *o)
{
	int ret;

	if (part_is_begun())
		msg_warn("apply", "the one before was cut off; this one goes on from what is there");
	if (!c->plan.nr_steps)
		return nothing_to_do(c);
	if (o->confirm_s)
		return apply_with_confirm(c, o);
	catch_signals();
	ret = apply(c);
	if (!ret)
		part_end();
	return ret;
}

static int look_only(struct converge *c, const struct apply_options *o)
{
	const struct table_options table = { .json = false };
	int ret = prepare(c, o->file);

	return ret ? ret : converge_show(c, &table, stdout);
}

/* With the lock of this OS. */
static int run_alone(struct converge *c, const struct apply_options *o)
{
	struct keep_out k;
	int ret;

	if (keep_out_begin(&k, c->nl))
		return MINTCTL_FAILED;
	ret = prepare(c, o->file);
	if (!ret)
		ret = change(c, o);
	/* The process that waits for a confirmation goes on with it. */
	if (o->confirm_s)
		keep_out_leave(&k);
	else
		keep_out_end(&k);
	return ret;
}

static int run(struct apply_options *o)
{
	struct converge *c = converge_open();
	int ret = MINTCTL_FAILED;

	o->lock = c && !o->dry_run ? part_lock() : -1;
	if (c && o->dry_run)
		ret = look_only(c, o);
	else if (o->lock >= 0)
		ret = run_alone(c, o);
	converge_close(c);
	if (o->lock >= 0)
		close(o->lock);
	return ret;
}

static int apply_run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct apply_options o = { .file = PARTITION_FILE };
	int ret = cmd_each_option(cmd, argc, argv, take_option, &o);

	if (ret == CMD_GO_ON)
		ret = cmd_file_operand(cmd, argc, argv, &o.file);
	if (ret != CMD_GO_ON)
		return ret;
	return o.keep_out_for ? keep_out_for(o.keep_out_for) : run(&o);
}

static const struct mintctl_option no_options[] = {
	CMD_OPTION_END
};

static int confirm_run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	return ret ? ret : part_confirm();
}

const struct mintctl_cmd cmd_apply = {
	.object = "apply",
	.verb = "",
	.modifies = true,
	.summary = "Make the machine as a file says",
	.operands = "[FILE]",
	.synopsis = ".Op Ar file\n",
	.completes = "@files",
	.options = options,
	.run = apply_run,
};

const struct mintctl_cmd cmd_confirm = {
	.object = "confirm",
	.verb = "",
	.modifies = true,
	.summary = "Say that what was applied may stay",
	.operands = "",
	.synopsis = "",
	.options = no_options,
	.run = confirm_run,
};
