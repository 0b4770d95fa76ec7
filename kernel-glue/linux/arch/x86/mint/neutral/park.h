/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the park page: the code, tables and stacks that a core uses while
 * it belongs to no kernel.  Byte offsets from MINT_OFF_PARK in the shared area.
 */
#ifndef MINT_PARK_H
#define MINT_PARK_H

/* Code; its first byte is the entry from a kernel. */
#define PARK_CODE		0x0000
#define PARK_CODE_SIZE		0x0c00
/* In it: the entry from a kernel that goes on later, and the one from a 32-bit kernel. */
#define PARK_ASIDE		0x0aa0
#define PARK_GATE32		0x0b00
/* 32-bit words that the code reads. */
#define PARK_CORES_PADDR	0x0c00	/* the core table */
#define PARK_NR_CORES		0x0c04
#define PARK_PML4_PADDR		0x0c08
#define PARK_PML5_PADDR		0x0c0c
#define PARK_GDT_DESC		0x0c12	/* limit, then the base aligned */
#define PARK_IDT_DESC		0x0c22
#define PARK_LOADER_PADDR	0x0c2c	/* entry of the loader */
#define PARK_FAR32		0x0c30	/* PARK_CODE, PARK_CS as a far pointer */
#define PARK_CR4_32		0x0c38	/* the machine's paging mode, and its tables */
#define PARK_CR3_32		0x0c3c
#define PARK_GDT		0x0c40
#define PARK_GDT_SIZE		0x70
#define PARK_IDT		0x1000
#define PARK_PML5		0x2000
#define PARK_PML4		0x3000
#define PARK_PDPT		0x4000
#define PARK_PD			0x5000	/* four of them: 4 GiB */
#define PARK_STACKS		0x10000
#define PARK_STACK_SHIFT	11	/* MINT_MAX_CORES of them */

/* Local APIC in xAPIC mode, where it is after a reset (SDM 11.4.1). */
#define PARK_LAPIC		0xfee00000
/* Its registers (SDM table 11-1), as in <asm/apicdef.h>, which is for C only. */
#define PARK_APIC_VERSION	0x30
#define PARK_APIC_TPR		0x80
#define PARK_APIC_EOI		0xb0
#define PARK_APIC_LDR		0xd0
#define PARK_APIC_SPIV		0xf0
#define PARK_APIC_ISR		0x100
#define PARK_APIC_IRR		0x200
#define PARK_APIC_LVT_CMCI	0x2f0
#define PARK_APIC_LVT_TIMER	0x320
#define PARK_APIC_LVT_THERMAL	0x330
#define PARK_APIC_LVT_PERF	0x340
#define PARK_APIC_LVT_LINT0	0x350
#define PARK_APIC_LVT_LINT1	0x360
#define PARK_APIC_LVT_ERROR	0x370
#define PARK_APIC_TMICT		0x380
#define PARK_LVT_OFF		0x100ff	/* masked */
#define PARK_SPIV_OFF		0x0ff	/* software-disabled */
#define PARK_SPIV_ON		0x1ff

/*
 * As in Linux's own table: an NMI that comes between the two tables finds the same
 * segments by either.
 */
#define PARK_CS			0x10
#define PARK_DS			0x18
#define PARK_CS32		0x60	/* of a 32-bit kernel */
#define PARK_DS32		0x68

/* struct mint_core */
#define PARK_CORE_SHIFT		6
#define PARK_CORE_APIC		0x00
#define PARK_CORE_AGAIN		0x04
#define PARK_CORE_LIFE		0x0c
/* its field life: see <mint/abi.h> */
#define PARK_PARKED		1
#define PARK_STARTING		2
#define PARK_RUNNING		3
#define PARK_ENTERING		4
#define PARK_HELD		5
#define PARK_LOADING		6
#define PARK_AWAY		7
#define PARK_FROZEN		8
#define PARK_CALLED		9
/* Bits of states: the kernel is on the core, or on its way to or from it. */
#define PARK_PRESENT		((1 << PARK_RUNNING) | (1 << PARK_ENTERING) | \
				 (1 << PARK_HELD) | (1 << PARK_LOADING))
/* It wants to be; who is FROZEN as soon as its fence is off, and nobody tells it then. */
#define PARK_WAITS		((1 << PARK_STARTING) | (1 << PARK_AWAY) | \
				 (1 << PARK_FROZEN) | (1 << PARK_CALLED))
#define PARK_MAX_CORES		64

/*
 * The loader's room says whose turn it is: where it is asked, from its entry; the answer,
 * struct turn; and what it says: sleep, load, go on, enter.
 */
#define PARK_LOADER_TURN	0x10
#define PARK_TURN_SEAT		0x00
#define PARK_TURN_TOP		0x08
#define PARK_TURN_ENTRY		0x10
#define PARK_TURN_ARG		0x18
#define PARK_TURN_SIZE		0x20
#define PARK_TURN_NONE		0
#define PARK_TURN_START		1
#define PARK_TURN_BACK		2
#define PARK_TURN_CALL		3
#define PARK_TURN_BACK_CLEAN	4
#define PARK_STATE_MASK		0x0000000f
#define PARK_OWNER_MASK		0x000001f0
#define PARK_OWNER_SHIFT	4
#define PARK_KERNEL_MASK	0x00003e00
#define PARK_KERNEL_OF_OWNER	5	/* bits between the two */
#define PARK_SEQ_MASK		0xffffc000
#define PARK_SEQ_ONE		0x00004000

#ifndef __ASSEMBLY__
#include "neutral/portable.h"

/* park.S: images that are copied, and the way out of this kernel. */
extern const char mint_park_blob[], mint_park_ap[], mint_park_nmi[];
extern const char mint_park_mce[], mint_park_irq[];
extern const char mint_park_fault[], mint_park_fault_code[];
extern const char mint_park_nmi_32[];
extern const char mint_park_blob_end[];
extern const char mint_low_blob[], mint_low_cr4[], mint_low_cr3[];
extern const char mint_low_gdt[], mint_low_target[], mint_low_blob_end[];
void __noreturn mint_park_jump(u64 top_paddr, u64 blob_paddr, u64 core);
/* The same out of a 32-bit kernel (cpu/jump_32.S): @park_paddr is this page. */
void __noreturn mint_park_jump_32(u32 top_paddr, u32 park_paddr, u32 core);
#endif

#endif /* MINT_PARK_H */
