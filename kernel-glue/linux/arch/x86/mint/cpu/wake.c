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

int mint_core_start_atomic(u32 core, u32 os)
{
	u64 start = rdtsc();
	int err = mint_core_change(core, MINT_CORE_START, os);

	if (err)
		return err;
	mint_core_nmi(core);
	while (mint_core_state(core) == MINT_CORE_STARTING) {
		if (rdtsc() - start > (u64)tsc_khz * START_WAIT_MS)
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
	/* Exactly one: see mint_park_nmi. */
	mint_core_nmi(core);
	for (ms = 0; ms < START_WAIT_MS; ms++) {
		if (mint_core_state(core) != MINT_CORE_STARTING)
			return 0;
		usleep_range(1000, 1500);
	}
	/* Unless it leaves at this very moment. */
	return mint_core_change(core, MINT_CORE_CALL_OFF, os) ? 0 : -ETIMEDOUT;
}
