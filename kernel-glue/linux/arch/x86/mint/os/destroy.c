// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ends of OSes by the hand of another: asked to stop, stopped, taken apart.  What has to
 * happen is known to those who registered it, see base/life.h.
 */
#include <linux/errno.h>
#include <linux/init.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "cpu/cpu.h"
#include "irq/irq.h"
#include "neutral/shared.h"
#include "os/internal.h"
#include "os/os.h"

void mint_os_ask_to_end(u32 os, u32 then)
{
	/* Before it hears of it; the event is behind a full barrier. */
	WRITE_ONCE(mint_launch(os)->ask, then);
	mint_event_send(os, MINT_EV_STOP);
}

static void note_end(u32 os)
{
	if (!mint_os_stays(os))
		return;
	mint_os(os)->reason = MINT_END_FENCED;
	mint_os(os)->end_tsc = rdtsc();
	mint_shared_store(&mint_os(os)->state, MINT_OS_ENDED);
	mint_event_send_all(MINT_EV_STATE);
}

static int stop_cores(u32 os, struct netlink_ext_ack *extack)
{
	u32 core;
	int err;

	err = mint_fence_cores(os, &core);
	if (err) {
		mint_fence_explain(os, core, err, extack);
		return err;
	}
	mint_life_stopped(os);
	note_end(os);
	return 0;
}

int mint_os_fence(u32 os, struct netlink_ext_ack *extack)
{
	return stop_cores(os, extack) ?: mint_life_silence(os, extack);
}

int mint_os_fence_keeping(u32 os, struct netlink_ext_ack *extack)
{
	return stop_cores(os, extack) ?: mint_life_renew(os, extack);
}

/* Nobody is there who could be asked. */
static int stop_restart(const char *name, struct netlink_ext_ack *extack)
{
	int os, err = 0;

	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(name, extack);
	if (os > 0) {
		if (READ_ONCE(mint_os(os)->state) == MINT_OS_RESTARTING)
			err = mint_os_fence_keeping(os, extack);
		mint_os_unlock_slot(os);
	}
	mutex_unlock(&mint_ops_mutex);
	return os < 0 ? os : err;
}

int mint_os_stop(const char *name, struct netlink_ext_ack *extack)
{
	int os = mint_slot_find(name, extack);

	if (os < 0)
		return os;
	if (mint_os_alive(os)) {
		mint_os_ask_to_end(os, MINT_THEN_STOP);
		return 0;
	}
	if (mint_os_stays(os))
		return stop_restart(name, extack);
	NL_SET_ERR_MSG_FMT(extack, "%s does not run", name);
	return -EHOSTDOWN;
}

/* Takes an OS apart whose cores are all parked.  Everything goes home. */
static int unmake(u32 os, bool clear)
{
	int err;

	if (clear)
		mint_clear_os(os);
	mint_life_reclaim(os);
	mint_fault_step("unmake");
	err = mint_slot_free(os);
	mint_event_send_all(MINT_EV_STATE);
	return err;
}

static int check_destroy(u32 os, const char *name, bool force,
			 struct netlink_ext_ack *extack)
{
	if (os == mint_self.os) {
		NL_SET_ERR_MSG_FMT(extack, "%s is this OS; destroy it from another one",
				   name);
		return -EINVAL;
	}
	if (mint_os_stays(os) && !force) {
		NL_SET_ERR_MSG_FMT(extack, "%s runs; stop it first, or use --force", name);
		return -EBUSY;
	}
	return 0;
}

/* No slot can be locked while a hung or dead OS has the lock of the table. */
static bool stop_lock_holder(const char *name, bool force)
{
	u32 os = mint_os_find(name), core;

	if (!os || os == mint_self.os || (mint_os_stays(os) && !force) ||
	    MINT_LOCK_OS(READ_ONCE(mint_hdr()->lock.holder)) != os ||
	    mint_fence_cores(os, &core))
		return false;
	mint_shm_lock_break(os);
	return true;
}

int mint_os_destroy(const char *name, bool force, bool clear,
		    struct netlink_ext_ack *extack)
{
	int os, err;

	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(name, extack);
	if (os == -ETIMEDOUT && stop_lock_holder(name, force))
		os = mint_os_lock_slot(name, extack);
	err = os < 0 ? os : check_destroy(os, name, force, extack);
	if (!err)
		err = mint_os_fence(os, extack);
	if (!err) {
		WRITE_ONCE(mint_os(os)->state, MINT_OS_BUSY);
		err = unmake(os, clear);
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

static int force_stop(u32 os, bool (*still)(void))
{
	char name[MINT_NAME_LEN];
	int slot, err = 0;

	mutex_lock(&mint_ops_mutex);
	slot = mint_os_lock_slot(mint_os_name(os, name), NULL);
	if (slot == os && still())
		err = mint_os_fence(os, NULL);
	if (slot > 0)
		mint_os_unlock_slot(slot);
	mutex_unlock(&mint_ops_mutex);
	return slot < 0 ? slot : err;
}

static int __init mint_destroy_init(void)
{
	if (mint_self.active)
		mint_irq_set_stop(force_stop);
	return 0;
}
core_initcall(mint_destroy_init);
