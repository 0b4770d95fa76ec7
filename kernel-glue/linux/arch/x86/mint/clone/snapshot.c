// SPDX-License-Identifier: GPL-2.0-only
/*
 * A snapshot: what the loader would copy goes into a piece of the pool instead, from where
 * it is copied as often as one likes.
 */
#include <linux/bitmap.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/nmi.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/utsname.h>

#include <mint/image.h>

#include "base/base.h"
#include "clone/internal.h"
#include "launch/launch.h"
#include "launch/store.h"
#include "neutral/shared.h"
#include "neutral/sum.h"
#include "os/os.h"

/* What comes into use between the count of pages and the moment when all stands still. */
#define SLACK		SZ_4M

/* The piece of the pool; @at: where this OS sees it. */
static struct {
	struct mint_image_record *record;
	struct mint_image_id id;
	void *at;
} piece;

static u64 map_bytes(void)
{
	return mint_clone_plan.from.size_bytes >> PAGE_SHIFT >> 3;
}

static u64 pages_off(void)
{
	return PAGE_SIZE + PAGE_ALIGN(map_bytes());
}

/* ---- before anything is changed ------------------------------------------------- */

/* Nobody knows yet where the copies will be. */
static int make_all_roots(void)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++)
		if (mint_pool_range(i)->size_bytes && mint_clone_make_roots(mint_pool_range(i)))
			return -ENOMEM;
	return 0;
}

/* The table may say what it likes: this much is read. */
static bool is_own(const struct mint_range *r)
{
	return pfn_valid(PHYS_PFN(r->base_paddr)) &&
	       pfn_valid(PHYS_PFN(r->base_paddr + r->size_bytes - 1));
}

int mint_snapshot_plan(void)
{
	struct clone_plan *p = &mint_clone_plan;
	struct mint_os self;

	mint_os_peek(mint_self.os, &self);
	if (!mint_os_memory_ok(&self) || !is_own(&self.main))
		return mint_clone_refuse(MINT_OS_NONE, -EIO, "the table is damaged: memory");
	if (self.dma.size_bytes)
		return mint_clone_refuse(MINT_OS_NONE, -EOPNOTSUPP,
					 "its memory is in two pieces; see os create --one-piece");
	if ((self.main.base_paddr | self.main.size_bytes) & (MINT_CLONE_ALIGN - 1))
		return mint_clone_refuse(MINT_OS_NONE, -EINVAL,
					 "its memory is not on a boundary of 128M");
	if (direct_gbpages && self.main.size_bytes >= SZ_1G)
		return mint_clone_refuse(MINT_OS_NONE, -EINVAL,
					 "it has pages of 1 GiB; start it with nogbpages");
	if (mint_os_shares(self.cores))
		return mint_clone_refuse(MINT_OS_NONE, -EINVAL, "it has a core by turns");
	p->os = MINT_OS_NONE;
	p->from = self.main;
	p->err = 0;
	if (make_all_roots() || mint_frame_alloc())
		return mint_clone_refuse(MINT_OS_NONE, -ENOMEM,
					 "it has too little memory for the copying");
	return mint_clone_check_disks(MINT_OS_NONE);
}

/* ---- the piece ------------------------------------------------------------------- */

static void describe(struct mint_image_record *m)
{
	const struct mint_range *from = &mint_clone_plan.from;
	u64 free = (u64)global_zone_page_state(NR_FREE_PAGES) << PAGE_SHIFT;
	u64 used = from->size_bytes - min(free, from->size_bytes);

	m->kind = MINT_IMG_SNAPSHOT;
	m->arch = MINT_IMAGE_X86_64;
	mint_shared_copy(m->name, mint_launch(mint_self.os)->snapshot_name, sizeof(m->name));
	m->name[sizeof(m->name) - 1] = '\0';
	strscpy(m->release, init_utsname()->release);
	m->need_bytes = from->size_bytes;
	m->initrd_bytes = map_bytes();
	m->nr_cores = num_present_cpus();
	m->align = MINT_CLONE_ALIGN;
	m->mem.size_bytes = ALIGN(pages_off() + used + SLACK, SZ_2M);
}

static int take_piece(struct mint_image_record *m)
{
	struct netlink_ext_ack ack = { };
	int err = mint_check_image_name(m->name, &ack);

	if (!err)
		err = mint_store_reserve(m, &piece.id, &ack);
	if (err)
		return mint_clone_refuse(MINT_OS_NONE, err, ack._msg ?: "no room in the pool");
	piece.at = memremap(m->mem.base_paddr, m->mem.size_bytes, MEMREMAP_WB);
	if (piece.at)
		return 0;
	mint_store_release(&piece.id);
	return mint_clone_refuse(MINT_OS_NONE, -ENOMEM, "the pool cannot be mapped");
}

int mint_snapshot_begin(void)
{
	int err;

	piece.record = kvzalloc(sizeof(*piece.record), GFP_KERNEL);
	if (!piece.record)
		return mint_clone_refuse(MINT_OS_NONE, -ENOMEM, "it has too little memory");
	describe(piece.record);
	err = take_piece(piece.record);
	if (err)
		kvfree(piece.record);
	return err;
}

/* Who asked may have given up: then it is not to appear any more. */
static int publish(void)
{
	u32 *how = &mint_launch(mint_self.os)->snapshot;
	struct netlink_ext_ack ack = { };
	int err;

	if (mint_shared_cas(how, MINT_CLONE_WORKS, MINT_CLONE_LANDS) != MINT_CLONE_WORKS)
		return -ETIMEDOUT;
	err = mint_store_publish(piece.record, &piece.id, &ack);
	if (!err)
		return 0;
	return mint_clone_refuse(MINT_OS_NONE, err, ack._msg ?: "the table is damaged");
}

int mint_snapshot_end(bool is_copy, int err)
{
	memunmap(piece.at);
	if (!is_copy && !err)
		err = publish();
	if (!is_copy && err)
		mint_store_release(&piece.id);
	kvfree(piece.record);
	return err;
}

void mint_snapshot_tell(int err)
{
	u32 *how = &mint_launch(mint_self.os)->snapshot;
	u32 end = err ? MINT_CLONE_REFUSED : MINT_CLONE_DONE;

	if (mint_shared_cas(how, MINT_CLONE_LANDS, end) != MINT_CLONE_LANDS)
		mint_shared_cas(how, MINT_CLONE_WORKS, end);
	mint_event_send_all(MINT_EV_STATE);
}

/* ---- standing still ---------------------------------------------------------------- */

static int put_page_at(void *to, unsigned long nr)
{
	unsigned long pfn = PHYS_PFN(mint_clone_plan.from.base_paddr) + nr;
	void *from = __va(PFN_PHYS(pfn));

	if (!pfn_valid(pfn) || !kernel_page_present(pfn_to_page(pfn)))
		return mint_clone_refuse(MINT_OS_NONE, -EBUSY,
					 "it has memory that its kernel cannot see");
	copy_page(to, from);
	return 0;
}

int mint_snapshot_fill(void)
{
	const struct clone_plan *p = &mint_clone_plan;
	unsigned long nr, nr_bits = PHYS_PFN(p->from.size_bytes);
	struct mint_image_record *m = piece.record;
	void *to = piece.at + pages_off();
	int err = 0;

	m->kernel_bytes = (u64)bitmap_weight(p->map, nr_bits) << PAGE_SHIFT;
	if (pages_off() + m->kernel_bytes > m->mem.size_bytes)
		return mint_clone_refuse(MINT_OS_NONE, -ENOSPC,
					 "its memory grew meanwhile; try again");
	copy_page(piece.at, p->frame);
	memcpy(piece.at + PAGE_SIZE, p->map, map_bytes());
	for_each_set_bit(nr, p->map, nr_bits) {
		err = err ?: put_page_at(to, nr);
		to += PAGE_SIZE;
		touch_nmi_watchdog();
	}
	m->initrd_sum = mint_sum_of(piece.at + PAGE_SIZE, map_bytes());
	m->kernel_sum = mint_sum_of(piece.at + pages_off(), m->kernel_bytes);
	return err;
}
