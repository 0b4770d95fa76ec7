// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other cores: how they are got into the park page, and out of it.
 *
 * INIT and SIPI lead there by the low page.  INIT to the machine's boot core would
 * end in the firmware: never sent.
 */
#include <linux/delay.h>
#include <linux/nmi.h>
#include <linux/processor.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include "cpu/cpu.h"
#include "hotplug/core.h"

/* Bounds; generous, because an emulated machine may stall for a while. */
#define SIPI_ROUNDS		3
#define START_WAIT_MS		2000

bool mint_core_await_parked(u32 core)
{
	unsigned int ms = MINT_PARK_WAIT_MS;

	while (mint_core_state(core) != MINT_CORE_PARKED && ms--)
		usleep_range(1000, 1500);
	return mint_core_state(core) == MINT_CORE_PARKED;
}

static void send_icr(u32 core, u32 low)
{
	unsigned long flags;

	local_irq_save(flags);
	apic_wait_icr_idle();
	apic_icr_write(low, mint_core_apic(core));
	local_irq_restore(flags);
}

bool mint_core_takes_init(u32 core)
{
	return mint_core_apic(core) != READ_ONCE(mint_hdr()->bsp_apic_id);
}

void mint_core_nmi(u32 core)
{
	send_icr(core, APIC_DM_NMI);
}

void mint_core_init(u32 core)
{
	send_icr(core, APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT);
	usleep_range(10000, 11000);	/* SDM 9.4.4.1: 10 ms after INIT */
	send_icr(core, APIC_INT_LEVELTRIG | APIC_DM_INIT);
	send_icr(core, APIC_DM_STARTUP | (mint_low_park() >> PAGE_SHIFT));
}

bool mint_core_park_offline(u32 core)
{
	unsigned int round;

	/* INIT would stop the other OS of a shared core. */
	if (mint_core_is_shared(core))
		return mint_core_await_parked(core);
	/* One that never was online cannot come by itself. */
	if (mint_core_state(core) != MINT_CORE_ABSENT &&
	    mint_core_await_parked(core))
		return true;
	for (round = 0; round < SIPI_ROUNDS && mint_core_takes_init(core); round++) {
		mint_core_init(core);
		if (mint_core_await_parked(core))
			return true;
	}
	return false;
}

/*
 * A kernel that starts on the other seat, or a further CPU of one that runs, has no handler
 * for an NMI yet, and looks by itself when it steps aside.
 */
static bool other_takes_nmi(u32 core)
{
	int other = mint_other_seat(core);
	u32 word = other < 0 ? 0 : mint_core_word(other), os = MINT_CORE_KERNEL(word);

	return !os || os > MINT_MAX_OSES ||
	       (READ_ONCE(mint_os(os)->state) != MINT_OS_STARTING &&
		MINT_CORE_STATE(word) != MINT_CORE_ENTERING);
}

/*
 * Exactly one NMI: see mint_park_nmi.  Interrupts are off, so that it comes at once: where
 * the other one has just stepped aside the core goes without it, and would soon have no
 * handler any more.
 */
static void wake(u32 core)
{
	unsigned long flags;
	u32 state;

	local_irq_save(flags);
	state = mint_core_state(core);
	if ((state == MINT_CORE_STARTING || state == MINT_CORE_CALLED) &&
	    other_takes_nmi(core))
		mint_core_nmi(core);
	local_irq_restore(flags);
}

int mint_core_call(u32 core, u64 enter_paddr)
{
	int err;

	WRITE_ONCE(mint_seat(core)->enter_paddr, enter_paddr);
	err = mint_core_change(core, MINT_CORE_CALL, mint_self.os);
	if (!err)
		wake(core);
	return err;
}

/* Where another OS has a turn first it may take a while. */
static u32 start_wait_ms(u32 core)
{
	return mint_core_is_shared(core) ? 10 * START_WAIT_MS : START_WAIT_MS;
}

int mint_core_start_atomic(u32 core, u32 os)
{
	u64 start = rdtsc();
	int err = mint_core_change(core, MINT_CORE_START, os);

	if (err)
		return err;
	wake(core);
	while (mint_core_state(core) == MINT_CORE_STARTING) {
		if (rdtsc() - start > (u64)tsc_khz * start_wait_ms(core))
			return mint_core_change(core, MINT_CORE_CALL_OFF, os) ?
			       0 : -ETIMEDOUT;
		touch_nmi_watchdog();
		cpu_relax();
	}
	return 0;
}

int mint_core_start(u32 core, u32 os)
{
	unsigned int ms;
	/* A full barrier too: the order before the state. */
	int err = mint_core_change(core, MINT_CORE_START, os);

	if (err)
		return err;
	wake(core);
	for (ms = 0; ms < start_wait_ms(core); ms++) {
		if (mint_core_state(core) != MINT_CORE_STARTING)
			return 0;
		usleep_range(1000, 1500);
	}
	/* Unless it leaves at this very moment. */
	return mint_core_change(core, MINT_CORE_CALL_OFF, os) ? 0 : -ETIMEDOUT;
}
