/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults and delays that the system tests order, see faults.c.  In a kernel without
 * CONFIG_MINT_TEST nothing of it is left.
 */
#ifndef MINT_FAULTS_H
#define MINT_FAULTS_H

#include <linux/types.h>

#ifdef CONFIG_MINT_TEST
/* Waits, if that was ordered for @step; any context. */
void mint_fault_step(const char *step);
/* The same, but only who comes first; sleeps where that may be. */
void mint_fault_once(const char *step);
/* Whether @what shall fail, or be left out, this time; any context. */
bool mint_fault(const char *what);
/*
 * This CPU panics, hangs or takes its time, if that was ordered for @step; interrupts are
 * off.
 */
void mint_fault_die(const char *step);
/* @ms, or what was ordered instead. */
u32 mint_fault_ms(const char *what, u32 ms);
#else
static inline void mint_fault_step(const char *step) { }
static inline void mint_fault_once(const char *step) { }
static inline bool mint_fault(const char *what) { return false; }
static inline void mint_fault_die(const char *step) { }
static inline u32 mint_fault_ms(const char *what, u32 ms) { return ms; }
#endif

#endif /* MINT_FAULTS_H */
