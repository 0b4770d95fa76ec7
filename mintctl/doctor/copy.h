/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A copy of what was read of a tree, below a directory.  0 or -1.
 */
#ifndef MINTCTL_COPY_H
#define MINTCTL_COPY_H

#include <stddef.h>
#include <sys/types.h>

/* Bytes of a file at their offset; what is there already stays. */
int copy_bytes(int dir, const char *path, off_t offset, const void *buf, size_t size);
/* A symbolic link, and the directory that it leads to. */
int copy_link(int dir, const char *path, const char *to);
int copy_dir(int dir, const char *path);

#endif /* MINTCTL_COPY_H */
