/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What flood.c fills memory with, and canary.c looks for.
 */
#ifndef FLOOD_H
#define FLOOD_H

/* Fills the frames of flood.c; canary.c looks for it. */
#define FLOOD_WORD	0x6d696e74d00d5a17UL

#endif /* FLOOD_H */
