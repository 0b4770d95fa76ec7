/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the layer needs of the world around it.  In the kernel and on a host:
 * integer types and atomic access to shared words here, all else through
 * struct irql_platform.
 */
#ifndef IRQL_PLATFORM_H
#define IRQL_PLATFORM_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../neutral/shared.h"

#define irql_load(p)		READ_ONCE(*(p))
#define irql_store(p, v)	WRITE_ONCE(*(p), v)
/* pairs with irql_store_release() and irql_cas() */
#define irql_load_acquire(p)	smp_load_acquire(p)
/* pairs with irql_load_acquire() */
#define irql_store_release(p, v) smp_store_release(p, v)
#define irql_cas(p, old, new)	mint_shared_cas(p, old, new)
#define irql_xchg(p, v)		xchg(p, v)

#else /* a host: gcc or clang */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;

void *memset(void *s, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);

#define irql_load(p)		__atomic_load_n(p, __ATOMIC_RELAXED)
#define irql_store(p, v)	__atomic_store_n(p, v, __ATOMIC_RELAXED)
#define irql_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define irql_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define irql_xchg(p, v)		__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

/* Returns what was there: equal to @old if @new was stored. */
static inline u32 irql_cas(u32 *p, u32 old, u32 new)
{
	__atomic_compare_exchange_n(p, &old, new, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return old;
}

#endif

/* Returns what was there. */
static inline u32 irql_or(u32 *p, u32 bits)
{
	u32 old, seen = irql_load(p);

	do {
		old = seen;
		seen = irql_cas(p, old, old | bits);
	} while (seen != old);
	return old;
}

/*
 * Points at which a test stops or kills the OS.  A platform without tests has
 * no step function, and with IRQL_NO_STEPS defined the calls vanish.
 */
enum irql_step {
	IRQL_STEP_LOCKED,	/* the lock was just taken */
	IRQL_STEP_UNLOCK,	/* about to be given back */
	IRQL_STEP_SECTION,	/* the own section was changed, nothing else yet */
	IRQL_STEP_CONTROL,	/* the control words were changed */
	IRQL_STEP_INDEX,	/* index register written, data register not */
	IRQL_STEP_HALF,		/* one half of an RTE written */
	IRQL_STEP_MASKED,	/* pin masked for a change */
	IRQL_STEP_BEGIN,	/* shared line: interrupt taken */
	IRQL_STEP_ACK,		/* about to clear the own pending bit */
	IRQL_STEP_ACKED,	/* cleared; the last one: line not re-armed yet */
	IRQL_STEP_EVICT,	/* watch: sharer out of the round, not re-armed */
	IRQL_NR_STEPS
};

/**
 * struct irql_platform - the world
 * @chip_read:	reads register @reg of a chip (index write, data read)
 * @chip_write:	writes register @reg of a chip (index write, data write)
 * @chip_eoi:	writes @vector to a chip's EOI register; chip version >= 0x20
 * @lapic_eoi:	this core's EOI
 * @lapic_tmr:	this core's trigger mode bit of @vector
 * @self_ipi:	sends @vector to this core and waits (bounded) until it is
 *		pending with its trigger mode bit clear
 * @ipi:	sends @vector to another core
 * @core:	number of this core, for the lock word
 * @now_us:	a clock that never goes back, the same in every OS, microseconds
 * @relax:	called while waiting
 * @irq_save, @irq_restore: this core takes no interrupts in between; called for the
 *		table's lock only, before it is taken and after it is given back
 * @holder_gone: whether an OS (and its core) named by a lock word can be
 *		proved not to hold the lock: no such OS, stopped, not its core
 * @dest_ok:	whether APIC id @apic_id belongs to a core of @os
 * @quiet_intx:	switches INTx of all of @os's functions on @gsi off (@on false),
 *		or those that were so switched off on again
 * @directed_eoi: whether this OS's cores suppress EOI broadcasts (always the same
 *		answer)
 * @lock_stuck:	@os sits on the lock, which it needs for microseconds, and nobody gets at
 *		the chips: it is to be stopped, and irql_os_gone() called; may be NULL
 * @away_us:	how long another OS may keep the core of @os that takes its shared lines,
 *		microseconds; 0: it has that core alone; may be NULL
 * @changed:	a route of @gsi (or a message route: MINT_IRQT_NONE) changed
 * @trace:	something happened; see enum irql_event
 * @step:	test only, may be NULL
 *
 * Functions with a chip get an index below the number of chips.  None sleeps.
 * What touches a chip, a local APIC or another core is called with interrupts off;
 * @quiet_intx, @lock_stuck, @changed and @trace may be called with interrupts on.
 */
struct irql;
struct irql_platform {
	u32 (*chip_read)(struct irql *l, u32 chip, u32 reg);
	void (*chip_write)(struct irql *l, u32 chip, u32 reg, u32 value);
	void (*chip_eoi)(struct irql *l, u32 chip, u32 vector);
	void (*lapic_eoi)(struct irql *l);
	bool (*lapic_tmr)(struct irql *l, u32 vector);
	void (*self_ipi)(struct irql *l, u32 vector);
	void (*ipi)(struct irql *l, u32 apic_id, u32 vector);
	u32 (*core)(struct irql *l);
	u64 (*now_us)(struct irql *l);
	void (*relax)(struct irql *l);
	unsigned long (*irq_save)(struct irql *l);
	void (*irq_restore)(struct irql *l, unsigned long flags);
	bool (*holder_gone)(struct irql *l, u32 word);
	bool (*dest_ok)(struct irql *l, u32 os, u32 apic_id);
	void (*quiet_intx)(struct irql *l, u32 os, u32 gsi, bool on);
	bool (*directed_eoi)(struct irql *l);
	void (*lock_stuck)(struct irql *l, u32 os);
	u64 (*away_us)(struct irql *l, u32 os);
	void (*changed)(struct irql *l, u32 gsi);
	void (*trace)(struct irql *l, u32 event, u32 gsi, u32 a, u32 b);
	void (*step)(struct irql *l, enum irql_step step);
};

/* What @trace is told: event, gsi (or slot), two values. */
enum irql_event {
	IRQL_EV_REGISTER,	/* os, vector */
	IRQL_EV_UNREGISTER,	/* os, 0 */
	IRQL_EV_RESOLVE,	/* low and high half of the RTE wanted */
	IRQL_EV_APPLY,		/* low and high half of the RTE written */
	IRQL_EV_ROUND_START,	/* live, pending */
	IRQL_EV_ROUND_ACK,	/* os, pending after it */
	IRQL_EV_ROUND_END,	/* live, rounds so far */
	IRQL_EV_FORCE,		/* live, pending before it */
	IRQL_EV_EVICT,		/* os, pending before it */
	IRQL_EV_READMIT,	/* os, live after it */
	IRQL_EV_THROTTLE,	/* rounds in a row without a taker, 0 */
	IRQL_EV_REPAIR,		/* what was wrong: enum irql_wrong, os */
	IRQL_NR_EVENTS
};

#endif /* IRQL_PLATFORM_H */
