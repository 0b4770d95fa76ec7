// SPDX-License-Identifier: GPL-2.0-only
/*
 * The irq_chip of I/O APIC pins: what Linux wants of a pin is told to the
 * interrupt layer, and nothing else touches it.
 *
 * It sits directly above the vector domain.  An edge pin uses the vector that the
 * domain gave it.  A level pin does not: EOIs match by vector over all level pins
 * of the machine, so the layer gives the vector, and here the descriptor is put
 * into vector_irq[] of each core that may get it.  The domain's own vector stays
 * reserved for the interrupt and unused; it goes on to say which core is meant.
 *
 * An exclusive pin has Linux's flow handlers, so nothing is added on the way from
 * the vector to the driver.  A line that other OSes share gets a flow of its own
 * from the first interrupt on whose EOI finds it shared.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/mint.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/hw_irq.h>
#include <asm/i8259.h>

#include "base/base.h"
#include "irq/internal.h"
#include "irq/irq.h"
#include "irq/storm.h"

struct mint_pin mint_pins[MINT_IRQT_MAX_GSIS];
u32 mint_gsi_base[MINT_IRQT_MAX_CHIPS] __ro_after_init;

static struct mint_pin *pin_of(const struct irq_data *d)
{
	return &mint_pins[mint_irqd_gsi(d)];
}

static bool is_level(const struct irq_data *d)
{
	return pin_of(d)->attr & MINT_IRQF_LEVEL;
}

/* ---- the vector of a level pin ------------------------------------------ */

/* Interrupts are off, as under desc->lock always. */
static void install_vector(unsigned int cpu, u32 vector, struct irq_desc *desc)
{
	lock_vector_lock();
	per_cpu(vector_irq, cpu)[vector] = desc;
	unlock_vector_lock();
}

/* Where Linux wants the interrupt to go. */
static unsigned int target_cpu(struct irq_data *d)
{
	return cpumask_first(irq_data_get_effective_affinity_mask(d));
}

/* CPU 0 too: that is where it goes when somebody shares the line. */
static void install_level(struct irq_data *d)
{
	struct irq_desc *desc = irq_data_to_desc(d);
	u32 vector = pin_of(d)->vector;

	install_vector(0, vector, desc);
	install_vector(target_cpu(d), vector, desc);
}

u32 mint_irq_levels_gone;

/* One that is still on its way to a core finds "shut down", not "unknown". */
static void remove_level(struct irq_data *d)
{
	struct irq_desc *desc = irq_data_to_desc(d);
	u32 vector = pin_of(d)->vector;
	unsigned int cpu;

	lock_vector_lock();
	for_each_online_cpu(cpu)
		if (per_cpu(vector_irq, cpu)[vector] == desc)
			per_cpu(vector_irq, cpu)[vector] = VECTOR_SHUTDOWN;
	unlock_vector_lock();
	WRITE_ONCE(mint_irq_levels_gone, mint_irq_levels_gone + 1);
}

/* ---- shared lines ------------------------------------------------------- */

/* Their interrupts go to CPU 0, whatever is wished for. */
static void move_to_cpu0(struct irq_data *d, bool force)
{
	struct irq_data *parent = d->parent_data;
	struct irq_cfg *cfg = irqd_cfg(d);

	/* It may be on its way to another core: then that one has it for now. */
	if (parent->chip->irq_set_affinity(parent, cpumask_of(0), force) < 0)
		return;
	irql_set_dest(&mint_irql, mint_irqd_gsi(d), cfg->dest_apicid, 0);
}

static void become_shared(struct irq_data *d)
{
	irq_set_handler_locked(d, mint_shared_flow);
	/* During activation Linux will ask for an affinity later on. */
	if (irqd_is_activated(d))
		move_to_cpu0(d, false);
}

/*
 * The affinity that was wished for counts again; a move may still be under way.  An
 * interrupt that was on its way when its driver let go has none any more.
 */
static void grant_wish(struct irq_data *d)
{
	if (!irqd_is_activated(d))
		return;
	pin_of(d)->wish =
		mint_irq_chip.irq_set_affinity(d, irq_data_get_affinity_mask(d),
					       false) == -EBUSY;
}

/* The line is this OS's alone again. */
static void become_exclusive(struct irq_data *d)
{
	irq_set_handler_locked(d, handle_fasteoi_irq);
	grant_wish(d);
}

/* The echo of an interrupt that was ended while the line was shared. */
static bool echo_comes(u32 gsi)
{
	return READ_ONCE(mint_irql.echo[gsi]);
}

/*
 * note_interrupt() has just counted this one as unhandled, or not; no handler of
 * this OS may have had work in many thousand rounds of the others, and that is no
 * reason to switch the line off.  It must not add up.
 */
static bool somebody_had_work(struct irq_desc *desc)
{
	bool none = desc->irqs_unhandled;

	desc->irqs_unhandled = 0;
	desc->irq_count = 0;
	return !none;
}

void mint_shared_flow(struct irq_desc *desc)
{
	struct irq_data *d = irq_desc_get_irq_data(desc);
	u32 gsi = mint_irqd_gsi(d);
	bool work;

	raw_spin_lock(&desc->lock);
	if (!irql_shared(&mint_irql, gsi) && !echo_comes(gsi)) {
		become_exclusive(d);
		work = true;
	} else {
		work = irql_round_begin(&mint_irql, gsi);
		pin_of(d)->in_round = work;
	}
	raw_spin_unlock(&desc->lock);
	if (work)
		handle_fasteoi_irq(desc);
}

/* ---- the chip ----------------------------------------------------------- */

static unsigned int mint_irq_startup(struct irq_data *d)
{
	unsigned int was_pending = 0;

	if (d->irq < nr_legacy_irqs()) {
		legacy_pic->mask(d->irq);
		was_pending = legacy_pic->irq_pending(d->irq) != 0;
	}
	mint_storm_over(mint_irqd_gsi(d));
	irql_unmask(&mint_irql, mint_irqd_gsi(d));
	return was_pending;
}

static void mint_irq_mask(struct irq_data *d)
{
	mint_storm_over(mint_irqd_gsi(d));
	irql_mask(&mint_irql, mint_irqd_gsi(d));
}

static void mint_irq_unmask(struct irq_data *d)
{
	mint_storm_over(mint_irqd_gsi(d));
	irql_unmask(&mint_irql, mint_irqd_gsi(d));
}

/*
 * Once for each interrupt of a level pin, at the end of handle_fasteoi_irq().  A
 * level pin keeps its vector, so it can be moved at any time after its EOI.
 */
static void mint_irq_eoi(struct irq_data *d)
{
	struct mint_pin *pin = pin_of(d);
	u32 gsi = mint_irqd_gsi(d);

	irq_complete_move(irqd_cfg(d));
	if (unlikely(pin->in_round)) {
		pin->in_round = false;
		irql_round_end(&mint_irql, gsi,
			       somebody_had_work(irq_data_to_desc(d)));
	} else if (unlikely(irql_eoi(&mint_irql, gsi))) {
		become_shared(d);
	} else if (is_level(d)) {
		mint_storm_count(irq_data_to_desc(d), gsi);
	}
	if (unlikely(pin->wish))
		grant_wish(d);
	if (unlikely(irqd_is_setaffinity_pending(d)))
		irq_move_masked_irq(d);
}

static int mint_irq_set_affinity(struct irq_data *d, const struct cpumask *mask,
				 bool force)
{
	struct irq_data *parent = d->parent_data;
	struct irq_cfg *cfg = irqd_cfg(d);
	u32 gsi = mint_irqd_gsi(d);
	int ret;

	if (is_level(d) && irql_shared(&mint_irql, gsi)) {
		move_to_cpu0(d, force);
		/* The wish is kept for when the line is ours alone. */
		return IRQ_SET_MASK_OK;
	}
	ret = parent->chip->irq_set_affinity(parent, mask, force);
	if (ret < 0 || ret == IRQ_SET_MASK_OK_DONE)
		return ret;
	if (is_level(d))
		install_level(d);
	irql_set_dest(&mint_irql, gsi, cfg->dest_apicid, cfg->vector);
	return ret;
}

/* The vector domain would send its own vector, which a level pin does not use. */
static int mint_irq_retrigger(struct irq_data *d)
{
	if (!is_level(d))
		return irq_chip_retrigger_hierarchy(d);
	__apic_send_IPI(irql_shared(&mint_irql, mint_irqd_gsi(d)) ? 0 :
			target_cpu(d), pin_of(d)->vector);
	return 1;
}

/*
 * For synchronize_irq(): the interrupt may be on its way to a core, and a pin in
 * service when its descriptor goes would stay so.
 */
static int mint_irq_get_state(struct irq_data *d, enum irqchip_irq_state which,
			      bool *state)
{
	int ret;

	if (which != IRQCHIP_STATE_ACTIVE)
		return -EINVAL;
	ret = irql_in_service(&mint_irql, mint_irqd_gsi(d));
	if (ret < 0)
		return ret;
	*state = ret;
	return 0;
}

struct irq_chip mint_irq_chip __read_mostly = {
	.name			= "Mint",
	.irq_startup		= mint_irq_startup,
	.irq_mask		= mint_irq_mask,
	.irq_unmask		= mint_irq_unmask,
	.irq_ack		= irq_chip_ack_parent,
	.irq_eoi		= mint_irq_eoi,
	.irq_set_affinity	= mint_irq_set_affinity,
	.irq_retrigger		= mint_irq_retrigger,
	.irq_get_irqchip_state	= mint_irq_get_state,
	.flags			= IRQCHIP_SKIP_SET_WAKE |
				  IRQCHIP_AFFINITY_PRE_STARTUP,
};

/* ---- activation --------------------------------------------------------- */

/* Who uses it is known only when somebody reads the routes; see routes.c. */
static void describe(struct irq_data *d, bool masked, struct irql_pin *want)
{
	struct irq_cfg *cfg = irqd_cfg(d);

	memset(want, 0, sizeof(*want));
	want->flags = pin_of(d)->attr | (masked ? MINT_IRQF_MASKED : 0);
	want->dest = cfg->dest_apicid;
	want->vector = cfg->vector;
	want->virq = d->irq;
	want->sbdf = MINT_IRQT_NONE;
}

static const char *why_not(int err)
{
	switch (err) {
	case -ENOENT:
		return "no I/O APIC has it";
	case -EBUSY:
		return "it is edge triggered and another OS has it";
	case -EINVAL:
		return "another OS has it with another trigger or polarity";
	case -ENOSPC:
		return "no vector or no logical id is left for it";
	case -ETIMEDOUT:
		return "an OS sits on the interrupt table; if it hangs, destroy it --force";
	}
	return "the interrupt table is damaged; try mintctl irq repair";
}

int mint_pin_route(struct irq_data *d, bool masked)
{
	struct mint_pin *pin = pin_of(d);
	u32 gsi = mint_irqd_gsi(d);
	struct irql_pin want;
	int err;

	describe(d, masked, &want);
	err = irql_route_pin(&mint_irql, gsi, &want, &pin->vector);
	if (err) {
		pr_err("GSI %u cannot be used by interrupt %u: %s (%d)\n", gsi,
		       d->irq, why_not(err), err);
		return err;
	}
	pin->in_round = false;
	pin->wish = false;
	if (!is_level(d))
		return 0;
	install_level(d);
	if (irql_shared(&mint_irql, gsi))
		become_shared(d);
	return 0;
}

void mint_pin_unroute(struct irq_data *d)
{
	mint_storm_over(mint_irqd_gsi(d));
	irql_unroute_pin(&mint_irql, mint_irqd_gsi(d));
	if (is_level(d))
		remove_level(d);
}

/* ---- the vectors of the block ------------------------------------------- */

/* The devices of two OSes that have a core by turns: see struct mint_seat. */
static void __init reserve_others(unsigned long *vectors)
{
	u32 end = MINT_SEAT_VECTOR_FIRST + MINT_SEAT_NR_VECTORS;

	if (!mint_self.joined || !mint_boot_has_second_seat()) {
		bitmap_set(vectors, MINT_SEAT_VECTOR_FIRST, MINT_SEAT_NR_VECTORS);
		return;
	}
	bitmap_set(vectors, FIRST_EXTERNAL_VECTOR,
		   MINT_SEAT_VECTOR_FIRST - FIRST_EXTERNAL_VECTOR);
	bitmap_set(vectors, end, FIRST_SYSTEM_VECTOR - end);
}

/*
 * Marked as the system's, Linux gives them to nobody; the gates are installed
 * already, and are those of common_interrupt().
 */
void __init mint_reserve_vectors(unsigned long *vectors)
{
	if (!mint_active())
		return;
	bitmap_set(vectors, MINT_IRQT_VECTOR_FIRST, MINT_IRQT_NR_VECTORS);
	reserve_others(vectors);
}
