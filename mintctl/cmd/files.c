// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a kernel and an initrd, found and named to the kernel.
 */
#include <errno.h>
#include <limits.h>
#include <linux/mint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/files.h"

#define MAX_CMDLINE	2047	/* COMMAND_LINE_SIZE - 1 of Linux on x86 */

bool cmd_files_option(struct cmd_files *f, int c)
{
	switch (c) {
	case 'k':
		f->kernel = optarg;
		return true;
	case 'i':
		f->initrd = optarg;
		return true;
	case 'c':
		f->cmdline = optarg;
		return true;
	default:
		return false;
	}
}

/* The absolute name of a file that can be read; NULL with a message. */
static char *find_file(const char *path)
{
	char *found = realpath(path, NULL);
	struct stat st;

	if (!found || stat(found, &st) || access(found, R_OK)) {
		msg_fail(path, "%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		msg_fail(path, "not a regular file");
	} else {
		return found;
	}
	free(found);
	return NULL;
}

int cmd_files_find(struct cmd_files *f, const char *object)
{
	if (f->cmdline && strlen(f->cmdline) > MAX_CMDLINE)
		return msg_fail(object, "the command line is too long: %zu bytes, at most %u are possible",
				strlen(f->cmdline), MAX_CMDLINE);
	if (f->kernel) {
		f->kernel_path = find_file(f->kernel);
		if (!f->kernel_path)
			return MINTCTL_FAILED;
	}
	if (f->initrd) {
		f->initrd_path = find_file(f->initrd);
		if (!f->initrd_path)
			return MINTCTL_FAILED;
	}
	return MINTCTL_OK;
}

void cmd_files_put(const struct cmd_files *f, struct nl_msg *msg)
{
	if (f->kernel_path)
		nla_put_string(msg, MINT_A_KERNEL_PATH, f->kernel_path);
	if (f->initrd_path)
		nla_put_string(msg, MINT_A_INITRD_PATH, f->initrd_path);
	if (f->cmdline)
		nla_put_string(msg, MINT_A_CMDLINE, f->cmdline);
}

void cmd_files_release(struct cmd_files *f)
{
	free(f->kernel_path);
	free(f->initrd_path);
}
