/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the loader share; see README.md. */
#ifndef MINT_LOADER_INTERNAL_H
#define MINT_LOADER_INTERNAL_H

#include <mint/clone.h>
#include <mint/launch.h>

#include "neutral/layout.h"
#include "neutral/portable.h"

/**
 * struct load - one start
 * @cr3, @entry, @boot_params: for entry.S: how the kernel is entered; @cr3 is 0 for a
 *		32-bit one
 * @shm:	the shared area
 * @core:	machine core number of this core
 * @os:		OS that it works for, 1..MINT_MAX_OSES
 * @la57:	five levels of page tables are in use
 * @where:	where things go
 * @lies:	where the pages of a snapshot begin
 * @order, @image, @map, @frame: private copies, checked; @map for the OS with the
 *		firmware, @frame for a copy of another one
 */
struct load {
	u64 cr3;
	u64 entry;
	u64 boot_params;
	u8 *shm;
	u32 core;
	u32 os;
	bool la57;
	struct mint_layout where;
	u64 lies;
	struct mint_order order;
	struct mint_image_record image;
	struct mint_memory_map map;
	struct mint_clone_frame frame;
};

/* The OS that has the firmware: its memory is not the pool's. */
static inline bool load_has_firmware(const struct load *l)
{
	return l->order.flags & MINT_ORDERF_FIRMWARE;
}

/* A copy of what stood still long ago. */
static inline bool load_is_from_snapshot(const struct load *l)
{
	return l->order.kind == MINT_ORDER_CLONE && l->order.from == MINT_OS_NONE;
}

/* ---- window.c -------------------------------------------------------------- */

/* How much can be seen through a window at once, from where one asks for. */
#define LOAD_WINDOW	((u64)SZ_2M)

/* Physical memory from @paddr on, to be read. */
const void *load_see(struct load *l, u64 paddr);
/* The same, to be written; NULL: not all of it is what load_may_write() allows. */
void *load_reach(struct load *l, u64 paddr, u64 bytes);
/* The tables of the park page for the first 4 GiB, ours for the windows. */
void load_use_tables(struct load *l, const u8 *shm);
u64 load_tsc(void);
void load_relax(void);

/* ---- check.c --------------------------------------------------------------- */

/* Copies and checks order and image; MINT_LOAD_*, 0 = good. */
u32 load_check(struct load *l);
/* Whether all of that is in the main range of the OS; to clear, in the other one. */
bool load_may_write(const struct load *l, u64 paddr, u64 bytes);
/* Whether @r is a piece of the pool. */
bool load_in_pool(const struct load *l, const struct mint_range *r);
/* Another OS has decided to stop this one. */
bool load_is_fenced(const struct load *l);

/* ---- copy.c, describe.c ------------------------------------------------------- */

/* MINT_LOAD_*, 0 = good. */
u32 load_copy_kernel(struct load *l);
u32 load_copy_initrd(struct load *l);
u32 load_describe(struct load *l);
/* All memory of the OS but what lies below 1 MiB. */
u32 load_clear(struct load *l);

/* @words of 8 bytes; goes on with @sum. */
u64 load_copy_words(u64 *to, const u64 *from, u64 words, u64 sum);

/* ---- clone.c, tables.c ---------------------------------------------------------- */

/* Copies and checks the frame. */
u32 load_check_frame(struct load *l);
/* The pages that are in use; the source stands still. */
u32 load_copy_pages(struct load *l);
/* Page tables and words of the copy. */
u32 load_relocate(struct load *l);
/* It is not entered now: who does that later finds the frame in the copy. */
void load_keep_frame(struct load *l);
/* It is told who it is; and where it is entered is known. */
u32 load_make_ready(struct load *l);
/* All page tables of the copy. */
u32 load_relocate_tables(struct load *l);

/* ---- load.c ----------------------------------------------------------------- */

/* Whether the kernel is to be entered; if not, the core parks. */
bool load_run(struct load *l);
/* The first call: from entry.S. */
bool load_begin(struct load *l, u64 core, u8 *shm, u8 *work);

/* ---- words of the table ------------------------------------------------------ */

static inline struct mint_os *load_os(const struct load *l, u32 os)
{
	return (struct mint_os *)(l->shm + MINT_OFF_OSES) + (os - 1);
}

static inline struct mint_core *load_core(const struct load *l, u32 core)
{
	return (struct mint_core *)(l->shm + MINT_OFF_CORES) + core;
}

static inline struct mint_launch *load_launch(const struct load *l)
{
	return (struct mint_launch *)(l->shm + MINT_OFF_LAUNCHES +
				      (l->os - 1) * MINT_LAUNCH_STRIDE);
}

static inline struct mint_image_record *load_image(const struct load *l, u32 i)
{
	return (struct mint_image_record *)(l->shm + MINT_OFF_IMAGES +
					    i * MINT_IMAGE_STRIDE);
}

#endif /* MINT_LOADER_INTERNAL_H */
