// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table's lock: a word that names its holder, so that it can be taken from
 * one who is proved stopped, and from nobody else.
 *
 * A core first gets the right to try within its own OS (held_by, private), then
 * takes the word.  So while a core tries, a word that names its own OS is damage.
 */
#include "table.h"
#include "record.h"
#include "intx.h"
#include "lock.h"

static u32 my_word(struct irql *l)
{
	return l->os << 16 | (l->plat->core(l) + 1);
}

static void count(u32 *word)
{
	irql_store(word, irql_load(word) + 1);
}

/* Nobody can have this word by right. */
static bool is_gone(struct irql *l, u32 word)
{
	return word >> 16 == l->os || l->plat->holder_gone(l, word);
}

/*
 * How long a word that names nobody alive is let alone: the true holder may be
 * inside, and his word overwritten.  An OS that was stopped is no reason to wait,
 * but whoever stopped it breaks its lock (irql_lock_break()).
 */
static u32 patience_us(struct irql *l)
{
	return l->lock_timeout_us < 50000 ? l->lock_timeout_us : 50000;
}

/*
 * The time counts from when this OS saw that word first, over many attempts: those
 * of an interrupt handler are short.
 */
static bool is_due(struct irql *l, u32 seen, u64 now)
{
	if (!is_gone(l, seen)) {
		l->gone_word = 0;
		return false;
	}
	if (l->gone_word != seen) {
		l->gone_word = seen;
		l->gone_since_us = now;
	}
	return now - l->gone_since_us >= patience_us(l);
}

/*
 * That nobody is behind the word stays true until it is exchanged: nobody starts
 * an OS again within this moment, and its lock is broken before that.
 */
static bool take_over(struct irql *l, u32 seen, u32 word)
{
	struct mint_irqt_lock *lock = &irql_hdr(l)->lock;

	if (irql_cas(&lock->holder, seen, word) != seen)
		return false;
	count(&lock->broken);
	irql_store(&l->reapply, 1);
	return true;
}

/* Whether the holder is gone is asked ever less often. */
static bool take_word(struct irql *l, u32 word, u64 start, u32 us)
{
	struct mint_irqt_lock *lock = &irql_hdr(l)->lock;
	u64 now, waited, ask = 0;
	bool first = true;
	u32 seen;

	for (;;) {
		seen = irql_cas(&lock->holder, 0, word);
		if (!seen)
			return true;
		if (first)
			irql_add_one(&lock->contended);
		first = false;
		now = l->plat->now_us(l);
		waited = now - start;
		if (waited >= ask || waited >= us) {
			if (is_due(l, seen, now) && take_over(l, seen, word))
				return true;
			ask = 2 * waited + 100;
		}
		if (waited >= us)
			return false;
		l->plat->relax(l);
	}
}

static bool take_turn(struct irql *l, u32 word, u64 start, u32 us)
{
	while (irql_cas(&l->held_by, 0, word & 0xffff)) {
		if (l->plat->now_us(l) - start >= us)
			return false;
		l->plat->relax(l);
	}
	return true;
}

int irql_lock_within(struct irql *l, unsigned long *flags, u32 us)
{
	u64 start;
	u32 word;

	*flags = l->plat->irq_save(l);
	if (l->no_lock)
		return 0;
	word = my_word(l);
	start = l->plat->now_us(l);
	if (!take_turn(l, word, start, us))
		goto late;
	if (!take_word(l, word, start, us)) {
		irql_store_release(&l->held_by, 0);
		goto late;
	}
	l->gone_word = 0;
	count(&irql_hdr(l)->lock.taken);
	irql_step(l, IRQL_STEP_LOCKED);
	/* To settle is above this file: attach.c says what is called. */
	if (irql_xchg(&l->reapply, 0))
		l->taken_over(l);
	return 0;
late:
	l->plat->irq_restore(l, *flags);
	return -IRQL_ETIMEDOUT;
}

int irql_lock(struct irql *l, unsigned long *flags)
{
	return irql_lock_within(l, flags, l->lock_timeout_us);
}

/* The word was overwritten while we held it.  If by nobody's, we free that. */
static void drop_garbage(struct irql *l, u32 seen)
{
	if (!seen || !is_gone(l, seen))
		return;
	irql_cas(&irql_hdr(l)->lock.holder, seen, 0);
	irql_store(&l->reapply, 1);
}

void irql_unlock(struct irql *l, unsigned long flags)
{
	u32 word, seen;

	irql_publish_mmio(l);
	if (!l->no_lock) {
		irql_step(l, IRQL_STEP_UNLOCK);
		word = my_word(l);
		seen = irql_cas(&irql_hdr(l)->lock.holder, word, 0);
		if (seen != word)
			drop_garbage(l, seen);
		irql_store_release(&l->held_by, 0);
	}
	l->plat->irq_restore(l, flags);
	if (irql_load(&l->unquiet_any))
		irql_toggle_noted(l);
}

void irql_lock_break(struct irql *l, u32 os)
{
	struct mint_irqt_lock *lock = &irql_hdr(l)->lock;
	u32 word = irql_load(&lock->holder);

	if (!word || word >> 16 != os || os == l->os)
		return;
	if (irql_cas(&lock->holder, word, 0) != word)
		return;
	count(&lock->broken);
	irql_store(&l->reapply, 1);
}

void irql_lock_check(struct irql *l)
{
	struct mint_irqt_lock *lock = &irql_hdr(l)->lock;
	u32 word = irql_load(&lock->holder);
	unsigned long flags;

	if (!word || l->no_lock)
		return;
	if (!is_gone(l, word) ||
	    (word >> 16 == l->os && irql_load(&l->held_by) == (word & 0xffff)))
		return;
	if (!irql_lock_within(l, &flags, 2 * patience_us(l)))
		irql_unlock(l, flags);
}

static u32 stuck_us(struct irql *l)
{
	u32 us = irql_timeout_us(l);

	return us > l->lock_timeout_us ? us : l->lock_timeout_us;
}

/*
 * Each holder counts "taken" up, so it is one and the same who has it.  Those who
 * are proved stopped, and words that name nobody or us, are seen to elsewhere.
 */
u32 irql_lock_stuck(struct irql *l)
{
	struct mint_irqt_lock *lock = &irql_hdr(l)->lock;
	u32 word = irql_load(&lock->holder), taken = irql_load(&lock->taken);
	u64 now = l->plat->now_us(l);

	if (!word || is_gone(l, word)) {
		irql_store(&l->stuck_word, 0);
		return 0;
	}
	if (word != l->stuck_word || taken != l->stuck_taken) {
		irql_store(&l->stuck_word, word);
		irql_store(&l->stuck_taken, taken);
		l->stuck_since_us = now;
		return 0;
	}
	return now - l->stuck_since_us >= stuck_us(l) ? word >> 16 : 0;
}

bool irql_lock_still_stuck(struct irql *l)
{
	struct mint_irqt_lock *lock = &irql_hdr(l)->lock;
	u32 word = irql_load(&l->stuck_word);

	return word && irql_load(&lock->holder) == word &&
	       irql_load(&lock->taken) == irql_load(&l->stuck_taken);
}
