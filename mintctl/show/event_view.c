// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens, for people: a line with the time of day.
 */
#include <string.h>
#include <time.h>

#include "lib/parse.h"
#include "model/event.h"
#include "show/event_view.h"
#include "show/format.h"

static const char *name_or_nobody(const struct event_view *v, uint32_t os, char *buf)
{
	return os == MINT_OS_NONE ? "nobody" : model_os_name(v->m, os, buf);
}

static void print_time(FILE *out)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	fprintf(out, "%02d:%02d:%02d.%03ld ", tm.tm_hour, tm.tm_min, tm.tm_sec,
		now.tv_nsec / 1000000);
}

uint32_t event_order_from(const struct dev_info *dev)
{
	return dev_info_moves(dev) ? dev->back : dev->from;
}

uint32_t event_order_to(const struct dev_info *dev)
{
	return dev_info_moves(dev) ? dev->to : dev->owner;
}

static void say_order(const struct event_view *v, const struct dev_info *dev)
{
	char by[MINT_NAME_LEN], from[MINT_NAME_LEN], to[MINT_NAME_LEN];

	fprintf(v->out, "%s orders: from %s to %s",
		model_os_name(v->m, dev->orderer, by),
		name_or_nobody(v, event_order_from(dev), from),
		name_or_nobody(v, event_order_to(dev), to));
}

static void say_end(const struct event_view *v, const struct dev_event *e)
{
	const struct dev_info *dev = e->dev;
	const char *why = dev_failure(dev);
	char owner[MINT_NAME_LEN], buf[32];

	if (e->kind == DEV_PARKED)
		fprintf(v->out, "nobody has it, it is silent");
	else
		fprintf(v->out, "%s %s", e->kind == DEV_MOVED ? "now with" :
			e->kind == DEV_RETURNED ? "back with" : "stays with",
			name_or_nobody(v, dev->owner, owner));
	if (dev->error)
		fprintf(v->out, ": %s", why);
	if (e->kind == DEV_MOVED && dev->driver[0])
		fprintf(v->out, ", driver %s", dev->driver);
	if (e->kind == DEV_MOVED && dev->phase_ns[MINT_PHASE_BIND] != ~0ULL)
		fprintf(v->out, ", after %s",
			format_ns(dev->phase_ns[MINT_PHASE_BIND], buf, sizeof(buf)));
}

static void say_what(const struct event_view *v, const struct dev_event *e)
{
	const struct dev_info *dev = e->dev;
	char buf[256], owner[MINT_NAME_LEN];

	switch (e->kind) {
	case DEV_ADDED:
		fprintf(v->out, "added, with %s: %s", name_or_nobody(v, dev->owner, owner),
			format_device(dev, buf, sizeof(buf)));
		break;
	case DEV_REMOVED:
		fprintf(v->out, "removed");
		break;
	case DEV_EJECT:
		fprintf(v->out, "its slot is to be powered off");
		break;
	case DEV_ORDERED:
		say_order(v, dev);
		break;
	case DEV_PHASE:
		fprintf(v->out, "%s: after %s", phase_name(e->phase),
			format_ns(dev->phase_ns[e->phase], buf, sizeof(buf)));
		break;
	case DEV_DRIVER:
		if (dev->driver[0])
			fprintf(v->out, "driver %s bound", dev->driver);
		else
			fprintf(v->out, "driver unbound");
		fprintf(v->out, " in %s", name_or_nobody(v, dev->owner, owner));
		break;
	default:
		say_end(v, e);
	}
}

void event_view_dev(const struct event_view *v, const struct dev_event *e)
{
	char bdf[BDF_LEN];

	if (v->json) {
		event_json_dev(v, e);
		return;
	}
	print_time(v->out);
	fprintf(v->out, "%s ", format_bdf(e->dev->sbdf, bdf));
	say_what(v, e);
	fputc('\n', v->out);
}

void event_view_os(const struct event_view *v, const struct os_info *os)
{
	char buf[160];
	const char *reason = os_info_reason(os, buf, sizeof(buf));

	if (v->json) {
		event_json_os(v, os);
		return;
	}
	print_time(v->out);
	fprintf(v->out, "%s %s%s%s\n", os->name, os_info_state(os),
		*reason ? ": " : "", reason);
}

/* ---- interrupts ------------------------------------------------------------ */

/* What it is about: a line, the function of a message, a doorbell, the table. */
static void say_irq_object(const struct event_view *v, const struct irq_news *news)
{
	char bdf[BDF_LEN];

	if (news->gsi != ~0U)
		fprintf(v->out, "GSI %u", news->gsi);
	else if (news->sbdf != ~0U)
		fprintf(v->out, "%s", format_bdf(news->sbdf, bdf));
	else
		fprintf(v->out, "%s", news->dev[0] ? news->dev : "interrupt table");
}

/**
 * struct irq_word - how a change is told
 * @change:	MINT_A_IRQ_CHANGE
 * @text:	the verb, and how the OS follows it
 * @meaning:	for who has to do something about it
 */
struct irq_word {
	const char *change, *text, *meaning;
};

static const struct irq_word irq_words[] = {
	{ "registered", "route registered by", NULL },
	{ "changed", "route changed by", NULL },
	{ "withdrawn", "route withdrawn by", NULL },
	{ "shared", "shared", "several OSes have it now" },
	{ "exclusive", "exclusive", "one OS has it now" },
	{ "evicted", "evicted", "it does not acknowledge, the others go on without it" },
	{ "readmitted", "readmitted", "it answers again" },
	{ "throttled", "throttled", "it storms, no OS has work in it" },
	{ "repaired", "repaired by", "something of that OS was damaged" },
};

static void say_irq(const struct event_view *v, const struct irq_news *news)
{
	const struct irq_word other = { "", news->change, NULL }, *word = &other;
	char os[MINT_NAME_LEN];
	size_t i;

	for (i = 0; i < sizeof(irq_words) / sizeof(irq_words[0]); i++) {
		if (!strcmp(irq_words[i].change, news->change))
			word = &irq_words[i];
	}
	fprintf(v->out, " %s", word->text);
	if (news->os)
		fprintf(v->out, " %s", model_os_name(v->m, news->os, os));
	if (word->meaning)
		fprintf(v->out, ": %s", word->meaning);
}

void event_view_irq(const struct event_view *v, const struct irq_news *news)
{
	if (v->json) {
		event_json_irq(v, news);
		return;
	}
	print_time(v->out);
	say_irq_object(v, news);
	say_irq(v, news);
	fputc('\n', v->out);
}
