// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens, for programs: a JSON object a line.
 */
#include <time.h>

#include "lib/parse.h"
#include "show/event_view.h"
#include "show/format.h"
#include "show/json.h"

static void put_os(struct json_doc *doc, const struct event_view *v,
		   const char *key, uint32_t os)
{
	char buf[MINT_NAME_LEN];

	if (os == MINT_OS_NONE)
		json_doc_null(doc, doc->top, key);
	else
		json_doc_string(doc, doc->top, key, model_os_name(v->m, os, buf));
}

static void begin(struct json_doc *doc, const char *event)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	json_doc_begin(doc);
	json_doc_time(doc, doc->top, "time", now.tv_sec, now.tv_nsec / 1000);
	json_doc_string(doc, doc->top, "event", event);
}

static const char *event_name(enum dev_event_kind kind)
{
	static const char *const names[] = {
		[DEV_ADDED] = "added",
		[DEV_REMOVED] = "removed",
		[DEV_EJECT] = "eject",
		[DEV_ORDERED] = "ordered",
		[DEV_PHASE] = "phase",
		[DEV_MOVED] = "moved",
		[DEV_RETURNED] = "returned",
		[DEV_KEPT] = "kept",
		[DEV_PARKED] = "parked",
		[DEV_DRIVER] = "driver",
	};

	return names[kind];
}

static void put_order(struct json_doc *doc, const struct event_view *v,
		      const struct dev_info *dev)
{
	put_os(doc, v, "orderer", dev->orderer);
	put_os(doc, v, "from", event_order_from(dev));
	put_os(doc, v, "to", event_order_to(dev));
}

/* Which phase, if it is one, and when it was over. */
static void put_time(struct json_doc *doc, const struct dev_event *e)
{
	const uint64_t *ns = e->dev->phase_ns;

	if (e->kind == DEV_PHASE) {
		json_doc_string(doc, doc->top, "phase", phase_name(e->phase));
		json_doc_number(doc, doc->top, "ns", ns[e->phase]);
	} else if (e->kind == DEV_MOVED && ns[MINT_PHASE_BIND] != ~0ULL) {
		json_doc_number(doc, doc->top, "ns", ns[MINT_PHASE_BIND]);
	}
}

static void put_driver(struct json_doc *doc, const struct dev_event *e)
{
	if (e->dev->driver[0])
		json_doc_string(doc, doc->top, "driver", e->dev->driver);
	else if (e->kind == DEV_DRIVER)
		json_doc_null(doc, doc->top, "driver");
}

void event_json_dev(const struct event_view *v, const struct dev_event *e)
{
	const struct dev_info *dev = e->dev;
	char bdf[BDF_LEN], name[256];
	struct json_doc doc;

	begin(&doc, event_name(e->kind));
	json_doc_string(&doc, doc.top, "bdf", format_bdf(dev->sbdf, bdf));
	put_os(&doc, v, "owner", dev->owner);
	if (e->kind == DEV_ORDERED)
		put_order(&doc, v, dev);
	put_time(&doc, e);
	if (e->kind == DEV_ADDED)
		json_doc_string(&doc, doc.top, "name",
				format_device(dev, name, sizeof(name)));
	put_driver(&doc, e);
	if (dev->error && e->kind >= DEV_MOVED && e->kind <= DEV_PARKED)
		json_doc_string(&doc, doc.top, "reason", dev_failure(dev));
	json_doc_print(&doc, JSON_LINE, v->out);
}

void event_json_os(const struct event_view *v, const struct os_info *os)
{
	struct json_doc doc;
	char buf[160];

	begin(&doc, "os");
	json_doc_string(&doc, doc.top, "name", os->name);
	json_doc_string(&doc, doc.top, "state", os_info_state(os));
	json_doc_string(&doc, doc.top, "reason",
			os_info_reason(os, buf, sizeof(buf)));
	json_doc_print(&doc, JSON_LINE, v->out);
}

void event_json_irq(const struct event_view *v, const struct irq_news *news)
{
	struct json_doc doc;
	char bdf[BDF_LEN];

	begin(&doc, "irq");
	json_doc_string(&doc, doc.top, "change", news->change);
	put_os(&doc, v, "os", news->os);
	if (news->gsi != ~0U)
		json_doc_number(&doc, doc.top, "gsi", news->gsi);
	else
		json_doc_null(&doc, doc.top, "gsi");
	if (news->sbdf != ~0U)
		json_doc_string(&doc, doc.top, "device", format_bdf(news->sbdf, bdf));
	else if (news->dev[0])
		json_doc_string(&doc, doc.top, "device", news->dev);
	else
		json_doc_null(&doc, doc.top, "device");
	json_doc_print(&doc, JSON_LINE, v->out);
}
