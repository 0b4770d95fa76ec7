/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The shared area: the one piece of memory that all OSes of the machine map
 * and none of them owns.
 *
 * It lies below 4 GiB, 2 MiB aligned, MINT_SHM_SIZE bytes long, inside the
 * pool that the boot parameter mint_pool= sets aside.  The OS that the boot
 * loader started builds it once; every later OS is told its physical address
 * by a setup_data node (see <mint/bootdata.h>) and only checks it.
 *
 * Rules for every reader and writer:
 *  - fixed-width, naturally aligned fields; no pointers, no bit-fields;
 *  - each field names its writer.  "lock": only while holding hdr.lock;
 *    "self": only the OS (or core) that the record describes; "any": atomic
 *    operations by anyone;
 *  - everything read from here is untrusted: copy it once, check it against
 *    the constants of this file, never use it as a length or an index before;
 *  - physical addresses in bytes; times in TSC cycles of the machine-wide
 *    invariant TSC; OS ids run from 1 to MINT_MAX_OSES, 0 means "none".
 */
#ifndef MINT_ABI_H
#define MINT_ABI_H

#include <mint/irqtable.h>
#include <mint/types.h>

#define MINT_SHM_MAGIC		0x31304c4254544e4dULL	/* "MNTTBL01" */
#define MINT_SHM_REVISION	10u
#define MINT_SHM_SIZE		0x01000000u		/* 16 MiB */
#define MINT_SHM_ALIGN		0x00200000u		/* 2 MiB */

#define MINT_OS_NONE		0u
#define MINT_MAX_OSES		16u
#define MINT_MAX_CORES		64u
#define MINT_MAX_DEVS		256u
#define MINT_MAX_POOL_RANGES	4u
#define MINT_MAX_ROOT_BUSES	16u
#define MINT_MAX_CHANS		8u	/* per OS */
#define MINT_NR_BARS		6u
#define MINT_MAX_IMAGES		32u
#define MINT_NAME_LEN		16u	/* with the terminating NUL */

/*
 * Below 1 MiB: one page for the neutral real-mode entry and a window for each
 * further OS's own application-core trampoline, page aligned, somewhere in
 * MINT_LOW_MIN..MINT_LOW_MAX-1: see low_park and low_window[] of the header.
 */
#define MINT_LOW_MIN		0x00010000u	/* below: the BIOS's, Linux says */
#define MINT_LOW_MAX		0x0009f000u	/* above: the extended BIOS data area */
#define MINT_LOW_WINDOW_SIZE	0x00007000u	/* 28 KiB */

/* Byte offsets inside the shared area. */
#define MINT_OFF_HEADER		0x00000000u
#define MINT_OFF_CORES		0x00002000u
#define MINT_OFF_OSES		0x00004000u
#define MINT_OFF_EVENTS		0x00008000u
#define MINT_OFF_POLICIES	0x0000c000u
#define MINT_OFF_PARK		0x00010000u	/* code, tables, stacks */
#define MINT_PARK_SIZE		0x00030000u
#define MINT_OFF_DEVS		0x00040000u
#define MINT_OFF_LAUNCHES	0x00060000u	/* see <mint/launch.h> */
#define MINT_LAUNCH_STRIDE	0x00002000u	/* 8 KiB per OS */
#define MINT_OFF_IMAGES		0x00080000u
#define MINT_IMAGE_STRIDE	0x00001000u	/* 4 KiB per image */
#define MINT_OFF_LOADER		0x000a0000u	/* code of the loader */
#define MINT_LOADER_SIZE	0x00010000u
#define MINT_OFF_MEMORY_MAP	0x000b0000u	/* see <mint/launch.h> */
#define MINT_OFF_SEATS		0x000c0000u
#define MINT_OFF_SECTIONS	0x00100000u
#define MINT_SECTION_SIZE	0x000c0000u	/* 768 KiB per OS */
#define MINT_OFF_IRQTABLE	0x00d00000u	/* see <mint/irqtable.h> */
#define MINT_OFF_WORK		0x00f00000u	/* tables, stack of the loader */
#define MINT_WORK_SIZE		0x00008000u	/* 32 KiB per OS */

/* A range of physical memory; size 0 means "no range". */
struct mint_range {
	__u64 base_paddr;
	__u64 size_bytes;
};

/**
 * struct mint_shm_lock - the machine-wide lock of the table
 * @holder:	any (compare-and-swap): 0, or MINT_LOCK_WORD(os id, core)
 * @taken:	any: how often it was taken (diagnosis only)
 * @contended:	any: how often somebody had to wait (diagnosis only)
 *
 * No OS may take it from a holder that has not been proved stopped.
 */
struct mint_shm_lock {
	__u32 holder;
	__u32 taken;
	__u32 contended;
	__u32 reserved;
};

#define MINT_LOCK_WORD(os, core)	(((__u32)(os) << 16) | ((core) + 1u))
#define MINT_LOCK_OS(word)		((word) >> 16)
#define MINT_LOCK_CORE(word)		(((word) & 0xffffu) - 1u)

/**
 * struct mint_header - what the machine is
 *
 * Written once by the OS that builds the area, before @magic; later changes
 * only where a writer is named.
 *
 * @magic:		MINT_SHM_MAGIC, stored last
 * @revision:		MINT_SHM_REVISION; differs: refuse
 * @size_bytes:		MINT_SHM_SIZE
 * @features:		reserved, 0
 * @base_paddr:		physical address of this header
 * @pool:		ranges set aside for further OSes (contain the area)
 * @tsc_khz:		TSC frequency, kHz
 * @lapic_timer_khz:	local APIC timer input clock before its divider, kHz
 * @nr_cores:		cores of the machine, 1..MINT_MAX_CORES
 * @bsp_apic_id:	APIC id of the core the firmware booted
 * @la57:		1 when 5-level paging is in use by the first OS
 * @primary:		lock: OS id that owns ACPI hardware, reset, power-off
 * @mmcfg_paddr:	ECAM base of segment 0, 0 = none
 * @mmcfg_bus_end:	last bus that ECAM decodes
 * @nr_root_buses:	entries in @root_bus
 * @root_bus:		bus numbers of the host bridges of segment 0
 * @legacy_owner:	lock: OS id per MINT_LEGACY_* index
 * @legacy_home:	lock: OS id that it goes back to
 * @next_generation:	lock: source of mint_os.generation
 * @end_request:	any: MINT_MACHINE_*: how the machine is to end
 * @pm1a_cnt, @pm1b_cnt: I/O ports of the ACPI PM1 control blocks, 0 = none;
 * @s5_typ_a, @s5_typ_b: SLP_TYP values for S5; for the last OS out
 * @starts:		any (atomic): how many OSes have been started; counted
 *			after STARTING is stored
 * @last_out:		any (compare-and-swap): who ends the machine, generation
 *			<< 8 | OS id; 0 = nobody yet
 * @low_park:		physical address of the page below 1 MiB at which a core
 *			that got INIT and SIPI starts, to end in the park page
 * @nr_low_windows:	entries in @low_window, 1..MINT_MAX_OSES; so many further
 *			OSes can there be
 * @low_window:		physical addresses of the windows below 1 MiB, in bytes; whose
 *			each is says mint_os.low
 * @intx_writers:	any (atomic): bits 0-15: bit OS - 1 while that OS switches INTx of
 *			a function, maybe past its owner; who fences it clears that.
 *			Bits 16-31: how often one has done so
 */
struct mint_header {
	__u64 magic;
	__u32 revision;
	__u32 features;
	__u64 size_bytes;
	__u64 base_paddr;
	struct mint_range pool[MINT_MAX_POOL_RANGES];
	__u32 tsc_khz;
	__u32 lapic_timer_khz;
	__u32 nr_cores;
	__u32 bsp_apic_id;
	__u32 la57;
	__u32 primary;
	__u64 mmcfg_paddr;
	__u32 mmcfg_bus_end;
	__u32 nr_root_buses;
	__u8  root_bus[MINT_MAX_ROOT_BUSES];
	__u32 legacy_owner[8];
	__u32 legacy_home[8];
	__u32 next_generation;
	__u32 end_request;
	__u32 pm1a_cnt;
	__u32 pm1b_cnt;
	__u32 s5_typ_a;
	__u32 s5_typ_b;
	struct mint_shm_lock lock;
	__u32 starts;
	__u32 last_out;
	__u32 low_park;
	__u32 nr_low_windows;
	__u32 low_window[MINT_MAX_OSES];
	__u32 intx_writers;
	__u32 reserved[11];
};

#define MINT_MACHINE_RUN	0u
#define MINT_MACHINE_POWEROFF	1u
#define MINT_MACHINE_REBOOT	2u

/* Legacy devices: index into legacy_owner[], bit in mint_os.legacy. */
#define MINT_LEGACY_COM1	0u	/* 0x3f8 */
#define MINT_LEGACY_COM2	1u	/* 0x2f8 */
#define MINT_LEGACY_KBD		2u	/* 8042 */
#define MINT_LEGACY_VGA		3u	/* 0x3b0-0x3df, 0xa0000 */
#define MINT_LEGACY_RTC		4u	/* CMOS, 0x70 */
#define MINT_NR_LEGACY		5u

/*
 * Seats.  Two OSes can have one core by turns. Core n has the seats n and, if that is less
 * than MINT_MAX_CORES, n + mint_header.nr_cores: entries of the table of cores with the
 * same APIC id, and lives of their own. An OS that has a core alone sits on the first of
 * its seats, and the other one is nobody's; wherever the number of a core tells where an
 * OS runs it may be that of a second seat. At most one of the two is in a state other
 * than ABSENT, PARKED, STARTING, CALLED, AWAY and FROZEN.
 */
#define MINT_SEATS_PER_CORE	2u
/*
 * Vectors of devices come from disjoint ranges: what is for the OS that is away can be told
 * by its number, and is kept for it.  Whoever sits on a first seat does not use these.
 */
#define MINT_SEAT_VECTOR_FIRST	0x80u
#define MINT_SEAT_NR_VECTORS	32u

/* mint_seat.wake_tsc: only when something comes for it */
#define MINT_SEAT_NEVER		(~0ull)

/**
 * struct mint_seat - how an OS has its turns on a core; index as in the table of cores
 * @share:	lock: of a second seat: percent of the core that it has at least, 1..99; the
 *		first one has the rest
 * @slice_us:	lock: of a second seat: how long one turn is, microseconds; 0: 20 ms; that
 *		of the first one is in proportion
 * @top_paddr:	self, before it steps aside: page table by which it is entered: its
 *		kernel, and the first 4 GiB one to one
 * @entry_vaddr, @arg: self: where it goes on, and what it finds in RDI
 * @wake_tsc:	self: it has nothing to do before; MINT_SEAT_NEVER
 * @since_tsc:	core: when its turn began
 * @until_tsc:	core: when it has to step aside, if the other one wants the core
 * @left_tsc:	core: when its last turn ended
 * @debt_tsc:	core: by how much that one was too long
 * @got_tsc:	core: how long it has had the core, all in all
 * @stolen_tsc:	core: how long it was away and had something to do
 * @turns:	core: how many it has had
 * @latest_tsc:	core: the longest that it was away and had something to do
 * @enter_paddr: owner, before it is CALLED: where it is entered, in long mode: in the
 *		window below 1 MiB of its owner
 * @pending:	any (atomic): bit n of word n / 32: vector n came while it was away
 */
struct mint_seat {
	__u32 share;
	__u32 slice_us;
	__u64 top_paddr;
	__u64 entry_vaddr;
	__u64 arg;
	__u64 wake_tsc;
	__u64 since_tsc;
	__u64 until_tsc;
	__u64 left_tsc;
	__u64 debt_tsc;
	__u64 got_tsc;
	__u64 stolen_tsc;
	__u64 turns;
	__u64 latest_tsc;
	__u32 pending[8];
	__u64 enter_paddr;
	__u64 reserved[14];
};

/*
 * mint_core.life: one word, so that what belongs together changes at once, by
 * compare and swap:
 *	bits 0-3	state, MINT_CORE_*
 *	bits 4-8	owner: OS id that the core belongs to, MINT_OS_NONE when free
 *	bits 9-13	kernel: OS id whose kernel it runs or is about to (or, of a seat,
 *			will go on with),
 *			MINT_OS_NONE in the states ABSENT and PARKED
 *	bits 14-31	sequence, changes with each change of the word
 * How it changes is in hotplug/core.h.
 */
#define MINT_CORE_ABSENT	0u	/* waits for SIPI: never started, or reset */
#define MINT_CORE_PARKED	1u	/* halted in the park page */
#define MINT_CORE_STARTING	2u	/* told to leave it */
#define MINT_CORE_RUNNING	3u	/* in a kernel */
#define MINT_CORE_ENTERING	4u	/* sent into a kernel by INIT and SIPI */
#define MINT_CORE_HELD		5u	/* in a kernel, stands still for a fence */
#define MINT_CORE_LOADING	6u	/* in the loader, which prepares its OS */
#define MINT_CORE_AWAY		7u	/* a seat: its kernel goes on when its turn comes */
#define MINT_CORE_FROZEN	8u	/* the same, but not until a fence is decided */
#define MINT_CORE_CALLED	9u	/* told to leave it for its owner's running kernel */

#define MINT_CORE_STATE(word)	((word) & 0xfu)
#define MINT_CORE_OWNER(word)	(((word) >> 4) & 0x1fu)
#define MINT_CORE_KERNEL(word)	(((word) >> 9) & 0x1fu)
#define MINT_CORE_SEQ(word)	((word) >> 14)
#define MINT_CORE_WORD(state, owner, kernel, seq) \
	((__u32)(state) | (__u32)(owner) << 4 | (__u32)(kernel) << 9 | \
	 (__u32)(seq) << 14)

/**
 * struct mint_core - one core, or a second seat of one; its index is its machine core
 *		number
 * @apic_id:	local APIC id (fixed)
 * @home:	lock: OS id that it goes back to
 * @life:	any, by the rules of hotplug/core.h; the owner in it only with the
 *		lock
 * @again:	self: 1: when it arrives in the park page it starts its OS again, by
 *		the order that lies there
 * @beat_tsc:	self: TSC at its last sign of life
 */
struct mint_core {
	__u32 apic_id;
	__u32 again;
	__u32 home;
	__u32 life;
	__u64 reserved0[3];
	__u64 beat_tsc;
	__u64 reserved[2];
};

/*
 * mint_os.fence: how far the stopping of that OS by another is; see
 * hotplug/fence.h.  0 = nobody does.
 *	bits 0-1	MINT_FENCE_*
 *	bits 2-6	OS id of who does it
 *	bits 7-31	low bits of the generation of the OS that is stopped
 */
#define MINT_FENCE_HOLD		1u	/* its cores stand still */
#define MINT_FENCE_COMMIT	2u	/* they leave for the park page */

#define MINT_FENCE_PHASE(word)	((word) & 3u)
#define MINT_FENCE_BY(word)	(((word) >> 2) & 0x1fu)
#define MINT_FENCE_WORD(phase, by, generation) \
	((__u32)(phase) | (__u32)(by) << 2 | (__u32)(generation) << 7)
/* The same, but nobody is at it any more. */
#define MINT_FENCE_ORPHAN(word)	((word) & ~(0x1fu << 2))
/* Whether @word is about the OS of @generation. */
#define MINT_FENCE_OF(word, generation) \
	((word) >> 7 == ((__u32)(generation) << 7) >> 7)

/* mint_os.state */
#define MINT_OS_FREE		0u	/* slot unused */
#define MINT_OS_CREATED		1u	/* has its resources, not started */
#define MINT_OS_STARTING	2u	/* its boot core was released */
#define MINT_OS_RUNNING		3u	/* its kernel is up */
#define MINT_OS_UP		4u	/* its user space says it is up */
#define MINT_OS_ENDED		5u	/* ended; see mint_os.reason */
#define MINT_OS_BUSY		6u	/* being created or taken apart */
#define MINT_OS_RESTARTING	7u	/* ended, and starts again by itself */

/* mint_os.doorbell_apic: it takes none */
#define MINT_NO_APIC		0xffffffffu

/* mint_os.reason */
#define MINT_END_NONE		0u
#define MINT_END_POWEROFF	1u
#define MINT_END_REBOOT		2u
#define MINT_END_HALT		3u
#define MINT_END_PANIC		4u
#define MINT_END_FENCED		5u	/* stopped by another OS */
#define MINT_END_NOT_LOADED	6u	/* it could not be started; see mint_launch.status */
#define MINT_END_FAILED		7u	/* it was started again and again, in vain */

/**
 * struct mint_os - one OS; its index is its id minus 1
 * @state:	MINT_OS_*.  lock, except RUNNING, UP, RESTARTING and ENDED: self (and
 *		ENDED by whoever fenced it; by the loader ENDED, if it does not start it,
 *		and STARTING after RESTARTING)
 * @id:		index + 1 (fixed)
 * @name:	lock: NUL-terminated, [a-zA-Z0-9_.-]
 * @generation:	lock: changes with every create, and when another OS starts it once
 *		more; never 0 in a used slot
 * @creator:	lock: OS id that ran the create
 * @reason:	self or fencer: MINT_END_*, set before ENDED or RESTARTING; how it ended
 *		last
 * @fence:	any (compare-and-swap): another OS stops this one, see
 *		MINT_FENCE_WORD()
 * @doorbell_apic: self, starter: APIC id that takes the doorbell vector, or MINT_NO_APIC
 * @boot_core:	lock: machine core number that it boots on
 * @legacy:	lock: bits 1 << MINT_LEGACY_*
 * @worker:	lock: OS id that is creating, starting or destroying it, 0 = none
 * @cores:	lock: bitmap of machine core numbers
 * @main:	lock: its contiguous main range
 * @dma:	lock: slice below 4 GiB when @main lies above; else size 0
 * @low:	lock: its window below 1 MiB
 * @start_tsc:	starter: boot core released
 * @running_tsc: self: kernel up
 * @up_tsc:	self: user space up
 * @end_tsc:	self or fencer
 * @release:	self: utsname release
 * @end_text:	self: panic message, truncated
 * @arch:	self: MINT_IMAGE_* of <mint/image.h>, of its kernel
 */
struct mint_os {
	__u32 state;
	__u32 id;
	char  name[MINT_NAME_LEN];
	__u32 generation;
	__u32 creator;
	__u32 reason;
	__u32 fence;
	__u32 doorbell_apic;
	__u32 boot_core;
	__u32 legacy;
	__u32 worker;
	__u64 cores;
	struct mint_range main;
	struct mint_range dma;
	struct mint_range low;
	__u64 start_tsc;
	__u64 running_tsc;
	__u64 up_tsc;
	__u64 end_tsc;
	char  release[64];
	char  end_text[128];
	__u32 arch;
	__u32 reserved0;
	__u64 reserved[21];
};

/*
 * Events: one word per receiving OS, bits set by anyone with an atomic OR; the
 * setter that finds the word 0 rings the receiver's doorbell.  The receiver
 * takes the whole word with an exchange.
 */
#define MINT_EV_LOG		(1u << 0)	/* a log ring grew */
#define MINT_EV_CONSOLE		(1u << 1)	/* a console ring moved */
#define MINT_EV_CHAN		(1u << 2)	/* a channel moved */
#define MINT_EV_STATE		(1u << 3)	/* some OS changed its state */
#define MINT_EV_DEV		(1u << 4)	/* some device wants attention */
#define MINT_EV_STOP		(1u << 5)	/* you are asked to shut down */
#define MINT_EV_CORE		(1u << 6)	/* a core came home */
#define MINT_EV_ROUTES		(1u << 7)	/* bring your routes' counters up to date */
#define MINT_EV_MACHINE		(1u << 8)	/* end the machine in order */
#define MINT_EV_ROUTES_DONE	(1u << 9)	/* counters you asked for are there */
#define MINT_EV_IRQ		(1u << 10)	/* a route has changed, a line is shared */
#define MINT_EV_IRQ_REPAIR	(1u << 11)	/* restore your part of the interrupt table */
#define MINT_EV_PHASE		(1u << 12)	/* a move passed a phase */
#define MINT_EV_CLONE		(1u << 13)	/* somebody shall become a copy of you */
#define MINT_NR_EVENTS		14u

struct mint_event_word {
	__u32 pending;		/* any: MINT_EV_* */
	__u32 rung;		/* any: doorbells sent (diagnosis) */
	__u32 reserved[14];	/* a cache line of its own */
};

/* mint_dev.state */
#define MINT_DEV_FREE		0u	/* slot unused */
#define MINT_DEV_OWNED		1u	/* @owner has it (or nobody, if 0) */
#define MINT_DEV_RELEASE	2u	/* @owner is asked to let go, for @to */
#define MINT_DEV_CLAIM		3u	/* released; @to is asked to take it */
#define MINT_DEV_GONE		4u	/* no longer answers */
#define MINT_DEV_FENCE		5u	/* @owner silences it for a stopped OS */

/* mint_dev.flags */
#define MINT_DEVF_BRIDGE	(1u << 0)	/* PCI bridge: readable by all */
#define MINT_DEVF_CHIPSET	(1u << 1)	/* host bridge, LPC, siblings */
#define MINT_DEVF_MSI		(1u << 2)
#define MINT_DEVF_MSIX		(1u << 3)
#define MINT_DEVF_INTX		(1u << 4)	/* has an interrupt pin */
#define MINT_DEVF_FLR		(1u << 5)	/* PCIe or AF function reset */
#define MINT_DEVF_DRIVER	(1u << 6)	/* owner: a driver is bound */
#define MINT_DEVF_SIBLINGS	(1u << 7)	/* one of several functions */
#define MINT_DEVF_NO_BUS_RESET	(1u << 8)	/* its bus must not be reset */
#define MINT_DEVF_SLOT		(1u << 9)	/* bridge: a hot-plug slot is below */
#define MINT_DEVF_PM_RESET	(1u << 10)	/* to D3hot and back resets it */
#define MINT_DEVF_WATCHDOG	(1u << 11)	/* can reset the machine by itself */
#define MINT_DEVF_NO_DISARM	(1u << 12)	/* ... and Mint cannot stop that */
#define MINT_DEVF_NOT_RESET	(1u << 13)	/* has what its last owner left in it */
#define MINT_DEVF_ARMED		(1u << 14)	/* netlink only: its watchdog runs */
#define MINT_DEVF_STAYS		(1u << 15)	/* the machine has no ECAM */

/* mint_dev.options */
#define MINT_ORDER_FORCE	(1u << 0)	/* also if it is in use */
#define MINT_ORDER_NO_DRIVER	(1u << 1)	/* also if no driver takes it */
#define MINT_ORDER_WAITING	(1u << 2)	/* also for an OS not started yet */
#define MINT_ORDER_EJECT	(1u << 3)	/* its slot is to be powered off */
#define MINT_ORDER_DRY_RUN	(1u << 4)	/* only ask; ends with ECANCELED */
#define MINT_ORDER_RETURN	(1u << 5)	/* layer: on its way back */

#define MINT_NR_PHASES		10u
#define MINT_REASON_LEN		64u

/**
 * struct mint_dev - one PCI function
 * @state:	MINT_DEV_*
 * @sbdf:	(segment << 16) | (bus << 8) | (device << 3) | function
 * @owner:	OS id; MINT_OS_NONE: parked, silent
 * @home:	OS id it goes back to when its owner is destroyed
 * @to:		OS id a move is for
 * @seq:	changes with every change of @owner or @state
 * @flags:	MINT_DEVF_*; DRIVER by the owner
 * @error:	errno (positive) of the first failed step of the last order, 0 = none
 * @vendor, @device, @class_rev: from configuration space (offsets 0, 2, 8)
 * @gsi:	GSI of its INTx, ~0 = none or unknown
 * @gsi_flags:	bit 0 level, bit 1 active low
 * @bridge:	sbdf of the bridge above, ~0 = root bus
 * @from:	OS id that had it before @owner changed last
 * @bar_paddr, @bar_size: BARs as found; size 0 = unused; low 4 bits of
 *		@bar_paddr: as in the register; a 64-bit BAR leaves the next
 *		entry 0
 * @driver:	owner: name of the bound driver
 * @phase_tsc:	MINT_PHASE_*: TSC at the end of each phase of the last order,
 *		0 = not passed; whoever does that phase
 * @rom_paddr:	expansion ROM register as found
 * @intx_off:	any: 1 = its INTx was switched off because its owner does not
 *		serve it (mint_irqt_gsi.evicted)
 * @until_tsc:	when anybody may end @state (unless it is OWNED)
 * @back:	OS id that gets it back when @to cannot take it, or lets go of it after
 *		its time was over
 * @order:	number of the last order; changes with each
 * @orderer:	OS id that gave it
 * @options:	MINT_ORDER_* of it
 * @timeout_ms:	how long both sides together may take
 * @phase:	the phase that was passed last; whoever did it
 * @eject:	1: its slot is to be powered off, nobody takes it any more; until
 *		it is gone, or the slot stays on
 * @sub_vendor, @sub_device: subsystem ids
 * @reason:	why the last order was refused; who refused
 *
 * Writer: lock, but where "owner" or "whoever" is said.  How @state changes is in
 * hotplug/handover.h.
 */
struct mint_dev {
	__u32 state;
	__u32 sbdf;
	__u32 owner;
	__u32 home;
	__u32 to;
	__u32 seq;
	__u32 flags;
	__u32 error;
	__u16 vendor;
	__u16 device;
	__u32 class_rev;
	__u32 gsi;
	__u32 gsi_flags;
	__u32 bridge;
	__u32 from;
	__u64 bar_paddr[MINT_NR_BARS];
	__u64 bar_size[MINT_NR_BARS];
	char  driver[24];
	__u64 phase_tsc[MINT_NR_PHASES];
	__u64 rom_paddr;
	__u32 intx_off;
	__u32 reserved0;
	__u64 until_tsc;
	__u32 back;
	__u32 order;
	__u32 orderer;
	__u32 options;
	__u32 timeout_ms;
	__u32 phase;
	__u32 eject;
	__u16 sub_vendor;
	__u16 sub_device;
	char  reason[MINT_REASON_LEN];
	__u64 reserved1;
};

/* mint_dev.phase, index into mint_dev.phase_tsc[] */
#define MINT_PHASE_START	0u	/* ordered */
#define MINT_PHASE_UNBIND	1u	/* the old driver has let go */
#define MINT_PHASE_QUIESCE	2u	/* no DMA, no interrupt */
#define MINT_PHASE_RESET	3u
#define MINT_PHASE_RELEASE	4u	/* out of the old OS */
#define MINT_PHASE_NOTIFY	5u	/* the new OS has noticed */
#define MINT_PHASE_CLAIM	6u	/* its addresses are what they were */
#define MINT_PHASE_SCAN		7u	/* known to the new OS */
#define MINT_PHASE_BIND		8u	/* the new driver has it */
#define MINT_PHASE_IRQ		9u	/* its first interrupt there was seen */

/* mint_policy.kind */
#define MINT_POLICY_FREE	0u
#define MINT_POLICY_BDF		1u	/* @key: sbdf of the function */
#define MINT_POLICY_PORT	2u	/* @key: sbdf of the port above it */
#define MINT_POLICY_CLASS	3u	/* @key: class << 8 | subclass */
#define MINT_POLICY_SLOT	4u	/* @key: sbdf of function 0 of the slot */
#define MINT_MAX_POLICIES	64u

/**
 * struct mint_policy - who gets what is hot-added
 * @kind:	MINT_POLICY_*.  The functions of a slot go together; of several
 *		policies that fit one of them counts that about a function, then
 *		slot, port above, ports further up, class; of equals the one about
 *		the lowest function
 * @key:	what it is about
 * @os:		name of the OS (which need not exist yet)
 *
 * Writer: lock.
 */
struct mint_policy {
	__u32 kind;
	__u32 key;
	char  os[MINT_NAME_LEN];
	__u32 reserved[2];
};

/**
 * struct mint_log_ring - a byte ring that overwrites its oldest bytes
 * @head:	self: bytes ever written (free running, modulo 2^32)
 * @armed:	any: bit (OS id - 1): that OS wants MINT_EV_LOG (or _CONSOLE)
 *		at the next write; the writer clears it with an exchange
 *
 * Data follows at MINT_LOG_DATA_OFF; byte n lies at n % size.  The writer puts
 * at most MINT_RING_CHUNK bytes before it moves @head.  So a reader copies, then
 * reads @head again: what lies more than size - MINT_RING_CHUNK behind it may
 * have been overwritten.
 */
struct mint_log_ring {
	__u32 head;
	__u32 armed;
	__u32 reserved[14];
};

#define MINT_RING_CHUNK		0x00000400u

/**
 * struct mint_fifo - a byte queue between two sides
 * @head:	producer: bytes ever put (free running)
 * @tail:	consumer: bytes ever taken (free running)
 *
 * Both sides check head - tail <= size and treat anything else as a broken
 * peer.
 */
struct mint_fifo {
	__u32 head;
	__u32 reserved0[15];
	__u32 tail;
	__u32 reserved1[15];
};

/* mint_chan.state */
#define MINT_CHAN_FREE		0u
#define MINT_CHAN_CLAIMED	1u	/* a client is filling it in */
#define MINT_CHAN_CALLING	2u	/* waits for the server to accept */
#define MINT_CHAN_OPEN		3u
#define MINT_CHAN_CLOSING	4u	/* one side has gone, see the flags */

#define MINT_CHANF_CLIENT_EOF	(1u << 0)	/* client writes no more */
#define MINT_CHANF_CLIENT_GONE	(1u << 1)
#define MINT_CHANF_SERVER_EOF	(1u << 2)
#define MINT_CHANF_SERVER_GONE	(1u << 3)

/**
 * struct mint_chan - a two-way byte stream between two OSes
 *
 * Lies in the section of the OS that serves it (runs the agent).
 *
 * @state:	any (compare-and-swap): MINT_CHAN_*
 * @client:	any (compare-and-swap from 0): OS id of the client.  Getting it is
 *		the claim, so that a client that dies at any point after leaves
 *		its name; 0 again after @state is FREE
 * @client_generation: client, while CLAIMED
 * @flags:	any (atomic OR): MINT_CHANF_*
 * @serial:	client, while CLAIMED; also changes when the section is reset
 * @to_server, @to_client: the two queues; data at MINT_CHAN_*_OFF
 */
struct mint_chan {
	__u32 state;
	__u32 client;
	__u32 client_generation;
	__u32 flags;
	__u32 serial;
	__u32 reserved[11];
	struct mint_fifo to_server;
	struct mint_fifo to_client;
};

/*
 * What an interrupt route is called outside of the table: a MINT_IRQ_PIN is an
 * IOAPIC or, if other OSes have a route on that pin, a SHARED one.
 */
#define MINT_ROUTE_FREE		0u
#define MINT_ROUTE_IOAPIC	1u
#define MINT_ROUTE_SHARED	2u
#define MINT_ROUTE_MSI		3u
#define MINT_ROUTE_MSIX		4u
#define MINT_ROUTE_DOORBELL	5u

/* What is told of a route; MASKED to THROTTLED are its state. */
#define MINT_ROUTEF_LEVEL	(1u << 0)
#define MINT_ROUTEF_LOW		(1u << 1)
#define MINT_ROUTEF_MASKED	(1u << 2)	/* by its OS */
#define MINT_ROUTEF_HELD	(1u << 3)	/* shared: its OS owes an acknowledgment */
#define MINT_ROUTEF_EVICTED	(1u << 4)	/* shared: out of the rounds */
#define MINT_ROUTEF_THROTTLED	(1u << 5)	/* shared: the line storms */

/*
 * A section: the part of the area that one OS writes.  Offsets in bytes from
 * the start of the section.
 */
#define MINT_SEC_LOG		0x00010000u
#define MINT_LOG_DATA_OFF	0x00000040u
#define MINT_LOG_SIZE		0x00020000u	/* 128 KiB of data */
#define MINT_SEC_CONS_OUT	0x00032000u
#define MINT_CONS_SIZE		0x00008000u	/* 32 KiB of data */
#define MINT_SEC_CONS_IN	0x0003b000u
#define MINT_CONS_IN_SIZE	0x00000800u
#define MINT_SEC_CHANS		0x00040000u
#define MINT_CHAN_STRIDE	0x00010000u
#define MINT_CHAN_TO_SERVER_OFF	0x00001000u
#define MINT_CHAN_TO_SERVER_SIZE 0x00004000u
#define MINT_CHAN_TO_CLIENT_OFF	0x00005000u
#define MINT_CHAN_TO_CLIENT_SIZE 0x00008000u

/**
 * struct mint_section - head of a section
 * @os:		OS id (fixed)
 * @counts_seq:	self: changes when the counters of its routes in the interrupt
 *		table have been brought up to date
 * @console_writer: any (compare-and-swap): OS id attached to the console
 *		input, 0 = nobody
 * @counts_armed: any: bit (OS id - 1): that OS wants MINT_EV_ROUTES_DONE after
 *		the next change of @counts_seq; cleared with an exchange
 * @repair_seq:	self: changes when this OS has repaired what is its own in the
 *		interrupt table
 * @repairs:	self: how many things it has restored there
 */
struct mint_section {
	__u32 os;
	__u32 counts_seq;
	__u32 console_writer;
	__u32 counts_armed;
	__u32 repair_seq;
	__u32 repairs;
	__u32 reserved[58];
};

#ifndef __ASSEMBLY__
#define MINT_ASSERT(cond)	_Static_assert(cond, #cond)
MINT_ASSERT(sizeof(struct mint_header) <= MINT_OFF_CORES);
MINT_ASSERT(sizeof(struct mint_core) == 64);
MINT_ASSERT(MINT_OFF_CORES + sizeof(struct mint_core) * MINT_MAX_CORES <=
	    MINT_OFF_OSES);
MINT_ASSERT(sizeof(struct mint_seat) == 256);
MINT_ASSERT(MINT_OFF_SEATS + sizeof(struct mint_seat) * MINT_MAX_CORES <=
	    MINT_OFF_SECTIONS);
MINT_ASSERT(sizeof(struct mint_os) == 512);
MINT_ASSERT(MINT_OFF_OSES + sizeof(struct mint_os) * MINT_MAX_OSES <=
	    MINT_OFF_EVENTS);
MINT_ASSERT(sizeof(struct mint_event_word) == 64);
MINT_ASSERT(sizeof(struct mint_policy) == 32);
MINT_ASSERT(MINT_OFF_POLICIES +
	    sizeof(struct mint_policy) * MINT_MAX_POLICIES <= MINT_OFF_PARK);
MINT_ASSERT(sizeof(struct mint_dev) == 384);
MINT_ASSERT(MINT_OFF_DEVS + sizeof(struct mint_dev) * MINT_MAX_DEVS <=
	    MINT_OFF_LAUNCHES);
MINT_ASSERT(MINT_OFF_LAUNCHES + MINT_LAUNCH_STRIDE * MINT_MAX_OSES <=
	    MINT_OFF_IMAGES);
MINT_ASSERT(MINT_OFF_IMAGES + MINT_IMAGE_STRIDE * MINT_MAX_IMAGES <=
	    MINT_OFF_LOADER);
MINT_ASSERT(MINT_OFF_LOADER + MINT_LOADER_SIZE <= MINT_OFF_SECTIONS);
MINT_ASSERT(MINT_OFF_SECTIONS + MINT_SECTION_SIZE * MINT_MAX_OSES <=
	    MINT_OFF_IRQTABLE);
MINT_ASSERT(MINT_OFF_IRQTABLE + MINT_IRQT_SIZE <= MINT_OFF_WORK);
MINT_ASSERT(MINT_OFF_WORK + MINT_WORK_SIZE * MINT_MAX_OSES <= MINT_SHM_SIZE);
MINT_ASSERT(MINT_IRQT_MAX_OSES == MINT_MAX_OSES);
MINT_ASSERT(MINT_IRQ_MSI == MINT_ROUTE_MSI);
MINT_ASSERT(MINT_IRQ_MSIX == MINT_ROUTE_MSIX);
MINT_ASSERT(MINT_IRQ_DOORBELL == MINT_ROUTE_DOORBELL);
MINT_ASSERT(MINT_SEC_LOG + MINT_LOG_DATA_OFF + MINT_LOG_SIZE <=
	    MINT_SEC_CONS_OUT);
MINT_ASSERT(MINT_SEC_CONS_OUT + MINT_LOG_DATA_OFF + MINT_CONS_SIZE <=
	    MINT_SEC_CONS_IN);
MINT_ASSERT(MINT_SEC_CHANS + MINT_MAX_CHANS * MINT_CHAN_STRIDE <=
	    MINT_SECTION_SIZE);
MINT_ASSERT(sizeof(struct mint_chan) <= MINT_CHAN_TO_SERVER_OFF);
MINT_ASSERT(MINT_LOW_MAX <= 0xa0000);
#endif

#endif /* MINT_ABI_H */
