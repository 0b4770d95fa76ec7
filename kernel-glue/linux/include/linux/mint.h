/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of Linux may ask Mint; the few hooks in existing files use
 * nothing else.
 */
#ifndef _LINUX_MINT_H
#define _LINUX_MINT_H

#include <linux/types.h>

struct hypervisor_x86;
struct msi_desc;
struct msi_msg;
struct pci_bus;

#ifdef CONFIG_MINT
/* Entry for the table of init_hypervisor_platform(). */
extern const struct hypervisor_x86 x86_hyper_mint;
/*
 * The command line is about to be parsed: takes away from it what a kernel that
 * owns a part of the machine must not heed.
 */
void mint_early_setup(char *command_line);
/* This kernel shares the machine, or may do so. */
bool mint_active(void);
/*
 * A kernel of KEXEC_TYPE_* may not be loaded, or entered in a crash: it would take the
 * machine from other OSes.
 */
bool mint_forbids_kexec(int type);
/* kexec is about to enter what was loaded: 0, or -errno and it must not. */
int mint_kexec(void);
/*
 * The ports of PCI configuration space belong to another kernel.  Valid from
 * the first line of setup_arch() on.
 */
bool mint_forbids_pci_ports(void);
/*
 * io_apic.c is about to write an entry, or to mask one.  True: the interrupt layer
 * has the chip, and nothing is to be written.
 */
bool mint_ioapic_write(int ioapic, int pin, u32 lo, u32 hi);
bool mint_ioapic_mask(int ioapic, int pin);
/* Keeps the vectors of level pins out of Linux's allocation. */
void mint_reserve_vectors(unsigned long *system_vectors);
/* A message is about to be written into a device; may correct it. */
void mint_msi_write(struct msi_desc *entry, struct msi_msg *msg);
/*
 * A slot of this kernel is about to be powered off: has other kernels let go of
 * what they have in it, and waits for that, bounded.  @device: its number on @bus,
 * -1 = all.
 */
void mint_slot_off(struct pci_bus *bus, int device);
#else
static inline void mint_early_setup(char *command_line) { }
static inline bool mint_active(void) { return false; }
static inline bool mint_forbids_kexec(int type) { return false; }
static inline int mint_kexec(void) { return 0; }
static inline bool mint_forbids_pci_ports(void) { return false; }
static inline bool mint_ioapic_write(int ioapic, int pin, u32 lo, u32 hi) { return false; }
static inline bool mint_ioapic_mask(int ioapic, int pin) { return false; }
static inline void mint_reserve_vectors(unsigned long *system_vectors) { }
static inline void mint_msi_write(struct msi_desc *entry, struct msi_msg *msg) { }
static inline void mint_slot_off(struct pci_bus *bus, int device) { }
#endif

#endif /* _LINUX_MINT_H */
