/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of the machine: files under /sys/kernel/mint with one number.
 */
#ifndef MINTCTL_SYSFILE_H
#define MINTCTL_SYSFILE_H

#include <stdint.h>

/* Where they are; tests have another directory. */
extern const char *sysfile_dir;

/* 0 or -errno with a message. */
int sysfile_read(const char *name, uint32_t *value);
int sysfile_write(const char *name, uint32_t value);

#endif /* MINTCTL_SYSFILE_H */
