/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The interrupt table: who wants which interrupt, and who still owes an
 * acknowledgment on a shared line.  It belongs to no OS.
 *
 * It lies at MINT_OFF_IRQTABLE of the shared area (see <mint/abi.h>, whose rules
 * hold here too) and has three parts:
 *
 *  - a header, written once: the I/O APICs and how ISA interrupts reach them;
 *  - control words, changed under the table's lock or by compare-and-swap: one
 *    record per GSI, one per OS, one word per vector of the level block;
 *  - a section per OS, written by that OS alone: what it wants.
 *
 * What the hardware should be follows from the sections and the control words
 * and from nothing else; see irqlayer/resolve.c.
 *
 * Number spaces: a GSI is the machine's number of an input of some I/O APIC
 * (ACPI 6.5, 5.2.12); a pin is its number on its chip; a vector is what a local
 * APIC receives (SDM vol. 3, 11.5.2).  None of them is a Linux interrupt number.
 */
#ifndef MINT_IRQTABLE_H
#define MINT_IRQTABLE_H

#include <mint/types.h>

#define MINT_IRQT_MAGIC		0x3130515249544e4dULL	/* "MNTIRQ01" */
#define MINT_IRQT_REVISION	1u

#define MINT_IRQT_MAX_OSES	16u
#define MINT_IRQT_MAX_CHIPS	8u
#define MINT_IRQT_MAX_GSIS	240u	/* GSIs 0..239 */
#define MINT_IRQT_MAX_PINS	120u	/* of a chip: registers 0x10..0xff */
#define MINT_IRQT_MAX_ROUTES	1024u	/* slots per OS */
/* A section's slots below this one belong to the GSI of that number. */
#define MINT_IRQT_FIRST_MSG	MINT_IRQT_MAX_GSIS
#define MINT_IRQT_NONE		(~0u)

/*
 * Level pins take their vectors from this block, the same in every kernel: an
 * EOI matches by vector over all level pins (SDM vol. 3, 11.8.5), so two level
 * pins with one vector would end each other's interrupts.
 */
#define MINT_IRQT_VECTOR_FIRST	0xa0u
#define MINT_IRQT_NR_VECTORS	64u

/* Offsets in bytes from the start of the table. */
#define MINT_IRQT_OFF_CHIPS	0x00000200u
#define MINT_IRQT_OFF_OSES	0x00000400u
#define MINT_IRQT_OFF_VECTORS	0x00000c00u
#define MINT_IRQT_OFF_GSIS	0x00001000u
#define MINT_IRQT_OFF_SECTIONS	0x00010000u
#define MINT_IRQT_SECTION_SIZE	0x00011000u
#define MINT_IRQT_SEC_ROUTES	0x00001000u
#define MINT_IRQT_SIZE		(MINT_IRQT_OFF_SECTIONS + \
				 MINT_IRQT_MAX_OSES * MINT_IRQT_SECTION_SIZE)

/**
 * struct mint_irqt_lock - the lock of the interrupt table
 * @holder:	any (compare-and-swap): 0, or MINT_LOCK_WORD(os, core)
 * @taken:	holder: how often it was taken (diagnosis)
 * @contended:	any: how often somebody had to wait (diagnosis)
 * @broken:	fencer: how often it was taken from a stopped holder
 *
 * Nobody takes it from a holder that is not proved stopped.
 */
struct mint_irqt_lock {
	__u32 holder;
	__u32 taken;
	__u32 contended;
	__u32 broken;
};

/**
 * struct mint_irqt_chip - one I/O APIC; written once, before @magic
 * @paddr:	physical address of its registers
 * @version:	of its version register; 0x20 and above have an EOI register
 * @gsi_base:	GSI of its pin 0
 * @nr_pins:	1..MINT_IRQT_MAX_PINS; 0 = no chip
 * @id:		I/O APIC id
 */
struct mint_irqt_chip {
	__u64 paddr;
	__u32 version;
	__u32 gsi_base;
	__u32 nr_pins;
	__u32 id;
	__u32 reserved[2];
};

/**
 * struct mint_irqt_machine - what is wired to what; every OS knows it by itself,
 *	and believes the table only if it says the same
 * @nr_chips:	entries in @chip
 * @chip:	the I/O APICs; the rest is zero
 * @isa_gsi:	GSI of ISA interrupt n, MINT_IRQT_NONE = none
 * @isa_attr:	its MINT_IRQF_LEVEL, MINT_IRQF_LOW
 */
struct mint_irqt_machine {
	__u32 nr_chips;
	__u32 reserved;
	struct mint_irqt_chip chip[MINT_IRQT_MAX_CHIPS];
	__u32 isa_gsi[16];
	__u32 isa_attr[16];
};

/* How a pin is wired: mint_irqt_gsi.attr, mint_irqt_route.flags, isa_attr. */
#define MINT_IRQF_LEVEL		(1u << 0)	/* else edge */
#define MINT_IRQF_LOW		(1u << 1)	/* active low, else high */
/* mint_irqt_route.flags only */
#define MINT_IRQF_MASKED	(1u << 2)	/* the OS has masked it */
#define MINT_IRQF_HELD		(1u << 3)	/* shared: ack withheld by a mask */

/**
 * struct mint_irqt_header
 * @magic:	MINT_IRQT_MAGIC, stored last by the OS that builds the table
 * @revision:	MINT_IRQT_REVISION; differs: refuse
 * @size_bytes:	MINT_IRQT_SIZE
 * @features:	0
 * @timeout_ms:	any: how long a sharer may owe an acknowledgment,
 *		MINT_IRQT_TIMEOUT_MIN..MAX; else the default counts
 * @rearm:	any: MINT_REARM_*: strategy for shared lines; changes when no
 *		line is shared (tests)
 * @isa_gsi, @isa_attr: as in struct mint_irqt_machine (written once)
 * @lock:	of the table
 * @vectors_used: lock: bit n: vector MINT_IRQT_VECTOR_FIRST + n is in use; a hint,
 *		the words of the vectors say so
 * @changes:	any: changes with every change of a route (for notifications)
 */
struct mint_irqt_header {
	__u64 magic;
	__u32 revision;
	__u32 size_bytes;
	__u32 features;
	__u32 timeout_ms;
	__u32 rearm;
	__u32 changes;
	__u32 isa_gsi[16];
	__u32 isa_attr[16];
	struct mint_irqt_lock lock;
	__u32 vectors_used[MINT_IRQT_NR_VECTORS / 32];
	__u32 reserved[50];
};

#define MINT_IRQT_TIMEOUT_MIN		10u
#define MINT_IRQT_TIMEOUT_MAX		60000u
#define MINT_IRQT_TIMEOUT_DEFAULT	1000u

#define MINT_REARM_AUTO		0u	/* the best that the chips can do */
#define MINT_REARM_DIRECTED	1u	/* directed EOI, SVR bit 12 */
#define MINT_REARM_SELF_IPI	2u	/* TMR cleared by an IPI to oneself */
#define MINT_REARM_MASK		3u	/* mask, unmask */
#define MINT_NR_REARM		4u

/**
 * struct mint_irqt_os - what the table knows of one OS; index is id minus 1
 * @generation:	lock: of the attached OS (mint_os.generation), 0 = not attached:
 *		then its section does not count
 * @logical:	lock: 1 << n, its bit in logical destinations, 0 = none left
 * @shared_apic: lock: APIC id of the core that takes its shared lines
 */
struct mint_irqt_os {
	__u32 generation;
	__u32 logical;
	__u32 shared_apic;
	__u32 reserved[13];
};

/**
 * struct mint_irqt_gsi - control words of one GSI
 * @round:	any (compare-and-swap), shared lines: MINT_ROUND(live, pending);
 *		bit (OS id - 1).  live: takes part; pending: owes an ack.  0 when
 *		the line is not shared
 * @sharers:	lock: bit (OS id - 1): has a route on this GSI
 * @evicted:	lock: bit (OS id - 1): taken out of the rounds by the watch
 * @attr:	lock: MINT_IRQF_LEVEL and _LOW, set by the first sharer
 * @vector:	lock: level: from the block; 0 = none
 * @rounds:	who ends a round: how many have ended
 * @taken:	any (or): bit (OS id - 1): had work in this round
 * @untaken:	who ends a round: how many in a row nobody had work in
 * @throttled:	who ends a round sets 1: the watch re-arms the line;
 *		lock: 0 again
 * @forced:	lock: rounds forced by the watch
 * @evictions:	lock: sharers evicted so far
 * @rearming:	lock: masked by an open round (MINT_REARM_MASK)
 * @held:	lock: not shared: 1 = its OS is away from its core, and somebody masked the
 *		pin for it; that OS, when its turn comes, writes 0
 * @last_owner:	lock: OS id that had an edge pin last; 0 = nobody ever had it,
 *		MINT_IRQT_NONE = one that is gone
 */
struct mint_irqt_gsi {
	__u32 round;
	__u32 sharers;
	__u32 evicted;
	__u32 attr;
	__u32 vector;
	__u32 rounds;
	__u32 taken;
	__u32 untaken;
	__u32 throttled;
	__u32 forced;
	__u32 evictions;
	__u32 rearming;
	__u32 last_owner;
	__u32 held;
	__u32 reserved[2];
};

#define MINT_ROUND(live, pending)	((__u32)(live) << 16 | (pending))
#define MINT_ROUND_LIVE(word)		((word) >> 16)
#define MINT_ROUND_PENDING(word)	((word) & 0xffffu)

/* mint_irqt_route.type; the same values as MINT_ROUTE_* of <mint/abi.h> */
#define MINT_IRQ_FREE		0u
#define MINT_IRQ_PIN		1u	/* slot = GSI; shared if others have it */
#define MINT_IRQ_MSI		3u
#define MINT_IRQ_MSIX		4u
#define MINT_IRQ_DOORBELL	5u

/**
 * struct mint_irqt_route - one route of one OS; writer: that OS
 * @type:	MINT_IRQ_*; stored last when a route is made, first when freed
 * @flags:	MINT_IRQF_*
 * @vector:	edge pin, MSI, doorbell: 16..255.  Level pin: what the table gave
 * @dest:	destination APIC id; must belong to a core of the OS
 * @sbdf:	device, MINT_IRQT_NONE = none (then @name says what)
 * @virq:	the OS's own number for it (diagnosis)
 * @count:	arrivals; shared: rounds acknowledged
 * @foreign:	rounds in which no handler of this OS had work
 * @name:	of the handler or device, NUL-terminated
 */
struct mint_irqt_route {
	__u32 type;
	__u32 flags;
	__u32 vector;
	__u32 dest;
	__u32 sbdf;
	__u32 virq;
	__u64 count;
	__u64 foreign;
	char  name[16];
	__u32 reserved[2];
};

/**
 * struct mint_irqt_section - head of a section
 * @os:		OS id (fixed)
 * @nr_msgs:	self: slots from MINT_IRQT_FIRST_MSG on that were ever used
 * @mmio_index:	self: writes to an I/O APIC's index register
 * @mmio_data:	self: writes to an I/O APIC's data register
 * @mmio_eoi:	self: writes to an I/O APIC's EOI register
 */
struct mint_irqt_section {
	__u32 os;
	__u32 nr_msgs;
	__u32 reserved0[2];
	__u64 mmio_index;
	__u64 mmio_data;
	__u64 mmio_eoi;
	__u32 reserved[54];
};

#ifndef __ASSEMBLY__
#define MINT_IRQT_ASSERT(cond)	_Static_assert(cond, #cond)
MINT_IRQT_ASSERT(sizeof(struct mint_irqt_header) <= MINT_IRQT_OFF_CHIPS);
MINT_IRQT_ASSERT(sizeof(struct mint_irqt_chip) == 32);
MINT_IRQT_ASSERT(MINT_IRQT_OFF_CHIPS +
		 MINT_IRQT_MAX_CHIPS * sizeof(struct mint_irqt_chip) <=
		 MINT_IRQT_OFF_OSES);
MINT_IRQT_ASSERT(sizeof(struct mint_irqt_os) == 64);
MINT_IRQT_ASSERT(MINT_IRQT_OFF_OSES +
		 MINT_IRQT_MAX_OSES * sizeof(struct mint_irqt_os) <=
		 MINT_IRQT_OFF_VECTORS);
MINT_IRQT_ASSERT(MINT_IRQT_OFF_VECTORS + MINT_IRQT_NR_VECTORS * 4 <=
		 MINT_IRQT_OFF_GSIS);
MINT_IRQT_ASSERT(sizeof(struct mint_irqt_gsi) == 64);
MINT_IRQT_ASSERT(MINT_IRQT_OFF_GSIS +
		 MINT_IRQT_MAX_GSIS * sizeof(struct mint_irqt_gsi) <=
		 MINT_IRQT_OFF_SECTIONS);
MINT_IRQT_ASSERT(sizeof(struct mint_irqt_route) == 64);
MINT_IRQT_ASSERT(sizeof(struct mint_irqt_section) <= MINT_IRQT_SEC_ROUTES);
MINT_IRQT_ASSERT(MINT_IRQT_SEC_ROUTES +
		 MINT_IRQT_MAX_ROUTES * sizeof(struct mint_irqt_route) <=
		 MINT_IRQT_SECTION_SIZE);
#endif

#endif /* MINT_IRQTABLE_H */
