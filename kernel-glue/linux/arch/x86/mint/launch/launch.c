// SPDX-License-Identifier: GPL-2.0-only
/*
 * The launcher: gives the order to start an OS.  What is started lies in the pool as an
 * image (store.c); what it will be told is in the order (order.c).  The work is done by
 * the loader, on the boot core of that OS, while nobody waits but who asked.
 *
 * kexec's lock, its one image slot and its shutdown path are left alone, and the running
 * OS is not touched.
 */
#include <linux/delay.h>
#include <linux/slab.h>

#include <asm/tsc.h>

#include <mint/clone.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "cpu/cpu.h"
#include "launch/launch.h"
#include "launch/order.h"
#include "launch/store.h"
#include "neutral/layout.h"
#include "neutral/shared.h"
#include "os/os.h"

/*
 * A start that is under way.  @o: a private copy of its record; @again: it keeps the
 * command line of the last one, unless it is given another; @is_held: it is a copy that waits.
 */
struct start {
	const struct mint_start *want;
	bool again, is_held;
	u64 asked_tsc, image_tsc;
	u32 os;
	struct mint_os o;
	struct mint_image_id image;
	struct mint_image_record record;
	struct mint_files files;
	char cmdline[MINT_CMDLINE_SIZE];
};

/* The record of the OS with the firmware names no memory: its map does. */
static bool take_memory(struct start *s)
{
	struct mint_memory_map *map;
	bool good;

	if (!mint_os_has_firmware(s->os))
		return mint_os_memory_ok(&s->o);
	map = kmalloc(sizeof(*map), GFP_KERNEL);
	good = map && mint_map_copy(s->os, map);
	if (good)
		s->o.main = map->main;
	kfree(map);
	return good;
}

/* ---- what can be refused, before anything is changed ------------------------- */

static int check_startable(struct start *s, struct netlink_ext_ack *extack)
{
	mint_shared_copy(&s->o, mint_os(s->os), sizeof(s->o));
	s->o.name[MINT_NAME_LEN - 1] = '\0';
	s->o.id = s->os;
	if (s->o.state == MINT_OS_BUSY) {
		NL_SET_ERR_MSG_FMT(extack, "%s is not all there; destroy it",
				   s->o.name);
		return -EBUSY;
	}
	if (mint_os_stays(s->os) && !s->want->force) {
		NL_SET_ERR_MSG_FMT(extack, "%s was started already", s->o.name);
		return -EBUSY;
	}
	if (s->os == mint_self.os) {
		NL_SET_ERR_MSG_FMT(extack, "%s is this OS: reboot it, or do this in another one",
				   s->o.name);
		return -EINVAL;
	}
	if (!take_memory(s)) {
		NL_SET_ERR_MSG_FMT(extack, "the table is damaged: memory of %s is not in the pool",
				   s->o.name);
		return -EIO;
	}
	if (s->o.boot_core >= mint_nr_seats() ||
	    mint_core_owner(s->o.boot_core) != s->os) {
		NL_SET_ERR_MSG_FMT(extack, "the table is damaged: %s does not own its boot core",
				   s->o.name);
		return -EIO;
	}
	if (mint_fault("any-cmdline") || !s->want->cmdline ||
	    mint_os_has_firmware(s->os))
		return 0;
	return mint_cmdline_check(s->want->cmdline, s->o.legacy, extack);
}

/* What was asked for, or that of the last start. */
static void take_cmdline(struct start *s)
{
	const struct mint_order *o = &mint_launch(s->os)->order;
	u32 at = READ_ONCE(o->cmdline_at);

	if (s->want->cmdline)
		strscpy(s->cmdline, s->want->cmdline);
	else if (s->again && at < MINT_CMDLINE_SIZE)
		memcpy(s->cmdline, o->cmdline + at, MINT_CMDLINE_SIZE - at);
	s->cmdline[MINT_CMDLINE_SIZE - 1] = '\0';
}

/* What goes on from it keeps everything but where it is. */
static int check_snapshot(const struct start *s, struct netlink_ext_ack *extack)
{
	const struct mint_image_record *m = &s->record;
	const struct mint_range *main = &s->o.main;

	if (s->o.state != MINT_OS_CREATED)
		NL_SET_ERR_MSG_FMT(extack, "%s was started before; a snapshot needs a new OS",
				   s->o.name);
	else if (main->size_bytes != m->need_bytes || s->o.dma.size_bytes ||
		 !IS_ALIGNED(main->base_paddr, MINT_CLONE_ALIGN))
		NL_SET_ERR_MSG_FMT(extack, "%s needs %lluM in one piece, on a boundary of 128M",
				   s->o.name, m->need_bytes >> 20);
	else if (hweight64(s->o.cores) != m->nr_cores || mint_os_shares(s->o.cores))
		NL_SET_ERR_MSG_FMT(extack, "%s needs %llu cores of its own, as the snapshot has",
				   s->o.name, m->nr_cores);
	else if (s->want->cmdline)
		NL_SET_ERR_MSG_FMT(extack, "%s: a snapshot takes no command line",
				   s->o.name);
	else
		return 0;
	return -EINVAL;
}

/* Memory and command line, for the image whose record is there. */
static int check_fit(struct start *s, struct netlink_ext_ack *extack)
{
	struct mint_layout where = { };

	if (s->record.kind == MINT_IMG_SNAPSHOT)
		return check_snapshot(s, extack);
	if (s->record.arch == MINT_IMAGE_X86_32 && mint_os_shares(s->o.cores)) {
		NL_SET_ERR_MSG_FMT(extack, "%s shares a core, which a 32-bit kernel cannot",
				   s->o.name);
		return -EOPNOTSUPP;
	}
	if (mint_os_has_firmware(s->os) && s->record.arch != MINT_IMAGE_X86_64) {
		NL_SET_ERR_MSG_FMT(extack, "%s needs a 64-bit kernel: it has the firmware",
				   s->o.name);
		return -EINVAL;
	}
	take_cmdline(s);
	if (mint_lay_out(&s->record, &s->o.main, &where))
		return mint_order_check_line(&s->o, &s->record, s->cmdline, extack);
	if (where.too_high) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s: this kernel must lie below %lluM; see os create --memory",
				   s->o.name, mint_image_end(&s->record) >> 20);
		return -ENOMEM;
	}
	NL_SET_ERR_MSG_FMT(extack, "%s has too little memory: image and initrd need %lluM",
			   s->o.name, ALIGN(where.need_bytes, SZ_1M) >> 20);
	return -ENOMEM;
}

static int check_room(struct start *s, struct netlink_ext_ack *extack)
{
	return mint_store_copy(&s->image, &s->record, extack) ?:
	       check_fit(s, extack);
}

/* Of the files, before they are put into the pool. */
static int check_files(struct start *s, struct netlink_ext_ack *extack)
{
	mint_files_describe(&s->files, &s->record);
	return check_fit(s, extack) ?: mint_files_permitted(extack);
}

/* ---- the steps ------------------------------------------------------------------ */

/* The one that it was started from last. */
static int get_former_image(struct start *s, struct netlink_ext_ack *extack)
{
	const struct mint_launch *l = mint_launch(s->os);

	s->image.idx = READ_ONCE(l->image);
	s->image.serial = READ_ONCE(l->image_serial);
	s->again = true;
	if (s->image.idx < MINT_MAX_IMAGES && s->image.serial)
		return check_room(s, extack);
	NL_SET_ERR_MSG_FMT(extack, "%s has no image yet; give one, or a kernel",
			   s->o.name);
	return -ENOENT;
}

static int get_files(struct start *s, struct netlink_ext_ack *extack)
{
	const struct mint_start *want = s->want;
	int err;

	err = mint_files_read(&s->files, want->kernel, want->initrd,
			      s->o.main.size_bytes, extack);
	if (!err)
		err = check_files(s, extack);
	if (!err)
		err = mint_store_put(&s->files, NULL, NULL, &s->image, extack);
	return err ?: check_room(s, extack);
}

/* An image with that name, or one made of the files. */
static int get_image(struct start *s, struct netlink_ext_ack *extack)
{
	const struct mint_start *want = s->want;
	int err;

	if (want->kernel)
		return get_files(s, extack);
	if (!want->image)
		return get_former_image(s, extack);
	err = mint_store_find(want->image, &s->image, extack);
	return err ?: check_room(s, extack);
}

/* What a former life left is stopped and silent; for the others the next is a new OS. */
static int end_former(struct start *s, struct netlink_ext_ack *extack)
{
	unsigned long flags;
	int err;

	if (s->o.state == MINT_OS_CREATED)
		return 0;
	err = mint_os_fence_keeping(s->os, extack);
	if (err)
		return err;
	err = mint_shm_lock(&flags);
	if (err) {
		mint_shm_lock_explain(extack);
		return err;
	}
	s->o.generation = mint_hdr()->next_generation++;
	mint_os(s->os)->generation = s->o.generation;
	mint_shm_unlock(flags);
	s->o.state = MINT_OS_ENDED;
	return 0;
}

/* Nothing of its last life is left in what others see of it. */
void mint_launch_begin(u32 os, bool fresh)
{
	struct mint_launch *launch = mint_launch(os);
	struct mint_os *o = mint_os(os);

	/* Else its log goes on, and who listens stays. */
	if (fresh)
		mint_life_restart(os);
	mint_event_forget(os);
	memset(launch->stamp, 0, sizeof(launch->stamp));
	launch->status = MINT_LOAD_NONE;
	launch->ask = MINT_THEN_DEFAULT;
	launch->tries = 0;
	launch->starts++;
	o->fence = 0;
	/* Nobody rings at a core that does not listen yet. */
	o->doorbell_apic = MINT_NO_APIC;
	o->reason = MINT_END_NONE;
	o->end_text[0] = '\0';
	mint_shared_store64(&o->running_tsc, 0);
	o->up_tsc = 0;
	mint_shared_store64(&o->start_tsc, rdtsc());
}

static void begin_life(const struct start *s)
{
	struct mint_launch *launch = mint_launch(s->os);

	mint_launch_begin(s->os, s->o.state == MINT_OS_CREATED);
	launch->stamp[MINT_STAMP_ASKED] = s->asked_tsc;
	launch->stamp[MINT_STAMP_IMAGE] = s->image_tsc;
	launch->stamp[MINT_STAMP_ORDER] = mint_os(s->os)->start_tsc;
}

static int release_core(struct start *s, struct netlink_ext_ack *extack)
{
	struct mint_os *o = mint_os(s->os);
	int err;

	mint_shared_store(&o->state, MINT_OS_STARTING);
	mint_count_start();
	err = mint_core_start(s->o.boot_core, s->os);
	if (err) {
		WRITE_ONCE(o->state, s->o.state);
		NL_SET_ERR_MSG_FMT(extack, "core %u does not start (error %d)",
				   s->o.boot_core, err);
	}
	mint_event_send_all(MINT_EV_STATE);
	return err;
}

static int give_order(struct start *s, struct netlink_ext_ack *extack)
{
	int err = s->is_held ? mint_order_write_held(s->os, &s->o) :
		  mint_order_write(s->os, &s->o, &s->image, &s->record, s->cmdline);

	if (err)
		return err;
	begin_life(s);
	return release_core(s, extack);
}

/* Generous: an emulated machine copies slowly.  The loader has bounds of its own. */
#define LOAD_WAIT_MS		60000

/* Nothing of this OS is held meanwhile but the slot of the other one. */
static int await_kernel(const struct start *s, struct netlink_ext_ack *extack)
{
	u32 core = s->o.boot_core, status;
	const char *why;
	unsigned int ms;

	for (ms = 0; mint_core_state(core) == MINT_CORE_LOADING; ms++) {
		if (ms == LOAD_WAIT_MS) {
			NL_SET_ERR_MSG_FMT(extack, "%s takes too long to load; see mintctl os list",
					   s->o.name);
			return -ETIMEDOUT;
		}
		usleep_range(1000, 1500);
	}
	status = READ_ONCE(mint_launch(s->os)->status);
	if (status == MINT_LOAD_ENTERED)
		return 0;
	why = mint_order_failed(status);
	NL_SET_ERR_MSG_FMT(extack, "%s is not started: %s", s->o.name,
			   why ?: "the loader ended early");
	mint_event_send_all(MINT_EV_STATE);
	return -EIO;
}

static int await_unlocked(struct start *s, struct netlink_ext_ack *extack)
{
	int err;

	mutex_unlock(&mint_ops_mutex);
	err = await_kernel(s, extack);
	mutex_lock(&mint_ops_mutex);
	return err;
}

/* It has everything. */
static int start_held(struct start *s, struct netlink_ext_ack *extack)
{
	if (s->want->image || s->want->kernel || s->want->cmdline) {
		NL_SET_ERR_MSG_FMT(extack, "%s is a copy that waits: it takes no image or kernel",
				   s->o.name);
		return -EINVAL;
	}
	s->is_held = true;
	return give_order(s, extack) ?: await_unlocked(s, extack);
}

/* Under mint_ops_mutex but where files are read. */
static int start(struct start *s, struct netlink_ext_ack *extack)
{
	int err = check_startable(s, extack);

	if (err)
		return err;
	if (mint_os_waits(s->os))
		return start_held(s, extack);
	mutex_unlock(&mint_ops_mutex);
	err = get_image(s, extack);
	s->image_tsc = rdtsc();
	mutex_lock(&mint_ops_mutex);
	if (!err)
		err = end_former(s, extack);
	if (!err)
		err = mint_store_use(&s->image, s->os, extack);
	if (!err)
		err = give_order(s, extack);
	if (err && s->want->kernel && s->image.serial)
		mint_store_drop(&s->image);
	return err ?: await_unlocked(s, extack);
}

/* With the slot of the OS locked, and mint_ops_mutex. */
static int with_slot(const struct mint_start *want,
		     int (*what)(struct start *s, struct netlink_ext_ack *extack),
		     struct netlink_ext_ack *extack)
{
	struct start *s = kvzalloc(sizeof(*s), GFP_KERNEL);
	int os, err;

	if (!s)
		return -ENOMEM;
	s->want = want;
	s->asked_tsc = rdtsc();
	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(want->name, extack);
	err = min(os, 0);
	if (!err) {
		s->os = os;
		err = what(s, extack);
		mint_os_unlock_slot(os);
	}
	mutex_unlock(&mint_ops_mutex);
	mint_files_free(&s->files);
	kvfree(s);
	return err;
}

int mint_os_start(const struct mint_start *want, struct netlink_ext_ack *extack)
{
	return with_slot(want, start, extack);
}

/* ---- once more --------------------------------------------------------------------- */

/* It ends by itself, and starts again by itself. */
static int ask_to_restart(struct start *s, struct netlink_ext_ack *extack)
{
	int err;

	if (s->want->kernel || s->want->cmdline) {
		NL_SET_ERR_MSG(extack, "it runs: only an image can be given; or use --force");
		return -EINVAL;
	}
	mint_os_peek(s->os, &s->o);
	take_memory(s);
	err = get_image(s, extack);
	if (!err && s->want->image)
		err = mint_store_use(&s->image, s->os, extack);
	if (!err)
		mint_os_ask_to_end(s->os, MINT_THEN_RESTART);
	return err;
}

static int restart(struct start *s, struct netlink_ext_ack *extack)
{
	s->again = true;
	if (mint_os_stays(s->os) && !s->want->force)
		return ask_to_restart(s, extack);
	return start(s, extack);
}

int mint_os_restart(const struct mint_start *want, struct netlink_ext_ack *extack)
{
	return with_slot(want, restart, extack);
}

/* ---- settings ------------------------------------------------------------------------ */

static int set_image(u32 os, const char *name, struct netlink_ext_ack *extack)
{
	static const struct mint_start as_it_was;
	struct start *s = kvzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return -ENOMEM;
	s->want = &as_it_was;
	s->os = os;
	s->again = true;
	mint_os_peek(os, &s->o);
	err = mint_store_find(name, &s->image, extack);
	if (!err && !take_memory(s)) {
		NL_SET_ERR_MSG_FMT(extack, "%s cannot be started again; its kernel log says why",
				   s->o.name);
		err = -EOPNOTSUPP;
	}
	if (!err)
		err = check_room(s, extack);
	if (!err)
		err = mint_store_use(&s->image, os, extack);
	kvfree(s);
	return err;
}

static u64 second_seats(u32 os)
{
	return mint_second_seats(READ_ONCE(mint_os(os)->cores));
}

static int check_turns(u32 os, const struct mint_os_settings *want,
		       struct netlink_ext_ack *extack)
{
	if ((!want->share && !want->slice_us) || second_seats(os))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s came to no core of another OS: set the share of who did",
			   want->name);
	return -EINVAL;
}

/* The next turns go by it. */
static int set_turns(u32 os, const struct mint_os_settings *want,
		     struct netlink_ext_ack *extack)
{
	u64 seats = second_seats(os);
	unsigned long flags;
	u32 seat;
	int err = mint_shm_lock(&flags);

	if (err) {
		mint_shm_lock_explain(extack);
		return err;
	}
	for (; seats; seats &= seats - 1) {
		seat = __ffs64(seats);
		if (want->share)
			WRITE_ONCE(mint_seat(seat)->share, want->share);
		if (want->slice_us)
			WRITE_ONCE(mint_seat(seat)->slice_us, want->slice_us);
	}
	mint_shm_unlock(flags);
	return 0;
}

int mint_os_set(const struct mint_os_settings *want,
		struct netlink_ext_ack *extack)
{
	u32 os, at;
	int err;

	mutex_lock(&mint_ops_mutex);
	err = mint_os_lock_slot(want->name, extack);
	if (err < 0)
		goto out;
	os = err;
	err = check_turns(os, want, extack);
	if (!err && want->image)
		err = set_image(os, want->image, extack);
	if (!err && (want->share || want->slice_us))
		err = set_turns(os, want, extack);
	for (at = 0; !err && at < MINT_NR_ENDS; at++)
		if (want->on[at])
			WRITE_ONCE(mint_launch(os)->on[at], want->on[at]);
	mint_os_unlock_slot(os);
	if (!err)
		mint_event_send_all(MINT_EV_STATE);
out:
	mutex_unlock(&mint_ops_mutex);
	return err;
}
