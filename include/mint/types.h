/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Fixed-width integer types for code that is compiled into the kernel, into
 * mintctl and into host programs alike.
 */
#ifndef MINT_TYPES_H
#define MINT_TYPES_H

#include <linux/types.h>

#endif /* MINT_TYPES_H */
