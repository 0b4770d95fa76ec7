// SPDX-License-Identifier: GPL-2.0-only
/*
 * os stop, os destroy: asks an OS to shut down and waits for it; takes back what it had.
 */
#include <linux/mint.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/orders.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "net/wait.h"
#include "show/hazard.h"

#define DEFAULT_TIMEOUT_S	30

static const struct mintctl_option stop_options[] = {
	{ "timeout", 't', 0, "SECONDS", NULL,
	  "how long to wait (30)",
	  "How long to wait, 1 to 86400; 30 unless given.\n" },
	CMD_OPTION_END
};

static const struct mintctl_option destroy_options[] = {
	{ "force", 'f', 0, NULL, NULL,
	  "do not ask it: stop its cores if it runs or hangs",
	  "Do not ask: stop the cores of an OS that runs, is dead or hangs, without its help.\n"
	  "What it had not written to disk is lost.\n" },
	{ "no-clear", 'n', 0, NULL, NULL,
	  "leave the contents of its memory",
	  "Leave the contents of its memory, which is cleared otherwise: the next OS that gets\n"
	  "it can read what this one had there.\n" },
	{ "timeout", 't', 0, "SECONDS", NULL,
	  "how long to wait for it to shut down (30)",
	  "How long to wait for it to shut down, 1 to 86400; 30 unless given.\n" },
	CMD_OPTION_END
};

/* CMD_GO_ON, or an exit status. */
static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct end_options *o = arg;
	int ret;

	switch (c) {
	case 'f':
		o->force = true;
		return CMD_GO_ON;
	case 'n':
		o->keep = true;
		return CMD_GO_ON;
	case 't':
		ret = parse_seconds(optarg, &o->timeout_s);
		return ret ? ret : CMD_GO_ON;
	default:
		return cmd_common_option(cmd, c);
	}
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct end_options *o)
{
	int ret;

	o->timeout_s = DEFAULT_TIMEOUT_S;
	ret = cmd_each_option(cmd, argc, argv, take_option, o);
	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_os_name(cmd, argc, argv, &o->name);
	return ret ? ret : CMD_GO_ON;
}

static bool has_ended(const struct wait_for *w, const struct os_info *os)
{
	(void)w;
	return !os_info_runs(os);
}

static int still_there(const struct os_info *os, uint32_t timeout_s)
{
	char reason[160];

	os_info_reason(os, reason, sizeof(reason));
	return msg_fail(os->name,
			"still %s after %u s%s%s%s; see 'mintctl os log %s', or use 'mintctl os destroy --force %s'",
			os_info_state(os), timeout_s,
			os_info_hung(os) ? " (" : "",
			os_info_hung(os) ? reason : "",
			os_info_hung(os) ? ")" : "", os->name, os->name);
}

/* Asks, and waits; the exit status. */
static int stop(struct wait_for *w, uint32_t timeout_s)
{
	struct os_info os;
	int ret;

	if (mint_nl_call_os(w->nl, MINT_CMD_OS_STOP, w->name))
		return MINTCTL_FAILED;
	w->deadline_ms = mint_now_ms() + timeout_s * 1000LL;
	ret = wait_for_os(w, has_ended, &os);
	if (ret < 0)
		return MINTCTL_FAILED;
	return ret ? MINTCTL_OK : still_there(&os, timeout_s);
}

/* Stops an OS unless it has ended already.  *@os: as it was before. */
static int stop_if_it_runs(struct wait_for *w, uint32_t timeout_s,
			   struct os_info *os)
{
	if (mint_nl_listen(&w->events) || fetch_os(w->nl, w->name, os))
		return MINTCTL_FAILED;
	if (os->state == MINT_OS_ENDED)
		return MINTCTL_OK;
	w->generation = os->generation;
	return stop(w, timeout_s);
}

int order_stop(struct wait_for *w, uint32_t timeout_s)
{
	struct os_info os;

	return stop_if_it_runs(w, timeout_s, &os);
}

static int os_stop(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct end_options o = { .name = NULL };
	struct wait_for w = { .nl = NULL };
	struct os_info os;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	w.name = o.name;
	if (mint_nl_open(&w.nl))
		return MINTCTL_FAILED;
	ret = stop_if_it_runs(&w, o.timeout_s, &os);
	mint_nl_unlisten(w.events);
	mint_nl_close(w.nl);
	return ret;
}

/* Before an OS is destroyed it is asked to shut down, unless by force. */
static int stop_before_destroy(struct wait_for *w, const struct end_options *o)
{
	struct os_info os;

	if (o->force)
		return MINTCTL_OK;
	if (fetch_os(w->nl, o->name, &os))
		return MINTCTL_FAILED;
	/* Else we would shut ourselves down and destroy nothing. */
	if (os.self)
		return msg_fail(o->name, "is this OS; destroy it from another one");
	return os_info_runs(&os) ? stop_if_it_runs(w, o->timeout_s, &os) :
	       MINTCTL_OK;
}

int order_destroy(struct mint_nl *nl, const struct end_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_DESTROY, 0);
	struct model before = { .nr_oses = 0 }, after = { .nr_oses = 0 };
	const struct os_info *os;
	int ret;

	/* What becomes of its functions is worth a word; without it, too, it goes. */
	fetch_model(nl, FETCH_OSES | FETCH_DEVS, &before);
	os = model_find_os(&before, o->name);
	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, o->name);
		if (o->force)
			nla_put_flag(msg, MINT_A_FORCE);
		if (o->keep)
			nla_put_flag(msg, MINT_A_NO_CLEAR);
	}
	ret = mint_nl_call(nl, msg, o->name, NULL, NULL);
	if (!ret && os && !fetch_model(nl, FETCH_DEVS, &after))
		hazard_warn_destroyed(&before, os->id, &after);
	model_release(&before);
	model_release(&after);
	return ret;
}

static int os_destroy(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct end_options o = { .name = NULL };
	struct wait_for w = { .nl = NULL };
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	w.name = o.name;
	if (mint_nl_open(&w.nl))
		return MINTCTL_FAILED;
	ret = stop_before_destroy(&w, &o);
	if (!ret)
		ret = cmd_status(order_destroy(w.nl, &o));
	mint_nl_unlisten(w.events);
	mint_nl_close(w.nl);
	return ret;
}

const struct mintctl_cmd cmd_os_stop = {
	.object = "os",
	.verb = "stop",
	.modifies = true,
	.summary = "Ask an OS to shut down, and wait for it",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = stop_options,
	.run = os_stop,
};

const struct mintctl_cmd cmd_os_destroy = {
	.object = "os",
	.verb = "destroy",
	.modifies = true,
	.summary = "Take back cores, memory and devices of an OS",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = destroy_options,
	.run = os_destroy,
};
