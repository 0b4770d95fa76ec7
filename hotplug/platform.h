/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The integer types of the hand-over and the rules for registers, in the kernel and on
 * a host.  All else they reach through the functions that they are given.
 */
#ifndef MINT_HP_PLATFORM_H
#define MINT_HP_PLATFORM_H

#ifdef __KERNEL__

#include <linux/types.h>

#else /* a host: gcc or clang */

#include <stdbool.h>
#include <stddef.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;

#endif

#endif /* MINT_HP_PLATFORM_H */
