/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The launcher: starting an OS; and what its parts offer each other: the files of a
 * kernel and an initrd, and what a command line may say.
 */
#ifndef MINT_LAUNCH_H
#define MINT_LAUNCH_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <asm/bootparam.h>

/**
 * struct mint_files - what mint_files_read() has read and found good
 * @kernel, @kernel_len: the whole bzImage, bytes
 * @initrd, @initrd_len: NULL and 0 without one
 * @hdr:	setup header of the bzImage
 * @setup_len:	bytes of its real-mode part; the rest is loaded
 */
struct mint_files {
	void *kernel;
	size_t kernel_len;
	void *initrd;
	size_t initrd_len;
	struct setup_header hdr;
	u32 setup_len;
};

/*
 * Reads and checks the files of an OS with @room bytes of memory: a Mint kernel that
 * knows what this machine shares, and that kexec's rules allow here.  0 or -errno
 * with a text.  @f is to be freed in either case.  Process context, sleeps.
 */
int mint_files_read(struct mint_files *f, const char *kernel_path,
		    const char *initrd_path, u64 room,
		    struct netlink_ext_ack *extack);
void mint_files_free(struct mint_files *f);

/*
 * Whether a further OS with the legacy devices @legacy may get that command line: 0 or
 * -EINVAL with a text; see params.h.
 */
int mint_cmdline_check(const char *line, u32 legacy,
		       struct netlink_ext_ack *extack);
/*
 * Further OS, before parameters are parsed: blanks in @command_line, and in
 * boot_command_line, what is refused.
 */
void mint_cmdline_clean(char *command_line);

/*
 * Starts an OS that was created, or has ended.  Process context, sleeps, takes
 * mint_ops_mutex itself; 0 or -errno with an extended-ack text; after an error
 * everything is as it was.
 */
int mint_os_start(const char *name, const char *kernel_path,
		  const char *initrd_path, const char *cmdline,
		  struct netlink_ext_ack *extack);

#endif /* MINT_LAUNCH_H */
