// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time that was the other OS's, as Linux accounts for it.
 */
#include <linux/clocksource.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/nmi.h>
#include <linux/rcupdate.h>
#include <linux/time64.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "seat/internal.h"

/* Away for longer, and what watches others by the clock is told. */
#define LONG_MS			500

void seat_time_passed(u64 away_tsc, u64 stolen_tsc)
{
	account_steal_time(mul_u64_u32_div(stolen_tsc, NSEC_PER_MSEC, tsc_khz));
	if (away_tsc < (u64)tsc_khz * LONG_MS)
		return;
	touch_softlockup_watchdog_sync();
	rcu_cpu_stall_reset();
	clocksource_touch_watchdog();
}
