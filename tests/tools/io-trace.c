// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges what the cores of an OS wrote to, from QEMU's trace of device writes
 * (event memory_region_ops_write of the "log" backend).
 *
 * usage: io-trace collect MARKER-PORT < trace > writes
 *	  io-trace check RULES < writes
 *
 * "collect" boils a trace down to the set of different writes, one a line:
 *
 *	PHASE CPU KIND WHERE SIZE COUNT REGION
 *
 * A byte written to MARKER-PORT by any CPU begins the phase of that number; what
 * comes before the first is phase 0. KIND and WHERE are
 *
 *	port N		an I/O port
 *	mem ADDRESS	memory-mapped registers
 *	apic OFFSET	the CPU's own local APIC, but for the next
 *	ipi DEST:LOW	an interrupt sent by way of the local APIC: destination
 *			and the low half of the command register
 *	msi ADDRESS	an interrupt message that the CPU itself stored. Those that
 *			devices send while the CPU writes to them come from the same
 *			thread of QEMU; they follow a write to a device and are
 *			the device's, so they are left out.
 *
 * RULES has one rule a line. PHASES is "N" or "N-M", and so are CPUS, ports and
 * addresses (both ends included):
 *
 *	judge PHASES CPUS	what these CPUs write in these phases must be
 *				allowed by one of the others
 *	apic PHASES		the own local APIC, and IPIs to judged CPUs
 *	vector PHASES N		IPIs with this vector to any one CPU
 *	port PHASES N-M
 *	mem PHASES N-M
 *	expect PHASES KIND N-M	a judged CPU must have written there at least once
 *
 * What is not allowed is printed, one line each. Exit status: 0 all was allowed
 * and all that was expected came; 1 not so; 2 usage or unreadable input.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

#define MAX_CPUS	64
#define MAX_RULES	256

#define APIC_BASE	0xfee00000ull
#define APIC_END	0xfeefffffull
#define APIC_FIRST_REG	0x10
#define APIC_LAST_REG	0xfff
#define APIC_ICR	0x300
#define APIC_ICR_HIGH	0x310

/* Of the low half of the interrupt command register */
#define ICR_VECTOR(low)		((low) & 0xff)
#define ICR_MODE(low)		((low) >> 8 & 7)
#define ICR_LOGICAL(low)	((low) & 0x800)
#define ICR_SHORTHAND(low)	((low) >> 18 & 3)
enum { SHORTHAND_NONE, SHORTHAND_SELF };
enum { MODE_FIXED };

enum kind { PORT, MEM, APIC, IPI, MSI, NR_KINDS };

static const char * const kind_names[NR_KINDS] = { "port", "mem", "apic", "ipi", "msi" };

struct write {
	unsigned int phase;
	unsigned int cpu;
	enum kind kind;
	uint64_t where;		/* IPI: destination in the upper half */
	unsigned int size;
	uint64_t count;		/* 0: free place in the table */
	char region[TRACE_NAME_LEN];
};

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("io-trace: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

/* ---- collect -------------------------------------------------------------- */

static struct {
	struct write *place;	/* open addressing, power of two */
	size_t size;
	size_t used;
} table;

static uint64_t hash_of(const struct write *w)
{
	uint64_t h = w->where * 0x9e3779b97f4a7c15ull;

	h ^= (h >> 29) + ((uint64_t)w->phase << 16 | w->cpu << 8 | w->kind << 4 | w->size);
	return h * 0xbf58476d1ce4e5b9ull >> 20;
}

static bool same_write(const struct write *a, const struct write *b)
{
	return a->phase == b->phase && a->cpu == b->cpu && a->kind == b->kind &&
	       a->where == b->where && a->size == b->size;
}

static struct write *find_place(const struct write *w)
{
	size_t i = hash_of(w) & (table.size - 1);

	while (table.place[i].count && !same_write(&table.place[i], w))
		i = (i + 1) & (table.size - 1);
	return &table.place[i];
}

static void grow_table(void)
{
	struct write *old = table.place;
	size_t i, old_size = table.size;

	table.size = old_size ? old_size * 2 : 4096;
	table.place = calloc(table.size, sizeof(*table.place));
	if (!table.place)
		die("out of memory");
	for (i = 0; i < old_size; i++)
		if (old[i].count)
			*find_place(&old[i]) = old[i];
	free(old);
}

static void add_write(const struct write *w)
{
	struct write *place;

	if (table.used * 2 >= table.size)
		grow_table();
	place = find_place(w);
	if (!place->count) {
		*place = *w;
		table.used++;
	}
	place->count++;
}

/* What a CPU did before decides what its next write is. */
struct cpu_state {
	uint32_t icr_high;
	bool at_device;		/* its last write was to a device, or raised by one */
};

static struct cpu_state cpus[MAX_CPUS];
static unsigned int phase;

/*
 * Ports and addresses are two spaces; the event does not say which. No device
 * of a PC is mapped in the lowest 64 KiB of memory.
 */
static enum kind kind_of(uint64_t addr)
{
	if (addr <= UINT16_MAX)
		return PORT;
	if (addr < APIC_BASE || addr > APIC_END)
		return MEM;
	addr -= APIC_BASE;
	if (addr < APIC_FIRST_REG || addr > APIC_LAST_REG)
		return MSI;
	return addr == APIC_ICR ? IPI : APIC;
}

static void take_write(struct write *w, uint64_t value)
{
	struct cpu_state *cpu = &cpus[w->cpu];

	w->kind = kind_of(w->where);
	switch (w->kind) {
	case MSI:
		if (cpu->at_device)
			return;
		break;
	case IPI:
		w->where = (uint64_t)cpu->icr_high << 32 | (uint32_t)value;
		break;
	case APIC:
		w->where -= APIC_BASE;
		if (w->where == APIC_ICR_HIGH)
			cpu->icr_high = value;
		break;
	default:
		break;
	}
	cpu->at_device = w->kind == PORT || w->kind == MEM;
	add_write(w);
}

/* Writes of QEMU's own threads are skipped. */
static void take_line(const char *line, uint64_t marker)
{
	struct write w = { .phase = phase };
	struct trace_access a;

	if (!trace_parse(line, "memory_region_ops_write", &a) || a.cpu < 0)
		return;
	if (a.cpu >= MAX_CPUS)
		die("more than %d CPUs", MAX_CPUS);
	w.cpu = a.cpu;
	w.where = a.addr;
	w.size = a.size;
	memcpy(w.region, a.region, sizeof(w.region));
	if (w.where == marker)
		phase = a.value;
	else
		take_write(&w, a.value);
}

static int by_place(const void *a, const void *b)
{
	const struct write *x = a, *y = b;

	if (!x->count || !y->count)
		return !x->count - !y->count;
	if (x->phase != y->phase)
		return x->phase < y->phase ? -1 : 1;
	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->where < y->where ? -1 : x->where > y->where;
}

static void print_write(const struct write *w)
{
	printf("%u %u %s ", w->phase, w->cpu, kind_names[w->kind]);
	if (w->kind == IPI)
		printf("0x%x:0x%x", (uint32_t)(w->where >> 32), (uint32_t)w->where);
	else
		printf("0x%" PRIx64, w->where);
	printf(" %u %" PRIu64 " %s\n", w->size, w->count, w->region[0] ? w->region : "-");
}

static int collect(uint64_t marker)
{
	char *line = NULL;
	size_t len = 0, i;

	while (getline(&line, &len, stdin) > 0)
		take_line(line, marker);
	free(line);
	if (table.used)
		qsort(table.place, table.size, sizeof(*table.place), by_place);
	for (i = 0; i < table.used; i++)
		print_write(&table.place[i]);
	return 0;
}

/* ---- check ------------------------------------------------------------------ */

enum what { JUDGE, ALLOW_APIC, ALLOW_VECTOR, ALLOW_RANGE, EXPECT };

struct range {
	uint64_t first, last;
};

struct rule {
	enum what what;
	enum kind kind;		/* of ALLOW_RANGE and EXPECT */
	struct range phases;
	struct range range;	/* CPUs, vector, ports, addresses */
	bool met;		/* of EXPECT */
	char text[80];
};

static struct rule rules[MAX_RULES];
static unsigned int nr_rules;

static bool in(const struct range *r, uint64_t first, uint64_t last)
{
	return r->first <= first && last <= r->last;
}

static bool parse_range(const char *text, struct range *r)
{
	char *end;

	errno = 0;
	r->first = strtoull(text, &end, 0);
	r->last = *end == '-' ? strtoull(end + 1, &end, 0) : r->first;
	return end != text && !*end && !errno && r->first <= r->last;
}

static bool parse_kind(const char *text, enum kind *kind)
{
	unsigned int k;

	for (k = 0; k < NR_KINDS; k++)
		if (strcmp(text, kind_names[k]) == 0) {
			*kind = k;
			return true;
		}
	return false;
}

static bool parse_rule(const char *line, struct rule *r)
{
	char word[8] = "", phases[32] = "", a[64] = "", b[64] = "";

	sscanf(line, "%7s %31s %63s %63s", word, phases, a, b);
	snprintf(r->text, sizeof(r->text), "%.*s", (int)strcspn(line, "\n"), line);
	if (!parse_range(phases, &r->phases))
		return false;
	if (strcmp(word, "apic") == 0) {
		r->what = ALLOW_APIC;
		return !*a;
	}
	if (strcmp(word, "expect") == 0) {
		r->what = EXPECT;
		return parse_kind(a, &r->kind) && parse_range(b, &r->range);
	}
	if (strcmp(word, "judge") == 0)
		r->what = JUDGE;
	else if (strcmp(word, "vector") == 0)
		r->what = ALLOW_VECTOR;
	else if (parse_kind(word, &r->kind) && (r->kind == PORT || r->kind == MEM))
		r->what = ALLOW_RANGE;
	else
		return false;
	return parse_range(a, &r->range) && !*b;
}

static void read_rules(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t len = 0;

	if (!f)
		die("%s: %s", path, strerror(errno));
	while (getline(&line, &len, f) > 0) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (nr_rules == MAX_RULES)
			die("%s: more than %d rules", path, MAX_RULES);
		if (!parse_rule(line, &rules[nr_rules++]))
			die("%s: no rule: %s", path, line);
	}
	free(line);
	fclose(f);
}

static bool judged(const struct write *w, uint64_t cpu)
{
	unsigned int i;

	for (i = 0; i < nr_rules; i++)
		if (rules[i].what == JUDGE && in(&rules[i].phases, w->phase, w->phase) &&
		    in(&rules[i].range, cpu, cpu))
			return true;
	return false;
}

/* CPU numbers are local APIC ids in the machines of tests/vm. */
static bool ipi_to_own(const struct write *w)
{
	uint32_t low = w->where;

	if (ICR_SHORTHAND(low) != SHORTHAND_NONE)
		return ICR_SHORTHAND(low) == SHORTHAND_SELF;
	return !ICR_LOGICAL(low) && judged(w, w->where >> 56);
}

static bool ipi_of_vector(const struct write *w, const struct range *vector)
{
	uint32_t low = w->where;

	return w->kind == IPI && ICR_SHORTHAND(low) == SHORTHAND_NONE && !ICR_LOGICAL(low) &&
	       w->where >> 56 != 0xff && ICR_MODE(low) == MODE_FIXED &&
	       in(vector, ICR_VECTOR(low), ICR_VECTOR(low));
}

static bool allowed_by(const struct rule *r, const struct write *w)
{
	if (!in(&r->phases, w->phase, w->phase))
		return false;
	switch (r->what) {
	case ALLOW_APIC:
		return w->kind == APIC || (w->kind == IPI && ipi_to_own(w));
	case ALLOW_VECTOR:
		return ipi_of_vector(w, &r->range);
	case ALLOW_RANGE:
		return r->kind == w->kind && in(&r->range, w->where, w->where + w->size - 1);
	default:
		return false;
	}
}

static bool judge_write(const struct write *w)
{
	bool good = false;
	unsigned int i;

	if (!judged(w, w->cpu))
		return true;
	for (i = 0; i < nr_rules; i++) {
		struct rule *r = &rules[i];

		good = good || allowed_by(r, w);
		if (r->what == EXPECT && r->kind == w->kind &&
		    in(&r->phases, w->phase, w->phase) && in(&r->range, w->where, w->where))
			r->met = true;
	}
	return good;
}

static bool read_write(const char *line, struct write *w)
{
	unsigned int dest, low;
	char kind[8], where[40];

	if (sscanf(line, "%u %u %7s %39s %u %" SCNu64 " %31s", &w->phase, &w->cpu, kind, where,
		   &w->size, &w->count, w->region) != 7 ||
	    !parse_kind(kind, &w->kind) || !w->size)
		return false;
	if (w->kind == IPI) {
		if (sscanf(where, "%x:%x", &dest, &low) != 2)
			return false;
		w->where = (uint64_t)dest << 32 | low;
		return true;
	}
	return sscanf(where, "%" SCNx64, &w->where) == 1;
}

static int check(const char *path)
{
	struct write w;
	char *line = NULL;
	size_t len = 0;
	bool good = true;
	unsigned int i;

	read_rules(path);
	while (getline(&line, &len, stdin) > 0) {
		if (!read_write(line, &w))
			die("cannot read this line: %s", line);
		if (judge_write(&w))
			continue;
		printf("not allowed: %s", line);
		good = false;
	}
	free(line);
	for (i = 0; i < nr_rules; i++) {
		if (rules[i].what != EXPECT || rules[i].met)
			continue;
		printf("never seen: %s\n", rules[i].text);
		good = false;
	}
	return !good;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "collect") == 0) {
		struct range port;

		if (!parse_range(argv[2], &port))
			die("'%s' is no port", argv[2]);
		return collect(port.first);
	}
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	die("usage: io-trace collect MARKER-PORT | io-trace check RULES");
}
