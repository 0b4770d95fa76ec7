/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint inside one kernel: what the files of this directory offer each other.
 *
 * Locks, outermost first:
 *   mint_ops_mutex	one operation (create, start, destroy, move) at a time in
 *			this OS; process context
 *   mint_shm_lock()	the table, machine-wide; IRQs off, bounded, no sleeping,
 *			no Linux lock inside
 */
#ifndef MINT_KERNEL_H
#define MINT_KERNEL_H

#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/sprintf.h>
#include <linux/types.h>

#include <mint/abi.h>
#include <mint/bootdata.h>

struct pci_dev;

#undef pr_fmt
#define pr_fmt(fmt) "mint: " fmt

/* ---- self.c: who this OS is ------------------------------------------- */

/**
 * struct mint_self - this OS's private copy of its identity
 * @active:	Mint is on in this kernel
 * @further:	started by the launcher: described by boot data, has no ACPI
 *		(a matter of how it was booted, never of rank)
 * @os:		OS id
 * @generation:	generation of that slot
 * @boot:	boot data (valid if @further)
 * @shm_paddr:	the shared area
 *
 * Set in early boot, constant after that.
 */
struct mint_self {
	bool active;
	bool further;
	u32 os;
	u32 generation;
	struct mint_boot_data boot;
	phys_addr_t shm_paddr;
};

extern struct mint_self mint_self;

/* First OS, until __init memory is freed: the ranges that mint_pool= took. */
const struct mint_range *mint_boot_pool(unsigned int *nr);

/* Early initcall: Mint is off after all in this, the first OS. */
void mint_self_undo(void);

/* ---- off.c ---------------------------------------------------------------- */

/*
 * Mint was asked for and is off: says why in the log, and to mintctl.  Until the early
 * initcalls; a later reason takes the place of an earlier one.
 */
__printf(1, 2)
void mint_stay_off(const char *fmt, ...);

/* ---- shm.c: the shared area ------------------------------------------- */

/* Kernel address of the shared area; NULL until early initcalls. */
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

static inline struct mint_section *mint_section(u32 os)
{
	return mint_shm_at(MINT_OFF_SECTIONS + (os - 1) * MINT_SECTION_SIZE);
}

/* Cores of the machine: header value, checked; 1..MINT_MAX_CORES. */
u32 mint_nr_cores(void);
/* Machine core number of a CPU of this OS, or -1. */
int mint_core_of_cpu(unsigned int cpu);
/* CPU of this OS with that machine core number, or -1. */
int mint_cpu_of_core(u32 core);
/* Machine core number of a local APIC id, or -1. */
int mint_core_of_apic(u32 apic_id);
/* APIC id of a machine core number below mint_nr_cores(). */
u32 mint_core_apic(u32 core);
/* Whether @os is a used slot in a state where its kernel runs. */
bool mint_os_alive(u32 os);
/* OS id with that name or 0. */
u32 mint_os_find(const char *name);
/* Copies the name of @os ("os3", "-" for none) into @buf of MINT_NAME_LEN. */
const char *mint_os_name(u32 os, char *buf);

/*
 * The table's lock.  Returns 0 with IRQs off and *@flags to give back, or
 * -ETIMEDOUT when the holder sits on it: after about a second, during which IRQs
 * are as the caller has them; with IRQs off after 20 ms; at once when somebody
 * here has waited for that holder already.  Any context but NMI.  Nothing inside
 * may sleep, fault or take a Linux lock.
 */
int __must_check mint_shm_lock(unsigned long *flags);
void mint_shm_unlock(unsigned long flags);
/* Takes the lock away from @os, whose cores are proved stopped. */
void mint_shm_lock_break(u32 os);
/* An extended-ack text for -ETIMEDOUT of mint_shm_lock(). */
void mint_shm_lock_explain(struct netlink_ext_ack *extack);

extern struct mutex mint_ops_mutex;

/* ---- low.c: places below 1 MiB -------------------------------------------- */

/* First OS: finds the places; init_platform time, as the next.  0 or -ENOMEM. */
int mint_low_find(void);
/* First OS: takes them out of Linux's memory. */
void mint_low_set_aside(void);
/* First OS: writes them into the header. */
void mint_low_publish(struct mint_header *hdr);
/* A further OS: takes them from the header, once.  0, or -EINVAL: nonsense. */
int mint_low_learn(const struct mint_header *hdr);
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
/* Takes what was sent to this OS and not rung for.  Any context but NMI. */
void mint_event_poll(void);
/* Forgets what was sent to an OS that had this slot before. */
void mint_event_reset(u32 os);
/* This OS is ending: from now on events may be sent even in an NMI. */
void mint_event_last_words(void);

/* ---- cores.c: the core table; @core below mint_nr_cores() ---------------- */

enum mint_core_act;

/* The word of a core, a copy; its owner, 0 = nobody; its MINT_CORE_*. */
u32 mint_core_word(u32 core);
u32 mint_core_owner(u32 core);
u32 mint_core_state(u32 core);
/* Whether the kernel of @os may be running on it. */
bool mint_core_runs(u32 core, u32 os);
/* Changes the word from @old to @new; whether it was @old.  Any context. */
bool mint_core_cas(u32 core, u32 old, u32 new);
/* mint_core_next(), done; 0, -EPERM not the core of @os, -EBUSY.  Any context. */
int mint_core_change(u32 core, enum mint_core_act act, u32 os);
/*
 * A parked core of @from becomes @to's (0 = nobody); 0, -EPERM, -EBUSY not parked,
 * -ETIMEDOUT as mint_shm_lock().
 */
int mint_core_hand_over(u32 core, u32 from, u32 to);

/* ---- corefence.c: stopping the cores of an OS ----------------------------- */

/*
 * Stops all cores of @os without its help and proves it.  0; -EBUSY: everything
 * is as it was; -EIO: some have stopped; -ENOMEM.  *@core: which core does not
 * stop, if below mint_nr_cores().  Process context; takes two seconds at most.
 */
int mint_fence_cores(u32 os, u32 *core);
/* An extended-ack text for an error of that. */
void mint_fence_explain(u32 os, u32 core, int err,
			struct netlink_ext_ack *extack);
/* Another OS has decided to stop this one: this core may be the last to know. */
bool mint_fence_committed(void);
/* Lets other OSes stop this one; early initcall. */
int mint_fence_setup(void);
void mint_fence_undo(void);

/* ---- park.c: where cores go -------------------------------------------- */

/* Leaves this kernel for good; the calling core halts in the park page. */
void __noreturn mint_park_self(void);
/* Waits, bounded, until a core is there.  False: it does not arrive. */
bool mint_core_await_parked(u32 core);
/*
 * How long a core that goes offline may take to reach the park page; generous, because
 * an emulated machine may stall for a while.
 */
#define MINT_PARK_WAIT_MS	2000
/*
 * Waits for a core that this OS has taken offline; one that never was online
 * is sent to the park page.  False: it does not arrive there.
 */
bool mint_core_park_offline(u32 core);
/*
 * Releases a parked core of @os to @entry; 0, -EPERM not its core, -EBUSY not
 * parked, -ETIMEDOUT.
 */
int mint_core_start(u32 core, u32 os, u64 entry_paddr, u64 arg, u64 cr3);
/* Whether INIT leads it to the park page: not on the machine's boot core. */
bool mint_core_takes_init(u32 core);
/* Sends an NMI; INIT and SIPI to the park page (takes 10 ms, sleeps). */
void mint_core_nmi(u32 core);
void mint_core_init(u32 core);
/* Maps the park page's tables for this kernel, and takes it back; early initcall. */
int mint_park_init(void);
void mint_park_undo(void);
/* First OS: builds the park page in the shared area. */
int mint_park_build(void);

/* ---- machine.c: what is the machine's ------------------------------------ */

/* Keeps a further OS from what is the primary's (init_platform time). */
void mint_machine_setup_further(void);

/* ---- power.c: how this OS ends ------------------------------------------ */

/* Replaces what would reset or stop the machine (init_platform time). */
void mint_power_setup(void);
/* Puts back what that replaced: Mint is off after all.  Early initcall. */
void mint_power_undo(void);
/* Another OS than this one runs, or is about to. */
bool mint_others_alive(void);
/* There is another OS, running or not: some cores or devices are not ours. */
bool mint_others_exist(void);
/* This OS is the last one out, and the machine ends. */
bool mint_machine_ends(void);

/* ---- lastout.c: whose the machine is at the end -------------------------- */

/*
 * Whether this OS, which has published that it has ended, is the last one out.
 * @act: it resets the machine or switches it off; then it is the only one to whom
 * this says so.  Any context; may take a second or two.
 */
bool mint_last_out(bool act);
/* Another OS runs and gives signs of life. */
bool mint_others_run(void);
/* Says in the log who keeps the machine on, and who does not. */
void mint_name_others(void);
/* From now on this OS ends the machine, whoever else may run. */
void mint_machine_is_mine(void);
/* The state of an OS that is being started is STARTING. */
void mint_count_start(void);
/* Time since any core of @os gave a sign of life, or since its start, ms. */
u32 mint_os_quiet_ms(u32 os);
/* @os says that it runs, and its boot core is parked. */
bool mint_os_stopped(u32 os);
/* No core of @os has given a sign of life for too long: it counts as dead. */
bool mint_os_silent(u32 os);

/* ---- cpu.c: this OS's cores ---------------------------------------------- */

/* Forbids to start foreign cores; before the first application core. */
int mint_cpu_guard(void);
/* Takes that back; early initcall. */
void mint_cpu_unguard(void);
/* Takes a core of ours offline and waits until it is parked. */
int mint_cpu_give(u32 core, struct netlink_ext_ack *extack);
/*
 * Brings a core that the table says is ours online again, if mint_cpu_give() has
 * taken it offline.
 */
int mint_cpu_take(u32 core);
/* A sleep is over in which no core could give a sign of life. */
void mint_cpu_woke_up(void);
/* Whether a local APIC belongs to a core of this OS, also one that is offline. */
bool mint_apic_is_ours(u32 apic_id);

/* ---- os.c, launch.c: life of an OS ------------------------------------- */

struct mint_os_config {
	char name[MINT_NAME_LEN];
	u64 cores;			/* bitmap of machine core numbers */
	u64 mem_size;			/* bytes */
	u64 mem_base;			/* 0: layer's choice */
	u32 legacy;
	u32 nr_devs;
	u32 sbdf[32];
};

/*
 * All of these: process context, sleep, take mint_ops_mutex themselves; 0 or
 * -errno with an extended-ack text naming object, cause and next step; after
 * an error everything is as it was.
 */
int mint_os_create(const struct mint_os_config *cfg,
		   struct netlink_ext_ack *extack);
int mint_os_start(const char *name, const char *kernel_path,
		  const char *initrd_path, const char *cmdline,
		  struct netlink_ext_ack *extack);
int mint_os_stop(const char *name, struct netlink_ext_ack *extack);
int mint_os_destroy(const char *name, bool force,
		    struct netlink_ext_ack *extack);
/*
 * Stops the cores of @os for good and makes its devices safe, if @still says so when
 * nobody else is at work on it.  0 or -errno.  Process context.
 */
int mint_os_force_stop(u32 os, bool (*still)(void));
int mint_machine_end(u32 action, struct netlink_ext_ack *extack);

/*
 * Nobody else, in this OS or another, may start or destroy the OS @name until
 * mint_os_unlock_slot(): its id, -ENOENT or -EBUSY.  Under mint_ops_mutex.
 */
int mint_os_lock_slot(const char *name, struct netlink_ext_ack *extack);
void mint_os_unlock_slot(u32 os);
/*
 * Whether the memory of a (private copy of a) record lies where an OS's memory
 * may lie: in the pool, not over the shared area, in a low window.
 */
bool mint_os_memory_ok(const struct mint_os *o);
/* Longest silence among the cores of @os, ms, and which core; 0 if none. */
u32 mint_os_silence_ms(u32 os, u32 *core);
/*
 * forget.c: nothing in the table names @os any more.  Under the table's lock, when its
 * cores are parked and its devices silent.  0, or -EBUSY: something of it is still in use or
 * on its way, and nothing has changed.
 */
int mint_os_forget(u32 os);
/* Bytes of the pool / not given to any OS. */
u64 mint_pool_size(void);
u64 mint_pool_free(void);

/* ---- pci.c: configuration space; dev.c: the functions and their moves --- */

/* Replaces the platform's PCI set-up in a further OS (init_platform time). */
void mint_pci_setup_further(void);
/* Index in the device table or -ENOENT. */
int mint_dev_find(u32 sbdf);
/* Whether any function can pass to another OS here: 0 or -EOPNOTSUPP with a text. */
int mint_dev_check_machine(struct netlink_ext_ack *extack);
/*
 * Check only: may @sbdf leave this OS (which must own it), or is it free?
 * @moving, @nr: the functions that leave together (siblings).
 * @allow_intx: a function without MSI and MSI-X is fine.
 */
int mint_dev_check(u32 sbdf, const u32 *moving, u32 nr, bool allow_intx,
		   struct netlink_ext_ack *extack);
/* Check only: is @sbdf, if this OS has it, in use?  0 or -EBUSY.  Process context. */
int mint_dev_check_use(u32 sbdf, struct netlink_ext_ack *extack);
/*
 * Takes @sbdf back from @os, which was not made after all, for @to (0 = nobody), who
 * had it before.  Process context.
 */
void mint_dev_put_back(u32 sbdf, u32 os, u32 to);
/*
 * Has the owner of a function let go of it, for an OS that is being created.
 */
int mint_dev_give(u32 sbdf, u32 to, struct netlink_ext_ack *extack);
/*
 * Quiets every function of a stopped OS @os (INTx, bus master, MSI off, reset)
 * by fence writes, and makes them nobody's.  Called after its cores stopped.
 * Waits for no driver of this OS.  -ETIMEDOUT: not all of them are silent; call
 * again.
 */
int mint_dev_fence(u32 os);
/* After mint_dev_fence(): sends the functions of @os home (or leaves them free). */
void mint_dev_send_home(u32 os);

/**
 * struct mint_dev_move - what is to be moved where
 * @sbdf, @nr:	functions
 * @to_name:	name of the OS; NULL = nobody
 * @siblings:	also what shares a slot with them
 * @options:	MINT_ORDER_*
 * @timeout_ms:	how long each side may take; 0 = usual
 * @to, @to_generation: for the callee
 */
struct mint_dev_move {
	u32 sbdf[32];
	u32 nr;
	const char *to_name;
	bool siblings;
	u32 options;
	u32 timeout_ms;
	u32 to;
	u32 to_generation;
};

/* The whole move, from any OS to any OS; waits, bounded. */
int mint_dev_move(struct mint_dev_move *mv, struct netlink_ext_ack *extack);

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

/* ---- legacy.c ----------------------------------------------------------- */

const char *mint_legacy_name(u32 idx);
/* Lets go of / takes again the legacy devices in @mask in this OS. */
int mint_legacy_release(u32 mask, struct netlink_ext_ack *extack);
void mint_legacy_take(u32 mask);
/* Takes again what this OS had released and the table says is its own. */
void mint_legacy_came_home(void);
/* Hides what is not ours (init_platform time, further OS). */
void mint_legacy_setup_further(u32 mask);

/* ---- legacydev.c: PCI functions that are a legacy device, too -------------- */

/*
 * Checks only: may @d, a private copy, pass to OS @to (or to nobody, 0)?  Its legacy
 * device must be there already.  0, -EBUSY, -EOPNOTSUPP with a text.
 */
int mint_legacydev_check_move(const struct mint_dev *d, u32 to,
			      struct netlink_ext_ack *extack);
/* The same for what an OS is to be created with: both or none. */
int mint_legacydev_check_create(const struct mint_os_config *cfg,
				struct netlink_ext_ack *extack);

/* ---- interrupts: irq*.c, see irq.h ----------------------------------------- */

/*
 * Joins the interrupt layer; early initcall, one CPU.  0, or -errno: then Linux has its
 * interrupts as before.
 */
int mint_irq_init(void);
/*
 * Linux's number for a GSI, in a further OS; @prefer if that is free.  @attr:
 * MINT_IRQF_LEVEL, MINT_IRQF_LOW.  -ENOENT no such GSI, -EBUSY it is wired
 * otherwise, -ENOMEM.
 */
int mint_gsi_map(u32 gsi, u32 attr, int prefer);
/* The same for an ISA interrupt, which keeps its number. */
int mint_isa_map(u32 isa);
/* GSI and wiring of an interrupt, or MINT_IRQT_NONE. */
u32 mint_irq_to_gsi(unsigned int virq, u32 *attr);
/* Further OS: one past its highest GSI. */
u32 mint_irq_gsi_top(void);
/*
 * Whether another OS, now, keeps this one from using @gsi: an edge pin has one
 * owner.
 */
bool mint_irq_gsi_taken(u32 gsi);
/* @os is stopped: the table's lock is not its any more. */
void mint_irq_lock_break(u32 os);
/* @os is stopped and its devices are silent: its routes go.  0 or -ETIMEDOUT. */
int mint_irq_os_gone(u32 os);
/* This OS ends in order: its pins go, the functions on them are silenced. */
void mint_irq_leave(void);
/*
 * Has all OSes restore what is theirs in the interrupt table; waits, bounded.  How
 * many things were restored, or -errno.  Process context.
 */
int mint_irq_repair(void);
/* A function has no driver any more: its messages leave the interrupt table. */
void mint_msi_forget(u32 sbdf);
/* Time-out for an acknowledgment on a shared line, ms; the machine's. */
u32 mint_irq_timeout_ms(void);
int mint_irq_set_timeout_ms(u32 ms);

/* ---- console.c, log.c, chan.c, fs.c, irqs.c, netlink.c ------------------- */

/* Early log: usable from init_platform on (shared area not mapped yet). */
void mint_log_early(void);
/* A parking or panicking kernel has written its last line. */
void mint_log_flush(void);
/* Releases the channel ends and console input held by a dead @os. */
void mint_chan_release_os(u32 os);
/* Empties rings, routes and channels of a slot that is about to be used. */
void mint_section_reset(u32 os);

/**
 * struct mint_route - an interrupt route of some OS, for people
 * @type:	MINT_ROUTE_*
 * @gsi, @chip, @pin: ~0 where they have no meaning
 * @dest:	destination APIC id
 * @flags:	MINT_ROUTEF_*
 * @sbdf:	device, ~0 = none (then @dev names it)
 */
struct mint_route {
	u32 type;
	u32 gsi;
	u32 chip;
	u32 pin;
	u32 vector;
	u32 dest;
	u32 flags;
	u32 sbdf;
	u64 count;
	u64 foreign;
	char dev[16];
};

/**
 * struct mint_line - the line of a pin, the same for all who share it
 * @sharers, @evicted: bit (OS id - 1)
 */
struct mint_line {
	u32 sharers;
	u32 evicted;
	u32 rounds;
	u32 forced;
	u32 evictions;
	const char *strategy;
};

/*
 * Asks all living OSes to bring the counters of their routes up to date and waits
 * (bounded, 200 ms).  Process context.
 */
void mint_routes_refresh(void);
/* Snapshot of the routes of @os: at most @max into @out, returns how many. */
u32 mint_routes_copy(u32 os, struct mint_route *out, u32 max);
/* The line of @gsi; false if there is no such GSI. */
bool mint_line_copy(u32 gsi, struct mint_line *line);
/* Register writes of @os to I/O APICs: index, data, EOI. */
void mint_irq_writes(u32 os, u64 writes[3]);

#endif /* MINT_KERNEL_H */
