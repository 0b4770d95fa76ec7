// SPDX-License-Identifier: GPL-2.0-only
/*
 * Doorbells: telling another OS that something in the shared area has changed.
 *
 * A bit in the receiver's event word says what; an interrupt on the vector
 * that Linux keeps for the platform (X86_PLATFORM_IPI_VECTOR, the same in every
 * kernel) says that.  Only who finds the word empty rings, so a busy sender
 * costs the receiver one interrupt for each time it looks.  Besides, the receiver
 * looks with every sign of life that it gives.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <asm/apic.h>
#include <asm/irq.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "neutral/shared.h"

/* Handlers are only ever added, before user space runs. */
static LIST_HEAD(handlers);
static atomic_t pending;
static struct workqueue_struct *events_wq;

static struct mint_event_word *event_word(u32 os)
{
	return (struct mint_event_word *)mint_shm_at(MINT_OFF_EVENTS) + (os - 1);
}

static void run_handlers(struct work_struct *work)
{
	struct mint_event_handler *h;
	u32 events = atomic_xchg(&pending, 0);

	list_for_each_entry(h, &handlers, list)
		if (h->fn && (events & h->mask))
			h->fn(events & h->mask);
}

static DECLARE_WORK(events_work, run_handlers);

static void deliver(u32 events)
{
	struct mint_event_handler *h;

	list_for_each_entry(h, &handlers, list)
		if (h->fn_irq && (events & h->mask))
			h->fn_irq(events & h->mask);
	atomic_or(events, &pending);
	if (events_wq)
		queue_work(events_wq, &events_work);
}

/*
 * Events for ourselves are delivered like a doorbell, in hard-IRQ context: the
 * caller may be printk() deep inside the scheduler.
 */
static atomic_t to_self;

static void deliver_to_self(struct irq_work *work)
{
	deliver(atomic_xchg(&to_self, 0));
}

static DEFINE_IRQ_WORK(self_work, deliver_to_self);

static u32 take(void)
{
	u32 events = xchg(&event_word(mint_self.os)->pending, 0);

	if (events)
		deliver(events & (BIT(MINT_NR_EVENTS) - 1));
	return events;
}

/* The other OS of this core may have been meant. */
static void (*not_ours)(void);

void mint_event_set_not_ours(void (*fn)(void))
{
	WRITE_ONCE(not_ours, fn);
}

static void doorbell(void)
{
	if (!take() && not_ours)
		not_ours();
}

/* Who ends may stop between saying so in its record and telling of it. */
static bool states_changed(void)
{
	static u32 seen;
	u32 os, now = 0;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		now = 31 * now + 7 * READ_ONCE(mint_os(os)->generation) +
		      READ_ONCE(mint_os(os)->state);
	return xchg(&seen, now) != now;
}

void mint_event_take(void)
{
	if (READ_ONCE(event_word(mint_self.os)->pending))
		take();
}

/*
 * Who set the first bit may have stopped before it rang, and then nobody else does:
 * each core looks now and then.
 */
void mint_event_poll(void)
{
	unsigned long flags;

	if (mint_fault_ms("poll", 0))
		return;
	local_irq_save(flags);
	mint_event_take();
	if (states_changed())
		deliver(MINT_EV_STATE);
	local_irq_restore(flags);
}

/* It is away, and who is on its way in there could do nothing with the interrupt. */
static bool is_in_the_way(u32 seat)
{
	int other = mint_other_seat(seat);
	u32 os = other < 0 ? MINT_OS_NONE : MINT_CORE_KERNEL(mint_core_word(other));

	return os && os <= MINT_MAX_OSES && mint_core_is_away(seat) &&
	       (mint_core_state(other) != MINT_CORE_RUNNING ||
		READ_ONCE(mint_os(os)->state) == MINT_OS_STARTING);
}

static void ring(u32 os)
{
	u32 apic_id = READ_ONCE(mint_os(os)->doorbell_apic);
	int seat = mint_seat_of(os, apic_id);
	unsigned long flags;

	/* The number comes from shared memory: it must be a core of that OS. */
	if (seat < 0 || is_in_the_way(seat))
		return;
	if (mint_fault("ring"))
		return;
	event_word(os)->rung++;
	local_irq_save(flags);
	apic_wait_icr_idle();
	apic_icr_write(APIC_DM_FIXED | X86_PLATFORM_IPI_VECTOR, apic_id);
	local_irq_restore(flags);
}

bool mint_event_pending(u32 os)
{
	return READ_ONCE(event_word(os)->pending);
}

/* The rest of this OS has stopped: nobody is interrupted half-way in the ICR. */
static bool last_words;

void mint_event_last_words(void)
{
	WRITE_ONCE(last_words, true);
}

void mint_event_forget(u32 os)
{
	xchg(&event_word(os)->pending, 0);
}

static struct mint_life event_life = {
	.order	= MINT_LIFE_TABLE,
	.restart = mint_event_forget,
};

void mint_event_send(u32 os, u32 events)
{
	struct mint_event_word *w;
	u32 old;

	if (!mint_shm || !os || os > MINT_MAX_OSES ||
	    (in_nmi() && !READ_ONCE(last_words)))
		return;
	if (os == mint_self.os) {
		atomic_or(events, &to_self);
		irq_work_queue(&self_work);
		return;
	}
	w = event_word(os);
	old = mint_shared_or(&w->pending, events);
	/*
	 * A receiver that has not set up its doorbell yet looks at the word
	 * when it does; a dead one never will.
	 */
	if (!old && mint_os_alive(os))
		ring(os);
}

void mint_event_send_all(u32 events)
{
	u32 os;

	if (!mint_shm)
		return;
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os == mint_self.os || mint_os_alive(os))
			mint_event_send(os, events);
}

void mint_event_register(struct mint_event_handler *h)
{
	list_add_tail(&h->list, &handlers);
}

static int __init mint_event_init(void)
{
	if (!mint_self.active)
		return 0;
	events_wq = alloc_ordered_workqueue("mint_events", 0);
	if (!events_wq)
		return -ENOMEM;
	x86_platform_ipi_callback = doorbell;
	mint_life_register(&event_life);
	return 0;
}
core_initcall(mint_event_init);

/* Rings that came before everybody had registered. */
static int __init mint_event_catch_up(void)
{
	if (mint_self.active)
		mint_event_poll();
	return 0;
}
late_initcall_sync(mint_event_catch_up);
