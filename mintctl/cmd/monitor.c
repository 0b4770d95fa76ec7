// SPDX-License-Identifier: GPL-2.0-only
/*
 * monitor: prints what happens, by comparing what was known with what notifications say
 */
#include <errno.h>
#include <linux/mint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "show/event_view.h"
#include "net/fetch.h"

/* What was last known, and how to print what changed. */
struct monitor {
	struct model m;
	struct event_view view;
	struct mint_nl *nl;
	bool routes;		/* also those that come, change and go */
};

static const struct mintctl_option options[] = {
	{ "json", 'j', 0, NULL, NULL, "print a JSON object a line",
	  "Print a JSON object a line, with these keys:\n"
	  ".Bl -tag -width \"orderer\"\n"
	  ".It Cm version\n"
	  "Of this format, 1.\n"
	  ".It Cm time\n"
	  "Seconds since 1970.\n"
	  ".It Cm event\n"
	  ".Cm os , added , removed , eject , ordered , phase , moved , returned , kept , parked ,\n"
	  ".Cm driver\n"
	  "or\n"
	  ".Cm irq .\n"
	  ".It Cm bdf , owner , driver\n"
	  "Of a function.\n"
	  ".It Cm orderer , from , to\n"
	  "Of an order; null is nobody.\n"
	  ".It Cm phase , ns\n"
	  "Which phase, and nanoseconds from the order to its end;\n"
	  ".Cm ns\n"
	  "also when a move has ended well.\n"
	  ".It Cm name\n"
	  "Of a function that is added.\n"
	  ".It Cm reason\n"
	  "Why a move did not end where it should, or an OS ended.\n"
	  ".It Cm name , state\n"
	  "Of an OS.\n"
	  ".It Cm change , os , gsi , device\n"
	  "Of an interrupt: what happened, of which OS, to which line, or to a message of which\n"
	  "function\n"
	  ".Pq or Cm doorbell ;\n"
	  "null is none.\n"
	  ".El\n" },
	{ "routes", 'r', 0, NULL, NULL, "also show interrupt routes that come, change and go",
	  "Also show each interrupt route that is\n"
	  ".Cm registered , changed\n"
	  "or\n"
	  ".Cm withdrawn :\n"
	  "every start of a driver and every change of an affinity makes some.\n" },
	CMD_OPTION_END
};

static void on_dev_event(const struct dev_event *e, void *arg)
{
	event_view_dev(arg, e);
}

static int note_dev(struct monitor *mon, const struct dev_info *now)
{
	struct dev_info *old = model_find_dev(&mon->m, now->sbdf);

	dev_events(old, now, on_dev_event, &mon->view);
	if (!old)
		return model_add_dev(&mon->m, now);
	*old = *now;
	return 0;
}

static struct os_info *find_os_id(struct model *m, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++) {
		if (m->oses[i].id == id)
			return &m->oses[i];
	}
	return NULL;
}

static int note_os(struct monitor *mon, const struct os_info *now)
{
	struct os_info *old = find_os_id(&mon->m, now->id);

	if (!old || old->state != now->state || old->reason != now->reason ||
	    old->generation != now->generation)
		event_view_os(&mon->view, now);
	if (!old)
		return model_add_os(&mon->m, now);
	*old = *now;
	return 0;
}

static int note_irq(struct monitor *mon, const struct irq_news *news)
{
	if (mon->routes || !irq_news_is_route(news))
		event_view_irq(&mon->view, news);
	return 0;
}

static int on_notification(int cmd, struct nlattr **attrs, void *arg)
{
	struct monitor *mon = arg;
	struct irq_news news;
	struct dev_info dev;
	struct os_info os;

	if (cmd == MINT_CMD_DEV_NTF)
		return dev_info_decode(&dev, attrs) ? -EPROTO : note_dev(mon, &dev);
	if (cmd == MINT_CMD_OS_NTF)
		return os_info_decode(&os, attrs) ? -EPROTO : note_os(mon, &os);
	if (cmd == MINT_CMD_IRQ_NTF)
		return irq_news_decode(&news, attrs) ? -EPROTO : note_irq(mon, &news);
	return 0;	/* of a later kernel */
}

/*
 * Some notifications were lost: compares with how things are now.  What was lost of
 * interrupts is over, or "irq list" shows it.
 */
static int catch_up(struct monitor *mon)
{
	struct model now = { .nr_oses = 0 };
	unsigned int i;
	int ret = fetch_model(mon->nl, FETCH_OSES | FETCH_DEVS, &now);

	for (i = 0; !ret && i < now.nr_oses; i++)
		ret = note_os(mon, &now.oses[i]);
	for (i = 0; !ret && i < now.nr_devs; i++)
		ret = note_dev(mon, &now.devs[i]);
	model_release(&now);
	return ret;
}

static int watch(struct monitor *mon, struct mint_nl_events *ev)
{
	int ret;

	for (;;) {
		ret = mint_nl_next(ev, INT64_MAX, on_notification, mon);
		if (ret == -ENOBUFS)
			ret = catch_up(mon);
		/* Whoever reads a pipe wants it now, and may have gone. */
		if (fflush(stdout))
			return MINTCTL_OK;
		if (ret <= 0)
			return ret < 0 ? msg_fail("monitor", "%s", strerror(-ret)) :
					 MINTCTL_OK;
	}
}

static int monitor(struct monitor *mon)
{
	struct mint_nl_events *ev;
	int ret;

	/* Listen first: what happens while asking is told, perhaps twice. */
	if (mint_nl_listen(&ev))
		return MINTCTL_FAILED;
	ret = mint_nl_listen_irqs(ev);
	if (!ret)
		ret = fetch_model(mon->nl, FETCH_OSES | FETCH_DEVS, &mon->m);
	ret = ret ? MINTCTL_FAILED : watch(mon, ev);
	mint_nl_unlisten(ev);
	return ret;
}

static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct monitor *mon = arg;

	switch (c) {
	case 'j':
		mon->view.json = true;
		return CMD_GO_ON;
	case 'r':
		mon->routes = true;
		return CMD_GO_ON;
	default:
		return cmd_common_option(cmd, c);
	}
}

static int monitor_run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct monitor mon = { .view = { .out = stdout } };
	int ret = cmd_each_option(cmd, argc, argv, take_option, &mon);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (ret)
		return ret;
	if (mint_nl_open(&mon.nl))
		return MINTCTL_FAILED;
	mon.view.m = &mon.m;
	ret = monitor(&mon);
	model_release(&mon.m);
	mint_nl_close(mon.nl);
	return ret;
}

const struct mintctl_cmd cmd_monitor = {
	.object = "monitor",
	.verb = "",
	.summary = "Print what happens to OSes, PCI functions and interrupts, as it happens",
	.operands = "",
	.synopsis = "",
	.options = options,
	.run = monitor_run,
};
