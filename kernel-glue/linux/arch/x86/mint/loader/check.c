// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether what lies in the table can be what was written there, and whether the memory
 * is one that an OS may have.  Other kernels write there: everything is copied first,
 * and the copy is what is checked and used.
 */
#include "internal.h"
#include "neutral/memmap.h"
#include "neutral/range.h"
#include "neutral/sum.h"

bool load_is_fenced(const struct load *l)
{
	u32 word = READ_ONCE(load_os(l, l->os)->fence);

	/* Whose memory is cleared has been stopped before. */
	return l->order.kind != MINT_ORDER_CLEAR &&
	       MINT_FENCE_OF(word, l->order.generation) &&
	       MINT_FENCE_PHASE(word) == MINT_FENCE_COMMIT;
}

bool load_may_write(const struct load *l, u64 paddr, u64 bytes)
{
	return mint_range_holds(&l->order.main, paddr, bytes) ||
	       (l->order.kind == MINT_ORDER_CLEAR &&
		mint_range_holds(&l->order.dma, paddr, bytes));
}

/* In which states of an OS somebody may have given that order. */
static bool is_awaited(const struct mint_order *o, u32 state)
{
	switch (o->kind) {
	case MINT_ORDER_START:
	case MINT_ORDER_CLONE:
		return state == MINT_OS_STARTING || state == MINT_OS_RESTARTING;
	case MINT_ORDER_CLEAR:
		return state == MINT_OS_BUSY;
	default:
		return false;
	}
}

/* What the order says, and what the record of the OS says, must be one thing. */
static u32 check_order(struct load *l)
{
	const struct mint_os *os = load_os(l, l->os);
	struct mint_order *o = &l->order;

	memcpy(o, &load_launch(l)->order, sizeof(*o));
	barrier();
	o->cmdline[MINT_CMDLINE_SIZE - 1] = '\0';
	if (o->sum != mint_order_sum(o) ||
	    !is_awaited(o, READ_ONCE(os->state)) || o->os != l->os ||
	    o->generation != READ_ONCE(os->generation) ||
	    READ_ONCE(os->boot_core) != l->core ||
	    o->boot.boot_core != l->core || o->boot.os != l->os ||
	    !o->boot.tsc_khz || o->boot.nr_cores > MINT_MAX_CORES ||
	    o->cmdline_at >= MINT_CMDLINE_SIZE)
		return MINT_LOAD_BAD_ORDER;
	if (!load_has_firmware(l) &&
	    (!mint_range_same(&o->main, &os->main) || !mint_range_same(&o->dma, &os->dma) ||
	     !mint_range_same(&o->low, &os->low)))
		return MINT_LOAD_BAD_ORDER;
	return 0;
}

/* Somebody else's: another OS's, an image's, or the table itself. */
static bool is_taken(const struct load *l, const struct mint_range *r)
{
	const struct mint_header *hdr = (const struct mint_header *)l->shm;
	struct mint_range shm = { hdr->base_paddr, MINT_SHM_SIZE };
	u32 i;

	if (mint_range_overlaps(&shm, r->base_paddr, r->size_bytes))
		return true;
	for (i = 1; i <= MINT_MAX_OSES; i++) {
		const struct mint_os *os = load_os(l, i);

		if (i != l->os && READ_ONCE(os->state) != MINT_OS_FREE &&
		    (mint_range_overlaps(&os->main, r->base_paddr, r->size_bytes) ||
		     mint_range_overlaps(&os->dma, r->base_paddr, r->size_bytes)))
			return true;
	}
	for (i = 0; i < MINT_MAX_IMAGES; i++)
		if (READ_ONCE(load_image(l, i)->state) != MINT_IMG_FREE &&
		    mint_range_overlaps(&load_image(l, i)->mem, r->base_paddr,
					r->size_bytes))
			return true;
	return false;
}

static void copy_pool(const struct load *l, struct mint_range *pool)
{
	const struct mint_header *hdr = (const struct mint_header *)l->shm;

	memcpy(pool, hdr->pool, MINT_MAX_POOL_RANGES * sizeof(*pool));
	barrier();
}

bool load_in_pool(const struct load *l, const struct mint_range *r)
{
	struct mint_range pool[MINT_MAX_POOL_RANGES];

	copy_pool(l, pool);
	return r->base_paddr && IS_ALIGNED(r->base_paddr, (u64)SZ_2M) &&
	       IS_ALIGNED(r->size_bytes, (u64)SZ_2M) && r->size_bytes &&
	       mint_pool_holds(pool, r->base_paddr, r->size_bytes);
}

/* The rest of the machine, but for the pool: what it was told of its memory at first. */
static u32 check_map(struct load *l)
{
	struct mint_range pool[MINT_MAX_POOL_RANGES];

	copy_pool(l, pool);
	memcpy(&l->map, l->shm + MINT_OFF_MEMORY_MAP, sizeof(l->map));
	barrier();
	return mint_map_ok(&l->map, pool, l->os) &&
	       mint_range_same(&l->order.main, &l->map.main) &&
	       !is_taken(l, &l->order.main) ? 0 : MINT_LOAD_BAD_MEMORY;
}

/* Nothing is written outside of @main; the others only go into the map of memory. */
static u32 check_memory(struct load *l)
{
	const struct mint_order *o = &l->order;

	if (load_has_firmware(l))
		return o->kind == MINT_ORDER_START ? check_map(l) :
						     MINT_LOAD_BAD_ORDER;
	if (!load_in_pool(l, &o->main) || is_taken(l, &o->main))
		return MINT_LOAD_BAD_MEMORY;
	if (o->dma.size_bytes && (!load_in_pool(l, &o->dma) || is_taken(l, &o->dma)))
		return MINT_LOAD_BAD_MEMORY;
	if (o->low.size_bytes != MINT_LOW_WINDOW_SIZE ||
	    o->low.base_paddr < MINT_LOW_MIN || o->low.base_paddr > MINT_LOW_MAX ||
	    o->low.base_paddr + o->low.size_bytes > MINT_LOW_MAX)
		return MINT_LOAD_BAD_MEMORY;
	return 0;
}

static u32 take_record(struct load *l, u32 kind)
{
	struct mint_image_record *m = &l->image;

	if (l->order.image >= MINT_MAX_IMAGES)
		return MINT_LOAD_BAD_ORDER;
	memcpy(m, load_image(l, l->order.image), sizeof(*m));
	barrier();
	m->cmdline[MINT_CMDLINE_SIZE - 1] = '\0';
	if (m->state != MINT_IMG_READY || m->serial != l->order.image_serial)
		return MINT_LOAD_NO_IMAGE;
	if (m->sum != mint_image_sum(m) || m->kind != kind ||
	    m->hdr_bytes > MINT_IMAGE_HDR_SIZE)
		return MINT_LOAD_BAD_RECORD;
	return 0;
}

static u32 check_image(struct load *l)
{
	struct mint_image_record *m = &l->image;
	u32 why = take_record(l, MINT_IMG_KERNEL);
	u64 end;

	if (why)
		return why;
	if (m->arch != MINT_IMAGE_X86_64 &&
	    (m->arch != MINT_IMAGE_X86_32 || load_has_firmware(l)))
		return MINT_LOAD_BAD_RECORD;
	if (!mint_lay_out(m, &l->order.main, &l->where))
		return MINT_LOAD_TOO_SMALL;
	end = mint_initrd_off(m) + ALIGN(m->initrd_bytes, (u64)8);
	if (!load_in_pool(l, &m->mem) || end > m->mem.size_bytes ||
	    m->entry_off >= m->kernel_bytes || m->kernel_bytes % 8)
		return MINT_LOAD_BAD_RECORD;
	return 0;
}

/* Its frame is checked later, as that of an OS is. */
static u32 check_snapshot(struct load *l)
{
	const struct mint_image_record *m = &l->image;
	u32 why = take_record(l, MINT_IMG_SNAPSHOT);
	u64 pages_off = mint_snapshot_off(m);

	if (why)
		return why;
	if (m->arch != MINT_IMAGE_X86_64 || m->need_bytes != l->order.main.size_bytes ||
	    m->initrd_bytes != m->need_bytes / 0x1000 / 8 || m->kernel_bytes % 0x1000 ||
	    !load_in_pool(l, &m->mem) || m->mem.size_bytes < pages_off ||
	    m->kernel_bytes > m->mem.size_bytes - pages_off)
		return MINT_LOAD_BAD_RECORD;
	return 0;
}

u32 load_check(struct load *l)
{
	u32 why = check_order(l);

	if (!why)
		why = check_memory(l);
	if (!why && l->order.kind == MINT_ORDER_START)
		why = check_image(l);
	if (!why && load_is_from_snapshot(l))
		why = check_snapshot(l);
	return why;
}
