// SPDX-License-Identifier: GPL-2.0-only
/*
 * How this OS starts again when it ends.
 *
 * The order for its next life is made as soon as this one begins, so that at its end,
 * which may be a panic, only words are written, nothing sleeps and no lock of Linux is
 * taken.  Then the boot core leaves this kernel for the loader, by way of the park page;
 * nobody else is needed.  The next kernel cleans up what this one may have left
 * (mint_life_renew()).
 *
 * While it is on its way its state is RESTARTING: for all others it has ended, but it
 * keeps the machine on, and what it owns.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/nmi.h>
#include <linux/random.h>
#include <linux/smp.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include <asm/hpet.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "neutral/shared.h"
#include "neutral/sum.h"
#include "os/internal.h"
#include "os/os.h"
#include "pci/pci.h"

/* A life that ends sooner was none, unless it was up and ends by itself. */
#define GOOD_LIFE_MS		10000u
/* So many in a row, and it is given up. */
#define MAX_TRIES		5u
/* Before the third, it doubles each time. */
#define FIRST_DELAY_MS		1000u
/* The boot core was told to stop; another one tells it to go on. */
#define BOOT_CORE_MS		2000u

/* For the next life; @next.os 0: there will be none. */
static struct mint_order next;

static atomic_t leaving;

/* kexec has put its kernel there; else what the table says is started. */
static bool image_is_set;

/* ---- while it lives ---------------------------------------------------------- */

/*
 * The order by which this life was started tells what it was made of.  It lies where
 * others may write: what is known better, and what is used as an index, is not taken on
 * trust.
 */
void __init mint_restart_prepare(void)
{
	struct mint_launch *l = mint_launch(mint_self.os);

	if (!mint_self.joined)
		return;
	mint_shared_copy(&next, &l->order, sizeof(next));
	if (next.sum != mint_order_sum(&next) || next.os != mint_self.os ||
	    next.generation != mint_self.generation ||
	    next.cmdline_at >= MINT_CMDLINE_SIZE) {
		pr_warn("its order in the table is damaged: it cannot start again by itself\n");
		next.os = MINT_OS_NONE;
		return;
	}
	next.boot = mint_self.boot;
	next.cmdline[MINT_CMDLINE_SIZE - 1] = '\0';
	get_random_bytes(next.seed, sizeof(next.seed));
}

void __init mint_restart_offer(const struct mint_order *order)
{
	next = *order;
}

/* Its seed, too, is nobody's any more. */
void mint_restart_forget(void)
{
	memzero_explicit(&next, sizeof(next));
	image_is_set = false;
}

bool mint_restart_takes(const char *cmdline)
{
	return next.os && next.cmdline_at + strlen(cmdline) < sizeof(next.cmdline);
}

void mint_restart_replace(u32 image, u32 serial, const char *cmdline)
{
	strscpy(next.cmdline + next.cmdline_at, cmdline,
		sizeof(next.cmdline) - next.cmdline_at);
	next.image = image;
	next.image_serial = serial;
	image_is_set = true;
}

const char *mint_restart_own_words(const char *line)
{
	return strncmp(line, next.cmdline, next.cmdline_at) ? line :
	       line + next.cmdline_at;
}

/* ---- whether it starts again ----------------------------------------------------- */

static u32 end_of(u32 reason)
{
	switch (reason) {
	case MINT_END_REBOOT:
		return MINT_AT_REBOOT;
	case MINT_END_PANIC:
		return MINT_AT_CRASH;
	case MINT_END_POWEROFF:
		return MINT_AT_POWEROFF;
	default:
		return MINT_NR_ENDS;
	}
}

bool mint_restart_is_replaced(void)
{
	return image_is_set;
}

static bool has_firmware(void)
{
	return next.flags & MINT_ORDERF_FIRMWARE;
}

static bool is_wanted(const struct mint_launch *l, u32 reason)
{
	u32 at = end_of(reason), ask = READ_ONCE(l->ask);

	if (image_is_set)
		return true;
	/* Alone, the machine is its own to reset; without an image there is no other way. */
	if (has_firmware() &&
	    (!mint_others_stay() || !READ_ONCE(l->image_serial)))
		return false;
	if (ask == MINT_THEN_STOP || at == MINT_NR_ENDS)
		return false;
	return ask == MINT_THEN_RESTART || mint_then(l, at) == MINT_THEN_RESTART;
}

static void set_image(const struct mint_launch *l)
{
	if (image_is_set)
		return;
	next.image = READ_ONCE(l->image);
	next.image_serial = READ_ONCE(l->image_serial);
}

static bool image_is_there(void)
{
	const struct mint_image_record *m;

	if (next.image >= MINT_MAX_IMAGES || !next.image_serial)
		return false;
	m = mint_image(next.image);
	return READ_ONCE(m->state) == MINT_IMG_READY &&
	       READ_ONCE(m->serial) == next.image_serial;
}

static bool was_good(u32 reason)
{
	const struct mint_os *o = mint_os(mint_self.os);
	u64 since = o->up_tsc ?: o->running_tsc;

	if (o->up_tsc && reason != MINT_END_PANIC)
		return true;
	return since && rdtsc() - since > (u64)tsc_khz * GOOD_LIFE_MS;
}

/* How long to wait before the next try, ms. */
static u32 delay_of(u32 tries)
{
	u32 first_ms = mint_fault_ms("again", FIRST_DELAY_MS);

	return tries < 2 ? 0 : first_ms << min(tries - 2, MAX_TRIES);
}

static void give_up(u32 tries)
{
	struct mint_os *o = mint_os(mint_self.os);
	char last[64];

	strscpy(last, o->end_text[0] ? o->end_text : "it ended at once");
	snprintf(o->end_text, sizeof(o->end_text), "started %u times in vain: %s",
		 tries, last);
	pr_emerg("%s; not again\n", o->end_text);
}

/* ---- the way out ------------------------------------------------------------------- */

/* What it has been given away since it was started is not told to it again. */
static void refresh_boot_data(void)
{
	const struct mint_os *o = mint_os(mint_self.os);
	struct mint_boot_data *b = &next.boot;

	b->cores &= READ_ONCE(o->cores) | BIT_ULL(b->boot_core);
	b->legacy &= READ_ONCE(o->legacy);
	mint_boot_data_seal(b);
	if (!(b->legacy & BIT(MINT_LEGACY_VGA)))
		memset(next.screen, 0, sizeof(next.screen));
}

static void write_order(struct mint_launch *l, u64 asked, u32 delay_ms)
{
	u64 now = rdtsc();

	refresh_boot_data();
	if (has_firmware())
		mint_map_publish();
	next.flags |= MINT_ORDERF_AGAIN;
	next.not_before_tsc = delay_ms ? now + (u64)tsc_khz * delay_ms : 0;
	next.sum = mint_order_sum(&next);
	memcpy(&l->order, &next, sizeof(next));
	memzero_explicit(next.seed, sizeof(next.seed));
	memset(l->stamp, 0, sizeof(l->stamp));
	l->stamp[MINT_STAMP_ASKED] = asked;
	l->stamp[MINT_STAMP_IMAGE] = asked;
	l->stamp[MINT_STAMP_ORDER] = now;
	l->status = MINT_LOAD_NONE;
	l->ask = MINT_THEN_DEFAULT;
}

static void publish(u32 reason)
{
	struct mint_os *o = mint_os(mint_self.os);

	o->reason = reason;
	o->end_tsc = rdtsc();
	mint_shared_store64(&o->start_tsc, o->end_tsc);
	mint_shared_store64(&o->running_tsc, 0);
	o->up_tsc = 0;
	o->doorbell_apic = MINT_NO_APIC;
	mint_event_last_words();
	xchg(&o->state, MINT_OS_RESTARTING);
	mint_launch(mint_self.os)->starts++;
	/* What was asked of this life is not meant for the next. */
	mint_event_forget(mint_self.os);
	mint_event_send_all(MINT_EV_STATE);
}

static bool await_parked(u32 core)
{
	u32 ms;

	for (ms = 0; ms < BOOT_CORE_MS; ms++) {
		if (mint_core_state(core) == MINT_CORE_PARKED)
			return true;
		mdelay(1);
		touch_nmi_watchdog();
	}
	return false;
}

/* It is in the park page, and this one tells it to load. */
static bool wake_boot_core(u32 core)
{
	return await_parked(core) && !mint_core_start_atomic(core, mint_self.os);
}

/* Whether this core may park now, and the OS will start. */
static bool send_boot_core(void)
{
	u32 core = next.boot.boot_core;

	if (mint_core_of_cpu(raw_smp_processor_id()) != core)
		return wake_boot_core(core);
	WRITE_ONCE(mint_core(core)->again, 1);
	return true;
}

/*
 * In legacy mode the HPET takes the interrupts of the PIT and the clock chip, and the
 * next life does not look for it.
 */
static void quiet_timers(void)
{
	if (has_firmware())
		hpet_disable();
}

u32 mint_restart_self(u32 reason, bool panicked)
{
	struct mint_launch *l = mint_launch(mint_self.os);
	u64 asked = rdtsc();
	u32 tries;

	if (!next.os || mint_machine_ends() || !is_wanted(l, reason))
		return reason;
	set_image(l);
	if (!image_is_there()) {
		pr_err("its image is gone: it does not start again\n");
		return reason;
	}
	tries = was_good(reason) ? 0 : READ_ONCE(l->tries) + 1;
	if (tries > MAX_TRIES) {
		give_up(tries);
		return MINT_END_FAILED;
	}
	/* A panic on the way out of a reboot, say: the first one does it. */
	if (atomic_xchg(&leaving, 1))
		mint_park_self();
	WRITE_ONCE(l->tries, tries);
	mint_pci_quiet_own();
	quiet_timers();
	mint_os_leave(panicked);
	write_order(l, asked, delay_of(tries));
	publish(reason);
	/* From now on it stays; but it may have been dropped until now. */
	if (!image_is_there())
		return reason;
	if (send_boot_core())
		mint_park_self();
	pr_emerg("its boot core does not come to the park page: it does not start again\n");
	return reason;
}

/* ---- the next life -------------------------------------------------------------------- */

static bool is_again(void)
{
	return mint_self.joined &&
	       READ_ONCE(mint_launch(mint_self.os)->order.flags) & MINT_ORDERF_AGAIN;
}

/*
 * What the former life held and had begun: nobody has cleaned up after it.  Before the
 * first driver comes, as functions are reset.
 */
static int __init mint_restart_clean_up(void)
{
	if (!mint_self.active || !is_again())
		return 0;
	mint_life_stopped(mint_self.os);
	if (mint_life_renew(mint_self.os, NULL))
		pr_err("what a former life of this OS left is not all cleaned up\n");
	return 0;
}
fs_initcall_sync(mint_restart_clean_up);
