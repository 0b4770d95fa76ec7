/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of Linux may ask Mint; the few hooks in existing files use
 * nothing else.
 */
#ifndef _LINUX_MINT_H
#define _LINUX_MINT_H

#include <linux/types.h>

struct hypervisor_x86;

#ifdef CONFIG_MINT
/* Entry for the table of init_hypervisor_platform(). */
extern const struct hypervisor_x86 x86_hyper_mint;
/* This kernel shares the machine, or may do so. */
bool mint_active(void);
/* A kexec (a crash kernel too) would take the machine from other OSes. */
bool mint_forbids_kexec(void);
/*
 * The ports of PCI configuration space belong to another kernel.  Valid from
 * the first line of setup_arch() on.
 */
bool mint_forbids_pci_ports(void);
#else
static inline bool mint_active(void) { return false; }
static inline bool mint_forbids_kexec(void) { return false; }
static inline bool mint_forbids_pci_ports(void) { return false; }
#endif

#endif /* _LINUX_MINT_H */
