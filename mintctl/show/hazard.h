/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a PCI function may do, or keep, when it leaves an OS or its OS ends: whether it
 * can be reset, and whether it can reset the machine.
 */
#ifndef MINTCTL_HAZARD_H
#define MINTCTL_HAZARD_H

#include <stdio.h>

#include "model/model.h"

/* "flr", "pm", "bus" (with all that is on its bus), "none" */
const char *hazard_reset(const struct model *m, const struct dev_info *dev);
/* Both as lines of "dev show". */
void hazard_show(const struct model *m, const struct dev_info *dev, FILE *out);
/* On stderr, after @dev has come to another OS. */
void hazard_warn_moved(const struct model *m, const struct dev_info *dev);
/*
 * On stderr, after an OS was destroyed that had functions: of @before, those of
 * @owner; @after: how they are now.
 */
void hazard_warn_destroyed(const struct model *before, uint32_t owner,
			   const struct model *after);

#endif /* MINTCTL_HAZARD_H */
