// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots: the records of OSes in the table, taken, locked and freed.
 */
#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/string.h>

#include "base/base.h"
#include "base/life.h"
#include "neutral/shared.h"
#include "os/internal.h"
#include "os/os.h"

static bool name_ok(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isalnum(*p) && !strchr("_.-", *p))
			return false;
	return p != name && isalpha(*name) && p - name < MINT_NAME_LEN;
}

int mint_check_image_name(const char *name, struct netlink_ext_ack *extack)
{
	if (name_ok(name))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "name \"%.16s\": 1-15 of a-zA-Z0-9_.-, first a letter",
			   name);
	return -EINVAL;
}

int mint_check_name(const char *name, struct netlink_ext_ack *extack)
{
	int err = mint_check_image_name(name, extack);

	if (err)
		return err;
	if (mint_os_find(name)) {
		NL_SET_ERR_MSG_FMT(extack, "%s exists already; choose another name",
				   name);
		return -EEXIST;
	}
	return 0;
}

/* Bit OS - 1: somebody in this OS is at work on it.  Under mint_ops_mutex. */
static u32 at_work_here;

/* An error leaves it BUSY: visible, nobody's loss, and destroy can go on there. */
int mint_slot_free(u32 os)
{
	struct mint_os *o = mint_os(os);
	unsigned long flags;
	int err = mint_shm_lock(&flags);

	at_work_here &= ~BIT(os - 1);
	if (err)
		return err;
	err = mint_life_forget(os);
	if (!err) {
		memset_startat(o, 0, name);
		WRITE_ONCE(o->state, MINT_OS_FREE);
	} else if (o->worker == mint_self.os) {
		o->worker = MINT_OS_NONE;
	}
	mint_shm_unlock(flags);
	return err;
}

int mint_slot_find(const char *name, struct netlink_ext_ack *extack)
{
	u32 os = mint_os_find(name);

	if (os)
		return os;
	NL_SET_ERR_MSG_FMT(extack, "%.15s: no such OS; see mintctl os list", name);
	return -ENOENT;
}

int mint_os_lock_slot(const char *name, struct netlink_ext_ack *extack)
{
	int os = mint_slot_find(name, extack), err;
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
	    at_work_here & BIT(os - 1) ||
	    (worker != mint_self.os && mint_os_alive(worker)))
		err = -EBUSY;
	else
		mint_os(os)->worker = mint_self.os;
	mint_shm_unlock(flags);
	if (!err)
		at_work_here |= BIT(os - 1);
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "%s is at work on %.15s; try again",
				   mint_os_name(worker, worker_name), name);
	return err ?: os;
}

void mint_os_unlock_slot(u32 os)
{
	unsigned long flags;

	at_work_here &= ~BIT(os - 1);
	/* Without the lock: who is stuck with it keeps the slot as well. */
	if (mint_shm_lock(&flags))
		return;
	if (mint_os(os)->worker == mint_self.os)
		mint_os(os)->worker = MINT_OS_NONE;
	mint_shm_unlock(flags);
}

static void fill_slot(struct mint_os *o, const struct mint_os_config *cfg)
{
	memset_startat(o, 0, name);
	strscpy(o->name, cfg->name, sizeof(o->name));
	o->generation = mint_hdr()->next_generation++;
	o->creator = mint_self.os;
	o->worker = mint_self.os;
	o->legacy = cfg->legacy;
	o->cores = cfg->cores;
	o->boot_core = __ffs64(cfg->cores);
	o->doorbell_apic = MINT_NO_APIC;
}

/* Takes a free slot with its memory; its id or -errno. */
int mint_slot_take(const struct mint_os_config *cfg,
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
		return mint_check_name(cfg->name, extack);
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
	err = mint_take_memory(mint_os(os), cfg, &user);
	if (!err)
		WRITE_ONCE(mint_os(os)->state, MINT_OS_BUSY);
	mint_shm_unlock(flags);
	if (err)
		mint_explain_memory(cfg, err, user, extack);
	return err ?: os;
}

/* ---- the end of an OS ------------------------------------------------------ */

static void forget_in_slots(u32 os)
{
	u32 i;

	for (i = 1; i <= MINT_MAX_OSES; i++) {
		mint_forget_id(&mint_os(i)->creator, os);
		mint_forget_id(&mint_os(i)->worker, os);
	}
	mint_forget_id(&mint_hdr()->primary, os);
}

/*
 * What a former life of @os was doing to others: who waits for its end asks whether
 * that OS is alive, and it will be again.
 */
static int renew_in_slots(u32 os, struct netlink_ext_ack *extack)
{
	u32 i, word;

	for (i = 1; i <= MINT_MAX_OSES; i++) {
		if (i == os)
			continue;
		mint_shared_cas(&mint_os(i)->worker, os, MINT_OS_NONE);
		word = READ_ONCE(mint_os(i)->fence);
		if (MINT_FENCE_PHASE(word) && MINT_FENCE_BY(word) == os)
			mint_shared_cas(&mint_os(i)->fence, word,
					MINT_FENCE_ORPHAN(word));
	}
	return 0;
}

static struct mint_life slots_life = {
	.order	= MINT_LIFE_SLOTS,
	.renew	= renew_in_slots,
	.forget	= forget_in_slots,
};

static int __init mint_slot_init(void)
{
	if (mint_self.active)
		mint_life_register(&slots_life);
	return 0;
}
core_initcall(mint_slot_init);
