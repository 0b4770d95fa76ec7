/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What OSes are started from, and the orders to start them: two tables of the shared
 * area (see <mint/abi.h>, whose rules hold here too).
 *
 * An image is a kernel with its initrd, as they will lie in memory, in a piece of the
 * pool that belongs to no OS. An order says all that the loader needs to know; who
 * gives it is not needed any more. The loader is code of the shared area, run by the
 * boot core of the OS that is started, see docs/design/launcher.md.
 */
#ifndef MINT_LAUNCH_H
#define MINT_LAUNCH_H

#include <mint/abi.h>
#include <mint/bootdata.h>
#include <mint/types.h>

/* ---- images ------------------------------------------------------------- */

/* mint_image_record.state */
#define MINT_IMG_FREE		0u	/* slot unused */
#define MINT_IMG_LOADING	1u	/* @loader writes into its memory */
#define MINT_IMG_READY		2u
#define MINT_IMG_LEFT		3u	/* nobody's any more; to be cleared */

/* mint_image_record.kind */
#define MINT_IMG_KERNEL		1u	/* a kernel and its initrd */
#define MINT_IMG_SNAPSHOT	2u	/* an OS that stands still, see <mint/clone.h> */

/* mint_image_record.flags */
#define MINT_IMGF_FROM_FILE	(1ull << 0)	/* a snapshot, maybe of a former day */

#define MINT_IMAGE_HDR_SIZE	256u
#define MINT_CMDLINE_SIZE	2048u	/* with the terminating NUL */

/**
 * struct mint_image_record - one image
 * @state:	lock: MINT_IMG_*
 * @kind:	lock: MINT_IMG_KERNEL, MINT_IMG_SNAPSHOT
 * @serial:	lock: changes with every image; never 0 in a used slot
 * @loader:	lock: OS id that loads it, or has and not used it yet; else 0
 * @users:	lock: bit (OS id - 1): that OS starts from it
 * @arch:	MINT_IMAGE_* of <mint/image.h>
 * @name:	lock: NUL-terminated; empty: it goes with its last user
 * @mem:	lock: its piece of the pool
 * @kernel_bytes, @initrd_bytes: what is loaded; the kernel lies at the start of @mem,
 *		the initrd MINT_SHM_ALIGN aligned behind it, each padded with zeros to
 *		a multiple of 8 bytes
 * @kernel_sum, @initrd_sum: mint_sum() of these, with the padding
 * @entry_off:	where the kernel is entered, bytes from its start
 * @need_bytes:	memory that the kernel uses from its start, before it knows what
 *		there is
 * @align:	its start lies on a multiple of this, a power of 2
 * @file_bytes, @file_sum: size and sum of the kernel's file: is it the same one?
 * @hdr:	setup header of the kernel, as it goes into boot_params
 * @hdr_bytes:	how much of it
 * @release:	version of the kernel, for people
 * @cmdline:	in front of the command line of each start
 * @below_paddr: kernel and initrd lie below that; 0: anywhere
 * @nr_cores:	of a snapshot: so many has who starts from it
 * @flags:	MINT_IMGF_*
 * @sum:	mint_sum() of the record from @kind to here, but for @users and @loader,
 *		which count as 0
 *
 * A snapshot: at the start of @mem the frame, in a page; then the map of its pages, @initrd_bytes
 * long, with the sum @initrd_sum, padded to pages; then the pages themselves, @kernel_bytes and
 * @kernel_sum. @need_bytes: so much memory has who starts from it, to the byte.
 */
struct mint_image_record {
	__u32 state;
	__u32 hdr_bytes;
	__u32 users;
	__u32 loader;
	/* From here on it does not change any more. */
	__u32 kind;
	__u32 serial;
	__u32 arch;
	__u32 reserved0;
	char  name[MINT_NAME_LEN];
	struct mint_range mem;
	__u64 kernel_bytes;
	__u64 initrd_bytes;
	__u64 kernel_sum;
	__u64 initrd_sum;
	__u64 entry_off;
	__u64 need_bytes;
	__u64 align;
	__u64 file_bytes;
	__u64 file_sum;
	__u8  hdr[MINT_IMAGE_HDR_SIZE];
	char  release[64];
	char  cmdline[MINT_CMDLINE_SIZE];
	__u64 below_paddr;
	__u64 nr_cores;
	__u64 flags;
	__u64 reserved[13];
	__u64 sum;
};

/* ---- the memory of the OS that has the firmware ---------------------------- */

#define MINT_MAX_MAP_ENTRIES	128u

/* One range; @type as in the e820 table of the boot protocol: 1 = RAM. */
struct mint_map_entry {
	__u64 base_paddr;
	__u64 size_bytes;
	__u32 type;
	__u32 reserved;
};

/**
 * struct mint_memory_map - what the OS with the firmware was told of the machine's
 *	memory, but for what it set aside; so that it can be started again
 * @os:		OS id; 0: nothing is here
 * @nr_entries:	in @entry, 1..MINT_MAX_MAP_ENTRIES
 * @main:	a part of its RAM, into which its next kernel goes
 * @rsdp_paddr:	the ACPI tables' root; 0: where a BIOS has it
 * @sum:	mint_sum() of all before it
 *
 * Writer: that OS, when it has booted and when it ends.
 */
struct mint_memory_map {
	__u32 os;
	__u32 nr_entries;
	struct mint_range main;
	__u64 rsdp_paddr;
	struct mint_map_entry entry[MINT_MAX_MAP_ENTRIES];
	__u64 sum;
};

#define MINT_HOSTNAME_LEN	64u	/* with the terminating NUL */

/* ---- orders ------------------------------------------------------------- */

#define MINT_SEED_BYTES		64u

/* mint_order.kind */
#define MINT_ORDER_START	1u	/* the OS */
#define MINT_ORDER_CLEAR	2u	/* its memory, which nobody needs any more */
#define MINT_ORDER_CLONE	3u	/* a copy of another OS, see <mint/clone.h> */

/* mint_order.flags */
#define MINT_ORDERF_AGAIN	(1u << 0)	/* by itself, after it ended */
#define MINT_ORDERF_FIRMWARE	(1u << 1)	/* its memory is in struct mint_memory_map */
#define MINT_ORDERF_OLD		(1u << 2)	/* the TSC may have begun anew since its snapshot */
#define MINT_ORDERF_HOLD	(1u << 3)	/* a copy is made, but not entered */
#define MINT_ORDERF_HELD	(1u << 4)	/* that is done: now it is only entered */

/**
 * struct mint_order - everything that the loader has to know
 * @kind:	MINT_ORDER_*
 * @flags:	MINT_ORDERF_*
 * @os, @generation: for whom; both as in its record
 * @image, @image_serial: index and serial of the image
 * @cmdline_at:	where in @cmdline that of the image goes
 * @from:	MINT_ORDER_CLONE: the OS that is copied; MINT_OS_NONE: @image, a snapshot
 * @frame_paddr: MINT_ORDER_CLONE: its struct mint_clone_frame; with MINT_ORDERF_HELD, as the
 *		loader left it there, in the copy
 * @not_before_tsc: begin no earlier
 * @main, @dma, @low: its memory, as in its record; with MINT_ORDERF_FIRMWARE @main as
 *		in the memory map, and no others
 * @boot:	boot data, see <mint/bootdata.h>
 * @screen:	struct screen_info for boot_params; zeros: no screen
 * @seed:	for its random number generator; overwritten when it has been used
 * @cmdline:	its command line but for that of the image, NUL-terminated
 * @sum:	mint_sum() of all before it, with @seed as zeros
 *
 * Writer: who orders the start, or the OS itself that starts again; before the core
 * is told.
 */
struct mint_order {
	__u32 kind;
	__u32 flags;
	__u32 os;
	__u32 generation;
	__u32 image;
	__u32 image_serial;
	__u32 cmdline_at;
	__u32 from;
	__u64 not_before_tsc;
	__u64 frame_paddr;
	struct mint_range main;
	struct mint_range dma;
	struct mint_range low;
	struct mint_boot_data boot;
	__u8  screen[64];
	char  cmdline[MINT_CMDLINE_SIZE];
	__u64 sum;
	__u8  seed[MINT_SEED_BYTES];
};

/* mint_launch.status: how far the loader is, or why it gave up */
#define MINT_LOAD_NONE		0u
#define MINT_LOAD_CHECKS	1u	/* order and image */
#define MINT_LOAD_WAITS		2u	/* for other cores to stop, for the time to come */
#define MINT_LOAD_COPIES	3u
#define MINT_LOAD_DESCRIBES	4u	/* the machine, to the kernel */
#define MINT_LOAD_ENTERED	5u	/* the kernel has the core */
#define MINT_LOAD_CLEARS	6u
#define MINT_LOAD_CLEARED	7u
#define MINT_LOAD_COPIED	8u	/* the source may go on */
#define MINT_LOAD_HELD		9u	/* the copy is complete, and waits for a start */
/* From here on: given up; nothing runs. */
#define MINT_LOAD_FAILED	16u
#define MINT_LOAD_BAD_ORDER	16u	/* the order is damaged, or for another OS */
#define MINT_LOAD_BAD_MEMORY	17u	/* its memory is not what may be an OS's */
#define MINT_LOAD_BAD_RECORD	18u	/* the record of the image is damaged */
#define MINT_LOAD_NO_IMAGE	19u	/* there is no such image any more */
#define MINT_LOAD_TOO_SMALL	20u	/* the image does not fit into its memory */
#define MINT_LOAD_BAD_KERNEL	21u	/* the kernel in the pool is damaged */
#define MINT_LOAD_BAD_INITRD	22u	/* the initrd in the pool is damaged */
#define MINT_LOAD_CORES_RUN	23u	/* other cores of the OS do not stop */
#define MINT_LOAD_FENCED	24u	/* another OS stopped it */
#define MINT_LOAD_BAD_FRAME	25u	/* what the source says of itself is damaged */
#define MINT_LOAD_BAD_TABLES	26u	/* the page tables of the copy make no sense */
#define MINT_LOAD_BAD_SNAPSHOT	27u	/* the snapshot in the pool is damaged */

/*
 * Whether the loader needs nothing of the source of a copy any more, or has given up.  Who
 * looks seldom may miss that all is copied, and see the copy entered.
 */
static inline int mint_load_is_past_copy(__u32 status)
{
	return status == MINT_LOAD_ENTERED || status >= MINT_LOAD_COPIED;
}

/* mint_launch.stamp: TSC at the end of ... */
#define MINT_STAMP_ASKED	0u	/* ... what went before: the one asks for it now */
#define MINT_STAMP_IMAGE	1u	/* ... making an image of files, or finding it */
#define MINT_STAMP_ORDER	2u	/* ... stopping what the former life left */
#define MINT_STAMP_BEGIN	3u	/* ... the way of the core to the loader */
#define MINT_STAMP_CHECKED	4u	/* ... the checks, and of the waits */
#define MINT_STAMP_KERNEL	5u	/* ... the copy of the kernel */
#define MINT_STAMP_INITRD	6u	/* ... the copy of the initrd */
#define MINT_STAMP_ENTERED	7u	/* ... describing the machine */
#define MINT_STAMP_EARLY	8u	/* ... the kernel's start until its memory is known */
#define MINT_STAMP_KTHREADS	9u	/* ... that until initcalls run: kernel_init() */
#define MINT_STAMP_INITCALLS	10u	/* ... these */
#define MINT_STAMP_INIT		11u	/* ... the way to the first program */
#define MINT_NR_STAMPS		16u

/* mint_launch.on[]: when it ... */
#define MINT_AT_REBOOT		0u	/* ... reboots */
#define MINT_AT_CRASH		1u	/* ... panics */
#define MINT_AT_POWEROFF	2u	/* ... powers off */
#define MINT_NR_ENDS		3u
/* ... then it ... */
#define MINT_THEN_DEFAULT	0u	/* restarts after a reboot, stops otherwise */
#define MINT_THEN_STOP		1u
#define MINT_THEN_RESTART	2u

/**
 * struct mint_launch - what each OS is started from, and how that goes
 * @image, @image_serial: lock: the image that it restarts from; serial 0: none
 * @on:		lock: MINT_THEN_* for each MINT_AT_*: what happens when it ends so
 * @ask:	any: MINT_THEN_* that it was asked for, whatever @on says; DEFAULT with
 *		each start
 * @tries:	starter, self: how often it has been started again since it last ran
 *		long enough
 * @status:	loader: MINT_LOAD_*
 * @starts:	starter, self: how often it has been started since it was created
 * @clone, @clone_from: who asks, then that OS: how far it is with becoming a copy of
 *		another one
 * @snapshot, @snapshot_name: who asks, then this OS: how far it is with a snapshot of itself,
 *		MINT_CLONE_*
 * @hostname:	who asks for a copy: its host name; empty: that of the OS
 * @stamp:	starter, loader, self: points in time of its last start, TSC; 0 = not yet
 * @order:	see there
 * @why_not:	this OS: why there is no snapshot of it
 * @hold:	who asks for a copy: it is not to be entered
 */
struct mint_launch {
	__u32 image;
	__u32 image_serial;
	__u32 on[MINT_NR_ENDS];
	__u32 ask;
	__u32 tries;
	__u32 status;
	__u32 starts;
	__u32 clone;
	__u32 clone_from;
	__u32 snapshot;
	char  snapshot_name[MINT_NAME_LEN];
	__u64 stamp[MINT_NR_STAMPS];
	char  hostname[MINT_HOSTNAME_LEN];
	struct mint_order order;
	char  why_not[64];
	__u32 hold;
	__u32 reserved;
};

/* mint_launch.clone, mint_launch.snapshot */
#define MINT_CLONE_NONE		0u
#define MINT_CLONE_ASKED	1u	/* @clone_from, or this OS, is asked to copy itself */
#define MINT_CLONE_WORKS	2u	/* it does */
#define MINT_CLONE_DONE		3u	/* the copy runs; the image is there */
#define MINT_CLONE_REFUSED	4u	/* mint_os.end_text of the copy, or @why_not, says why */
#define MINT_CLONE_LANDS	5u	/* a snapshot becomes an image: too late to call it off */
#define MINT_CLONE_LEFT		6u	/* all is copied, the source has done its part */

/* What follows the end @at of an OS, if nobody asks for anything else: MINT_THEN_*. */
static inline __u32 mint_then(const struct mint_launch *l, __u32 at)
{
	__u32 then = l->on[at];

	if (then == MINT_THEN_STOP || then == MINT_THEN_RESTART)
		return then;
	return at == MINT_AT_REBOOT ? MINT_THEN_RESTART : MINT_THEN_STOP;
}

#ifndef __ASSEMBLY__
MINT_ASSERT(sizeof(struct mint_image_record) <= MINT_IMAGE_STRIDE);
MINT_ASSERT(sizeof(struct mint_launch) <= MINT_LAUNCH_STRIDE);
MINT_ASSERT(sizeof(struct mint_order) <= 4096);
MINT_ASSERT(sizeof(struct mint_memory_map) <= 4096);
MINT_ASSERT(sizeof(struct mint_memory_map) % 8 == 0);
MINT_ASSERT(sizeof(struct mint_order) % 8 == 0);
MINT_ASSERT(sizeof(struct mint_image_record) % 8 == 0);
#endif

#endif /* MINT_LAUNCH_H */
