// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a core; see core.h.  The park page (park.S) has ARRIVE, LOAD, RELOAD and
 * STEP_ASIDE in assembler.
 */
#include <mint/abi.h>

#include "core.h"

#define IN(state)	(1u << MINT_CORE_##state)

/* From which states; whose kernel it must be there; and what comes then. */
static const struct rule {
	u32 from;
	bool owner;	/* @os must own it */
	bool kernel;	/* unless it runs none, the kernel must be @os's */
	u32 to;
	bool stays;	/* the kernel that it runs stays what it was */
} rules[] = {
	[MINT_CORE_ARRIVE] = {
		.from = IN(ABSENT) | IN(ENTERING) | IN(LOADING) | IN(RUNNING) |
			IN(HELD),
		.to = MINT_CORE_PARKED,
	},
	[MINT_CORE_START] = {
		.from = IN(PARKED), .owner = true, .to = MINT_CORE_STARTING,
	},
	[MINT_CORE_CALL_OFF] = {
		.from = IN(STARTING) | IN(CALLED), .owner = true,
		.to = MINT_CORE_PARKED,
	},
	[MINT_CORE_LOAD] = {
		.from = IN(STARTING), .to = MINT_CORE_LOADING, .stays = true,
	},
	[MINT_CORE_RELOAD] = {
		.from = IN(RUNNING), .owner = true, .kernel = true,
		.to = MINT_CORE_LOADING,
	},
	[MINT_CORE_LEAVE] = {
		.from = IN(LOADING), .to = MINT_CORE_RUNNING, .stays = true,
	},
	[MINT_CORE_ENTER] = {
		.from = IN(ABSENT) | IN(PARKED) | IN(ENTERING),
		.owner = true, .kernel = true, .to = MINT_CORE_ENTERING,
	},
	[MINT_CORE_UP] = {
		.from = IN(ENTERING), .kernel = true, .to = MINT_CORE_RUNNING,
	},
	[MINT_CORE_HOLD] = {
		.from = IN(RUNNING), .kernel = true, .to = MINT_CORE_HELD,
	},
	[MINT_CORE_RESUME] = {
		.from = IN(HELD), .kernel = true, .to = MINT_CORE_RUNNING,
	},
	[MINT_CORE_DOUBT] = {
		.from = IN(PARKED), .owner = true, .to = MINT_CORE_ENTERING,
	},
	[MINT_CORE_RESET] = {
		.from = IN(PARKED) | IN(ABSENT) | IN(ENTERING),
		.owner = true, .to = MINT_CORE_ABSENT,
	},
	[MINT_CORE_STEP_ASIDE] = {
		.from = IN(RUNNING), .kernel = true, .to = MINT_CORE_AWAY,
	},
	[MINT_CORE_COME_BACK] = {
		.from = IN(AWAY), .kernel = true, .to = MINT_CORE_RUNNING,
	},
	[MINT_CORE_FREEZE] = {
		.from = IN(AWAY), .kernel = true, .to = MINT_CORE_FROZEN,
	},
	[MINT_CORE_THAW] = {
		.from = IN(FROZEN), .kernel = true, .to = MINT_CORE_AWAY,
	},
	[MINT_CORE_DROP] = {
		.from = IN(AWAY) | IN(FROZEN), .kernel = true,
		.to = MINT_CORE_PARKED,
	},
	[MINT_CORE_CALL] = {
		.from = IN(PARKED), .owner = true, .to = MINT_CORE_CALLED,
	},
	[MINT_CORE_GO_IN] = {
		.from = IN(CALLED), .to = MINT_CORE_ENTERING, .stays = true,
	},
};

/* Nothing of it runs: no kernel is named beside these. */
static bool is_out(u32 state)
{
	return state == MINT_CORE_PARKED || state == MINT_CORE_ABSENT;
}

int mint_core_next(u32 word, enum mint_core_act act, u32 os, u32 *next)
{
	const struct rule *rule = &rules[act];
	u32 state = MINT_CORE_STATE(word), kernel = MINT_CORE_KERNEL(word);

	if (rule->owner && MINT_CORE_OWNER(word) != os)
		return -MINT_CORE_EPERM;
	if (rule->kernel && kernel && kernel != os)
		return -MINT_CORE_EPERM;
	if (!(rule->from & (1u << state)))
		return -MINT_CORE_EBUSY;
	if (is_out(rule->to))
		kernel = MINT_OS_NONE;
	else if (!rule->stays)
		kernel = os;
	*next = MINT_CORE_WORD(rule->to, MINT_CORE_OWNER(word), kernel,
			       MINT_CORE_SEQ(word) + 1);
	return 0;
}

int mint_core_pass(u32 word, u32 from, u32 to, u32 *next)
{
	if (MINT_CORE_OWNER(word) != from)
		return -MINT_CORE_EPERM;
	if (MINT_CORE_STATE(word) != MINT_CORE_PARKED)
		return -MINT_CORE_EBUSY;
	*next = MINT_CORE_WORD(MINT_CORE_PARKED, to, MINT_OS_NONE,
			       MINT_CORE_SEQ(word) + 1);
	return 0;
}
