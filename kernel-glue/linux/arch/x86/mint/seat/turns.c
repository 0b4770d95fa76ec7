// SPDX-License-Identifier: GPL-2.0-only
/*
 * When this OS steps aside for the other one of a core: when its turn is over, when it
 * has nothing to do and the other one has, when another OS asks by an NMI.
 *
 * It is done in an interrupt of its own (irq_work): the interrupt is ended, interrupts
 * are off, no lock of the layer is held, and whatever is below just sees that time has
 * passed.
 */
#include <linux/cpuhotplug.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/idle.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/static_call.h>
#include <linux/tick.h>

#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/irq_vectors.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/faults.h"
#include "cpu/cpu.h"
#include "irq/irq.h"
#include "neutral/park.h"
#include "neutral/shared.h"
#include "seat/context.h"
#include "seat/internal.h"

/* Who has nothing to do looks all the same after so long. */
#define SLEEP_MS		500
/* The other one may start or go at any time: look again after so long. */
#define LOOK_MS			100
/* But not sooner, or this OS would get to nothing else. */
#define LOOK_US			50
/* No turn, nor sleep, is longer, whatever somebody has written there. */
#define LONGEST_MS		60000

/**
 * struct turns - one CPU of this OS
 * @context:	what it is while it is away
 * @forced:	the same, if an NMI made it leave: that may be on the way, out or back
 * @timer:	to look whether it has to step aside
 * @aside:	to step aside
 * @away_tsc:	for how long it was away, and Linux is still to be told
 * @stolen_tsc:	and had something to do
 * @work_waits:	its irq_works may wait for an interrupt that the other OS has taken
 */
struct turns {
	struct seat_context context;
	struct seat_context forced;
	struct hrtimer timer;
	struct irq_work aside;
	u64 away_tsc;
	u64 stolen_tsc;
	bool work_waits;
};

static DEFINE_PER_CPU(struct turns *, turns);
/* This OS ends, and that CPU stops the others. */
static bool stays;
static unsigned int stopper;

static int own_seat(void)
{
	return mint_core_of_cpu(raw_smp_processor_id());
}

/* This OS has had its turn, or has nothing to do, or another OS is to start. */
static bool is_over(u32 seat)
{
	return mint_shared_load64(&mint_seat(seat)->until_tsc) <= rdtsc() ||
	       is_idle_task(current) || seat_wants_in(mint_other_seat(seat));
}

/* ---- stepping aside ------------------------------------------------------------------- */

/* KVM may be at work, whose state of this core nobody keeps. */
static bool has_guests(void)
{
	u64 efer = 0;

	if (boot_cpu_has(X86_FEATURE_SVM))
		rdmsrl(MSR_EFER, efer);
	return __read_cr4() & X86_CR4_VMXE || efer & EFER_SVME;
}

/*
 * The other one could not use the core, or this one must not leave it now; it could not
 * come back before it has said that it is up, see cpu/beat.c.
 */
static bool must_stay(u32 seat)
{
	int other = mint_other_seat(seat);

	return mint_core_state(seat) != MINT_CORE_RUNNING || READ_ONCE(stays) ||
	       other < 0 || !seat_wants(other) || seat_is_fenced(mint_self.os) ||
	       has_guests();
}

static u64 ns_of_tsc(u64 tsc)
{
	return mul_u64_u32_div(tsc, NSEC_PER_MSEC, tsc_khz);
}

static u64 tsc_of_ns(u64 ns)
{
	return mul_u64_u32_div(ns, tsc_khz, NSEC_PER_MSEC);
}

/*
 * Idle: the next timer, as tick_nohz_idle has set it; or the next tick, if that has not
 * stopped.  It never sleeps for long, as it gives signs of life.
 */
static u64 next_business(bool idle)
{
	u64 ns = tick_nohz_tick_stopped() ? SLEEP_MS * (u64)NSEC_PER_MSEC : TICK_NSEC;
	ktime_t now = ktime_get(), next;

	if (!idle || need_resched() || local_softirq_pending())
		return 0;
	next = tick_nohz_get_next_hrtimer();
	if (next <= now)
		return 0;
	return rdtsc() + tsc_of_ns(min_t(u64, next - now, ns));
}

static void plan(struct turns *t, u32 seat);

static u32 nmis(void)
{
	return this_cpu_read(irq_stat.__nmi_count);
}

static bool work_is_pending(void)
{
	return apic_read(APIC_IRR + IRQ_WORK_VECTOR / 32 * 0x10) & BIT(IRQ_WORK_VECTOR % 32);
}

/*
 * Interrupts off; returns when it is this kernel's turn again.  @wanted: mint_seat.wake_tsc.
 * An NMI may make it leave from anywhere in here, by the other context, and bring it back.
 */
static void leave(struct turns *t, struct seat_context *c, u32 seat, u64 wanted)
{
	u64 away = READ_ONCE(t->away_tsc), stolen = READ_ONCE(t->stolen_tsc), left, now;
	struct mint_seat *s = mint_seat(seat);
	u32 nmis_before = nmis();

	/* What is queued from here on comes from an NMI. */
	if (work_is_pending())
		WRITE_ONCE(t->work_waits, true);
	mint_fault_die("seat-begin");
	seat_end_early(seat);
	seat_shares();
	seat_watch_vectors(seat);
	s->top_paddr = __pa(mint_park_top());
	s->entry_vaddr = (u64)mint_seat_enter;
	s->arg = (u64)c;
	left = rdtsc();
	mint_shared_store64(&s->wake_tsc, wanted);
	seat_context_leave(c, s->top_paddr, mint_park_paddr(PARK_CODE + PARK_ASIDE), seat);
	now = rdtsc();
	/* What such an NMI has added is part of this. */
	WRITE_ONCE(t->away_tsc, away + now - left);
	WRITE_ONCE(t->stolen_tsc, stolen + now - min(max(wanted, left), now));
	if (nmis() != nmis_before)
		WRITE_ONCE(t->work_waits, true);
	mint_fault_die("seat-back");
}

/* In an interrupt of its own: nothing is in service, and nothing is locked. */
static void come_back(struct turns *t, u32 seat)
{
	seat_time_passed(xchg(&t->away_tsc, 0), xchg(&t->stolen_tsc, 0));
	seat_replay(seat);
	seat_replay_ipis();
	if (xchg(&t->work_waits, false))
		__apic_send_IPI_self(IRQ_WORK_VECTOR);
	mint_event_take();
	plan(t, seat);
}

static void step_aside(struct irq_work *work)
{
	struct turns *t = container_of(work, struct turns, aside);
	int seat = own_seat();

	if (seat < 0)
		return;
	/* It was made to leave, in an NMI, and is back. */
	if (READ_ONCE(t->away_tsc))
		come_back(t, seat);
	if (must_stay(seat) || !is_over(seat)) {
		plan(t, seat);
		return;
	}
	leave(t, &t->context, seat, next_business(is_idle_task(current)));
	come_back(t, seat);
}

/* ---- when --------------------------------------------------------------------------------- */

static u64 ns_until(u64 tsc, u64 now)
{
	return tsc > now ? ns_of_tsc(min(tsc - now, (u64)tsc_khz * LONGEST_MS)) : 0;
}

/* How long until this CPU looks again whether it has to step aside, ns. */
static u64 time_left(u32 seat, u32 other)
{
	u64 now = rdtsc(), until = mint_shared_load64(&mint_seat(seat)->until_tsc);
	u64 wake = mint_shared_load64(&mint_seat(other)->wake_tsc);
	u64 look = (u64)LOOK_MS * NSEC_PER_MSEC;

	if (seat_wants(other))
		return min(look, ns_until(until, now));
	return mint_core_is_away(other) ? min(look, ns_until(wake, now)) : look;
}

/* On this CPU, interrupts off. */
static void plan(struct turns *t, u32 seat)
{
	int other = mint_other_seat(seat);

	if (other < 0 || !mint_seat_lives(other))
		return;
	seat_shares();
	hrtimer_start(&t->timer, ns_to_ktime(max_t(u64, time_left(seat, other),
						   LOOK_US * NSEC_PER_USEC)),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

static enum hrtimer_restart time_is_over(struct hrtimer *timer)
{
	struct turns *t = container_of(timer, struct turns, timer);
	int seat = own_seat();

	/* Whether it has to stay step_aside() asks. */
	if (seat >= 0 && is_over(seat))
		irq_work_queue(&t->aside);
	else if (seat >= 0)
		plan(t, seat);
	return HRTIMER_NORESTART;
}

void seat_other_wants(void)
{
	struct turns *t = this_cpu_read(turns);
	int seat = own_seat();

	/* At the end of this turn; it may be over, if the other one has slept. */
	if (t && seat >= 0 && mint_core_is_shared(seat))
		plan(t, seat);
}

/* ---- asked from outside --------------------------------------------------------------------- */

/*
 * It has not stepped aside for so long that another OS has sent an NMI; it may sit in a
 * loop with interrupts off.  Not with a lock that others need; nor with an interrupt in
 * service, which would keep out those of the other OS, but ended it loses nothing: one of
 * this OS is being served, one of the other OS is noted.
 */
static void force_aside(struct turns *t, u32 seat)
{
	if (must_stay(seat) || !seat_is_overdue(seat) ||
	    mint_shm_lock_is_ours() || mint_irq_lock_is_ours())
		return;
	seat_end_service(seat);
	leave(t, &t->forced, seat, 0);
	/* Whoever was on his way has said it already. */
	mint_seat(seat)->arg = (u64)&t->context;
	/*
	 * The rest when interrupts are on.  It may be queued already, and the other OS have
	 * had its interrupt, which nobody would send again.
	 */
	irq_work_queue(&t->aside);
	__apic_send_IPI_self(IRQ_WORK_VECTOR);
}

/* In an NMI.  Whether it may have been meant for the other OS. */
static bool seat_nmi(void)
{
	struct turns *t = this_cpu_read(turns);
	int seat = own_seat(), other;

	other = t && seat >= 0 ? mint_other_seat(seat) : -1;
	if (other < 0 || !mint_seat_lives(other))
		return false;
	if (smp_load_acquire(&stays) &&		/* pairs with seat_stay() */
	    raw_smp_processor_id() != stopper)
		mint_park_self();
	if (seat_wants_in(other))
		irq_work_queue(&t->aside);
	force_aside(t, seat);
	return true;
}

void seat_stay(unsigned int cpu)
{
	stopper = cpu;
	smp_store_release(&stays, true);	/* pairs with seat_nmi() */
}

/* ---- idle ------------------------------------------------------------------------- */

/* What the kernel does by itself. */
static void (*native_idle)(void) __ro_after_init;

DECLARE_STATIC_CALL(x86_idle, *native_idle);

/* Interrupts are off; RCU does not watch. */
static void __cpuidle seat_idle(void)
{
	struct turns *t = this_cpu_read(turns);
	int seat, other;

	if (t) {
		seat = own_seat();
		other = seat >= 0 ? mint_other_seat(seat) : -1;
		/* The interrupt comes as soon as they are on. */
		if (other >= 0 && seat_wants(other))
			irq_work_queue(&t->aside);
	}
	native_idle();
}

static void __init take_idle(void)
{
	native_idle = static_call_query(x86_idle);
	if (native_idle)
		static_call_update(x86_idle, seat_idle);
}

/* ---- set-up ------------------------------------------------------------------------ */

static void __init forget_turns(struct turns *t)
{
	if (!t)
		return;
	seat_context_free(&t->context);
	seat_context_free(&t->forced);
	kfree(t);
}

static struct turns * __init make_turns(void)
{
	struct turns *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t || seat_context_alloc(&t->context) || seat_context_alloc(&t->forced)) {
		forget_turns(t);
		return NULL;
	}
	hrtimer_init(&t->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	t->timer.function = time_is_over;
	t->aside = IRQ_WORK_INIT_HARD(step_aside);
	return t;
}

void __init seat_forget_turns(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		forget_turns(per_cpu(turns, cpu));
		per_cpu(turns, cpu) = NULL;
	}
}

/* Who starts on a core that is shared has kept the other OS waiting for a while. */
static void begin(void)
{
	unsigned long flags;
	int seat = own_seat();

	local_irq_save(flags);
	if (seat >= 0)
		plan(this_cpu_read(turns), seat);
	local_irq_restore(flags);
}

static int cpu_is_up(unsigned int cpu)
{
	begin();
	return 0;
}

static int __init mint_seat_init(void)
{
	int err;

	if (!mint_self.active)
		return 0;
	seat_context_set_clock(mint_khz_of_ticks(lapic_timer_period, HZ), tsc_khz);
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x86/mint:turns", cpu_is_up, NULL);
	return err < 0 ? err : 0;
}
core_initcall(mint_seat_init);

int __init seat_make_turns(void)
{
	unsigned int cpu;

	seat_context_probe();
	for_each_possible_cpu(cpu) {
		per_cpu(turns, cpu) = make_turns();
		if (!per_cpu(turns, cpu)) {
			seat_forget_turns();
			return -ENOMEM;
		}
	}
	return 0;
}

void __init seat_begin_turns(void)
{
	int seat = own_seat();

	mint_fence_set_stray(seat_nmi);
	mint_event_set_not_ours(seat_other_wants);
	take_idle();
	if (seat >= 0 && mint_other_seat(seat) >= 0)
		seat_note_early(mint_other_seat(seat));
	begin();
}

void __init seat_end_turns(void)
{
	mint_fence_set_stray(NULL);
	mint_event_set_not_ours(NULL);
	if (native_idle)
		static_call_update(x86_idle, native_idle);
}
