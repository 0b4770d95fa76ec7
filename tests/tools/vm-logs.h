/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Follows the kernel logs of all OSes of a virtual machine from outside, by
 * reading the machine's memory.
 */
#ifndef VM_LOGS_H
#define VM_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vm_logs;

/* Called for each complete line of the log of the OS called @os. */
typedef void vm_logs_line_fn(void *context, const char *os, const char *line);

/**
 * vm_logs_create - start following
 * @memory_fd: the machine's memory; offset equals physical address
 * @low_bytes: how much of it lies below 4 GiB without a hole
 * @dir: where to put OS.log
 * @on_line: called for each line
 * @context: passed to @on_line
 *
 * Return: the object, or NULL when there is no memory.
 */
struct vm_logs *vm_logs_create(int memory_fd, uint64_t low_bytes, const char *dir,
			       vm_logs_line_fn *on_line, void *context);

/* Takes over what the logs have grown by. Never blocks. */
void vm_logs_poll(struct vm_logs *logs);

/* Whether anything was ever read for the OS called @os. */
bool vm_logs_seen(const struct vm_logs *logs, const char *os);

void vm_logs_destroy(struct vm_logs *logs);

/**
 * struct vm_lines - cuts a stream of bytes into lines
 *
 * Lines that do not fit are cut short; what is no printable character is
 * shown as '?'.
 */
struct vm_lines {
	char line[512];
	size_t len;
};

void vm_lines_feed(struct vm_lines *lines, const char *data, size_t len, const char *os,
		   vm_logs_line_fn *on_line, void *context);

#endif /* VM_LOGS_H */
