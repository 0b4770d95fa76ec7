// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel log of this OS in the shared area, where every other OS can read
 * it, also after this one is dead: a console that prints into a ring.
 *
 * It takes part in printk like a serial port, that is synchronously: what an OS
 * said last before it died is what one wants to read.
 */
#include <linux/bitops.h>
#include <linux/console.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/panic_notifier.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "base/base.h"
#include "io/internal.h"
#include "io/io.h"
#include "io/rings.h"

#define LOG_BYTES	(MINT_LOG_DATA_OFF + MINT_LOG_SIZE)

/*
 * Where the ring is mapped.  Changes once, under the console lock, from the
 * early mapping to the one that stays.
 */
static struct mint_log_ring *ring;

/* ---- telling readers -------------------------------------------------- */

/*
 * A line may be printed under any lock of the kernel, also one that a handler
 * of ours takes.  Another OS is told by an interrupt, which takes none; this
 * one when it has interrupts on again.
 */
static void tell_self(struct irq_work *work);

static u32 self_events;
static struct irq_work self_work = IRQ_WORK_INIT_HARD(tell_self);

static void tell_self(struct irq_work *work)
{
	mint_event_send(mint_self.os, xchg(&self_events, 0));
}

/**
 * mint_event_send_atomic() - ring a doorbell in the middle of anything
 * @os:		OS id, checked by the caller
 * @event:	MINT_EV_*
 */
void mint_event_send_atomic(u32 os, u32 event)
{
	if (os != mint_self.os) {
		mint_event_send(os, event);
		return;
	}
	mint_shared_or(&self_events, event);
	irq_work_queue(&self_work);
}

/**
 * mint_ring_wake() - tell the OSes that wait for a ring of ours to grow
 * @shared:	the ring, after its head was moved
 * @event:	MINT_EV_LOG or MINT_EV_CONSOLE
 *
 * In an NMI nobody is told: they stay armed, and the next line does it.
 */
void mint_ring_wake(struct mint_log_ring *shared, u32 event)
{
	unsigned long armed;
	unsigned int bit;

	if (!mint_shm || in_nmi())
		return;
	/* Orders the head before the look at who waits, too. */
	armed = xchg(&shared->armed, 0);
	for_each_set_bit(bit, &armed, MINT_MAX_OSES)
		mint_event_send_atomic(bit + 1, event);
}

/* ---- the console ------------------------------------------------------ */

static void mint_log_write(struct console *con, const char *s,
			   unsigned int count)
{
	if (!ring)
		return;
	mint_ring_write(ring, MINT_LOG_SIZE, s, count);
	mint_ring_wake(ring, MINT_EV_LOG);
}

/*
 * CON_ENABLED lets it in beside whatever console= names.  Having no tty
 * (.device) it neither becomes /dev/console nor keeps another console from
 * becoming it; the head of the list it is only until there is a better one.
 */
static struct console mint_log_console = {
	.name	= "mintlog",
	.write	= mint_log_write,
	.flags	= CON_PRINTBUFFER | CON_ENABLED | CON_ANYTIME,
	.index	= 0,
};

/**
 * mint_log_early() - start logging before the shared area is mapped
 *
 * Boot-time mappings are few and go away, but one of them can hold the whole
 * ring, and stays in place while the kernel changes its page tables.
 */
void __init mint_log_early(void)
{
	phys_addr_t paddr = mint_self.shm_paddr + MINT_OFF_SECTIONS +
			    (mint_self.os - 1) * MINT_SECTION_SIZE +
			    MINT_SEC_LOG;

	ring = early_memremap(paddr, LOG_BYTES);
	if (!ring)
		return;
	register_console(&mint_log_console);
}

void mint_log_flush(void)
{
	if (!mint_shm)
		return;
	mint_ring_wake(mint_log_of(mint_section(mint_self.os)), MINT_EV_LOG);
	mint_ring_wake(mint_cons_out_of(mint_section(mint_self.os)),
		       MINT_EV_CONSOLE);
}

void mint_io_rejoin(void)
{
	ring = mint_log_of(mint_section(mint_self.os));
	mint_console_rejoin();
}

/* ---- the last words --------------------------------------------------- */

static int mint_log_panic(struct notifier_block *nb, unsigned long unused,
			  void *text)
{
	strscpy(mint_os(mint_self.os)->end_text, text,
		sizeof(mint_os(mint_self.os)->end_text));
	return NOTIFY_DONE;
}

static struct notifier_block mint_log_panic_nb = {
	.notifier_call	= mint_log_panic,
	.priority	= INT_MAX,
};

void __init mint_log_start(void)
{
	struct mint_log_ring *early = ring;

	console_lock();
	ring = mint_log_of(mint_section(mint_self.os));
	console_unlock();
	if (early)
		early_memunmap(early, LOG_BYTES);
	else
		register_console(&mint_log_console);
	atomic_notifier_chain_register(&panic_notifier_list,
				       &mint_log_panic_nb);
}
