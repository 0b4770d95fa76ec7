// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wait for an OS that starts, and what is said when it does not.
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/up.h"
#include "net/stream.h"

#define TAIL_LINES	25

static bool has_ended(const struct os_info *os)
{
	return os->state == MINT_OS_ENDED;
}

static bool is_up(const struct os_info *os)
{
	return os->state == MINT_OS_UP;
}

static bool is_up_or_ended(const struct wait_for *w, const struct os_info *os)
{
	(void)w;
	return is_up(os) || has_ended(os);
}

static bool runs_a_program(const struct os_info *os)
{
	return os->stamp_ns[MINT_STAMP_INIT] != ~0ULL;
}

static bool runs_a_program_or_ended(const struct wait_for *w,
				    const struct os_info *os)
{
	(void)w;
	return runs_a_program(os) || has_ended(os);
}

static int fail_with_log(const struct os_info *os, const char *why)
{
	msg_fail(os->name, "%s; the end of its log:", why);
	stream_log_tail(os, TAIL_LINES, stderr);
	return MINTCTL_FAILED;
}

/* @what: "up" */
static int explain(const struct os_info *os, const char *what, bool in_time,
		   uint32_t wait_s)
{
	char why[256], reason[160];

	if (os->state == MINT_OS_FREE)
		return msg_fail(os->name, "destroyed before it was %s", what);
	if (in_time)
		snprintf(why, sizeof(why), "%s before it was %s%s%s",
			 os_info_state(os), what, os->text[0] ? ": " : "",
			 os_info_reason(os, reason, sizeof(reason)));
	else
		snprintf(why, sizeof(why), "not %s after %u s, but still %s", what,
			 wait_s, os_info_state(os));
	return fail_with_log(os, why);
}

int cmd_await_up(struct wait_for *w, uint32_t wait_s)
{
	struct os_info os;
	int ret = wait_for_os(w, is_up_or_ended, &os);

	if (ret < 0)
		return MINTCTL_FAILED;
	return is_up(&os) ? MINTCTL_OK : explain(&os, "up", ret > 0, wait_s);
}

int cmd_await_first_program(struct wait_for *w, uint32_t wait_s, struct os_info *os)
{
	int ret = wait_for_os(w, runs_a_program_or_ended, os);

	if (ret < 0)
		return MINTCTL_FAILED;
	return runs_a_program(os) ? MINTCTL_OK :
	       explain(os, "in its first program", ret > 0, wait_s);
}
