/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loader as others know it: data of the kernel that carries it, code of the shared
 * area where it is copied to, at MINT_OFF_LOADER.
 */
#ifndef MINT_LOADER_H
#define MINT_LOADER_H

/*
 * Its first byte is the entry: EDI = machine core number, long mode, page tables of
 * the park page, interrupts off; the core is LOADING, for the OS that owns it.
 */
#define LOADER_ENTRY		0
/* Whose turn it is on a core that two OSes have: see turn.c, and neutral/park.S. */
#define LOADER_TURN		0x10

/* <mint/abi.h> for entry.S: the shared area, struct mint_os and struct mint_core. */
#define LOADER_OFF_CORES	0x00002000
#define LOADER_OFF_OSES		0x00004000
#define LOADER_OFF_PARK		0x00010000
#define LOADER_OFF_LOADER	0x000a0000
#define LOADER_OFF_WORK		0x00f00000
#define LOADER_MAX_OSES		16
#define LOADER_OS_SHIFT		9
#define LOADER_OS_BOOT_CORE	0x2c
#define LOADER_CORE_SHIFT	6
#define LOADER_CORE_LIFE	0x0c
#define LOADER_WORK_SHIFT	15

/* Segments of the 32-bit boot protocol: __BOOT_CS, __BOOT_DS. */
#define LOADER_CS32		0x10
#define LOADER_DS32		0x18

/* The work area of an OS, byte offsets. */
#define LOADER_PML5		0x0000
#define LOADER_PML4		0x1000
#define LOADER_PDPT		0x2000
#define LOADER_PD		0x3000
#define LOADER_STATE		0x4000	/* struct load */
#define LOADER_STACK		0x6800
#define LOADER_STACK_END	0x8000

#ifndef __ASSEMBLY__
extern const char mint_loader_blob[], mint_loader_blob_end[];
#endif

#endif /* MINT_LOADER_H */
