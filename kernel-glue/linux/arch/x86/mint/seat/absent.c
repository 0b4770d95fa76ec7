// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts on a core that two OSes have by turns.
 *
 * A device's vector comes from a range that only one of the two uses.  So what comes for
 * the one that is away finds, in the other one, a descriptor that notes it in the seat of
 * its OS; there it is raised once more when its turn comes.  IPIs have the same vectors
 * in all kernels: see ipi.c.
 */
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include <asm/apic.h>
#include <asm/hw_irq.h>
#include <asm/irq_vectors.h>
#include <asm/x86_init.h>

#include "base/base.h"
#include "irq/irq.h"
#include "neutral/shared.h"
#include "seat/early.h"
#include "seat/internal.h"

/* ---- which vectors are whose ---------------------------------------------------------- */

static bool is_second(u32 seat)
{
	return seat >= mint_nr_cores();
}

static bool is_seconds(u32 vector)
{
	return vector - MINT_SEAT_VECTOR_FIRST < MINT_SEAT_NR_VECTORS;
}

static bool is_level(u32 vector)
{
	return vector - MINT_IRQT_VECTOR_FIRST < MINT_IRQT_NR_VECTORS;
}

/* Of a device of the other OS; a level pin's can be of either. */
static bool is_foreign(bool second, u32 vector)
{
	return !is_level(vector) && is_seconds(vector) != second;
}

/* ---- for the one that is away ------------------------------------------------------------- */

/* The vector that is in service: nothing else is, while interrupts are off. */
static int vector_in_service(void)
{
	int word;
	u32 bits;

	for (word = 7; word >= 1; word--) {
		bits = apic_read(APIC_ISR + word * 0x10);
		if (bits)
			return word * 32 + __fls(bits);
	}
	return -1;
}

static void note(u32 other, u32 vector)
{
	mint_shared_or(&mint_seat(other)->pending[vector / 32], BIT(vector % 32));
}

bool seat_keep(u32 seat, u32 vector)
{
	u32 bit = BIT(vector % 32);

	note(seat, vector);
	/* Who has come back since may not have seen it: whoever clears the bit raises it. */
	return mint_core_is_away(seat) ||
	       !(mint_shared_clear(&mint_seat(seat)->pending[vector / 32], bit) & bit);
}

/* The kernel was stopped on its way to note_absent(), or in it: that finds it ended. */
static void note_in_service(u32 seat, u32 vector)
{
	int other = mint_other_seat(seat);

	if (other >= 0 && vector < FIRST_SYSTEM_VECTOR && is_foreign(is_second(seat), vector))
		note(other, vector);
}

void seat_end_service(u32 seat)
{
	int left, vector;

	/* As many as there are priorities: SDM 11.8.3. */
	for (left = 16; left; left--) {
		vector = vector_in_service();
		if (vector < 0)
			break;
		note_in_service(seat, vector);
		apic_eoi();
	}
}

/* What came before the shared area was there. */
static u32 early[8];

/*
 * A level pin, ended, would interrupt again at once, as it cannot be masked yet: it stays
 * in service until this OS steps aside.
 */
static bool early_level;

static void note_early(int vector)
{
	if (vector >= 0 && is_level(vector)) {
		early_level = true;
		return;
	}
	apic_eoi();
	if (vector >= 0)
		early[vector / 32] |= BIT(vector % 32);
}

void seat_end_early(u32 seat)
{
	if (unlikely(early_level)) {
		early_level = false;
		seat_end_service(seat);
	}
}

void __init seat_note_early(u32 other)
{
	u32 word;

	for (word = 0; word < ARRAY_SIZE(early); word++)
		if (early[word])
			mint_shared_or(&mint_seat(other)->pending[word], early[word]);
}

static void note_absent(struct irq_desc *desc)
{
	int vector = vector_in_service(), seat, other;

	if (!mint_shm) {
		note_early(vector);
		return;
	}
	seat = mint_core_of_cpu(smp_processor_id());
	other = seat < 0 ? -1 : mint_other_seat(seat);
	if (vector >= 0 && is_level(vector))
		mint_irq_hold(vector);
	else
		apic_eoi();
	if (vector < 0 || other < 0)
		return;
	note(other, vector);
	seat_other_wants();
}

/* No interrupt of Linux: nothing but what vector_irq[] and its readers need. */
static struct irq_desc absent_desc = {
	.handle_irq = note_absent,
	.irq_data = {
		.common = &absent_desc.irq_common_data,
		.chip = &no_irq_chip,
	},
	.lock = __RAW_SPIN_LOCK_UNLOCKED(absent_desc.lock),
};

static DEFINE_PER_CPU(u32, watched);

static void watch_foreign(struct irq_desc **slot, bool second)
{
	u32 vector;

	for (vector = FIRST_EXTERNAL_VECTOR; vector < FIRST_SYSTEM_VECTOR; vector++)
		if (is_foreign(second, vector) ||
		    (is_level(vector) && IS_ERR_OR_NULL(slot[vector])))
			slot[vector] = &absent_desc;
}

void seat_watch_vectors(u32 seat)
{
	u32 now = READ_ONCE(mint_irq_levels_gone) + 1;

	/* Own pins take theirs, and leave them vacant. */
	if (this_cpu_read(watched) == now)
		return;
	this_cpu_write(watched, now);
	watch_foreign(this_cpu_ptr(vector_irq), is_second(seat));
}

static bool __init anything_pending(void)
{
	u32 word, any = 0;

	for (word = 1; word < 8; word++)
		any |= apic_read(APIC_IRR + word * 0x10);
	return any;
}

static void (*native_intr_mode_init)(void) __initdata;

/*
 * Interrupts are on, but so far the local APIC kept them to itself; Linux would find what
 * is pending stale, and say so.
 */
static void __init take_pending_first(void)
{
	u32 spiv = apic_read(APIC_SPIV);
	unsigned int tries = 1024;

	apic_write(APIC_SPIV, spiv | APIC_SPIV_APIC_ENABLED);
	while (anything_pending() && --tries)
		cpu_relax();
	apic_write(APIC_SPIV, spiv);
	native_intr_mode_init();
}

/*
 * Its numbers of cores are not known yet, but its boot data is there.  Nobody comes to a whole
 * core of an OS that has a second seat elsewhere, where it may use the vectors of that.
 */
void __init mint_seat_watch_early(void)
{
	const struct mint_boot_data *b = &mint_self.boot;
	bool second = b->boot_core >= b->nr_cores;

	if (!second && mint_boot_has_second_seat())
		return;
	watch_foreign(this_cpu_ptr(vector_irq), second);
	native_intr_mode_init = x86_init.irqs.intr_mode_init;
	x86_init.irqs.intr_mode_init = take_pending_first;
}

void seat_watch_vectors_anew(u32 seat)
{
	this_cpu_write(watched, 0);
	seat_watch_vectors(seat);
}

/* ---- for this one ---------------------------------------------------------------------------- */

/* Level pins have interrupted by themselves: irqlayer/away.c. */
static void raise(u32 word, u32 bits)
{
	u32 vector;

	for (; bits; bits &= bits - 1) {
		vector = word * 32 + __ffs(bits);
		if (!is_level(vector))
			__apic_send_IPI_self(vector);
	}
}

void seat_replay(u32 seat)
{
	struct mint_seat *s = mint_seat(seat);
	u32 word;

	mint_irq_back();
	/* Exceptions have no interrupt. */
	for (word = 1; word < ARRAY_SIZE(s->pending); word++)
		if (READ_ONCE(s->pending[word]))
			raise(word, xchg(&s->pending[word], 0));
}
