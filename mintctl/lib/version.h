/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The version of mintctl and the agent, which belong together.
 */
#ifndef MINTCTL_VERSION_H
#define MINTCTL_VERSION_H

#define MINT_VERSION	"0.1"

#endif /* MINTCTL_VERSION_H */
