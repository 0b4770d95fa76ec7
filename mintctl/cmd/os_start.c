// SPDX-License-Identifier: GPL-2.0-only
/*
 * os start: starts an OS that was created or has ended, and may wait until it is up.
 */
#include <linux/mint.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/files.h"
#include "cmd/orders.h"
#include "cmd/snapshot.h"
#include "cmd/up.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "partition/facts.h"
#include "show/view.h"

static const struct mintctl_option options[] = {
	CMD_OPTION_KERNEL(0),
	{ "image", 'I', 0, "IMAGE", "@images",
	  "an image that was loaded by 'image load'",
	  "The name of an image, see\n"
	  ".Xr mintctl-image-load 8 .\n"
	  "With neither that nor a kernel it starts from the image that it has: that of its last\n"
	  "start, or the one that\n"
	  ".Xr mintctl-os-set 8\n"
	  "gave it.\n" },
	{ "snapshot", 'S', 0, "NAME", "@snapshots",
	  "a snapshot, made by 'os snapshot' or loaded by 'snapshot load'",
	  "The name of a snapshot, see\n"
	  ".Xr mintctl-os-snapshot 8 :\n"
	  "the OS goes on where that one stood still.\n"
	  "As\n"
	  ".Fl Fl image ,\n"
	  "but only for a snapshot.\n" },
	CMD_OPTION_INITRD,
	{ "cmdline", 'c', 0, "TEXT", NULL,
	  "its command line",
	  "Its command line, at most 2047 characters; without\n"
	  ".Fl Fl kernel\n"
	  "and\n"
	  ".Fl Fl image\n"
	  "that of its last start unless one is given.\n"
	  "Mint puts parameters of its own before it, and then those of the image.\n"
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
	  "Without this option return as soon as its kernel has been entered.\n" },
	{ "timings", 't', 0, NULL, NULL,
	  "wait for its first program, and print how long each part of the way took",
	  "Wait until its first program begins, at most a minute, and print how long each part\n"
	  "of the way took: the image, the order, its boot core, the copies, the kernel.\n" },
	CMD_OPTION_END
};

static int take_option(const struct mintctl_cmd *cmd, int c,
		       struct start_options *o)
{
	if (cmd_files_option(&o->files, c))
		return MINTCTL_OK;
	switch (c) {
	case 'I':
		o->image = optarg;
		return parse_image_name(optarg);
	case 'S':
		o->snapshot = optarg;
		return parse_image_name(optarg);
	case 't':
		o->timings = true;
		return MINTCTL_OK;
	case 'w':
		return parse_seconds(optarg, &o->wait_s);
	default:
		return cmd_try_help(cmd);
	}
}

static int check_source(const struct mintctl_cmd *cmd,
			const struct start_options *o)
{
	if (o->files.initrd && !o->files.kernel && !o->image)
		msg_usage("os start: --initrd goes with --kernel, which is missing");
	else if (o->snapshot && (o->image || o->files.kernel || o->files.cmdline))
		msg_usage("os start: a snapshot has everything; give no image, kernel or command line");
	else if (o->image && (o->files.kernel || o->files.initrd))
		msg_usage("os start: an image has its kernel and initrd; give files or an image");
	else
		return CMD_GO_ON;
	return cmd_try_help(cmd);
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
	return ret ? ret : check_source(cmd, o);
}

static int send_start(struct mint_nl *nl, const struct start_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_START, 0);

	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, o->name);
		if (o->image)
			nla_put_string(msg, MINT_A_IMAGE_NAME, o->image);
		cmd_files_put(&o->files, msg);
	}
	return mint_nl_call(nl, msg, o->name, NULL, NULL);
}

/* The start that this one repeats, as it was noted. */
static const struct part_note *former_start(struct mint_nl *nl, const struct start_options *o,
					    const struct part_notes *notes)
{
	struct os_info os;
	int err;

	/* If there is none the start will say so. */
	msg_quiet(true);
	err = fetch_os(nl, o->name, &os);
	msg_quiet(false);
	return err ? NULL : part_find_note(notes, o->name, os.generation);
}

static void take_former(const struct part_note *former, struct part_files *files)
{
	files->kernel = former->files.kernel;
	files->initrd = former->files.initrd;
	if (!files->cmdline)
		files->cmdline = former->files.cmdline;
}

/*
 * Before the start, as whoever is killed behind it can note nothing any more; and again if
 * that made it another OS.
 */
static int start_and_note(struct mint_nl *nl, const struct start_options *o,
			  const struct part_files *files)
{
	struct os_info before, now;
	int ret = fetch_os(nl, o->name, &before);

	if (ret)
		return ret;
	if (before.state == MINT_OS_CREATED)
		part_note(o->name, before.generation, files);
	ret = send_start(nl, o);
	if (!ret && !fetch_os(nl, o->name, &now) && now.generation != before.generation)
		part_note(o->name, now.generation, files);
	return ret;
}

/* A start that repeats one nobody noted is not known either. */
int order_start(struct mint_nl *nl, const struct start_options *o)
{
	struct part_files files = {
		.kernel = o->files.kernel_path,
		.initrd = o->files.initrd_path,
		.cmdline = (char *)o->files.cmdline,
	};
	bool repeats = !o->image && !o->files.kernel;
	const struct part_note *former;
	struct part_notes notes;
	int ret;

	if (!part_dir)
		return send_start(nl, o);
	part_notes_read(&notes);
	former = repeats ? former_start(nl, o, &notes) : NULL;
	if (former)
		take_former(former, &files);
	ret = repeats && !former ? send_start(nl, o) : start_and_note(nl, o, &files);
	part_notes_release(&notes);
	return ret;
}

/* Half a minute more than the longest start that was seen in an emulated machine. */
#define FIRST_PROGRAM_S	60

static int print_timings(struct wait_for *w)
{
	struct os_info os;
	int ret;

	w->deadline_ms = mint_now_ms() + FIRST_PROGRAM_S * 1000LL;
	ret = cmd_await_first_program(w, FIRST_PROGRAM_S, &os);
	if (!ret)
		start_timings_print(&os, stdout);
	return ret;
}

static int start_and_wait(struct wait_for *w, const struct start_options *o)
{
	int64_t end_ms = mint_now_ms() + o->wait_s * 1000LL;
	struct os_info os;
	int ret = 0;

	if (mint_nl_listen(&w->events) || order_start(w->nl, o) ||
	    fetch_os(w->nl, o->name, &os))
		return MINTCTL_FAILED;
	w->generation = os.generation;
	if (o->timings)
		ret = print_timings(w);
	w->deadline_ms = end_ms;
	if (!ret && o->wait_s)
		ret = cmd_await_up(w, o->wait_s);
	return ret;
}

/* An image that is one. */
static int take_snapshot(struct mint_nl *nl, struct start_options *o)
{
	struct model m = { .nr_oses = 0 };
	const struct image_info *image;
	int ret = fetch_model(nl, FETCH_IMAGES, &m);

	ret = ret ? MINTCTL_FAILED : snapshot_find(&m, o->snapshot, &image);
	model_release(&m);
	o->image = o->snapshot;
	return ret;
}

static int begin(struct wait_for *w, struct start_options *o)
{
	int ret = o->snapshot ? take_snapshot(w->nl, o) : MINTCTL_OK;

	if (ret)
		return ret;
	return o->wait_s || o->timings ? start_and_wait(w, o) :
	       cmd_status(order_start(w->nl, o));
}

static int start(struct start_options *o)
{
	struct wait_for w = { .name = o->name };
	int ret;

	if (mint_nl_open(&w.nl))
		return MINTCTL_FAILED;
	ret = begin(&w, o);
	mint_nl_unlisten(w.events);
	mint_nl_close(w.nl);
	return ret;
}

static int os_start(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct start_options o = { .name = NULL };
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_files_find(&o.files, o.name);
	if (!ret)
		ret = start(&o);
	cmd_files_release(&o.files);
	return ret;
}

const struct mintctl_cmd cmd_os_start = {
	.object = "os",
	.verb = "start",
	.modifies = true,
	.summary = "Start an OS that was created, or has ended",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = options,
	.run = os_start,
};
