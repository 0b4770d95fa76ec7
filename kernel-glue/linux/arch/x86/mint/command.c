// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command register of a function, which two OSes may write at the same time: its
 * owner, and who switches off the INTx of an owner that does not answer.
 *
 * Each reads the register, changes its bits and writes all of it.  Writing only the
 * byte that has the bit would not do: there are machines, QEMU's among them, where
 * such a write changes the bit, but not the line, which then stays up for good.
 *
 * So who is not the owner says when it is at it, and the owner, whose own value is
 * the one that counts, writes again whatever came into between.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/pci.h>

#include <asm/pci_x86.h>

#include "mint.h"
#include "pci.h"

/* How often to write, when somebody else writes it at the same time. */
#define TRIES			3
/* How long to wait for that one, who may have died at it. */
#define PATIENCE_US		20

/* mint_header.intx_writers: how many are at it, and how many have ended. */
#define WRITERS_NOW(w)		((w) & 0xffff)
#define WRITER_ENDS		(0x10000 - 1)

static atomic_t *writers(void)
{
	return (atomic_t *)&mint_hdr()->intx_writers;
}

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

int mint_command_write(u32 sbdf, int reg, int len, u32 val)
{
	unsigned int tries;
	int err = 0;
	u32 before;

	for (tries = 0; tries < TRIES; tries++) {
		before = await_writers();
		err = mint_cfg->write(0, MINT_SBDF_BUS(sbdf),
				      MINT_SBDF_DEVFN(sbdf), reg, len, val);
		/* Who begins after this finds what was written. */
		smp_mb();
		if (!WRITERS_NOW(before) &&
		    (u32)atomic_read(writers()) == before)
			break;
	}
	return err;
}

static void flip_intx(u32 sbdf)
{
	u16 cmd;

	atomic_inc(writers());
	/* Its owner sees that before this sees what the owner writes. */
	smp_mb__after_atomic();
	cmd = mint_pci_raw_read(sbdf, PCI_COMMAND, 2);
	mint_pci_raw_write(sbdf, PCI_COMMAND, 2,
			   cmd ^ PCI_COMMAND_INTX_DISABLE);
	atomic_add(WRITER_ENDS, writers());
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
