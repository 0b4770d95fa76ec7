// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loader makes a copy of an OS, the same source as in the shared area, on a machine
 * that is an array: which pages are copied, what becomes of page tables and words, when
 * the source may go on, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <mint/image.h>

#include "loader/internal.h"
#include "neutral/sum.h"

#define PAGE		0x1000ull
#define SHM_PADDR	0xbf000000u
/* Two OSes, one after the other, and what belongs to nobody. */
#define SOURCE_PADDR	0x40000000ull
#define BYTES		MINT_CLONE_ALIGN
#define COPY_PADDR	(SOURCE_PADDR + BYTES)
#define ALL_BYTES	(3 * BYTES)
#define DELTA		BYTES

#define SOURCE		2u
#define COPY		3u
#define GENERATION	5u
#define BOOT_CORE	2u

/* Where things are in the source. */
#define FRAME		(SOURCE_PADDR + 0x10000)
#define MAP		(SOURCE_PADDR + 0x20000)
#define TOPS		(SOURCE_PADDR + 0x30000)
#define TRAP		(SOURCE_PADDR + 0x40000)
#define TOP		(SOURCE_PADDR + 0x50000)
#define TOP2		(SOURCE_PADDR + 0x51000)
#define PUD		(SOURCE_PADDR + 0x52000)
#define PMD		(SOURCE_PADDR + 0x53000)
#define PTE		(SOURCE_PADDR + 0x54000)
#define WORD		(SOURCE_PADDR + 0x60008)
#define ORDER		(SOURCE_PADDR + 0x62000)

#define P		0x63ull		/* present, writable, accessed, dirty */
#define BIG		0x80ull
#define NX		(1ull << 63)
#define DEVICE		0xfeb00000ull
#define LAPIC		0xfee00000ull

static u8 *shm, *memory;
static struct load load;
static void (*meanwhile)(void);

static u8 *at(u64 paddr)
{
	assert_true(paddr >= SOURCE_PADDR && paddr < SOURCE_PADDR + ALL_BYTES);
	return memory + (paddr - SOURCE_PADDR);
}

static u64 *table(u64 paddr)
{
	return (u64 *)at(paddr);
}

/* ---- the machine, as the loader sees it ------------------------------------------- */

const void *load_see(struct load *l, u64 paddr)
{
	(void)l;
	if (meanwhile)
		meanwhile();
	return at(paddr);
}

void *load_reach(struct load *l, u64 paddr, u64 bytes)
{
	if (!load_may_write(l, paddr, bytes))
		return NULL;
	assert_true(paddr >= COPY_PADDR && paddr + bytes <= COPY_PADDR + BYTES);
	return at(paddr);
}

void load_use_tables(struct load *l, const u8 *area)
{
	(void)l;
	(void)area;
}

u64 load_tsc(void)
{
	static u64 now;

	return now += 1000;
}

void load_relax(void)
{
}

/* ---- a copy that is in order ----------------------------------------------------------- */

static struct mint_order *order(void)
{
	return &load_launch(&load)->order;
}

static struct mint_clone_frame *frame(void)
{
	return (struct mint_clone_frame *)at(FRAME);
}

static void sum_order(void)
{
	order()->sum = mint_order_sum(order());
}

static void sum_frame(void)
{
	frame()->sum = mint_frame_sum(frame());
}

static void use(u64 paddr)
{
	u64 nr = (paddr - SOURCE_PADDR) / PAGE;

	*at(MAP + nr / 8) |= 1u << nr % 8;
}

static void make_tables(void)
{
	table(TOP)[0] = SHM_PADDR | P;		/* of the park page */
	table(TOP)[273] = PUD | P;
	table(TOP2)[273] = PUD | P;
	table(TOP2)[5] = DEVICE | P;		/* a table that is nobody's */
	table(PUD)[1] = PMD | P;
	table(PMD)[0] = PTE | P;
	table(PMD)[1] = (SOURCE_PADDR + 0x200000) | P | BIG | NX;
	table(PMD)[2] = (DEVICE & ~0x1fffffull) | P | BIG;
	table(PMD)[3] = 0;
	table(PTE)[0] = (SOURCE_PADDR + 0x70000) | P | NX;
	table(PTE)[1] = DEVICE | P;
	table(PTE)[2] = LAPIC | P;
	table(PTE)[3] = (~(SOURCE_PADDR + 0x71000) & 0x000ffffffffff000ull) | 0x100;
	table(PTE)[4] = 0x123450000ull;			/* swapped */
	table(PTE)[511] = (SOURCE_PADDR + BYTES - PAGE) | P;
}

static void make_frame(void)
{
	struct mint_clone_frame *f = frame();

	f->magic = MINT_CLONE_MAGIC;
	f->size_bytes = sizeof(*f);
	f->levels = 4;
	f->from = (struct mint_range){ SOURCE_PADDR, BYTES };
	f->map_paddr = MAP;
	f->tables_paddr = TOPS;
	f->nr_tables = 2;
	f->trap_paddr = TRAP;
	f->top_paddr = TOP;
	f->entry_vaddr = 0xffffffff81234560ull;
	f->order_paddr = ORDER;
	f->nr_words = 1;
	f->word[0] = (struct mint_clone_word){ WORD, -PAGE };
	f->nr_kept = 2;
	f->kept[0] = (struct mint_range){ SHM_PADDR, MINT_SHM_SIZE };
	f->kept[1] = (struct mint_range){ LAPIC, PAGE };
	sum_frame();
}

static void make_source(void)
{
	static const u64 used[] = { FRAME, MAP, TOPS, TRAP, TOP, TOP2, PUD, PMD, PTE, WORD,
				    SOURCE_PADDR + 0x70000, SOURCE_PADDR + BYTES - PAGE };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(used); i++)
		use(used[i]);
	table(TOPS)[0] = TOP;
	table(TOPS)[1] = TOP2;
	*table(WORD) = 0xffff888000000000ull;
	*table(SOURCE_PADDR + 0x70000) = 0x7777;
	*table(SOURCE_PADDR + 0x71000) = 0x1111;	/* not in use */
	*table(SOURCE_PADDR + BYTES - 8) = 0x9999;
	make_tables();
	make_frame();
}

static void make_area(void)
{
	struct mint_header *hdr = (struct mint_header *)shm;
	struct mint_order *o = order();

	hdr->base_paddr = SHM_PADDR;
	hdr->pool[0] = (struct mint_range){ SOURCE_PADDR, ALL_BYTES };
	hdr->pool[1] = (struct mint_range){ SHM_PADDR, MINT_SHM_SIZE };
	load_os(&load, SOURCE)->state = MINT_OS_UP;
	load_os(&load, SOURCE)->main = (struct mint_range){ SOURCE_PADDR, BYTES };
	load_os(&load, COPY)->state = MINT_OS_STARTING;
	load_os(&load, COPY)->generation = GENERATION;
	load_os(&load, COPY)->boot_core = BOOT_CORE;
	load_os(&load, COPY)->main = (struct mint_range){ COPY_PADDR, BYTES };
	load_os(&load, COPY)->low = (struct mint_range){ 0x20000, MINT_LOW_WINDOW_SIZE };
	load_core(&load, BOOT_CORE)->life = MINT_CORE_WORD(MINT_CORE_LOADING, COPY, COPY, 1);
	o->kind = MINT_ORDER_CLONE;
	o->os = COPY;
	o->generation = GENERATION;
	o->from = SOURCE;
	o->frame_paddr = FRAME;
	o->main = load_os(&load, COPY)->main;
	o->low = load_os(&load, COPY)->low;
	o->boot.os = COPY;
	o->boot.boot_core = BOOT_CORE;
	o->boot.nr_cores = 4;
	o->boot.tsc_khz = 1000000;
	sum_order();
}

static int set_up(void **state)
{
	(void)state;
	meanwhile = NULL;
	memset(shm, 0, MINT_SHM_SIZE);
	assert_int_equal(madvise(memory, ALL_BYTES, MADV_DONTNEED), 0);
	memset(&load, 0, sizeof(load));
	load.shm = shm;
	load.core = BOOT_CORE;
	load.os = COPY;
	make_area();
	make_source();
	return 0;
}

static u64 copied(u64 paddr)
{
	return *table(paddr + DELTA);
}

/* ---- a good one --------------------------------------------------------------------------- */

static void test_pages(void **state)
{
	(void)state;
	assert_true(load_run(&load));
	assert_int_equal(copied(SOURCE_PADDR + 0x70000), 0x7777);
	assert_int_equal(copied(SOURCE_PADDR + BYTES - 8), 0x9999);
	assert_int_equal(copied(SOURCE_PADDR + 0x71000), 0);
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_ENTERED);
	assert_int_equal(load_core(&load, BOOT_CORE)->life,
			 MINT_CORE_WORD(MINT_CORE_RUNNING, COPY, COPY, 2));
	assert_int_equal(load.cr3, TOP + DELTA);
	assert_int_equal(load.entry, 0xffffffff81234560ull);
}

static void test_words(void **state)
{
	(void)state;
	assert_true(load_run(&load));
	assert_int_equal(*table(WORD), 0xffff888000000000ull);
	assert_int_equal(copied(WORD), 0xffff888000000000ull - DELTA);
}

/* The copy knows from it who it is. */
static void test_order(void **state)
{
	(void)state;
	assert_true(load_run(&load));
	assert_memory_equal(at(ORDER + DELTA), order(), sizeof(*order()));
	assert_int_equal(*table(ORDER), 0);
}

static void check_tables(void)
{
	assert_true(load_run(&load));
	assert_int_equal(copied(TOP), SHM_PADDR | P);
	assert_int_equal(copied(TOP + 273 * 8), (PUD + DELTA) | P);
	assert_int_equal(copied(TOP2 + 273 * 8), (PUD + DELTA) | P);
	assert_int_equal(copied(TOP2 + 5 * 8), 0);
	assert_int_equal(copied(PUD + 8), (PMD + DELTA) | P);
	assert_int_equal(copied(PMD), (PTE + DELTA) | P);
	assert_int_equal(copied(PMD + 8), (SOURCE_PADDR + 0x200000 + DELTA) | P | BIG | NX);
	assert_int_equal(copied(PMD + 16), 0);
	assert_int_equal(copied(PMD + 24), 0);
	assert_int_equal(copied(PTE), (SOURCE_PADDR + 0x70000 + DELTA) | P | NX);
	assert_int_equal(copied(PTE + 8), (TRAP + DELTA) | P);
	assert_int_equal(copied(PTE + 16), LAPIC | P);
	assert_int_equal(copied(PTE + 24),
			 (~(SOURCE_PADDR + 0x71000 + DELTA) & 0x000ffffffffff000ull) | 0x100);
	assert_int_equal(copied(PTE + 32), 0x123450000ull);
	assert_int_equal(copied(PTE + 511 * 8), (COPY_PADDR + BYTES - PAGE) | P);
}

static void test_tables(void **state)
{
	(void)state;
	check_tables();
	/* Those of the source are what they were. */
	assert_int_equal(table(PTE)[1], DEVICE | P);
	assert_int_equal(table(TOP)[273], PUD | P);
}

/* Tables that name themselves and each other; each is done once. */
static void test_loop(void **state)
{
	(void)state;
	table(PTE)[6] = PTE | P;
	table(PMD)[6] = PMD | P;
	table(PMD)[7] = (SOURCE_PADDR + 0x72000) | P;	/* not in use: not copied */
	table(PUD)[6] = TOP2 | P;
	check_tables();
	assert_int_equal(copied(PTE + 48), (PTE + DELTA) | P);
	assert_int_equal(copied(PMD + 48), (PMD + DELTA) | P);
	assert_int_equal(copied(PMD + 56), (SOURCE_PADDR + 0x72000 + DELTA) | P);
	assert_int_equal(copied(SOURCE_PADDR + 0x72000), 0);
	assert_int_equal(copied(PUD + 48), (TOP2 + DELTA) | P);
}

/* When the source is told to go on nothing of it is needed any more. */
static void source_goes_on(void)
{
	if (load_launch(&load)->status == MINT_LOAD_COPIED)
		memset(at(SOURCE_PADDR), 0xa5, 0x80000);
}

static void test_source_goes_on(void **state)
{
	(void)state;
	meanwhile = source_goes_on;
	check_tables();
	assert_int_equal(*at(SOURCE_PADDR), 0xa5);
}

/* Whenever the source looks, it sees what it waits for: not only for a moment. */
static void gives_up(u32 why);
static void source_gives_up(void);
static bool was_copied;

static void source_looks(void)
{
	u32 status = load_launch(&load)->status;

	was_copied = was_copied || status == MINT_LOAD_COPIED;
	assert_int_equal(mint_load_is_past_copy(status), was_copied);
}

static void test_source_may_look_late(void **state)
{
	(void)state;
	was_copied = false;
	meanwhile = source_looks;
	assert_true(load_run(&load));
	meanwhile = NULL;
	assert_true(was_copied);
	source_looks();
}

/* ---- one that waits ------------------------------------------------------------------------ */

static void hold(void)
{
	order()->flags = MINT_ORDERF_HOLD;
	sum_order();
	assert_false(load_run(&load));
}

/* As who starts it does. */
static void order_again(void)
{
	load_os(&load, COPY)->state = MINT_OS_STARTING;
	load_os(&load, COPY)->generation++;
	order()->generation++;
	order()->flags = MINT_ORDERF_HELD;
	sum_order();
}

static void test_waits(void **state)
{
	(void)state;
	hold();
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_HELD);
	assert_int_equal(load_os(&load, COPY)->state, MINT_OS_CREATED);
	assert_int_equal(MINT_CORE_STATE(load_core(&load, BOOT_CORE)->life), MINT_CORE_LOADING);
	assert_int_equal(order()->frame_paddr, FRAME + DELTA);
	/* It changes while it waits, as a source that is gone does. */
	memset(at(SOURCE_PADDR), 0xee, BYTES);
	order_again();
	assert_true(load_run(&load));
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_ENTERED);
	assert_int_equal(load.cr3, TOP + DELTA);
	assert_int_equal(load.entry, 0xffffffff81234560ull);
	assert_int_equal(copied(SOURCE_PADDR + 0x70000), 0x7777);
	assert_int_equal(copied(WORD), 0xffff888000000000ull - DELTA);
	assert_memory_equal(at(ORDER + DELTA), order(), sizeof(*order()));
}

static void test_waits_called_off(void **state)
{
	(void)state;
	meanwhile = source_gives_up;
	hold();
	assert_int_equal(load_os(&load, COPY)->state, MINT_OS_ENDED);
	assert_int_equal(load_launch(&load)->status, MINT_LOAD_FENCED);
}

static void damage_held(void) { *(u64 *)at(FRAME + DELTA) ^= 1; }
static void held_elsewhere(void) { order()->frame_paddr = FRAME; sum_order(); }
static void held_at_end(void) { order()->frame_paddr = COPY_PADDR + BYTES; sum_order(); }
static void held_crooked(void) { order()->frame_paddr++; sum_order(); }

static void test_bad_waiting(void **state)
{
	static void (*const damage[])(void) = {
		damage_held, held_elsewhere, held_at_end, held_crooked,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		set_up(state);
		hold();
		order_again();
		damage[i]();
		gives_up(MINT_LOAD_BAD_FRAME);
	}
}

/* ---- from a snapshot ------------------------------------------------------------------------ */

#define IMAGE		3u
#define SERIAL		7u
#define PIECE		(COPY_PADDR + BYTES)
#define MAP_BYTES	(BYTES / PAGE / 8)
#define PAGES		(PIECE + PAGE + MAP_BYTES)

static struct mint_image_record *image(void)
{
	return load_image(&load, IMAGE);
}

static void sum_image(void)
{
	image()->sum = mint_image_sum(image());
}

/* What the source writes down when it stands still; then there is no source any more. */
static void make_snapshot(void)
{
	struct mint_image_record *m = image();
	u64 nr, to = PAGES;

	memcpy(at(PIECE), at(FRAME), PAGE);
	memcpy(at(PIECE + PAGE), at(MAP), MAP_BYTES);
	for (nr = 0; nr < BYTES / PAGE; nr++)
		if (*at(MAP + nr / 8) & 1u << nr % 8) {
			memcpy(at(to), at(SOURCE_PADDR + nr * PAGE), PAGE);
			to += PAGE;
		}
	m->state = MINT_IMG_READY;
	m->kind = MINT_IMG_SNAPSHOT;
	m->serial = SERIAL;
	m->arch = MINT_IMAGE_X86_64;
	m->mem = (struct mint_range){ PIECE, 4 << 20 };
	m->need_bytes = BYTES;
	m->kernel_bytes = to - PAGES;
	m->kernel_sum = mint_sum_of(at(PAGES), m->kernel_bytes);
	m->initrd_bytes = MAP_BYTES;
	m->initrd_sum = mint_sum_of(at(PIECE + PAGE), MAP_BYTES);
	sum_image();
	order()->from = MINT_OS_NONE;
	order()->frame_paddr = 0;
	order()->image = IMAGE;
	order()->image_serial = SERIAL;
	sum_order();
	memset(at(SOURCE_PADDR), 0x5a, 0x80000);
	memset(at(SOURCE_PADDR + BYTES - PAGE), 0x5a, PAGE);
	load_os(&load, SOURCE)->state = MINT_OS_FREE;
}

static void test_snapshot(void **state)
{
	(void)state;
	make_snapshot();
	order()->seed[0] = 9;
	check_tables();
	assert_int_equal(copied(SOURCE_PADDR + 0x70000), 0x7777);
	assert_int_equal(copied(SOURCE_PADDR + BYTES - 8), 0x9999);
	assert_int_equal(copied(SOURCE_PADDR + 0x71000), 0);
	assert_int_equal(copied(WORD), 0xffff888000000000ull - DELTA);
	/* The seed is for the one copy only. */
	assert_int_equal(((struct mint_order *)at(ORDER + DELTA))->seed[0], 9);
	assert_int_equal(order()->seed[0], 0);
	assert_int_equal(load.cr3, TOP + DELTA);
}

/* To where the source was: foreign mappings go, and nothing else changes. */
static void test_snapshot_in_place(void **state)
{
	(void)state;
	frame()->from.base_paddr = COPY_PADDR;
	frame()->map_paddr += DELTA;
	frame()->tables_paddr += DELTA;
	frame()->trap_paddr += DELTA;
	frame()->top_paddr += DELTA;
	frame()->order_paddr += DELTA;
	frame()->word[0].paddr += DELTA;
	sum_frame();
	table(TOPS)[0] += DELTA;
	table(TOPS)[1] += DELTA;
	table(TOP)[273] += DELTA;
	table(TOP2)[273] += DELTA;
	table(PUD)[1] += DELTA;
	table(PMD)[0] += DELTA;
	make_snapshot();
	assert_true(load_run(&load));
	assert_int_equal(copied(TOP + 273 * 8), (PUD + DELTA) | P);
	assert_int_equal(copied(PMD), (PTE + DELTA) | P);
	assert_int_equal(copied(PMD + 16), 0);
	assert_int_equal(copied(PTE + 8), (TRAP + DELTA) | P);
	assert_int_equal(copied(WORD), 0xffff888000000000ull);
}

static void gives_up(u32 why);

static void flip_page(void) { *at(PAGES + 0x1234) ^= 1; }
static void flip_map(void) { *at(PIECE + PAGE + 0x700) ^= 1; }
static void lose_page(void) { image()->kernel_bytes -= PAGE; sum_image(); }
static void flip_frame(void) { *at(PIECE + 0x20) ^= 1; }
static void no_image(void) { image()->serial++; sum_image(); }
static void other_kind(void) { image()->kind = MINT_IMG_KERNEL; sum_image(); }
static void other_size(void) { image()->need_bytes *= 2; sum_image(); }
static void short_map(void) { image()->initrd_bytes -= 8; sum_image(); }
static void too_much(void) { image()->kernel_bytes = 4 << 20; sum_image(); }
static void too_much_by_far(void) { image()->kernel_bytes = -PAGE; sum_image(); }
static void elsewhere(void) { image()->mem.base_paddr = 0x10000000; sum_image(); }
static void bad_record_sum(void) { image()->sum++; }

static void test_bad_snapshot(void **state)
{
	static const struct {
		void (*damage)(void);
		u32 why;
	} c[] = {
		{ flip_page, MINT_LOAD_BAD_SNAPSHOT }, { flip_map, MINT_LOAD_BAD_SNAPSHOT },
		{ lose_page, MINT_LOAD_BAD_SNAPSHOT }, { flip_frame, MINT_LOAD_BAD_FRAME },
		{ no_image, MINT_LOAD_NO_IMAGE }, { other_kind, MINT_LOAD_BAD_RECORD },
		{ other_size, MINT_LOAD_BAD_RECORD }, { short_map, MINT_LOAD_BAD_RECORD },
		{ too_much, MINT_LOAD_BAD_RECORD }, { too_much_by_far, MINT_LOAD_BAD_RECORD },
		{ elsewhere, MINT_LOAD_BAD_RECORD }, { bad_record_sum, MINT_LOAD_BAD_RECORD },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		set_up(state);
		make_snapshot();
		c[i].damage();
		gives_up(c[i].why);
	}
}

/* ---- refusals ----------------------------------------------------------------------------- */

static void gives_up(u32 why)
{
	assert_false(load_run(&load));
	assert_int_equal(load_launch(&load)->status, why);
	assert_int_equal(MINT_CORE_STATE(load_core(&load, BOOT_CORE)->life), MINT_CORE_LOADING);
}

static void bad_magic(void) { frame()->magic++; sum_frame(); }
static void bad_sum(void) { frame()->sum++; }
static void bad_size(void) { frame()->size_bytes--; sum_frame(); }
static void bad_levels(void) { frame()->levels = 5; sum_frame(); }
static void bad_range(void) { frame()->from.base_paddr += BYTES; sum_frame(); }
static void bad_map(void) { frame()->map_paddr = SOURCE_PADDR + BYTES - PAGE / 2; sum_frame(); }
static void bad_map_end(void) { frame()->map_paddr = COPY_PADDR; sum_frame(); }
static void bad_tops(void) { frame()->tables_paddr = 0; sum_frame(); }
static void bad_nr_tops(void) { frame()->nr_tables = ~0u; sum_frame(); }
static void bad_trap(void) { frame()->trap_paddr = LAPIC; sum_frame(); }
static void bad_top(void) { frame()->top_paddr++; sum_frame(); }
static void bad_order_place(void) { frame()->order_paddr = COPY_PADDR - PAGE / 2; sum_frame(); }
static void bad_nr_words(void) { frame()->nr_words = MINT_CLONE_MAX_WORDS + 1; sum_frame(); }
static void bad_word(void) { frame()->word[0].paddr = SHM_PADDR; sum_frame(); }
static void bad_word_end(void) { frame()->word[0].paddr = SOURCE_PADDR + BYTES; sum_frame(); }
static void bad_nr_kept(void) { frame()->nr_kept = ~0u; sum_frame(); }
static void no_frame(void) { order()->frame_paddr = COPY_PADDR; sum_order(); }
static void frame_at_end(void) { order()->frame_paddr = SOURCE_PADDR + BYTES; sum_order(); }

static void test_bad_frame(void **state)
{
	static void (* const damage[])(void) = {
		bad_magic, bad_sum, bad_size, bad_levels, bad_range, bad_map, bad_map_end,
		bad_tops, bad_nr_tops, bad_trap, bad_top, bad_order_place, bad_nr_words, bad_word,
		bad_word_end, bad_nr_kept, no_frame, frame_at_end,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		set_up(state);
		damage[i]();
		gives_up(MINT_LOAD_BAD_FRAME);
		assert_int_equal(copied(SOURCE_PADDR + 0x70000), 0);
	}
}

static void from_itself(void) { order()->from = COPY; sum_order(); }
static void from_afar(void) { order()->from = MINT_MAX_OSES + 1; sum_order(); }

static void test_bad_order(void **state)
{
	static void (* const damage[])(void) = { from_itself, from_afar };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		set_up(state);
		damage[i]();
		gives_up(MINT_LOAD_BAD_ORDER);
	}
}

static void source_is_larger(void) { load_os(&load, SOURCE)->main.size_bytes *= 2; }
static void source_elsewhere(void) { load_os(&load, SOURCE)->main.base_paddr = 0x10000000; }
static void source_crooked(void) { load_os(&load, SOURCE)->main.base_paddr += 2 << 20; }

static void test_bad_memory(void **state)
{
	static void (* const damage[])(void) = {
		source_is_larger, source_elsewhere, source_crooked,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		set_up(state);
		damage[i]();
		gives_up(MINT_LOAD_BAD_MEMORY);
	}
}

static void top_crooked(void) { table(TOPS)[1]++; }
static void top_elsewhere(void) { table(TOPS)[1] = LAPIC; }
static void top_of_copy(void) { table(TOPS)[1] = COPY_PADDR; }

/* The source has gone on by then; the copy is not entered. */
static void test_bad_tables(void **state)
{
	static void (* const damage[])(void) = { top_crooked, top_elsewhere, top_of_copy };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		set_up(state);
		damage[i]();
		gives_up(MINT_LOAD_BAD_TABLES);
		assert_int_equal(load_os(&load, COPY)->state, MINT_OS_ENDED);
	}
}

/* The source does not wait for ever, and says so by the state. */
static void source_gives_up(void)
{
	load_os(&load, COPY)->state = MINT_OS_ENDED;
}

static void test_called_off(void **state)
{
	(void)state;
	meanwhile = source_gives_up;
	assert_false(load_run(&load));
	assert_int_equal(load_os(&load, COPY)->state, MINT_OS_ENDED);
}

static void fence_comes(void)
{
	load_os(&load, COPY)->fence = MINT_FENCE_WORD(MINT_FENCE_COMMIT, 1, GENERATION);
}

static void test_fenced(void **state)
{
	(void)state;
	meanwhile = fence_comes;
	gives_up(MINT_LOAD_FENCED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_pages, set_up),
		cmocka_unit_test_setup(test_words, set_up),
		cmocka_unit_test_setup(test_order, set_up),
		cmocka_unit_test_setup(test_tables, set_up),
		cmocka_unit_test_setup(test_loop, set_up),
		cmocka_unit_test_setup(test_source_goes_on, set_up),
		cmocka_unit_test_setup(test_source_may_look_late, set_up),
		cmocka_unit_test_setup(test_waits, set_up),
		cmocka_unit_test_setup(test_waits_called_off, set_up),
		cmocka_unit_test_setup(test_bad_waiting, set_up),
		cmocka_unit_test_setup(test_snapshot, set_up),
		cmocka_unit_test_setup(test_snapshot_in_place, set_up),
		cmocka_unit_test_setup(test_bad_snapshot, set_up),
		cmocka_unit_test_setup(test_bad_frame, set_up),
		cmocka_unit_test_setup(test_bad_order, set_up),
		cmocka_unit_test_setup(test_bad_memory, set_up),
		cmocka_unit_test_setup(test_bad_tables, set_up),
		cmocka_unit_test_setup(test_called_off, set_up),
		cmocka_unit_test_setup(test_fenced, set_up),
	};
	int failed;

	shm = aligned_alloc(0x1000, MINT_SHM_SIZE);
	/* Little of it is touched. */
	memory = mmap(NULL, ALL_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!shm || memory == MAP_FAILED)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	munmap(memory, ALL_BYTES);
	free(shm);
	return failed;
}
