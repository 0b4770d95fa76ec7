// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of PCI functions: reading and changing its entries.  Any OS may write to
 * it, so an entry is copied once, under the table's lock, and checked.
 */
#include <linux/log2.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/wait.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "base/life.h"
#include "hotplug/handover.h"
#include "neutral/shared.h"
#include "pci/pci.h"

DECLARE_WAIT_QUEUE_HEAD(mint_dev_waitq);

/* ---- entries ------------------------------------------------------------ */

int mint_dev_find(u32 sbdf)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE &&
		    READ_ONCE(mint_dev(i)->sbdf) == sbdf)
			return i;
	return -ENOENT;
}

static bool bar_ok(u64 paddr, u64 size)
{
	u64 base = paddr & ~(paddr & PCI_BASE_ADDRESS_SPACE_IO ? 3ULL : 15ULL);

	return !size || (is_power_of_2(size) && IS_ALIGNED(base, size) &&
			 base < BIT_ULL(52));
}

static bool entry_ok(const struct mint_dev *d)
{
	unsigned int i;

	for (i = 0; i < MINT_NR_BARS; i++)
		if (!bar_ok(d->bar_paddr[i], d->bar_size[i]))
			return false;
	return !(d->sbdf >> 16) && d->owner <= MINT_MAX_OSES &&
	       d->home <= MINT_MAX_OSES && d->to <= MINT_MAX_OSES &&
	       d->from <= MINT_MAX_OSES && d->back <= MINT_MAX_OSES &&
	       d->orderer <= MINT_MAX_OSES && d->state <= MINT_DEV_FENCE;
}

int mint_dev_copy(u32 idx, struct mint_dev *d)
{
	unsigned long flags;
	int err = mint_shm_lock(&flags);

	if (err)
		return err;
	mint_shared_copy(d, mint_dev(idx), sizeof(*d));
	mint_shm_unlock(flags);
	d->driver[sizeof(d->driver) - 1] = '\0';
	d->reason[sizeof(d->reason) - 1] = '\0';
	return d->state != MINT_DEV_FREE && entry_ok(d) ? 0 : -ENOENT;
}

void mint_dev_peek(u32 idx, struct mint_dev *d)
{
	const struct mint_dev *shared = mint_dev(idx);
	unsigned int tries;
	u32 seq;

	for (tries = 0; tries < 10; tries++) {
		seq = mint_shared_load(&shared->seq);
		mint_shared_copy(d, shared, sizeof(*d));
		smp_rmb();	/* the entry before its proof */
		if (READ_ONCE(shared->seq) == seq)
			break;
	}
	d->driver[sizeof(d->driver) - 1] = '\0';
	d->reason[sizeof(d->reason) - 1] = '\0';
	if (d->owner > MINT_MAX_OSES)
		d->owner = MINT_OS_NONE;
	if (d->home > MINT_MAX_OSES)
		d->home = MINT_OS_NONE;
}

bool mint_dev_peek_own(u32 idx, struct mint_dev *d)
{
	if (READ_ONCE(mint_dev(idx)->state) == MINT_DEV_FREE)
		return false;
	mint_dev_peek(idx, d);
	return d->owner == mint_self.os && mint_pci_owns(d->sbdf);
}

int mint_dev_get(u32 sbdf, struct mint_dev *d,
		 struct netlink_ext_ack *extack)
{
	int idx = mint_dev_find(sbdf);
	int err = idx < 0 ? idx : mint_dev_copy(idx, d);

	if (err == -ETIMEDOUT)
		mint_shm_lock_explain(extack);
	else if (err || d->state == MINT_DEV_GONE)
		mint_dev_err(extack, "no PCI function %s; see mintctl dev list",
			     mint_bdf(sbdf).s);
	if (!err && d->state == MINT_DEV_GONE)
		err = -ENODEV;
	return err ?: idx;
}

/* A new order: nothing of the last one shall be taken for its own. */
static void begin_order(struct mint_dev *e)
{
	memset(e->phase_tsc, 0, sizeof(e->phase_tsc));
	memset(e->reason, 0, sizeof(e->reason));
	e->phase_tsc[MINT_PHASE_START] = rdtsc();
	e->phase = MINT_PHASE_START;
}

static void change_owner(struct mint_dev *e, u32 owner)
{
	e->flags &= ~MINT_DEVF_DRIVER;
	e->driver[0] = '\0';
	e->intx_off = 0;
	/* Who fences a function never had it. */
	if (e->owner && e->state != MINT_DEV_FENCE)
		e->from = e->owner;
	e->owner = owner;
}

static void change_entry(struct mint_dev *e, const struct mint_hp_entry *next)
{
	if (e->order != next->order)
		begin_order(e);
	if (e->owner != next->owner)
		change_owner(e, next->owner);
	e->to = next->to;
	e->back = next->back;
	e->order = next->order;
	e->orderer = next->orderer;
	e->options = next->options;
	e->error = next->error;
	e->timeout_ms = next->timeout_ms;
	e->until_tsc = next->until;
	e->seq++;
	WRITE_ONCE(e->state, next->state);
}

int mint_dev_change(u32 idx, u32 sbdf, const struct mint_hp_entry *seen,
		    struct mint_hp_entry *next)
{
	struct mint_dev *e = mint_dev(idx);
	unsigned long flags;
	int err = mint_shm_lock(&flags);

	if (err)
		return err;
	if (e->sbdf != sbdf || e->seq != seen->seq || e->state != seen->state) {
		mint_shm_unlock(flags);
		return -ESTALE;
	}
	change_entry(e, next);
	next->seq = e->seq;
	next->eject = e->eject;
	mint_shm_unlock(flags);
	return 0;
}

void mint_dev_say(u32 idx, const char *reason)
{
	unsigned long flags;

	/* Without it there is still the error number. */
	if (mint_shm_lock(&flags))
		return;
	strscpy(mint_dev(idx)->reason, reason, MINT_REASON_LEN);
	mint_shm_unlock(flags);
}

void mint_dev_say_on_way(u32 idx, const char *reason)
{
	struct mint_dev *e = mint_dev(idx);
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	if ((e->state == MINT_DEV_RELEASE || e->state == MINT_DEV_CLAIM) &&
	    e->owner == mint_self.os)
		strscpy(e->reason, reason, MINT_REASON_LEN);
	mint_shm_unlock(flags);
}

void mint_dev_note_reset(u32 idx, u32 sbdf, bool done)
{
	struct mint_dev *e = mint_dev(idx);
	unsigned long flags;

	if (mint_shm_lock(&flags))
		return;
	if (e->sbdf == sbdf) {
		e->flags &= ~MINT_DEVF_NOT_RESET;
		e->flags |= done ? 0 : MINT_DEVF_NOT_RESET;
	}
	mint_shm_unlock(flags);
}

void mint_dev_err(struct netlink_ext_ack *extack, const char *fmt, ...)
{
	char text[NETLINK_MAX_FMTMSG_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	NL_SET_ERR_MSG_FMT(extack, "%s", text);
}

/* ---- which function an entry is about ------------------------------------- */

/*
 * That never changes.  It is kept here, because who fences or silences a function goes
 * past the filter.
 */
static u32 known_sbdf[MINT_MAX_DEVS];

bool mint_dev_knows(u32 idx, u32 sbdf)
{
	/* 0 is the host bridge, which never moves. */
	u32 known = cmpxchg(&known_sbdf[idx], 0, sbdf);

	return !known || known == sbdf;
}

u32 mint_dev_known(u32 idx)
{
	return READ_ONCE(known_sbdf[idx]);
}

bool mint_dev_answers(const struct mint_dev *d)
{
	return mint_pci_raw_read(d->sbdf, PCI_VENDOR_ID, 4) ==
	       (d->vendor | (u32)d->device << 16);
}

void mint_dev_load(void)
{
	struct mint_dev d;
	int err = 0;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS && !err; i++) {
		if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE ||
		    mint_dev_copy(i, &d) || d.state == MINT_DEV_GONE ||
		    !mint_dev_knows(i, d.sbdf))
			continue;
		if (d.state == MINT_DEV_OWNED && d.owner == mint_self.os)
			err = mint_pci_own(&d);
		else
			err = mint_pci_note(&d);
	}
	if (err)
		pr_err("cannot load the list of PCI functions (%d)\n", err);
}

/* ---- the end of an OS ------------------------------------------------------ */

/* One that is on its way from, to or back to it, or being silenced for it. */
static bool concerns(const struct mint_dev *d, u32 os)
{
	u32 state = READ_ONCE(d->state);

	if (state != MINT_DEV_RELEASE && state != MINT_DEV_CLAIM &&
	    state != MINT_DEV_FENCE)
		return false;
	return d->owner == os || d->to == os || d->back == os ||
	       (state == MINT_DEV_FENCE && d->from == os);
}

static bool dev_in_use(u32 os)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (concerns(mint_dev(i), os))
			return true;
	return false;
}

static void forget_in_devs(u32 os)
{
	struct mint_dev *d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		d = mint_dev(i);
		/* It never had it, or it was fenced: it is silent. */
		if (d->owner == os) {
			d->owner = MINT_OS_NONE;
			d->seq++;
		}
		mint_forget_id(&d->home, os);
		mint_forget_id(&d->from, os);
		mint_forget_id(&d->to, os);
		mint_forget_id(&d->back, os);
		mint_forget_id(&d->orderer, os);
	}
}

static struct mint_life table_life = {
	.order	= MINT_LIFE_DEVS,
	.in_use	= dev_in_use,
	.forget	= forget_in_devs,
};

static int __init mint_table_init(void)
{
	if (mint_self.active)
		mint_life_register(&table_life);
	return 0;
}
core_initcall(mint_table_init);
