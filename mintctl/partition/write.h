/* SPDX-License-Identifier: GPL-2.0-only */
/* A partition written down: the file of what is, and parts of it. */
#ifndef MINTCTL_WRITE_H
#define MINTCTL_WRITE_H

#include <stdio.h>

#include "partition/facts.h"

/* "\tkernel = ...", for each that there is. */
void part_write_files(const struct part_files *files, FILE *out);
/*
 * What is, as a partition; 0 or -errno.  @waits: also that OSes which are up are to be so
 * again before it goes on.
 */
int part_write(FILE *out, const struct part_facts *f, bool waits);

#endif /* MINTCTL_WRITE_H */
