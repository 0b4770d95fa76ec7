/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included by kernel_info.S, between kernel_info_var_len_data and kernel_info_end:
 * struct mint_image of <mint/image.h>.
 */
#ifdef CONFIG_MINT
#include <mint/image.h>

	.long	MINT_IMAGE_MAGIC
	.long	MINT_IMAGE_SIZE
	.long	-(MINT_IMAGE_MAGIC + MINT_IMAGE_SIZE + MINT_IMAGE_X86_64 + \
		  MINT_IMAGE_SHM_MIN + MINT_IMAGE_SHM_MAX + \
		  MINT_IMAGE_BOOT_MIN + MINT_IMAGE_BOOT_MAX + \
		  MINT_IMAGE_IRQT_MIN + MINT_IMAGE_IRQT_MAX)
	.long	MINT_IMAGE_X86_64
	.long	MINT_IMAGE_SHM_MIN
	.long	MINT_IMAGE_SHM_MAX
	.long	MINT_IMAGE_BOOT_MIN
	.long	MINT_IMAGE_BOOT_MAX
	.long	MINT_IMAGE_IRQT_MIN
	.long	MINT_IMAGE_IRQT_MAX
	.long	0
	.long	0
#endif
