/* SPDX-License-Identifier: GPL-2.0-only */
/* Images in the pool: see <mint/launch.h>.  @idx: 0..MINT_MAX_IMAGES-1. */
#ifndef MINT_STORE_H
#define MINT_STORE_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/launch.h>

struct mint_files;

/**
 * struct mint_image_id - one image, as long as @serial is what its record says
 */
struct mint_image_id {
	u32 idx;
	u32 serial;
};

/*
 * Puts what was read into the pool, as @name; NULL: without one, or finds what others were
 * started from, made of the same files.  Then it is to be used or dropped.  0 or -errno
 * with a text, and then nothing is left of it.  Process context, sleeps, not under
 * mint_ops_mutex.
 */
int mint_store_put(struct mint_files *f, const char *name, const char *cmdline,
		   struct mint_image_id *id, struct netlink_ext_ack *extack);
/* It is not needed: one without a name goes, if nobody uses it.  Process context. */
void mint_store_drop(const struct mint_image_id *id);
/* The image @name; 0 or -ENOENT, -EBUSY with a text. */
int mint_store_find(const char *name, struct mint_image_id *id,
		    struct netlink_ext_ack *extack);
/*
 * A copy of a record that is READY and whole; 0, -ENOENT there is no such image any
 * more, -EIO it is damaged, each with a text.
 */
int mint_store_copy(const struct mint_image_id *id,
		    struct mint_image_record *copy,
		    struct netlink_ext_ack *extack);
/*
 * From now on @os starts from that image, and from no other one; 0, -ENOENT, or
 * -ETIMEDOUT as mint_shm_lock(), with a text.
 */
int mint_store_use(const struct mint_image_id *id, u32 os,
		   struct netlink_ext_ack *extack);

/*
 * A snapshot of this OS: the slot @m->name with @m->mem.size_bytes of the pool, whose place is put
 * into @m; its contents are written by the caller, and then it is published, or given back.
 */
int mint_store_reserve(struct mint_image_record *m, struct mint_image_id *id,
		       struct netlink_ext_ack *extack);
int mint_store_publish(struct mint_image_record *m, const struct mint_image_id *id,
		       struct netlink_ext_ack *extack);
void mint_store_release(const struct mint_image_id *id);

#endif /* MINT_STORE_H */
