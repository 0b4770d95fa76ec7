// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which policy counts for a slot: each kind against each other one, in every order in
 * the table, about the same function and about different ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../kernel-glue/linux/arch/x86/mint/move/rank.h"

#define SLOT_SBDF	0x10500u	/* 05:00.0, in segment 1 */
#define DISK		0x0106u
#define NIC		0x0200u
#define NR_FNS		3u

/* Ports above a function: 04:00.0 next to it, then 03:00.0, 00:1c.0. */
static uint32_t ports[MINT_RANK_MAX_PORTS] = { 0x10400, 0x10300, 0x100e0 };
static uint32_t nr_ports = 3;

static struct mint_policy table[MINT_MAX_POLICIES];
/* Functions 0, 2 and 5: a disk, and two of one kind. */
static struct mint_rank_fn fns[NR_FNS] = {
	{ SLOT_SBDF + 0, DISK, ports },
	{ SLOT_SBDF + 2, NIC, ports },
	{ SLOT_SBDF + 5, NIC, ports },
};

static bool get_policy(u32 i, struct mint_policy *p)
{
	assert_in_range(i, 0, MINT_MAX_POLICIES - 1);
	*p = table[i];
	return p->kind != MINT_POLICY_FREE;
}

static u32 get_distance(void *dev, u32 sbdf)
{
	uint32_t i;

	assert_ptr_equal(dev, ports);
	for (i = 0; i < nr_ports; i++)
		if (ports[i] == sbdf)
			return i;
	return MINT_RANK_MAX_PORTS;
}

static const struct mint_rank_ops ops = { get_policy, get_distance };

/* What a policy can be about, the most specific first; @fn: of fns[], the lowest one. */
static const struct about {
	const char *os;
	uint32_t kind;
	uint32_t key;
	unsigned int level;
	unsigned int fn;
} abouts[] = {
	{ "fn0", MINT_POLICY_BDF, SLOT_SBDF + 0, 0, 0 },
	{ "fn2", MINT_POLICY_BDF, SLOT_SBDF + 2, 0, 1 },
	{ "fn5", MINT_POLICY_BDF, SLOT_SBDF + 5, 0, 2 },
	{ "slot", MINT_POLICY_SLOT, SLOT_SBDF, 1, 0 },
	{ "port", MINT_POLICY_PORT, 0x10400, 2, 0 },
	{ "above", MINT_POLICY_PORT, 0x10300, 3, 0 },
	{ "root", MINT_POLICY_PORT, 0x100e0, 4, 0 },
	{ "disks", MINT_POLICY_CLASS, DISK, 5, 0 },
	{ "nics", MINT_POLICY_CLASS, NIC, 5, 1 },
};

/* What is about none of them. */
static const struct about others[] = {
	{ "other fn", MINT_POLICY_BDF, SLOT_SBDF + 1, 0, 0 },
	{ "segment 0", MINT_POLICY_BDF, SLOT_SBDF & 0xffff, 0, 0 },
	{ "other slot", MINT_POLICY_SLOT, SLOT_SBDF + 8, 0, 0 },
	{ "no slot", MINT_POLICY_SLOT, SLOT_SBDF + 2, 0, 0 },
	{ "other port", MINT_POLICY_PORT, 0x10401, 0, 0 },
	{ "itself", MINT_POLICY_PORT, SLOT_SBDF, 0, 0 },
	{ "other class", MINT_POLICY_CLASS, 0x0108, 0, 0 },
	{ "subclass", MINT_POLICY_CLASS, NIC + 1, 0, 0 },
};

static void put(unsigned int i, const struct about *about)
{
	table[i].kind = about->kind;
	table[i].key = about->key;
	snprintf(table[i].os, sizeof(table[i].os), "%s", about->os);
}

static void clear(void)
{
	memset(table, 0, sizeof(table));
}

/* NULL: none. */
static const char *best_of(const struct mint_rank_fn *of, unsigned int nr)
{
	static struct mint_policy best;

	return mint_rank_best(&ops, of, nr, &best) ? best.os : NULL;
}

static bool counts_more(const struct about *a, const struct about *b)
{
	return a->level != b->level ? a->level < b->level : a->fn < b->fn;
}

static void each_alone(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(abouts); i++) {
		clear();
		put(i * 7 % MINT_MAX_POLICIES, &abouts[i]);
		assert_string_equal(best_of(fns, NR_FNS), abouts[i].os);
	}
	clear();
	assert_null(best_of(fns, NR_FNS));
	assert_null(best_of(fns, 0));
}

static void each_against_each(void **state)
{
	size_t a, b, at_a, at_b;

	(void)state;
	for (a = 0; a < ARRAY_SIZE(abouts); a++)
		for (b = 0; b < ARRAY_SIZE(abouts); b++)
			for (at_a = 0; at_a < MINT_MAX_POLICIES; at_a += 9)
				for (at_b = 0; at_b < MINT_MAX_POLICIES; at_b += 9) {
					if (a == b || at_a == at_b)
						continue;
					clear();
					put(at_a, &abouts[a]);
					put(at_b, &abouts[b]);
					assert_string_equal(best_of(fns, NR_FNS),
							    counts_more(&abouts[a], &abouts[b]) ?
							    abouts[a].os : abouts[b].os);
				}
}

/* All but some, from either end of the table. */
static void every_set_of_them(void **state)
{
	const unsigned int nr = ARRAY_SIZE(abouts);
	const struct about *best;
	unsigned int bits, i, turn;

	(void)state;
	for (bits = 1; bits < 1U << nr; bits++)
		for (turn = 0; turn < 2; turn++) {
			best = NULL;
			clear();
			for (i = 0; i < nr; i++) {
				if (!(bits & 1U << i))
					continue;
				put(turn ? MINT_MAX_POLICIES - 1 - i : i, &abouts[i]);
				if (!best || counts_more(&abouts[i], best))
					best = &abouts[i];
			}
			assert_string_equal(best_of(fns, NR_FNS), best->os);
		}
}

static void what_is_about_others_does_not_count(void **state)
{
	unsigned int i;

	(void)state;
	clear();
	for (i = 0; i < ARRAY_SIZE(others); i++)
		put(i, &others[i]);
	assert_null(best_of(fns, NR_FNS));
	for (i = 0; i < ARRAY_SIZE(abouts); i++) {
		put(40, &abouts[i]);
		assert_string_equal(best_of(fns, NR_FNS), abouts[i].os);
	}
}

/* Of two that are the same the first in the table. */
static void the_first_of_equals(void **state)
{
	struct about again;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(abouts); i++) {
		again = abouts[i];
		again.os = "again";
		clear();
		put(3, &abouts[i]);
		put(5, &again);
		assert_string_equal(best_of(fns, NR_FNS), abouts[i].os);
		put(2, &again);
		assert_string_equal(best_of(fns, NR_FNS), "again");
	}
}

static void a_virtual_function_is_alone(void **state)
{
	(void)state;
	clear();
	put(0, &abouts[0]);
	put(1, &abouts[8]);
	assert_string_equal(best_of(&fns[1], 1), "nics");
	assert_null(best_of(&fns[1], 0));
}

/* The port furthest up counts less than any other, and more than a class. */
static void as_many_ports_as_there_can_be(void **state)
{
	static const struct about furthest = { "furthest", MINT_POLICY_PORT, 0xffff, 0, 0 };
	static const struct about last_but_one = { "nearer", MINT_POLICY_PORT, 0xfffe, 0, 0 };
	static const struct about absent = { "absent", MINT_POLICY_PORT, 0xfffd, 0, 0 };

	(void)state;
	nr_ports = MINT_RANK_MAX_PORTS;
	ports[MINT_RANK_MAX_PORTS - 1] = 0xffff;
	ports[MINT_RANK_MAX_PORTS - 2] = 0xfffe;
	clear();
	put(0, &absent);
	assert_null(best_of(fns, NR_FNS));
	put(1, &abouts[7]);
	assert_string_equal(best_of(fns, NR_FNS), "disks");
	put(2, &furthest);
	assert_string_equal(best_of(fns, NR_FNS), "furthest");
	put(3, &last_but_one);
	assert_string_equal(best_of(fns, NR_FNS), "nearer");
	nr_ports = 3;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_alone),
		cmocka_unit_test(each_against_each),
		cmocka_unit_test(every_set_of_them),
		cmocka_unit_test(what_is_about_others_does_not_count),
		cmocka_unit_test(the_first_of_equals),
		cmocka_unit_test(a_virtual_function_is_alone),
		cmocka_unit_test(as_many_ports_as_there_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
