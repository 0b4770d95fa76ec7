// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of OSes: which part of the pool is whose.
 */
#include <linux/init.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <mint/image.h>

#include "base/base.h"
#include "os/internal.h"
#include "os/os.h"
#include "os/placing.h"

/* The pool does not change; a copy that nobody else can write. */
static struct mint_range pool[MINT_MAX_POOL_RANGES] __ro_after_init;

/* The shared area; of each OS its main range and its DMA slice; images. */
#define MAX_TAKEN	(1 + 2 * MINT_MAX_OSES + MINT_MAX_IMAGES)

/* Copies what is in use from the table, under its lock; how much that is. */
static u32 list_taken(struct mint_taken *taken)
{
	u32 os, i, nr = 0;

	taken[nr++] = (struct mint_taken){
		.range = { mint_self.shm_paddr, MINT_SHM_SIZE },
		.user = MINT_USER_SHM,
	};
	for (os = 1; os <= MINT_MAX_OSES; os++) {
		const struct mint_os *o = mint_os(os);

		if (o->state == MINT_OS_FREE)
			continue;
		taken[nr++] = (struct mint_taken){ o->main, os };
		taken[nr++] = (struct mint_taken){ o->dma, os };
	}
	for (i = 0; i < MINT_MAX_IMAGES; i++)
		if (mint_image(i)->state != MINT_IMG_FREE)
			taken[nr++] = (struct mint_taken){ mint_image(i)->mem,
							   MINT_USER_IMAGE };
	return nr;
}

const struct mint_range *mint_pool_range(u32 i)
{
	return &pool[i];
}

u64 mint_pool_size(void)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++)
		sum += pool[i].size_bytes;
	return sum;
}

u64 mint_pool_free(void)
{
	u64 used = MINT_SHM_SIZE;
	u32 os, i;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE)
			used += mint_os(os)->main.size_bytes +
				mint_os(os)->dma.size_bytes;
	for (i = 0; i < MINT_MAX_IMAGES; i++)
		if (READ_ONCE(mint_image(i)->state) != MINT_IMG_FREE)
			used += mint_image(i)->mem.size_bytes;
	return mint_pool_size() - min(used, mint_pool_size());
}

static bool range_ok(const struct mint_range *r)
{
	struct mint_range shm = { mint_self.shm_paddr, MINT_SHM_SIZE };

	return IS_ALIGNED(r->base_paddr, SZ_2M) &&
	       mint_pool_holds(pool, r->base_paddr, r->size_bytes) &&
	       !mint_range_overlaps(&shm, r->base_paddr, r->size_bytes);
}

bool mint_pool_range_ok(const struct mint_range *r)
{
	return r->size_bytes && IS_ALIGNED(r->size_bytes, SZ_2M) && range_ok(r);
}

bool mint_os_memory_ok(const struct mint_os *o)
{
	return o->main.size_bytes >= MINT_MAIN_MIN && range_ok(&o->main) &&
	       (!o->dma.size_bytes || range_ok(&o->dma)) &&
	       mint_low_is_window(&o->low);
}

int mint_check_memory(const struct mint_os_config *cfg,
		      struct netlink_ext_ack *extack)
{
	if (cfg->mem_size < MINT_MAIN_MIN) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%lluM of memory is too little: an OS needs %uM at least",
				   cfg->mem_size >> 20, MINT_MAIN_MIN >> 20);
		return -EINVAL;
	}
	if (!IS_ALIGNED(cfg->mem_size, SZ_2M) || !IS_ALIGNED(cfg->mem_base, SZ_2M)) {
		NL_SET_ERR_MSG(extack, "memory size and address must be multiples of 2M");
		return -EINVAL;
	}
	if (cfg->mem_base && !mint_pool_holds(pool, cfg->mem_base, cfg->mem_size)) {
		NL_SET_ERR_MSG_FMT(extack, "memory 0x%llx+%lluM is not inside the pool",
				   cfg->mem_base, cfg->mem_size >> 20);
		return -EINVAL;
	}
	return 0;
}

/* Too much for a stack; of use while the table lock is held, and empty otherwise. */
static struct mint_taken taken[MAX_TAKEN];

static void forget_taken(void)
{
	memset(taken, 0, sizeof(taken));
}

/* Under the table lock: what of the pool can be had. */
static struct mint_pool what_is_free(void)
{
	return (struct mint_pool){
		.ranges = pool,
		.taken = taken,
		.nr_taken = list_taken(taken),
	};
}

/* Under the table lock: finds main range and, if needed, DMA slice. */
int mint_take_memory(struct mint_os *o, const struct mint_os_config *cfg,
		     u32 *user)
{
	const struct mint_pool free = what_is_free();
	struct mint_place place;
	u64 base = cfg->mem_base;
	int err;

	if (!base && cfg->arch == MINT_IMAGE_X86_32) {
		base = mint_place_low(&free, cfg->mem_size);
		*user = MINT_OS_NONE;
		if (!base)
			return -ENOMEM;
	}
	err = mint_place_find(&free, base, cfg->mem_size, cfg->one_piece, &place);
	forget_taken();
	*user = place.user;
	o->main = place.main;
	o->dma = place.dma;
	return err;
}

u64 mint_take_image_memory(u64 size_bytes)
{
	const struct mint_pool free = what_is_free();
	u64 base = mint_place_image(&free, size_bytes);

	forget_taken();
	return base;
}

bool mint_range_is_of(const struct mint_range *r, u32 user)
{
	struct mint_pool free;
	unsigned long flags;
	bool alone = true;
	u32 i;

	if (mint_shm_lock(&flags))
		return false;
	free = what_is_free();
	for (i = 0; i < free.nr_taken && alone; i++) {
		const struct mint_taken *t = &free.taken[i];
		bool own = user ? t->user == user :
			   t->user == MINT_USER_IMAGE &&
			   t->range.base_paddr == r->base_paddr &&
			   t->range.size_bytes == r->size_bytes;

		alone = own || !mint_range_overlaps(&t->range, r->base_paddr,
						    r->size_bytes);
	}
	forget_taken();
	mint_shm_unlock(flags);
	return alone;
}

void mint_explain_memory(const struct mint_os_config *cfg, int err, u32 user,
			 struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	if (err == -ENOSPC)
		NL_SET_ERR_MSG_FMT(extack, "no %uM below 4 GiB free for its DMA slice",
				   MINT_DMA_SLICE >> 20);
	else if (user)
		NL_SET_ERR_MSG_FMT(extack, "memory 0x%llx+%lluM overlaps %s",
				   cfg->mem_base, cfg->mem_size >> 20,
				   user == MINT_USER_SHM ? "the shared area" :
				   user == MINT_USER_IMAGE ? "an image" :
				   mint_os_name(user, name));
	else
		NL_SET_ERR_MSG_FMT(extack, "no free %lluM piece in the pool%s (%lluM free in all)",
				   cfg->mem_size >> 20,
				   cfg->arch == MINT_IMAGE_X86_32 ? " below 4 GiB" : "",
				   mint_pool_free() >> 20);
}

static int __init mint_memory_init(void)
{
	if (mint_self.active)
		memcpy(pool, mint_hdr()->pool, sizeof(pool));
	return 0;
}
core_initcall(mint_memory_init);
