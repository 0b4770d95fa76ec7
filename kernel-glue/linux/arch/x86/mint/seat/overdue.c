// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other cores that two OSes have by turns: one that does not step aside for two turns gets
 * an NMI, and then does.  The OS with the lowest number that has a core alone sends them.
 */
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/math64.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "neutral/shared.h"
#include "seat/internal.h"

/* How often it is looked: while some core is shared, and else. */
#define LOOK_MS			10
#define LOOK_FOR_SHARED_MS	500

static struct hrtimer look_timer;

bool seat_is_overdue(u32 seat)
{
	u64 since = mint_shared_load64(&mint_seat(seat)->since_tsc);
	u64 until = mint_shared_load64(&mint_seat(seat)->until_tsc);
	int other = mint_other_seat(seat);

	return other >= 0 && seat_wants(other) && since && until > since &&
	       rdtsc() > until + (until - since);
}

static bool has_whole_core(u32 os)
{
	u64 cores = READ_ONCE(mint_os(os)->cores);
	u32 core;

	for (core = 0; core < mint_nr_cores(); core++)
		if (cores & BIT_ULL(core) && mint_core_runs(core, os) &&
		    !mint_core_is_shared(core))
			return true;
	return false;
}

static bool is_our_task(void)
{
	u32 os;

	for (os = 1; os < mint_self.os; os++)
		if (mint_os_alive(os) && has_whole_core(os))
			return false;
	return has_whole_core(mint_self.os);
}

/* Its kernel has a handler for that. */
static void remind(u32 seat)
{
	u32 os = MINT_CORE_KERNEL(mint_core_word(seat));

	if (os && os <= MINT_MAX_OSES && mint_core_state(seat) == MINT_CORE_RUNNING &&
	    READ_ONCE(mint_os(os)->state) != MINT_OS_STARTING)
		mint_core_nmi(seat);
}

static enum hrtimer_restart look(struct hrtimer *timer)
{
	bool any = false, ours = is_our_task();
	u32 core;
	int other;

	for (core = 0; core < mint_nr_cores(); core++) {
		other = mint_other_seat(core);
		if (other < 0 || !mint_seat_lives(core) || !mint_seat_lives(other))
			continue;
		any = true;
		if (ours && seat_is_overdue(core))
			remind(core);
		else if (ours && seat_is_overdue(other))
			remind(other);
	}
	hrtimer_forward_now(timer, ms_to_ktime(any && ours ? LOOK_MS : LOOK_FOR_SHARED_MS));
	return HRTIMER_RESTART;
}

static int __init mint_overdue_init(void)
{
	if (!mint_self.active)
		return 0;
	hrtimer_init(&look_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	look_timer.function = look;
	hrtimer_start(&look_timer, ms_to_ktime(LOOK_FOR_SHARED_MS), HRTIMER_MODE_REL_HARD);
	return 0;
}
core_initcall_sync(mint_overdue_init);
