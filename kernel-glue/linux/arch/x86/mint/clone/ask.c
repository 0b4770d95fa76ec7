// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS is asked to copy itself, from another one.
 */
#include <linux/delay.h>
#include <linux/string.h>

#include <mint/image.h>

#include "base/base.h"
#include "clone/clone.h"
#include "launch/order.h"
#include "neutral/shared.h"
#include "os/os.h"

/* Frozen, copied, and its devices gone. */
#define CLONE_WAIT_MS		120000

static int check(u32 from, const char *from_name, u32 os, struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
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
	if (READ_ONCE(mint_os(os)->state) != MINT_OS_CREATED) {
		NL_SET_ERR_MSG_FMT(extack, "%s was started already",
				   mint_os_name(os, name));
		return -EBUSY;
	}
	return 0;
}

/* The source may die when all is copied; the copy goes on by itself. */
static bool is_settled(u32 os, u32 from)
{
	u32 clone = mint_shared_load(&mint_launch(os)->clone);
	u32 status = READ_ONCE(mint_launch(os)->status);

	return clone == MINT_CLONE_DONE || clone == MINT_CLONE_REFUSED ||
	       status >= MINT_LOAD_FAILED ||
	       (!mint_load_is_past_copy(status) && !mint_os_alive(from));
}

static int explain(u32 os, const char *from, struct netlink_ext_ack *extack)
{
	struct mint_launch *l = mint_launch(os);
	const char *why = mint_order_failed(READ_ONCE(l->status));
	struct mint_os copy;

	if (READ_ONCE(l->clone) == MINT_CLONE_DONE)
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

static int clone(u32 from, u32 os, const char *from_name, const char *hostname,
		 struct netlink_ext_ack *extack)
{
	struct mint_launch *l = mint_launch(os);
	unsigned int ms;

	mint_os(os)->end_text[0] = '\0';
	l->status = MINT_LOAD_NONE;
	l->clone_from = from;
	strscpy(l->hostname, hostname ?: "");
	mint_shared_store(&l->clone, MINT_CLONE_ASKED);
	mint_event_send(from, MINT_EV_CLONE);
	mutex_unlock(&mint_ops_mutex);
	for (ms = 0; ms < CLONE_WAIT_MS && !is_settled(os, from); ms++)
		usleep_range(1000, 1500);
	mutex_lock(&mint_ops_mutex);
	/* Not begun: then it never will. */
	mint_shared_cas(&l->clone, MINT_CLONE_ASKED, MINT_CLONE_NONE);
	return explain(os, from_name, extack);
}

int mint_os_clone(const char *from_name, const char *name, const char *hostname,
		  struct netlink_ext_ack *extack)
{
	int os, err;
	u32 from;

	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(name, extack);
	err = min(os, 0);
	if (!err) {
		from = mint_os_find(from_name);
		err = check(from, from_name, os, extack);
		if (!err)
			err = clone(from, os, from_name, hostname, extack);
		mint_os_unlock_slot(os);
	}
	mutex_unlock(&mint_ops_mutex);
	return err;
}
