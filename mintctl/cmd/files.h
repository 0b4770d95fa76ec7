/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "os start" and "image load" have in common: a kernel, an initrd and a command
 * line.
 */
#ifndef MINTCTL_FILES_H
#define MINTCTL_FILES_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "net/nl.h"

/**
 * struct cmd_files - what was given
 * @kernel, @initrd, @cmdline: as it was given; NULL: not
 * @kernel_path, @initrd_path: absolute, after cmd_files_find()
 */
struct cmd_files {
	const char *kernel;
	const char *initrd;
	const char *cmdline;
	char *kernel_path;
	char *initrd_path;
};

/* 'k', 'i' or 'c'; whether it is one of these. */
bool cmd_files_option(struct cmd_files *f, int c);
/* Whether what was given can be read; MINTCTL_OK or MINTCTL_FAILED with a message. */
int cmd_files_find(struct cmd_files *f, const char *object);
void cmd_files_put(const struct cmd_files *f, struct nl_msg *msg);
void cmd_files_release(struct cmd_files *f);

/* @flags: OPTION_* */
#define CMD_OPTION_KERNEL(flags) \
	{ "kernel", 'k', flags, "FILE", "@files", \
	  "a bzImage", \
	  "A 64-bit bzImage with Mint in it, usually the one of the running OS.\n" \
	  "It must say that it is a Mint kernel and knows what the OSes of this machine share; any\n" \
	  "other is refused, and so is what kexec would not load here\n" \
	  ".Pq Li kernel.kexec_load_disabled , kernel.kexec_load_limit_reboot , No signatures .\n" }

#define CMD_OPTION_INITRD \
	{ "initrd", 'i', 0, "FILE", "@files", \
	  "its initial RAM disk", \
	  NULL }

#endif /* MINTCTL_FILES_H */
