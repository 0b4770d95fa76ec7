/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files for PCI offer each other: pci.c (configuration space), dev.c
 * (the table), quiet.c (silence), reset.c and busreset.c (reset of a function, of a
 * bus), quirks.c (watchdogs), func.c (leaving and coming), busy.c (who uses it).
 */
#ifndef MINT_PCI_H
#define MINT_PCI_H

#include <linux/netlink.h>
#include <linux/pci_regs.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <mint/abi.h>

struct mint_hp_entry;
struct pci_bus;
struct pci_dev;

#define MINT_SBDF_BUS(s)	(((s) >> 8) & 0xff)
#define MINT_SBDF_DEVFN(s)	((s) & 0xff)
#define MINT_SBDF_SLOT(s)	((s) & ~7u)

u32 mint_pci_sbdf(const struct pci_dev *pdev);

/**
 * mint_pci_install() - put the filter between Linux and the hardware
 *
 * Return: 0, or -ENODEV when configuration space is not memory mapped.
 */
int mint_pci_install(void);
/* Whether it can be: only then functions can be anybody else's. */
bool mint_pci_has_ecam(void);
/* Whether the filter is in place, before a configuration space that is mapped. */
bool mint_pci_installed(void);
/*
 * ecam.c: how this OS reaches the hardware: mapped, or, when the machine lost that in
 * its sleep, by the ports, which do for an OS that is alone.
 */
extern const struct pci_raw_ops *mint_cfg;
/* Whether functions that nobody has listed on a root bus are this OS's. */
void mint_pci_set_primary(bool primary);

/**
 * mint_pci_own() - this OS may use a function from now on
 * @d:	checked copy of its entry; the BARs in it are the ones it keeps
 *
 * Return: 0 or -ENOMEM.
 */
int mint_pci_own(const struct mint_dev *d);
/* This OS may no longer use the function; it reads as absent. */
void mint_pci_disown(u32 sbdf);
/*
 * It was unplugged: what comes in its place is seen by the OS that has the bridge
 * above, as any function that is not listed.
 */
void mint_pci_forget(u32 sbdf);
/* Notes that a function of somebody else exists: bridges can be read. */
int mint_pci_note(const struct mint_dev *d);
/* Whether there is such a function, as far as this OS has noted. */
bool mint_pci_knows(u32 sbdf);
/*
 * Somebody else's (or nobody's) function is in a slot that goes off, or stays on after
 * all: whether the port above may do that.  Forgotten when it is ours again.
 */
void mint_pci_leaving(u32 sbdf, bool leaving);
/* Whether this OS may use a function. */
bool mint_pci_owns(u32 sbdf);

/*
 * Past the filter, for the layer itself.  Writes to what this OS does not own
 * are counted as fence writes.
 */
u32 mint_pci_raw_read(u32 sbdf, int reg, int len);
void mint_pci_raw_write(u32 sbdf, int reg, int len, u32 val);
/* 16 bits, not PCI_COMMAND: first @clear, then @set. */
void mint_pci_raw_update16(u32 sbdf, int reg, u16 clear, u16 set);

/*
 * The bus with that number, or NULL; a further OS first scans bridges that it
 * has not seen yet.  Caller holds the rescan lock.
 */
struct pci_bus *mint_pci_bus(u8 nr);
/*
 * Claims the resources of a function of ours exactly where they are.  What
 * cannot be claimed is reported; a further OS forgets it.
 */
void mint_pci_claim(struct pci_dev *pdev);

/* One BAR register. */
static inline u32 mint_pci_raw_bar(u32 sbdf, unsigned int i)
{
	return mint_pci_raw_read(sbdf, PCI_BASE_ADDRESS_0 + 4 * i, 4);
}

/* ---- dev.c: the table ---------------------------------------------------- */

/* Copies entry @idx; -ENOENT when it is unused or makes no sense. */
int mint_dev_copy(u32 idx, struct mint_dev *d);
/* Copies the entry of @sbdf; returns its index, or -errno with a text. */
int mint_dev_get(u32 sbdf, struct mint_dev *d, struct netlink_ext_ack *extack);
/**
 * mint_dev_change() - change an entry, if nobody else was quicker
 * @idx:	index of the entry
 * @sbdf:	its function
 * @seen:	what it was when it was last seen: @seq and @state count
 * @next:	what it is to be; on success as it is now
 *
 * Nobody is told.
 *
 * Return: 0, -ESTALE when the entry is not @seen, -ETIMEDOUT when the table
 * cannot be locked.
 */
int mint_dev_change(u32 idx, u32 sbdf, const struct mint_hp_entry *seen,
		    struct mint_hp_entry *next);
/* Writes why this OS refuses what was ordered. */
void mint_dev_say(u32 idx, const char *reason);
/* The same, if the function is on its way and it is this OS's turn. */
void mint_dev_say_on_way(u32 idx, const char *reason);
/* Whether the function in that place is the one of the entry. */
bool mint_dev_answers(const struct mint_dev *d);
/* An extended-ack text; at most 79 characters. */
__printf(2, 3)
void mint_dev_err(struct netlink_ext_ack *extack, const char *fmt, ...);
/* Looks soon for functions that were plugged or unplugged (first OS). */
void mint_dev_census(void);
/* Fills the filter from the table (a further OS, arch_initcall time). */
void mint_dev_load(void);

/* ---- quiet.c: past every driver ------------------------------------------- */

/* Offset of a capability, 0 = none. */
int mint_pci_find_cap(u32 sbdf, u8 id);
/*
 * No watchdog, no DMA, hence no MSI; no INTx, no decoding, awake; waits, bounded, for
 * what is under way.  For a function that is about to be reset: MSI and MSI-X stay
 * set up.
 */
void mint_dev_stop(const struct mint_dev *d);
/*
 * The same, and MSI and MSI-X are off, masked, and without messages.  0, or -EIO
 * when something stays under way.
 */
int mint_dev_silence(const struct mint_dev *d);
/* Whether it is silent already: then there is no need to do it again. */
bool mint_dev_is_silent(u32 sbdf);
/* A bridge or part of the chipset: no watchdog, no interrupts of its own. */
void mint_dev_hush(const struct mint_dev *d);

/* ---- reset.c ---------------------------------------------------------------- */

/* Gives a function the addresses of its entry; its decoding must be off. */
void mint_dev_write_bars(const struct mint_dev *d);
/* Its PCIe device control register, 0 = none. */
u16 mint_dev_control(u32 sbdf);
/* How long to wait for a function that is reset now, in jiffies: a minute. */
unsigned long mint_dev_ready_deadline(void);
/*
 * Waits until a function answers again, and makes it silent, with its addresses and
 * the device control register @control it had.  0, or -ETIMEDOUT.  Sleeps; no lock
 * that anybody needs may be held.
 */
int mint_dev_after_reset(const struct mint_dev *d, u16 control,
			 unsigned long deadline);
/*
 * Reset a function by itself, by FLR, or by a way to D3hot and back; then
 * mint_dev_after_reset().  0, -ENOTTY when it has no such reset, or -ETIMEDOUT.  Sleep.
 */
int mint_dev_reset_flr(const struct mint_dev *d);
int mint_dev_reset_power(const struct mint_dev *d);
/* What is known of the last reset of entry @idx: MINT_DEVF_NOT_RESET. */
void mint_dev_note_reset(u32 idx, u32 sbdf, bool done);

/* ---- quirks.c: watchdogs; in any context --------------------------------------- */

/* MINT_DEVF_WATCHDOG and MINT_DEVF_NO_DISARM for a function. */
u32 mint_quirk_flags(const struct mint_dev *d);
/* Whether it counts, as far as that can be known. */
bool mint_quirk_armed(const struct mint_dev *d);
/* Whether only a reset makes it stop for good: no driver shall see it before. */
bool mint_quirk_locked(const struct mint_dev *d);
/* Stops it, or at least takes it away from the machine's reset; says so. */
void mint_quirk_disarm(const struct mint_dev *d);
/* All of this OS's: it ends, and others go on. */
void mint_quirk_disarm_own(void);

/* ---- busreset.c ------------------------------------------------------------ */

/**
 * mint_bus_reset() - reset the bus a function is on, if that hurts nobody
 * @d:	copy of the entry of the function
 * @reset: gets the indices in the table of all that was reset with it
 *
 * All functions on that bus must be this OS's to fence, see
 * mint_move_may_fence().  All of them are silent then, with their addresses.
 * Under mint_reset_sem for writing; on return it is held for reading.  Sleeps.
 *
 * Return: NULL, or why nothing was done, to follow "... and".
 */
const char *mint_bus_reset(const struct mint_dev *d, unsigned long *reset);

/*
 * For reading: a reset of one function.  For writing: of a whole bus, in which nobody
 * may be at work on a single one.
 */
extern struct rw_semaphore mint_reset_sem;

/* ---- command.c: a register that not only the owner writes; any context ------- */

/*
 * Writes @len bytes (1, 2, 4) at @reg, which are or contain PCI_COMMAND: a switch of
 * INTx by another OS at that moment does not undo it.  For the owner, and for who
 * fences it.
 */
void mint_command_write(u32 sbdf, int reg, int len, u32 val);
/* The same for bits of PCI_COMMAND: first @clear, then @set. */
void mint_command_update(u32 sbdf, u16 clear, u16 set);
/* @os, whose cores are proved stopped, writes no more. */
void mint_command_break(u32 os);
/* Whether the function may raise its interrupt line. */
bool mint_intx_is_on(u32 sbdf);
/* Switches that, and nothing else; also past its owner. */
void mint_intx_set(u32 sbdf, bool on);

/* ---- func.c: leaving and coming; process context ----------------------------- */

/* Has the driver let go; 0, also without driver or function, or -EBUSY. */
int mint_func_unbind(u32 idx, u32 sbdf);
/* Resets it as Linux knows how; 0, -ENOTTY if there is no way, or -errno. */
int mint_func_reset(const struct mint_dev *d);
/* Out of this kernel, silent, and behind the filter; its place is kept. */
void mint_func_release(u32 idx, const struct mint_dev *d);
/* Before the filter, silent, with its addresses; 0 or -errno. */
int mint_func_claim(const struct mint_dev *d);
/* Known to this kernel, with its resources; 0 or -errno. */
int mint_func_scan(u32 idx, const struct mint_dev *d);
/*
 * Seen by user space and drivers; 0, or -ENODEV when no driver took it within @wait
 * jiffies, or until its slot was to be powered off.
 */
int mint_func_bind(u32 idx, const struct mint_dev *d, unsigned long wait);
/* Nothing comes back there; under the rescan lock. */
void mint_func_give_up_place(u32 idx);

/* ---- busy.c -------------------------------------------------------------------- */

/* Whether somebody here uses it: -EBUSY, and @text says who; or 0. */
int mint_func_busy(u32 sbdf, char *text, size_t size);

#endif /* MINT_PCI_H */
