/* SPDX-License-Identifier: GPL-2.0-only */
/* A kernel as it will lie in memory, made from the file that was read. */
#ifndef MINT_UNPACK_H
#define MINT_UNPACK_H

#include <linux/netlink.h>
#include <linux/types.h>

struct mint_files;

#define MINT_KERNEL_PARTS	16

/**
 * struct mint_kernel - a kernel, in parts
 * @elf:	what was unpacked; NULL: it is packed as the file has it
 * @bytes:	from its start to the end of its last part, a multiple of 8
 * @entry_off:	64-bit entry, bytes from its start
 * @nr_parts:	entries in @part
 * @part:	where each goes, bytes from the start; what is between them is zero
 */
struct mint_kernel {
	void *elf;
	u64 bytes;
	u64 entry_off;
	unsigned int nr_parts;
	struct {
		u64 off;
		const void *from;
		u64 bytes;
	} part[MINT_KERNEL_PARTS];
};

/*
 * Unpacks the kernel of @f, which has been checked, if it knows how it is packed; if not,
 * it stays as it is and unpacks itself when it is entered.  0 or -errno with a text; @k is
 * to be freed in either case.  Process context, sleeps.
 */
int mint_kernel_unpack(const struct mint_files *f, struct mint_kernel *k,
		       struct netlink_ext_ack *extack);
void mint_kernel_free(struct mint_kernel *k);

#endif /* MINT_UNPACK_H */
