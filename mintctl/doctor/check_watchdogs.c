// SPDX-License-Identifier: GPL-2.0-only
/*
 * Watchdogs: what resets the machine, all OSes, when the one that has set it ends or hangs.
 * Mint stops those PCI functions that it knows.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/internal.h"
#include "lib/parse.h"

#define CHECK	"watchdog"
#define CLASS	"sys/class/watchdog"

/* The last word of where its link "device" leads: a PCI function, or something else. */
static void device_of(struct patient *p, const char *name, char buf[64])
{
	char path[TREE_PATH], to[TREE_PATH];
	const char *base;

	buf[0] = '\0';
	snprintf(path, sizeof(path), CLASS "/%s/device", name);
	if (!tree_link(p->tree, path, to, sizeof(to)))
		return;
	base = strrchr(to, '/');
	snprintf(buf, 64, "%.63s", base ? base + 1 : to);
}

static bool is_function(const char *device)
{
	unsigned int segment, bus, slot, function;

	return sscanf(device, "%x:%x:%x.%x", &segment, &bus, &slot, &function) == 4;
}

/* The TCO of Intel's chipsets has a platform device, and Mint knows it by the ISA bridge. */
static bool is_tco(const char *device)
{
	return !strncmp(device, "iTCO_wdt", 8);
}

/* "active", "inactive", or "" where the kernel does not say. */
static void state_of(struct patient *p, const char *name, char *buf, size_t size)
{
	char path[TREE_PATH];

	snprintf(path, sizeof(path), CLASS "/%s/state", name);
	tree_line(p->tree, path, buf, size);
}

/* Who stops it when its OS ends; not all drivers say which device is theirs. */
static const char *stopped_by(const char *device)
{
	if (is_function(device) || is_tco(device))
		return "";
	return device[0] ? "; it is no PCI function, so Mint does not stop it when its OS ends either" :
	       "; unless it is a PCI function that Mint knows ('mintctl dev show' says so), it does the same when its OS ends";
}

static void check_one(void *arg, const char *name)
{
	char device[64], state[16], object[160];
	struct patient *p = arg;
	struct finding *f;
	bool active;

	device_of(p, name, device);
	state_of(p, name, state, sizeof(state));
	active = !strcmp(state, "active");
	snprintf(object, sizeof(object), "%s%s%s%s", name, device[0] ? " (" : "", device,
		 device[0] ? ")" : "");
	f = report_add(p->report, active || !state[0] ? FINDING_WARNING : FINDING_NOTE,
		       CHECK, object);
	finding_cause(f, "%s; when its OS hangs it resets the machine, with all OSes%s",
		      active ? "this watchdog is set" : state[0] ? "this watchdog is not set" :
		      "whether this watchdog is set the kernel does not say",
		      stopped_by(device));
	finding_advice(f, "Leave it off (RuntimeWatchdogSec=off in systemd), or let it guard the machine knowingly.");
}

/* Management controllers can reset the machine by themselves. */
static void check_management(struct patient *p)
{
	struct finding *f;
	char bdf[BDF_LEN];
	unsigned int i;

	for (i = 0; i < p->census.m.nr_devs; i++) {
		const struct dev_info *dev = &p->census.m.devs[i];

		if (dev->class_rev >> 16 != 0x0c07)
			continue;
		f = report_add(p->report, FINDING_WARNING, CHECK, format_bdf(dev->sbdf, bdf));
		finding_cause(f, "this management controller (IPMI) has a watchdog that Mint cannot stop: once set, it resets the machine when its OS ends");
		finding_advice(f, "Do not load ipmi_watchdog; leave the function to the first OS.");
	}
}

void check_watchdogs(struct patient *p)
{
	tree_each(p->tree, CLASS, check_one, p);
	check_management(p);
}
