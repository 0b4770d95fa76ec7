// SPDX-License-Identifier: GPL-2.0-only
/*
 * A copy of what was read of a tree: files with what was read of them, links, directories.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/copy.h"
#include "doctor/tree.h"

/* Each directory of @path but the last word; with @all, that one, too. */
static int make_dirs(int dir, const char *path, int all)
{
	char part[2 * TREE_PATH];
	const char *end = path;

	for (;;) {
		end = strchr(end + 1, '/');
		if (!end && !all)
			return 0;
		snprintf(part, sizeof(part), "%.*s",
			 end ? (int)(end - path) : (int)strlen(path), path);
		if (mkdirat(dir, part, 0777) && errno != EEXIST)
			return -1;
		if (!end)
			return 0;
	}
}

int copy_dir(int dir, const char *path)
{
	return make_dirs(dir, path, 1);
}

int copy_bytes(int dir, const char *path, off_t offset, const void *buf, size_t size)
{
	ssize_t n;
	int fd;

	if (make_dirs(dir, path, 0))
		return -1;
	fd = openat(dir, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	n = pwrite(fd, buf, size, offset);
	close(fd);
	return n == (ssize_t)size ? 0 : -1;
}

int copy_link(int dir, const char *path, const char *to)
{
	char target[2 * TREE_PATH];
	const char *name = strrchr(path, '/');

	if (make_dirs(dir, path, 0) || (symlinkat(to, dir, path) && errno != EEXIST))
		return -1;
	/* Files will be copied to what it leads to; the kernel's links are relative. */
	if (!name || to[0] == '/')
		return 0;
	snprintf(target, sizeof(target), "%.*s/%s", (int)(name - path), path, to);
	return make_dirs(dir, target, 1);
}
