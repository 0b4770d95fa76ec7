// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared area as one kernel sees it: mapping, building, the machine-wide
 * lock, and the small look-ups that everybody needs.
 */
#include <linux/acpi.h>
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include <asm/apic.h>
#include <asm/pci_x86.h>
#include <asm/tsc.h>

#include "clock.h"
#include "faults.h"
#include "mint.h"
#include "shared.h"

/* How long anybody waits for the table's lock. */
#define LOCK_TIMEOUT_MS		1000
/* With interrupts off, and for a hold that was waited for already. */
#define LOCK_ATOMIC_US		20000
#define LOCK_STUCK_US		100

void *mint_shm;

/* One create, start, destroy or move at a time in this OS. */
DEFINE_MUTEX(mint_ops_mutex);

/* Private copies: never taken from shared memory again. */
static u32 nr_cores __ro_after_init;
static u32 apic_ids[MINT_MAX_CORES] __ro_after_init;

#ifdef CONFIG_DEBUG_LOCK_ALLOC
static struct lock_class_key shm_lock_key;
static struct lockdep_map shm_lock_map =
	STATIC_LOCKDEP_MAP_INIT("mint_shm_lock", &shm_lock_key);
#define shm_lock_acquire()	lock_map_acquire(&shm_lock_map)
#define shm_lock_release()	lock_map_release(&shm_lock_map)
#else
#define shm_lock_acquire()	do { } while (0)
#define shm_lock_release()	do { } while (0)
#endif

u32 mint_nr_cores(void)
{
	return nr_cores;
}

int mint_core_of_apic(u32 apic_id)
{
	u32 core;

	for (core = 0; core < nr_cores; core++)
		if (apic_ids[core] == apic_id)
			return core;
	return -1;
}

int mint_core_of_cpu(unsigned int cpu)
{
	return mint_core_of_apic(cpu_physical_id(cpu));
}

int mint_cpu_of_core(u32 core)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		if (cpu_physical_id(cpu) == apic_ids[core])
			return cpu;
	return -1;
}

u32 mint_core_apic(u32 core)
{
	return apic_ids[core];
}

bool mint_os_alive(u32 os)
{
	u32 state;

	if (!os || os > MINT_MAX_OSES)
		return false;
	state = READ_ONCE(mint_os(os)->state);
	return state == MINT_OS_STARTING || state == MINT_OS_RUNNING ||
	       state == MINT_OS_UP;
}

bool mint_others_alive(void)
{
	u32 os;

	if (!mint_shm)
		return false;
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && mint_os_alive(os))
			return true;
	return false;
}

bool mint_others_exist(void)
{
	u32 os;

	if (!mint_shm)
		return false;
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os &&
		    READ_ONCE(mint_os(os)->state) != MINT_OS_FREE)
			return true;
	return false;
}

u32 mint_os_find(const char *name)
{
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE &&
		    !strncmp(mint_os(os)->name, name, MINT_NAME_LEN))
			return os;
	return MINT_OS_NONE;
}

const char *mint_os_name(u32 os, char *buf)
{
	char *p;

	if (!os || os > MINT_MAX_OSES ||
	    READ_ONCE(mint_os(os)->state) == MINT_OS_FREE) {
		strscpy(buf, "-", MINT_NAME_LEN);
		return buf;
	}
	memcpy(buf, mint_os(os)->name, MINT_NAME_LEN);
	buf[MINT_NAME_LEN - 1] = '\0';
	for (p = buf; *p; p++)
		if (!isascii(*p) || !isgraph(*p))
			*p = '?';
	return buf;
}

/* ---- the lock --------------------------------------------------------- */

/*
 * Who has it, and which time: the holder and how often it was taken, 0 = nobody.
 * An OS that dies or hangs inside keeps both as they are.
 */
static u64 this_hold(const struct mint_shm_lock *lock)
{
	u32 holder = READ_ONCE(lock->holder);

	return holder ? (u64)holder << 32 | (u32)READ_ONCE(lock->taken) : 0;
}

/* The hold that somebody here has waited for in vain. */
static u64 stuck_hold;

static u64 patience_tsc(const struct mint_shm_lock *lock, bool atomic)
{
	u64 us = LOCK_TIMEOUT_MS * USEC_PER_MSEC, hold = this_hold(lock);

	if (hold && hold == READ_ONCE(stuck_hold))
		us = LOCK_STUCK_US;
	else if (atomic)
		us = LOCK_ATOMIC_US;
	return us * tsc_khz / USEC_PER_MSEC;
}

/* Interrupts are off after a success, and as before after a failure. */
static bool try_lock(struct mint_shm_lock *lock, unsigned long *flags)
{
	u32 me;

	local_irq_save(*flags);
	me = MINT_LOCK_WORD(mint_self.os, mint_core_of_cpu(raw_smp_processor_id()));
	if (!READ_ONCE(lock->holder) && !mint_shared_cas(&lock->holder, 0, me))
		return true;
	local_irq_restore(*flags);
	return false;
}

/*
 * A test-and-set word that names OS and core.  A Linux spinlock would not do:
 * a queued one keeps CPU numbers of one kernel in its tail, and nobody could
 * tell whose death left it taken.
 *
 * Whoever waited in vain has waited for all: for the same hold nobody in this OS
 * waits that long again, so a loop over the table is not a sum of time-outs.
 */
int mint_shm_lock(unsigned long *flags)
{
	struct mint_shm_lock *lock = &mint_hdr()->lock;
	bool waited = false, atomic = irqs_disabled();
	u64 start = rdtsc();

	while (!try_lock(lock, flags)) {
		waited = true;
		if (rdtsc() - start > patience_tsc(lock, atomic)) {
			WRITE_ONCE(stuck_hold, this_hold(lock));
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	shm_lock_acquire();
	lock->taken++;
	if (waited)
		lock->contended++;
	return 0;
}

void mint_shm_unlock(unsigned long flags)
{
	mint_shared_store(&mint_hdr()->lock.holder, 0);
	shm_lock_release();
	local_irq_restore(flags);
}

void mint_shm_lock_break(u32 os)
{
	struct mint_shm_lock *lock = &mint_hdr()->lock;
	u32 holder = READ_ONCE(lock->holder);

	if (holder && MINT_LOCK_OS(holder) == os &&
	    mint_shared_cas(&lock->holder, holder, 0) == holder)
		pr_warn("took the table's lock from stopped OS %u\n", os);
}

void mint_shm_lock_explain(struct netlink_ext_ack *extack)
{
	u32 holder = READ_ONCE(mint_hdr()->lock.holder);

	NL_SET_ERR_MSG_FMT(extack, "OS %u core %u holds the table; if it hangs, destroy it --force",
			   MINT_LOCK_OS(holder), MINT_LOCK_CORE(holder));
}

/* ---- building it (first OS) ------------------------------------------- */

static void __init build_cores(struct mint_header *hdr)
{
	unsigned int cpu;

	for_each_present_cpu(cpu) {
		struct mint_core *c;

		if (nr_cores == MINT_MAX_CORES) {
			pr_warn("more than %u cores; the others stay offline\n",
				MINT_MAX_CORES);
			break;
		}
		apic_ids[nr_cores] = cpu_physical_id(cpu);
		c = mint_core(nr_cores);
		c->apic_id = apic_ids[nr_cores];
		c->home = mint_self.os;
		/* None but this one has been started. */
		c->life = cpu == raw_smp_processor_id() ?
			  MINT_CORE_WORD(MINT_CORE_RUNNING, mint_self.os,
					 mint_self.os, 0) :
			  MINT_CORE_WORD(MINT_CORE_ABSENT, mint_self.os,
					 MINT_OS_NONE, 0);
		nr_cores++;
	}
	hdr->nr_cores = nr_cores;
}

static void __init build_self(void)
{
	struct mint_os *os = mint_os(mint_self.os);

	os->state = MINT_OS_STARTING;
	snprintf(os->name, sizeof(os->name), "os%u", mint_self.os);
	os->generation = mint_self.generation;
	os->cores = nr_cores == 64 ? ~0ULL : BIT_ULL(nr_cores) - 1;
	os->legacy = BIT(MINT_NR_LEGACY) - 1;
	os->start_tsc = rdtsc();
}

static int __init build_shm(void)
{
	struct mint_header *hdr = mint_hdr();
	const struct mint_range *pool;
	unsigned int i, nr;
	int err;

	memset(mint_shm, 0, MINT_SHM_SIZE);
	hdr->revision = MINT_SHM_REVISION;
	hdr->size_bytes = MINT_SHM_SIZE;
	hdr->base_paddr = mint_self.shm_paddr;
	pool = mint_boot_pool(&nr);
	for (i = 0; i < nr; i++)
		hdr->pool[i] = pool[i];
	hdr->tsc_khz = tsc_khz;
	hdr->lapic_timer_khz = mint_khz_of_ticks(lapic_timer_period, HZ);
	hdr->bsp_apic_id = boot_cpu_physical_apicid;
	hdr->la57 = pgtable_l5_enabled();
	hdr->primary = mint_self.os;
	hdr->next_generation = mint_self.generation + 1;
	for (i = 0; i < MINT_NR_LEGACY; i++) {
		hdr->legacy_owner[i] = mint_self.os;
		hdr->legacy_home[i] = mint_self.os;
	}
	for (i = 0; i < MINT_MAX_OSES; i++) {
		mint_os(i + 1)->id = i + 1;
		mint_section(i + 1)->os = i + 1;
	}
	mint_low_publish(hdr);
	build_cores(hdr);
	build_self();
	err = mint_park_build();
	if (err)
		return err;
	/* Everything is there before the magic is. */
	smp_store_release(&hdr->magic, MINT_SHM_MAGIC);
	return 0;
}

/* ---- finding it (a further OS) ---------------------------------------- */

static int __init join_shm(void)
{
	const struct mint_boot_data *b = &mint_self.boot;
	struct mint_header *hdr = mint_hdr();
	u32 core;

	if (READ_ONCE(hdr->magic) != MINT_SHM_MAGIC ||
	    READ_ONCE(hdr->revision) != MINT_SHM_REVISION ||
	    READ_ONCE(hdr->size_bytes) != MINT_SHM_SIZE) {
		/* The last words must not go to whatever is there. */
		mint_shm = NULL;
		panic("mint: no shared area of revision %u at %pa",
		      MINT_SHM_REVISION, &mint_self.shm_paddr);
	}
	if (READ_ONCE(mint_os(mint_self.os)->generation) != mint_self.generation) {
		mint_shm = NULL;
		panic("mint: the table knows another OS %u", mint_self.os);
	}
	if (mint_low_learn(hdr)) {
		mint_shm = NULL;
		panic("mint: the table is damaged: places below 1 MiB");
	}
	nr_cores = b->nr_cores;
	for (core = 0; core < nr_cores; core++)
		apic_ids[core] = b->apic_id[core];
	return 0;
}

/* ---- bring-up of this layer in this kernel ---------------------------- */

static int __init map_shm(void)
{
	mint_shm = memremap(mint_self.shm_paddr, MINT_SHM_SIZE, MEMREMAP_WB);
	return mint_shm ? 0 : -ENOMEM;
}

static void __init unmap_shm(void)
{
	memunmap(mint_shm);
	mint_shm = NULL;
}

static int __init fill_shm(void)
{
	return mint_self.further ? join_shm() : build_shm();
}

/* Nobody takes it for an area any more. */
static void __init empty_shm(void)
{
	mint_hdr()->magic = 0;
}

/**
 * struct stage - a part of the set-up
 * @name:	see faults.c
 * @what:	for people: it cannot ...
 * @set_up:	0 or -errno, and then nothing is left of it
 * @undo:	optional
 */
struct stage {
	const char *name;
	const char *what;
	int (*set_up)(void);
	void (*undo)(void);
};

static const struct stage stages[] __initconst = {
	{ "map", "map the shared area", map_shm, unmap_shm },
	{ "build", "build the shared area", fill_shm, empty_shm },
	{ "park", "set up the park page", mint_park_init, mint_park_undo },
	{ "guard", "guard its cores", mint_cpu_guard, mint_cpu_unguard },
	{ "irq", "take over the interrupts", mint_irq_init, NULL },
};

/*
 * One that was started by another OS owns nothing without the table.  The first OS
 * is plain Linux then; but what was set aside in early boot cannot come back.
 */
static void __init give_up(unsigned int nr_done, int err)
{
	const char *what = stages[nr_done].what;

	if (mint_self.further)
		panic("mint: cannot %s (%d)", what, err);
	while (nr_done--)
		if (stages[nr_done].undo)
			stages[nr_done].undo();
	mint_self_undo();
	mint_stay_off("cannot %s (%d)", what, err);
	pr_err("the memory of mint_pool= is not used until the next boot\n");
}

static int __init mint_shm_init(void)
{
	unsigned int i;
	int err;

	if (!mint_self.active)
		return 0;
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		err = mint_fault(stages[i].name) ? -EIO : stages[i].set_up();
		if (err) {
			give_up(i, err);
			return 0;
		}
	}
	mint_os(mint_self.os)->doorbell_apic = boot_cpu_physical_apicid;
	strscpy(mint_os(mint_self.os)->release, init_utsname()->release,
		sizeof(mint_os(mint_self.os)->release));
	return 0;
}
early_initcall(mint_shm_init);

static void __init publish_power(struct mint_header *hdr)
{
	u8 a, b;

	if (acpi_disabled ||
	    ACPI_FAILURE(acpi_get_sleep_type_data(ACPI_STATE_S5, &a, &b)))
		return;
	hdr->pm1a_cnt = acpi_gbl_FADT.xpm1a_control_block.address;
	hdr->pm1b_cnt = acpi_gbl_FADT.xpm1b_control_block.address;
	hdr->s5_typ_a = a;
	hdr->s5_typ_b = b;
}

/* What only the OS with ACPI can find out, for those that have none. */
static int __init mint_publish_machine(void)
{
	struct mint_header *hdr = mint_hdr();
	struct pci_mmcfg_region *cfg;
	struct pci_bus *bus;

	if (!mint_self.active || mint_self.further)
		return 0;
	list_for_each_entry(cfg, &pci_mmcfg_list, list) {
		if (cfg->segment)
			continue;
		hdr->mmcfg_paddr = cfg->address;
		hdr->mmcfg_bus_end = cfg->end_bus;
	}
	list_for_each_entry(bus, &pci_root_buses, node)
		if (!pci_domain_nr(bus) &&
		    hdr->nr_root_buses < MINT_MAX_ROOT_BUSES)
			hdr->root_bus[hdr->nr_root_buses++] = bus->number;
	publish_power(hdr);
	return 0;
}
device_initcall_sync(mint_publish_machine);

/* The kernel is up: every handler and hook of the layer is in place. */
static int __init mint_announce(void)
{
	struct mint_os *os;

	if (!mint_self.active)
		return 0;
	os = mint_os(mint_self.os);
	os->running_tsc = rdtsc();
	mint_shared_cas(&os->state, MINT_OS_STARTING, MINT_OS_RUNNING);
	mint_event_send_all(MINT_EV_STATE);
	return 0;
}
late_initcall_sync(mint_announce);
