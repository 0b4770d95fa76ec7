/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the park page: the code, tables and stacks that a core uses while
 * it belongs to no kernel.  Byte offsets from MINT_OFF_PARK in the shared area.
 */
#ifndef MINT_PARK_H
#define MINT_PARK_H

/* Code; at its start two entries of fixed offset. */
#define PARK_CODE		0x0000
#define PARK_CODE_SIZE		0x0800
/* 32-bit words that the code reads. */
#define PARK_CORES_PADDR	0x0800	/* the core table */
#define PARK_NR_CORES		0x0804
#define PARK_PML4_PADDR		0x0808
#define PARK_PML5_PADDR		0x080c
#define PARK_GDT_DESC		0x0812	/* limit, then the base aligned */
#define PARK_IDT_DESC		0x0822
#define PARK_GDT		0x0840
#define PARK_GDT_SIZE		0x18
#define PARK_IDT		0x1000
#define PARK_PML5		0x2000
#define PARK_PML4		0x3000
#define PARK_PDPT		0x4000
#define PARK_PD			0x5000	/* four of them: 4 GiB */
#define PARK_STACKS		0x10000
#define PARK_STACK_SHIFT	10

/* Local APIC: logical destination register. */
#define PARK_LAPIC_LDR		0xfee000d0

#define PARK_CS			0x08
#define PARK_DS			0x10

/* struct mint_core */
#define PARK_CORE_SHIFT		6
#define PARK_CORE_APIC		0x00
#define PARK_CORE_PARK		0x0c
#define PARK_CORE_ENTRY		0x10
#define PARK_CORE_ARG		0x18
#define PARK_CORE_CR3		0x20
/* its field park: MINT_CORE_* */
#define PARK_RUNNING		0
#define PARK_PARKED		1
#define PARK_STARTING		2

#ifndef __ASSEMBLY__
/* park_entry.S: images that are copied, and the way out of this kernel. */
extern const char mint_park_blob[], mint_park_ap[], mint_park_nmi[];
extern const char mint_park_blob_end[];
extern const char mint_low_blob[], mint_low_cr4[], mint_low_cr3[];
extern const char mint_low_gdt[], mint_low_target[], mint_low_blob_end[];
void __noreturn mint_park_jump(u64 top_paddr, u64 blob_paddr, u64 core);
#endif

#endif /* MINT_PARK_H */
