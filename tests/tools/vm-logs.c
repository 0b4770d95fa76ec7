// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows the kernel logs of all OSes of a virtual machine from outside, by
 * reading the machine's memory.
 *
 * The guest's memory is hostile: a kernel under test may scribble over
 * anything. Each word is read once and checked, nothing read is used as an
 * index or a length before, and a log file has a greatest size.
 *
 * The memory is read with pread(2), not through a mapping: reading a hole of
 * the memory file through a mapping would fill it.
 */
#include "vm-logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mint/abi.h>

#define LOG_FILE_MAX	(64u << 20)	/* bytes; far more than any test prints */

/* One OS slot of the table. */
struct follower {
	char name[MINT_NAME_LEN];	/* empty: nothing seen yet */
	int fd;				/* its log file, -1 = not open */
	uint32_t position;		/* bytes of the ring taken over, modulo 2^32 */
	uint64_t written;
	struct vm_lines lines;
};

struct vm_logs {
	int memory_fd;
	uint64_t low_bytes;
	uint64_t shm_paddr;		/* 0 = not found yet */
	const char *dir;
	vm_logs_line_fn *on_line;
	void *context;
	bool revision_reported;
	struct follower os[MINT_MAX_OSES];
	char data[MINT_LOG_SIZE];
};

static bool read_memory(const struct vm_logs *logs, uint64_t paddr, void *to, size_t len)
{
	return pread(logs->memory_fd, to, len, paddr) == (ssize_t)len;
}

struct vm_logs *vm_logs_create(int memory_fd, uint64_t low_bytes, const char *dir,
			       vm_logs_line_fn *on_line, void *context)
{
	struct vm_logs *logs = calloc(1, sizeof(*logs));
	unsigned int i;

	if (!logs)
		return NULL;
	logs->memory_fd = memory_fd;
	logs->low_bytes = low_bytes;
	logs->dir = dir;
	logs->on_line = on_line;
	logs->context = context;
	for (i = 0; i < MINT_MAX_OSES; i++)
		logs->os[i].fd = -1;
	return logs;
}

void vm_logs_destroy(struct vm_logs *logs)
{
	unsigned int i;

	for (i = 0; i < MINT_MAX_OSES; i++)
		if (logs->os[i].fd >= 0)
			close(logs->os[i].fd);
	free(logs);
}

bool vm_logs_seen(const struct vm_logs *logs, const char *os)
{
	unsigned int i;

	for (i = 0; i < MINT_MAX_OSES; i++)
		if (logs->os[i].written && !strcmp(logs->os[i].name, os))
			return true;
	return false;
}

static bool is_table(struct vm_logs *logs, uint64_t paddr)
{
	struct mint_header header;

	if (!read_memory(logs, paddr, &header, sizeof(header)))
		return false;
	if (header.magic != MINT_SHM_MAGIC || header.base_paddr != paddr)
		return false;
	if (header.revision == MINT_SHM_REVISION && header.size_bytes == MINT_SHM_SIZE)
		return true;
	if (!logs->revision_reported)
		fprintf(stderr, "vm: the shared area of the guest has revision %u and %llu bytes, "
			"expected revision %u and %u bytes: no OS logs\n",
			header.revision, (unsigned long long)header.size_bytes,
			MINT_SHM_REVISION, MINT_SHM_SIZE);
	logs->revision_reported = true;
	return false;
}

static void find_table(struct vm_logs *logs)
{
	uint64_t paddr;

	for (paddr = MINT_SHM_ALIGN; paddr + MINT_SHM_SIZE <= logs->low_bytes; paddr += MINT_SHM_ALIGN) {
		if (is_table(logs, paddr)) {
			logs->shm_paddr = paddr;
			return;
		}
	}
}

/* A name becomes a file name, so it is held to the letters that a name may have. */
static bool name_is_good(const char *name)
{
	size_t len = strnlen(name, MINT_NAME_LEN);

	return len > 0 && len < MINT_NAME_LEN && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == len;
}

static void set_name(struct vm_logs *logs, struct follower *os, const char *name)
{
	char path[4096];

	if (!strcmp(os->name, name))
		return;
	strcpy(os->name, name);
	if (os->fd >= 0)
		close(os->fd);
	/* The harness's own logs must not be written into by an OS of that name. */
	snprintf(path, sizeof(path), "%s/%s%s.log", logs->dir,
		 !strcmp(name, "serial") || !strcmp(name, "com2") ? "os-" : "", name);
	os->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (os->fd < 0)
		fprintf(stderr, "vm: cannot write %s: %s\n", path, strerror(errno));
}

static void append(struct vm_logs *logs, struct follower *os, const char *data, size_t len)
{
	if (!len)
		return;
	if (os->fd >= 0 && os->written < LOG_FILE_MAX && write(os->fd, data, len) != (ssize_t)len) {
		fprintf(stderr, "vm: cannot write the log of %s: %s\n", os->name, strerror(errno));
		close(os->fd);
		os->fd = -1;
	}
	os->written += len;
	vm_lines_feed(&os->lines, data, len, os->name, logs->on_line, logs->context);
}

static void note_loss(struct vm_logs *logs, struct follower *os, uint32_t lost)
{
	char text[64];
	int len;

	if (!lost)
		return;
	len = snprintf(text, sizeof(text), "\n[vm: %u bytes of the log were overwritten]\n", lost);
	append(logs, os, text, len);
}

/* Copies @len bytes of the ring at @data_paddr that begin at stream position @position. */
static bool copy_ring(struct vm_logs *logs, uint64_t data_paddr, uint32_t position, uint32_t len)
{
	uint32_t start = position % MINT_LOG_SIZE;
	uint32_t first = len < MINT_LOG_SIZE - start ? len : MINT_LOG_SIZE - start;

	return read_memory(logs, data_paddr + start, logs->data, first) &&
	       read_memory(logs, data_paddr, logs->data + first, len - first);
}

static void follow_ring(struct vm_logs *logs, struct follower *os, uint64_t ring_paddr)
{
	uint64_t head_paddr = ring_paddr + offsetof(struct mint_log_ring, head);
	uint32_t head, grown, lost, later;

	if (!read_memory(logs, head_paddr, &head, sizeof(head)))
		return;
	grown = head - os->position;
	if (!grown)
		return;
	if (grown > INT32_MAX) {	/* it went back: the ring was begun afresh */
		os->position = 0;
		grown = head;
	}
	lost = grown > MINT_LOG_SIZE ? grown - MINT_LOG_SIZE : 0;
	if (!copy_ring(logs, ring_paddr + MINT_LOG_DATA_OFF, os->position + lost, grown - lost) ||
	    !read_memory(logs, head_paddr, &later, sizeof(later)))
		return;
	/* What was written meanwhile has overwritten the oldest bytes. */
	later -= os->position;
	later = later > MINT_LOG_SIZE ? later - MINT_LOG_SIZE : 0;
	if (later < lost)
		later = lost;
	if (later > grown)
		later = grown;
	note_loss(logs, os, later);
	append(logs, os, logs->data + (later - lost), grown - later);
	os->position = head;
}

static void follow_os(struct vm_logs *logs, unsigned int index)
{
	uint64_t section = logs->shm_paddr + MINT_OFF_SECTIONS + (uint64_t)index * MINT_SECTION_SIZE;
	struct follower *os = &logs->os[index];
	struct mint_os record;

	if (!read_memory(logs, logs->shm_paddr + MINT_OFF_OSES + index * sizeof(record),
			 &record, sizeof(record)))
		return;
	if (record.state != MINT_OS_FREE && name_is_good(record.name))
		set_name(logs, os, record.name);
	if (os->name[0])
		follow_ring(logs, os, section + MINT_SEC_LOG);
}

void vm_logs_poll(struct vm_logs *logs)
{
	unsigned int i;

	if (!logs->shm_paddr)
		find_table(logs);
	if (!logs->shm_paddr)
		return;
	for (i = 0; i < MINT_MAX_OSES; i++)
		follow_os(logs, i);
}

void vm_lines_feed(struct vm_lines *lines, const char *data, size_t len, const char *os,
		   vm_logs_line_fn *on_line, void *context)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] == '\n') {
			lines->line[lines->len] = '\0';
			lines->len = 0;
			on_line(context, os, lines->line);
		} else if (lines->len < sizeof(lines->line) - 1 && data[i] != '\r') {
			lines->line[lines->len++] = data[i] >= ' ' && data[i] <= '~' ? data[i] : '?';
		}
	}
}
