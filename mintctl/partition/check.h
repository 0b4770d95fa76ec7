/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A partition held against the machine, before anything is changed.  Each function returns
 * how many mistakes it found; each was told, with its line.
 */
#ifndef MINTCTL_CHECK_H
#define MINTCTL_CHECK_H

#include "partition/facts.h"

/* Whether it makes sense by itself; says who starts. */
int part_check_alone(struct partition *p, const struct part_facts *f);
/* Whether the files are there. */
int part_check_files(const struct partition *p);
/* Which functions are meant. */
int part_resolve(struct partition *p, const struct part_facts *f);
/* Whether this machine can be so, after part_resolve(). */
int part_check_machine(const struct partition *p, const struct part_facts *f);
/* All of these, in that order. */
int partition_check(struct partition *p, const struct part_facts *f);

/* Whether an image is what the file says; true also if nobody can tell. */
bool part_image_is(const struct part_image *want, const struct part_facts *f);

#endif /* MINTCTL_CHECK_H */
