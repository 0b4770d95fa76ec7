// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS is asked to copy itself, from another one.
 */
#include <linux/delay.h>
#include <linux/string.h>

#include <mint/image.h>

#include "base/base.h"
#include "base/faults.h"
#include "clone/clone.h"
#include "launch/order.h"
#include "neutral/shared.h"
#include "os/os.h"

/* Frozen, copied, and its devices gone. */
#define CLONE_WAIT_MS		120000

static int check_source(u32 from, const char *from_name, struct netlink_ext_ack *extack)
{
	u32 state;

	if (!from) {
		NL_SET_ERR_MSG_FMT(extack, "%s: no such OS", from_name);
		return -ENOENT;
	}
	state = READ_ONCE(mint_os(from)->state);
	if (state != MINT_OS_UP && state != MINT_OS_RUNNING) {
		NL_SET_ERR_MSG_FMT(extack, "%s does not run", from_name);
		return -EHOSTDOWN;
	}
	if (mint_os_has_firmware(from)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has ACPI and the chipset: it cannot be copied",
				   from_name);
		return -EOPNOTSUPP;
	}
	if (READ_ONCE(mint_os(from)->arch) != MINT_IMAGE_X86_64) {
		NL_SET_ERR_MSG_FMT(extack, "%s has a 32-bit kernel: it cannot be copied",
				   from_name);
		return -EOPNOTSUPP;
	}
	if (from == mint_self.os) {
		NL_SET_ERR_MSG_FMT(extack, "%s is this OS; do this in another one",
				   from_name);
		return -EINVAL;
	}
	return 0;
}

static int check(u32 from, const char *from_name, u32 os, struct netlink_ext_ack *extack)
{
	int err = check_source(from, from_name, extack);
	char name[MINT_NAME_LEN];

	if (err)
		return err;
	if (READ_ONCE(mint_os(os)->state) != MINT_OS_CREATED) {
		NL_SET_ERR_MSG_FMT(extack, "%s was started already",
				   mint_os_name(os, name));
		return -EBUSY;
	}
	return 0;
}

/* A copy that was asked for to wait, complete, its boot core back where it waits for orders. */
static bool is_held(u32 os, u32 from)
{
	u32 core = READ_ONCE(mint_os(os)->boot_core);

	return READ_ONCE(mint_launch(os)->status) == MINT_LOAD_HELD &&
	       (mint_shared_load(&mint_launch(os)->clone) == MINT_CLONE_LEFT ||
		!mint_os_alive(from)) &&
	       core < mint_nr_seats() && mint_core_state(core) == MINT_CORE_PARKED;
}

/*
 * The source may die when all is copied; the copy goes on by itself.  Before that what it
 * works with is not taken from it: it says when it has let go, even if the loader failed.
 */
static bool is_settled(u32 os, u32 from)
{
	u32 clone = mint_shared_load(&mint_launch(os)->clone);
	u32 status = READ_ONCE(mint_launch(os)->status);

	if (clone == MINT_CLONE_DONE || clone == MINT_CLONE_REFUSED || is_held(os, from))
		return true;
	if (status >= MINT_LOAD_FAILED)
		return clone == MINT_CLONE_LEFT || !mint_os_alive(from);
	return !mint_load_is_past_copy(status) && !mint_os_alive(from);
}

static int explain(u32 os, u32 id, const char *from, struct netlink_ext_ack *extack)
{
	struct mint_launch *l = mint_launch(os);
	const char *why = mint_order_failed(READ_ONCE(l->status));
	struct mint_os copy;

	if (READ_ONCE(l->clone) == MINT_CLONE_DONE || is_held(os, id))
		return 0;
	mint_os_peek(os, &copy);
	if (!why && copy.end_text[0])
		why = copy.end_text;
	if (!why && !mint_os_alive(READ_ONCE(l->clone_from)))
		why = "it ended meanwhile";
	if (!why && READ_ONCE(l->clone) == MINT_CLONE_REFUSED)
		why = "the core of the copy does not come, or takes too long";
	NL_SET_ERR_MSG_FMT(extack, "%.15s is not copied: %.60s", from,
			   why ?: "it takes too long; see its kernel log");
	return why ? -EBUSY : -ETIMEDOUT;
}

static int order_copy(u32 from, u32 os, const struct mint_clone *want,
		      struct netlink_ext_ack *extack)
{
	struct mint_launch *l = mint_launch(os);
	u32 ms, most = mint_fault_ms("clone-wait", CLONE_WAIT_MS);

	mint_os(os)->end_text[0] = '\0';
	l->status = MINT_LOAD_NONE;
	l->clone_from = from;
	l->hold = want->hold;
	strscpy(l->hostname, want->hostname ?: "");
	mint_shared_store(&l->clone, MINT_CLONE_ASKED);
	mint_event_send(from, MINT_EV_CLONE);
	mutex_unlock(&mint_ops_mutex);
	for (ms = 0; ms < most && !is_settled(os, from); ms++)
		usleep_range(1000, 1500);
	mutex_lock(&mint_ops_mutex);
	/* Not begun: then it never will. */
	mint_shared_cas(&l->clone, MINT_CLONE_ASKED, MINT_CLONE_NONE);
	return explain(os, from, want->from, extack);
}

int mint_os_clone(const struct mint_clone *want, struct netlink_ext_ack *extack)
{
	int os, err;
	u32 from;

	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(want->name, extack);
	err = min(os, 0);
	if (!err) {
		from = mint_os_find(want->from);
		err = check(from, want->from, os, extack);
		if (!err)
			err = order_copy(from, os, want, extack);
		mint_os_unlock_slot(os);
	}
	mutex_unlock(&mint_ops_mutex);
	return err;
}

/* ---- a snapshot ----------------------------------------------------------------------- */

/* For the few words that make an image of what is there. */
#define LANDS_WAIT_MS		5000

static void await_end(u32 from, unsigned int ms)
{
	u32 how;

	for (; ms && mint_os_alive(from); ms--) {
		how = mint_shared_load(&mint_launch(from)->snapshot);
		if (how == MINT_CLONE_DONE || how == MINT_CLONE_REFUSED)
			break;
		usleep_range(1000, 1500);
	}
}

/* From now on no image will appear, or it is there, or at most a moment away. */
static u32 settle(u32 from)
{
	u32 *how = &mint_launch(from)->snapshot;

	mint_shared_cas(how, MINT_CLONE_ASKED, MINT_CLONE_NONE);
	mint_shared_cas(how, MINT_CLONE_WORKS, MINT_CLONE_NONE);
	if (mint_shared_load(how) == MINT_CLONE_LANDS)
		await_end(from, LANDS_WAIT_MS);
	return mint_shared_load(how);
}

static int await_snapshot(u32 from, const char *from_name, struct netlink_ext_ack *extack)
{
	struct mint_launch *l = mint_launch(from);
	char why[sizeof(l->why_not)];
	u32 how;

	await_end(from, mint_fault_ms("clone-wait", CLONE_WAIT_MS));
	how = settle(from);
	if (how == MINT_CLONE_DONE)
		return 0;
	mint_shared_copy(why, l->why_not, sizeof(why));
	why[sizeof(why) - 1] = '\0';
	NL_SET_ERR_MSG_FMT(extack, "no snapshot of %.15s: %.60s", from_name,
			   how == MINT_CLONE_REFUSED && why[0] ? why :
			   !mint_os_alive(from) ? "it ended meanwhile" :
			   "it takes too long; see its kernel log");
	return -EBUSY;
}

static int ask_for_snapshot(u32 from, const char *from_name, const char *name,
			    struct netlink_ext_ack *extack)
{
	struct mint_launch *l = mint_launch(from);
	int err = check_source(from, from_name, extack);

	if (err)
		return err;
	strscpy_pad(l->snapshot_name, name);
	memset(l->why_not, 0, sizeof(l->why_not));
	mint_shared_store(&l->snapshot, MINT_CLONE_ASKED);
	mint_event_send(from, MINT_EV_CLONE);
	mutex_unlock(&mint_ops_mutex);
	err = await_snapshot(from, from_name, extack);
	mutex_lock(&mint_ops_mutex);
	return err;
}

int mint_os_snapshot(const char *from_name, const char *name, struct netlink_ext_ack *extack)
{
	int from, err = mint_check_image_name(name, extack);

	if (err)
		return err;
	mutex_lock(&mint_ops_mutex);
	from = mint_os_lock_slot(from_name, extack);
	err = min(from, 0);
	if (!err) {
		err = ask_for_snapshot(from, from_name, name, extack);
		mint_os_unlock_slot(from);
	}
	mutex_unlock(&mint_ops_mutex);
	return err;
}
