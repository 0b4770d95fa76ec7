// SPDX-License-Identifier: GPL-2.0-only
/*
 * The I/O APIC: abstract routes as redirection table entries, and access to
 * them.  82093AA data sheet, 3.2.4; the EOI register came with version 0x20.
 */
#include "machine.h"
#include "ioapic.h"

void irql_ioapic_encode(const struct irql_rte *rte, u32 *lo, u32 *hi)
{
	*lo = (rte->vector & IRQL_RTE_VECTOR) |
	      (rte->logical ? IRQL_RTE_LOGICAL : 0) |
	      (rte->low ? IRQL_RTE_LOW : 0) |
	      (rte->level ? IRQL_RTE_LEVEL : 0) |
	      (rte->masked ? IRQL_RTE_MASK : 0);
	*hi = rte->dest << 24;
}

void irql_ioapic_decode(u32 lo, u32 hi, struct irql_rte *rte)
{
	rte->vector = lo & IRQL_RTE_VECTOR;
	rte->logical = lo & IRQL_RTE_LOGICAL;
	rte->low = lo & IRQL_RTE_LOW;
	rte->level = lo & IRQL_RTE_LEVEL;
	rte->masked = lo & IRQL_RTE_MASK;
	rte->dest = hi >> 24;
}

u32 irql_read_lo(struct irql *l, u32 chip, u32 pin)
{
	return l->plat->chip_read(l, chip, IRQL_IOAPIC_REG_LO(pin));
}

u32 irql_read_hi(struct irql *l, u32 chip, u32 pin)
{
	return l->plat->chip_read(l, chip, IRQL_IOAPIC_REG_HI(pin));
}

void irql_write_lo(struct irql *l, u32 chip, u32 pin, u32 lo)
{
	l->plat->chip_write(l, chip, IRQL_IOAPIC_REG_LO(pin),
			    lo & ~IRQL_RTE_READONLY);
}

void irql_write_hi(struct irql *l, u32 chip, u32 pin, u32 hi)
{
	l->plat->chip_write(l, chip, IRQL_IOAPIC_REG_HI(pin), hi);
}

/*
 * @lo: as read.  Without an EOI register only a change of the trigger mode
 * clears Remote IRR; a line that moves in between may be lost (on QEMU's chip),
 * so that is for old chips alone.
 */
void irql_force_eoi(struct irql *l, u32 chip, u32 pin, u32 lo)
{
	if (irql_has_eoi(l, chip)) {
		l->plat->chip_eoi(l, chip, lo & IRQL_RTE_VECTOR);
		return;
	}
	irql_write_lo(l, chip, pin, (lo & ~IRQL_RTE_LEVEL) | IRQL_RTE_MASK);
	irql_write_lo(l, chip, pin, lo | IRQL_RTE_MASK);
}
