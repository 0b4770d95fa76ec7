// SPDX-License-Identifier: GPL-2.0-only
/*
 * os start: starts an OS that was created, and may wait until it is up.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "net/stream.h"
#include "net/wait.h"

#define TAIL_LINES	25
#define MAX_CMDLINE	2047	/* COMMAND_LINE_SIZE - 1 of Linux on x86 */

struct start_options {
	const char *name;
	const char *kernel;
	const char *initrd;
	const char *cmdline;
	uint32_t wait_s;	/* 0: do not wait */
};

static const struct mintctl_option options[] = {
	{ "kernel", 'k', OPTION_NEEDED, "FILE", "@files",
	  "a bzImage",
	  "A 64-bit bzImage with Mint in it, usually the one of the running OS.\n"
	  "It must say that it is a Mint kernel and knows what the OSes of this machine share; any\n"
	  "other is refused, and so is what kexec would not load here\n"
	  ".Pq Li kernel.kexec_load_disabled , kernel.kexec_load_limit_reboot , No signatures .\n" },
	{ "initrd", 'i', 0, "FILE", "@files",
	  "its initial RAM disk",
	  NULL },
	{ "cmdline", 'c', 0, "TEXT", NULL,
	  "its command line",
	  "Its command line, at most 2047 characters.\n"
	  "Mint puts parameters of its own before it.\n"
	  "A parameter that reaches for what the OS does not have is refused by name: an early\n"
	  "console on a port of another OS, memory, ACPI, buses, interrupt controllers.\n" },
	{ "wait", 'w', 0, "SECONDS", NULL,
	  "return when its user space is up; fail if it ends, or is not up in time, and show the end of its log",
	  "Return when the user space of the OS says that it is up, which is what\n"
	  ".Xr mint-agent 8\n"
	  "does there.\n"
	  "Fail at once if the OS ends before, and after so many\n"
	  ".Ar seconds\n"
	  "(1 to 86400); either way the end of its log goes to standard error.\n"
	  "Without this option return as soon as the boot core is on its way.\n" },
	CMD_OPTION_END
};

static int take_option(const struct mintctl_cmd *cmd, int c,
		       struct start_options *o)
{
	switch (c) {
	case 'k':
		o->kernel = optarg;
		return MINTCTL_OK;
	case 'i':
		o->initrd = optarg;
		return MINTCTL_OK;
	case 'c':
		o->cmdline = optarg;
		return MINTCTL_OK;
	case 'w':
		return parse_seconds(optarg, &o->wait_s);
	default:
		return cmd_try_help(cmd);
	}
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct start_options *o)
{
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'h')
			return cmd_help(cmd);
		ret = take_option(cmd, c, o);
		if (ret)
			return ret;
	}
	ret = cmd_os_name(cmd, argc, argv, &o->name);
	if (ret)
		return ret;
	if (!o->kernel) {
		msg_usage("os start: --kernel is missing");
		return cmd_try_help(cmd);
	}
	return CMD_GO_ON;
}

/* The absolute name of a file that can be read; NULL with a message. */
static char *find_file(const char *path)
{
	char *found = realpath(path, NULL);
	struct stat st;

	if (!found || stat(found, &st) || access(found, R_OK)) {
		msg_fail(path, "%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		msg_fail(path, "not a regular file");
	} else {
		return found;
	}
	free(found);
	return NULL;
}

static int send_start(struct mint_nl *nl, const struct start_options *o,
		      const char *kernel, const char *initrd)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_START, 0);

	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, o->name);
		nla_put_string(msg, MINT_A_KERNEL_PATH, kernel);
		if (initrd)
			nla_put_string(msg, MINT_A_INITRD_PATH, initrd);
		if (o->cmdline)
			nla_put_string(msg, MINT_A_CMDLINE, o->cmdline);
	}
	return mint_nl_call(nl, msg, o->name, NULL, NULL);
}

static bool is_up_or_ended(const struct os_info *os)
{
	return os->state == MINT_OS_UP || os->state == MINT_OS_ENDED;
}

static int fail_with_log(const struct os_info *os, const char *why)
{
	msg_fail(os->name, "%s; the end of its log:", why);
	stream_log_tail(os, TAIL_LINES, stderr);
	return MINTCTL_FAILED;
}

/* What is to say when the wait is over. */
static int judge(const struct os_info *os, bool in_time, uint32_t wait_s)
{
	char why[256], reason[160];

	if (os->state == MINT_OS_UP)
		return MINTCTL_OK;
	if (os->state == MINT_OS_FREE)
		return msg_fail(os->name, "destroyed before it was up");
	if (in_time) {
		snprintf(why, sizeof(why), "%s before it was up%s%s",
			 os_info_state(os), os->text[0] ? ": " : "",
			 os_info_reason(os, reason, sizeof(reason)));
	} else {
		snprintf(why, sizeof(why), "not up after %u s, but still %s",
			 wait_s, os_info_state(os));
	}
	return fail_with_log(os, why);
}

static int start_and_wait(struct wait_for *w, const struct start_options *o,
			  const char *kernel, const char *initrd)
{
	struct os_info os;
	int ret;

	if (mint_nl_listen(&w->events))
		return MINTCTL_FAILED;
	if (send_start(w->nl, o, kernel, initrd) ||
	    fetch_os(w->nl, o->name, &os))
		return MINTCTL_FAILED;
	w->generation = os.generation;
	w->deadline_ms = mint_now_ms() + o->wait_s * 1000LL;
	ret = wait_for_os(w, is_up_or_ended, &os);
	return ret < 0 ? MINTCTL_FAILED : judge(&os, ret > 0, o->wait_s);
}

static int start(const struct start_options *o, const char *kernel,
		 const char *initrd)
{
	struct wait_for w = { .name = o->name };
	int ret;

	if (mint_nl_open(&w.nl))
		return MINTCTL_FAILED;
	if (o->wait_s)
		ret = start_and_wait(&w, o, kernel, initrd);
	else
		ret = cmd_status(send_start(w.nl, o, kernel, initrd));
	mint_nl_unlisten(w.events);
	mint_nl_close(w.nl);
	return ret;
}

static int os_start(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct start_options o = { .name = NULL };
	char *kernel, *initrd = NULL;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = MINTCTL_FAILED;
	if (o.cmdline && strlen(o.cmdline) > MAX_CMDLINE)
		return msg_fail(o.name, "the command line is too long: %zu bytes, at most %u are possible",
				strlen(o.cmdline), MAX_CMDLINE);
	kernel = find_file(o.kernel);
	if (kernel && o.initrd)
		initrd = find_file(o.initrd);
	if (kernel && (initrd || !o.initrd))
		ret = start(&o, kernel, initrd);
	free(kernel);
	free(initrd);
	return ret;
}

const struct mintctl_cmd cmd_os_start = {
	.object = "os",
	.verb = "start",
	.modifies = true,
	.summary = "Start an OS that was created",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = options,
	.run = os_start,
};
