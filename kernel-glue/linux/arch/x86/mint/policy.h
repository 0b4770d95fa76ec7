/* SPDX-License-Identifier: GPL-2.0-only */
/* policy.c: what is plugged and unplugged. */
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
 * A function is new: if a policy gives it to another OS, no driver here shall see
 * it.
 */
void mint_policy_hold(struct pci_dev *pdev);
/* All that is new is listed: what is held goes where it should. */
void mint_policy_apply(void);

#endif /* MINT_POLICY_H */
