// SPDX-License-Identifier: GPL-2.0-only
/*
 * Warnings about functions that keep what an OS left in them, or may reset the machine.
 */
#include "lib/msg.h"
#include "lib/parse.h"
#include "show/hazard.h"

#define FIELD	"%-13s"

const char *hazard_reset(const struct model *m, const struct dev_info *dev)
{
	const struct dev_info *bridge;

	if (dev->flags & MINT_DEVF_FLR)
		return "flr";
	if (dev->flags & MINT_DEVF_PM_RESET)
		return "pm";
	bridge = dev->bridge == ~0U ? NULL : model_find_dev(m, dev->bridge);
	if (bridge && !((bridge->flags | dev->flags) & MINT_DEVF_NO_BUS_RESET))
		return "bus";
	return "none";
}

static const char *watchdog_state(const struct dev_info *dev)
{
	if (dev->flags & MINT_DEVF_NO_DISARM)
		return "Mint cannot stop it; it may reset the machine when its OS ends";
	if (dev->flags & MINT_DEVF_ARMED)
		return "runs; resets the machine when its OS hangs";
	return "stopped";
}

void hazard_show(const struct model *m, const struct dev_info *dev, FILE *out)
{
	fprintf(out, FIELD "%s%s\n", "Reset:", hazard_reset(m, dev),
		dev->flags & MINT_DEVF_NOT_RESET ?
		"; not done: it has what its last owner left in it" : "");
	if (dev->flags & MINT_DEVF_WATCHDOG)
		fprintf(out, FIELD "%s\n", "Watchdog:", watchdog_state(dev));
}

static void warn_watchdog(const struct model *m, const struct dev_info *dev,
			  const char *bdf)
{
	char buf[MINT_NAME_LEN];
	const char *name = model_os_name(m, dev->owner, buf);

	if (!dev->owner || !(dev->flags & MINT_DEVF_WATCHDOG))
		return;
	if (dev->flags & MINT_DEVF_NO_DISARM)
		msg_warn(bdf, "Mint cannot stop it: when %s ends it may reset the machine",
			 name);
	else
		msg_warn(bdf, "it is a watchdog: when %s sets it and hangs, it resets the machine",
			 name);
}

void hazard_warn_moved(const struct model *m, const struct dev_info *dev)
{
	char bdf[BDF_LEN], name[MINT_NAME_LEN];

	format_bdf(dev->sbdf, bdf);
	if (dev->flags & MINT_DEVF_NOT_RESET && dev->from)
		msg_warn(bdf, "it was not reset (it has no way, or it failed): what %s left in it is still there",
			 model_os_name(m, dev->from, name));
	warn_watchdog(m, dev, bdf);
}

static void warn_one(const struct dev_info *dev, const char *who)
{
	char bdf[BDF_LEN];

	format_bdf(dev->sbdf, bdf);
	if (dev->flags & MINT_DEVF_NOT_RESET)
		msg_warn(bdf, "it could not be reset: what %s left in it is still there; see the kernel log",
			 who);
	if (dev->flags & MINT_DEVF_NO_DISARM)
		msg_warn(bdf, "Mint cannot stop it: it may reset the machine");
	else if (dev->flags & MINT_DEVF_WATCHDOG && !dev->owner)
		msg_warn(bdf, "it is a watchdog and nobody's; if it is locked on, only a reset frees it");
}

void hazard_warn_destroyed(const struct model *before, uint32_t owner,
			   const struct model *after)
{
	char name[MINT_NAME_LEN];
	unsigned int i;

	for (i = 0; i < before->nr_devs; i++) {
		const struct dev_info *was = &before->devs[i], *is;

		if (was->owner != owner ||
		    was->flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET))
			continue;
		is = model_find_dev(after, was->sbdf);
		if (is && is->state != MINT_DEV_GONE)
			warn_one(is, model_os_name(before, owner, name));
	}
}
