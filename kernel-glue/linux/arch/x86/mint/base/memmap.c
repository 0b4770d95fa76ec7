// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the OS with the firmware was told of its memory, for its next life: the map that
 * the boot loader gave, without what was set aside for others.
 */
#include <linux/efi.h>
#include <linux/init.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <asm/e820/api.h>
#include <asm/setup.h>

#include "base/base.h"
#include "base/boot.h"
#include "neutral/memmap.h"
#include "neutral/shared.h"

/* Private: what is published is this, and never what somebody may have made of it. */
static struct mint_memory_map map;

/* Below are the firmware's tables, real mode, DMA of old devices. */
#define MAIN_MIN_PADDR		SZ_16M
/* Where it fits, so that a kernel that is not relocated much finds memory it knows. */
#define MAIN_MAX_PADDR		SZ_4G

static void __init set_aside(struct e820_table *t)
{
	const struct mint_range *pool;
	unsigned int i, nr;
	u32 base, size;

	pool = mint_boot_pool(&nr);
	for (i = 0; i < nr; i++)
		e820__range_update_table(t, pool[i].base_paddr, pool[i].size_bytes,
					 E820_TYPE_RAM, E820_TYPE_RESERVED);
	for (i = 0; mint_low_place(i, &base, &size); i++)
		e820__range_update_table(t, base, size, E820_TYPE_RAM,
					 E820_TYPE_RESERVED);
	e820__update_table(t);
}

/* The part of an entry in which a kernel may be put. */
static struct mint_range __init usable(const struct e820_entry *e)
{
	u64 base = max_t(u64, ALIGN(e->addr, SZ_2M), MAIN_MIN_PADDR);
	u64 end = ALIGN_DOWN(e->addr + e->size, SZ_2M);

	if (e->type != E820_TYPE_RAM || end <= base)
		return (struct mint_range){ };
	return (struct mint_range){ base, end - base };
}

static bool __init is_better(const struct mint_range *r)
{
	bool low = r->base_paddr < MAIN_MAX_PADDR;
	bool low_so_far = map.main.base_paddr < MAIN_MAX_PADDR;

	if (!map.main.size_bytes || low != low_so_far)
		return !map.main.size_bytes || low;
	return r->size_bytes > map.main.size_bytes;
}

static void __init note_entry(const struct e820_entry *e)
{
	struct mint_range part = usable(e);

	map.entry[map.nr_entries++] = (struct mint_map_entry){
		.base_paddr = e->addr,
		.size_bytes = e->size,
		.type = e->type,
	};
	if (part.size_bytes && is_better(&part))
		map.main = part;
}

static u64 __init find_rsdp(void)
{
	if (boot_params.acpi_rsdp_addr)
		return boot_params.acpi_rsdp_addr;
	if (!IS_ENABLED(CONFIG_EFI))
		return 0;
	if (efi.acpi20 != EFI_INVALID_TABLE_ADDR)
		return efi.acpi20;
	return efi.acpi != EFI_INVALID_TABLE_ADDR ? efi.acpi : 0;
}

void __init mint_map_note(void)
{
	static struct e820_table t __initdata;
	u32 i;

	memcpy(&t, e820_table_firmware, sizeof(t));
	/* A former life of this OS has done that, and the loader was told so. */
	if (!mint_self.joined)
		set_aside(&t);
	if (t.nr_entries > MINT_MAX_MAP_ENTRIES) {
		pr_info("this OS ends for good when it ends beside others: its memory map has %u entries\n",
			t.nr_entries);
		return;
	}
	for (i = 0; i < t.nr_entries; i++)
		note_entry(&t.entries[i]);
	map.os = mint_self.os;
	map.rsdp_paddr = find_rsdp();
	map.sum = mint_map_sum(&map);
}

void mint_map_publish(void)
{
	memcpy(mint_shared_map(), &map, sizeof(map));
}

const struct mint_range *mint_map_main(void)
{
	return &map.main;
}

bool mint_map_copy(u32 os, struct mint_memory_map *to)
{
	struct mint_range pool[MINT_MAX_POOL_RANGES];

	mint_shared_copy(to, mint_shared_map(), sizeof(*to));
	mint_shared_copy(pool, mint_hdr()->pool, sizeof(pool));
	return mint_map_ok(to, pool, os);
}
