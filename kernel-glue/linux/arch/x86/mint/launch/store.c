// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images: kernels with their initrds, ready to be started from, in memory that belongs
 * to no OS.  Who loads one may die at any point: the slot is his until the image is
 * READY, and goes with him.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "launch/launch.h"
#include "launch/store.h"
#include "launch/unpack.h"
#include "neutral/layout.h"
#include "neutral/shared.h"
#include "neutral/sum.h"
#include "os/os.h"

/* Memory of the pool is seen through windows of this size. */
#define WINDOW		SZ_2M

/* ---- records -------------------------------------------------------------- */

static bool is_used(const struct mint_image_record *m)
{
	return READ_ONCE(m->state) != MINT_IMG_FREE;
}

/* Under the table's lock. */
static void free_record(struct mint_image_record *m)
{
	WRITE_ONCE(m->state, MINT_IMG_FREE);
	memset_startat(m, 0, hdr_bytes);
}

/* Its memory is freed when it has been cleared, by sweep().  Under the table's lock. */
static void leave_record(struct mint_image_record *m)
{
	m->name[0] = '\0';
	m->users = 0;
	m->loader = MINT_OS_NONE;
	WRITE_ONCE(m->state, MINT_IMG_LEFT);
}

/* Nobody needs it any more, and nobody could name it.  Under the table's lock. */
static void leave_if_unused(struct mint_image_record *m)
{
	if (m->state == MINT_IMG_READY && !m->users && !m->name[0])
		leave_record(m);
}

static bool is_named(const struct mint_image_record *m, const char *name)
{
	return is_used(m) && !strncmp(m->name, name, MINT_NAME_LEN);
}

static int lock_table(unsigned long *flags, struct netlink_ext_ack *extack)
{
	int err = mint_shm_lock(flags);

	if (err)
		mint_shm_lock_explain(extack);
	return err;
}

/* ---- clearing ---------------------------------------------------------------- */

/* Takes one that was left; false: there is none. */
static bool take_left(struct mint_image_id *id, struct mint_range *mem)
{
	unsigned long flags;
	bool found = false;
	u32 i;

	if (mint_shm_lock(&flags))
		return false;
	for (i = 0; i < MINT_MAX_IMAGES && !found; i++) {
		struct mint_image_record *m = mint_image(i);

		if (m->state != MINT_IMG_LEFT)
			continue;
		found = true;
		m->loader = mint_self.os;
		m->serial = mint_hdr()->next_generation++;
		WRITE_ONCE(m->state, MINT_IMG_LOADING);
		*id = (struct mint_image_id){ i, m->serial };
		*mem = m->mem;
	}
	mint_shm_unlock(flags);
	return found;
}

/* Serials of those that this OS could not give back for want of the lock. */
static u32 owed[MINT_MAX_IMAGES];

static void pay(u32 idx)
{
	struct mint_image_record *m = mint_image(idx);
	u32 serial = xchg(&owed[idx], 0);
	unsigned long flags;

	if (!serial)
		return;
	if (mint_shm_lock(&flags)) {
		owed[idx] = serial;
		return;
	}
	if (m->serial == serial && m->state == MINT_IMG_LOADING &&
	    m->loader == mint_self.os)
		leave_record(m);
	mint_shm_unlock(flags);
}

static void free_cleared(const struct mint_image_id *id)
{
	struct mint_image_record *m = mint_image(id->idx);
	unsigned long flags;

	if (mint_shm_lock(&flags)) {
		owed[id->idx] = id->serial;
		return;
	}
	if (m->serial == id->serial && m->state == MINT_IMG_LOADING)
		free_record(m);
	mint_shm_unlock(flags);
}

/* Who made somebody leave an image calls this, without the lock. */
static void sweep(void)
{
	struct mint_image_id id;
	struct mint_range mem;
	u32 i;

	for (i = 0; i < MINT_MAX_IMAGES; i++)
		pay(i);
	for (i = 0; i < MINT_MAX_IMAGES && take_left(&id, &mem); i++) {
		/* If not, the record names what is not its own. */
		if (mint_pool_range_ok(&mem) && mint_range_is_of(&mem, MINT_OS_NONE))
			mint_clear_range(&mem);
		free_cleared(&id);
	}
}

/* ---- looking ---------------------------------------------------------------- */

int mint_store_find(const char *name, struct mint_image_id *id,
		    struct netlink_ext_ack *extack)
{
	for (id->idx = 0; id->idx < MINT_MAX_IMAGES; id->idx++) {
		const struct mint_image_record *m = mint_image(id->idx);

		if (!is_named(m, name))
			continue;
		id->serial = READ_ONCE(m->serial);
		if (READ_ONCE(m->state) == MINT_IMG_READY)
			return 0;
		NL_SET_ERR_MSG_FMT(extack, "image %.15s is being loaded; try again",
				   name);
		return -EBUSY;
	}
	NL_SET_ERR_MSG_FMT(extack, "%.15s: no such image; see mintctl image list",
			   name);
	return -ENOENT;
}

int mint_store_copy(const struct mint_image_id *id,
		    struct mint_image_record *copy,
		    struct netlink_ext_ack *extack)
{
	mint_shared_copy(copy, mint_image(id->idx), sizeof(*copy));
	if (copy->state != MINT_IMG_READY || copy->serial != id->serial) {
		NL_SET_ERR_MSG(extack, "the image is gone; load it again");
		return -ENOENT;
	}
	if (copy->sum != mint_image_sum(copy) ||
	    copy->hdr_bytes > MINT_IMAGE_HDR_SIZE ||
	    !mint_pool_range_ok(&copy->mem)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "the record of image %u is damaged; remove it and load it again",
				   id->idx);
		return -EIO;
	}
	return 0;
}

/* ---- who uses it -------------------------------------------------------------- */

/* The order that is being carried out names it.  It is dropped at the next use, then. */
static bool is_needed(u32 os, u32 idx)
{
	u32 state = READ_ONCE(mint_os(os)->state);

	return (state == MINT_OS_RESTARTING || state == MINT_OS_STARTING) &&
	       READ_ONCE(mint_launch(os)->order.image) == idx;
}

/* All but @but.  Under the table's lock. */
static void stop_using(u32 os, u32 but)
{
	u32 i;

	for (i = 0; i < MINT_MAX_IMAGES; i++) {
		struct mint_image_record *m = mint_image(i);

		if (i == but || !is_used(m) || !(m->users & BIT(os - 1)) ||
		    is_needed(os, i))
			continue;
		m->users &= ~BIT(os - 1);
		leave_if_unused(m);
	}
}

/* Under the table's lock. */
static void use(const struct mint_image_id *id, u32 os)
{
	struct mint_launch *l = mint_launch(os);

	mint_image(id->idx)->users |= BIT(os - 1);
	mint_image(id->idx)->loader = MINT_OS_NONE;
	stop_using(os, id->idx);
	l->image = id->idx;
	l->image_serial = id->serial;
}

int mint_store_use(const struct mint_image_id *id, u32 os,
		   struct netlink_ext_ack *extack)
{
	const struct mint_image_record *m = mint_image(id->idx);
	unsigned long flags;
	int err = lock_table(&flags, extack);

	if (err)
		return err;
	if (m->state == MINT_IMG_READY && m->serial == id->serial)
		use(id, os);
	else
		err = -ENOENT;
	mint_shm_unlock(flags);
	if (err)
		NL_SET_ERR_MSG(extack, "the image is gone; load it again");
	sweep();
	return err;
}

void mint_store_drop(const struct mint_image_id *id)
{
	struct mint_image_record *m = mint_image(id->idx);
	unsigned long flags;

	/* Without the lock: it goes with this OS. */
	if (mint_shm_lock(&flags))
		return;
	if (m->serial == id->serial)
		leave_if_unused(m);
	mint_shm_unlock(flags);
	sweep();
}

/* ---- loading one ------------------------------------------------------------- */

/* The last word is padded with zeros. */
static u64 sum_of_bytes(const void *from, u64 bytes)
{
	u64 last = 0, sum;

	sum = mint_sum(DIV_ROUND_UP(bytes, 8), from, bytes / 8);
	if (bytes % 8) {
		memcpy(&last, from + bytes / 8 * 8, bytes % 8);
		sum = mint_sum_step(sum, last);
	}
	return sum;
}

/* Everything about it but what its serial and its place are, and its sums there. */
static void describe(struct mint_image_record *m, const struct mint_files *f,
		     const char *name, const char *cmdline)
{
	mint_files_describe(f, m);
	m->kind = MINT_IMG_KERNEL;
	strscpy_pad(m->name, name ?: "");
	strscpy_pad(m->cmdline, cmdline ?: "");
	m->initrd_sum = sum_of_bytes(f->initrd, f->initrd_len);
	m->file_bytes = f->kernel_len;
	m->file_sum = sum_of_bytes(f->kernel, f->kernel_len);
	mint_files_version(f, m->release, sizeof(m->release));
}

/* One without a name, made of the same files.  Under the table's lock. */
static bool find_same(const struct mint_image_record *like,
		      struct mint_image_id *id)
{
	u32 i;

	for (i = 0; i < MINT_MAX_IMAGES; i++) {
		const struct mint_image_record *m = mint_image(i);

		if (m->state != MINT_IMG_READY || m->name[0] ||
		    m->sum != mint_image_sum(m) ||
		    m->file_bytes != like->file_bytes ||
		    m->file_sum != like->file_sum ||
		    m->initrd_bytes != like->initrd_bytes ||
		    m->initrd_sum != like->initrd_sum ||
		    strncmp(m->cmdline, like->cmdline, sizeof(m->cmdline)))
			continue;
		*id = (struct mint_image_id){ i, m->serial };
		return true;
	}
	return false;
}

static int share(const struct mint_image_record *like,
		 struct mint_image_id *id, struct netlink_ext_ack *extack)
{
	unsigned long flags;
	int err = lock_table(&flags, extack);

	if (err)
		return err;
	err = find_same(like, id) ? 0 : -ENOENT;
	mint_shm_unlock(flags);
	return err;
}

/* Under the table's lock: an index, -EEXIST, -ENFILE, -ENOMEM. */
static int take_slot(const struct mint_image_record *m, struct mint_range *mem,
		     struct mint_image_id *id)
{
	struct mint_image_record *slot;
	u32 i;

	for (i = 0; m->name[0] && i < MINT_MAX_IMAGES; i++)
		if (is_named(mint_image(i), m->name))
			return -EEXIST;
	for (i = 0; i < MINT_MAX_IMAGES && is_used(mint_image(i)); i++)
		;
	if (i == MINT_MAX_IMAGES)
		return -ENFILE;
	mem->base_paddr = mint_take_image_memory(mem->size_bytes);
	if (!mem->base_paddr)
		return -ENOMEM;
	slot = mint_image(i);
	memcpy(slot->name, m->name, sizeof(slot->name));
	slot->mem = *mem;
	slot->loader = mint_self.os;
	slot->serial = mint_hdr()->next_generation++;
	*id = (struct mint_image_id){ i, slot->serial };
	WRITE_ONCE(slot->state, MINT_IMG_LOADING);
	return 0;
}

static int reserve(const struct mint_image_record *m, struct mint_range *mem,
		   struct mint_image_id *id, struct netlink_ext_ack *extack)
{
	unsigned long flags;
	int err = lock_table(&flags, extack);

	if (err)
		return err;
	err = take_slot(m, mem, id);
	mint_shm_unlock(flags);
	if (err == -EEXIST)
		NL_SET_ERR_MSG_FMT(extack, "image %s exists already; remove it first",
				   m->name);
	else if (err == -ENFILE)
		NL_SET_ERR_MSG_FMT(extack, "there are %u images already; remove one first",
				   MINT_MAX_IMAGES);
	else if (err)
		NL_SET_ERR_MSG_FMT(extack,
				   "no free %lluM piece in the pool for the image (%lluM free in all)",
				   mem->size_bytes >> 20, mint_pool_free() >> 20);
	return err;
}

static void release(const struct mint_image_id *id)
{
	unsigned long flags;

	if (mint_shm_lock(&flags)) {
		owed[id->idx] = id->serial;
		return;
	}
	if (mint_image(id->idx)->serial == id->serial)
		leave_record(mint_image(id->idx));
	mint_shm_unlock(flags);
	sweep();
}

/* @from NULL: zeros. */
static int put_bytes(const struct mint_range *mem, u64 off, const void *from,
		     u64 bytes)
{
	while (bytes) {
		size_t part = min_t(u64, bytes, WINDOW);
		void *to = mint_map(mem->base_paddr + off, part);

		if (!to)
			return -ENOMEM;
		if (from)
			memcpy(to, from, part);
		else
			memset(to, 0, part);
		memunmap(to);
		off += part;
		from += from ? part : 0;
		bytes -= part;
		cond_resched();
	}
	return 0;
}

static int sum_memory(const struct mint_range *mem, u64 bytes, u64 *sum)
{
	u64 off;

	*sum = bytes / 8;
	for (off = 0; off < bytes; off += WINDOW) {
		size_t part = min_t(u64, bytes - off, WINDOW);
		void *at = mint_map(mem->base_paddr + off, part);

		if (!at)
			return -ENOMEM;
		*sum = mint_sum(*sum, at, part / 8);
		memunmap(at);
		cond_resched();
	}
	return 0;
}

static int fill(struct mint_image_record *m, const struct mint_kernel *k,
		const struct mint_files *f)
{
	unsigned int i;
	int err = put_bytes(&m->mem, 0, NULL, m->mem.size_bytes);

	for (i = 0; !err && i < k->nr_parts; i++)
		err = put_bytes(&m->mem, k->part[i].off, k->part[i].from,
				k->part[i].bytes);
	if (!err)
		err = put_bytes(&m->mem, mint_initrd_off(m), f->initrd,
				f->initrd_len);
	if (!err)
		err = sum_memory(&m->mem, m->kernel_bytes, &m->kernel_sum);
	return err;
}

/* From now on it is an image. */
static int publish(struct mint_image_record *m, const struct mint_image_id *id,
		   struct netlink_ext_ack *extack)
{
	const size_t from = offsetof(struct mint_image_record, hdr_bytes);
	struct mint_image_record *slot = mint_image(id->idx);
	unsigned long flags;
	int err;

	m->serial = id->serial;
	m->sum = mint_image_sum(m);
	mint_fault_once("image");
	err = lock_table(&flags, extack);
	if (err)
		return err;
	if (slot->serial != id->serial || slot->state != MINT_IMG_LOADING) {
		err = -EIO;
		NL_SET_ERR_MSG(extack, "the table is damaged: the image's slot was taken");
	} else {
		memcpy((u8 *)slot + from, (const u8 *)m + from, sizeof(*m) - from);
		/* Until somebody uses it, one without a name is his who made it. */
		slot->loader = m->name[0] ? MINT_OS_NONE : mint_self.os;
		mint_shared_store(&slot->state, MINT_IMG_READY);
	}
	mint_shm_unlock(flags);
	return err;
}

static int load(struct mint_image_record *m, const struct mint_files *f,
		struct mint_image_id *id, struct netlink_ext_ack *extack)
{
	struct mint_kernel k;
	int err = mint_kernel_unpack(f, &k, extack);

	if (!err) {
		m->kernel_bytes = k.bytes;
		m->entry_off = k.entry_off;
		m->mem.size_bytes = ALIGN(mint_initrd_off(m) + m->initrd_bytes,
					  SZ_2M);
		err = reserve(m, &m->mem, id, extack);
	}
	if (!err) {
		err = fill(m, &k, f);
		if (err)
			NL_SET_ERR_MSG(extack, "the image cannot be copied into the pool");
		else
			err = publish(m, id, extack);
		if (err)
			release(id);
	}
	mint_kernel_free(&k);
	return err;
}

int mint_store_reserve(struct mint_image_record *m, struct mint_image_id *id,
		       struct netlink_ext_ack *extack)
{
	return reserve(m, &m->mem, id, extack);
}

int mint_store_publish(struct mint_image_record *m, const struct mint_image_id *id,
		       struct netlink_ext_ack *extack)
{
	return publish(m, id, extack);
}

void mint_store_release(const struct mint_image_id *id)
{
	release(id);
}

int mint_store_put(struct mint_files *f, const char *name, const char *cmdline,
		   struct mint_image_id *id, struct netlink_ext_ack *extack)
{
	struct mint_image_record *m = kvmalloc(sizeof(*m), GFP_KERNEL);
	int err = -ENOENT;

	if (!m)
		return -ENOMEM;
	describe(m, f, name, cmdline);
	if (!name)
		err = share(m, id, extack);
	if (err == -ENOENT)
		err = load(m, f, id, extack);
	kvfree(m);
	sweep();
	return err;
}

/* ---- the commands ------------------------------------------------------------- */

int mint_image_load(const char *name, const char *kernel_path,
		    const char *initrd_path, const char *cmdline,
		    struct netlink_ext_ack *extack)
{
	struct mint_files f = { };
	struct mint_image_id id;
	int err;

	err = mint_check_image_name(name, extack);
	if (!err)
		err = mint_cmdline_check(cmdline ?: "", BIT(MINT_NR_LEGACY) - 1,
					 extack);
	if (!err)
		err = mint_files_read(&f, kernel_path, initrd_path,
				      mint_pool_size(), extack);
	if (!err)
		err = mint_files_permitted(extack);
	if (!err)
		err = mint_store_put(&f, name, cmdline, &id, extack);
	mint_files_free(&f);
	return err;
}

/* Whose it is, "os2", or "os2 and others". */
static void explain_users(const char *name, u32 users,
			  struct netlink_ext_ack *extack)
{
	char user[MINT_NAME_LEN];

	mint_os_name(ffs(users), user);
	NL_SET_ERR_MSG_FMT(extack, "image %.15s is in use: %s%s starts from it",
			   name, user, hweight32(users) > 1 ? ", among others," : "");
}

/* Under the table's lock: 0, -ENOENT, -EBUSY; *@users: who starts from it. */
static int remove(const char *name, u32 *users)
{
	struct mint_image_record *m;
	u32 i;

	for (i = 0; i < MINT_MAX_IMAGES; i++) {
		m = mint_image(i);
		if (!is_named(m, name) || !*name)
			continue;
		*users = m->users;
		if (*users || (m->state == MINT_IMG_LOADING &&
			       mint_os_alive(m->loader)))
			return -EBUSY;
		leave_record(m);
		return 0;
	}
	return -ENOENT;
}

int mint_image_remove(const char *name, struct netlink_ext_ack *extack)
{
	unsigned long flags;
	u32 users = 0;
	int err = lock_table(&flags, extack);

	if (err)
		return err;
	err = remove(name, &users);
	mint_shm_unlock(flags);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_FMT(extack, "%.15s: no such image; see mintctl image list",
				   name);
	else if (err && users)
		explain_users(name, users, extack);
	else if (err)
		NL_SET_ERR_MSG_FMT(extack, "image %.15s is being loaded", name);
	sweep();
	return err;
}

/* ---- the end of an OS ---------------------------------------------------------- */

/* What it had begun to load.  Under the table's lock. */
static void drop_unfinished(u32 os)
{
	u32 i;

	for (i = 0; i < MINT_MAX_IMAGES; i++) {
		struct mint_image_record *m = mint_image(i);

		if (m->loader != os)
			continue;
		if (m->state == MINT_IMG_LOADING)
			leave_record(m);
		else
			leave_if_unused(m);
	}
}

/* Without the lock it goes later, at the latest with the OS. */
static void stop_loading(u32 os)
{
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	drop_unfinished(os);
	mint_shm_unlock(flags);
	sweep();
}

/* Those that only it has started from, too. */
static void return_images(u32 os)
{
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	stop_using(os, MINT_MAX_IMAGES);
	mint_shm_unlock(flags);
	sweep();
}

static void forget_in_images(u32 os)
{
	stop_using(os, MINT_MAX_IMAGES);
	drop_unfinished(os);
	memset(mint_launch(os), 0, sizeof(struct mint_launch));
}

static struct mint_life images_life = {
	.order	= MINT_LIFE_IMAGES,
	.stopped = stop_loading,
	.reclaim = return_images,
	.forget	= forget_in_images,
};

static int __init mint_store_init(void)
{
	if (mint_self.active)
		mint_life_register(&images_life);
	return 0;
}
core_initcall(mint_store_init);
