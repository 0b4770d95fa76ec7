// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and writes a number in a file under /sys/kernel/mint.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/msg.h"
#include "net/sysfile.h"

const char *sysfile_dir = "/sys/kernel/mint";

static int fail(const char *path, const char *what, int err)
{
	if (err == EACCES || err == EPERM)
		msg_fail(path, "not permitted; run it as root");
	else if (err == ENOENT)
		msg_fail(path, "not there; mount it: mount -t mint mint %s",
			 sysfile_dir);
	else
		msg_fail(path, "cannot %s: %s", what, strerror(err));
	return -err;
}

static int open_file(const char *name, int flags, char path[PATH_MAX])
{
	int fd;

	snprintf(path, PATH_MAX, "%s/%s", sysfile_dir, name);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? fail(path, "open", errno) : fd;
}

int sysfile_read(const char *name, uint32_t *value)
{
	char path[PATH_MAX], text[32], *end;
	int fd = open_file(name, O_RDONLY, path);
	unsigned long v;
	ssize_t n;
	int err;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	err = errno;
	close(fd);
	if (n < 0)
		return fail(path, "read", err);
	text[n] = '\0';
	v = strtoul(text, &end, 10);
	if (end == text || (*end && *end != '\n') || v > UINT32_MAX) {
		msg_fail(path, "not a number; do kernel and mintctl belong together?");
		return -EPROTO;
	}
	*value = v;
	return 0;
}

int sysfile_write(const char *name, uint32_t value)
{
	char path[PATH_MAX], text[16];
	int fd = open_file(name, O_WRONLY, path);
	int len, err;
	ssize_t n;

	if (fd < 0)
		return fd;
	len = snprintf(text, sizeof(text), "%u\n", value);
	n = write(fd, text, len);
	err = errno;
	close(fd);
	if (n < 0)
		return fail(path, "write", err);
	if (n != len) {
		msg_fail(path, "cannot write: only a part of the number was taken");
		return -EIO;
	}
	return 0;
}
