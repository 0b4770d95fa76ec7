// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts who writes to an I/O APIC, from QEMU's trace of device accesses (events
 * memory_region_ops_write and memory_region_ops_read of the "log" backend), and
 * finds accesses to a register that another CPU has selected.
 *
 * usage: ioapic-trace MARKER-PORT BASE < trace
 *
 * BASE is the physical address of the I/O APIC. A byte written to MARKER-PORT by
 * any CPU begins the phase of that number; what comes before the first is phase 0.
 * Prints
 *
 *	writes PHASE CPU INDEX DATA EOI
 *
 * with the number of writes to these three registers, for each phase and CPU
 * that wrote at all, and, at most MAX_TOLD times, as it happens
 *
 *	interleaved PHASE CPU OTHER REGISTER
 *
 * when CPU accesses the data register after OTHER wrote the index register: what
 * it reads or writes is REGISTER, which OTHER selected.
 *
 * Exit status: 0; 1 something was interleaved; 2 usage or unreadable input.
 */
#include "trace.h"

#define MAX_CPUS	64
#define MAX_PHASES	256
#define MAX_TOLD	20

enum { REG_INDEX = 0x00, REG_DATA = 0x10, REG_EOI = 0x40, REG_END = 0x1000 };

struct writes {
	uint64_t index;
	uint64_t data;
	uint64_t eoi;
};

static struct writes writes[MAX_PHASES][MAX_CPUS];
static unsigned int phase;
static unsigned long interleaved;

/* Who wrote the index register last, and what. Reset leaves it at 0. */
static int selector = -1;
static uint64_t selected;

static void judge_data(int cpu)
{
	if (cpu == selector || selector < 0)
		return;
	if (interleaved++ < MAX_TOLD)
		printf("interleaved %u %d %d 0x%" PRIx64 "\n", phase, cpu, selector, selected);
}

static void take_write(const struct trace_access *a, uint64_t reg)
{
	struct writes *w = &writes[phase][a->cpu];

	switch (reg) {
	case REG_INDEX:
		w->index++;
		selector = a->cpu;
		selected = a->value;
		break;
	case REG_DATA:
		w->data++;
		judge_data(a->cpu);
		break;
	case REG_EOI:
		w->eoi++;
		break;
	}
}

static void take_line(const char *line, uint64_t marker, uint64_t base)
{
	struct trace_access a;
	bool write = trace_parse(line, "memory_region_ops_write", &a);

	if (!write && !trace_parse(line, "memory_region_ops_read", &a))
		return;
	if (a.cpu < 0 || a.cpu >= MAX_CPUS)
		return;
	if (write && a.addr == marker)
		phase = a.value % MAX_PHASES;
	else if (a.addr < base || a.addr >= base + REG_END)
		return;
	else if (write)
		take_write(&a, a.addr - base);
	else if (a.addr - base == REG_DATA)
		judge_data(a.cpu);
}

static void print_writes(void)
{
	unsigned int p, cpu;

	for (p = 0; p < MAX_PHASES; p++)
		for (cpu = 0; cpu < MAX_CPUS; cpu++) {
			const struct writes *w = &writes[p][cpu];

			if (w->index || w->data || w->eoi)
				printf("writes %u %u %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
				       p, cpu, w->index, w->data, w->eoi);
		}
}

static bool parse(const char *text, uint64_t *value)
{
	char *end;

	*value = strtoull(text, &end, 0);
	return end != text && !*end;
}

int main(int argc, char **argv)
{
	uint64_t marker, base;
	char *line = NULL;
	size_t len = 0;

	if (argc != 3 || !parse(argv[1], &marker) || !parse(argv[2], &base)) {
		fputs("usage: ioapic-trace MARKER-PORT BASE < trace\n", stderr);
		return 2;
	}
	while (getline(&line, &len, stdin) > 0)
		take_line(line, marker, base);
	free(line);
	print_writes();
	return interleaved != 0;
}
