// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel is told about its machine, by the 64-bit or 32-bit boot protocol
 * (Documentation/arch/x86/boot.rst): boot_params, the command line, setup_data, and page
 * tables for the way into it.
 */
#include <asm/bootparam.h>

#include "internal.h"

#define E820_RAM		1
#define E820_RESERVED		2
#define TYPE_RNG_SEED		9	/* SETUP_RNG_SEED */
#define PTE_TABLE		0x3ull	/* present, writable */
#define PTE_LARGE		0x83ull	/* ... 2 MiB */
#define PTE_ADDR		0x000ffffffffff000ull
#define GIB			((u64)1 << 30)

/* ---- boot_params ------------------------------------------------------------ */

static void add_range(struct boot_params *bp, u64 base, u64 size, u32 type)
{
	struct boot_e820_entry *e = &bp->e820_table[bp->e820_entries];

	if (!size)
		return;
	e->addr = base;
	e->size = size;
	e->type = type;
	bp->e820_entries++;
}

static void add_ram(struct boot_params *bp, const struct mint_range *r)
{
	add_range(bp, r->base_paddr, r->size_bytes, E820_RAM);
}

MINT_ASSERT(MINT_MAX_MAP_ENTRIES <= E820_MAX_ENTRIES_ZEROPAGE);

static void add_map(struct boot_params *bp, const struct mint_memory_map *m)
{
	u32 i;

	for (i = 0; i < m->nr_entries; i++)
		add_range(bp, m->entry[i].base_paddr, m->entry[i].size_bytes,
			  m->entry[i].type);
	bp->acpi_rsdp_addr = m->rsdp_paddr;
}

/* What a loader says there; of what the file says about that nothing goes on. */
static void fill_header(const struct load *l, struct boot_params *bp)
{
	u64 base = l->order.main.base_paddr;

	memcpy(&bp->hdr, l->image.hdr,
	       min((u64)l->image.hdr_bytes, (u64)sizeof(bp->hdr)));
	bp->hdr.ram_size = 0;
	bp->hdr.root_dev = 0;
	bp->hdr.vid_mode = 0;
	bp->hdr.ext_loader_ver = 0;
	bp->hdr.ext_loader_type = 0;
	bp->hdr.hardware_subarch = 0;
	bp->hdr.hardware_subarch_data = 0;
	bp->hdr.loadflags = LOADED_HIGH;
	bp->hdr.type_of_loader = 0xff;
	bp->hdr.code32_start = l->where.kernel_paddr;
	bp->hdr.setup_data = base + LAYOUT_SETUP_DATA;
	bp->hdr.cmd_line_ptr = base + LAYOUT_CMDLINE;
	bp->ext_cmd_line_ptr = (base + LAYOUT_CMDLINE) >> 32;
	bp->hdr.ramdisk_image = 0;
	bp->hdr.ramdisk_size = 0;
	if (!l->image.initrd_bytes)
		return;
	bp->hdr.ramdisk_image = l->where.initrd_paddr;
	bp->ext_ramdisk_image = l->where.initrd_paddr >> 32;
	bp->hdr.ramdisk_size = l->image.initrd_bytes;
	bp->ext_ramdisk_size = l->image.initrd_bytes >> 32;
}

/* The memory that the OS has, and nothing else. */
static void fill_boot_params(const struct load *l, struct boot_params *bp)
{
	const struct mint_order *o = &l->order;

	fill_header(l, bp);
	memcpy(&bp->screen_info, o->screen,
	       min(sizeof(bp->screen_info), sizeof(o->screen)));
	if (load_has_firmware(l)) {
		add_map(bp, &l->map);
		return;
	}
	/* For the way in of further cores only; see platform.c. */
	add_range(bp, o->low.base_paddr, o->low.size_bytes, E820_RESERVED);
	add_ram(bp, &o->dma);
	add_ram(bp, &o->main);
}

/* ---- the command line ----------------------------------------------------------- */

static u32 put_text(u8 *line, u32 at, const char *text, u32 bytes)
{
	u32 i;

	for (i = 0; i < bytes && text[i] && at + 1 < MINT_CMDLINE_SIZE; i++)
		line[at++] = text[i];
	return at;
}

/* That of the image in the middle; too long a line is refused before there is an order. */
static void fill_cmdline(const struct load *l, u8 *line)
{
	const struct mint_order *o = &l->order;
	const char *of_image = l->image.cmdline;
	u32 at = put_text(line, 0, o->cmdline, o->cmdline_at);

	at = put_text(line, at, of_image, MINT_CMDLINE_SIZE);
	at = put_text(line, at, " ", *of_image ? 1 : 0);
	at = put_text(line, at, o->cmdline + o->cmdline_at,
		      MINT_CMDLINE_SIZE - o->cmdline_at);
	line[at] = '\0';
}

/* ---- setup_data: boot data, then a seed for the random number generator -------- */

static void fill_setup_data(struct load *l, u8 *first)
{
	const struct mint_order *o = &l->order;
	u32 rng = LAYOUT_SETUP_DATA +
		  ALIGN((u32)(sizeof(struct setup_data) + sizeof(o->boot)), 16u);
	struct setup_data *node = (void *)(first + LAYOUT_SETUP_DATA);

	node->next = o->main.base_paddr + rng;
	node->type = MINT_SETUP_DATA;
	node->len = sizeof(o->boot);
	memcpy(node->data, &o->boot, sizeof(o->boot));

	node = (void *)(first + rng);
	node->next = 0;
	node->type = TYPE_RNG_SEED;
	node->len = MINT_SEED_BYTES;
	memcpy(node->data, o->seed, MINT_SEED_BYTES);
	/* Used once. */
	memset(l->order.seed, 0, MINT_SEED_BYTES);
	memset(load_launch(l)->order.seed, 0, MINT_SEED_BYTES);
}

/* ---- page tables for the way into the kernel ----------------------------------- */

struct tables {
	u8 *first;		/* the first table */
	u64 paddr;		/* where that lies */
	u32 used;
};

static u64 *table_at(const struct tables *t, u32 nr)
{
	return (u64 *)(t->first + nr * 0x1000u);
}

static u64 *next_table(struct tables *t, u64 *entry)
{
	if (*entry & 1)
		return table_at(t, ((*entry & PTE_ADDR) - t->paddr) >> 12);
	if (t->used == LAYOUT_NR_TABLES)
		return NULL;
	*entry = (t->paddr + t->used * 0x1000u) | PTE_TABLE;
	return table_at(t, t->used++);
}

/* Maps the GiB around @paddr one to one, with 2 MiB pages. */
static bool map_gib(struct tables *t, u64 paddr, bool la57)
{
	u64 *table = table_at(t, 0);
	u32 i;

	paddr &= ~(GIB - 1);
	if (la57)
		table = next_table(t, &table[paddr >> 48 & 511]);
	if (table)
		table = next_table(t, &table[paddr >> 39 & 511]);
	if (table)
		table = next_table(t, &table[paddr >> 30 & 511]);
	for (i = 0; table && i < 512; i++)
		table[i] = (paddr + (u64)i * SZ_2M) | PTE_LARGE;
	return table;
}

/*
 * One to one: the first 4 GiB (the loader is there), the start of the main range, and
 * the end of the kernel; its own start-up code maps the rest as it needs it.
 */
static bool fill_tables(const struct load *l, u8 *first)
{
	struct tables t = {
		.first = first + LAYOUT_TABLES,
		.paddr = l->order.main.base_paddr + LAYOUT_TABLES,
		.used = 1,
	};
	bool ok = true;
	u64 gib;

	for (gib = 0; gib < 4; gib++)
		ok = ok && map_gib(&t, gib * GIB, l->la57);
	ok = ok && map_gib(&t, l->order.main.base_paddr, l->la57);
	return ok && map_gib(&t, l->where.kernel_paddr + l->image.need_bytes,
			     l->la57);
}

u32 load_describe(struct load *l)
{
	u64 base = l->order.main.base_paddr;
	u8 *first = load_reach(l, base, LAYOUT_TABLES_END);

	if (!first)
		return MINT_LOAD_BAD_MEMORY;
	memset(first, 0, LAYOUT_TABLES_END);
	fill_boot_params(l, (struct boot_params *)first);
	fill_cmdline(l, first + LAYOUT_CMDLINE);
	fill_setup_data(l, first);
	/* A 32-bit kernel is entered without any. */
	if (l->image.arch == MINT_IMAGE_X86_64) {
		if (!fill_tables(l, first))
			return MINT_LOAD_BAD_MEMORY;
		l->cr3 = base + LAYOUT_TABLES;
	}
	l->boot_params = base;
	l->entry = l->where.kernel_paddr + l->image.entry_off;
	return 0;
}
