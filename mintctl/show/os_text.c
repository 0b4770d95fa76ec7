// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is known about one OS, for people.
 */
#include <stdio.h>

#include "lib/parse.h"
#include "show/format.h"
#include "show/view.h"

static void show_cores(const struct model *m, const struct os_info *os, FILE *out)
{
	const char *title = "Cores:";
	unsigned int core;

	for (core = 0; core < MINT_MAX_CORES; core++) {
		if (!((os->cores | os->shared) >> core & 1))
			continue;
		fprintf(out, "%-13s%u", title, core);
		if (core < m->machine.nr_cores)
			fprintf(out, "  (APIC id %u)", m->machine.apic_id[core]);
		if (os->shared >> core & 1)
			fprintf(out, "  by turns, %u %%", os->share);
		fputs(core == os->boot_core ? "  boots here\n" : "\n", out);
		title = "";
	}
}

static void show_turns(const struct os_info *os, FILE *out)
{
	if (os->shares)
		fprintf(out, "Turns:       %llu; had %.1f s, waited %.1f s, at most %.1f ms for one\n",
			(unsigned long long)os->turns, os->got_ms / 1000.0,
			os->steal_ms / 1000.0, os->latest_us / 1000.0);
}

static void show_range(const struct os_info *os, const char *title,
		       const struct mint_range *r, const char *what, FILE *out)
{
	char size[32], where[64] = "-";

	if (!r->size_bytes)
		return;
	if (!os->hides_addresses)
		snprintf(where, sizeof(where), "0x%llx-0x%llx",
			 (unsigned long long)r->base_paddr,
			 (unsigned long long)(r->base_paddr + r->size_bytes - 1));
	fprintf(out, "%-13s%s  (%s%s)\n", title, where,
		format_size(r->size_bytes, size, sizeof(size)), what);
}

static void show_devices(const struct model *m, const struct os_info *os,
			 FILE *out)
{
	const char *title = "Devices:";
	char bdf[BDF_LEN], name[256];
	unsigned int i;

	for (i = 0; i < m->nr_devs; i++) {
		const struct dev_info *dev = &m->devs[i];

		if (dev->owner != os->id)
			continue;
		fprintf(out, "%-13s%s  %s%s%s\n", title,
			format_bdf(dev->sbdf, bdf),
			format_device(dev, name, sizeof(name)),
			dev->driver[0] ? ", driver " : "", dev->driver);
		title = "";
	}
}

static void show_life(const struct os_info *os, FILE *out)
{
	char buf[160];
	const char *reason = os_info_reason(os, buf, sizeof(buf));

	fprintf(out, "State:       %s%s%s\n", os_info_state(os),
		*reason ? ": " : "", reason);
	if (os->has_age)
		fprintf(out, "Started:     %s ago\n",
			format_age(os->age_ms, buf, sizeof(buf)));
	if (os->release[0])
		fprintf(out, "Kernel:      %s %s\n", os->release, model_arch(os->arch));
	if (os_info_runs(os))
		fprintf(out, "Silence:     %u ms (core %u)\n", os->silent_ms,
			os->silent_core);
}

static void show_starts(const struct os_info *os, FILE *out)
{
	if (os->has_image)
		fprintf(out, "Image:       %s\n",
			os->image[0] ? os->image : "its own, without a name");
	fprintf(out, "Starts:      %u", os->starts);
	if (os->tries)
		fprintf(out, ", the last %u by itself and in vain", os->tries);
	fprintf(out, "\nWhen it:     reboots: %s, panics: %s, powers off: %s\n",
		then_name(os->on[MINT_AT_REBOOT]), then_name(os->on[MINT_AT_CRASH]),
		then_name(os->on[MINT_AT_POWEROFF]));
}

void os_view_text(const struct model *m, const struct os_info *os, FILE *out)
{
	char buf[128];

	fprintf(out, "Name:        %s%s\n", os->name, os->self ? " (self)" : "");
	fprintf(out, "Number:      %u, generation %u", os->id, os->generation);
	if (os->creator != MINT_OS_NONE)
		fprintf(out, ", created by %s", model_os_name(m, os->creator, buf));
	fputc('\n', out);
	show_life(os, out);
	show_starts(os, out);
	show_cores(m, os, out);
	show_turns(os, out);
	show_range(os, "Memory:", &os->main, "", out);
	show_range(os, "", &os->dma, " below 4 GiB for devices", out);
	show_range(os, "", &os->low, " below 1 MiB to start cores", out);
	show_devices(m, os, out);
	if (os->legacy)
		fprintf(out, "Legacy:      %s\n",
			format_legacy(os->legacy, false, buf, sizeof(buf)));
}
