// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core table: whose a core is, where it is, and the changes of that.  The rules
 * are in hotplug/core.h.
 */
#include <linux/compiler.h>

#include "hotplug/core.h"
#include "mint.h"
#include "shared.h"
#include "test.h"

u32 mint_core_word(u32 core)
{
	return READ_ONCE(mint_core(core)->life);
}

u32 mint_core_owner(u32 core)
{
	u32 owner = MINT_CORE_OWNER(mint_core_word(core));

	return owner <= MINT_MAX_OSES ? owner : MINT_OS_NONE;
}

u32 mint_core_state(u32 core)
{
	return MINT_CORE_STATE(mint_core_word(core));
}

bool mint_core_runs(u32 core, u32 os)
{
	return MINT_CORE_KERNEL(mint_core_word(core)) == os;
}

bool mint_core_cas(u32 core, u32 old, u32 new)
{
	return mint_shared_cas(&mint_core(core)->life, old, new) == old;
}

int mint_core_change(u32 core, enum mint_core_act act, u32 os)
{
	u32 word, next;
	int err;

	do {
		word = mint_core_word(core);
		err = mint_core_next(word, act, os, &next);
		if (err)
			return err;
	} while (!mint_core_cas(core, word, next));
	return 0;
}

/* Under the table lock: for people, and for who describes the OS. */
static void note_cores(u32 core, u32 from, u32 to)
{
	if (from)
		mint_os(from)->cores &= ~BIT_ULL(core);
	if (to)
		mint_os(to)->cores |= BIT_ULL(core);
}

int mint_core_hand_over(u32 core, u32 from, u32 to)
{
	unsigned long flags;
	u32 word, next;
	int err;

	mint_test_point(MINT_TEST_HAND_OVER);
	/* A SIPI that we sent after that may have got it out of the park page. */
	if (from == mint_self.os && mint_fence_committed())
		return -EBUSY;
	err = mint_shm_lock(&flags);
	if (err)
		return err;
	do {
		word = mint_core_word(core);
		err = mint_core_pass(word, from, to, &next);
	} while (!err && !mint_core_cas(core, word, next));
	if (!err)
		note_cores(core, from, to);
	mint_shm_unlock(flags);
	return err;
}
