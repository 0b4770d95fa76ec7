/* SPDX-License-Identifier: GPL-2.0-only */
/* The linked loader, as data. */
#include <linux/linkage.h>

	.section .rodata, "a"
	.balign 16
SYM_DATA_START(mint_loader_blob)
	.incbin "arch/x86/mint/loader/loader.bin"
SYM_INNER_LABEL(mint_loader_blob_end, SYM_L_GLOBAL)
SYM_DATA_END(mint_loader_blob)
