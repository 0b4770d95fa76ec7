// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a core, rule by rule: in each state, for its owner, for another OS and
 * for whoever else has a kernel on it, each act is allowed or not, and leads where
 * hotplug/core.h says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mint/abi.h>

#include "../../hotplug/core.h"

#define OWNER	2u
#define OTHER	3u
#define NONE	MINT_OS_NONE
#define ACTS	(MINT_CORE_GO_IN + 1)
#define STATES	(MINT_CORE_CALLED + 1)

/* The word of a core of OWNER in @state, as the rules make it. */
static u32 word(u32 state)
{
	u32 kernel = state == MINT_CORE_ABSENT || state == MINT_CORE_PARKED ?
		     NONE : OWNER;

	return MINT_CORE_WORD(state, OWNER, kernel, 7);
}

#define NO	(~0u)
#define FROM(from, to)	[MINT_CORE_##from] = MINT_CORE_##to + 1

/* What comes of it when OWNER does it, one more; 0: it is refused. */
static const u32 table[ACTS][STATES] = {
	[MINT_CORE_ARRIVE] = { FROM(ABSENT, PARKED), FROM(RUNNING, PARKED),
		FROM(ENTERING, PARKED), FROM(HELD, PARKED), FROM(LOADING, PARKED) },
	[MINT_CORE_START] = { FROM(PARKED, STARTING) },
	[MINT_CORE_CALL_OFF] = { FROM(STARTING, PARKED), FROM(CALLED, PARKED) },
	[MINT_CORE_LOAD] = { FROM(STARTING, LOADING) },
	[MINT_CORE_RELOAD] = { FROM(RUNNING, LOADING) },
	[MINT_CORE_LEAVE] = { FROM(LOADING, RUNNING) },
	[MINT_CORE_ENTER] = { FROM(ABSENT, ENTERING), FROM(PARKED, ENTERING),
		FROM(ENTERING, ENTERING) },
	[MINT_CORE_UP] = { FROM(ENTERING, RUNNING) },
	[MINT_CORE_HOLD] = { FROM(RUNNING, HELD) },
	[MINT_CORE_RESUME] = { FROM(HELD, RUNNING) },
	[MINT_CORE_DOUBT] = { FROM(PARKED, ENTERING) },
	[MINT_CORE_RESET] = { FROM(ABSENT, ABSENT), FROM(PARKED, ABSENT),
		FROM(ENTERING, ABSENT) },
	[MINT_CORE_STEP_ASIDE] = { FROM(RUNNING, AWAY) },
	[MINT_CORE_COME_BACK] = { FROM(AWAY, RUNNING) },
	[MINT_CORE_FREEZE] = { FROM(AWAY, FROZEN) },
	[MINT_CORE_THAW] = { FROM(FROZEN, AWAY) },
	[MINT_CORE_DROP] = { FROM(AWAY, PARKED), FROM(FROZEN, PARKED) },
	[MINT_CORE_CALL] = { FROM(PARKED, CALLED) },
	[MINT_CORE_GO_IN] = { FROM(CALLED, ENTERING) },
};

static u32 allowed(u32 act, u32 from)
{
	return table[act][from] ? table[act][from] - 1 : NO;
}

static void test_each_act_of_the_owner(void **state)
{
	u32 act, from, to, next;

	(void)state;
	for (act = 0; act < ACTS; act++)
		for (from = 0; from < STATES; from++) {
			next = NO;
			to = allowed(act, from);
			if (to == NO) {
				assert_int_equal(mint_core_next(word(from), act, OWNER, &next),
						 -MINT_CORE_EBUSY);
				assert_int_equal(next, NO);
				continue;
			}
			assert_int_equal(mint_core_next(word(from), act, OWNER, &next), 0);
			assert_int_equal(MINT_CORE_STATE(next), to);
			assert_int_equal(MINT_CORE_OWNER(next), OWNER);
			assert_int_equal(MINT_CORE_KERNEL(next), MINT_CORE_KERNEL(word(to)));
			assert_int_equal(MINT_CORE_SEQ(next), 8);
		}
}

/* The core itself need not say whose it is; all others must. */
static void test_no_act_of_another_os(void **state)
{
	u32 act, from, next;

	(void)state;
	for (act = 0; act < ACTS; act++)
		for (from = 0; from < STATES; from++)
			if (act != MINT_CORE_ARRIVE && act != MINT_CORE_LOAD &&
			    act != MINT_CORE_LEAVE && act != MINT_CORE_GO_IN && allowed(act, from) != NO)
				assert_int_equal(mint_core_next(word(from), act, OTHER, &next),
						 -MINT_CORE_EPERM);
}

static void test_only_a_parked_core_changes_hands(void **state)
{
	u32 from, next;

	(void)state;
	for (from = 0; from < STATES; from++) {
		if (from != MINT_CORE_PARKED)
			assert_int_equal(mint_core_pass(word(from), OWNER, OTHER, &next),
					 -MINT_CORE_EBUSY);
		assert_int_equal(mint_core_pass(word(from), OTHER, OWNER, &next),
				 -MINT_CORE_EPERM);
		assert_int_equal(mint_core_pass(word(from), NONE, OTHER, &next),
				 -MINT_CORE_EPERM);
	}
	assert_int_equal(mint_core_pass(word(MINT_CORE_PARKED), OWNER, OTHER, &next), 0);
	assert_int_equal(next, MINT_CORE_WORD(MINT_CORE_PARKED, OTHER, NONE, 8));
	assert_int_equal(mint_core_pass(next, OTHER, NONE, &next), 0);
	assert_int_equal(next, MINT_CORE_WORD(MINT_CORE_PARKED, NONE, NONE, 9));
	/* What is nobody's is started by nobody. */
	assert_int_equal(mint_core_next(next, MINT_CORE_START, OTHER, &next),
			 -MINT_CORE_EPERM);
}

static void test_fields_do_not_spill(void **state)
{
	u32 last = MINT_CORE_WORD(MINT_CORE_PARKED, 16, NONE, 0x3ffff), next;

	(void)state;
	assert_int_equal(mint_core_next(last, MINT_CORE_START, 16, &next), 0);
	assert_int_equal(next, MINT_CORE_WORD(MINT_CORE_STARTING, 16, 16, 0));
	assert_int_equal(MINT_CORE_KERNEL(next), 16);
	assert_int_equal(MINT_CORE_OWNER(next), 16);
}

/* A word that somebody has scribbled over allows nothing (the park page says PARKED all the same). */
static void test_unknown_state(void **state)
{
	u32 act, next;

	(void)state;
	for (act = 0; act < ACTS; act++)
		assert_int_equal(mint_core_next(MINT_CORE_WORD(15, OWNER, OWNER, 1),
						act, OWNER, &next),
				 -MINT_CORE_EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_act_of_the_owner),
		cmocka_unit_test(test_no_act_of_another_os),
		cmocka_unit_test(test_only_a_parked_core_changes_hands),
		cmocka_unit_test(test_fields_do_not_spill),
		cmocka_unit_test(test_unknown_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
