// SPDX-License-Identifier: GPL-2.0-only
/*
 * A snapshot in the pool is written to a file, and read from one: see <mint/snapfile.h>.
 * What comes from a file is anybody's bytes: the header is checked before a size in it is
 * used, and the rest by its sums before it becomes an image.
 */
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/processor.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include <mint/image.h>
#include <mint/snapfile.h>

#include "base/base.h"
#include "irq/irq.h"
#include "launch/launch.h"
#include "launch/snapfile.h"
#include "launch/store.h"
#include "neutral/layout.h"
#include "neutral/shared.h"
#include "neutral/sum.h"
#include "os/os.h"

/* Memory of the pool is seen through windows of this size. */
#define WINDOW		SZ_2M
/* A clock of the former machine is corrected by NTP as far as that: 500 ppm. */
#define TSC_TOLERANCE	2000

/* ---- where it was made ---------------------------------------------------------- */

struct cpuid_leaf {
	u32 eax, ebx, ecx, edx;
};

static u64 add_leaf(u64 sum, u32 leaf, u32 sub, const struct cpuid_leaf *mask)
{
	struct cpuid_leaf is = { };
	u32 highest = cpuid_eax(leaf & 0x80000000);

	if (leaf <= highest)
		cpuid_count(leaf, sub, &is.eax, &is.ebx, &is.ecx, &is.edx);
	sum = mint_sum_step(sum, (u64)(is.eax & mask->eax) << 32 | (is.ebx & mask->ebx));
	return mint_sum_step(sum, (u64)(is.ecx & mask->ecx) << 32 | (is.edx & mask->edx));
}

/* SDM volume 2A, CPUID: without what differs from core to core, or with what is switched on. */
static u64 sum_of_cpu(void)
{
	static const struct cpuid_leaf
		all = { ~0u, ~0u, ~0u, ~0u },
		family = { ~0u, 0, (u32)~BIT(27), (u32)~BIT(9) },		/* OSXSAVE, APIC */
		features = { ~0u, ~0u, (u32)~BIT(4), ~0u },	/* OSPKE */
		xstate = { ~0u, 0, 0, ~0u },
		sizes = { ~0u, ~0u, 0, 0 };
	u64 sum = add_leaf(0, 0, 0, &all);

	sum = add_leaf(sum, 1, 0, &family);
	sum = add_leaf(sum, 7, 0, &features);
	sum = add_leaf(sum, 0xd, 0, &xstate);
	sum = add_leaf(sum, 0x80000001, 0, &all);
	return add_leaf(sum, 0x80000008, 0, &sizes);
}

static u64 sum_of_chips(u64 sum)
{
	u32 i;

	for (i = 0; i < mint_irql.nr_chips; i++) {
		sum = mint_sum_step(sum, mint_irql.chip[i].paddr);
		sum = mint_sum_step(sum, mint_irql.chip[i].gsi_base);
	}
	return sum;
}

static u64 sum_of_pool(u64 sum)
{
	u32 i;

	for (i = 0; i < MINT_MAX_POOL_RANGES; i++) {
		sum = mint_sum_step(sum, mint_pool_range(i)->base_paddr);
		sum = mint_sum_step(sum, mint_pool_range(i)->size_bytes);
	}
	return sum;
}

static u64 sum_of_machine(void)
{
	const struct mint_header *hdr = mint_hdr();
	u64 sum = mint_sum_step(mint_nr_cores(), mint_self.shm_paddr);
	u32 core;

	for (core = 0; core < mint_nr_cores(); core++)
		sum = mint_sum_step(sum, mint_core_apic(core));
	sum = mint_sum_step(sum, hdr->bsp_apic_id);
	sum = mint_sum_step(sum, hdr->mmcfg_paddr);
	sum = mint_sum_step(sum, hdr->mmcfg_bus_end);
	return sum_of_pool(sum_of_chips(sum));
}

/* ---- the header ------------------------------------------------------------------ */

static u64 header_sum(const struct mint_snapfile *h)
{
	return mint_sum_of(h, offsetof(struct mint_snapfile, sum));
}

/* Bytes behind the header. */
static u64 data_bytes(const struct mint_image_record *m)
{
	return mint_snapshot_off(m) + m->kernel_bytes;
}

static void describe(struct mint_snapfile *h, const struct mint_image_record *m)
{
	h->magic = MINT_SNAPFILE_MAGIC;
	h->size_bytes = sizeof(*h);
	h->shm_revision = MINT_SHM_REVISION;
	h->boot_revision = MINT_BOOT_REVISION;
	h->irqt_revision = MINT_IRQT_REVISION;
	h->tsc_khz = tsc_khz;
	h->cpu_sum = sum_of_cpu();
	h->machine_sum = sum_of_machine();
	h->record = *m;
	h->record.state = 0;
	h->record.users = 0;
	h->record.loader = 0;
	h->record.serial = 0;
	h->record.sum = 0;
	memset(h->record.name, 0, sizeof(h->record.name));
	h->record.mem = (struct mint_range){ };
	h->sum = header_sum(h);
}

static bool record_ok(const struct mint_image_record *m)
{
	return m->kind == MINT_IMG_SNAPSHOT && m->arch == MINT_IMAGE_X86_64 &&
	       m->need_bytes && m->need_bytes <= mint_pool_size() &&
	       IS_ALIGNED(m->need_bytes, MINT_CLONE_ALIGN) && m->align == MINT_CLONE_ALIGN &&
	       m->initrd_bytes == m->need_bytes >> PAGE_SHIFT >> 3 &&
	       m->kernel_bytes <= m->need_bytes && IS_ALIGNED(m->kernel_bytes, PAGE_SIZE) &&
	       m->nr_cores && m->nr_cores <= mint_nr_cores() &&
	       strnlen(m->release, sizeof(m->release)) < sizeof(m->release);
}

static bool same_clock(u64 khz)
{
	return abs_diff(khz, (u64)tsc_khz) <= tsc_khz / TSC_TOLERANCE;
}

/* Why it cannot go on here; NULL: it can. */
static const char *why_not_here(const struct mint_snapfile *h)
{
	if (h->shm_revision != MINT_SHM_REVISION || h->boot_revision != MINT_BOOT_REVISION ||
	    h->irqt_revision != MINT_IRQT_REVISION)
		return "was made by another version of Mint";
	if (h->cpu_sum != sum_of_cpu() || !same_clock(h->tsc_khz))
		return "was made on other processors, or with another TSC";
	if (h->machine_sum != sum_of_machine())
		return "was made on a machine with other cores, interrupts or pool";
	return record_ok(&h->record) ? NULL : "is damaged: what it says of itself is no snapshot";
}

static int check_header(const struct mint_snapfile *h, u64 file_bytes, const char *name,
			struct netlink_ext_ack *extack)
{
	const char *why;

	if (h->magic != MINT_SNAPFILE_MAGIC || h->size_bytes != sizeof(*h))
		why = "is no snapshot of this version of Mint";
	else if (h->sum != header_sum(h))
		why = "is damaged: the sum of its header is wrong";
	else
		why = why_not_here(h);
	if (!why && file_bytes - MINT_SNAPFILE_DATA < data_bytes(&h->record))
		why = "is cut short";
	if (!why)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%.15s: the file %s", name, why);
	return -EINVAL;
}

/* ---- the bytes -------------------------------------------------------------------- */

/**
 * struct way - of a snapshot, between the pool and a file
 * @file, @pos:	where in the file
 * @m:		its record
 * @to_file:	or from it
 * @map_sum, @pages_sum: of what went by
 */
struct way {
	struct file *file;
	loff_t pos;
	const struct mint_image_record *m;
	bool to_file;
	u64 map_sum;
	u64 pages_sum;
};

static int pass(struct way *w, void *at, size_t bytes)
{
	ssize_t n;

	if (fatal_signal_pending(current))
		return -EINTR;
	n = w->to_file ? kernel_write(w->file, at, bytes, &w->pos) :
			 kernel_read(w->file, at, bytes, &w->pos);
	if (n < 0)
		return n;
	return n == bytes ? 0 : w->to_file ? -ENOSPC : -ENODATA;
}

/* @bytes of the piece from @off, all of them counted by @sum, if that is not NULL. */
static int pass_part(struct way *w, u64 off, u64 bytes, u64 *sum)
{
	int err = 0;

	while (bytes && !err) {
		size_t part = min_t(u64, bytes, WINDOW);
		void *at = memremap(w->m->mem.base_paddr + off, part, MEMREMAP_WB);

		if (!at)
			return -ENOMEM;
		err = pass(w, at, part);
		if (sum)
			*sum = mint_sum(*sum, at, part / 8);
		memunmap(at);
		off += part;
		bytes -= part;
		cond_resched();
	}
	return err;
}

/* Frame and map with their padding, and the pages. */
static int pass_all(struct way *w)
{
	const struct mint_image_record *m = w->m;
	u64 pages = mint_snapshot_off(m), map_end = PAGE_SIZE + m->initrd_bytes;

	w->map_sum = m->initrd_bytes / 8;
	w->pages_sum = m->kernel_bytes / 8;
	return pass_part(w, 0, PAGE_SIZE, NULL) ?:
	       pass_part(w, PAGE_SIZE, m->initrd_bytes, &w->map_sum) ?:
	       pass_part(w, map_end, pages - map_end, NULL) ?:
	       pass_part(w, pages, m->kernel_bytes, &w->pages_sum);
}

static bool sums_ok(const struct way *w)
{
	return w->map_sum == w->m->initrd_sum && w->pages_sum == w->m->kernel_sum;
}

static int explain(int err, const char *name, const char *what, struct netlink_ext_ack *extack)
{
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "%.15s: the file cannot be %s (error %d)", name,
				   what, err);
	return err;
}

/* ---- to a file -------------------------------------------------------------------- */

static int write_header(struct way *w)
{
	struct mint_snapfile *h = kzalloc(MINT_SNAPFILE_DATA, GFP_KERNEL);
	int err;

	if (!h)
		return -ENOMEM;
	describe(h, w->m);
	err = pass(w, h, MINT_SNAPFILE_DATA);
	kfree(h);
	return err;
}

/* Nothing keeps others from removing it meanwhile; then the sums are wrong. */
static int write_all(const char *name, struct way *w, const struct mint_image_id *id,
		     struct netlink_ext_ack *extack)
{
	int err = explain(write_header(w) ?: pass_all(w) ?: vfs_fsync(w->file, 0), name,
			  "written", extack);

	if (err || sums_ok(w))
		return err;
	NL_SET_ERR_MSG_FMT(extack, "snapshot %.15s is damaged, or was removed meanwhile", name);
	return -EIO;
}

static int check_save(const char *name, const struct mint_image_record *m,
		      struct netlink_ext_ack *extack)
{
	if (m->kind != MINT_IMG_SNAPSHOT) {
		NL_SET_ERR_MSG_FMT(extack, "image %.15s is a kernel, no snapshot", name);
		return -EINVAL;
	}
	if (mint_snapshot_off(m) + m->kernel_bytes > m->mem.size_bytes || !record_ok(m)) {
		NL_SET_ERR_MSG_FMT(extack, "the record of image %.15s is damaged", name);
		return -EIO;
	}
	if (!security_locked_down(LOCKDOWN_KCORE))
		return 0;
	NL_SET_ERR_MSG(extack, "this OS is locked down: no memory of a kernel goes into a file");
	return -EPERM;
}

int mint_snapshot_save(const char *name, struct file *file, struct netlink_ext_ack *extack)
{
	struct mint_image_record *m = kvmalloc(sizeof(*m), GFP_KERNEL);
	struct way w = { .file = file, .m = m, .to_file = true };
	struct mint_image_id id;
	int err;

	if (!m)
		return -ENOMEM;
	err = mint_store_find(name, &id, extack) ?: mint_store_copy(&id, m, extack) ?:
	      check_save(name, m, extack) ?: write_all(name, &w, &id, extack);
	kvfree(m);
	return err;
}

/* ---- from a file ------------------------------------------------------------------ */

static int read_header(struct way *w, struct mint_image_record *m, const char *name,
		       struct netlink_ext_ack *extack)
{
	u64 bytes = i_size_read(file_inode(w->file));
	struct mint_snapfile *h;
	int err;

	if (bytes < MINT_SNAPFILE_DATA) {
		NL_SET_ERR_MSG_FMT(extack, "%.15s: the file is no snapshot", name);
		return -EINVAL;
	}
	h = kmalloc(MINT_SNAPFILE_DATA, GFP_KERNEL);
	if (!h)
		return -ENOMEM;
	err = explain(pass(w, h, MINT_SNAPFILE_DATA), name, "read", extack) ?:
	      check_header(h, bytes, name, extack);
	if (!err)
		*m = h->record;
	kfree(h);
	return err;
}

static int read_data(struct way *w, const char *name, struct netlink_ext_ack *extack)
{
	int err = explain(pass_all(w), name, "read", extack);

	if (err || sums_ok(w))
		return err;
	NL_SET_ERR_MSG_FMT(extack, "%.15s: the file is damaged: a sum is wrong", name);
	return -EINVAL;
}

static int load(const char *name, struct mint_image_record *m, struct way *w,
		struct netlink_ext_ack *extack)
{
	struct mint_image_id id;
	int err;

	strscpy_pad(m->name, name);
	m->flags |= MINT_IMGF_FROM_FILE;
	m->mem.size_bytes = ALIGN(data_bytes(m), SZ_2M);
	err = mint_store_reserve(m, &id, extack);
	if (err)
		return err;
	err = read_data(w, name, extack) ?: mint_store_publish(m, &id, extack);
	if (err)
		mint_store_release(&id);
	return err;
}

int mint_snapshot_load(const char *name, struct file *file, struct netlink_ext_ack *extack)
{
	struct mint_image_record *m = kvzalloc(sizeof(*m), GFP_KERNEL);
	struct way w = { .file = file, .m = m };
	int err;

	if (!m)
		return -ENOMEM;
	err = mint_check_image_name(name, extack) ?:
	      mint_files_unsigned_permitted(name, extack) ?:
	      read_header(&w, m, name, extack) ?: load(name, m, &w, extack);
	kvfree(m);
	return err;
}
