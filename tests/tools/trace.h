/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of QEMU's trace of accesses to devices: events memory_region_ops_write
 * and memory_region_ops_read of the "log" backend.
 */
#ifndef TRACE_H
#define TRACE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_NAME_LEN	32

/**
 * struct trace_access - one access
 * @cpu:	-1: a thread of QEMU's own
 * @addr:	port or physical address
 * @value:	written or read
 * @size:	in bytes
 * @region:	of QEMU's memory; may be empty
 */
struct trace_access {
	int cpu;
	uint64_t addr;
	uint64_t value;
	unsigned int size;
	char region[TRACE_NAME_LEN];
};

/*
 * True if @line is of @event. What looks like it and cannot be read ends the
 * program: a judgement must not rest on half a trace.
 */
static inline bool trace_parse(const char *line, const char *event, struct trace_access *a)
{
	const char *at = strstr(line, event);

	if (!at || at[strlen(event)] != ' ')
		return false;
	memset(a, 0, sizeof(*a));
	if (sscanf(at + strlen(event), " cpu %d mr %*s addr %" SCNx64 " value %" SCNx64
		   " size %u name '%31[^']'", &a->cpu, &a->addr, &a->value, &a->size, a->region) >= 4)
		return true;
	fprintf(stderr, "cannot read this line of the trace: %s", line);
	exit(2);
}

#endif /* TRACE_H */
