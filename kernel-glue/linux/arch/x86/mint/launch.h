/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the launcher's parts offer each other: the files of a kernel and an initrd.
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
 * Whether kexec_file_load() may load a kernel here (sysctls kexec_load_disabled and
 * kexec_load_limit_reboot, CAP_SYS_BOOT); counts as a load.  Process context.
 */
bool mint_load_permitted(void);

#endif /* MINT_LAUNCH_H */
