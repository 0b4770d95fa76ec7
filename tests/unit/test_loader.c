// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loader, the same source as in the shared area, on a machine that is an array: what
 * it puts where, what it refuses, that it ends, and that it writes nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <asm/bootparam.h>

#include "loader/internal.h"
#include "neutral/sum.h"

#define SHM_PADDR	0xbf000000u
/* What there is above 4 GiB: the memory of os2, somebody else's, and an image. */
#define HIGH_PADDR	0x100000000ull
#define MAIN_BYTES	(48ull << 20)
#define OTHER_PADDR	(HIGH_PADDR + MAIN_BYTES)
#define OTHER_BYTES	(2ull << 20)
#define IMAGE_PADDR	(OTHER_PADDR + OTHER_BYTES)
#define IMAGE_BYTES	(8ull << 20)
#define HIGH_BYTES	(MAIN_BYTES + OTHER_BYTES + IMAGE_BYTES)
#define DMA_PADDR	0xb0000000u

#define OS		2u
#define GENERATION	5u
#define BOOT_CORE	2u
#define IMAGE		3u
#define SERIAL		9u
#define KERNEL_BYTES	(3ull << 20)
#define INITRD_BYTES	((2ull << 20) + 4321)

static u8 *shm, *shm_before, *high, *high_before;
static struct load load;

/* What happens while it works: called at each look at the clock or at memory. */
static void (*meanwhile)(unsigned int step);
static unsigned int step;
static u64 clock_now;

static void time_passes(void)
{
	clock_now += 1000;
	step++;
	if (meanwhile)
		meanwhile(step);
}

/* ---- the machine, as the loader sees it ----------------------------------------- */

const void *load_see(struct load *l, u64 paddr)
{
	(void)l;
	time_passes();
	assert_true(paddr >= HIGH_PADDR && paddr < HIGH_PADDR + HIGH_BYTES);
	return high + (paddr - HIGH_PADDR);
}

void *load_reach(struct load *l, u64 paddr, u64 bytes)
{
	assert_true(bytes <= LOAD_WINDOW);
	if (!load_may_write(l, paddr, bytes))
		return NULL;
	assert_true(paddr >= HIGH_PADDR && paddr + bytes <= HIGH_PADDR + HIGH_BYTES);
	return high + (paddr - HIGH_PADDR);
}

void load_use_tables(struct load *l, const u8 *area)
{
	(void)l;
	(void)area;
}

u64 load_tsc(void)
{
	time_passes();
	return clock_now;
}

void load_relax(void)
{
	clock_now += 100000000;
	time_passes();
}

/* ---- a start that is in order ------------------------------------------------------ */

static struct mint_order *order(void)
{
	return &load_launch(&load)->order;
}

static struct mint_image_record *image(void)
{
	return load_image(&load, IMAGE);
}

static void sum_order(void)
{
	order()->sum = mint_sum_of(order(), offsetof(struct mint_order, sum));
}

static void sum_image(void)
{
	image()->sum = mint_sum_of(&image()->kind, offsetof(struct mint_image_record, sum) -
						   offsetof(struct mint_image_record, kind));
}

static void make_header(void)
{
	struct mint_header *hdr = (struct mint_header *)shm;

	hdr->base_paddr = SHM_PADDR;
	hdr->pool[0] = (struct mint_range){ DMA_PADDR, SHM_PADDR + MINT_SHM_SIZE - DMA_PADDR };
	hdr->pool[1] = (struct mint_range){ HIGH_PADDR, HIGH_BYTES };
}

static void make_oses(void)
{
	struct mint_os *os = load_os(&load, OS), *other = load_os(&load, 3);
	u32 i;

	os->state = MINT_OS_STARTING;
	os->generation = GENERATION;
	os->boot_core = BOOT_CORE;
	os->main = (struct mint_range){ HIGH_PADDR, MAIN_BYTES };
	os->dma = (struct mint_range){ DMA_PADDR, 64u << 20 };
	os->low = (struct mint_range){ 0x20000, MINT_LOW_WINDOW_SIZE };
	other->state = MINT_OS_UP;
	other->main = (struct mint_range){ OTHER_PADDR, OTHER_BYTES };
	for (i = 0; i < 4; i++)
		load_core(&load, i)->life =
			i == BOOT_CORE ? MINT_CORE_WORD(MINT_CORE_LOADING, OS, OS, 1) :
			i == 3 ? MINT_CORE_WORD(MINT_CORE_PARKED, OS, 0, 1) :
				 MINT_CORE_WORD(MINT_CORE_RUNNING, 1, 1, 1);
}

static void make_image(void)
{
	struct mint_image_record *m = image();
	struct setup_header hdr = { .version = 0x20f, .cmdline_size = 2047,
				    .ramdisk_image = 0xbad, .loadflags = 0xff };
	u8 *initrd;
	u64 i;

	m->state = MINT_IMG_READY;
	m->kind = MINT_IMG_KERNEL;
	m->arch = MINT_IMAGE_X86_64;
	m->serial = SERIAL;
	m->mem = (struct mint_range){ IMAGE_PADDR, IMAGE_BYTES };
	m->kernel_bytes = KERNEL_BYTES;
	m->initrd_bytes = INITRD_BYTES;
	m->entry_off = 0x40;
	m->need_bytes = 4 << 20;
	m->align = 2 << 20;
	m->hdr_bytes = sizeof(hdr);
	memcpy(m->hdr, &hdr, sizeof(hdr));
	for (i = 0; i < IMAGE_BYTES / 8; i++)
		((u64 *)(high + (IMAGE_PADDR - HIGH_PADDR)))[i] = i * 0x9e3779b97f4a7c15ull;
	initrd = high + (IMAGE_PADDR - HIGH_PADDR) + mint_initrd_off(m);
	memset(initrd + INITRD_BYTES, 0, ALIGN(INITRD_BYTES, 8ull) - INITRD_BYTES);
	m->kernel_sum = mint_sum_of(high + (IMAGE_PADDR - HIGH_PADDR), KERNEL_BYTES);
	m->initrd_sum = mint_sum_of(initrd, ALIGN(INITRD_BYTES, 8ull));
	sum_image();
}

static void make_order(void)
{
	struct mint_order *o = order();

	o->kind = MINT_ORDER_START;
	o->os = OS;
	o->generation = GENERATION;
	o->image = IMAGE;
	o->image_serial = SERIAL;
	o->main = load_os(&load, OS)->main;
	o->dma = load_os(&load, OS)->dma;
	o->low = load_os(&load, OS)->low;
	o->boot.os = OS;
	o->boot.boot_core = BOOT_CORE;
	o->boot.nr_cores = 4;
	o->boot.tsc_khz = 1000000;
	strcpy(o->cmdline, "mint.name=os2 quiet");
	o->cmdline_at = strlen("mint.name=os2 ");
	memset(o->screen, 0x5c, sizeof(o->screen));
	memset(o->seed, 0x77, sizeof(o->seed));
	sum_order();
}

static int set_up(void **state)
{
	(void)state;
	meanwhile = NULL;
	step = 0;
	clock_now = 1000000;
	memset(shm, 0, MINT_SHM_SIZE);
	memset(high, 0xee, HIGH_BYTES);
	memset(&load, 0, sizeof(load));
	load.shm = shm;
	load.core = BOOT_CORE;
	load.os = OS;
	make_header();
	make_oses();
	make_image();
	make_order();
	return 0;
}

static void remember(void)
{
	memcpy(shm_before, shm, MINT_SHM_SIZE);
	memcpy(high_before, high, HIGH_BYTES);
}

/* ---- what it may write ---------------------------------------------------------------- */

/* Puts back in what was remembered what it may have changed in the table. */
static void allow(const void *field, u64 bytes)
{
	u64 off = (const u8 *)field - shm;

	memcpy(shm_before + off, shm + off, bytes);
}

static void check_writes(void)
{
	struct mint_os *os = load_os(&load, OS);
	struct mint_launch *launch = load_launch(&load);

	allow(&os->state, sizeof(os->state));
	allow(&os->reason, sizeof(os->reason));
	allow(&os->end_tsc, sizeof(os->end_tsc));
	allow(&launch->status, sizeof(launch->status));
	allow(launch->stamp, sizeof(launch->stamp));
	allow(launch->order.seed, sizeof(launch->order.seed));
	allow(&load_core(&load, BOOT_CORE)->life, sizeof(u32));
	assert_memory_equal(shm, shm_before, MINT_SHM_SIZE);
	assert_memory_equal(high + MAIN_BYTES, high_before + MAIN_BYTES,
			    HIGH_BYTES - MAIN_BYTES);
}

static bool run(void)
{
	bool entered = load_run(&load);

	check_writes();
	return entered;
}

static void gives_up(u32 why)
{
	const struct mint_os *os = load_os(&load, OS);

	assert_false(run());
	assert_int_equal(load_launch(&load)->status, why);
	/* The core is still in the loader: the park page says the rest. */
	assert_int_equal(MINT_CORE_STATE(load_core(&load, BOOT_CORE)->life), MINT_CORE_LOADING);
	if (why == MINT_LOAD_FENCED) {
		assert_int_equal(os->state, MINT_OS_STARTING);
		return;
	}
	assert_int_equal(os->state, MINT_OS_ENDED);
	assert_int_equal(os->reason, MINT_END_NOT_LOADED);
}

/* ---- a good one ------------------------------------------------------------------------- */

/* Where @paddr is mapped to by the tables at @cr3, which lie in the main range. */
static u64 walk(u64 cr3, u64 vaddr, bool la57)
{
	u64 table = cr3, entry;
	int shift;

	for (shift = la57 ? 48 : 39; ; shift -= 9) {
		assert_true(table >= HIGH_PADDR && table < HIGH_PADDR + MAIN_BYTES);
		entry = ((u64 *)(high + (table - HIGH_PADDR)))[vaddr >> shift & 511];
		if (!(entry & 1))
			return ~0ull;
		if (entry & 0x80)
			break;
		table = entry & 0x000ffffffffff000ull;
	}
	return (entry & 0x000fffffffe00000ull) + (vaddr & 0x1fffff);
}

static void check_memory(void)
{
	const u8 *pool = high + (IMAGE_PADDR - HIGH_PADDR);
	const struct boot_params *bp = (const void *)high;
	const struct setup_data *node;

	assert_memory_equal(high + (load.where.kernel_paddr - HIGH_PADDR), pool, KERNEL_BYTES);
	assert_memory_equal(high + (load.where.initrd_paddr - HIGH_PADDR),
			    pool + mint_initrd_off(image()), INITRD_BYTES);
	assert_int_equal(bp->e820_entries, 3);
	assert_int_equal(bp->e820_table[0].addr, 0x20000);
	assert_int_equal(bp->e820_table[0].type, 2);
	assert_int_equal(bp->e820_table[1].addr, DMA_PADDR);
	assert_int_equal(bp->e820_table[2].addr, HIGH_PADDR);
	assert_int_equal(bp->e820_table[2].size, MAIN_BYTES);
	assert_int_equal(bp->hdr.version, 0x20f);
	assert_int_equal(bp->hdr.loadflags, LOADED_HIGH);
	assert_int_equal(bp->hdr.ramdisk_image | (u64)bp->ext_ramdisk_image << 32,
			 load.where.initrd_paddr);
	assert_int_equal(bp->hdr.ramdisk_size, INITRD_BYTES);
	assert_string_equal((char *)high + LAYOUT_CMDLINE, "mint.name=os2 quiet");
	node = (const void *)(high + (bp->hdr.setup_data - HIGH_PADDR));
	assert_int_equal(node->type, MINT_SETUP_DATA);
	assert_memory_equal(node->data, &order()->boot, sizeof(order()->boot));
	node = (const void *)(high + (node->next - HIGH_PADDR));
	assert_int_equal(node->type, 9);
	assert_int_equal(node->data[0], 0x77);
	assert_int_equal(node->next, 0);
}

static void test_good(void **state)
{
	static const u64 mapped[] = { 0, 0xbf0a0000, 0xffe00000, HIGH_PADDR, HIGH_PADDR + 0x200040 };
	u32 la57, i;

	for (la57 = 0; la57 < 2; la57++) {
		set_up(state);
		load.la57 = la57;
		remember();
		assert_true(run());
		check_memory();
		assert_int_equal(load_launch(&load)->status, MINT_LOAD_ENTERED);
		assert_int_equal(load_core(&load, BOOT_CORE)->life,
				 MINT_CORE_WORD(MINT_CORE_RUNNING, OS, OS, 2));
		assert_int_equal(load.boot_params, HIGH_PADDR);
		assert_int_equal(load.entry, load.where.kernel_paddr + 0x40);
		for (i = 0; i < ARRAY_SIZE(mapped); i++)
			assert_int_equal(walk(load.cr3, mapped[i], la57), mapped[i]);
		assert_int_equal(order()->seed[0], 0);
		for (i = MINT_STAMP_BEGIN; i <= MINT_STAMP_ENTERED; i++)
			assert_true(load_launch(&load)->stamp[i] >
				    (i > MINT_STAMP_BEGIN ? load_launch(&load)->stamp[i - 1] : 0));
	}
}

static void test_32_bit(void **state)
{
	static const u64 below[] = { 0, 64 << 20, HIGH_PADDR, HIGH_PADDR + (24 << 20), ~0ull };
	u32 i;

	/* Nowhere above 4 GiB, whatever the record says. */
	for (i = 0; i < ARRAY_SIZE(below); i++) {
		set_up(state);
		image()->arch = MINT_IMAGE_X86_32;
		image()->below_paddr = below[i];
		sum_image();
		remember();
		gives_up(MINT_LOAD_TOO_SMALL);
	}
	set_up(state);
	image()->arch = 3;
	sum_image();
	remember();
	gives_up(MINT_LOAD_BAD_RECORD);
}

/* Kernel and initrd end below what the kernel reaches, and no earlier than they must. */
static void test_below(void **state)
{
	struct mint_image_record *m = image();
	struct mint_range main = { 256 << 20, 128 << 20 };
	struct mint_layout to = { 0 };

	(void)state;
	m->arch = MINT_IMAGE_X86_32;
	m->below_paddr = 0;
	assert_true(mint_lay_out(m, &main, &to));
	assert_int_equal(to.initrd_paddr, (main.base_paddr + main.size_bytes - INITRD_BYTES) & ~0xfffull);
	m->below_paddr = (256 + 64) << 20;
	assert_true(mint_lay_out(m, &main, &to));
	assert_int_equal(to.initrd_paddr, (m->below_paddr - INITRD_BYTES) & ~0xfffull);
	m->below_paddr = main.base_paddr + to.need_bytes - 1;
	assert_false(mint_lay_out(m, &main, &to));
	assert_true(to.too_high);
	m->below_paddr = 1 << 20;
	assert_false(mint_lay_out(m, &main, &to));
	assert_true(to.too_high);
	main.size_bytes = 8 << 20;
	assert_false(mint_lay_out(m, &main, &to));
	assert_false(to.too_high);
}

static void test_no_initrd(void **state)
{
	(void)state;
	image()->initrd_bytes = 0;
	image()->initrd_sum = 0;
	sum_image();
	remember();
	assert_true(run());
	assert_int_equal(((struct boot_params *)high)->hdr.ramdisk_size, 0);
}

static const char *line_of(const char *of_image, const char *of_order, u32 at)
{
	strcpy(image()->cmdline, of_image);
	strcpy(order()->cmdline, of_order);
	order()->cmdline_at = at;
	sum_image();
	sum_order();
	remember();
	assert_true(run());
	return (char *)high + LAYOUT_CMDLINE;
}

/* That of the image comes before what was asked for, so that this has the last word. */
static void test_command_line(void **state)
{
	char longest[MINT_CMDLINE_SIZE];

	assert_string_equal(line_of("loglevel=7", "mint.name=os2 loglevel=3", 14),
			    "mint.name=os2 loglevel=7 loglevel=3");
	set_up(state);
	assert_string_equal(line_of("a b", "", 0), "a b ");
	set_up(state);
	assert_string_equal(line_of("", "", 0), "");
	/* More than there is room for is cut. */
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	set_up(state);
	assert_string_equal(line_of(longest, longest, 7), longest);
}

/* ---- starting again ------------------------------------------------------------------------ */

static void test_starts_again(void **state)
{
	(void)state;
	load_os(&load, OS)->state = MINT_OS_RESTARTING;
	remember();
	assert_true(run());
	assert_int_equal(load_os(&load, OS)->state, MINT_OS_STARTING);
}

static void test_fails_to_start_again(void **state)
{
	(void)state;
	load_os(&load, OS)->state = MINT_OS_RESTARTING;
	image()->state = MINT_IMG_FREE;
	remember();
	gives_up(MINT_LOAD_NO_IMAGE);
}

/* Only who waits to be started is. */
static void test_nobody_waits(void **state)
{
	static const u32 states[] = { MINT_OS_FREE, MINT_OS_CREATED, MINT_OS_RUNNING, MINT_OS_UP,
				      MINT_OS_ENDED, MINT_OS_BUSY, 77 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		set_up(state);
		load_os(&load, OS)->state = states[i];
		remember();
		assert_false(run());
		assert_int_equal(load_launch(&load)->status, MINT_LOAD_BAD_ORDER);
		assert_int_equal(load_os(&load, OS)->state, states[i]);
		assert_memory_equal(high, high_before, MAIN_BYTES);
	}
}

/* ---- the OS that has the firmware ---------------------------------------------------------- */

static struct mint_memory_map *map(void)
{
	return (struct mint_memory_map *)(shm + MINT_OFF_MEMORY_MAP);
}

static void sum_map(void)
{
	map()->sum = mint_sum_of(map(), offsetof(struct mint_memory_map, sum));
}

/* Its record names no memory; its map does, and that is none of the pool. */
static void has_firmware(void **state)
{
	struct mint_header *hdr = (struct mint_header *)shm;
	struct mint_range none = { 0 };

	set_up(state);
	hdr->pool[1] = (struct mint_range){ OTHER_PADDR, HIGH_BYTES - MAIN_BYTES };
	load_os(&load, OS)->main = none;
	load_os(&load, OS)->dma = none;
	load_os(&load, OS)->low = none;
	map()->os = OS;
	map()->nr_entries = 3;
	map()->main = (struct mint_range){ HIGH_PADDR, MAIN_BYTES };
	map()->rsdp_paddr = 0xf5a00;
	map()->entry[0] = (struct mint_map_entry){ 0, 0x9f000, 1, 0 };
	map()->entry[1] = (struct mint_map_entry){ DMA_PADDR, 64u << 20, 2, 0 };
	map()->entry[2] = (struct mint_map_entry){ HIGH_PADDR, MAIN_BYTES, 1, 0 };
	sum_map();
	order()->flags = MINT_ORDERF_FIRMWARE;
	order()->main = map()->main;
	order()->dma = none;
	order()->low = none;
	sum_order();
}

static void test_firmware(void **state)
{
	const struct boot_params *bp = (const void *)high;

	has_firmware(state);
	remember();
	assert_true(run());
	assert_int_equal(bp->acpi_rsdp_addr, 0xf5a00);
	assert_int_equal(bp->e820_entries, 3);
	assert_int_equal(bp->e820_table[1].type, 2);
	assert_int_equal(bp->e820_table[2].addr, HIGH_PADDR);
	assert_int_equal(load.boot_params, HIGH_PADDR);
}

static void map_sum(void) { map()->sum++; }
static void map_of_another(void) { map()->os = 3; sum_map(); }
static void map_empty(void) { map()->nr_entries = 0; sum_map(); }
static void map_full(void) { map()->nr_entries = MINT_MAX_MAP_ENTRIES + 1; sum_map(); }
static void map_huge(void) { map()->nr_entries = ~0u; sum_map(); }
static void map_over_pool(void) { map()->entry[0].base_paddr = OTHER_PADDR; sum_map(); }
static void map_around_pool(void) { map()->entry[2].size_bytes = 1ull << 50; sum_map(); }
static void map_wraps(void) { map()->entry[0].size_bytes = ~0ull; sum_map(); }
static void map_no_size(void) { map()->entry[1].size_bytes = 0; sum_map(); }
static void main_not_ram(void) { map()->entry[2].type = 2; sum_map(); }
static void main_too_large(void) { map()->main.size_bytes += 2 << 20; order()->main = map()->main; sum_map(); sum_order(); }
static void main_empty(void) { map()->main.size_bytes = 0; order()->main = map()->main; sum_map(); sum_order(); }
static void main_crooked(void) { map()->main.base_paddr += 0x1000; order()->main = map()->main; sum_map(); sum_order(); }
static void main_of_order(void) { order()->main.size_bytes -= 2 << 20; sum_order(); }
static void main_of_another(void) { load_os(&load, 3)->main = map()->main; }
static void main_of_area(void) { ((struct mint_header *)shm)->base_paddr = HIGH_PADDR; }

static void test_bad_map(void **state)
{
	static void (* const damage[])(void) = {
		map_sum, map_of_another, map_empty, map_full, map_huge, map_over_pool,
		map_around_pool, map_wraps, map_no_size, main_not_ram, main_too_large,
		main_empty, main_crooked, main_of_order, main_of_another, main_of_area,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		has_firmware(state);
		damage[i]();
		remember();
		gives_up(MINT_LOAD_BAD_MEMORY);
		assert_memory_equal(high, high_before, MAIN_BYTES);
	}
}

/* Only a start goes by the map. */
static void test_firmware_is_not_cleared(void **state)
{
	has_firmware(state);
	load_os(&load, OS)->state = MINT_OS_BUSY;
	order()->kind = MINT_ORDER_CLEAR;
	sum_order();
	remember();
	assert_false(run());
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_BAD_ORDER);
	assert_memory_equal(high, high_before, MAIN_BYTES);
}

/* ---- clearing ------------------------------------------------------------------------------ */

#define DMA_BYTES	(2ull << 20)

static void order_clear(void)
{
	struct mint_os *os = load_os(&load, OS);

	os->state = MINT_OS_BUSY;
	os->main.size_bytes = MAIN_BYTES - DMA_BYTES;
	os->dma = (struct mint_range){ HIGH_PADDR + MAIN_BYTES - DMA_BYTES, DMA_BYTES };
	order()->kind = MINT_ORDER_CLEAR;
	order()->main = os->main;
	order()->dma = os->dma;
	sum_order();
}

/* All of its memory, and whoever stopped it may do that. */
static void test_clears(void **state)
{
	u64 i;

	(void)state;
	order_clear();
	load_os(&load, OS)->fence = MINT_FENCE_WORD(MINT_FENCE_COMMIT, 1, GENERATION);
	remember();
	assert_false(run());
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_CLEARED);
	assert_int_equal(load_os(&load, OS)->state, MINT_OS_BUSY);
	for (i = 0; i < MAIN_BYTES; i += 8)
		assert_int_equal(*(u64 *)(high + i), 0);
}

/* Nothing is cleared of an OS that is there, nor of others. */
static void test_clears_nothing_else(void **state)
{
	order_clear();
	load_os(&load, OS)->state = MINT_OS_ENDED;
	remember();
	assert_false(run());
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_BAD_ORDER);
	assert_memory_equal(high, high_before, HIGH_BYTES);
	set_up(state);
	order_clear();
	load_os(&load, OS)->dma.base_paddr = OTHER_PADDR;
	order()->dma.base_paddr = OTHER_PADDR;
	sum_order();
	remember();
	assert_false(run());
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_BAD_MEMORY);
	assert_memory_equal(high, high_before, HIGH_BYTES);
}

/* ---- damage -------------------------------------------------------------------------------- */

/* Each byte of what is summed up. */
static void test_damaged_order(void **state)
{
	u64 i;

	for (i = 0; i < offsetof(struct mint_order, seed); i += 61) {
		set_up(state);
		((u8 *)order())[i] ^= 0x10;
		remember();
		gives_up(MINT_LOAD_BAD_ORDER);
	}
}

static void test_damaged_record(void **state)
{
	u64 i;

	for (i = offsetof(struct mint_image_record, kind); i < sizeof(*image()); i += 61) {
		set_up(state);
		((u8 *)image())[i] ^= 0x10;
		remember();
		gives_up(i / 4 == offsetof(struct mint_image_record, serial) / 4 ?
			 MINT_LOAD_NO_IMAGE : MINT_LOAD_BAD_RECORD);
	}
}

static void test_damaged_image(void **state)
{
	static const u64 where[] = { 0, 1234567, KERNEL_BYTES - 1 };
	u8 *pool = high + (IMAGE_PADDR - HIGH_PADDR);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(where); i++) {
		set_up(state);
		pool[where[i]] ^= 1;
		remember();
		gives_up(MINT_LOAD_BAD_KERNEL);
	}
	set_up(state);
	pool[mint_initrd_off(image()) + INITRD_BYTES - 1] ^= 1;
	remember();
	gives_up(MINT_LOAD_BAD_INITRD);
	/* Two words that change places. */
	set_up(state);
	memcpy(pool + 800, high_before + (IMAGE_PADDR - HIGH_PADDR) + 1600, 8);
	memcpy(pool + 1600, high_before + (IMAGE_PADDR - HIGH_PADDR) + 800, 8);
	remember();
	gives_up(MINT_LOAD_BAD_KERNEL);
}

/* After it has been looked at for the first time. */
static void damage_later(unsigned int at)
{
	u8 *pool = high + (IMAGE_PADDR - HIGH_PADDR);

	if (at == 6) {
		pool[KERNEL_BYTES - 1] ^= 1;
		high_before[IMAGE_PADDR - HIGH_PADDR + KERNEL_BYTES - 1] ^= 1;
	}
}

static void test_damaged_during_the_copy(void **state)
{
	(void)state;
	meanwhile = damage_later;
	remember();
	gives_up(MINT_LOAD_BAD_KERNEL);
}

/* ---- what fits its sum, but must not be --------------------------------------------------- */

static void test_memory_of_others(void **state)
{
	static const struct mint_range bad[] = {
		{ OTHER_PADDR, OTHER_BYTES },			/* another OS's */
		{ IMAGE_PADDR, IMAGE_BYTES },			/* the image's */
		{ HIGH_PADDR, HIGH_BYTES },			/* all of it */
		{ HIGH_PADDR + HIGH_BYTES, MAIN_BYTES },	/* nobody's */
		{ SHM_PADDR, MINT_SHM_SIZE },			/* the table */
		{ HIGH_PADDR + 0x1000, 32 << 20 },
		{ 0, MAIN_BYTES },
		{ HIGH_PADDR, 0 },
		{ ~0ull << 21, MAIN_BYTES },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		set_up(state);
		load_os(&load, OS)->main = bad[i];
		order()->main = bad[i];
		sum_order();
		remember();
		gives_up(MINT_LOAD_BAD_MEMORY);
	}
	set_up(state);
	load_os(&load, OS)->low.base_paddr = 0x9f000;
	order()->low.base_paddr = 0x9f000;
	sum_order();
	remember();
	gives_up(MINT_LOAD_BAD_MEMORY);
}

static void test_not_what_the_record_says(void **state)
{
	set_up(state);
	load_os(&load, OS)->generation++;
	remember();
	gives_up(MINT_LOAD_BAD_ORDER);
	set_up(state);
	load_os(&load, OS)->boot_core = 3;
	remember();
	gives_up(MINT_LOAD_BAD_ORDER);
	set_up(state);
	load_os(&load, OS)->main.size_bytes -= 2 << 20;
	remember();
	gives_up(MINT_LOAD_BAD_ORDER);
	set_up(state);
	image()->state = MINT_IMG_FREE;
	remember();
	gives_up(MINT_LOAD_NO_IMAGE);
}

static void test_sizes(void **state)
{
	static const struct {
		u64 off, value;
		u32 why;
	} cases[] = {
#define CASE(field, value, why) { offsetof(struct mint_image_record, field), value, why }
		CASE(need_bytes, MAIN_BYTES, MINT_LOAD_TOO_SMALL),
		CASE(need_bytes, ~0ull, MINT_LOAD_TOO_SMALL),
		CASE(initrd_bytes, MAIN_BYTES, MINT_LOAD_TOO_SMALL),
		CASE(initrd_bytes, ~0ull, MINT_LOAD_TOO_SMALL),
		CASE(initrd_bytes, IMAGE_BYTES, MINT_LOAD_BAD_RECORD),
		CASE(kernel_bytes, ~0ull, MINT_LOAD_TOO_SMALL),
		CASE(kernel_bytes, 3, MINT_LOAD_BAD_RECORD),
		CASE(align, 0, MINT_LOAD_TOO_SMALL),
		CASE(align, 3 << 20, MINT_LOAD_TOO_SMALL),
		CASE(align, ~0ull, MINT_LOAD_TOO_SMALL),
		CASE(entry_off, KERNEL_BYTES, MINT_LOAD_BAD_RECORD),
		CASE(mem.size_bytes, 2 << 20, MINT_LOAD_BAD_RECORD),
		CASE(mem.base_paddr, HIGH_PADDR + HIGH_BYTES, MINT_LOAD_BAD_RECORD),
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set_up(state);
		memcpy((u8 *)image() + cases[i].off, &cases[i].value, sizeof(u64));
		sum_image();
		remember();
		gives_up(cases[i].why);
	}
	set_up(state);
	image()->hdr_bytes = MINT_IMAGE_HDR_SIZE + 1;
	remember();
	gives_up(MINT_LOAD_BAD_RECORD);
	set_up(state);
	order()->image = MINT_MAX_IMAGES;
	sum_order();
	remember();
	gives_up(MINT_LOAD_BAD_ORDER);
}

/* ---- others ---------------------------------------------------------------------------------- */

static unsigned int when;

static void others_stop(unsigned int at)
{
	if (at == when) {
		load_core(&load, 3)->life = MINT_CORE_WORD(MINT_CORE_PARKED, OS, 0, 2);
		allow(&load_core(&load, 3)->life, sizeof(u32));
	}
}

static void test_waits_for_other_cores(void **state)
{
	(void)state;
	load_core(&load, 3)->life = MINT_CORE_WORD(MINT_CORE_RUNNING, OS, OS, 1);
	when = 20;
	meanwhile = others_stop;
	remember();
	assert_true(run());

	set_up(state);
	load_core(&load, 3)->life = MINT_CORE_WORD(MINT_CORE_RUNNING, OS, OS, 1);
	remember();
	gives_up(MINT_LOAD_CORES_RUN);
	/* Not a byte was written before that. */
	assert_memory_equal(high, high_before, MAIN_BYTES);
}

static void fence_comes(unsigned int at)
{
	if (at == when) {
		load_os(&load, OS)->fence = MINT_FENCE_WORD(MINT_FENCE_COMMIT, 1, GENERATION);
		allow(&load_os(&load, OS)->fence, sizeof(u32));
	}
}

/* At each step; the last ones are behind the last look at it. */
static void test_fenced_at_each_step(void **state)
{
	unsigned int steps;

	set_up(state);
	remember();
	assert_true(run());
	steps = step;
	assert_true(steps > 8);
	for (when = 1; when <= steps; when++) {
		set_up(state);
		meanwhile = fence_comes;
		remember();
		gives_up(MINT_LOAD_FENCED);
	}
	/* Only held, or about another OS: that is no end. */
	set_up(state);
	load_os(&load, OS)->fence = MINT_FENCE_WORD(MINT_FENCE_HOLD, 1, GENERATION);
	remember();
	assert_true(run());
	set_up(state);
	load_os(&load, OS)->fence = MINT_FENCE_WORD(MINT_FENCE_COMMIT, 1, GENERATION - 1);
	remember();
	assert_true(run());
}

static void core_is_taken(unsigned int at)
{
	if (at == when) {
		load_core(&load, BOOT_CORE)->life = MINT_CORE_WORD(MINT_CORE_LOADING, 3, 3, 8);
		allow(&load_core(&load, BOOT_CORE)->life, sizeof(u32));
	}
}

static void test_the_core_is_not_ours_any_more(void **state)
{
	(void)state;
	when = 5;
	meanwhile = core_is_taken;
	remember();
	assert_false(run());
}

static void test_waits_for_its_time(void **state)
{
	u64 when_tsc = clock_now + 5000000000ull;

	(void)state;
	order()->not_before_tsc = when_tsc;
	sum_order();
	remember();
	assert_true(run());
	assert_true(clock_now >= when_tsc);
	/* Nonsense does not wait for ever. */
	set_up(state);
	order()->not_before_tsc = ~0ull;
	sum_order();
	remember();
	assert_true(run());
}

/* Whatever anybody writes into its records: it ends, and writes nowhere else. */
static void test_scribble(void **state)
{
	unsigned int round, i, bit;
	bool entered;

	srand(1);
	for (round = 0; round < 60; round++) {
		u8 *at;
		u64 size;

		set_up(state);
		for (i = 0; i < 3; i++) {
			switch (rand() % 3) {
			case 0:
				at = (u8 *)order();
				size = sizeof(*order());
				break;
			case 1:
				at = (u8 *)image();
				size = sizeof(*image());
				break;
			default:
				at = (u8 *)load_os(&load, OS);
				size = sizeof(struct mint_os);
			}
			bit = rand() % (size * 8);
			at[bit / 8] ^= 1 << bit % 8;
		}
		/* Also where all sums are right. */
		if (round % 2) {
			sum_order();
			sum_image();
		}
		remember();
		entered = load_run(&load);
		check_writes();
		(void)entered;
	}
}

static int make_machine(void **state)
{
	(void)state;
	shm = calloc(1, MINT_SHM_SIZE);
	shm_before = calloc(1, MINT_SHM_SIZE);
	high = calloc(1, HIGH_BYTES);
	high_before = calloc(1, HIGH_BYTES);
	return !shm || !shm_before || !high || !high_before;
}

static int drop_machine(void **state)
{
	(void)state;
	free(shm);
	free(shm_before);
	free(high);
	free(high_before);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good, set_up),
		cmocka_unit_test_setup(test_32_bit, set_up),
		cmocka_unit_test_setup(test_below, set_up),
		cmocka_unit_test_setup(test_no_initrd, set_up),
		cmocka_unit_test_setup(test_command_line, set_up),
		cmocka_unit_test_setup(test_starts_again, set_up),
		cmocka_unit_test_setup(test_fails_to_start_again, set_up),
		cmocka_unit_test_setup(test_nobody_waits, set_up),
		cmocka_unit_test_setup(test_firmware, set_up),
		cmocka_unit_test_setup(test_bad_map, set_up),
		cmocka_unit_test_setup(test_firmware_is_not_cleared, set_up),
		cmocka_unit_test_setup(test_clears, set_up),
		cmocka_unit_test_setup(test_clears_nothing_else, set_up),
		cmocka_unit_test_setup(test_damaged_order, set_up),
		cmocka_unit_test_setup(test_damaged_record, set_up),
		cmocka_unit_test_setup(test_damaged_image, set_up),
		cmocka_unit_test_setup(test_damaged_during_the_copy, set_up),
		cmocka_unit_test_setup(test_memory_of_others, set_up),
		cmocka_unit_test_setup(test_not_what_the_record_says, set_up),
		cmocka_unit_test_setup(test_sizes, set_up),
		cmocka_unit_test_setup(test_waits_for_other_cores, set_up),
		cmocka_unit_test_setup(test_fenced_at_each_step, set_up),
		cmocka_unit_test_setup(test_the_core_is_not_ours_any_more, set_up),
		cmocka_unit_test_setup(test_waits_for_its_time, set_up),
		cmocka_unit_test_setup(test_scribble, set_up),
	};

	return cmocka_run_group_tests(tests, make_machine, drop_machine);
}
