// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt layer's platform: the world as struct irql_platform wants it.
 *
 * What the layer asks about cores and OSes is answered from private knowledge
 * where this OS is concerned, and from the table of the shared area about others.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "irq/internal.h"
#include "irq/irq.h"
#include "neutral/turns.h"

#define CREATE_TRACE_POINTS
#include <trace/events/mint.h>

static void __iomem *chip_regs[MINT_IRQT_MAX_CHIPS] __ro_after_init;

/* Byte offsets of the registers. */
#define CHIP_INDEX		0x00
#define CHIP_DATA		0x10
#define CHIP_EOI		0x40

/* ---- chips -------------------------------------------------------------- */

/* Several cores may write an EOI register; without the lock, any register. */
static void count_write(u64 *counter)
{
	atomic64_inc((atomic64_t *)counter);
}

/* A chip that is not mapped is one that only a damaged table names. */
static u32 plat_chip_read(struct irql *l, u32 chip, u32 reg)
{
	if (unlikely(!chip_regs[chip]))
		return IRQL_RTE_MASK;
	count_write(&l->mmio_index);
	writel(reg, chip_regs[chip] + CHIP_INDEX);
	irql_step(l, IRQL_STEP_INDEX);
	return readl(chip_regs[chip] + CHIP_DATA);
}

static void plat_chip_write(struct irql *l, u32 chip, u32 reg, u32 value)
{
	if (unlikely(!chip_regs[chip]))
		return;
	count_write(&l->mmio_index);
	writel(reg, chip_regs[chip] + CHIP_INDEX);
	irql_step(l, IRQL_STEP_INDEX);
	count_write(&l->mmio_data);
	writel(value, chip_regs[chip] + CHIP_DATA);
}

static void plat_chip_eoi(struct irql *l, u32 chip, u32 vector)
{
	if (unlikely(!chip_regs[chip]))
		return;
	count_write(&l->mmio_eoi);
	writel(vector, chip_regs[chip] + CHIP_EOI);
}

/* ---- time, context ------------------------------------------------------ */

/* A core that the table has no room for stays with the first OS. */
static u32 plat_core(struct irql *l)
{
	unsigned int cpu = raw_smp_processor_id();
	int core = mint_core_of_cpu(cpu);

	return core >= 0 ? core : MINT_MAX_CORES + cpu;
}

/* Linux refines tsc_khz later on; a clock that jumps then is of no use here. */
static u32 clock_khz __ro_after_init;

static u64 plat_now_us(struct irql *l)
{
	return mul_u64_u32_div(rdtsc(), USEC_PER_MSEC, clock_khz);
}

static void plat_relax(struct irql *l)
{
	cpu_relax();
}

#ifdef CONFIG_DEBUG_LOCK_ALLOC
static struct lock_class_key irqt_lock_key;
static struct lockdep_map irqt_lock_map =
	STATIC_LOCKDEP_MAP_INIT("mint_irqt_lock", &irqt_lock_key);
#define irqt_lock_acquire()	lock_map_acquire(&irqt_lock_map)
#define irqt_lock_release()	lock_map_release(&irqt_lock_map)
#else
#define irqt_lock_acquire()	do { } while (0)
#define irqt_lock_release()	do { } while (0)
#endif

/* Called for the table's lock, first thing and last: lockdep is told here. */
static unsigned long plat_irq_save(struct irql *l)
{
	unsigned long flags;

	local_irq_save(flags);
	irqt_lock_acquire();
	return flags;
}

static void plat_irq_restore(struct irql *l, unsigned long flags)
{
	irqt_lock_release();
	local_irq_restore(flags);
}

/* ---- who is who --------------------------------------------------------- */

/*
 * Proofs that the core is not inside the lock: nobody has that slot, or the kernel
 * of that OS does not run on the core.
 */
static bool plat_holder_gone(struct irql *l, u32 word)
{
	u32 os = MINT_LOCK_OS(word), core = MINT_LOCK_CORE(word);

	if (!os || os > MINT_MAX_OSES ||
	    READ_ONCE(mint_os(os)->state) == MINT_OS_FREE)
		return true;
	if (core >= mint_nr_seats())
		return !mint_os_alive(os);
	return !mint_core_runs(core, os);
}

/* Until it has its turn, and some of that. */
static u64 plat_away_us(struct irql *l, u32 os)
{
	int seat = mint_seat_of(os, READ_ONCE(irql_os(l, os)->shared_apic));
	u32 first;

	if (seat < 0 || !mint_core_is_shared(seat))
		return 0;
	first = mint_core_of_seat(seat);
	return 2 * mint_turn_us(mint_seat(mint_other_seat(first)), seat == first);
}

static bool plat_dest_ok(struct irql *l, u32 os, u32 apic_id)
{
	if (os == mint_self.os)
		return mint_apic_is_ours(apic_id);
	return mint_seat_of(os, apic_id) >= 0;
}

/* ---- what happens ------------------------------------------------------- */

/* What the trace events name by number. */
static_assert(IRQL_EV_FORCE == 7 && IRQL_EV_EVICT == 8 &&
	      IRQL_EV_READMIT == 9 && IRQL_EV_THROTTLE == 10 &&
	      IRQL_EV_REPAIR == 11);

static void plat_trace(struct irql *l, u32 event, u32 gsi, u32 a, u32 b)
{
	switch (event) {
	case IRQL_EV_REGISTER:
	case IRQL_EV_UNREGISTER:
		trace_mint_register(gsi, a, b, event == IRQL_EV_REGISTER);
		break;
	case IRQL_EV_RESOLVE:
		trace_mint_resolve(gsi, a, b);
		break;
	case IRQL_EV_APPLY:
		trace_mint_apply(gsi, a, b);
		break;
	case IRQL_EV_ROUND_START:
		trace_mint_round_start(gsi, a, b);
		break;
	case IRQL_EV_ROUND_ACK:
		trace_mint_round_ack(gsi, a, b);
		break;
	case IRQL_EV_ROUND_END:
		trace_mint_round_end(gsi, a, b);
		break;
	default:
		trace_mint_evict(event, gsi, a, b);
		mint_irq_note(event, gsi, a, b);
	}
}

/* ---- tests -------------------------------------------------------------- */

#ifdef CONFIG_MINT_TEST
void (*mint_irq_test_step)(struct irql *l, enum irql_step step);

static void plat_step(struct irql *l, enum irql_step step)
{
	void (*test)(struct irql *l, enum irql_step step) =
		READ_ONCE(mint_irq_test_step);

	if (test)
		test(l, step);
}
#else
#define plat_step	NULL
#endif

static const struct irql_platform platform = {
	.chip_read	= plat_chip_read,
	.chip_write	= plat_chip_write,
	.chip_eoi	= plat_chip_eoi,
	.lapic_eoi	= mint_lapic_eoi,
	.lapic_tmr	= mint_lapic_tmr,
	.self_ipi	= mint_lapic_self_ipi,
	.ipi		= mint_lapic_ipi,
	.core		= plat_core,
	.now_us		= plat_now_us,
	.relax		= plat_relax,
	.irq_save	= plat_irq_save,
	.irq_restore	= plat_irq_restore,
	.holder_gone	= plat_holder_gone,
	.dest_ok	= plat_dest_ok,
	.quiet_intx	= mint_irq_quiet_intx,
	.directed_eoi	= mint_lapic_directed_eoi,
	.lock_stuck	= mint_irq_lock_stuck,
	.away_us	= plat_away_us,
	.changed	= mint_irq_changed,
	.trace		= plat_trace,
	.step		= plat_step,
};

/* ---- start -------------------------------------------------------------- */

static int __init map_chips(const struct mint_irqt_machine *machine)
{
	u32 i;

	for (i = 0; i < machine->nr_chips; i++) {
		chip_regs[i] = ioremap(machine->chip[i].paddr, SZ_4K);
		if (!chip_regs[i])
			return -ENOMEM;
	}
	return 0;
}

int mint_irq_rejoin(void)
{
	const struct mint_irqt_machine *m = &mint_self.boot.irq;
	int err = irql_attach(&mint_irql, mint_shm_at(MINT_OFF_IRQTABLE), m,
			      mint_self.os, mint_self.generation,
			      boot_cpu_physical_apicid, &platform, NULL);

	if (!err)
		mint_lapic_set_logical();
	return err;
}

int __init mint_irq_attach(const struct mint_irqt_machine *machine)
{
	void *table = mint_shm_at(MINT_OFF_IRQTABLE);
	int err = map_chips(machine);

	clock_khz = tsc_khz;
	if (!err && !mint_self.joined)
		err = irql_build(table, machine);
	if (!err)
		err = irql_attach(&mint_irql, table, machine, mint_self.os,
				  mint_self.generation, boot_cpu_physical_apicid,
				  &platform, NULL);
	if (err)
		return err;
	mint_lapic_set_logical();
	return 0;
}
