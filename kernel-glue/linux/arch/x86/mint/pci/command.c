// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command register of a function, which two OSes may write at the same time: its
 * owner, and who switches off the INTx of an owner that does not answer.
 *
 * Each reads the register, changes its bits and writes all of it.  Writing only the
 * byte that has the bit would not do: there are machines, QEMU's among them, where
 * such a write changes the bit, but not the line, which then stays up for good.
 *
 * So who switches INTx says when it is at it, and everybody else, whose value is the
 * one that counts, writes again if that came in between: the owner, and who fences it.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

#include "base/base.h"
#include "base/life.h"
#include "pci/pci.h"

/* How often to write, when somebody else writes it at the same time. */
#define TRIES			3
/* How long to wait for that one, who may have died at it. */
#define PATIENCE_US		20

/* mint_header.intx_writers: bit OS - 1 while that OS is at it; how often one was. */
#define WRITERS_NOW(w)		((w) & 0xffff)
#define WRITER_ENDED		0x10000

static_assert(MINT_MAX_OSES <= 16);

/* One CPU of this OS at a time: they share a bit. */
static DEFINE_RAW_SPINLOCK(flip_lock);

static atomic_t *writers(void)
{
	return (atomic_t *)&mint_hdr()->intx_writers;
}

/* Bounded: what stands there may be anything. */
static u32 await_writers(void)
{
	unsigned int us;
	u32 w;

	for (us = 0;; us++) {
		w = atomic_read(writers());
		if (!WRITERS_NOW(w) || us == PATIENCE_US)
			return w;
		udelay(1);
	}
}

void mint_command_write(u32 sbdf, int reg, int len, u32 val)
{
	unsigned int tries;
	u32 before;

	for (tries = 0; tries < TRIES; tries++) {
		before = await_writers();
		mint_pci_raw_write(sbdf, reg, len, val);
		/* Who begins after this finds what was written. */
		smp_mb();
		if (!WRITERS_NOW(before) &&
		    (u32)atomic_read(writers()) == before)
			break;
	}
}

void mint_command_update(u32 sbdf, u16 clear, u16 set)
{
	u16 cmd = mint_pci_raw_read(sbdf, PCI_COMMAND, 2);

	mint_command_write(sbdf, PCI_COMMAND, 2, (cmd & ~clear) | set);
}

static void flip_intx(u32 sbdf)
{
	u32 bit = BIT(mint_self.os - 1);
	unsigned long flags;
	u16 cmd;

	raw_spin_lock_irqsave(&flip_lock, flags);
	atomic_or(bit, writers());
	/* Others see that before this sees what they write. */
	smp_mb__after_atomic();
	cmd = mint_pci_raw_read(sbdf, PCI_COMMAND, 2);
	mint_pci_raw_write(sbdf, PCI_COMMAND, 2,
			   cmd ^ PCI_COMMAND_INTX_DISABLE);
	/* Counted first: at no time does it look as if nobody had been there. */
	atomic_add(WRITER_ENDED, writers());
	atomic_andnot(bit, writers());
	raw_spin_unlock_irqrestore(&flip_lock, flags);
}

/* @os, whose cores are proved stopped, writes no more. */
static void break_writer(u32 os)
{
	atomic_andnot(BIT(os - 1), writers());
}

bool mint_intx_is_on(u32 sbdf)
{
	return !(mint_pci_raw_read(sbdf, PCI_COMMAND, 2) &
		 PCI_COMMAND_INTX_DISABLE);
}

void mint_intx_set(u32 sbdf, bool on)
{
	unsigned int tries;

	for (tries = 0; mint_intx_is_on(sbdf) != on && tries < TRIES; tries++)
		flip_intx(sbdf);
}

static struct mint_life command_life = {
	.order	= MINT_LIFE_DEVS,
	.stopped = break_writer,
};

static int __init mint_command_init(void)
{
	if (mint_self.active)
		mint_life_register(&command_life);
	return 0;
}
core_initcall(mint_command_init);
