/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The neutral interrupt layer: what an OS calls.
 *
 * An OS says in its section of the table what it wants; resolve() says, from
 * the sections and the control words alone, what an RTE should be; apply()
 * makes it so, under the table's lock, from whichever OS caused the change.
 * Both can be run again at any time by anybody.
 *
 * Everything in the table is untrusted: it is copied once and checked; what
 * this OS wants is kept in struct irql, out of reach of the others.
 *
 * Errors are negative: -IRQL_E*.  The values are Linux's.
 */
#ifndef IRQLAYER_H
#define IRQLAYER_H

#include <mint/irqtable.h>

#include "platform.h"

#define IRQL_ENOENT	2	/* no such GSI, or no route there */
#define IRQL_EBUSY	16	/* the pin is another OS's and cannot be shared */
#define IRQL_EINVAL	22	/* trigger or polarity differ; bad argument */
#define IRQL_ENOSPC	28	/* no vector left in the block; no slot; no logical id */
#define IRQL_EBADMSG	74	/* the table is damaged */
#define IRQL_ETIMEDOUT	110	/* the lock is held by somebody who lives */

struct irql_rearm_ops;

/**
 * struct irql_watch - what the watch saw of a GSI last time
 * @rounds:	how many had ended, or been forced
 * @round:	who was live
 * @since_us:	when
 * @stalled:	a round was open then, and has not ended since
 */
struct irql_watch {
	u32 rounds;
	u32 round;
	u64 since_us;
	bool stalled;
};

/**
 * struct irql - one OS's private side of the layer
 * @table:	the table, shared
 * @os:		id of this OS
 * @generation:	of its slot
 * @plat, @plat_data: the world
 * @nr_chips, @chip, @isa_gsi, @isa_attr: the machine, as this OS knows it
 * @mine:	private copy of the own section's routes
 * @dirty:	bit per GSI: apply() is still to be done (lock timed out)
 * @level:	bit per GSI: a level pin of ours
 * @echo:	per GSI: the self-IPI of a shared line is under way
 * @owes:	per GSI: acknowledgment withheld by a mask
 * @rejoin:	per GSI: this OS was evicted and has answered again
 * @busy:	per GSI: handlers are running, for a shared line
 * @kept:	per GSI: an EOI was kept from the chip, for a shared line
 * @requiet:	per GSI: this OS left while evicted: its INTx is off
 * @unquiet:	per GSI: OSes whose INTx is to be switched off and on (bit id - 1)
 * @unquiet_any: some @unquiet is not 0
 * @nr_shared:	pins of ours that are shared
 * @watch:	per GSI: what the watch saw last time
 * @mmio_index, @mmio_data, @mmio_eoi: register writes of this OS, by the platform
 *		(atomic where several cores write)
 * @timeout_ms:	the last one that was within its bounds
 * @directed:	this OS's cores suppress EOI broadcasts (asked when attached)
 * @reapply:	the lock was taken from somebody: settle every GSI
 * @lock_timeout_us: how long to wait for the table's lock
 * @held_by:	core + 1 that holds the lock or waits for it, 0: none of this OS
 * @gone_word, @gone_since_us: lock word that names nobody alive, and since when
 * @stuck_word, @stuck_taken, @stuck_since_us: who the watch saw with the lock last, which
 *		time of taking it that was, and since when
 * @taken_over:	called with the lock that was taken from somebody (see @reapply): settles
 *		every GSI; set when attached, as lock.c lies below what it calls
 * @no_lock:	test: do not lock (shows that the lock is needed)
 *
 * A GSI's private state changes only by the caller that the OS serialises per
 * GSI (in Linux: desc->lock), or under the table's lock.
 */
struct irql {
	void *table;
	u32 os;
	u32 generation;
	const struct irql_platform *plat;
	void *plat_data;
	u32 nr_chips;
	struct mint_irqt_chip chip[MINT_IRQT_MAX_CHIPS];
	struct mint_irqt_route mine[MINT_IRQT_MAX_ROUTES];
	u32 free_msg;
	u32 nr_msgs;
	u32 logical;
	u32 shared_apic;
	u32 dirty[(MINT_IRQT_MAX_GSIS + 31) / 32];
	u32 level[(MINT_IRQT_MAX_GSIS + 31) / 32];
	u8 echo[MINT_IRQT_MAX_GSIS];
	u8 owes[MINT_IRQT_MAX_GSIS];
	u8 rejoin[MINT_IRQT_MAX_GSIS];
	u8 busy[MINT_IRQT_MAX_GSIS];
	u8 kept[MINT_IRQT_MAX_GSIS];
	u8 requiet[MINT_IRQT_MAX_GSIS];
	u32 unquiet[MINT_IRQT_MAX_GSIS];
	u32 unquiet_any;
	u32 nr_shared;
	struct irql_watch watch[MINT_IRQT_MAX_GSIS];
	u64 mmio_index;
	u64 mmio_data;
	u64 mmio_eoi;
	u32 isa_gsi[16];
	u32 isa_attr[16];
	u32 timeout_ms;
	bool directed;
	u32 reapply;
	u32 lock_timeout_us;
	u32 held_by;
	u32 gone_word;
	u64 gone_since_us;
	u32 stuck_word;
	u32 stuck_taken;
	u64 stuck_since_us;
	void (*taken_over)(struct irql *l);
	bool no_lock;
};

/* A point at which a test may stop this OS. */
static inline void irql_step(struct irql *l, enum irql_step step)
{
#ifndef IRQL_NO_STEPS
	if (l->plat->step)
		l->plat->step(l, step);
#endif
}

/* ---- where things are in the table --------------------------------------- */

static inline struct mint_irqt_header *irql_hdr(struct irql *l)
{
	return l->table;
}

/* @gsi: checked by the caller */
static inline struct mint_irqt_gsi *irql_gsi(struct irql *l, u32 gsi)
{
	return (struct mint_irqt_gsi *)((u8 *)l->table + MINT_IRQT_OFF_GSIS) +
	       gsi;
}

/* @os: 1..MINT_IRQT_MAX_OSES */
static inline struct mint_irqt_os *irql_os(struct irql *l, u32 os)
{
	return (struct mint_irqt_os *)((u8 *)l->table + MINT_IRQT_OFF_OSES) +
	       (os - 1);
}

static inline struct mint_irqt_section *irql_section(struct irql *l, u32 os)
{
	return (struct mint_irqt_section *)((u8 *)l->table +
		MINT_IRQT_OFF_SECTIONS + (os - 1) * MINT_IRQT_SECTION_SIZE);
}

/* @slot: 0..MINT_IRQT_MAX_ROUTES-1 */
static inline struct mint_irqt_route *irql_route(struct irql *l, u32 os, u32 slot)
{
	return (struct mint_irqt_route *)((u8 *)irql_section(l, os) +
					  MINT_IRQT_SEC_ROUTES) + slot;
}

/* GSI + 1 that has vector MINT_IRQT_VECTOR_FIRST + @i, 0 = free */
static inline u32 *irql_vector(struct irql *l, u32 i)
{
	return (u32 *)((u8 *)l->table + MINT_IRQT_OFF_VECTORS) + i;
}

/* ---- table.c, oses.c, machine.c, attach.c: building, attaching ------------- */

/*
 * Builds an empty table of MINT_IRQT_SIZE bytes (8 byte aligned).  Only the OS
 * that creates the shared area.
 * 0 or -IRQL_EINVAL: chips overlap, too many pins.
 */
int irql_build(void *table, const struct mint_irqt_machine *machine);
/*
 * Makes this OS part of the layer; @l is zeroed first.  @shared_apic: the core
 * that takes shared lines.  Afterwards @l->logical must be in that core's LDR (0:
 * there was none left: shared lines are refused).  Also the way in for an OS in
 * a slot that another one had: what was there is forgotten.
 * 0, -IRQL_EBADMSG (the table is not @machine's: nothing was written),
 * -IRQL_ETIMEDOUT, -IRQL_EINVAL.
 */
int irql_attach(struct irql *l, void *table,
		const struct mint_irqt_machine *machine, u32 os, u32 generation,
		u32 shared_apic, const struct irql_platform *plat,
		void *plat_data);
/*
 * Another core takes shared lines from now on.  It has @l->logical in its LDR
 * already; afterwards the old one gives it up.  0 or -IRQL_EINVAL.
 */
int irql_set_receiver(struct irql *l, u32 apic_id);
/* Pin and chip of a GSI: 0 or -IRQL_ENOENT.  Either pointer may be NULL. */
int irql_gsi_to_pin(const struct irql *l, u32 gsi, u32 *chip, u32 *pin);
/* GSI of a pin, or MINT_IRQT_NONE. */
u32 irql_pin_to_gsi(const struct irql *l, u32 chip, u32 pin);
/* Time-out of the watch in microseconds, within its bounds whatever is there. */
u32 irql_timeout_us(struct irql *l);

/* ---- lock.c -------------------------------------------------------------- */

/* 0 with interrupts off, or -IRQL_ETIMEDOUT after l->lock_timeout_us. */
int irql_lock(struct irql *l, unsigned long *flags);
void irql_unlock(struct irql *l, unsigned long flags);
/* Takes the lock from @os, all of whose cores are proved stopped. */
void irql_lock_break(struct irql *l, u32 os);
/* The word names a core of ours that does not hold it (damage): frees it. */
void irql_lock_check(struct irql *l);
/* Who @lock_stuck of the platform was told of still has it, for the same time. */
bool irql_lock_still_stuck(struct irql *l);

/* ---- route.c: what an OS wants of pins ------------------------------------- */

/**
 * struct irql_pin - a pin as an OS wants it
 * @flags:	MINT_IRQF_LEVEL, _LOW; MINT_IRQF_MASKED: registered masked
 * @dest:	APIC id of a core of this OS
 * @vector:	edge: 16..255.  Level: ignored, the table gives one
 * @virq, @sbdf, @name: who uses it; for the table's readers
 */
struct irql_pin {
	u32 flags;
	u32 dest;
	u32 vector;
	u32 virq;
	u32 sbdf;
	char name[16];
};

/*
 * Registers (or changes) this OS's route on @gsi and applies it.  *@vector: the
 * vector that will arrive.  0, -IRQL_ENOENT, -IRQL_EBUSY (edge and taken),
 * -IRQL_EINVAL (other trigger or polarity than those who have it), -IRQL_ENOSPC,
 * -IRQL_ETIMEDOUT; after an error everything is as it was.
 */
int irql_route_pin(struct irql *l, u32 gsi, const struct irql_pin *want,
		   u32 *vector);
/* Withdraws it.  Cannot fail: what the lock does not allow now, the watch does. */
void irql_unroute_pin(struct irql *l, u32 gsi);
/*
 * Other destination (edge: and vector).  Level pins keep their vector.  While a
 * line is shared it only takes note.  Cannot fail, as above.
 */
void irql_set_dest(struct irql *l, u32 gsi, u32 dest, u32 vector);
/*
 * Exclusive: masks, unmasks the pin.  Shared: a mask withholds this OS's
 * acknowledgment, an unmask gives one that is owed, and asks to be re-admitted
 * if this OS was evicted meanwhile.  Cannot fail.  With interrupts off.
 */
void irql_mask(struct irql *l, u32 gsi);
void irql_unmask(struct irql *l, u32 gsi);
/*
 * Whether an interrupt is under way.  Exclusive: Remote IRR (edge: never).
 * Shared: whether this OS is serving a round.  0, 1, -IRQL_ENOENT (no route) or
 * -IRQL_ETIMEDOUT.
 */
int irql_in_service(struct irql *l, u32 gsi);

/* ---- record.c: messages and doorbells --------------------------------------- */

/**
 * struct irql_msg - a message interrupt or doorbell, as it is recorded
 * @type:	MINT_IRQ_MSI, _MSIX, _DOORBELL
 */
struct irql_msg {
	u32 type;
	u32 flags;
	u32 vector;
	u32 dest;
	u32 virq;
	u32 sbdf;
	char name[16];
};

/*
 * Slot of a new message route, or -IRQL_ENOSPC, -IRQL_EINVAL (@dest is no core
 * of this OS).  No lock: the section is ours; the OS serialises.
 */
int irql_add_msg(struct irql *l, const struct irql_msg *msg);
int irql_set_msg(struct irql *l, u32 slot, const struct irql_msg *msg);
void irql_del_msg(struct irql *l, u32 slot);
/*
 * Who uses a route of ours, for the table's readers: nothing follows from it.
 * @name: 16 bytes, the rest after its end is zero.
 */
void irql_set_user(struct irql *l, u32 slot, u32 sbdf, const char *name);
/* Counters of a route of ours, for the table's readers. */
void irql_count(struct irql *l, u32 slot, u64 count, u64 foreign);

/* ---- resolve.c, apply.c ----------------------------------------------------- */

/**
 * struct irql_rte - an abstract route: what the hardware should be
 * @masked, @level, @low: as they say
 * @logical:	@dest is a set of logical ids, else one APIC id
 * @vector:	0 only if @masked
 */
struct irql_rte {
	bool masked;
	bool level;
	bool low;
	bool logical;
	u32 dest;
	u32 vector;
};

/*
 * What the pin of @gsi should be.  Pure: reads the table, changes nothing, costs
 * as much as the GSI has sharers.
 */
void irql_resolve(struct irql *l, u32 gsi, struct irql_rte *rte);
/* Makes the hardware so.  Under the lock.  Idempotent. */
void irql_apply(struct irql *l, u32 gsi);

/* ---- ioapic.c ------------------------------------------------------------------ */

/*
 * An RTE from and to the registers of an I/O APIC (low, high).  The
 * simulated chip speaks the same registers.
 */
void irql_ioapic_encode(const struct irql_rte *rte, u32 *lo, u32 *hi);
void irql_ioapic_decode(u32 lo, u32 hi, struct irql_rte *rte);
#define IRQL_RTE_VECTOR		0x000000ffu
#define IRQL_RTE_DELIVERY	0x00000700u	/* delivery mode, 0 = fixed */
#define IRQL_RTE_LOGICAL	0x00000800u
#define IRQL_RTE_PENDING	0x00001000u	/* delivery status */
#define IRQL_RTE_LOW		0x00002000u
#define IRQL_RTE_IRR		0x00004000u	/* Remote IRR */
#define IRQL_RTE_LEVEL		0x00008000u
#define IRQL_RTE_MASK		0x00010000u
#define IRQL_RTE_DEST		0xff000000u	/* high half */
#define IRQL_IOAPIC_REG_LO(pin)	(0x10u + 2u * (pin))
#define IRQL_IOAPIC_REG_HI(pin)	(0x11u + 2u * (pin))

/* ---- round.c, rearm.c: shared lines ---------------------------------------- */

/**
 * struct irql_rearm_ops - how a sharer's own EOI is kept from re-arming the line
 * @name:	"directed", "self-ipi", "mask"
 * @available:	whether chips and cores can
 * @begin:	interrupt taken, handlers not called yet; false: there is nothing
 *		for them
 * @eoi:	ends the interrupt at this core; true: an echo will follow, and
 *		the acknowledgment with it; false: acknowledge now
 * @rearm:	the round is over (or forced): lets the line interrupt again
 */
struct irql_rearm_ops {
	const char *name;
	bool (*available)(struct irql *l);
	bool (*begin)(struct irql *l, u32 gsi);
	bool (*eoi)(struct irql *l, u32 gsi);
	void (*rearm)(struct irql *l, u32 gsi);
};

/* The strategy in use (header's rearm, or the best available). */
const struct irql_rearm_ops *irql_rearm(struct irql *l);

/*
 * The life of an interrupt on a level pin of ours.  The OS calls, on the core
 * that got the vector, interrupts off, serialised per GSI:
 *
 *	if (irql_shared(l, gsi)) or a handler that knows it is shared:
 *		if (!irql_round_begin(l, gsi))
 *			return;			// an echo: EOI and ack are done
 *		taken = handlers();
 *		irql_round_end(l, gsi, taken);	// EOI, ack or echo
 *	else
 *		handlers(); irql_eoi(l, gsi);
 *
 * irql_eoi() notices by itself when the line has become shared while the
 * handlers ran, so nobody has to be asked before a line is shared.
 */
bool irql_shared(struct irql *l, u32 gsi);
bool irql_round_begin(struct irql *l, u32 gsi);
void irql_round_end(struct irql *l, u32 gsi, bool taken);
/* Returns true if the line is shared now (then it counts as irql_round_end()). */
bool irql_eoi(struct irql *l, u32 gsi);

/* ---- away.c: a core that two OSes have by turns --------------------------------- */

/*
 * This core got @vector, in service now, for which this OS has no handler: that of a pin of
 * the OS that is away.  Ends it here.  Interrupts off.
 */
void irql_hold(struct irql *l, u32 vector);
/* A core of this OS that takes level pins has its turn again.  Interrupts off. */
void irql_back(struct irql *l);

/* ---- watch.c, death.c, verify.c ---------------------------------------------- */

/*
 * The watch: call it about every irql_timeout_us() / 4 while it says so, from one
 * core of each OS, not in an interrupt handler of a pin.  Retries what the lock
 * forbade, forces rounds that stall, evicts who owes too long, re-admits this OS,
 * re-arms throttled lines, checks this OS's own pins against damage, reports who
 * sits on the lock.
 * True: call again.
 */
bool irql_watch(struct irql *l);
/* Rounds in a row that nobody had work in before a line is throttled. */
#define IRQL_STORM_ROUNDS	1000u

/*
 * An OS is gone: its cores are stopped, its devices silent.  Breaks its lock,
 * drops its routes, acknowledges for it, applies what it may have left half
 * done.  -IRQL_ETIMEDOUT: the lock is held by a third, living OS; call again.
 */
int irql_os_gone(struct irql *l, u32 os);

enum irql_wrong {
	IRQL_WRONG_RTE,		/* an RTE is not as resolve() says */
	IRQL_WRONG_ROUTE,	/* a record in a section makes no sense */
	IRQL_WRONG_SHARERS,	/* control words and sections disagree */
	IRQL_WRONG_ROUND,	/* live or pending name who does not share */
	IRQL_WRONG_VECTOR,	/* vector block and pins disagree */
	IRQL_WRONG_HEADER,	/* magic, revision, chips */
	IRQL_WRONG_OWN,		/* the own section differs from the private copy */
	IRQL_WRONG_OS,		/* an OS's logical id or receiving core */
};

/**
 * struct irql_diff - one thing that is wrong
 * @gsi:	MINT_IRQT_NONE where it has no meaning
 * @os:		0 where it has no meaning
 * @is, @should: RTE (low | high << 32) or the value of the word
 */
struct irql_diff {
	enum irql_wrong what;
	u32 gsi;
	u32 os;
	u64 is;
	u64 should;
};

/*
 * Compares the table with itself and with the hardware; calls @tell for each
 * difference (lock not held).  How many, or -IRQL_ETIMEDOUT.
 */
int irql_verify(struct irql *l, void (*tell)(void *arg, const struct irql_diff *d),
		void *arg);
/*
 * Restores what this OS can: header and own section from private copies, control
 * words from the sections, RTEs from resolve().  Other OSes' sections are
 * restored by their owners, who run the same (the caller tells them, then runs
 * it once more).  How many things were changed, or -IRQL_ETIMEDOUT.
 */
int irql_repair(struct irql *l);

#endif /* IRQLAYER_H */
