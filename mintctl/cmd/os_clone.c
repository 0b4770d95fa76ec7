// SPDX-License-Identifier: GPL-2.0-only
/*
 * os clone: a running OS is copied into memory and onto cores of its own.
 */
#include <linux/mint.h>
#include <mint/image.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/create.h"
#include "cmd/up.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "net/nl.h"

struct clone_options {
	const char *from;
	const char *hostname;
	uint32_t wait_s;	/* 0: do not wait */
	bool paused;
	struct create_options copy;
};

static const struct mintctl_option options[] = {
	{ "cores", 'c', OPTION_NEEDED, "LIST", NULL,
	  "machine core numbers of the copy, as many as the source has",
	  "Machine core numbers, as with\n"
	  ".Xr mintctl-os-create 8 ;\n"
	  "as many as the source has.\n" },
	{ "core-count", 'n', OPTION_OR, "N", NULL,
	  "so many cores, which Mint chooses",
	  "So many cores, which Mint chooses as with\n"
	  ".Xr mintctl-os-create 8 .\n" },
	{ "memory", 'm', 0, "@ADDRESS", NULL,
	  "where its memory begins; a multiple of 128M",
	  "Where the memory of the copy begins, on a boundary of 128M; otherwise Mint chooses.\n"
	  "It is as large as that of the source.\n" },
	{ "dev", 'd', OPTION_REPEATS, "BDF", "@devices",
	  "a PCI function for the copy; repeatable",
	  "A PCI function that the copy gets, as if it were plugged into it.\n"
	  "Those of the source stay there, and look unplugged to the copy.\n" },
	{ "hostname", 'H', 0, "HOSTNAME", NULL,
	  "its host name; else the name of the copy",
	  "Host name of the copy, at most 63 characters; its name unless given.\n" },
	{ "paused", 'p', 0, NULL, NULL,
	  "make the copy, but let it wait until 'os start'",
	  "Make the copy, but do not let it run: it is\n"
	  ".Li paused\n"
	  "until\n"
	  ".Xr mintctl-os-start 8\n"
	  "starts it, with neither image nor kernel.\n"
	  "Until then the source can end.\n" },
	{ "wait", 'w', 0, "SECONDS", NULL,
	  "return when its user space is up; fail if it ends, or is not up in time",
	  "Return when the agent of the copy says that its user space is up: that it has a\n"
	  "machine-id of its own, and has run what is in\n"
	  ".Pa /etc/mint/clone.d .\n"
	  "Without this option return when the copy runs.\n" },
	CMD_OPTION_END
};

static int parse_place(const char *word, uint64_t *base)
{
	if (word[0] != '@')
		return msg_usage("memory '%s': the size is that of the source; write @ADDRESS", word);
	return parse_size(word + 1, base);
}

/* CMD_GO_ON, or an exit status. */
static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct clone_options *o = arg;
	int ret;

	switch (c) {
	case 'c':
		ret = parse_cores(optarg, &o->copy.cores);
		break;
	case 'n':
		ret = create_set_count(&o->copy, optarg);
		break;
	case 'm':
		ret = parse_place(optarg, &o->copy.base);
		break;
	case 'd':
		ret = create_add_dev(&o->copy, optarg);
		break;
	case 'H':
		o->hostname = optarg;
		ret = strlen(optarg) <= 63 ? 0 :
		      msg_usage("host name '%s': at most 63 characters", optarg);
		break;
	case 'p':
		o->paused = true;
		ret = 0;
		break;
	case 'w':
		ret = parse_seconds(optarg, &o->wait_s);
		break;
	default:
		return cmd_common_option(cmd, c);
	}
	return ret ? ret : CMD_GO_ON;
}

static int parse_names(const struct mintctl_cmd *cmd, int argc, char **argv,
		       struct clone_options *o)
{
	if (argc - optind != 2) {
		msg_usage("os clone: give the OS that is copied, and a name for the copy");
		return cmd_try_help(cmd);
	}
	o->from = argv[optind];
	o->copy.name = argv[optind + 1];
	return parse_os_name(o->from) ? MINTCTL_USAGE :
	       parse_os_name(o->copy.name) ? MINTCTL_USAGE : CMD_GO_ON;
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct clone_options *o)
{
	int ret = cmd_each_option(cmd, argc, argv, take_option, o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = parse_names(cmd, argc, argv, o);
	if (ret != CMD_GO_ON)
		return ret;
	if (o->paused && o->wait_s) {
		msg_usage("os clone: --wait is for a copy that runs; give it to the start of a paused one");
		return cmd_try_help(cmd);
	}
	return create_check_cores(&o->copy, "os clone") ? cmd_try_help(cmd) : CMD_GO_ON;
}

static int copy(struct mint_nl *nl, const struct clone_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_CLONE, 0);

	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, o->copy.name);
		nla_put_string(msg, MINT_A_OS_FROM, o->from);
		if (o->hostname)
			nla_put_string(msg, MINT_A_HOSTNAME, o->hostname);
		if (o->paused)
			nla_put_flag(msg, MINT_A_OS_PAUSED);
	}
	return mint_nl_call(nl, msg, o->copy.name, NULL, NULL);
}

/* What was set aside for it goes back. */
static void destroy(struct mint_nl *nl, const struct clone_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_DESTROY, 0);

	if (msg) {
		nla_put_string(msg, MINT_A_OS_NAME, o->copy.name);
		nla_put_flag(msg, MINT_A_FORCE);
	}
	mint_nl_call(nl, msg, o->copy.name, NULL, NULL);
}

static int clone_os(struct wait_for *w, struct clone_options *o)
{
	struct os_info os;
	int ret;

	if (mint_nl_listen(&w->events) || fetch_os(w->nl, o->from, &os))
		return MINTCTL_FAILED;
	o->copy.size = os.main.size_bytes;
	o->copy.one_piece = true;
	if (!o->copy.size)
		return msg_fail(o->from, "has the firmware and the chipset: it cannot be copied");
	if (os.arch == MINT_IMAGE_X86_32)
		return msg_fail(o->from, "has a 32-bit kernel: it cannot be copied");
	ret = create_os(w->nl, &o->copy);
	if (ret)
		return ret;
	ret = copy(w->nl, o);
	if (ret)
		destroy(w->nl, o);
	if (ret || !o->wait_s)
		return ret;
	if (fetch_os(w->nl, o->copy.name, &os))
		return MINTCTL_FAILED;
	w->generation = os.generation;
	w->deadline_ms = mint_now_ms() + o->wait_s * 1000LL;
	return cmd_await_up(w, o->wait_s);
}

static int os_clone(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct clone_options o = { .from = NULL };
	struct wait_for w = { .nl = NULL };
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	w.name = o.copy.name;
	if (mint_nl_open(&w.nl))
		return MINTCTL_FAILED;
	ret = clone_os(&w, &o);
	mint_nl_unlisten(w.events);
	mint_nl_close(w.nl);
	return cmd_status(ret);
}

const struct mintctl_cmd cmd_os_clone = {
	.object = "os",
	.verb = "clone",
	.modifies = true,
	.summary = "Copy a running OS",
	.operands = "SOURCE NAME",
	.synopsis = ".Ar source name\n",
	.completes = "@oses",
	.options = options,
	.run = os_clone,
};
