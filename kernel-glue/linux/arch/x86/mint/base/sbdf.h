/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI functions by number: segment, bus, device and function in 32 bits.  Portable.
 */
#ifndef MINT_SBDF_H
#define MINT_SBDF_H

#define MINT_SBDF_BUS(s)	(((s) >> 8) & 0xff)
#define MINT_SBDF_DEVFN(s)	((s) & 0xff)
#define MINT_SBDF_SLOT(s)	((s) & ~7u)

#endif /* MINT_SBDF_H */
