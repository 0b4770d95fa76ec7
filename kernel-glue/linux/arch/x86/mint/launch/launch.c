// SPDX-License-Identifier: GPL-2.0-only
/*
 * The launcher: puts a kernel and an initrd into the memory of an OS that has
 * been created, describes its machine to it, and releases its boot core.
 *
 * It stands on kexec's image code (image.c) and the 64-bit boot protocol
 * (Documentation/arch/x86/boot.rst), with an image of its own: kexec's lock, its
 * one image slot and its shutdown path are left alone, and the running OS is not
 * touched.
 *
 * Layout of an OS's main range at start:
 *
 *	+0		boot_params, command line, setup_data, page tables
 *	+BOOT_AREA	kernel, on a multiple of its alignment
 *	...
 *	end		initrd
 */
#include <linux/crc32.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/pgtable.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include <asm/bootparam.h>
#include <asm/e820/types.h>
#include <asm/setup.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"
#include "base/life.h"
#include "cpu/cpu.h"
#include "irq/irq.h"
#include "launch/launch.h"
#include "neutral/shared.h"
#include "os/os.h"

#define BOOT_AREA		SZ_1M
#define BOOT_CMDLINE		0x1000
#define BOOT_SETUP_DATA		0x2000
#define BOOT_TABLES		0x4000
/* top, PML4, two PDPTs, PDs for 4 GiB and two GiB around the kernel */
#define BOOT_NR_TABLES		10
/* What a kernel needs beside its image to get to user space. */
#define HEADROOM		SZ_32M
/* Copies are made through windows of this size. */
#define COPY_WINDOW		SZ_2M
#define RNG_SEED_BYTES		64

/* An image being loaded. */
struct load {
	struct mint_os os;		/* private copy of its record */
	struct mint_files files;
	const char *cmdline;
	u64 kernel_paddr;		/* where the protected-mode part goes */
	u64 initrd_paddr;
	struct mint_boot_data boot;
};

/* ---- putting bytes into the OS's memory ------------------------------- */

static int put_bytes(const struct load *ld, u64 paddr, const void *from,
		     size_t len)
{
	const struct mint_range *r = &ld->os.main;

	if (paddr < r->base_paddr ||
	    paddr + len > r->base_paddr + r->size_bytes)
		return -ERANGE;
	while (len) {
		size_t part = min_t(size_t, len, COPY_WINDOW);
		void *to = memremap(paddr, part, MEMREMAP_WB);

		if (!to)
			return -ENOMEM;
		memcpy(to, from, part);
		memunmap(to);
		paddr += part;
		from += part;
		len -= part;
		cond_resched();
	}
	return 0;
}

static int put_boot(const struct load *ld, u32 off_bytes, const void *from,
		    size_t len)
{
	return put_bytes(ld, ld->os.main.base_paddr + off_bytes, from, len);
}

/* ---- where things go ----------------------------------------------------- */

static int place(struct load *ld, struct netlink_ext_ack *extack)
{
	const struct mint_range *r = &ld->os.main;
	u64 end = r->base_paddr + r->size_bytes;
	u64 need;

	ld->kernel_paddr = ALIGN(r->base_paddr + BOOT_AREA,
				 (u64)ld->files.hdr.kernel_alignment);
	ld->initrd_paddr = ALIGN_DOWN(end - min_t(u64, ld->files.initrd_len, end),
				      PAGE_SIZE);
	need = ld->kernel_paddr - r->base_paddr + ld->files.hdr.init_size +
	       ld->files.initrd_len + HEADROOM;
	if (need <= r->size_bytes)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s has too little memory: image and initrd need %lluM",
			   ld->os.name, ALIGN(need, SZ_1M) >> 20);
	return -ENOMEM;
}

/* ---- describing the machine ------------------------------------------- */

static void fill_boot_data(struct load *ld, u32 os)
{
	struct mint_boot_data *b = &ld->boot;
	struct mint_header *hdr = mint_hdr();
	u32 core;

	memset(b, 0, sizeof(*b));
	b->magic = MINT_BOOT_MAGIC;
	b->revision = MINT_BOOT_REVISION;
	b->size_bytes = sizeof(*b);
	b->os = os;
	b->generation = ld->os.generation;
	b->shm_paddr = mint_self.shm_paddr;
	b->tsc_khz = tsc_khz;
	b->lapic_timer_khz = hdr->lapic_timer_khz;
	b->nr_cores = mint_nr_cores();
	b->boot_core = ld->os.boot_core;
	b->bsp_apic_id = hdr->bsp_apic_id;
	b->legacy = ld->os.legacy;
	b->cores = ld->os.cores;
	b->wall_ns = ktime_get_real_ns();
	b->wall_tsc = rdtsc();
	b->mmcfg_paddr = hdr->mmcfg_paddr;
	b->mmcfg_bus_end = hdr->mmcfg_bus_end;
	b->nr_root_buses = min(hdr->nr_root_buses, MINT_MAX_ROOT_BUSES);
	memcpy(b->root_bus, hdr->root_bus, sizeof(b->root_bus));
	for (core = 0; core < b->nr_cores; core++)
		b->apic_id[core] = mint_core_apic(core);
	b->irq.nr_chips = mint_irql.nr_chips;
	memcpy(b->irq.chip, mint_irql.chip, sizeof(b->irq.chip));
	memcpy(b->irq.isa_gsi, mint_irql.isa_gsi, sizeof(b->irq.isa_gsi));
	memcpy(b->irq.isa_attr, mint_irql.isa_attr, sizeof(b->irq.isa_attr));
	b->crc32 = crc32_le(~0, (void *)b, sizeof(*b)) ^ ~0;
}

/* setup_data: our node, then a seed for the random number generator. */
static int put_setup_data(struct load *ld)
{
	u64 base = ld->os.main.base_paddr;
	u32 rng_off = BOOT_SETUP_DATA +
		ALIGN(sizeof(struct setup_data) + sizeof(ld->boot), 16);
	struct setup_data node = {
		.next = base + rng_off,
		.type = MINT_SETUP_DATA,
		.len = sizeof(ld->boot),
	};
	u8 seed[RNG_SEED_BYTES];
	int err;

	err = put_boot(ld, BOOT_SETUP_DATA, &node, sizeof(node));
	if (!err)
		err = put_boot(ld, BOOT_SETUP_DATA + sizeof(node), &ld->boot,
			       sizeof(ld->boot));
	node.next = 0;
	node.type = SETUP_RNG_SEED;
	node.len = sizeof(seed);
	get_random_bytes(seed, sizeof(seed));
	if (!err)
		err = put_boot(ld, rng_off, &node, sizeof(node));
	if (!err)
		err = put_boot(ld, rng_off + sizeof(node), seed, sizeof(seed));
	memzero_explicit(seed, sizeof(seed));
	return err;
}

static void add_ram(struct boot_params *bp, const struct mint_range *r)
{
	struct boot_e820_entry *e = &bp->e820_table[bp->e820_entries];

	if (!r->size_bytes)
		return;
	e->addr = r->base_paddr;
	e->size = r->size_bytes;
	e->type = E820_TYPE_RAM;
	bp->e820_entries++;
}

/* The memory that the OS has, and nothing else: start and end. */
static int put_boot_params(struct load *ld)
{
	struct boot_params *bp = kzalloc(sizeof(*bp), GFP_KERNEL);
	u64 base = ld->os.main.base_paddr;
	int err;

	if (!bp)
		return -ENOMEM;
	bp->hdr = ld->files.hdr;
	/* What a loader says there, and a file may: nothing of it goes on. */
	bp->hdr.ramdisk_image = 0;
	bp->hdr.ramdisk_size = 0;
	bp->hdr.ram_size = 0;
	bp->hdr.root_dev = 0;
	bp->hdr.vid_mode = 0;
	bp->hdr.ext_loader_ver = 0;
	bp->hdr.ext_loader_type = 0;
	bp->hdr.hardware_subarch = 0;
	bp->hdr.hardware_subarch_data = 0;
	bp->hdr.loadflags = LOADED_HIGH;
	bp->hdr.type_of_loader = 0xff;
	bp->hdr.code32_start = ld->kernel_paddr;
	bp->hdr.cmd_line_ptr = base + BOOT_CMDLINE;
	bp->ext_cmd_line_ptr = (base + BOOT_CMDLINE) >> 32;
	if (ld->files.initrd_len) {
		bp->hdr.ramdisk_image = ld->initrd_paddr;
		bp->ext_ramdisk_image = ld->initrd_paddr >> 32;
		bp->hdr.ramdisk_size = ld->files.initrd_len;
		bp->ext_ramdisk_size = (u64)ld->files.initrd_len >> 32;
	}
	bp->hdr.setup_data = base + BOOT_SETUP_DATA;
	if (ld->os.legacy & BIT(MINT_LEGACY_VGA))
		bp->screen_info = boot_params.screen_info;
	add_ram(bp, &ld->os.low);
	add_ram(bp, &ld->os.dma);
	add_ram(bp, &ld->os.main);
	err = put_boot(ld, 0, bp, sizeof(*bp));
	kfree(bp);
	return err;
}

static int put_cmdline(struct load *ld, struct netlink_ext_ack *extack)
{
	/* Bounce buffers shall not use up all of a small DMA slice. */
	const char *swiotlb = ld->os.dma.size_bytes ? "swiotlb=16384 " : "";
	char *line;
	int err;

	/*
	 * No writes to port 0x80 for delays: it is not ours.  Microcode is
	 * looked for before the kernel knows who it is, see machine.c.
	 */
	line = kasprintf(GFP_KERNEL, "mint.name=%s io_delay=none dis_ucode_ldr %sconsole=hvc0 %s",
			 ld->os.name, swiotlb, ld->cmdline);
	if (!line)
		return -ENOMEM;
	if (strlen(line) >= min_t(size_t, COMMAND_LINE_SIZE, ld->files.hdr.cmdline_size)) {
		NL_SET_ERR_MSG(extack, "the command line is too long");
		err = -E2BIG;
	} else {
		err = put_boot(ld, BOOT_CMDLINE, line, strlen(line) + 1);
	}
	kfree(line);
	return err;
}

/* ---- page tables for the way from the park page into the kernel ------- */

struct tables {
	u64 (*page)[PTRS_PER_PTE];
	unsigned int used;
	u64 paddr;			/* where page[0] will lie */
};

#define TABLE_FLAGS	(_PAGE_PRESENT | _PAGE_RW)

static u64 *next_table(struct tables *t, u64 *entry)
{
	u64 paddr;

	if (*entry & _PAGE_PRESENT)
		return t->page[((*entry & PTE_PFN_MASK) - t->paddr) >> PAGE_SHIFT];
	if (t->used == BOOT_NR_TABLES)
		return NULL;
	paddr = t->paddr + t->used * PAGE_SIZE;
	*entry = paddr | TABLE_FLAGS;
	return t->page[t->used++];
}

/* Maps the GiB around @paddr one to one, with 2 MiB pages. */
static bool map_gib(struct tables *t, u64 paddr)
{
	u64 *table = t->page[0];
	unsigned int i;

	paddr = ALIGN_DOWN(paddr, SZ_1G);
	if (pgtable_l5_enabled())
		table = next_table(t, &table[(paddr >> 48) & 511]);
	if (table)
		table = next_table(t, &table[(paddr >> 39) & 511]);
	if (table)
		table = next_table(t, &table[(paddr >> 30) & 511]);
	for (i = 0; table && i < PTRS_PER_PMD; i++)
		table[i] = (paddr + (u64)i * PMD_SIZE) | TABLE_FLAGS | _PAGE_PSE;
	return table;
}

/*
 * One to one: the first 4 GiB (the park page is there) and the start of the
 * main range; the kernel's own start-up code maps the rest as it needs it.
 */
static int put_tables(const struct load *ld)
{
	struct tables t = { .used = 1,
			    .paddr = ld->os.main.base_paddr + BOOT_TABLES };
	u64 gib;
	bool ok = true;
	int err;

	t.page = kcalloc(BOOT_NR_TABLES, PAGE_SIZE, GFP_KERNEL);
	if (!t.page)
		return -ENOMEM;
	for (gib = 0; gib < 4; gib++)
		ok = ok && map_gib(&t, gib * SZ_1G);
	ok = ok && map_gib(&t, ld->os.main.base_paddr);
	ok = ok && map_gib(&t, ld->kernel_paddr + ld->files.hdr.init_size);
	err = ok ? put_boot(ld, BOOT_TABLES, t.page, BOOT_NR_TABLES * PAGE_SIZE) :
		   -E2BIG;
	kfree(t.page);
	return err;
}

/* ---- the whole -------------------------------------------------------- */

static int put_image(struct load *ld, struct netlink_ext_ack *extack)
{
	const struct mint_files *f = &ld->files;
	int err;

	err = put_bytes(ld, ld->kernel_paddr, f->kernel + f->setup_len,
			f->kernel_len - f->setup_len);
	if (!err)
		err = put_bytes(ld, ld->initrd_paddr, f->initrd, f->initrd_len);
	if (!err)
		err = put_setup_data(ld);
	if (!err)
		err = put_boot_params(ld);
	if (!err)
		err = put_tables(ld);
	if (!err)
		err = put_cmdline(ld, extack);
	return err;
}

static int release_core(struct load *ld, u32 os, struct netlink_ext_ack *extack)
{
	struct mint_os *o = mint_os(os);
	u64 base = ld->os.main.base_paddr;
	int err;

	mint_life_restart(os);
	o->fence = 0;
	o->reason = MINT_END_NONE;
	o->start_tsc = rdtsc();
	mint_shared_store(&o->state, MINT_OS_STARTING);
	mint_count_start();
	err = mint_core_start(ld->os.boot_core, os, ld->kernel_paddr + 0x200,
			      base, base + BOOT_TABLES);
	if (err) {
		WRITE_ONCE(o->state, MINT_OS_CREATED);
		NL_SET_ERR_MSG_FMT(extack, "core %u does not start (error %d)",
				   ld->os.boot_core, err);
	} else {
		mint_event_send_all(MINT_EV_STATE);
	}
	return err;
}

static int check_startable(struct load *ld, u32 os,
			   struct netlink_ext_ack *extack)
{
	mint_shared_copy(&ld->os, mint_os(os), sizeof(ld->os));
	ld->os.name[MINT_NAME_LEN - 1] = '\0';
	if (ld->os.state == MINT_OS_ENDED) {
		NL_SET_ERR_MSG_FMT(extack, "%s has ended; destroy it and create it again",
				   ld->os.name);
		return -EBUSY;
	}
	if (ld->os.state != MINT_OS_CREATED) {
		NL_SET_ERR_MSG_FMT(extack, "%s was started already", ld->os.name);
		return -EBUSY;
	}
	ld->os.id = os;
	if (!mint_os_memory_ok(&ld->os)) {
		NL_SET_ERR_MSG_FMT(extack, "the table is damaged: memory of %s is not in the pool",
				   ld->os.name);
		return -EIO;
	}
	if (ld->os.boot_core >= mint_nr_cores() ||
	    mint_core_owner(ld->os.boot_core) != os) {
		NL_SET_ERR_MSG_FMT(extack, "the table is damaged: %s does not own its boot core",
				   ld->os.name);
		return -EIO;
	}
	return 0;
}

/* All that can be refused, before anything is changed. */
static int prepare(struct load *ld, const char *kernel_path,
		   const char *initrd_path, struct netlink_ext_ack *extack)
{
	int err = 0;

	if (!mint_fault("any-cmdline"))
		err = mint_cmdline_check(ld->cmdline, ld->os.legacy, extack);
	if (!err)
		err = mint_files_read(&ld->files, kernel_path, initrd_path,
				      ld->os.main.size_bytes, extack);
	if (!err)
		err = place(ld, extack);
	if (err || mint_load_permitted())
		return err;
	NL_SET_ERR_MSG(extack, "kernel.kexec_load_disabled or _limit_reboot forbids it");
	return -EPERM;
}

static int load_and_start(struct load *ld, u32 os, const char *kernel_path,
			  const char *initrd_path,
			  struct netlink_ext_ack *extack)
{
	int err = prepare(ld, kernel_path, initrd_path, extack);

	if (err)
		return err;
	fill_boot_data(ld, os);
	err = put_image(ld, extack);
	if (err) {
		NL_SET_ERR_MSG_WEAK(extack, "the image cannot be copied into the OS's memory");
		return err;
	}
	return release_core(ld, os, extack);
}

int mint_os_start(const char *name, const char *kernel_path,
		  const char *initrd_path, const char *cmdline,
		  struct netlink_ext_ack *extack)
{
	struct load *ld = kzalloc(sizeof(*ld), GFP_KERNEL);
	int os, err;

	if (!ld)
		return -ENOMEM;
	ld->cmdline = cmdline ?: "";
	mutex_lock(&mint_ops_mutex);
	os = mint_os_lock_slot(name, extack);
	err = os < 0 ? os : check_startable(ld, os, extack);
	if (!err)
		err = load_and_start(ld, os, kernel_path, initrd_path, extack);
	if (os > 0)
		mint_os_unlock_slot(os);
	mutex_unlock(&mint_ops_mutex);
	mint_files_free(&ld->files);
	kfree(ld);
	return err;
}
