// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPIs of this OS to a CPU that is away from its core are not sent: they would interrupt
 * the other OS.  That CPU takes it that each has come, when its turn does (seat_replay()).
 *
 * Who sends has written before what there is to do, with a locked instruction, and looks
 * for the CPU after that; the CPU looks what there is to do after it is said to be there.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/smp.h>
#include <linux/static_call.h>

#include <asm/apic.h>

#include "base/base.h"
#include "seat/internal.h"

/* This OS shares a core, or has done so. */
static bool shares __read_mostly;

static void (*native_send)(int cpu, int vector) __ro_after_init;
static void (*native_send_mask)(const struct cpumask *mask, int vector) __ro_after_init;
static void (*native_send_others)(const struct cpumask *mask, int vector) __ro_after_init;

void seat_shares(void)
{
	if (!READ_ONCE(shares))
		WRITE_ONCE(shares, true);
}

static bool is_away(unsigned int cpu)
{
	int seat = mint_core_of_cpu(cpu);

	return seat >= 0 && mint_core_is_away(seat);
}

static void send(int cpu, int vector)
{
	if (unlikely(READ_ONCE(shares)) && is_away(cpu))
		return;
	native_send(cpu, vector);
}

static void send_each(const struct cpumask *mask, int vector, int but)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		if (cpu != but)
			send(cpu, vector);
}

static void send_mask(const struct cpumask *mask, int vector)
{
	if (unlikely(READ_ONCE(shares)))
		send_each(mask, vector, -1);
	else
		native_send_mask(mask, vector);
}

static void send_others(const struct cpumask *mask, int vector)
{
	if (unlikely(READ_ONCE(shares)))
		send_each(mask, vector, raw_smp_processor_id());
	else
		native_send_others(mask, vector);
}

/* As apic_update_callback() does, which tells of each. */
static void __init update(void)
{
	static_call_update(apic_call_send_IPI, apic->send_IPI);
	static_call_update(apic_call_send_IPI_mask, apic->send_IPI_mask);
	static_call_update(apic_call_send_IPI_mask_allbutself,
			   apic->send_IPI_mask_allbutself);
}

void __init seat_give_ipis(void)
{
	apic->send_IPI = native_send;
	apic->send_IPI_mask = native_send_mask;
	apic->send_IPI_mask_allbutself = native_send_others;
	update();
}

void __init seat_take_ipis(void)
{
	native_send = apic->send_IPI;
	native_send_mask = apic->send_IPI_mask;
	native_send_others = apic->send_IPI_mask_allbutself;
	apic->send_IPI = send;
	apic->send_IPI_mask = send_mask;
	apic->send_IPI_mask_allbutself = send_others;
	update();
}
