/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which modules would take a device.
 */
#ifndef MINTCTL_MODULES_H
#define MINTCTL_MODULES_H

#include <stddef.h>

#include "model/model.h"

/* "pci:v00008086d000010D3..." */
const char *format_modalias(const struct dev_info *dev, char *buf, size_t size);
/*
 * The names of the modules in @dir (/lib/modules/RELEASE) that match, loadable and
 * built in, separated by blanks.  How many, or -errno when @dir tells nothing.
 */
int modules_for(const struct dev_info *dev, const char *dir, char *buf, size_t size);

#endif /* MINTCTL_MODULES_H */
