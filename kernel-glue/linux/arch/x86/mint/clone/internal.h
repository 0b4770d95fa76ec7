/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room share.
 *
 * A copy begins with the same memory as its source.  So what the source puts here before
 * it stands still, the copy finds.
 */
#ifndef MINT_CLONE_INTERNAL_H
#define MINT_CLONE_INTERNAL_H

#include <linux/types.h>

#include <asm/desc_defs.h>
#include <asm/suspend.h>

#include <mint/clone.h>
#include <mint/launch.h>

/**
 * struct clone_plan - one copy, as the source knows it
 * @os, @boot_core: of the copy; MINT_OS_NONE: it is a snapshot
 * @generation:	of the copy: the slot may become another OS meanwhile
 * @from:	memory of the source
 * @frame:	for the loader
 * @map, @tables, @trap: what @frame names
 * @order:	in the copy: by which it was made; says who it is, and where
 * @err:	why it failed, for the source
 */
struct clone_plan {
	u32 os;
	u32 boot_core;
	u32 generation;
	struct mint_range from;
	struct mint_clone_frame *frame;
	unsigned long *map;
	u64 *tables;
	void *trap;
	struct mint_order *order;
	int err;
};

/* plan.c */
extern struct clone_plan mint_clone_plan;

/* Of arch/x86/power/cpu.c, which declares it nowhere. */
extern struct saved_context saved_context;
/* What entry.S needs of the source, and whom it calls in the copy. */
extern unsigned long mint_clone_stack;
extern struct desc_ptr mint_clone_gdt, mint_clone_idt;
extern u64 mint_clone_gs, mint_clone_cr3;
extern void (*mint_clone_at_arrival)(void);

/* In the copy: how far everything of the source has moved; bytes. */
static inline s64 clone_delta(void)
{
	return mint_clone_plan.order->main.base_paddr - mint_clone_plan.from.base_paddr;
}

/* ---- entry.S ---------------------------------------------------------------- */

/* Calls @hold, and returns 0; and once more, 1, in the copy. */
int mint_clone_freeze(void (*hold)(void));
extern const char mint_clone_entry[];

/* ---- frame.c ---------------------------------------------------------------- */

/* Memory for the frame; 0 or -ENOMEM.  Freed by the other one, in both OSes. */
int mint_frame_alloc(void);
void mint_frame_free(void);
/* Interrupts off, one CPU: what is in use now.  0 or -E2BIG. */
int mint_frame_fill(void);

/* ---- source.c ---------------------------------------------------------------- */

/* Notes why, for who asked; @err.  @os: as in the plan. */
int mint_clone_refuse(u32 os, int err, const char *why);
int mint_clone_check_disks(u32 os);
/* Where a copy at @to will look for the memory map of its pages.  0 or -ENOMEM. */
int mint_clone_make_roots(const struct mint_range *to);

/* ---- snapshot.c -------------------------------------------------------------- */

/* Whether there can be one of this OS; 0 or -errno. */
int mint_snapshot_plan(void);
/* When all is at rest: a piece of the pool that is large enough. */
int mint_snapshot_begin(void);
/* Interrupts off, one CPU, the frame is there: everything goes into that piece. */
int mint_snapshot_fill(void);
/* It is there for others, or, with @err, given back.  In the copy nothing of that. */
int mint_snapshot_end(bool is_copy, int err);
/* Who asked is told; if that one waits no longer nobody is. */
void mint_snapshot_tell(int err);

/* ---- arrive.c, memory.c, cores.c, trampoline.c: in the copy ------------------- */

/* Called by entry.S, interrupts and write protection off. */
void mint_clone_arrive(void);
/* What says where memory is. */
void mint_clone_move_memory(void);
/* Which core each CPU is. */
void mint_clone_move_cores(void);
/* The way in for further CPUs, in the window of this OS; process context.  0 or -errno. */
int mint_clone_move_trampoline(void);
/* The rest, in process context: devices, random numbers, name. */
void mint_clone_settle(void);
/* With drivers' helpers at work again: devices of the source go, those of its own come. */
void mint_clone_let_go(void);
/* And on the CPU, with interrupts off, before it is told the time. */
void mint_clone_join(void);

#endif /* MINT_CLONE_INTERNAL_H */
