// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPIs of this OS to a CPU that is away from its core are not sent: they would interrupt
 * the other OS.  Each is kept in the CPU's seat, as what comes of devices, and that CPU sends
 * it to itself when its turn comes.  So is a device's interrupt that Linux raises once more:
 * one that came while it was disabled, or to another CPU before its affinity changed.
 *
 * Who sends has written before what there is to do; then he notes the IPI, with a locked
 * instruction, and looks for the CPU after that.  The CPU takes the notes after it is said
 * to be there.  An IPI is noted also if it is sent, and whether a core is shared or not:
 * the CPU may leave before it comes.  If it was served before, its handler finds nothing.
 * What is a device's the other OS notes then: absent.c.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/smp.h>
#include <linux/static_call.h>

#include <asm/apic.h>
#include <asm/irq_vectors.h>

#include "base/base.h"
#include "seat/internal.h"

/* This OS shares a core, or has done so. */
static bool shares __read_mostly;

static void (*native_send)(int cpu, int vector) __ro_after_init;
static void (*native_send_mask)(const struct cpumask *mask, int vector) __ro_after_init;
static void (*native_send_others)(const struct cpumask *mask, int vector) __ro_after_init;

/* Bits: vectors from there on. */
#define FIRST_NOTED		0xe0

static_assert(CALL_FUNCTION_SINGLE_VECTOR >= FIRST_NOTED);
static_assert(RESCHEDULE_VECTOR - FIRST_NOTED < 32);

static DEFINE_PER_CPU(atomic_t, noted);

/* Those whose handlers look for themselves what there is to do. */
static bool is_noted(int vector)
{
	switch (vector) {
	case RESCHEDULE_VECTOR:
	case CALL_FUNCTION_VECTOR:
	case CALL_FUNCTION_SINGLE_VECTOR:
		return true;
	default:
		return false;
	}
}

static void note(unsigned int cpu, int vector)
{
	if (is_noted(vector))
		atomic_fetch_or(BIT(vector - FIRST_NOTED), &per_cpu(noted, cpu));
}

static bool is_device(int vector)
{
	return vector >= FIRST_EXTERNAL_VECTOR && vector < FIRST_SYSTEM_VECTOR;
}

void seat_replay_ipis(void)
{
	u32 bits;

	for (bits = atomic_xchg(this_cpu_ptr(&noted), 0); bits; bits &= bits - 1)
		__apic_send_IPI_self(FIRST_NOTED + __ffs(bits));
}

void seat_shares(void)
{
	if (!READ_ONCE(shares))
		WRITE_ONCE(shares, true);
}

/* NMIs and the like are meant for a CPU that does something, and lost on one that is away. */
static bool is_away(unsigned int cpu, int vector)
{
	int seat = mint_core_of_cpu(cpu);

	if (seat < 0 || !mint_core_is_away(seat))
		return false;
	return !(is_noted(vector) || is_device(vector)) || seat_keep(seat, vector);
}

static void send(int cpu, int vector)
{
	note(cpu, vector);
	if (unlikely(READ_ONCE(shares)) && is_away(cpu, vector))
		return;
	native_send(cpu, vector);
}

static void send_each(const struct cpumask *mask, int vector, int but)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		if (cpu != but && !is_away(cpu, vector))
			native_send(cpu, vector);
}

static void note_each(const struct cpumask *mask, int vector)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		note(cpu, vector);
}

static void send_mask(const struct cpumask *mask, int vector)
{
	note_each(mask, vector);
	if (unlikely(READ_ONCE(shares)))
		send_each(mask, vector, -1);
	else
		native_send_mask(mask, vector);
}

static void send_others(const struct cpumask *mask, int vector)
{
	note_each(mask, vector);
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
