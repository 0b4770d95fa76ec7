/* SPDX-License-Identifier: GPL-2.0-only */
/* Snapshots in files: see <mint/snapfile.h>. */
#ifndef MINT_LAUNCH_SNAPFILE_H
#define MINT_LAUNCH_SNAPFILE_H

#include <linux/netlink.h>

struct file;

/*
 * The snapshot @name is written to @file, which is open for that, or becomes what @file has.
 * Process context, sleep; 0 or -errno with an extended-ack text; after an error no image is
 * changed, and what is in the file is of no use.
 */
int mint_snapshot_save(const char *name, struct file *file, struct netlink_ext_ack *extack);
int mint_snapshot_load(const char *name, struct file *file, struct netlink_ext_ack *extack);

#endif /* MINT_LAUNCH_SNAPFILE_H */
