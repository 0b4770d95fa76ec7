/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PCI functions that a kernel has, with the flags that Mint would give them: its
 * pci/census.c has the same rules.
 */
#ifndef MINTCTL_CENSUS_H
#define MINTCTL_CENSUS_H

#include "doctor/tree.h"
#include "model/model.h"

/**
 * struct census_more - what a model does not have of a function
 * @irq:	the number that its kernel has for its interrupt, which is the first of
 *		its MSIs while it uses these; 0: none
 * @is_virtual:	of SR-IOV
 */
struct census_more {
	uint32_t irq;
	bool is_virtual;
};

/**
 * struct census - what was found
 * @m:		devs and nr_devs: those of segment 0, in order
 * @more:	of each
 * @elsewhere:	how many there are in other segments
 * @cut:	somebody who is not root saw no capabilities
 * @failed:	out of memory
 */
struct census {
	struct model m;
	struct census_more *more;
	unsigned int elsewhere;
	bool cut;
	bool failed;
};

void census_read(struct census *c, struct tree *t);
void census_free(struct census *c);

/* Neither a bridge nor of the chipset, nor an IDE controller at the fixed ports. */
bool census_may_move(const struct dev_info *dev);
bool census_is_fixed_ide(const struct dev_info *dev);

#endif /* MINTCTL_CENSUS_H */
