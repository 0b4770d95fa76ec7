// SPDX-License-Identifier: GPL-2.0-only
/*
 * dev move, dev release: orders a move of PCI functions, shows how far it is, and says
 * what there is to know about its end.
 */
#include <errno.h>
#include <linux/mint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/orders.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "model/modules.h"
#include "show/view.h"
#include "net/fetch.h"
#include "show/hazard.h"
#include "show/progress.h"

/* How long --timings waits for the first interrupt. */
#define FIRST_IRQ_MS	2000

/* ---- options ------------------------------------------------------------------- */

/* What both have. */
#define ORDER_OPTIONS \
	{ "force", 'f', 0, NULL, NULL, \
	  "also if they are in use", \
	  "Move them also when they are in use: a file system is mounted from a disk of them, swap\n" \
	  "or a volume lies on it, or a program or a loop device has it open; a network interface of\n" \
	  "them is up with an address, or carries a VLAN, a macvlan, a bond or a bridge; a terminal\n" \
	  "or an input device of them is open; it is a watchdog that runs (which is stopped), or it\n" \
	  "can reset the machine and Mint cannot stop that.\n" \
	  "Without it such a device is refused, and the message says who uses it.\n" }, \
	{ "with-siblings", 's', 0, NULL, NULL, \
	  "also what shares their slots", \
	  "Move also the other functions of their slots.\n" \
	  "Functions that share a slot share its reset and its wires; without this option one\n" \
	  "alone is refused.\n" \
	  "When one of them cannot go, those that went come back.\n" }, \
	{ "dry-run", 'd', 0, NULL, NULL, \
	  "ask whether it would be refused, do nothing", \
	  "Ask whether it would be refused, and change nothing.\n" }, \
	{ "timeout", 'S', 0, "SECONDS", NULL, \
	  "how long all of it may take (10 for each)", \
	  "How long all of it may take, by default 10 seconds for each function that is moved.\n" \
	  "The new OS has what the old one, and functions before, have left of it.\n" \
	  "It waits for a driver until three quarters of that are over: one may come as a module,\n" \
	  "or be bound by hand.\n" \
	  "A driver that hangs in its probe or remove ends the move when the time is over, and is\n" \
	  "named.\n" \
	  "Giving back has a time of its own: 10 seconds, with functions that share a slot 40;\n" \
	  "an OS that ends meanwhile adds to that.\n" }, \
	{ "timings", 'T', 0, NULL, NULL, \
	  "print how long each phase took", \
	  "Print when each phase ended and how long it took.\n" \
	  "A move waits up to two seconds more for the first interrupt.\n" }

static const struct mintctl_option move_table[] = {
	{ "to", 't', OPTION_NEEDED, "NAME", "@oses",
	  "the OS that gets them",
	  NULL },
	ORDER_OPTIONS,
	{ "allow-no-driver", 'a', 0, NULL, NULL,
	  "also if no driver there takes them",
	  "Leave them with the new OS also when no driver there takes them, without a wait for one.\n"
	  "Without it they go back, and the message names the modules that match, as far as the\n"
	  "OS that the command runs in knows.\n" },
	CMD_OPTION_END
};

static const struct mintctl_option release_table[] = {
	ORDER_OPTIONS,
	CMD_OPTION_END
};

static int take_option(struct move_options *o, int c)
{
	switch (c) {
	case 't':
		o->to = optarg;
		return parse_os_name(optarg);
	case 'f':
		o->options |= MINT_ORDER_FORCE;
		break;
	case 'a':
		o->options |= MINT_ORDER_NO_DRIVER;
		break;
	case 'd':
		o->options |= MINT_ORDER_DRY_RUN;
		break;
	case 's':
		o->siblings = true;
		break;
	case 'T':
		o->timings = true;
		break;
	case 'S':
		return parse_seconds(optarg, &o->timeout_s);
	}
	return MINTCTL_OK;
}

static int take_devices(const struct mintctl_cmd *cmd, int argc, char **argv,
			struct move_options *o)
{
	unsigned int i;
	int ret;

	if (optind == argc)
		return cmd_positional(cmd, argc, argv, 1, "the address of a device");
	for (; optind < argc; optind++) {
		if (o->nr == MAX_MOVES)
			return msg_usage("more than %d devices at once", MAX_MOVES);
		ret = parse_bdf(argv[optind], &o->sbdf[o->nr]);
		if (ret)
			return ret;
		for (i = 0; i < o->nr; i++) {
			if (o->sbdf[i] == o->sbdf[o->nr])
				return msg_usage("%s is given twice", argv[optind]);
		}
		o->nr++;
	}
	return MINTCTL_OK;
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct move_options *o)
{
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'h' || c == '?')
			return cmd_common_option(cmd, c);
		ret = take_option(o, c);
		if (ret)
			return ret;
	}
	ret = take_devices(cmd, argc, argv, o);
	return ret ? ret : CMD_GO_ON;
}

/* ---- the order ------------------------------------------------------------------- */

static struct nl_msg *make_request(struct mint_nl *nl, const struct move_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, o->to ? MINT_CMD_DEV_MOVE :
						 MINT_CMD_DEV_RELEASE, 0);
	unsigned int i;

	if (!msg)
		return NULL;
	for (i = 0; i < o->nr; i++)
		nla_put_u32(msg, MINT_A_DEV_SBDF, o->sbdf[i]);
	if (o->to)
		nla_put_string(msg, MINT_A_OS_NAME, o->to);
	if (o->options)
		nla_put_u32(msg, MINT_A_DEV_ORDER_OPTIONS, o->options);
	if (o->timeout_s)
		nla_put_u32(msg, MINT_A_DEV_TIMEOUT_MS, o->timeout_s * 1000);
	if (o->siblings)
		nla_put_flag(msg, MINT_A_DEV_WITH_SIBLINGS);
	return msg;
}

int order_move(struct mint_nl *nl, const struct move_options *o)
{
	char bdf[BDF_LEN];

	return mint_nl_call(nl, make_request(nl, o), format_bdf(o->sbdf[0], bdf), NULL,
			    NULL);
}

/* A driver was missing: which would do? */
static void suggest_modules(const struct dev_info *dev)
{
	char bdf[BDF_LEN], dir[128], names[1024];
	struct utsname kernel;
	int nr;

	if (dev->error != ENODEV)
		return;
	uname(&kernel);
	snprintf(dir, sizeof(dir), "/lib/modules/%.64s", kernel.release);
	nr = modules_for(dev, dir, names, sizeof(names));
	format_bdf(dev->sbdf, bdf);
	if (nr > 0)
		msg_fail(bdf, "modules that match: %s", names);
	else if (nr == 0)
		msg_fail(bdf, "no module of kernel %s matches", kernel.release);
	else
		msg_fail(bdf, "%s has no list of modules that match", dir);
}

static const struct dev_info *dev_of(const struct model *m,
					const struct move_options *o,
					unsigned int i)
{
	return model_find_dev(m, o->sbdf[i]);
}

static bool wants_irq(const struct model *m, const struct move_options *o)
{
	unsigned int i;

	for (i = 0; i < o->nr; i++) {
		const struct dev_info *dev = dev_of(m, o, i);

		if (dev && dev->phase_ns[MINT_PHASE_IRQ] == ~0ULL)
			return true;
	}
	return false;
}

static void print_timings(struct progress *p, const struct move_options *o,
			  struct mint_nl_events *ev)
{
	int64_t deadline = mint_now_ms() + FIRST_IRQ_MS;
	unsigned int i;

	/* Many a device interrupts only when it is used. */
	while (o->to && wants_irq(p->m, o) &&
	       mint_nl_next(ev, deadline, progress_event, p) > 0)
		;
	for (i = 0; i < o->nr; i++) {
		const struct dev_info *dev = dev_of(p->m, o, i);

		if (dev)
			timings_print(dev, stdout);
	}
}

static int run(struct mint_nl *nl, struct mint_nl_events *ev, struct model *m,
	       const struct move_options *o)
{
	struct progress p = {
		.view = { .m = m, .out = stdout },
		.show = isatty(STDOUT_FILENO) &&
			!(o->options & MINT_ORDER_DRY_RUN),
		.m = m,
		.sbdf = ~0U,
	};
	struct model now = { .nr_oses = 0 };
	char bdf[BDF_LEN];
	unsigned int i;
	int ret;

	ret = mint_nl_call_watching(nl, make_request(nl, o),
				    format_bdf(o->sbdf[0], bdf), ev,
				    progress_event, &p);
	if (!fetch_model(nl, FETCH_DEVS, &now))
		progress_end(&p, &now);
	if (!ret && o->timings && !(o->options & MINT_ORDER_DRY_RUN))
		print_timings(&p, o, ev);
	fflush(stdout);
	for (i = 0; i < o->nr; i++) {
		const struct dev_info *dev = dev_of(&now, o, i);

		if (dev && ret)
			suggest_modules(dev);
		else if (dev && !(o->options & MINT_ORDER_DRY_RUN))
			hazard_warn_moved(m, dev);
	}
	model_release(&now);
	return cmd_status(ret);
}

static int connect_and_run(const struct move_options *o)
{
	struct model m = { .nr_oses = 0 };
	struct mint_nl_events *ev = NULL;
	struct mint_nl *nl;
	int ret = MINTCTL_FAILED;

	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	if (!mint_nl_listen(&ev) &&
	    !fetch_model(nl, FETCH_OSES | FETCH_DEVS, &m))
		ret = run(nl, ev, &m, o);
	model_release(&m);
	mint_nl_unlisten(ev);
	mint_nl_close(nl);
	return ret;
}

static int dev_move(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct move_options o = { .nr = 0 };
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	if (!o.to) {
		msg_usage("dev move: --to is missing");
		return cmd_try_help(cmd);
	}
	return connect_and_run(&o);
}

static int dev_release(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct move_options o = { .nr = 0 };
	int ret = parse_options(cmd, argc, argv, &o);

	return ret == CMD_GO_ON ? connect_and_run(&o) : ret;
}

const struct mintctl_cmd cmd_dev_move = {
	.object = "dev",
	.verb = "move",
	.modifies = true,
	.summary = "Move PCI functions to another OS",
	.operands = "BDF...",
	.synopsis = ".Ar bdf ...\n",
	.completes = "@devices",
	.options = move_table,
	.run = dev_move,
};

const struct mintctl_cmd cmd_dev_release = {
	.object = "dev",
	.verb = "release",
	.modifies = true,
	.summary = "Take PCI functions from their OS, for nobody",
	.operands = "BDF...",
	.synopsis = ".Ar bdf ...\n",
	.completes = "@devices",
	.options = release_table,
	.run = dev_release,
};
