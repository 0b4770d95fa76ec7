/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included by kernel_info.S, between kernel_info_var_len_data and kernel_info_end:
 * struct mint_image of <mint/image.h>.
 */
#ifdef CONFIG_MINT
#include <mint/image.h>

#ifdef CONFIG_X86_64
#define INFO_ARCH	MINT_IMAGE_X86_64
#define INFO_BELOW	0
#else
#define INFO_ARCH	MINT_IMAGE_X86_32
/*
 * Where its direct map ends: the upper part of its addresses, but for what vmalloc() and
 * fixed mappings take of that.  And its first page tables map 1 GiB one to one.
 */
#define DIRECT_MAP_END	(4096 - CONFIG_PAGE_OFFSET / 0x100000 - 160)
#if DIRECT_MAP_END < 1024
#define INFO_BELOW	DIRECT_MAP_END
#else
#define INFO_BELOW	1024
#endif
#endif

	.long	MINT_IMAGE_MAGIC
	.long	MINT_IMAGE_SIZE
	.long	-(MINT_IMAGE_MAGIC + MINT_IMAGE_SIZE + INFO_ARCH + INFO_BELOW + \
		  MINT_IMAGE_SHM_MIN + MINT_IMAGE_SHM_MAX + \
		  MINT_IMAGE_BOOT_MIN + MINT_IMAGE_BOOT_MAX + \
		  MINT_IMAGE_IRQT_MIN + MINT_IMAGE_IRQT_MAX)
	.long	INFO_ARCH
	.long	MINT_IMAGE_SHM_MIN
	.long	MINT_IMAGE_SHM_MAX
	.long	MINT_IMAGE_BOOT_MIN
	.long	MINT_IMAGE_BOOT_MAX
	.long	MINT_IMAGE_IRQT_MIN
	.long	MINT_IMAGE_IRQT_MAX
	.long	0
	.long	INFO_BELOW
#endif
