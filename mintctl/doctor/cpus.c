// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads what there is to know of processors: /proc/cpuinfo, CPUID, Mint's table of cores.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/copy.h"
#include "doctor/cpus.h"

/* ---- /proc/cpuinfo -------------------------------------------------------------- */

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	const char *p = words;

	while ((p = strstr(p, word))) {
		if ((p == words || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
		p += len;
	}
	return false;
}

static void take_flags(struct cpus *c, const char *flags)
{
	c->has_info = true;
	c->apic = has_word(flags, "apic");
	c->x2apic = has_word(flags, "x2apic");
	c->tsc = has_word(flags, "tsc");
	c->constant_tsc = has_word(flags, "constant_tsc");
	c->nonstop_tsc = has_word(flags, "nonstop_tsc");
	c->hypervisor = has_word(flags, "hypervisor");
}

static void take_line(struct cpus *c, const char *line, const char *value)
{
	if (!strncmp(line, "processor\t", 10) && c->nr < MAX_CPUS)
		c->core[c->nr++].number = strtoul(value, NULL, 10);
	else if (!strncmp(line, "apicid\t", 7) && c->nr)
		c->core[c->nr - 1].apic_id = strtoul(value, NULL, 10);
	else if (!strncmp(line, "flags\t", 6) && !c->has_info)
		take_flags(c, value);
}

static void read_cpuinfo(struct cpus *c, struct tree *t)
{
	char *text = tree_text(t, "proc/cpuinfo", NULL), *rest = text, *line, *colon;

	while (rest && (line = strsep(&rest, "\n"))) {
		colon = strstr(line, ": ");
		if (colon)
			take_line(c, line, colon + 2);
	}
	free(text);
}

/* "0-3,8": how many that are. */
static unsigned int count_list(const char *list)
{
	unsigned int first, last, nr = 0;
	int used;

	while (sscanf(list, "%u%n", &first, &used) == 1) {
		list += used;
		last = first;
		if (sscanf(list, "-%u%n", &last, &used) == 1)
			list += used;
		if (last >= first)
			nr += last - first + 1;
		if (*list++ != ',')
			break;
	}
	return nr;
}

/* ---- CPUID ----------------------------------------------------------------------- */

/* In a recorded tree, as the program cpuid prints with -r. */
#define CPUID_FILE	"cpuid"
#define CPUID_FORMAT	"   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n"

static void keep_cpuid(struct tree *t, const struct topology_regs *regs)
{
	char text[TOPOLOGY_LEVELS * 100] = "";
	unsigned int level;
	size_t len = 0;

	for (level = 0; level < TOPOLOGY_LEVELS; level++) {
		const uint32_t *r = regs->reg[level];

		len += snprintf(text + len, sizeof(text) - len, CPUID_FORMAT,
				TOPOLOGY_LEAF, level, r[0], r[1], r[2], r[3]);
	}
	if (copy_bytes(t->copy, CPUID_FILE, 0, text, len))
		t->copy_failed = true;
}

static void recorded_cpuid(struct tree *t, struct topology_regs *regs)
{
	char *text = tree_text(t, CPUID_FILE, NULL), *rest = text, *line;
	uint32_t leaf, level, r[4];

	memset(regs, 0, sizeof(*regs));
	while (rest && (line = strsep(&rest, "\n"))) {
		if (sscanf(line, " %x %x: eax=%x ebx=%x ecx=%x edx=%x", &leaf, &level,
			   &r[0], &r[1], &r[2], &r[3]) == 6 &&
		    leaf == TOPOLOGY_LEAF && level < TOPOLOGY_LEVELS)
			memcpy(regs->reg[level], r, sizeof(r));
	}
	free(text);
}

static void read_topology(struct topology *topology, struct tree *t)
{
	struct topology_regs regs;

	if (!t->live)
		recorded_cpuid(t, &regs);
	else if (!topology_ask(&regs))
		memset(&regs, 0, sizeof(regs));
	if (t->live && t->copy >= 0)
		keep_cpuid(t, &regs);
	topology_decode(topology, &regs);
}

/* ---- Mint's table of cores --------------------------------------------------------- */

/* "core apic owner home state kernel", and a line for each. */
static void read_owners(struct cpus *c, struct tree *t)
{
	char *text = tree_text(t, "sys/kernel/mint/cores", NULL), *rest = text, *line;
	struct core_place core;

	if (!text)
		return;
	tree_make_printable(strsep(&rest, "\n"));
	c->nr = 0;
	while (rest && (line = strsep(&rest, "\n")) && c->nr < MAX_CPUS) {
		tree_make_printable(line);
		if (sscanf(line, "%u %u %15s", &core.number, &core.apic_id, core.owner) == 3)
			c->core[c->nr++] = core;
	}
	c->nr_present = c->nr;
	free(text);
}

void cpus_read(struct cpus *c, struct tree *t)
{
	char present[256];

	memset(c, 0, sizeof(*c));
	read_cpuinfo(c, t);
	if (tree_line(t, "sys/devices/system/cpu/present", present, sizeof(present)))
		c->nr_present = count_list(present);
	read_topology(&c->topology, t);
	read_owners(c, t);
}
