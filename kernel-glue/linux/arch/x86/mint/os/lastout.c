// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is the last OS out: that one does to the machine what it was asked to do,
 * all others park.
 *
 * An OS publishes that it has ended and looks for others after that.  So of those
 * that end at the same time at least one finds nobody, and they do not all park.
 * If several find nobody, one word in the header says whose the machine is.
 *
 * Nobody is asked for help here, and nothing is waited for but signs of life: an
 * OS ends in any context, also in an NMI.
 */
#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/nmi.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "cpu/cpu.h"
#include "neutral/shared.h"
#include "os/internal.h"
#include "os/lastout.h"
#include "os/os.h"

/* A running OS of which no core gives a sign of life for so long is dead. */
#define DEAD_RUNNING_MS		10000u
/* The same for one that starts: its first sign takes a while. */
#define DEAD_STARTING_MS	60000u
/* The starter releases a core, or gives up, in less than that. */
#define RELEASE_MS		5000u
/* Several beats of a core, see cpu/beat.c. */
#define LOOK_AGAIN_MS		1500u

/* This OS carries out an order to end the machine: it does not ask any more. */
static bool ordered;

/* @since is what another kernel says: a time to come is none. */
static u32 ms_since(u64 since)
{
	u64 now = rdtsc();

	if (since > now)
		return since - now < tsc_khz * 1000ULL ? 0 : U32_MAX;
	return min_t(u64, div_u64(now - since, tsc_khz), U32_MAX);
}

u32 mint_os_quiet_ms(u32 os)
{
	u32 core, quiet = ms_since(mint_shared_load64(&mint_os(os)->start_tsc));

	for (core = 0; core < mint_nr_seats(); core++)
		if (mint_core_owner(core) == os)
			quiet = min(quiet, ms_since(mint_core_last_beat(core)));
	return quiet;
}

/* Its boot core, which never goes offline, sits in the park page. */
static bool boot_core_parked(u32 os)
{
	u32 core = READ_ONCE(mint_os(os)->boot_core);

	return core < mint_nr_seats() && mint_core_owner(core) == os &&
	       mint_core_state(core) == MINT_CORE_PARKED;
}

static bool starts(u32 os)
{
	u32 state = READ_ONCE(mint_os(os)->state);

	return state == MINT_OS_STARTING || state == MINT_OS_RESTARTING;
}

bool mint_os_stopped(u32 os)
{
	if (!boot_core_parked(os))
		return false;
	/* Its starter may be about to release it, or it itself. */
	return !starts(os) ||
	       ms_since(mint_shared_load64(&mint_os(os)->start_tsc)) > RELEASE_MS;
}

bool mint_os_silent(u32 os)
{
	u32 dead = starts(os) ? DEAD_STARTING_MS : DEAD_RUNNING_MS;

	return mint_os_quiet_ms(os) > mint_fault_ms("patience", dead);
}

/* ---- the rule, see lastout.h ---------------------------------------------- */

static u32 count_of_starts(void)
{
	return mint_shared_load(&mint_hdr()->starts);
}

static enum mint_end_life life_of(u32 os)
{
	enum mint_end_life life;

	if (!mint_os_stays(os) || mint_os_stopped(os))
		life = MINT_END_IS_OUT;
	else
		life = mint_os_silent(os) ? MINT_END_IS_SILENT : MINT_END_RUNS;
	smp_rmb();	/* in this order, and before the starts are counted again */
	return life;
}

static u32 swap_claim(u32 old, u32 new_word)
{
	return mint_shared_cas(&mint_hdr()->last_out, old, new_word);
}

static const struct mint_end_world table = {
	.starts	= count_of_starts,
	.life	= life_of,
	.claim	= swap_claim,
	.parked	= boot_core_parked,
	.nr_oses = MINT_MAX_OSES,
};

/*
 * The whole machine may have been asleep, as a virtual one is when its host is
 * stopped; whoever lives has the time for a few beats now.
 */
static void look_again_later(void)
{
	u32 ms;

	for (ms = 0; ms < LOOK_AGAIN_MS; ms++) {
		mdelay(1);
		touch_nmi_watchdog();
	}
}

bool mint_others_run(void)
{
	enum mint_end_life life = mint_end_look(&table, mint_self.os);

	if (life == MINT_END_IS_SILENT) {
		look_again_later();
		life = mint_end_look(&table, mint_self.os);
	}
	return life == MINT_END_RUNS;
}

void mint_name_others(void)
{
	char name[MINT_NAME_LEN];
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (os == mint_self.os || !mint_os_stays(os))
			continue;
		mint_os_name(os, name);
		if (mint_os_stopped(os) || mint_os_silent(os))
			pr_warn("%s gives no sign of life: it does not keep the machine on\n",
				name);
		else
			pr_notice("%s runs and keeps the machine; mintctl machine poweroff or reboot ends all\n",
				  name);
	}
}

bool mint_machine_ends(void)
{
	return READ_ONCE(ordered) || READ_ONCE(mint_hdr()->end_request);
}

bool mint_last_out(bool act)
{
	/* Before the area is there nobody else is, or this OS was started by one. */
	if (!mint_shm)
		return !mint_self.further;
	if (ordered)
		return true;
	mint_fault_step("look");
	if (mint_others_run())
		return false;
	mint_fault_step("claim");
	return !act || mint_end_claim(&table, MINT_END_WORD(mint_self.os,
							   mint_self.generation));
}

void mint_machine_is_mine(void)
{
	WRITE_ONCE(ordered, true);
}

void mint_count_start(void)
{
	mint_shared_inc(&mint_hdr()->starts);
}
