// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table's lock: machine-wide, bounded, and taken from nobody but an OS that is
 * proved stopped.
 */
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/netlink.h>
#include <linux/smp.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "base/life.h"
#include "neutral/shared.h"

#define LOCK_TIMEOUT_MS		1000
/* With interrupts off, and for a hold that was waited for already. */
#define LOCK_ATOMIC_US		20000
#define LOCK_STUCK_US		100

/* One create, start, destroy or move at a time in this OS. */
DEFINE_MUTEX(mint_ops_mutex);

#ifdef CONFIG_DEBUG_LOCK_ALLOC
static struct lock_class_key shm_lock_key;
static struct lockdep_map shm_lock_map =
	STATIC_LOCKDEP_MAP_INIT("mint_shm_lock", &shm_lock_key);
#define shm_lock_acquire()	lock_map_acquire(&shm_lock_map)
#define shm_lock_release()	lock_map_release(&shm_lock_map)
#else
#define shm_lock_acquire()	do { } while (0)
#define shm_lock_release()	do { } while (0)
#endif

/*
 * Who has it, and which time: the holder and how often it was taken, 0 = nobody.
 * An OS that dies or hangs inside keeps both as they are.
 */
static u64 this_hold(const struct mint_shm_lock *lock)
{
	u32 holder = READ_ONCE(lock->holder);

	return holder ? (u64)holder << 32 | (u32)READ_ONCE(lock->taken) : 0;
}

/* The hold that somebody here has waited for in vain. */
static u64 stuck_hold;

static u64 patience_tsc(const struct mint_shm_lock *lock, bool atomic)
{
	u64 us = LOCK_TIMEOUT_MS * USEC_PER_MSEC, hold = this_hold(lock);

	if (hold && hold == READ_ONCE(stuck_hold))
		us = LOCK_STUCK_US;
	else if (atomic)
		us = LOCK_ATOMIC_US;
	return div_u64(us * tsc_khz, USEC_PER_MSEC);
}

/* Interrupts are off after a success, and as before after a failure. */
static bool try_lock(struct mint_shm_lock *lock, unsigned long *flags)
{
	u32 me;

	local_irq_save(*flags);
	me = MINT_LOCK_WORD(mint_self.os, mint_core_of_cpu(raw_smp_processor_id()));
	if (!READ_ONCE(lock->holder) && !mint_shared_cas(&lock->holder, 0, me))
		return true;
	local_irq_restore(*flags);
	return false;
}

/*
 * A test-and-set word that names OS and core.  A Linux spinlock would not do:
 * a queued one keeps CPU numbers of one kernel in its tail, and nobody could
 * tell whose death left it taken.
 *
 * Whoever waited in vain has waited for all: for the same hold nobody in this OS
 * waits that long again, so a loop over the table is not a sum of time-outs.
 */
int mint_shm_lock(unsigned long *flags)
{
	struct mint_shm_lock *lock = &mint_hdr()->lock;
	bool waited = false, atomic = irqs_disabled();
	u64 start = rdtsc();

	while (!try_lock(lock, flags)) {
		waited = true;
		if (rdtsc() - start > patience_tsc(lock, atomic)) {
			WRITE_ONCE(stuck_hold, this_hold(lock));
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	shm_lock_acquire();
	lock->taken++;
	if (waited)
		lock->contended++;
	return 0;
}

void mint_shm_unlock(unsigned long flags)
{
	mint_shared_store(&mint_hdr()->lock.holder, 0);
	shm_lock_release();
	local_irq_restore(flags);
}

bool mint_shm_lock_is_ours(void)
{
	return MINT_LOCK_OS(READ_ONCE(mint_hdr()->lock.holder)) == mint_self.os;
}

void mint_shm_lock_break(u32 os)
{
	struct mint_shm_lock *lock = &mint_hdr()->lock;
	u32 holder = READ_ONCE(lock->holder);

	if (holder && MINT_LOCK_OS(holder) == os &&
	    mint_shared_cas(&lock->holder, holder, 0) == holder)
		pr_warn("took the table's lock from stopped OS %u\n", os);
}

void mint_shm_lock_explain(struct netlink_ext_ack *extack)
{
	u32 holder = READ_ONCE(mint_hdr()->lock.holder);

	NL_SET_ERR_MSG_FMT(extack, "OS %u core %u holds the table; if it hangs, destroy it --force",
			   MINT_LOCK_OS(holder), MINT_LOCK_CORE(holder));
}

static struct mint_life lock_life = {
	.order	= MINT_LIFE_TABLE,
	.stopped = mint_shm_lock_break,
};

static int __init mint_lock_init(void)
{
	if (mint_self.active)
		mint_life_register(&lock_life);
	return 0;
}
core_initcall(mint_lock_init);
