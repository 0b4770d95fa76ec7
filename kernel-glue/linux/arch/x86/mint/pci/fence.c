// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fencing a function: it belonged to an OS that has ended, and after this it does
 * nothing by itself any more, whatever its driver left in it.
 */
#include <linux/bitmap.h>
#include <linux/init.h>
#include <linux/pci.h>
#include <linux/rwsem.h>

#include "base/base.h"
#include "base/life.h"
#include "pci/internal.h"
#include "pci/pci.h"

/* Reset with their bus, when another function on it was fenced. */
static DECLARE_BITMAP(bus_was_reset, MINT_MAX_DEVS);

void mint_dev_has_owner(u32 idx)
{
	clear_bit(idx, bus_was_reset);
}

static int reset_alone(const struct mint_dev *d,
		       int (*reset)(const struct mint_dev *d))
{
	int err;

	down_read(&mint_reset_sem);
	err = reset(d);
	up_read(&mint_reset_sem);
	return err;
}

/* Why it could not be reset, or NULL. */
static const char *reset_with_its_bus(u32 idx, const struct mint_dev *d)
{
	const char *why;

	down_write(&mint_reset_sem);
	if (test_and_clear_bit(idx, bus_was_reset)) {
		up_write(&mint_reset_sem);
		return NULL;
	}
	why = mint_bus_reset(d, bus_was_reset);
	clear_bit(idx, bus_was_reset);
	up_read(&mint_reset_sem);
	return why;
}

/*
 * With its bus before its power state: of the latter many a function only says that it
 * is a reset.
 */
static int reset(u32 idx, const struct mint_dev *d, const char **why)
{
	int err = reset_alone(d, mint_dev_reset_flr);

	if (err != -ENOTTY)
		return err;
	*why = reset_with_its_bus(idx, d);
	return *why ? reset_alone(d, mint_dev_reset_power) : 0;
}

/*
 * No MSI-X is switched off before the reset: some devices fail when that happens
 * at work.
 */
static void fence(u32 idx, const struct mint_dev *d)
{
	const char *why = "";
	int err;

	mint_dev_stop(d);
	err = reset(idx, d, &why);
	if (err == -ENOTTY)
		pr_warn("%s keeps what its driver left in it: it has no reset of its own, and %s\n",
			mint_bdf(d->sbdf).s, why);
	else if (err)
		pr_warn("%s does not come back from its reset (%d)\n",
			mint_bdf(d->sbdf).s, err);
	mint_dev_note_reset(idx, d->sbdf, !err);
	mint_dev_silence(d);
	if (mint_quirk_locked(d))
		pr_warn("%s: its watchdog is locked on; nobody gets it before it is reset\n",
			mint_bdf(d->sbdf).s);
}

/*
 * Bridges and the chipset go on working: others' functions are behind them.  What
 * only shares a slot with the chipset is nobody's concern.
 */
void mint_dev_fence_one(u32 idx, const struct mint_dev *d)
{
	if (!mint_dev_answers(d))
		return;
	if (d->flags & MINT_DEVF_BRIDGE)
		mint_dev_hush(d);
	else if (!(d->flags & MINT_DEVF_CHIPSET))
		fence(idx, d);
	else if (d->class_rev >> 24 == PCI_BASE_CLASS_BRIDGE ||
		 d->class_rev >> 24 == PCI_BASE_CLASS_SYSTEM)
		mint_dev_hush(d);
	else
		mint_dev_stop(d);
}

/*
 * Nobody else touches what @os owns and is not on its way.  What is, is stopped, as its
 * driver may be at work still; its move does the rest.
 */
static void renew_one(u32 idx, u32 os)
{
	struct mint_dev d;

	if (mint_dev_copy(idx, &d) || d.owner != os || !mint_dev_knows(idx, d.sbdf))
		return;
	if (d.state == MINT_DEV_OWNED)
		mint_dev_fence_one(idx, &d);
	else if (d.state != MINT_DEV_GONE)
		mint_dev_stop(&d);
}

static int renew(u32 os, struct netlink_ext_ack *extack)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		renew_one(i, os);
	return 0;
}

static struct mint_life fence_life = {
	.order	= MINT_LIFE_DEVS,
	.renew	= renew,
};

static int __init mint_fence_init(void)
{
	if (mint_self.active)
		mint_life_register(&fence_life);
	return 0;
}
core_initcall(mint_fence_init);
