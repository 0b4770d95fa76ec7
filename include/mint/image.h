/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * How the file of a kernel says that it is a Mint kernel, and which: a marker that
 * a launcher finds before it starts anything.
 *
 * It is a chunk of variable size data in the kernel_info of the x86 boot protocol
 * (2.15, Documentation/arch/x86/boot.rst), which is in the part of a bzImage that
 * is not compressed: setup_header.kernel_info_offset leads to kernel_info, behind
 * whose fixed part the chunks follow each other, each with its magic and its size.
 * A kernel without such a chunk knows nothing of other OSes and would take the
 * whole machine.
 *
 * Assembly includes this, too: the constants are plain numbers.
 */
#ifndef MINT_IMAGE_H
#define MINT_IMAGE_H

#define MINT_IMAGE_MAGIC	0x544e494d	/* "MINT" in the file */
#define MINT_IMAGE_SIZE		48		/* bytes; later ones may be larger */

/*
 * Revisions of what OSes share, from the oldest to the newest that this source
 * works with: MINT_SHM_REVISION, MINT_BOOT_REVISION, MINT_IRQT_REVISION.
 */
#define MINT_IMAGE_SHM_MIN	10
#define MINT_IMAGE_SHM_MAX	10
#define MINT_IMAGE_BOOT_MIN	3
#define MINT_IMAGE_BOOT_MAX	3
#define MINT_IMAGE_IRQT_MIN	1
#define MINT_IMAGE_IRQT_MAX	1

/* mint_image.arch: how the kernel is entered. */
#define MINT_IMAGE_X86_64	1	/* at load address + 0x200, in 64-bit mode */
#define MINT_IMAGE_X86_32	2	/* at load address, in 32-bit mode, without paging */

#ifndef __ASSEMBLY__

#include <mint/types.h>

/**
 * struct mint_image - the marker; all fields little endian
 * @magic:	MINT_IMAGE_MAGIC
 * @size_bytes:	size of the marker, a multiple of 4, at least MINT_IMAGE_SIZE
 * @checksum:	makes the sum of all its 32-bit words 0, modulo 2^32
 * @arch:	MINT_IMAGE_X86_64, MINT_IMAGE_X86_32
 * @shm_min, @shm_max: revisions of the shared area that it knows
 * @boot_min, @boot_max: of boot data
 * @irqt_min, @irqt_max: of the interrupt table
 * @features:	reserved, 0
 * @below_mib:	kernel and initrd lie below that physical address, MiB; 0: anywhere
 */
struct mint_image {
	__u32 magic;
	__u32 size_bytes;
	__u32 checksum;
	__u32 arch;
	__u32 shm_min;
	__u32 shm_max;
	__u32 boot_min;
	__u32 boot_max;
	__u32 irqt_min;
	__u32 irqt_max;
	__u32 features;
	__u32 below_mib;
};

#endif /* __ASSEMBLY__ */

#endif /* MINT_IMAGE_H */
