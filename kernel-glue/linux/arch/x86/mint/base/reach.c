// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of the machine's addresses a kernel can map.  What it cannot it must leave alone:
 * Linux would not fail, but map something else.
 */
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <mint/image.h>

#include "base/base.h"
#include "base/faults.h"

/* A 32-bit kernel counts pages in 32 bits. */
#define REACH_32	BIT_ULL(32 + PAGE_SHIFT)

static u64 end_for(u32 arch)
{
	if (arch != MINT_IMAGE_X86_32)
		return U64_MAX;
	return (u64)mint_fault_ms("reach", REACH_32 >> 30) << 30;
}

bool mint_reaches(u32 arch, u64 paddr, u64 size)
{
	u64 end = end_for(arch);

	return paddr <= end && size <= end - paddr;
}

/* Addresses of configuration space have 32 bits there (arch/x86/pci/mmconfig_32.c). */
bool mint_reaches_ecam(u32 arch, u64 paddr, u32 bus_end)
{
	u64 end = min_t(u64, end_for(arch), SZ_4G);

	return arch != MINT_IMAGE_X86_32 ||
	       (paddr <= end && (bus_end + 1ULL) << 20 <= end - paddr);
}

void *mint_map(u64 paddr, size_t size)
{
	return mint_reaches(mint_arch(), paddr, size) ?
	       memremap(paddr, size, MEMREMAP_WB) : NULL;
}
