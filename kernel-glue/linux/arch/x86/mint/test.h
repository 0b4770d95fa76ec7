/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Points at which a test makes an OS wait (test.c); nothing without
 * CONFIG_MINT_TEST.
 */
#ifndef MINT_TEST_H
#define MINT_TEST_H

enum mint_test_point {
	MINT_TEST_PARK,		/* idle task, interrupts off */
	MINT_TEST_ONLINE,	/* this and the next: process context */
	MINT_TEST_HAND_OVER,
	MINT_NR_TEST_POINTS,
};

#ifdef CONFIG_MINT_TEST
void mint_test_point(enum mint_test_point point);
#else
static inline void mint_test_point(enum mint_test_point point) { }
#endif

#endif /* MINT_TEST_H */
