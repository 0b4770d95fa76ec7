/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINTCTL_VERSION_H
#define MINTCTL_VERSION_H

#define MINT_VERSION	"0.1"

#endif /* MINTCTL_VERSION_H */
