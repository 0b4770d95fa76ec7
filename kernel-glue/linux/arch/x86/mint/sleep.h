/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files offer that know what a sleep of the machine (S3) takes away.  All
 * of it: first OS, nobody else exists.
 */
#ifndef MINT_SLEEP_H
#define MINT_SLEEP_H

/* ecam.c: before it and after it; one CPU, interrupts off. */
void mint_ecam_sleep(void);
void mint_ecam_wake(void);

#endif /* MINT_SLEEP_H */
