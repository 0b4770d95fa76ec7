/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every room stands on: who this OS is, the shared area, its lock, names, cores by
 * number, events.  Nothing here knows what is above.
 *
 * Locks, outermost first:
 *   mint_ops_mutex	one operation (create, start, destroy, move) at a time in
 *			this OS; process context
 *   mint_shm_lock()	the table, machine-wide; IRQs off, bounded, no sleeping,
 *			no Linux lock inside
 */
#ifndef MINT_BASE_H
#define MINT_BASE_H

#include <linux/bits.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/pci.h>
#include <linux/sprintf.h>
#include <linux/types.h>

#include <mint/abi.h>
#include <mint/bootdata.h>
#include <mint/image.h>
#include <mint/launch.h>

#include "base/sbdf.h"

#undef pr_fmt
#define pr_fmt(fmt) "mint: " fmt

/* ---- self.c: who this OS is ------------------------------------------- */

/**
 * struct mint_self - this OS's private copy of its identity
 * @active:	Mint is on in this kernel
 * @joined:	started by the loader: described by boot data, and the shared area was
 *		there
 * @further:	joined, and it has no ACPI (a matter of how it was booted, never of
 *		rank); one that has is the first OS, which was started again
 * @os:		OS id
 * @generation:	generation of that slot
 * @boot:	boot data (valid if @joined)
 * @shm_paddr:	the shared area
 *
 * Set in early boot, constant after that.
 */
struct mint_self {
	bool active;
	bool joined;
	bool further;
	u32 os;
	u32 generation;
	struct mint_boot_data boot;
	phys_addr_t shm_paddr;
};

extern struct mint_self mint_self;

/* This is the first OS, and it was started again beside others. */
static inline bool mint_is_first_again(void)
{
	return mint_self.joined && !mint_self.further;
}

/* MINT_IMAGE_*: which kind of kernel this one is. */
static inline u32 mint_arch(void)
{
	return IS_ENABLED(CONFIG_X86_64) ? MINT_IMAGE_X86_64 : MINT_IMAGE_X86_32;
}

/* Writes into the record of this OS which kernel it has. */
void mint_name_kernel(struct mint_os *o);

/* The last one out, and it ends the machine; see os/power.c. */
extern bool mint_ends_machine;

/* ---- area.c: the shared area ------------------------------------------- */

/* Kernel address of the shared area; NULL until the early initcall of boot.c. */
extern void *mint_shm;

static inline void *mint_shm_at(u32 off_bytes)
{
	return mint_shm + off_bytes;
}

static inline struct mint_header *mint_hdr(void)
{
	return mint_shm;
}

/* @os: 1..MINT_MAX_OSES, checked by the caller */
static inline struct mint_os *mint_os(u32 os)
{
	return (struct mint_os *)mint_shm_at(MINT_OFF_OSES) + (os - 1);
}

/* @core: 0..MINT_MAX_CORES-1, checked by the caller */
static inline struct mint_core *mint_core(u32 core)
{
	return (struct mint_core *)mint_shm_at(MINT_OFF_CORES) + core;
}

/* @idx: 0..MINT_MAX_DEVS-1, checked by the caller */
static inline struct mint_dev *mint_dev(u32 idx)
{
	return (struct mint_dev *)mint_shm_at(MINT_OFF_DEVS) + idx;
}

/* @os: 1..MINT_MAX_OSES, checked by the caller */
static inline struct mint_launch *mint_launch(u32 os)
{
	return mint_shm_at(MINT_OFF_LAUNCHES + (os - 1) * MINT_LAUNCH_STRIDE);
}

/* @idx: 0..MINT_MAX_IMAGES-1, checked by the caller */
static inline struct mint_image_record *mint_image(u32 idx)
{
	return mint_shm_at(MINT_OFF_IMAGES + idx * MINT_IMAGE_STRIDE);
}

static inline struct mint_memory_map *mint_shared_map(void)
{
	return mint_shm_at(MINT_OFF_MEMORY_MAP);
}

static inline struct mint_section *mint_section(u32 os)
{
	return mint_shm_at(MINT_OFF_SECTIONS + (os - 1) * MINT_SECTION_SIZE);
}

/* @seat: 0..MINT_MAX_CORES-1, checked by the caller */
static inline struct mint_seat *mint_seat(u32 seat)
{
	return (struct mint_seat *)mint_shm_at(MINT_OFF_SEATS) + seat;
}

/* ---- cores.c: the cores of the machine; @core below mint_nr_seats() ------ */

/* Cores of the machine: header value, checked; 1..MINT_MAX_CORES. */
u32 mint_nr_cores(void);
/* And with their second seats, see <mint/abi.h>; at most MINT_MAX_CORES. */
u32 mint_nr_seats(void);
/* The core that a seat is on: its first seat. */
u32 mint_core_of_seat(u32 seat);
/* The other seat of the same core, or -1. */
int mint_other_seat(u32 seat);
/* Whether an OS is on it, or about to be. */
bool mint_seat_lives(u32 seat);
/* Whether its OS is on it, but the core is the other seat's now. */
bool mint_core_is_away(u32 seat);
/* Whether an OS is on the other seat of this core, or about to be. */
bool mint_core_is_shared(u32 seat);
/* Of these seats the second ones: cores that an OS came to when another one had them. */
u64 mint_second_seats(u64 cores);
/* The boot data says that this OS has one; for early boot. */
bool mint_boot_has_second_seat(void);
/* Whether an OS with these seats has a core by turns with another one. */
bool mint_os_shares(u64 cores);
/* Machine core number of a CPU of this OS, or that of the second seat it sits on; or -1. */
int mint_core_of_cpu(unsigned int cpu);
/* The seat that @os has on the core with that APIC id, or -1. */
int mint_seat_of(u32 os, u32 apic_id);
/* CPU of this OS with that machine core number, or -1. */
int mint_cpu_of_core(u32 core);
/* Machine core number of a local APIC id, or -1. */
int mint_core_of_apic(u32 apic_id);
/* APIC id of a core, or of the core of a seat. */
u32 mint_core_apic(u32 core);
/* The word of a core, a copy; its owner, 0 = nobody; its MINT_CORE_*. */
u32 mint_core_word(u32 core);
u32 mint_core_owner(u32 core);
u32 mint_core_state(u32 core);
/* Whether the kernel of @os may be running on it. */
bool mint_core_runs(u32 core, u32 os);

/* ---- names.c: the OSes of the machine ---------------------------------- */

/* Whether @os is a used slot in a state where its kernel runs. */
bool mint_os_alive(u32 os);
/* The same, or it will start again by itself: it keeps the machine on. */
bool mint_os_stays(u32 os);
/* OS id with that name or 0. */
u32 mint_os_find(const char *name);
/*
 * Copies the record of @os, 1..MINT_MAX_OSES, for people: its texts end, its numbers are
 * in their ranges.  Without the table's lock, so that a look never waits for a dead
 * holder: a record that is rewritten meanwhile is read again.
 */
void mint_os_peek(u32 os, struct mint_os *copy);
/* Copies the name of @os ("os3", "-" for none) into @buf of MINT_NAME_LEN. */
const char *mint_os_name(u32 os, char *buf);

/* mint_os_stays() of another OS than this one. */
bool mint_others_stay(void);
/* There is another OS, running or not: some cores or devices are not ours. */
bool mint_others_exist(void);
/* Whether no core runs the kernel of @os, 1..MINT_MAX_OSES. */
bool mint_os_cores_parked(u32 os);
/* Whether @os, another one, has ended, and no core of it runs any more. */
bool mint_os_is_stopped(u32 os);

/* ---- bootdata.c ----------------------------------------------------------------- */

/* The checksum of boot data that is complete but for that.  Any context. */
void mint_boot_data_seal(struct mint_boot_data *b);

/* ---- reach.c: what a kernel can map ---------------------------------------------- */

/* Whether one of that kind (MINT_IMAGE_*) can map that. */
bool mint_reaches(u32 arch, u64 paddr, u64 size);
/* The same for configuration space from bus 0 to @bus_end. */
bool mint_reaches_ecam(u32 arch, u64 paddr, u32 bus_end);
/* memremap() of memory in this kernel; NULL, too, if it does not reach it. */
void *mint_map(u64 paddr, size_t size);

/* ---- memmap.c: the memory of the OS that has the firmware ------------------------ */

/* Whether @os is that one, and what the table says of its memory makes sense. */
bool mint_map_copy(u32 os, struct mint_memory_map *map);
/* This OS is that one, and can be started again: writes what it was told at boot. */
void mint_map_publish(void);
/* Where its next kernel goes; empty: it cannot be started again. */
const struct mint_range *mint_map_main(void);

/* ---- lock.c -------------------------------------------------------------- */

/*
 * The table's lock.  Returns 0 with IRQs off and *@flags to give back, or
 * -ETIMEDOUT when the holder sits on it: after about a second, during which IRQs
 * are as the caller has them; with IRQs off after 20 ms; at once when somebody
 * here has waited for that holder already.  Any context but NMI.  Nothing inside
 * may sleep, fault or take a Linux lock.
 */
int __must_check mint_shm_lock(unsigned long *flags);
void mint_shm_unlock(unsigned long flags);
/* Whether this OS has it, or one of its CPUs is about to.  Any context, NMI too. */
bool mint_shm_lock_is_ours(void);
/* Takes the lock away from @os, whose cores are proved stopped. */
void mint_shm_lock_break(u32 os);
/* An extended-ack text for -ETIMEDOUT of mint_shm_lock(). */
void mint_shm_lock_explain(struct netlink_ext_ack *extack);

extern struct mutex mint_ops_mutex;

/* ---- low.c: places below 1 MiB ------------------------------------------- */

/* Physical address of the page at which INIT and SIPI lead to the park page. */
u32 mint_low_park(void);
/* How many windows there are, 1..MINT_MAX_OSES. */
u32 mint_low_nr_windows(void);
/* Whether a range (of a private copy) is one of the windows. */
bool mint_low_is_window(const struct mint_range *r);
/* A window that no OS has, under the table's lock.  0 or -ENOSPC. */
int mint_low_take(struct mint_range *r);

/* ---- event.c: doorbells ------------------------------------------------ */

/*
 * Sets @events (MINT_EV_*) for @os and rings it, unless it is this OS: then
 * the local handlers are run.  Any context but NMI (there it does nothing).
 * A dead @os is harmless.
 */
void mint_event_send(u32 os, u32 events);
/* The same to every living OS, this one included. */
void mint_event_send_all(u32 events);
/*
 * Handlers run in process context (a workqueue), one after the other, with the
 * events that arrived.  Not unregistered ever.
 */
struct mint_event_handler {
	struct list_head list;
	u32 mask;
	void (*fn)(u32 events);		/* may sleep */
	void (*fn_irq)(u32 events);	/* optional: first, in hard-IRQ context */
};

void mint_event_register(struct mint_event_handler *h);
/* Whether something was sent to @os, 1..MINT_MAX_OSES, that it has not taken yet. */
bool mint_event_pending(u32 os);
/*
 * Sets who is told of a doorbell that was not for this OS; hard interrupt.  Early initcall.
 */
void mint_event_set_not_ours(void (*fn)(void));
/* Takes what was sent to this OS and not rung for.  Any context but NMI. */
void mint_event_poll(void);
/* What was rung for; interrupts off. */
void mint_event_take(void);
/* This OS is ending: from now on events may be sent even in an NMI. */
void mint_event_last_words(void);
/* What was sent to an OS that had this slot before, or to a former life of @os. */
void mint_event_forget(u32 os);

/* ---- PCI functions by number --------------------------------------------- */

static inline u32 mint_pci_sbdf(const struct pci_dev *pdev)
{
	return (u32)pci_domain_nr(pdev->bus) << 16 | pdev->bus->number << 8 |
	       pdev->devfn;
}

/* How a function is named in messages: pr_info("%s\n", mint_bdf(sbdf).s) */
struct mint_bdf {
	char s[sizeof("0000:00:00.0")];
};

static inline struct mint_bdf mint_bdf(u32 sbdf)
{
	struct mint_bdf name;

	snprintf(name.s, sizeof(name.s), "%04x:%02x:%02x.%x",
		 (u16)(sbdf >> 16), (u8)(sbdf >> 8), (u8)sbdf >> 3, sbdf & 7);
	return name;
}

#endif /* MINT_BASE_H */
