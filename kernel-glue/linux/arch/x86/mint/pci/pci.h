/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI functions: configuration space and who may touch it, the table of functions, the
 * census, silence and reset.  How a function passes from OS to OS is in move/.
 */
#ifndef MINT_PCI_H
#define MINT_PCI_H

#include <linux/netlink.h>
#include <linux/pci_regs.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <mint/abi.h>

#include "base/base.h"

struct mint_hp_entry;
struct notifier_block;
struct pci_bus;
struct pci_dev;

/* ---- raw.c ------------------------------------------------------------------ */

/* Whether it can be: only then functions can be anybody else's. */
bool mint_pci_has_ecam(void);
/* Whether the filter is in place, before a configuration space that is mapped. */
bool mint_pci_installed(void);
/*
 * Past the filter, for the layer itself.  Writes to what this OS does not own
 * are counted as fence writes.
 */
u32 mint_pci_raw_read(u32 sbdf, int reg, int len);
void mint_pci_raw_write(u32 sbdf, int reg, int len, u32 val);
/* 16 bits, not PCI_COMMAND: first @clear, then @set. */
void mint_pci_raw_update16(u32 sbdf, int reg, u16 clear, u16 set);

/* One BAR register. */
static inline u32 mint_pci_raw_bar(u32 sbdf, unsigned int i)
{
	return mint_pci_raw_read(sbdf, PCI_BASE_ADDRESS_0 + 4 * i, 4);
}

/* ---- own.c: what this OS may use --------------------------------------------- */

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

/* ---- filter.c ------------------------------------------------------------------ */

/**
 * mint_pci_install() - put the filter between Linux and the hardware
 *
 * Return: 0, or -ENODEV when configuration space is not memory mapped.
 */
int mint_pci_install(void);
/* Whether functions that nobody has listed on a root bus are this OS's. */
void mint_pci_set_primary(bool primary);

/* ---- ecam.c: a sleep of the machine (S3); first OS, nobody else exists ---------- */

/* Before it and after it; one CPU, interrupts off. */
void mint_ecam_sleep(void);
void mint_ecam_wake(void);

/* ---- command.c: a register that not only the owner writes; any context ------- */

/*
 * Writes @len bytes (1, 2, 4) at @reg, which are or contain PCI_COMMAND: a switch of
 * INTx by another OS at that moment does not undo it.  For the owner, and for who
 * fences it.
 */
void mint_command_write(u32 sbdf, int reg, int len, u32 val);
/* The same for bits of PCI_COMMAND: first @clear, then @set. */
void mint_command_update(u32 sbdf, u16 clear, u16 set);
/* Whether the function may raise its interrupt line. */
bool mint_intx_is_on(u32 sbdf);
/* Switches that, and nothing else; also past its owner. */
void mint_intx_set(u32 sbdf, bool on);

/* ---- table.c: the table of functions ------------------------------------------- */

/* Woken when an entry or the life of an OS changes, or a driver comes. */
extern wait_queue_head_t mint_dev_waitq;

/* Index in the device table or -ENOENT. */
int mint_dev_find(u32 sbdf);
/* Copies entry @idx; -ENOENT when it is unused or makes no sense. */
int mint_dev_copy(u32 idx, struct mint_dev *d);
/*
 * Copies entry @idx, whatever it is, for people or where no lock may be waited for: its
 * texts end, who has it and its home are OS ids.  Any context.
 */
void mint_dev_peek(u32 idx, struct mint_dev *d);
/* The same, and whether it is a function that this OS has. */
bool mint_dev_peek_own(u32 idx, struct mint_dev *d);
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
/* What is known of the last reset of entry @idx: MINT_DEVF_NOT_RESET. */
void mint_dev_note_reset(u32 idx, u32 sbdf, bool done);
/*
 * Whether entry @idx is about @sbdf, as it was when this OS first looked: an entry
 * never becomes another function's.  Any context.
 */
bool mint_dev_knows(u32 idx, u32 sbdf);
/* That function; 0: not looked at yet, or the host bridge. */
u32 mint_dev_known(u32 idx);
/* Fills the filter from the table (a further OS, arch_initcall time). */
void mint_dev_load(void);
/* This OS is a copy: it has what the table says, and nothing that its source has. */
void mint_pci_rejoin(void);

/* ---- census.c ------------------------------------------------------------------- */

/* Looks soon for functions that were plugged or unplugged (first OS). */
void mint_dev_census(void);
/* From now on the removal of a function here is no unplugging, or counts as one again. */
void mint_census_leaving(u32 idx, bool on);

/**
 * enum mint_census_event - what those hear of who watch the census
 * @MINT_CENSUS_FOUND:	a function is new, no driver has seen it and it is not listed
 *			yet; under the rescan lock
 * @MINT_CENSUS_STRUCK:	an entry is about nothing any more; under the rescan lock
 * @MINT_CENSUS_DONE:	nothing is there that is not listed; process context, no locks
 */
enum mint_census_event {
	MINT_CENSUS_FOUND,
	MINT_CENSUS_STRUCK,
	MINT_CENSUS_DONE,
};

/**
 * struct mint_census_news - what a watcher gets as data
 * @pdev:	MINT_CENSUS_FOUND: the function
 * @idx:	MINT_CENSUS_STRUCK: the entry
 */
struct mint_census_news {
	struct pci_dev *pdev;
	u32 idx;
};

/* Not unregistered ever. */
void mint_census_watch(struct notifier_block *nb);

/* ---- scan.c: what this kernel finds and claims ------------------------------------ */

/* Replaces the platform's PCI set-up in a further OS (init_platform time). */
void mint_pci_setup_further(void);
/* The same for the first OS that is started again. */
void mint_pci_setup_again(void);
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

/* ---- silence.c: past every driver ------------------------------------------- */

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

/*
 * All functions of this OS stop: no DMA, no interrupt, no decoding.  Any context; waits
 * a tenth of a second for one that does not come to rest.
 */
void mint_pci_quiet_own(void);

/* ---- fence.c: functions of an OS that has ended; process context --------------------- */

/* Stops, resets and silences a function; may take a minute. */
void mint_dev_fence_one(u32 idx, const struct mint_dev *d);
/* It has an owner again: that it was reset with its bus counts no more. */
void mint_dev_has_owner(u32 idx);

#endif /* MINT_PCI_H */
