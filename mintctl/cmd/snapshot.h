/* SPDX-License-Identifier: GPL-2.0-only */
/* Snapshots, for all commands that take one. */
#ifndef MINTCTL_SNAPSHOT_H
#define MINTCTL_SNAPSHOT_H

struct image_info;
struct model;

/* The snapshot @name in @m, which has the images; MINTCTL_OK, or MINTCTL_FAILED with a message. */
int snapshot_find(const struct model *m, const char *name, const struct image_info **image);

#endif /* MINTCTL_SNAPSHOT_H */
