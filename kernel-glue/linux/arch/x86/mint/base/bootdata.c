// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot data: how a further OS learns what is its own, before it touches anything that
 * may belong to somebody else.  A launcher puts it into the list of setup_data.
 */
#include <linux/crc32.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/panic.h>
#include <linux/processor.h>

#include <asm/sections.h>
#include <asm/setup.h>

#include "base/base.h"
#include "base/boot.h"

u64 __init mint_boot_data_find(u32 *len)
{
	u64 paddr = boot_params.hdr.setup_data;
	struct setup_data *sd, hdr;

	while (paddr) {
		sd = early_memremap(paddr, sizeof(*sd));
		hdr = *sd;
		early_memunmap(sd, sizeof(*sd));
		if (hdr.type == MINT_SETUP_DATA) {
			*len = hdr.len;
			return paddr + sizeof(*sd);
		}
		paddr = hdr.next;
	}
	return 0;
}

void mint_boot_data_seal(struct mint_boot_data *b)
{
	b->crc32 = 0;
	b->crc32 = crc32_le(~0, (void *)b, sizeof(*b)) ^ ~0;
}

static bool __init boot_data_ok(struct mint_boot_data *b)
{
	u32 crc = b->crc32;

	mint_boot_data_seal(b);
	return b->magic == MINT_BOOT_MAGIC &&
	       b->revision == MINT_BOOT_REVISION &&
	       b->size_bytes == sizeof(*b) && b->crc32 == crc &&
	       b->os && b->os <= MINT_MAX_OSES &&
	       b->nr_cores && b->nr_cores <= MINT_MAX_CORES &&
	       b->boot_core < min(MINT_SEATS_PER_CORE * b->nr_cores, MINT_MAX_CORES) &&
	       (b->cores & BIT_ULL(b->boot_core)) &&
	       b->nr_root_buses <= MINT_MAX_ROOT_BUSES &&
	       b->irq.nr_chips <= MINT_IRQT_MAX_CHIPS;
}

void __init mint_boot_data_load(u64 paddr, u32 len)
{
	struct mint_boot_data *map;

	if (len == sizeof(*map)) {
		map = early_memremap(paddr, sizeof(*map));
		mint_self.boot = *map;
		early_memunmap(map, sizeof(*map));
	}
	/*
	 * Who does not know what is his has nothing, not even a console: stop
	 * here, before anything was touched.
	 */
	if (len != sizeof(*map) || !boot_data_ok(&mint_self.boot))
		panic("mint: damaged boot data at 0x%llx", paddr);
}

/*
 * Before init_hypervisor_platform(), which is before the direct map is made:
 * the early page fault handler maps what is looked at.
 */
bool mint_boot_data_is_there(void)
{
	u64 paddr = boot_params.hdr.setup_data;
	const struct setup_data *sd;

	for (; paddr; paddr = sd->next) {
		/* A 32-bit kernel has mapped itself and what is below; so is the loader's. */
		if (!IS_ENABLED(CONFIG_X86_64) && paddr > __pa_symbol(_end) - sizeof(*sd))
			return false;
		sd = phys_to_virt(paddr);
		if (sd->type == MINT_SETUP_DATA)
			return true;
	}
	return false;
}
