/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Legacy devices: those at fixed ports, that no bus enumerates; and the PCI functions
 * that are one as well.
 */
#ifndef MINT_LEGACY_H
#define MINT_LEGACY_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

/* ---- legacy.c ----------------------------------------------------------- */

const char *mint_legacy_name(u32 idx);
/* Lets go of / takes again the legacy devices in @mask in this OS. */
int mint_legacy_release(u32 mask, struct netlink_ext_ack *extack);
void mint_legacy_take(u32 mask);
/* Writes into the table whose they are: @owner, 0 = nobody. */
void mint_legacy_set_owner(u32 mask, u32 owner);
/* Hides what is not ours (init_platform time, one that was started by the loader). */
void mint_legacy_setup_joined(u32 mask);

/* ---- function.c: PCI functions that are a legacy device, too ---------------- */

/*
 * Checks only: may @d, a private copy, pass to OS @to (or to nobody, 0)?  Its legacy
 * device must be there already.  0, -EBUSY, -EOPNOTSUPP with a text.
 */
int mint_legacydev_check_move(const struct mint_dev *d, u32 to,
			      struct netlink_ext_ack *extack);
/*
 * The same for an OS that is to be created with the legacy devices @legacy (bits
 * 1 << MINT_LEGACY_*) and the @nr functions @sbdf: both or none.
 */
int mint_legacydev_check_create(u32 legacy, const u32 *sbdf, u32 nr,
				struct netlink_ext_ack *extack);

#endif /* MINT_LEGACY_H */
