// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making and unmaking an OS: what it gets, what goes back where.
 *
 * All checks come first and change nothing; then the slot is taken in state
 * BUSY, and cores, legacy devices and PCI functions are handed over one by
 * one.  An error on the way hands back what was handed over, to whom it was taken
 * from.
 */
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/reboot.h>
#include <linux/sizes.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <asm/tsc.h>

#include "faults.h"
#include "mint.h"
#include "pci.h"
#include "shared.h"

/* Smallest main range: the kernel, its initrd and something to live on. */
#define MAIN_MIN		SZ_64M
/* For devices that cannot address memory above 4 GiB. */
#define DMA_SLICE		SZ_64M
#define MAIN_ALIGN		SZ_128M
/* How long mintctl machine ... waits for the other OSes, and how it looks. */
#define MACHINE_END_MS		30000u
#define END_LOOK_MS		500u
/* One without a sign of life for so long is not waited for. */
#define QUIET_MS		10000u
/* How much longer whoever asked the primary waits for that, to stop this OS. */
#define PRIMARY_MS		15000u
/* How long the end of the machine waits for what this OS is doing. */
#define OPS_WAIT_MS		10000u

static DECLARE_WAIT_QUEUE_HEAD(state_changed);

/* ---- checks ----------------------------------------------------------- */

static bool name_ok(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isalnum(*p) && !strchr("_.-", *p))
			return false;
	return p != name && isalpha(*name) && p - name < MINT_NAME_LEN;
}

static int check_name(const char *name, struct netlink_ext_ack *extack)
{
	if (!name_ok(name)) {
		NL_SET_ERR_MSG_FMT(extack, "name \"%.16s\": 1-15 of a-zA-Z0-9_.-, first a letter",
				   name);
		return -EINVAL;
	}
	if (mint_os_find(name)) {
		NL_SET_ERR_MSG_FMT(extack, "%s exists already; choose another name",
				   name);
		return -EEXIST;
	}
	return 0;
}

static int check_core(u32 core, struct netlink_ext_ack *extack)
{
	u32 owner = mint_core_owner(core);
	char name[MINT_NAME_LEN];

	if (owner == MINT_OS_NONE && mint_core_state(core) != MINT_CORE_PARKED) {
		NL_SET_ERR_MSG_FMT(extack,
				   "core %u is nobody's but not parked: it cannot be used before the machine restarts",
				   core);
		return -EBUSY;
	}
	if (owner == MINT_OS_NONE)
		return 0;
	if (owner != mint_self.os) {
		NL_SET_ERR_MSG_FMT(extack, "core %u is taken: it belongs to %s",
				   core, mint_os_name(owner, name));
		return -EBUSY;
	}
	if (mint_cpu_of_core(core) == 0) {
		NL_SET_ERR_MSG_FMT(extack,
				   "core %u is the boot core of %s: Linux cannot offline it",
				   core, mint_os_name(owner, name));
		return -EBUSY;
	}
	return 0;
}

static int check_cores(u64 cores, struct netlink_ext_ack *extack)
{
	u32 core, left = 0;
	int err;

	if (!cores) {
		NL_SET_ERR_MSG(extack, "no cores given: an OS needs one at least");
		return -EINVAL;
	}
	for (core = 0; core < MINT_MAX_CORES; core++) {
		bool wanted = cores & BIT_ULL(core);

		if (wanted && core >= mint_nr_cores()) {
			NL_SET_ERR_MSG_FMT(extack,
					   "core %u does not exist: the machine has cores 0-%u",
					   core, mint_nr_cores() - 1);
			return -EINVAL;
		}
		if (core < mint_nr_cores() && !wanted &&
		    mint_core_owner(core) == mint_self.os)
			left++;
		err = wanted ? check_core(core, extack) : 0;
		if (err)
			return err;
	}
	if (!left) {
		NL_SET_ERR_MSG(extack, "that would take the last core of this OS");
		return -EBUSY;
	}
	return 0;
}

static int check_legacy(u32 mask, struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	u32 idx, owner;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		if (!(mask & BIT(idx)))
			continue;
		owner = READ_ONCE(mint_hdr()->legacy_owner[idx]);
		if (owner == mint_self.os || !owner)
			continue;
		NL_SET_ERR_MSG_FMT(extack, "%s is taken: it belongs to %s",
				   mint_legacy_name(idx), mint_os_name(owner, name));
		return -EBUSY;
	}
	if (mask >> MINT_NR_LEGACY) {
		NL_SET_ERR_MSG(extack, "unknown legacy device");
		return -EINVAL;
	}
	return 0;
}

static int check_devs(const struct mint_os_config *cfg,
		      struct netlink_ext_ack *extack)
{
	u32 i, k;
	int err;

	for (i = 0; i < cfg->nr_devs; i++) {
		for (k = 0; k < i; k++)
			if (cfg->sbdf[k] == cfg->sbdf[i]) {
				NL_SET_ERR_MSG_FMT(extack, "%s is given twice",
						   mint_bdf(cfg->sbdf[i]).s);
				return -EINVAL;
			}
		err = mint_dev_check(cfg->sbdf[i], cfg->sbdf, cfg->nr_devs,
				     false, extack);
		if (!err)
			err = mint_dev_check_use(cfg->sbdf[i], extack);
		if (err)
			return err;
	}
	return 0;
}

/* ---- memory ----------------------------------------------------------- */

static bool overlaps(const struct mint_range *r, u64 base, u64 size)
{
	return r->size_bytes && base < r->base_paddr + r->size_bytes &&
	       r->base_paddr < base + size;
}

/* Who uses part of [@base, @base + @size)?  0: nobody.  Under the table lock. */
static u32 memory_user(u64 base, u64 size)
{
	struct mint_range shm = { mint_self.shm_paddr, MINT_SHM_SIZE };
	u32 os;

	if (overlaps(&shm, base, size))
		return U32_MAX;
	for (os = 1; os <= MINT_MAX_OSES; os++) {
		struct mint_os *o = mint_os(os);

		if (o->state != MINT_OS_FREE &&
		    (overlaps(&o->main, base, size) || overlaps(&o->dma, base, size)))
			return os;
	}
	return MINT_OS_NONE;
}

/* The pool does not change; a copy that nobody else can write. */
static struct mint_range pool[MINT_MAX_POOL_RANGES] __ro_after_init;

static bool in_pool(u64 base, u64 size)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		u64 start = pool[i].base_paddr;
		u64 len = pool[i].size_bytes;

		if (base >= start && size <= len && base - start <= len - size)
			return true;
	}
	return false;
}

/* Lowest free place in the pool inside [@from, @to), or 0. */
static u64 find_memory(u64 size, u64 align, u64 from, u64 to)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		struct mint_range r = pool[i];
		u64 base = ALIGN(max(r.base_paddr, from), align);

		for (; in_pool(base, size) && base + size <= to; base += align)
			if (!memory_user(base, size))
				return base;
	}
	return 0;
}

static u64 choose_memory(u64 size)
{
	u64 base = find_memory(size, MAIN_ALIGN, SZ_4G, U64_MAX);

	/* What lies below 4 GiB is scarcer: leave it to those that need it. */
	if (!base)
		base = find_memory(size, MAIN_ALIGN, 0, SZ_4G);
	if (!base)
		base = find_memory(size, SZ_2M, 0, U64_MAX);
	return base;
}

u64 mint_pool_size(void)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++)
		sum += pool[i].size_bytes;
	return sum;
}

u64 mint_pool_free(void)
{
	u64 used = MINT_SHM_SIZE;
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE)
			used += mint_os(os)->main.size_bytes +
				mint_os(os)->dma.size_bytes;
	return mint_pool_size() - min(used, mint_pool_size());
}

static bool range_ok(const struct mint_range *r)
{
	struct mint_range shm = { mint_self.shm_paddr, MINT_SHM_SIZE };

	return IS_ALIGNED(r->base_paddr, SZ_2M) &&
	       in_pool(r->base_paddr, r->size_bytes) &&
	       !overlaps(&shm, r->base_paddr, r->size_bytes);
}

bool mint_os_memory_ok(const struct mint_os *o)
{
	return o->main.size_bytes >= MAIN_MIN && range_ok(&o->main) &&
	       (!o->dma.size_bytes || range_ok(&o->dma)) &&
	       mint_low_is_window(&o->low);
}

static int check_memory(const struct mint_os_config *cfg,
			struct netlink_ext_ack *extack)
{
	if (cfg->mem_size < MAIN_MIN) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%lluM of memory is too little: an OS needs %uM at least",
				   cfg->mem_size >> 20, MAIN_MIN >> 20);
		return -EINVAL;
	}
	if (!IS_ALIGNED(cfg->mem_size, SZ_2M) || !IS_ALIGNED(cfg->mem_base, SZ_2M)) {
		NL_SET_ERR_MSG(extack, "memory size and address must be multiples of 2M");
		return -EINVAL;
	}
	if (cfg->mem_base && !in_pool(cfg->mem_base, cfg->mem_size)) {
		NL_SET_ERR_MSG_FMT(extack, "memory 0x%llx+%lluM is not inside the pool",
				   cfg->mem_base, cfg->mem_size >> 20);
		return -EINVAL;
	}
	return 0;
}

/* Under the table lock: finds main range and, if needed, DMA slice. */
static int take_memory(struct mint_os *o, const struct mint_os_config *cfg,
		       u32 *user)
{
	u64 base = cfg->mem_base ?: choose_memory(cfg->mem_size);

	*user = base ? memory_user(base, cfg->mem_size) : 0;
	if (!base || *user)
		return -ENOMEM;
	o->main.base_paddr = base;
	o->main.size_bytes = cfg->mem_size;
	if (base < SZ_4G)
		return 0;
	o->dma.base_paddr = find_memory(DMA_SLICE, SZ_2M, 0, SZ_4G);
	o->dma.size_bytes = DMA_SLICE;
	return o->dma.base_paddr ? 0 : -ENOSPC;
}

static void explain_memory(const struct mint_os_config *cfg, int err, u32 user,
			   struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	if (err == -ENOSPC)
		NL_SET_ERR_MSG_FMT(extack, "no %uM below 4 GiB free for its DMA slice",
				   DMA_SLICE >> 20);
	else if (user)
		NL_SET_ERR_MSG_FMT(extack, "memory 0x%llx+%lluM overlaps %s",
				   cfg->mem_base, cfg->mem_size >> 20,
				   user == U32_MAX ? "the shared area" :
				   mint_os_name(user, name));
	else
		NL_SET_ERR_MSG_FMT(extack, "no free %lluM piece in the pool (%lluM free in all)",
				   cfg->mem_size >> 20, mint_pool_free() >> 20);
}

/* ---- slots ------------------------------------------------------------ */

/* An error leaves it BUSY: visible, nobody's loss, and destroy can go on there. */
static int free_slot(u32 os)
{
	struct mint_os *o = mint_os(os);
	unsigned long flags;
	int err = mint_shm_lock(&flags);

	if (err)
		return err;
	err = mint_os_forget(os);
	if (!err) {
		memset(o->name, 0, sizeof(*o) - offsetof(struct mint_os, name));
		WRITE_ONCE(o->state, MINT_OS_FREE);
	} else if (o->worker == mint_self.os) {
		o->worker = MINT_OS_NONE;
	}
	mint_shm_unlock(flags);
	return err;
}

static int find_or_explain(const char *name, struct netlink_ext_ack *extack)
{
	u32 os = mint_os_find(name);

	if (os)
		return os;
	NL_SET_ERR_MSG_FMT(extack, "%.15s: no such OS; see mintctl os list", name);
	return -ENOENT;
}

int mint_os_lock_slot(const char *name, struct netlink_ext_ack *extack)
{
	int os = find_or_explain(name, extack), err;
	char worker_name[MINT_NAME_LEN];
	unsigned long flags;
	u32 worker;

	if (os < 0)
		return os;
	err = mint_shm_lock(&flags);
	if (err) {
		mint_shm_lock_explain(extack);
		return err;
	}
	/* A dead OS works on nothing any more. */
	worker = mint_os(os)->worker;
	if (strncmp(mint_os(os)->name, name, MINT_NAME_LEN) ||
	    (worker != mint_self.os && mint_os_alive(worker)))
		err = -EBUSY;
	else
		mint_os(os)->worker = mint_self.os;
	mint_shm_unlock(flags);
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "%s is at work on %.15s; try again",
				   mint_os_name(worker, worker_name), name);
	return err ?: os;
}

void mint_os_unlock_slot(u32 os)
{
	unsigned long flags;

	/* Without the lock: who is stuck with it keeps the slot as well. */
	if (mint_shm_lock(&flags))
		return;
	if (mint_os(os)->worker == mint_self.os)
		mint_os(os)->worker = MINT_OS_NONE;
	mint_shm_unlock(flags);
}

static void fill_slot(struct mint_os *o, const struct mint_os_config *cfg)
{
	memset(o->name, 0, sizeof(*o) - offsetof(struct mint_os, name));
	strscpy(o->name, cfg->name, sizeof(o->name));
	o->generation = mint_hdr()->next_generation++;
	o->creator = mint_self.os;
	o->worker = mint_self.os;
	o->legacy = cfg->legacy;
	o->cores = cfg->cores;
	o->boot_core = __ffs64(cfg->cores);
	o->doorbell_apic = ~0;
}

/* Takes a free slot with its memory; its id or -errno. */
static int take_slot(const struct mint_os_config *cfg,
		     struct netlink_ext_ack *extack)
{
	unsigned long flags;
	u32 os, user = 0;
	int err;

	err = mint_shm_lock(&flags);
	if (err) {
		mint_shm_lock_explain(extack);
		return err;
	}
	if (mint_os_find(cfg->name)) {
		mint_shm_unlock(flags);
		return check_name(cfg->name, extack);
	}
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (mint_os(os)->state == MINT_OS_FREE)
			break;
	if (os > MINT_MAX_OSES) {
		mint_shm_unlock(flags);
		NL_SET_ERR_MSG_FMT(extack, "the machine is full: %u OSes at most",
				   MINT_MAX_OSES);
		return -ENOSPC;
	}
	fill_slot(mint_os(os), cfg);
	if (mint_low_take(&mint_os(os)->low)) {
		mint_shm_unlock(flags);
		NL_SET_ERR_MSG_FMT(extack, "no room is left below 1 MiB: %u OSes beside os1 fit",
				   mint_low_nr_windows());
		return -ENOSPC;
	}
	err = take_memory(mint_os(os), cfg, &user);
	if (!err)
		WRITE_ONCE(mint_os(os)->state, MINT_OS_BUSY);
	mint_shm_unlock(flags);
	if (err)
		explain_memory(cfg, err, user, extack);
	return err ?: os;
}

/* ---- handing over and back -------------------------------------------- */

/*
 * Offline and parked first, as a core changes hands only in the park page.  Who
 * brings it online again in between has it.
 */
static int give_core(u32 core, u32 os, struct netlink_ext_ack *extack)
{
	u32 owner = mint_core_owner(core);
	int err;

	if (owner == mint_self.os) {
		err = mint_cpu_give(core, extack);
		if (err)
			return err;
	}
	err = mint_core_hand_over(core, owner == mint_self.os ? owner : 0, os);
	if (err == -ETIMEDOUT)
		mint_shm_lock_explain(extack);
	else if (err)
		NL_SET_ERR_MSG_FMT(extack, "core %u was taken meanwhile; try again",
				   core);
	if (err && owner == mint_self.os)
		mint_cpu_take(core);
	return err;
}

static int give_cores(u32 os, u64 cores, struct netlink_ext_ack *extack)
{
	u32 core;
	int err;

	for (core = 0; core < mint_nr_cores(); core++) {
		if (!(cores & BIT_ULL(core)))
			continue;
		err = give_core(core, os, extack);
		if (err)
			return err;
	}
	return 0;
}

static void return_core(u32 core, u32 os)
{
	u32 home = READ_ONCE(mint_core(core)->home);

	if (home != mint_self.os && !mint_os_alive(home))
		home = MINT_OS_NONE;
	if (mint_core_hand_over(core, os, home)) {
		pr_err("core %u stays where it is\n", core);
		return;
	}
	if (home == mint_self.os && mint_cpu_take(core))
		pr_err("core %u came back but does not start\n", core);
	else if (home && home != mint_self.os)
		mint_event_send(home, MINT_EV_CORE);
}

/* Under the table lock. */
static void move_legacy(u32 idx, u32 to)
{
	u32 from = mint_hdr()->legacy_owner[idx];

	mint_hdr()->legacy_owner[idx] = to;
	if (from && from <= MINT_MAX_OSES)
		mint_os(from)->legacy &= ~BIT(idx);
	if (to)
		mint_os(to)->legacy |= BIT(idx);
}

static void set_legacy_owner(u32 mask, u32 owner)
{
	unsigned long flags;
	u32 idx;

	if (mint_shm_lock(&flags))
		return;
	for (idx = 0; idx < MINT_NR_LEGACY; idx++)
		if (mask & BIT(idx))
			move_legacy(idx, owner);
	mint_shm_unlock(flags);
}

static void return_legacy(u32 idx)
{
	u32 home = READ_ONCE(mint_hdr()->legacy_home[idx]);

	if (home != mint_self.os && !mint_os_alive(home))
		home = MINT_OS_NONE;
	set_legacy_owner(BIT(idx), home);
	if (home == mint_self.os)
		mint_legacy_take(BIT(idx));
	else if (home)
		mint_event_send(home, MINT_EV_CORE);
}

static int give_legacy(u32 os, u32 mask, struct netlink_ext_ack *extack)
{
	int err = mint_legacy_release(mask, extack);

	if (!err)
		set_legacy_owner(mask, os);
	return err;
}

/* Takes an OS apart whose cores are all parked.  Everything goes home. */
static int unmake(u32 os)
{
	struct mint_os *o = mint_os(os);
	u64 cores = o->cores;
	u32 idx, core;
	int err;

	mint_dev_send_home(os);
	for (idx = 0; idx < MINT_NR_LEGACY; idx++)
		if (READ_ONCE(mint_hdr()->legacy_owner[idx]) == os)
			return_legacy(idx);
	for (core = 0; core < mint_nr_cores(); core++)
		if ((cores & BIT_ULL(core)) && mint_core_owner(core) == os)
			return_core(core, os);
	mint_fault_step("unmake");
	err = free_slot(os);
	mint_event_send_all(MINT_EV_STATE);
	return err;
}

/* ---- a create that fails ------------------------------------------------ */

/**
 * struct taken - what a create takes from this OS; the rest was nobody's
 * @cores:	bitmap of machine core numbers
 * @legacy:	bits 1 << MINT_LEGACY_*
 * @devs:	bit n: mint_os_config.sbdf[n]
 */
struct taken {
	u64 cores;
	u32 legacy;
	u32 devs;
};

static void note_taken(const struct mint_os_config *cfg, struct taken *t)
{
	u32 i;

	*t = (struct taken){};
	for (i = 0; i < mint_nr_cores(); i++)
		if (cfg->cores & BIT_ULL(i) &&
		    mint_core_owner(i) == mint_self.os)
			t->cores |= BIT_ULL(i);
	for (i = 0; i < MINT_NR_LEGACY; i++)
		if (cfg->legacy & BIT(i) &&
		    READ_ONCE(mint_hdr()->legacy_owner[i]) == mint_self.os)
			t->legacy |= BIT(i);
	for (i = 0; i < cfg->nr_devs; i++)
		if (mint_pci_owns(cfg->sbdf[i]))
			t->devs |= BIT(i);
}

static void put_back_core(u32 core, u32 os, bool ours)
{
	if (mint_core_owner(core) != os ||
	    mint_core_hand_over(core, os, ours ? mint_self.os : MINT_OS_NONE))
		return;
	if (ours && mint_cpu_take(core))
		pr_err("core %u came back but does not start\n", core);
}

static void put_back_legacy(u32 idx, u32 os, bool ours)
{
	if (READ_ONCE(mint_hdr()->legacy_owner[idx]) != os)
		return;
	set_legacy_owner(BIT(idx), ours ? mint_self.os : MINT_OS_NONE);
	if (ours)
		mint_legacy_take(BIT(idx));
}

/* All goes back to whom it was taken from, which need not be its home. */
static void undo(u32 os, const struct mint_os_config *cfg,
		 const struct taken *t)
{
	u32 i;

	for (i = cfg->nr_devs; i-- > 0;)
		mint_dev_put_back(cfg->sbdf[i], os,
				  t->devs & BIT(i) ? mint_self.os : MINT_OS_NONE);
	for (i = 0; i < MINT_NR_LEGACY; i++)
		put_back_legacy(i, os, t->legacy & BIT(i));
	for (i = 0; i < mint_nr_cores(); i++)
		put_back_core(i, os, t->cores & BIT_ULL(i));
	if (free_slot(os))
		pr_err("OS %u was not made, and its slot is not free yet; destroy it\n",
		       os);
	mint_event_send_all(MINT_EV_STATE);
}

/* ---- operations ------------------------------------------------------- */

static int check_config(const struct mint_os_config *cfg,
			struct netlink_ext_ack *extack)
{
	int err;

	err = check_name(cfg->name, extack);
	if (!err)
		err = check_cores(cfg->cores, extack);
	if (!err)
		err = check_memory(cfg, extack);
	if (!err)
		err = check_legacy(cfg->legacy, extack);
	if (!err)
		err = check_devs(cfg, extack);
	if (!err)
		err = mint_legacydev_check_create(cfg, extack);
	return err;
}

static int make(u32 os, const struct mint_os_config *cfg,
		struct netlink_ext_ack *extack)
{
	u32 i;
	int err;

	err = give_cores(os, cfg->cores, extack);
	if (!err)
		err = give_legacy(os, cfg->legacy, extack);
	for (i = 0; !err && i < cfg->nr_devs; i++)
		err = mint_dev_give(cfg->sbdf[i], os, extack);
	if (!err && mint_fault("create")) {
		NL_SET_ERR_MSG(extack, "create fails, as the test wants it");
		err = -EIO;
	}
	return err;
}

int mint_os_create(const struct mint_os_config *cfg,
		   struct netlink_ext_ack *extack)
{
	struct taken taken;
	int os, err;

	mutex_lock(&mint_ops_mutex);
	err = check_config(cfg, extack);
	if (err)
		goto out;
	os = take_slot(cfg, extack);
	if (os < 0) {
		err = os;
		goto out;
	}
	mint_section_reset(os);
	note_taken(cfg, &taken);
	err = make(os, cfg, extack);
	if (err) {
		undo(os, cfg, &taken);
		goto out;
	}
	mint_shared_store(&mint_os(os)->state, MINT_OS_CREATED);
	mint_os_unlock_slot(os);
	mint_event_send_all(MINT_EV_STATE);
out:
	mutex_unlock(&mint_ops_mutex);
	return err;
}

int mint_os_stop(const char *name, struct netlink_ext_ack *extack)
{
	int os = find_or_explain(name, extack);

	if (os < 0)
		return os;
	if (!mint_os_alive(os)) {
		NL_SET_ERR_MSG_FMT(extack, "%s does not run", name);
		return -EHOSTDOWN;
	}
	mint_event_send(os, MINT_EV_STOP);
	return 0;
}

/* Stops what is left of @os and makes its memory and devices safe. */
static int fence(u32 os, struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	bool alive = mint_os_alive(os);
	u32 core;
	int err;

	err = mint_fence_cores(os, &core);
	if (err) {
		mint_fence_explain(os, core, err, extack);
		return err;
	}
	mint_shm_lock_break(os);
	mint_irq_lock_break(os);
	mint_command_break(os);
	if (alive) {
		mint_os(os)->reason = MINT_END_FENCED;
		mint_os(os)->end_tsc = rdtsc();
		mint_shared_store(&mint_os(os)->state, MINT_OS_ENDED);
		mint_event_send_all(MINT_EV_STATE);
	}
	err = mint_dev_fence(os);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack,
				   "a device of %s cannot be silenced (%d); try again",
				   mint_os_name(os, name), err);
		return err;
	}
	mint_chan_release_os(os);
	if (mint_irq_os_gone(os)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is stopped, but another OS holds on to the lock of the interrupt table: try again",
				   mint_os_name(os, name));
		return -EBUSY;
	}
	return 0;
}

static int check_destroy(u32 os, const char *name, bool force,
			 struct netlink_ext_ack *extack)
{
	if (os == mint_self.os) {
		NL_SET_ERR_MSG_FMT(extack, "%s is this OS; destroy it from another one",
				   name);
		return -EINVAL;
	}
	if (mint_os_alive(os) && !force) {
		NL_SET_ERR_MSG_FMT(extack, "%s runs; stop it first, or use --force", name);
		return -EBUSY;
	}
	return 0;
}

/* No slot can be locked while a hung or dead OS has the lock of the table. */
static bool stop_lock_holder(const char *name, bool force)
{
	u32 os = mint_os_find(name), core;

	if (!os || os == mint_self.os || (mint_os_alive(os) && !force) ||
	    MINT_LOCK_OS(READ_ONCE(mint_hdr()->lock.holder)) != os ||
	    mint_fence_cores(os, &core))
		return false;
	mint_shm_lock_break(os);
	return true;
}

int mint_os_destroy(const char *name, bool force,
		    struct netlink_ext_ack *extack)
{
	int os, err;

	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(name, extack);
	if (os == -ETIMEDOUT && stop_lock_holder(name, force))
		os = mint_os_lock_slot(name, extack);
	err = os < 0 ? os : check_destroy(os, name, force, extack);
	if (!err)
		err = fence(os, extack);
	if (!err) {
		WRITE_ONCE(mint_os(os)->state, MINT_OS_BUSY);
		err = unmake(os);
		if (err)
			NL_SET_ERR_MSG_FMT(extack,
					   "%s is stopped, but not all of it is free yet (%d); destroy it again",
					   name, err);
	} else if (os > 0) {
		mint_os_unlock_slot(os);
	}
	mutex_unlock(&mint_ops_mutex);
	return err;
}

int mint_os_force_stop(u32 os, bool (*still)(void))
{
	char name[MINT_NAME_LEN];
	int slot, err = 0;

	mutex_lock(&mint_ops_mutex);
	slot = mint_os_lock_slot(mint_os_name(os, name), NULL);
	if (slot == os && still())
		err = fence(os, NULL);
	if (slot > 0)
		mint_os_unlock_slot(slot);
	mutex_unlock(&mint_ops_mutex);
	return slot < 0 ? slot : err;
}

/* ---- the end of the machine ------------------------------------------- */

/* @os can do what it is asked to. */
static bool answers(u32 os)
{
	return mint_os_alive(os) && !mint_os_stopped(os) &&
	       mint_os_quiet_ms(os) < mint_fault_ms("patience", QUIET_MS);
}

static bool others_answer(void)
{
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && answers(os))
			return true;
	return false;
}

static void ask_others(void)
{
	u32 os, waited;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && mint_os_alive(os))
			mint_event_send(os, MINT_EV_STOP);
	/* Nobody tells that it fell silent: look now and then. */
	for (waited = 0; waited < MACHINE_END_MS && others_answer();
	     waited += END_LOOK_MS)
		wait_event_timeout(state_changed, !mint_others_alive(),
				   msecs_to_jiffies(END_LOOK_MS));
}

static void force_others(void)
{
	char name[MINT_NAME_LEN];
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (os == mint_self.os || !mint_os_alive(os))
			continue;
		mint_os_name(os, name);
		pr_warn("%s does not stop: stopping its cores\n", name);
		if (fence(os, NULL))
			pr_err("%s cannot be stopped; it goes with the machine\n",
			       name);
	}
}

/* An operation of this OS that hangs does not keep the machine on. */
static bool lock_ops(void)
{
	u32 waited;

	for (waited = 0; waited < OPS_WAIT_MS; waited += 100) {
		if (mutex_trylock(&mint_ops_mutex))
			return true;
		msleep(100);
	}
	pr_warn("an operation of this OS does not end; the machine ends all the same\n");
	return false;
}

static void end_machine(struct work_struct *work)
{
	u32 action = READ_ONCE(mint_hdr()->end_request);
	bool locked;

	/* We are on our way out already: whoever was asked has asked us. */
	if (system_state > SYSTEM_RUNNING)
		return;
	locked = lock_ops();
	ask_others();
	force_others();
	mint_machine_is_mine();
	if (locked)
		mutex_unlock(&mint_ops_mutex);
	if (action == MINT_MACHINE_REBOOT)
		orderly_reboot();
	else
		orderly_poweroff(true);
}

static DECLARE_DELAYED_WORK(end_work, end_machine);

int mint_machine_end(u32 action, struct netlink_ext_ack *extack)
{
	u32 primary = READ_ONCE(mint_hdr()->primary);
	unsigned long wait = 0;

	if (action != MINT_MACHINE_POWEROFF && action != MINT_MACHINE_REBOOT) {
		NL_SET_ERR_MSG(extack, "the machine can only be powered off or rebooted");
		return -EINVAL;
	}
	/* Without the table's lock: a dead OS may have it. */
	WRITE_ONCE(mint_hdr()->end_request, action);
	/*
	 * Whoever has the ACPI hardware goes last, and stops this OS.  If it is
	 * gone, or does not, we do it.
	 */
	if (primary != mint_self.os && answers(primary)) {
		mint_event_send(primary, MINT_EV_MACHINE);
		wait = msecs_to_jiffies(MACHINE_END_MS + PRIMARY_MS);
	}
	mod_delayed_work(system_wq, &end_work, wait);
	return 0;
}

static void os_events(u32 events)
{
	if (events & MINT_EV_STATE)
		wake_up_all(&state_changed);
	if (events & MINT_EV_STOP)
		orderly_poweroff(false);
	if (events & MINT_EV_MACHINE)
		mod_delayed_work(system_wq, &end_work, 0);
}

static struct mint_event_handler os_handler = {
	.mask = MINT_EV_STATE | MINT_EV_STOP | MINT_EV_MACHINE,
	.fn = os_events,
};

static int __init mint_os_init(void)
{
	if (!mint_self.active)
		return 0;
	memcpy(pool, mint_hdr()->pool, sizeof(pool));
	mint_event_register(&os_handler);
	return 0;
}
core_initcall_sync(mint_os_init);
