// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS copies itself: it brings everything to a rest, as for hibernation, stands still
 * while the boot core of the copy takes its pages, and goes on; and so does the copy, from
 * the same place.
 */
#include <linux/blkdev.h>
#include <linux/cpu.h>
#include <linux/freezer.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/major.h>
#include <linux/math64.h>
#include <linux/mmzone.h>
#include <linux/nmi.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/suspend.h>
#include <linux/tick.h>
#include <linux/workqueue.h>

#include <asm/desc.h>
#include <asm/suspend.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "clone/internal.h"
#include "cpu/cpu.h"
#include "io/io.h"
#include "launch/launch.h"
#include "launch/order.h"
#include "neutral/shared.h"
#include "os/os.h"

/* ---- what cannot be copied ------------------------------------------------------------ */

/* Who asked may have given up, and the slot be free, or have become another OS. */
static bool is_wanted(u32 os)
{
	return mint_shared_load(&mint_launch(os)->clone) == MINT_CLONE_WORKS &&
	       READ_ONCE(mint_os(os)->generation) == mint_clone_plan.generation;
}

/* @os: who is to become a copy; MINT_OS_NONE: a snapshot is. */
int mint_clone_refuse(u32 os, int err, const char *why)
{
	if (os && is_wanted(os))
		strscpy(mint_os(os)->end_text, why, sizeof(mint_os(os)->end_text));
	else if (!os)
		strscpy(mint_launch(mint_self.os)->why_not, why);
	return err;
}

/* A disk would have two OSes that write to it. */
static void look_at_mount(struct super_block *sb, void *arg)
{
	char *disk = arg;
	u32 major = sb->s_bdev ? MAJOR(sb->s_bdev->bd_dev) : LOOP_MAJOR;

	if (major != LOOP_MAJOR && major != RAMDISK_MAJOR)
		snprintf(disk, DISK_NAME_LEN, "%pg", sb->s_bdev);
}

int mint_clone_check_disks(u32 os)
{
	char why[sizeof(mint_os(os)->end_text)], disk[DISK_NAME_LEN] = "";

	iterate_supers(look_at_mount, disk);
	if (disk[0]) {
		snprintf(why, sizeof(why), "a file system on %s is mounted",
			 disk);
		return mint_clone_refuse(os, -EBUSY, why);
	}
	if (total_swap_pages)
		return mint_clone_refuse(os, -EBUSY, "it swaps to a disk; swapoff first");
	if (kexec_image || kexec_crash_image)
		return mint_clone_refuse(os, -EBUSY,
					 "a kernel is loaded by kexec; unload it first");
	return 0;
}

static int check_memory(u32 os, const struct mint_os *self, const struct mint_os *d)
{
	s64 delta = d->main.base_paddr - self->main.base_paddr;

	if (self->dma.size_bytes || d->dma.size_bytes)
		return mint_clone_refuse(os, -EOPNOTSUPP,
					 "its memory is in two pieces; see os create --one-piece");
	if (self->main.size_bytes != d->main.size_bytes ||
	    (self->main.base_paddr | d->main.base_paddr) & (MINT_CLONE_ALIGN - 1))
		return mint_clone_refuse(os, -EINVAL,
					 "both need as much memory, on a boundary of 128M");
	if (direct_gbpages && delta & (SZ_1G - 1) && self->main.size_bytes >= SZ_1G)
		return mint_clone_refuse(os, -EINVAL,
					 "it has pages of 1 GiB; start it with nogbpages");
	return 0;
}

/* Where the copy will look for the memory map of its pages. */
int mint_clone_make_roots(const struct mint_range *to)
{
	unsigned long nr = pfn_to_section_nr(PHYS_PFN(to->base_paddr));
	unsigned long end = pfn_to_section_nr(PHYS_PFN(to->base_paddr + to->size_bytes - 1)) + 1;

	for (; nr < end; nr++) {
		struct mem_section **root = &mem_section[SECTION_NR_TO_ROOT(nr)];

		if (!*root)
			*root = kcalloc(SECTIONS_PER_ROOT, sizeof(**root), GFP_KERNEL);
		if (!*root)
			return -ENOMEM;
	}
	return 0;
}

static int make_plan(u32 os, const struct mint_os *d)
{
	struct clone_plan *p = &mint_clone_plan;
	struct mint_os self;
	int err;

	mint_os_peek(mint_self.os, &self);
	/* Both come from the table, and are used as indices. */
	if (!mint_os_memory_ok(&self) || !mint_os_memory_ok(d) ||
	    d->boot_core >= mint_nr_cores() || mint_core_owner(d->boot_core) != os)
		return mint_clone_refuse(os, -EIO, "the table is damaged: memory or boot core");
	err = check_memory(os, &self, d) ?: mint_clone_check_disks(os);
	if (err)
		return err;
	if (hweight64(d->cores) != num_present_cpus())
		return mint_clone_refuse(os, -EINVAL,
					 "the copy must have as many cores as it has CPUs");
	p->boot_core = d->boot_core;
	p->from = self.main;
	p->err = 0;
	if (mint_clone_make_roots(&d->main) || mint_frame_alloc())
		return mint_clone_refuse(os, -ENOMEM, "it has too little memory for the copying");
	return mint_order_write_clone(os, d, __pa(p->frame));
}

/* ---- standing still ---------------------------------------------------------------------- */

/* To copy everything. */
#define COPY_MS			60000u

static int await_copied(u32 os)
{
	u64 most = (u64)tsc_khz * mint_fault_ms("clone-copy", COPY_MS);
	u64 start = rdtsc();
	u32 status;

	while (!mint_load_is_past_copy(status = READ_ONCE(mint_launch(os)->status))) {
		if (!is_wanted(os))
			return -ESTALE;
		if (rdtsc() - start > most)
			return -ETIMEDOUT;
		touch_nmi_watchdog();
		cpu_relax();
	}
	return status < MINT_LOAD_FAILED ? 0 : -EIO;
}

static int start_copy(const struct clone_plan *p)
{
	if (!is_wanted(p->os) ||
	    mint_shared_cas(&mint_os(p->os)->state, MINT_OS_CREATED, MINT_OS_STARTING) !=
	    MINT_OS_CREATED)
		return -ESTALE;
	return mint_fault("clone-core") ? -ETIMEDOUT :
	       mint_core_start_atomic(p->boot_core, p->os);
}

/* What is not entered yet will not be. */
static int call_off(u32 os, int err)
{
	if (err && is_wanted(os))
		mint_shared_cas(&mint_os(os)->state, MINT_OS_STARTING, MINT_OS_ENDED);
	return err;
}

/* Until all is copied.  Called by entry.S. */
static void hold(void)
{
	struct clone_plan *p = &mint_clone_plan;
	int err = mint_frame_fill();

	if (mint_fault("clone-frame"))
		p->frame->sum++;
	if (mint_fault("clone-tables"))
		p->tables[0]++;
	mint_fault_step("clone-begin");
	err = err ?: start_copy(p);
	mint_fault_step("clone-late");
	p->err = call_off(p->os, err ?: await_copied(p->os));
}

/* For a snapshot.  Called by entry.S. */
static void write_down(void)
{
	mint_fault_step("clone-begin");
	mint_clone_plan.err = mint_frame_fill() ?: mint_snapshot_fill();
}

/* When it came to a rest, stood still, and went on; TSC. */
static struct {
	u64 freeze, hold, release, thaw;
} at;

/* The loader's word counts only where it makes sense. */
static u64 loaders_time(u32 stamp, u64 from, u64 to)
{
	return clamp(READ_ONCE(mint_launch(mint_clone_plan.os)->stamp[stamp]), from, to);
}

static u64 us_between(u64 from, u64 to)
{
	return div_u64((to - from) * USEC_PER_MSEC, tsc_khz);
}

/* What it took is for people. */
static void tell_times(void)
{
	const struct clone_plan *p = &mint_clone_plan;
	u64 begin = at.hold, end = at.release;

	if (p->os) {
		begin = loaders_time(MINT_STAMP_BEGIN, begin, end);
		end = loaders_time(MINT_STAMP_KERNEL, begin, end);
	}
	pr_info("a %s of this OS was made: it stood still for %llu us, its programs for %llu us\n",
		p->os ? "copy" : "snapshot", us_between(at.hold, at.release),
		us_between(at.freeze, at.thaw));
	pr_info("of these %llu us for the copying of %u pages\n", us_between(begin, end),
		bitmap_weight(p->map, PHYS_PFN(p->from.size_bytes)));
}

/* Whether this is the copy. */
static bool stand_still(void)
{
	unsigned long flags;
	bool is_copy;

	local_irq_save(flags);
	at.hold = rdtsc();
	tick_suspend_local();
	save_processor_state();
	native_store_gdt(&mint_clone_gdt);
	store_idt(&mint_clone_idt);
	rdmsrl(MSR_GS_BASE, mint_clone_gs);
	mint_clone_at_arrival = mint_clone_arrive;
	is_copy = mint_clone_freeze(mint_clone_plan.os ? hold : write_down);
	restore_processor_state();
	if (is_copy)
		mint_clone_join();
	tick_resume_local();
	local_irq_restore(flags);
	at.release = rdtsc();
	return is_copy;
}

/* ---- bringing it to a rest ---------------------------------------------------------------- */

static int freeze(u32 os)
{
	at.freeze = rdtsc();
	if (freeze_processes())
		return mint_clone_refuse(os, -EBUSY, "a process does not come to a rest");
	if (freeze_kernel_threads()) {
		thaw_processes();
		return mint_clone_refuse(os, -EBUSY, "a kernel thread does not come to a rest");
	}
	return 0;
}

/* That it is up says its user space, when it has done what it has to do then. */
static void came_to_life(void)
{
	mint_io_tell_copied();
	mint_shared_store(&mint_launch(mint_self.os)->clone, MINT_CLONE_DONE);
	mint_event_send_all(MINT_EV_STATE);
	pr_info("this is a copy, OS %u now\n", mint_self.os);
}

/* Both come out of it. */
static int copy_frozen(u32 os)
{
	bool is_copy = false;
	int err;

	drain_all_pages(NULL);
	err = os ? 0 : mint_snapshot_begin();
	if (err) {
		thaw_kernel_threads();
		thaw_processes();
		return err;
	}
	err = freeze_secondary_cpus(0);
	if (err) {
		err = mint_clone_refuse(os, err,
					"a CPU of it does not go offline; see its kernel log");
	} else {
		is_copy = stand_still();
		err = mint_clone_plan.err;
	}
	if (is_copy)
		mint_clone_settle();
	thaw_secondary_cpus();
	thaw_kernel_threads();
	if (is_copy)
		mint_clone_let_go();
	thaw_processes();
	at.thaw = rdtsc();
	if (is_copy)
		came_to_life();
	else if (!err)
		tell_times();
	if (!os)
		err = mint_snapshot_end(is_copy, err);
	return is_copy ? 0 : err;
}

static int copy_to(u32 os)
{
	struct mint_os d;
	int err;

	mint_os_peek(os, &d);
	mint_clone_plan.os = os;
	mint_clone_plan.generation = d.generation;
	err = make_plan(os, &d) ?: (is_wanted(os) ? 0 : -ESTALE);
	if (!err) {
		mint_launch_begin(os, true);
		err = freeze(os) ?: copy_frozen(os);
	}
	mint_frame_free();
	return err;
}

static int write_snapshot(void)
{
	int err = mint_snapshot_plan();

	if (!err)
		err = freeze(MINT_OS_NONE) ?: copy_frozen(MINT_OS_NONE);
	mint_frame_free();
	return err;
}

/* ---- being asked -------------------------------------------------------------------------- */

static void work_for(u32 os)
{
	struct mint_launch *l = mint_launch(os);
	int err;

	if (READ_ONCE(l->clone_from) != mint_self.os ||
	    mint_shared_cas(&l->clone, MINT_CLONE_ASKED, MINT_CLONE_WORKS) !=
	    MINT_CLONE_ASKED)
		return;
	err = copy_to(os);
	if (err)
		pr_notice("no copy of this OS was made (%d)\n", err);
	/* In the copy, and when that was quicker, it says already that it is done. */
	if (is_wanted(os))
		mint_shared_cas(&l->clone, MINT_CLONE_WORKS,
				err ? MINT_CLONE_REFUSED : MINT_CLONE_LEFT);
	mint_event_send_all(MINT_EV_STATE);
}

static void work_on_snapshot(void)
{
	u32 *how = &mint_launch(mint_self.os)->snapshot;
	u32 generation = mint_self.generation;
	int err;

	if (mint_shared_cas(how, MINT_CLONE_ASKED, MINT_CLONE_WORKS) != MINT_CLONE_ASKED)
		return;
	err = write_snapshot();
	/* What was started from it comes out here, too, and was not asked. */
	if (mint_self.generation != generation)
		return;
	if (err)
		pr_notice("no snapshot of this OS was made (%d)\n", err);
	mint_snapshot_tell(err);
}

static void work(struct work_struct *unused)
{
	u32 os;

	work_on_snapshot();
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os)
			work_for(os);
}

static DECLARE_WORK(clone_work, work);

/* Not in the event worker: it takes its time. */
static void asked(u32 events)
{
	queue_work(system_long_wq, &clone_work);
}

static struct mint_event_handler clone_events = {
	.mask	= MINT_EV_CLONE,
	.fn	= asked,
};

static int __init mint_clone_init(void)
{
	if (mint_self.active && mint_self.further)
		mint_event_register(&clone_events);
	return 0;
}
core_initcall_sync(mint_clone_init);
