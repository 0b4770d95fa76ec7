/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the layer share.  Not for those who use it.
 */
#ifndef IRQL_INTERNAL_H
#define IRQL_INTERNAL_H

#include "irqlayer.h"

#define IRQL_ALL_OSES		((1u << MINT_IRQT_MAX_OSES) - 1)
/* How long a masked pin may stay in service before it is forced out of it. */
#define IRQL_QUIESCE_US		5000u
/* How long an interrupt handler waits for the lock, and the watch. */
#define IRQL_SHORT_LOCK_US	1000u
/* A compare-and-swap that fails so often is being sabotaged. */
#define IRQL_CAS_TRIES		1000u
/* Fields of a low half that nobody can write. */
#define IRQL_RTE_READONLY	(IRQL_RTE_PENDING | IRQL_RTE_IRR)
#define IRQL_ATTR		(MINT_IRQF_LEVEL | MINT_IRQF_LOW)

static inline u32 irql_bit(u32 os)
{
	return 1u << (os - 1);
}

/* Takes the next OS out of @set; false if there is none. */
static inline bool irql_next_os(u32 *set, u32 *os)
{
	*set &= IRQL_ALL_OSES;
	if (!*set)
		return false;
	*os = (u32)__builtin_ctz(*set) + 1;
	*set &= *set - 1;
	return true;
}

static inline void irql_trace(struct irql *l, u32 event, u32 gsi, u32 a, u32 b)
{
	if (l->plat->trace)
		l->plat->trace(l, event, gsi, a, b);
}

static inline void irql_changed(struct irql *l, u32 gsi)
{
	if (l->plat->changed)
		l->plat->changed(l, gsi);
}

/* INTx of the functions on @gsi that the OSes in @set have. */
static inline void irql_quiet_intx(struct irql *l, u32 gsi, u32 set, bool on)
{
	u32 os;

	while (irql_next_os(&set, &os))
		l->plat->quiet_intx(l, os, gsi, on);
}

/* Stores @value; 1 if something else was there. */
static inline u32 irql_put(u32 *word, u32 value)
{
	if (irql_load(word) == value)
		return 0;
	irql_store(word, value);
	return 1;
}

static inline void irql_set_dirty(struct irql *l, u32 gsi)
{
	irql_or(&l->dirty[gsi / 32], 1u << (gsi % 32));
}

static inline bool irql_is_dirty(struct irql *l, u32 gsi)
{
	return irql_load(&l->dirty[gsi / 32]) & (1u << (gsi % 32));
}

static inline bool irql_is_mine(struct irql *l, u32 gsi)
{
	return irql_load(&l->mine[gsi].type) == MINT_IRQ_PIN;
}

/* table.c */
/* Restore the header and this OS's record; how many words were wrong. */
u32 irql_restore_header(struct irql *l);
u32 irql_restore_os(struct irql *l);
/* OSes that do not exist are not attached. */
u32 irql_detach_bogus(struct irql *l);
bool irql_header_ok(struct irql *l);
bool irql_os_ok(struct irql *l);
bool irql_attached(struct irql *l, u32 os);
u32 irql_attached_set(struct irql *l);
/* The OS's bit in logical destinations, 0 = none (or garbage). */
u32 irql_logical(struct irql *l, u32 os);
bool irql_has_eoi(const struct irql *l, u32 chip);
void irql_publish_mmio(struct irql *l);

/* record.c */
void irql_fill_record(struct irql *l, u32 slot, const struct irql_msg *msg);
void irql_write_record(struct irql *l, u32 slot);
bool irql_record_ok(struct irql *l, u32 slot);

/* resolve.c */
/**
 * struct irql_claim - copy of what an OS wants of a GSI; checked
 */
struct irql_claim {
	u32 flags;
	u32 dest;
	u32 vector;
};

/* Whether @os wants @gsi, and how.  What makes no sense counts as not there. */
bool irql_claim(struct irql *l, u32 gsi, u32 os, struct irql_claim *claim);
/* Who is said to share @gsi, and has a sane route there. */
u32 irql_sharers(struct irql *l, u32 gsi);
/* irql_resolve(); returns the OS that has the pin alone, 0 = none or several. */
u32 irql_resolve_owner(struct irql *l, u32 gsi, struct irql_rte *rte);
bool irql_unused(const struct irql_rte *rte);

/* ioapic.c */
u32 irql_read_lo(struct irql *l, u32 chip, u32 pin);
u32 irql_read_hi(struct irql *l, u32 chip, u32 pin);
void irql_write_lo(struct irql *l, u32 chip, u32 pin, u32 lo);
void irql_write_hi(struct irql *l, u32 chip, u32 pin, u32 hi);
/* Takes a masked level pin out of service without its EOI. */
void irql_force_eoi(struct irql *l, u32 chip, u32 pin, u32 lo);

/* apply.c: under the lock */
bool irql_apply_rte(struct irql *l, u32 gsi);
/* Masks the pin and waits until it is not in service, or forces that. */
void irql_quiesce(struct irql *l, u32 gsi);
bool irql_rte_ok(const struct irql_rte *want, u32 lo, u32 hi);

/* vector.c */
bool irql_vector_in_block(u32 vector);
bool irql_vector_ok(struct irql *l, u32 gsi, u32 vector);
u32 irql_vector_get(struct irql *l, u32 gsi);
void irql_vector_put(struct irql *l, u32 gsi);
u32 irql_vector_settle(struct irql *l, u32 gsi, u32 sharers);
u32 irql_vectors_clean(struct irql *l);

/* settle.c: under the lock */
/*
 * Makes the control words of @gsi what the sections of the OSes in @candidates
 * say, and the RTE what follows.  How many things were changed.
 */
u32 irql_settle(struct irql *l, u32 gsi, u32 candidates);
/* Of several OSes that want an edge pin (damage): who had it, or the first. */
u32 irql_only_one(struct irql *l, u32 gsi, u32 sharers);
void irql_settle_all(struct irql *l);
/* Ends the round, whoever owes, and re-arms the line. */
void irql_force(struct irql *l, u32 gsi);
/* The line is not shared (any longer): re-arms it for an EOI that was kept. */
void irql_end_kept(struct irql *l, u32 gsi);
/* Restores the own record, then as above from all sections. */
u32 irql_repair_gsi(struct irql *l, u32 gsi);

/* round.c, rearm.c */
/* The round word, 0 if nobody else shares the line. */
u32 irql_round(struct irql *l, u32 gsi);
void irql_ack(struct irql *l, u32 gsi);
/* Ends the interrupt at the chip; lock-free where the chip has an EOI register. */
void irql_eoi_pin(struct irql *l, u32 gsi);
void irql_eoi_pin_locked(struct irql *l, u32 gsi);
void irql_rearm_locked(struct irql *l, u32 gsi);

/* lock.c */
/*
 * Once the lock is given back, switches INTx of these OSes' functions on @gsi off,
 * and on again unless they are evicted.
 */
void irql_toggle_intx(struct irql *l, u32 gsi, u32 set);
void irql_count_change(struct irql *l);

#endif /* IRQL_INTERNAL_H */
