// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of the core table: whose a core is, and where it is.  The rules are in
 * hotplug/core.h.
 */
#include <linux/compiler.h>

#include "base/faults.h"
#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "hotplug/fence.h"
#include "neutral/shared.h"

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

bool mint_fence_committed(void)
{
	u32 word = READ_ONCE(mint_os(mint_self.os)->fence);

	return mint_fence_asks(word, mint_self.generation) == MINT_FENCE_PARK;
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

	mint_fault_once("hand-over");
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
