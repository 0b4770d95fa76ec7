// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of OSes: which part of the pool is whose.
 */
#include <linux/init.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "base/base.h"
#include "os/internal.h"
#include "os/os.h"

/* Smallest main range: the kernel, its initrd and something to live on. */
#define MAIN_MIN		SZ_64M
/* For devices that cannot address memory above 4 GiB. */
#define DMA_SLICE		SZ_64M
#define MAIN_ALIGN		SZ_128M
static bool overlaps(const struct mint_range *r, u64 base, u64 size)
{
	return r->size_bytes && base < r->base_paddr + r->size_bytes &&
	       r->base_paddr < base + size;
}

/* Who uses part of [@base, @base + @size)?  0: nobody.  Under the table lock. */
static u32 memory_user(u64 base, u64 size)
{
	struct mint_range shm = { mint_self.shm_paddr, MINT_SHM_SIZE };
	u32 os;

	if (overlaps(&shm, base, size))
		return U32_MAX;
	for (os = 1; os <= MINT_MAX_OSES; os++) {
		struct mint_os *o = mint_os(os);

		if (o->state != MINT_OS_FREE &&
		    (overlaps(&o->main, base, size) || overlaps(&o->dma, base, size)))
			return os;
	}
	return MINT_OS_NONE;
}

/* The pool does not change; a copy that nobody else can write. */
static struct mint_range pool[MINT_MAX_POOL_RANGES] __ro_after_init;

static bool in_pool(u64 base, u64 size)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		u64 start = pool[i].base_paddr;
		u64 len = pool[i].size_bytes;

		if (base >= start && size <= len && base - start <= len - size)
			return true;
	}
	return false;
}

/* Lowest free place in the pool inside [@from, @to), or 0. */
static u64 find_memory(u64 size, u64 align, u64 from, u64 to)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		struct mint_range r = pool[i];
		u64 base = ALIGN(max(r.base_paddr, from), align);

		for (; in_pool(base, size) && base + size <= to; base += align)
			if (!memory_user(base, size))
				return base;
	}
	return 0;
}

static u64 choose_memory(u64 size)
{
	u64 base = find_memory(size, MAIN_ALIGN, SZ_4G, U64_MAX);

	/* What lies below 4 GiB is scarcer: leave it to those that need it. */
	if (!base)
		base = find_memory(size, MAIN_ALIGN, 0, SZ_4G);
	if (!base)
		base = find_memory(size, SZ_2M, 0, U64_MAX);
	return base;
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
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE)
			used += mint_os(os)->main.size_bytes +
				mint_os(os)->dma.size_bytes;
	return mint_pool_size() - min(used, mint_pool_size());
}

static bool range_ok(const struct mint_range *r)
{
	struct mint_range shm = { mint_self.shm_paddr, MINT_SHM_SIZE };

	return IS_ALIGNED(r->base_paddr, SZ_2M) &&
	       in_pool(r->base_paddr, r->size_bytes) &&
	       !overlaps(&shm, r->base_paddr, r->size_bytes);
}

bool mint_os_memory_ok(const struct mint_os *o)
{
	return o->main.size_bytes >= MAIN_MIN && range_ok(&o->main) &&
	       (!o->dma.size_bytes || range_ok(&o->dma)) &&
	       mint_low_is_window(&o->low);
}

int mint_check_memory(const struct mint_os_config *cfg,
		      struct netlink_ext_ack *extack)
{
	if (cfg->mem_size < MAIN_MIN) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%lluM of memory is too little: an OS needs %uM at least",
				   cfg->mem_size >> 20, MAIN_MIN >> 20);
		return -EINVAL;
	}
	if (!IS_ALIGNED(cfg->mem_size, SZ_2M) || !IS_ALIGNED(cfg->mem_base, SZ_2M)) {
		NL_SET_ERR_MSG(extack, "memory size and address must be multiples of 2M");
		return -EINVAL;
	}
	if (cfg->mem_base && !in_pool(cfg->mem_base, cfg->mem_size)) {
		NL_SET_ERR_MSG_FMT(extack, "memory 0x%llx+%lluM is not inside the pool",
				   cfg->mem_base, cfg->mem_size >> 20);
		return -EINVAL;
	}
	return 0;
}

/* Under the table lock: finds main range and, if needed, DMA slice. */
int mint_take_memory(struct mint_os *o, const struct mint_os_config *cfg,
		     u32 *user)
{
	u64 base = cfg->mem_base ?: choose_memory(cfg->mem_size);

	*user = base ? memory_user(base, cfg->mem_size) : 0;
	if (!base || *user)
		return -ENOMEM;
	o->main.base_paddr = base;
	o->main.size_bytes = cfg->mem_size;
	if (base < SZ_4G)
		return 0;
	o->dma.base_paddr = find_memory(DMA_SLICE, SZ_2M, 0, SZ_4G);
	o->dma.size_bytes = DMA_SLICE;
	return o->dma.base_paddr ? 0 : -ENOSPC;
}

void mint_explain_memory(const struct mint_os_config *cfg, int err, u32 user,
			 struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	if (err == -ENOSPC)
		NL_SET_ERR_MSG_FMT(extack, "no %uM below 4 GiB free for its DMA slice",
				   DMA_SLICE >> 20);
	else if (user)
		NL_SET_ERR_MSG_FMT(extack, "memory 0x%llx+%lluM overlaps %s",
				   cfg->mem_base, cfg->mem_size >> 20,
				   user == U32_MAX ? "the shared area" :
				   mint_os_name(user, name));
	else
		NL_SET_ERR_MSG_FMT(extack, "no free %lluM piece in the pool (%lluM free in all)",
				   cfg->mem_size >> 20, mint_pool_free() >> 20);
}

static int __init mint_memory_init(void)
{
	if (mint_self.active)
		memcpy(pool, mint_hdr()->pool, sizeof(pool));
	return 0;
}
core_initcall(mint_memory_init);
