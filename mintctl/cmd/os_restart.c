// SPDX-License-Identifier: GPL-2.0-only
/*
 * os restart: an OS ends, by itself or by force, and starts again.
 */
#include <linux/mint.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/up.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "partition/facts.h"

#define DEFAULT_TIMEOUT_S	30

struct restart_options {
	const char *name;
	const char *image;
	bool force;
	uint32_t timeout_s;
	uint32_t wait_s;	/* 0: do not wait */
};

static const struct mintctl_option options[] = {
	{ "image", 'I', 0, "IMAGE", "@images",
	  "an image that was loaded by 'image load'; else the one that it has",
	  "The name of an image, see\n"
	  ".Xr mintctl-image-load 8 ;\n"
	  "without this option the OS starts from the one that it has.\n" },
	{ "force", 'f', 0, NULL, NULL,
	  "do not ask it: stop its cores if it runs or hangs",
	  "Do not ask: stop the cores of an OS that runs, is dead or hangs, without its help.\n"
	  "What it had not written to disk is lost.\n" },
	{ "timeout", 't', 0, "SECONDS", NULL,
	  "how long to wait for it to shut down (30)",
	  "How long to wait for it to shut down, 1 to 86400; 30 unless given.\n" },
	{ "wait", 'w', 0, "SECONDS", NULL,
	  "return when its user space is up again; fail if it ends, or is not up in time",
	  "Return when the user space of the OS says that it is up again, see\n"
	  ".Xr mintctl-os-start 8 ;\n"
	  "the time begins when it has shut down.\n"
	  "Without this option return as soon as it starts again.\n" },
	CMD_OPTION_END
};

/* CMD_GO_ON, or an exit status. */
static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct restart_options *o = arg;
	int ret = 0;

	switch (c) {
	case 'I':
		o->image = optarg;
		ret = parse_image_name(optarg);
		break;
	case 'f':
		o->force = true;
		break;
	case 't':
		ret = parse_seconds(optarg, &o->timeout_s);
		break;
	case 'w':
		ret = parse_seconds(optarg, &o->wait_s);
		break;
	default:
		return cmd_common_option(cmd, c);
	}
	return ret ? ret : CMD_GO_ON;
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct restart_options *o)
{
	int ret;

	o->timeout_s = DEFAULT_TIMEOUT_S;
	ret = cmd_each_option(cmd, argc, argv, take_option, o);
	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_os_name(cmd, argc, argv, &o->name);
	return ret ? ret : CMD_GO_ON;
}

static int send_restart(struct mint_nl *nl, const struct restart_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_RESTART, 0);

	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, o->name);
		if (o->image)
			nla_put_string(msg, MINT_A_IMAGE_NAME, o->image);
		if (o->force)
			nla_put_flag(msg, MINT_A_FORCE);
	}
	return mint_nl_call(nl, msg, o->name, NULL, NULL);
}

/* By force it is another OS for who knew the last one, but started in the same way. */
static void note_again(const struct restart_options *o, uint32_t before, uint32_t now)
{
	const struct part_note *former;
	struct part_notes notes;

	if (before == now || !part_dir)
		return;
	part_notes_read(&notes);
	former = part_find_note(&notes, o->name, before);
	if (former)
		part_note(o->name, now, &former->files);
	part_notes_release(&notes);
}

/* ---- the wait until it starts again -------------------------------------------- */

static bool has_ended(const struct os_info *os)
{
	return os->state == MINT_OS_ENDED;
}

static bool starts_again_or_ended(const struct wait_for *w,
				  const struct os_info *os)
{
	if (os->starts == w->starts)
		return has_ended(os);
	return os->state != MINT_OS_RESTARTING;
}

static int still_there(const struct os_info *os, uint32_t timeout_s)
{
	return msg_fail(os->name,
			"still %s after %u s; see 'mintctl os log %s', or use 'mintctl os restart --force %s'",
			os_info_state(os), timeout_s, os->name, os->name);
}

static int await_start(struct wait_for *w, const struct restart_options *o)
{
	char reason[160];
	struct os_info os;
	int ret;

	w->deadline_ms = mint_now_ms() + o->timeout_s * 1000LL;
	ret = wait_for_os(w, starts_again_or_ended, &os);
	if (ret < 0)
		return MINTCTL_FAILED;
	if (!ret)
		return still_there(&os, o->timeout_s);
	if (os.state == MINT_OS_FREE)
		return msg_fail(os.name, "destroyed before it started again");
	if (!has_ended(&os))
		return MINTCTL_OK;
	return msg_fail(os.name, "%s, and did not start again%s%s",
			os_info_state(&os), os.text[0] ? ": " : "",
			os_info_reason(&os, reason, sizeof(reason)));
}

/* ---- the command ---------------------------------------------------------------- */

static int restart(struct wait_for *w, const struct restart_options *o)
{
	struct os_info os;
	int ret;

	if (mint_nl_listen(&w->events) || fetch_os(w->nl, o->name, &os))
		return MINTCTL_FAILED;
	w->starts = os.starts;
	w->generation = os.generation;
	/* Ours would end before we could say anything. */
	if (os.self)
		return msg_fail(o->name, "is this OS; reboot it, or do this in another one");
	if (send_restart(w->nl, o) || fetch_os(w->nl, o->name, &os))
		return MINTCTL_FAILED;
	note_again(o, w->generation, os.generation);
	w->generation = os.generation;
	ret = await_start(w, o);
	if (ret || !o->wait_s)
		return ret;
	w->deadline_ms = mint_now_ms() + o->wait_s * 1000LL;
	return cmd_await_up(w, o->wait_s);
}

static int os_restart(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct restart_options o = { .name = NULL };
	struct wait_for w = { .nl = NULL };
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	w.name = o.name;
	if (mint_nl_open(&w.nl))
		return MINTCTL_FAILED;
	ret = restart(&w, &o);
	mint_nl_unlisten(w.events);
	mint_nl_close(w.nl);
	return ret;
}

const struct mintctl_cmd cmd_os_restart = {
	.object = "os",
	.verb = "restart",
	.modifies = true,
	.summary = "End an OS and start it again",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = options,
	.run = os_restart,
};
