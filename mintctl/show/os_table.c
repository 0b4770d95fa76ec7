// SPDX-License-Identifier: GPL-2.0-only
/*
 * OSes as a table.
 */
#include <stdio.h>
#include <string.h>

#include "lib/parse.h"
#include "show/format.h"
#include "show/view.h"

enum {
	COL_NAME, COL_ID, COL_SELF, COL_STATE, COL_CORES, COL_APIC_IDS,
	COL_BOOT_CORE, COL_SHARED, COL_SHARE, COL_SLICE, COL_GOT, COL_STEAL, COL_TURNS,
	COL_LATEST,
	COL_MEMORY, COL_ADDRESS, COL_DMA, COL_DMA_ADDRESS,
	COL_LOW, COL_LOW_ADDRESS, COL_DEVS, COL_DEVICES, COL_DEVICE_NAMES,
	COL_DRIVERS, COL_LEGACY, COL_AGE,
	COL_RELEASE, COL_ARCH, COL_IMAGE, COL_STARTS, COL_TRIES,
	COL_ON_REBOOT, COL_ON_CRASH, COL_ON_POWEROFF,
	COL_CREATOR, COL_GENERATION, COL_SILENT, COL_SILENT_CORE,
	COL_REASON,
};

const struct table_column os_columns[] = {
	[COL_NAME] = { "NAME", TABLE_STRING, true, "name" },
	[COL_ID] = { "ID", TABLE_NUMBER, false, "number" },
	[COL_SELF] = { "SELF", TABLE_BOOLEAN, false, "whether mintctl runs in it" },
	[COL_STATE] = { "STATE", TABLE_STRING, true,
		"created, paused (a copy that waits for a start), starting, running, up (its user space says so), hung, restarting, powered off, rebooted, halted, panicked, stopped by force, not loaded, failed, busy" },
	[COL_CORES] = { "CORES", TABLE_NUMBERS, true, "machine core numbers", "CPUS" },
	[COL_APIC_IDS] = { "APIC-IDS", TABLE_NUMBERS, false, "APIC ids of these cores" },
	[COL_BOOT_CORE] = { "BOOT-CORE", TABLE_NUMBER, false, "core that it boots on", "BOOT-CPU" },
	[COL_SHARED] = { "SHARED", TABLE_NUMBERS, false, "cores that it shares, where it came second" },
	[COL_SHARE] = { "SHARE", TABLE_NUMBER, false, "how much of these it has at least, percent" },
	[COL_SLICE] = { "SLICE", TABLE_NUMBER, false, "how long one turn is (JSON: microseconds)" },
	[COL_GOT] = { "GOT", TABLE_NUMBER, false, "how long it has had the cores that it shares (JSON: ms)" },
	[COL_STEAL] = { "STEAL", TABLE_NUMBER, false, "how long it wanted one that the other OS had (JSON: ms)" },
	[COL_TURNS] = { "TURNS", TABLE_NUMBER, false, "how often it had one of them" },
	[COL_LATEST] = { "LATEST", TABLE_NUMBER, false, "the longest that it waited for one (JSON: microseconds)" },
	[COL_MEMORY] = { "MEMORY", TABLE_NUMBER, true, "size of its main memory" },
	[COL_ADDRESS] = { "ADDRESS", TABLE_NUMBER, false, "where that begins" },
	[COL_DMA] = { "DMA", TABLE_NUMBER, false, "size of its slice below 4 GiB, if the main memory is above" },
	[COL_DMA_ADDRESS] = { "DMA-ADDRESS", TABLE_NUMBER, false, "where that begins" },
	[COL_LOW] = { "LOW", TABLE_NUMBER, false, "size of its window below 1 MiB" },
	[COL_LOW_ADDRESS] = { "LOW-ADDRESS", TABLE_NUMBER, false, "where that begins" },
	[COL_DEVS] = { "DEVS", TABLE_NUMBER, true, "number of PCI functions" },
	[COL_DEVICES] = { "DEVICES", TABLE_STRINGS, false, "PCI functions" },
	[COL_DEVICE_NAMES] = { "DEVICE-NAMES", TABLE_STRINGS, false, "name of each of these" },
	[COL_DRIVERS] = { "DRIVERS", TABLE_STRINGS, false, "driver of each of these, - for none" },
	[COL_LEGACY] = { "LEGACY", TABLE_STRINGS, false, "legacy devices" },
	[COL_AGE] = { "AGE", TABLE_NUMBER, true, "time since it was started (JSON: ms)" },
	[COL_RELEASE] = { "RELEASE", TABLE_STRING, false, "kernel release" },
	[COL_ARCH] = { "ARCH", TABLE_STRING, false, "of its kernel: x86_64, i386" },
	[COL_IMAGE] = { "IMAGE", TABLE_STRING, false, "name of the image that it starts from" },
	[COL_STARTS] = { "STARTS", TABLE_NUMBER, false, "how often it was started" },
	[COL_TRIES] = { "TRIES", TABLE_NUMBER, false, "how many of the last ones in vain, by itself" },
	[COL_ON_REBOOT] = { "ON-REBOOT", TABLE_STRING, false, "what follows its reboot: stop, restart" },
	[COL_ON_CRASH] = { "ON-CRASH", TABLE_STRING, false, "what follows its panic" },
	[COL_ON_POWEROFF] = { "ON-POWEROFF", TABLE_STRING, false, "what follows when it powers itself off" },
	[COL_CREATOR] = { "CREATOR", TABLE_STRING, false, "OS that created it" },
	[COL_GENERATION] = { "GENERATION", TABLE_NUMBER, false, "number of its creation" },
	[COL_SILENT] = { "SILENT", TABLE_NUMBER, false, "longest silence of one of its cores, ms" },
	[COL_SILENT_CORE] = { "SILENT-CORE", TABLE_NUMBER, false, "which core that is", "SILENT-CPU" },
	[COL_REASON] = { "REASON", TABLE_STRING, true, "panic message, why it was not started, or which core hangs; (self) marks the OS mintctl runs in" },
};

const unsigned int os_nr_columns = sizeof(os_columns) / sizeof(os_columns[0]);

/* What cell functions need. */
struct os_table {
	const struct model *m;
	const struct os_info *oses;
};

static const char *address_cell(const struct os_info *os, const struct mint_range *r,
				bool json, char *buf)
{
	if (!r->size_bytes || os->hides_addresses)
		return json ? NULL : "-";
	return table_address(r->base_paddr, json, buf);
}

static const char *apic_ids_cell(const struct model *m, const struct os_info *os,
				 bool json, char *buf)
{
	const char *between = "";
	unsigned int core;
	size_t len = 0;

	for (core = 0; core < m->machine.nr_cores; core++) {
		if (!((os->cores | os->shared) >> core & 1))
			continue;
		len += snprintf(buf + len, TABLE_CELL_BYTES - len, "%s%u",
				between, m->machine.apic_id[core]);
		between = json ? "\n" : ",";
	}
	return buf;
}

/* One item for each device: its address, name or driver. */
static const char *devices_cell(const struct model *m, const struct os_info *os,
				unsigned int column, bool json, char *buf)
{
	struct table_list l = { .buf = buf, .json = json };
	char bdf[BDF_LEN], name[256];
	const struct dev_info *dev;

	for (dev = m->devs; dev < m->devs + m->nr_devs; dev++) {
		if (dev->owner != os->id)
			continue;
		if (column == COL_DEVICES)
			table_list_add(&l, "%s", format_bdf(dev->sbdf, bdf));
		else if (column == COL_DRIVERS)
			table_list_add(&l, "%s", dev->driver[0] ? dev->driver : "-");
		else
			table_list_add(&l, "%s", format_device(dev, name, sizeof(name)));
	}
	return buf;
}

static const char *age_cell(const struct os_info *os, bool json, char *buf)
{
	if (!os->has_age)
		return json ? NULL : "-";
	return json ? table_number(os->age_ms, buf) :
	       format_age(os->age_ms, buf, TABLE_CELL_BYTES);
}

static const char *reason_cell(const struct os_info *os, bool json, char *buf)
{
	const char *reason = os_info_reason(os, buf, TABLE_CELL_BYTES);
	char text[256];

	if (json || !os->self)
		return reason;
	snprintf(text, sizeof(text), "(self)%s%s", *reason ? " " : "", reason);
	strcpy(buf, text);
	return buf;
}

static const char *memory_cell(const struct os_info *os, unsigned int column,
			       bool json, char *buf)
{
	switch (column) {
	case COL_MEMORY:
		return table_size(os->main.size_bytes, json, buf);
	case COL_ADDRESS:
		return address_cell(os, &os->main, json, buf);
	case COL_DMA:
		return table_size(os->dma.size_bytes, json, buf);
	case COL_DMA_ADDRESS:
		return address_cell(os, &os->dma, json, buf);
	case COL_LOW:
		return table_size(os->low.size_bytes, json, buf);
	default:
		return address_cell(os, &os->low, json, buf);
	}
}

static const char *cores_cell(const struct model *m, const struct os_info *os,
			      unsigned int column, bool json, char *buf)
{
	switch (column) {
	case COL_CORES:
		return json ? format_cores(os->cores, json, buf, TABLE_CELL_BYTES) :
		       format_seats(os->cores, os->shared, os->share, buf,
				    TABLE_CELL_BYTES);
	case COL_APIC_IDS:
		return apic_ids_cell(m, os, json, buf);
	case COL_BOOT_CORE:
		return table_number(os->boot_core, buf);
	case COL_SILENT:
		return table_number(os->silent_ms, buf);
	default:
		return table_number(os->silent_core, buf);
	}
}

static const char *turns_cell(const struct os_info *os, unsigned int column,
			      bool json, char *buf)
{
	if (column == COL_SHARED)
		return format_cores(os->shared, json, buf, TABLE_CELL_BYTES);
	if (column == COL_SHARE || column == COL_SLICE ? !os->share : !os->shares)
		return json ? NULL : "-";
	switch (column) {
	case COL_SHARE:
		return table_number(os->share, buf);
	case COL_SLICE:
		if (json)
			return table_number(os->slice_us, buf);
		snprintf(buf, TABLE_CELL_BYTES, "%gms", os->slice_us / 1000.0);
		return buf;
	case COL_TURNS:
		return table_number(os->turns, buf);
	case COL_LATEST:
		if (json)
			return table_number(os->latest_us, buf);
		snprintf(buf, TABLE_CELL_BYTES, "%.1fms", os->latest_us / 1000.0);
		return buf;
	default:
		if (json)
			return table_number(column == COL_GOT ? os->got_ms : os->steal_ms, buf);
		snprintf(buf, TABLE_CELL_BYTES, "%.1fs",
			 (column == COL_GOT ? os->got_ms : os->steal_ms) / 1000.0);
		return buf;
	}
}

static const char *starts_cell(const struct os_info *os, unsigned int column,
			       bool json, char *buf)
{
	switch (column) {
	case COL_IMAGE:
		return os->image[0] ? os->image : json ? NULL : "-";
	case COL_STARTS:
		return table_number(os->starts, buf);
	case COL_TRIES:
		return table_number(os->tries, buf);
	case COL_ON_REBOOT:
		return then_name(os->on[MINT_AT_REBOOT]);
	case COL_ON_CRASH:
		return then_name(os->on[MINT_AT_CRASH]);
	default:
		return then_name(os->on[MINT_AT_POWEROFF]);
	}
}

static const char *os_cell(const void *data, unsigned int row,
			   unsigned int column, bool json, char *buf)
{
	const struct os_table *t = data;
	const struct os_info *os = &t->oses[row];

	switch (column) {
	case COL_NAME:
		return os->name;
	case COL_ID:
		return table_number(os->id, buf);
	case COL_SELF:
		return json ? (os->self ? "1" : "0") : (os->self ? "yes" : "no");
	case COL_STATE:
		return os_info_state(os);
	case COL_CORES:
	case COL_APIC_IDS:
	case COL_BOOT_CORE:
	case COL_SILENT:
	case COL_SILENT_CORE:
		return cores_cell(t->m, os, column, json, buf);
	case COL_SHARED:
	case COL_SHARE:
	case COL_SLICE:
	case COL_GOT:
	case COL_STEAL:
	case COL_TURNS:
	case COL_LATEST:
		return turns_cell(os, column, json, buf);
	case COL_DEVS:
		return table_number(model_count_devs(t->m, os->id), buf);
	case COL_DEVICES:
	case COL_DEVICE_NAMES:
	case COL_DRIVERS:
		return devices_cell(t->m, os, column, json, buf);
	case COL_LEGACY:
		return format_legacy(os->legacy, json, buf, TABLE_CELL_BYTES);
	case COL_AGE:
		return age_cell(os, json, buf);
	case COL_RELEASE:
		return os->release;
	case COL_ARCH:
		return model_arch(os->arch);
	case COL_IMAGE:
	case COL_STARTS:
	case COL_TRIES:
	case COL_ON_REBOOT:
	case COL_ON_CRASH:
	case COL_ON_POWEROFF:
		return starts_cell(os, column, json, buf);
	case COL_CREATOR:
		return os->creator == MINT_OS_NONE ? NULL :
		       model_os_name(t->m, os->creator, buf);
	case COL_GENERATION:
		return table_number(os->generation, buf);
	case COL_REASON:
		return reason_cell(os, json, buf);
	default:
		return memory_cell(os, column, json, buf);
	}
}

int os_view_table(const struct model *m, const struct os_info *only,
		  const struct table_options *o, FILE *out)
{
	const struct os_table data = { m, only ? only : m->oses };
	const struct table t = {
		.name = "oses",
		.columns = os_columns,
		.nr_columns = os_nr_columns,
		.nr_rows = only ? 1 : m->nr_oses,
		.cell = os_cell,
		.data = &data,
	};

	return table_print(&t, o, out);
}
