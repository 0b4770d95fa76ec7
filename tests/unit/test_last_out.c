// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which OS is the last one out, in every order in which up to three of them can end:
 * each access to the table is a point where another one may go on.
 *
 * The rule is the kernel's own.  Rules that are known to be wrong are tried, too: the
 * search has to find what is wrong with them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../kernel-glue/linux/arch/x86/mint/os/lastout.h"
#include "../irqsim/coro.h"
#include "choices.h"

#define NR_OSES		3
#define STACK_BYTES	32768
#define ANY_NUMBER	1000	/* of preemptions: more than there are points */

/* What an OS does. */
enum plan {
	NOTHING,	/* is not there */
	ENDS,
	STARTS_AND_ENDS, /* starts OS 1 before */
	ASKS_FIRST,	/* the wrong way: looks, then says that it ends */
};

enum outcome { NOT_YET, ACTS, PARKS };

static struct {
	enum plan plan;
	enum mint_end_life life;
	enum outcome outcome;
	struct coro coro;
	bool born;
	bool done;
	char stack[STACK_BYTES] __attribute__((aligned(16)));
} os_of[NR_OSES + 1];

static u32 current;
static u32 starts, claim_word;
static bool count_starts = true;
/* It acted while another one ran. */
static bool acted_too_early;

/* ---- the table, as the rule sees it ------------------------------------------- */

static void point(void)
{
	coro_leave(&os_of[current].coro);
}

static u32 get_starts(void)
{
	point();
	return count_starts ? starts : 0;
}

static enum mint_end_life get_life(u32 os)
{
	if (os_of[os].plan == NOTHING)
		return MINT_END_IS_OUT;
	point();
	return os_of[os].life;
}

static u32 swap_claim(u32 old, u32 new_word)
{
	u32 was;

	point();
	was = claim_word;
	if (was == old)
		claim_word = new_word;
	return was;
}

static bool is_parked(u32 os)
{
	point();
	return os_of[os].outcome == PARKS;
}

static const struct mint_end_world world = {
	.starts = get_starts,
	.life = get_life,
	.claim = swap_claim,
	.parked = is_parked,
	.nr_oses = NR_OSES,
};

/* ---- the OSes ---------------------------------------------------------------- */

static void act_on_machine(u32 self)
{
	u32 os;

	os_of[self].outcome = ACTS;
	for (os = 1; os <= NR_OSES; os++)
		if (os_of[os].life == MINT_END_RUNS)
			acted_too_early = true;
}

static bool nobody_left(u32 self)
{
	return mint_end_look(&world, self) != MINT_END_RUNS;
}

static void end(u32 self)
{
	bool last;

	if (os_of[self].plan == ASKS_FIRST) {
		last = nobody_left(self);
		point();
		os_of[self].life = MINT_END_IS_OUT;
	} else {
		point();
		os_of[self].life = MINT_END_IS_OUT;
		last = nobody_left(self) &&
		       mint_end_claim(&world, MINT_END_WORD(self, 7));
	}
	if (last)
		act_on_machine(self);
	else
		os_of[self].outcome = PARKS;
}

static void live(void *arg)
{
	u32 self = (u32)(uintptr_t)arg;

	if (os_of[self].plan == STARTS_AND_ENDS) {
		point();
		os_of[1].life = MINT_END_RUNS;
		os_of[1].born = true;
		point();
		starts++;
	}
	end(self);
	os_of[self].done = true;
	point();
}

/* ---- all orders --------------------------------------------------------------- */

static bool can_go_on(u32 os)
{
	return os_of[os].born && !os_of[os].done;
}

/* The one that has just run comes first: the others cost a preemption. */
static u32 next_os(u32 left)
{
	u32 list[NR_OSES], nr = 0, os;

	if (current && can_go_on(current))
		list[nr++] = current;
	for (os = 1; os <= NR_OSES; os++)
		if (os != current && can_go_on(os))
			list[nr++] = os;
	if (!nr)
		return 0;
	if (!left && list[0] == current)
		nr = 1;
	return list[choose(nr)];
}

static void run_once(const enum plan *plans, u32 preemptions)
{
	u32 os, before, next;

	starts = 0;
	claim_word = 0;
	acted_too_early = false;
	current = 0;
	for (os = 1; os <= NR_OSES; os++) {
		os_of[os].plan = plans[os - 1];
		os_of[os].born = plans[os - 1] != NOTHING &&
				 (os != 1 || plans[1] != STARTS_AND_ENDS);
		os_of[os].life = os_of[os].born ? MINT_END_RUNS :
						  MINT_END_IS_OUT;
		os_of[os].outcome = NOT_YET;
		os_of[os].done = false;
		coro_init(&os_of[os].coro, os_of[os].stack, STACK_BYTES, live,
			  (void *)(uintptr_t)os);
	}
	while ((next = next_os(preemptions))) {
		before = current;
		current = next;
		if (before && before != next && !os_of[before].done)
			preemptions--;
		coro_enter(&os_of[current].coro);
	}
}

static bool went_well(void)
{
	u32 os, acted = 0;

	for (os = 1; os <= NR_OSES; os++)
		acted += os_of[os].outcome == ACTS;
	return acted == 1 && !acted_too_early;
}

/* How many orders there are; @bad: how many of them went wrong. */
static u32 explore(const enum plan *plans, u32 preemptions, u32 *bad)
{
	u32 runs = 0;

	*bad = 0;
	choices_first();
	do {
		run_once(plans, preemptions);
		runs++;
		*bad += !went_well();
	} while (choices_next());
	return runs;
}

static void check(const enum plan *plans, u32 preemptions)
{
	u32 bad, runs = explore(plans, preemptions, &bad);

	print_message("%u orders, %u wrong\n", runs, bad);
	assert_int_equal(bad, 0);
	assert_true(runs > 100);
}

static void two_end(void **state)
{
	static const enum plan plans[] = { ENDS, ENDS, NOTHING };

	(void)state;
	check(plans, ANY_NUMBER);
}

static void three_end(void **state)
{
	static const enum plan plans[] = { ENDS, ENDS, ENDS };

	(void)state;
	check(plans, 5);
}

static void one_is_started_meanwhile(void **state)
{
	static const enum plan plans[] = { ENDS, STARTS_AND_ENDS, ENDS };

	(void)state;
	count_starts = true;
	check(plans, 5);
}

/* The search finds what is wrong. */
static void to_ask_first_is_wrong(void **state)
{
	static const enum plan plans[] = { ASKS_FIRST, ASKS_FIRST, NOTHING };
	u32 bad;

	(void)state;
	explore(plans, ANY_NUMBER, &bad);
	assert_true(bad > 0);
}

static void not_to_count_starts_is_wrong(void **state)
{
	static const enum plan plans[] = { ENDS, STARTS_AND_ENDS, ENDS };
	u32 bad;

	(void)state;
	count_starts = false;
	explore(plans, 5, &bad);
	count_starts = true;
	assert_true(bad > 0);
}

static void what_is_silent_does_not_count(void **state)
{
	static const enum plan plans[] = { ENDS, NOTHING, NOTHING };

	(void)state;
	run_once(plans, 0);
	assert_int_equal(os_of[1].outcome, ACTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_end),
		cmocka_unit_test(three_end),
		cmocka_unit_test(one_is_started_meanwhile),
		cmocka_unit_test(to_ask_first_is_wrong),
		cmocka_unit_test(not_to_count_starts_is_wrong),
		cmocka_unit_test(what_is_silent_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
