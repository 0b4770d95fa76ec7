// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are there whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "partition/facts.h"

const char *part_dir = "/run/mint";

const char *part_path(const char *name, char *buf, unsigned int size)
{
	snprintf(buf, size, "%s/%s", part_dir, name);
	return buf;
}

/* What was renamed stays so when the directory is on the disk as well. */
static int sync_dir(void)
{
	int fd = open(part_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int write_all(const char *path, int (*write)(FILE *out, const void *arg),
		     const void *arg)
{
	FILE *out = fopen(path, "we");
	int err;

	if (!out)
		return -errno;
	err = write(out, arg);
	if (!err && (fflush(out) || fsync(fileno(out))))
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

int part_store(const char *name, int (*write)(FILE *out, const void *arg),
	       const void *arg)
{
	char path[256], new[sizeof(path) + 8];
	int err;

	if (mkdir(part_dir, 0755) && errno != EEXIST)
		return -errno;
	part_path(name, path, sizeof(path));
	snprintf(new, sizeof(new), "%s.new", path);
	err = write_all(new, write, arg);
	if (!err && rename(new, path))
		err = -errno;
	if (err)
		unlink(new);
	return err ? err : sync_dir();
}

int part_discard(const char *name)
{
	char path[256];

	if (unlink(part_path(name, path, sizeof(path))))
		return errno == ENOENT ? 0 : -errno;
	return sync_dir();
}
