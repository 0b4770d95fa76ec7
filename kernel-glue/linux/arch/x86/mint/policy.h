/* SPDX-License-Identifier: GPL-2.0-only */
/* policy.c: which OS gets what is hot-added. */
#ifndef MINT_POLICY_H
#define MINT_POLICY_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

struct pci_dev;

/* Copies policy @i below MINT_MAX_POLICIES; false when there is none. */
bool mint_policy_copy(u32 i, struct mint_policy *p);
/* Sets one; @os NULL removes it.  0 or -errno with a text. */
int mint_policy_set(u32 kind, u32 key, const char *os,
		    struct netlink_ext_ack *extack);
/*
 * Which OS is to get the slot that @pdev is in, by the most specific policy about one
 * of its functions; of several that are equal, by the one about the lowest function.
 * MINT_OS_NONE: no policy is about it, or the OS that it names does not run.  May
 * sleep.
 */
u32 mint_policy_for(struct pci_dev *pdev);

#endif /* MINT_POLICY_H */
