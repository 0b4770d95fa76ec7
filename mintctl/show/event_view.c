// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <time.h>

#include "lib/parse.h"
#include "model/event.h"
#include "show/view.h"

const char *format_ns(uint64_t ns, char *buf, size_t size)
{
	snprintf(buf, size, "%llu.%03llu ms", (unsigned long long)ns / 1000000,
		 (unsigned long long)ns / 1000 % 1000);
	return buf;
}

const char *dev_failure(const struct dev_info *dev)
{
	if (dev->reason[0])
		return dev->reason;
	switch (dev->error) {
	case 0:
		return "";
	case ETIMEDOUT:
		return "not done in time";
	case EHOSTDOWN:
		return "an OS ended meanwhile";
	case ECANCELED:
		return dev->options & MINT_ORDER_DRY_RUN ? "it was only asked" :
		       "called off";
	default:
		return strerror((int)dev->error);
	}
}

static const char *name_or_nobody(const struct event_view *v, uint32_t os, char *buf)
{
	return os == MINT_OS_NONE ? "nobody" : model_os_name(v->m, os, buf);
}

/* ---- for people --------------------------------------------------------------- */

static void print_time(FILE *out)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	fprintf(out, "%02d:%02d:%02d.%03ld ", tm.tm_hour, tm.tm_min, tm.tm_sec,
		now.tv_nsec / 1000000);
}

/* While it is on its way the order says from where; later, who had it last. */
static uint32_t order_from(const struct dev_info *dev)
{
	return dev_info_moves(dev) ? dev->back : dev->from;
}

static uint32_t order_to(const struct dev_info *dev)
{
	return dev_info_moves(dev) ? dev->to : dev->owner;
}

static void say_order(const struct event_view *v, const struct dev_info *dev)
{
	char by[MINT_NAME_LEN], from[MINT_NAME_LEN], to[MINT_NAME_LEN];

	fprintf(v->out, "%s orders: from %s to %s",
		model_os_name(v->m, dev->orderer, by),
		name_or_nobody(v, order_from(dev), from),
		name_or_nobody(v, order_to(dev), to));
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

/* ---- for programs: one object a line ----------------------------------------- */

static void json_string(FILE *out, const char *key, const char *s)
{
	fprintf(out, ", \"%s\": \"", key);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		fputc((unsigned char)*s < ' ' ? '?' : *s, out);
	}
	fputc('"', out);
}

static void json_os(const struct event_view *v, const char *key, uint32_t os)
{
	char buf[MINT_NAME_LEN];

	if (os == MINT_OS_NONE)
		fprintf(v->out, ", \"%s\": null", key);
	else
		json_string(v->out, key, model_os_name(v->m, os, buf));
}

static void json_begin(const struct event_view *v, const char *event)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	fprintf(v->out, "{\"time\": %lld.%06ld", (long long)now.tv_sec,
		now.tv_nsec / 1000);
	json_string(v->out, "event", event);
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

static void json_dev(const struct event_view *v, const struct dev_event *e)
{
	const struct dev_info *dev = e->dev;
	char bdf[BDF_LEN], name[256];

	json_begin(v, event_name(e->kind));
	json_string(v->out, "bdf", format_bdf(dev->sbdf, bdf));
	json_os(v, "owner", dev->owner);
	if (e->kind == DEV_ORDERED) {
		json_os(v, "orderer", dev->orderer);
		json_os(v, "from", order_from(dev));
		json_os(v, "to", order_to(dev));
	}
	if (e->kind == DEV_PHASE) {
		json_string(v->out, "phase", phase_name(e->phase));
		fprintf(v->out, ", \"ns\": %llu",
			(unsigned long long)dev->phase_ns[e->phase]);
	}
	if (e->kind == DEV_ADDED)
		json_string(v->out, "name", format_device(dev, name, sizeof(name)));
	if (e->kind == DEV_MOVED && dev->phase_ns[MINT_PHASE_BIND] != ~0ULL)
		fprintf(v->out, ", \"ns\": %llu",
			(unsigned long long)dev->phase_ns[MINT_PHASE_BIND]);
	if (dev->driver[0])
		json_string(v->out, "driver", dev->driver);
	else if (e->kind == DEV_DRIVER)
		fputs(", \"driver\": null", v->out);
	if (dev->error && e->kind >= DEV_MOVED && e->kind <= DEV_PARKED)
		json_string(v->out, "reason", dev_failure(dev));
	fputs("}\n", v->out);
}

void event_view_dev(const struct event_view *v, const struct dev_event *e)
{
	char bdf[BDF_LEN];

	if (v->json) {
		json_dev(v, e);
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
		json_begin(v, "os");
		json_string(v->out, "name", os->name);
		json_string(v->out, "state", os_info_state(os));
		json_string(v->out, "reason", reason);
		fputs("}\n", v->out);
		return;
	}
	print_time(v->out);
	fprintf(v->out, "%s %s%s%s\n", os->name, os_info_state(os),
		*reason ? ": " : "", reason);
}
