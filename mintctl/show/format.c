// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values as text.
 */
#include <mint/abi.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/parse.h"
#include "show/format.h"

/* Appends to @buf as far as there is room. */
static void append(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *buf, size_t size, const char *format, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	va_start(ap, format);
	vsnprintf(buf + len, size - len, format, ap);
	va_end(ap);
}

const char *format_size(uint64_t bytes, char *buf, size_t size)
{
	static const char units[] = "KMGT";
	uint64_t unit = 1024;
	unsigned int i = 0;

	if (bytes < unit) {
		snprintf(buf, size, "%llu", (unsigned long long)bytes);
		return buf;
	}
	while (i + 1 < sizeof(units) - 1 && bytes / 1024 >= unit) {
		unit *= 1024;
		i++;
	}
	if (bytes % unit)
		snprintf(buf, size, "%.1f%c", (double)bytes / unit, units[i]);
	else
		snprintf(buf, size, "%llu%c", (unsigned long long)(bytes / unit),
			 units[i]);
	return buf;
}

const char *format_age(uint64_t ms, char *buf, size_t size)
{
	unsigned long long s = ms / 1000;

	if (s < 60)
		snprintf(buf, size, "%llus", s);
	else if (s < 3600)
		snprintf(buf, size, "%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		snprintf(buf, size, "%llud%02lluh", s / 86400, s / 3600 % 24);
	return buf;
}

static bool has_core(uint64_t cores, unsigned int core)
{
	return core < MINT_MAX_CORES && (cores >> core & 1);
}

const char *format_cores(uint64_t cores, bool each, char *buf, size_t size)
{
	const char *between = "";
	unsigned int first, last;

	buf[0] = '\0';
	for (first = 0; first < MINT_MAX_CORES; first = last + 1) {
		last = first;
		if (!has_core(cores, first))
			continue;
		while (!each && has_core(cores, last + 1))
			last++;
		append(buf, size, "%s%u", between, first);
		if (last > first)
			append(buf, size, "-%u", last);
		between = each ? "\n" : ",";
	}
	return buf;
}

const char *format_seats(uint64_t cores, uint64_t shared, uint32_t share, char *buf, size_t size)
{
	const char *between = cores ? "," : "";
	char list[256], *range, *rest = list;

	format_cores(cores, false, buf, size);
	if (!shared)
		return buf;
	format_cores(shared, false, list, sizeof(list));
	while ((range = strsep(&rest, ","))) {
		append(buf, size, "%s%s:%u%%", between, range, share);
		between = ",";
	}
	return buf;
}

const char *format_legacy(uint32_t legacy, bool each, char *buf, size_t size)
{
	const char *between = "";
	uint32_t i;

	buf[0] = '\0';
	for (i = 0; i < MINT_NR_LEGACY; i++) {
		if (!(legacy & 1U << i))
			continue;
		append(buf, size, "%s%s", between, legacy_name(i));
		between = each ? "\n" : ",";
	}
	return buf;
}

/* 82093AA data sheet, 3.2.4 */
#define RTE_VECTOR	0x000000ffU
#define RTE_MODE	0x00000700U
#define RTE_LOGICAL	0x00000800U
#define RTE_LOW		0x00002000U
#define RTE_IRR		0x00004000U
#define RTE_LEVEL	0x00008000U
#define RTE_MASK	0x00010000U
#define RTE_DEST_SHIFT	56

const char *format_rte(uint64_t rte, char *buf, size_t size)
{
	static const char *const modes[] = {
		"", "lowest priority ", "SMI ", "mode 3 ", "NMI ", "INIT ",
		"mode 6 ", "ExtINT ",
	};

	snprintf(buf, size, "0x%016llx (", (unsigned long long)rte);
	append(buf, size, "%s%s, active %s, %svector %u to ",
	       rte & RTE_MASK ? "masked, " : "", rte & RTE_LEVEL ? "level" : "edge",
	       rte & RTE_LOW ? "low" : "high", modes[(rte & RTE_MODE) >> 8],
	       (unsigned int)(rte & RTE_VECTOR));
	append(buf, size, rte & RTE_LOGICAL ? "logical ids 0x%x" : "APIC id %u",
	       (unsigned int)(rte >> RTE_DEST_SHIFT));
	append(buf, size, "%s)", rte & RTE_IRR ? ", Remote IRR" : "");
	return buf;
}

const char *format_ns(uint64_t ns, char *buf, size_t size)
{
	snprintf(buf, size, "%llu.%03llu ms", (unsigned long long)ns / 1000000,
		 (unsigned long long)ns / 1000 % 1000);
	return buf;
}

const char *format_route_type(uint32_t type)
{
	static const char *const names[] = {
		[MINT_ROUTE_FREE] = "none",
		[MINT_ROUTE_IOAPIC] = "ioapic",
		[MINT_ROUTE_SHARED] = "shared",
		[MINT_ROUTE_MSI] = "msi",
		[MINT_ROUTE_MSIX] = "msix",
		[MINT_ROUTE_DOORBELL] = "doorbell",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "unknown";
}
