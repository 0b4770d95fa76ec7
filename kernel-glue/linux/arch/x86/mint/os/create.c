// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making an OS: what it gets, and from whom.
 *
 * All checks come first and change nothing; then the slot is taken in state
 * BUSY, and cores, legacy devices and PCI functions are handed over one by
 * one.  An error on the way hands back what was handed over, to whom it was taken
 * from.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>

#include <mint/image.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "cpu/cpu.h"
#include "legacy/legacy.h"
#include "move/move.h"
#include "neutral/shared.h"
#include "os/internal.h"
#include "os/os.h"
#include "pci/pci.h"

/* ---- checks ----------------------------------------------------------- */

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

/* Who has the core alone now goes on to have it by turns. */
static int check_seat(u32 seat, struct netlink_ext_ack *extack)
{
	u32 core = mint_core_of_seat(seat), owner = mint_core_owner(core);
	char name[MINT_NAME_LEN];

	if (mint_core_owner(seat) != MINT_OS_NONE || mint_seat_lives(seat)) {
		NL_SET_ERR_MSG_FMT(extack, "core %u is shared already, with %s: two OSes at most",
				   core, mint_os_name(mint_core_owner(seat), name));
		return -EBUSY;
	}
	if (mint_core_apic(core) == READ_ONCE(mint_hdr()->bsp_apic_id)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "core %u cannot be shared: the machine booted on it",
				   core);
		return -EBUSY;
	}
	/* Its devices have the vectors that those of the second one would have. */
	if (owner && mint_second_seats(READ_ONCE(mint_os(owner)->cores))) {
		NL_SET_ERR_MSG_FMT(extack, "core %u cannot be shared: %s shares another OS's core",
				   core, mint_os_name(owner, name));
		return -EBUSY;
	}
	if (owner && READ_ONCE(mint_os(owner)->arch) == MINT_IMAGE_X86_32) {
		NL_SET_ERR_MSG_FMT(extack, "core %u cannot be shared: %s has a 32-bit kernel",
				   core, mint_os_name(owner, name));
		return -EOPNOTSUPP;
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
			err = check_seat(core, extack);
			if (err)
				return err;
			continue;
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
			err = mint_dev_check_reach(cfg->sbdf[i], cfg->arch,
						   cfg->name, extack);
		if (!err)
			err = mint_dev_check_use(cfg->sbdf[i], extack);
		if (err)
			return err;
	}
	return 0;
}

static int check_config(const struct mint_os_config *cfg,
			struct netlink_ext_ack *extack)
{
	int err;

	err = mint_check_name(cfg->name, extack);
	if (!err)
		err = check_cores(cfg->cores, extack);
	if (!err && cfg->arch == MINT_IMAGE_X86_32 && mint_os_shares(cfg->cores)) {
		NL_SET_ERR_MSG(extack, "a 32-bit kernel cannot share a core; give it whole ones");
		err = -EOPNOTSUPP;
	}
	if (!err)
		err = mint_check_memory(cfg, extack);
	if (!err)
		err = check_legacy(cfg->legacy, extack);
	if (!err)
		err = check_devs(cfg, extack);
	if (!err)
		err = mint_legacydev_check_create(cfg->legacy, cfg->sbdf,
						  cfg->nr_devs, extack);
	return err;
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

static void set_turns(u32 seat, const struct mint_os_config *cfg)
{
	struct mint_seat *s = mint_seat(seat);

	memset(s, 0, sizeof(*s));
	if (seat < mint_nr_cores())
		return;
	s->share = cfg->share;
	s->slice_us = cfg->slice_us;
}

static int give_cores(u32 os, const struct mint_os_config *cfg,
		      struct netlink_ext_ack *extack)
{
	u32 core;
	int err;

	for (core = 0; core < mint_nr_seats(); core++) {
		if (!(cfg->cores & BIT_ULL(core)))
			continue;
		err = give_core(core, os, extack);
		if (err)
			return err;
		set_turns(core, cfg);
	}
	return 0;
}

static int give_legacy(u32 os, u32 mask, struct netlink_ext_ack *extack)
{
	int err = mint_legacy_release(mask, extack);

	if (!err)
		mint_legacy_set_owner(mask, os);
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
	mint_legacy_set_owner(BIT(idx), ours ? mint_self.os : MINT_OS_NONE);
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
	for (i = 0; i < mint_nr_seats(); i++)
		put_back_core(i, os, t->cores & BIT_ULL(i));
	if (mint_slot_free(os))
		pr_err("OS %u was not made, and its slot is not free yet; destroy it\n",
		       os);
	mint_event_send_all(MINT_EV_STATE);
}

/* ---- create ------------------------------------------------------------- */

static int make(u32 os, const struct mint_os_config *cfg,
		struct netlink_ext_ack *extack)
{
	u32 i;
	int err;

	err = give_cores(os, cfg, extack);
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
	os = mint_slot_take(cfg, extack);
	if (os < 0) {
		err = os;
		goto out;
	}
	mint_life_restart(os);
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
