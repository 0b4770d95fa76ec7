// SPDX-License-Identifier: GPL-2.0-only
/*
 * What in the table names an OS that is taken apart.
 *
 * An OS id is used again by the next OS that is created, and whatever still names
 * the old one would then mean the new one.  So everything goes that names it, under
 * the table's lock and in the same hold of it in which the slot becomes free: who
 * finds the slot free finds nothing that names it, and who dies in between leaves a
 * slot that is not free.
 *
 * What is not here goes when the OS is fenced: both locks, its channels and the
 * console inputs it had, its routes.  What names an OS beside its generation (the
 * interrupt table, open files) or by name (policies) needs nothing.
 */
#include "hotplug/core.h"
#include "mint.h"

static void forget_id(u32 *id, u32 os)
{
	if (READ_ONCE(*id) == os)
		WRITE_ONCE(*id, MINT_OS_NONE);
}

/* A core that did not find its way home is free, if it is out of that kernel. */
static int free_core(u32 core, u32 os)
{
	u32 word, next;

	do {
		word = mint_core_word(core);
		if (MINT_CORE_OWNER(word) != os && MINT_CORE_KERNEL(word) != os)
			return 0;
		if (mint_core_pass(word, os, MINT_OS_NONE, &next))
			return -EBUSY;
	} while (!mint_core_cas(core, word, next));
	return 0;
}

static int forget_in_cores(u32 os)
{
	u32 core;
	int err;

	for (core = 0; core < mint_nr_cores(); core++) {
		err = free_core(core, os);
		if (err)
			return err;
	}
	for (core = 0; core < mint_nr_cores(); core++)
		forget_id(&mint_core(core)->home, os);
	return 0;
}

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

static int forget_in_devs(u32 os)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (concerns(mint_dev(i), os))
			return -EBUSY;
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		struct mint_dev *d = mint_dev(i);

		/* It never had it, or it was fenced: it is silent. */
		if (d->owner == os) {
			d->owner = MINT_OS_NONE;
			d->seq++;
		}
		forget_id(&d->home, os);
		forget_id(&d->from, os);
		forget_id(&d->to, os);
		forget_id(&d->back, os);
		forget_id(&d->orderer, os);
	}
	return 0;
}

static void forget_in_oses(u32 os)
{
	u32 i;

	for (i = 1; i <= MINT_MAX_OSES; i++) {
		forget_id(&mint_os(i)->creator, os);
		forget_id(&mint_os(i)->worker, os);
	}
}

static void forget_in_header(u32 os)
{
	struct mint_header *hdr = mint_hdr();
	u32 idx;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		forget_id(&hdr->legacy_owner[idx], os);
		forget_id(&hdr->legacy_home[idx], os);
	}
	forget_id(&hdr->primary, os);
}

int mint_os_forget(u32 os)
{
	int err = forget_in_devs(os) ?: forget_in_cores(os);

	if (err)
		return err;
	forget_in_header(os);
	forget_in_oses(os);
	return 0;
}
