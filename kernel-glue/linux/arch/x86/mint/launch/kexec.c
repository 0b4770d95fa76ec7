// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec in one of several OSes.
 *
 * Its own way out resets devices, the I/O APIC and cores that belong to others, and it
 * knows nothing of the boot data that the next kernel needs.  So what was loaded becomes
 * an image, as any other, and the OS starts again from it (os/restart.c).  A crash kernel
 * is refused: nobody could say what it would find.
 *
 * And who may not load a kernel by kexec may not start an OS either.
 */
#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/mint.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include <asm/bootparam.h>

#include "base/base.h"
#include "launch/launch.h"
#include "launch/store.h"
#include "neutral/layout.h"
#include "os/os.h"

/* ---- kexec's rules --------------------------------------------------------- */

/* The task that asks for them on behalf of os start, which is no kexec. */
static struct task_struct *asking;

bool mint_load_permitted(void)
{
	bool permitted;

	/* Under mint_ops_mutex: one at a time. */
	WRITE_ONCE(asking, current);
	permitted = kexec_load_permitted(KEXEC_TYPE_DEFAULT);
	WRITE_ONCE(asking, NULL);
	return permitted;
}

bool mint_forbids_kexec(int type)
{
	if (!mint_self.active || READ_ONCE(asking) == current)
		return false;
	if (mint_self.further && type == KEXEC_TYPE_DEFAULT)
		return false;
	if (mint_self.further) {
		pr_err("kexec refused: a further OS has no crash kernel\n");
		return true;
	}
	/* Alone, all is as without Mint; else it starts again, and it alone. */
	if (!mint_others_exist() ||
	    (type == KEXEC_TYPE_DEFAULT && mint_restart_takes("")))
		return false;
	pr_err("kexec refused: there are other OSes on this machine; destroy them first\n");
	return true;
}

/* ---- what was loaded ---------------------------------------------------------- */

/*
 * What will lie at @from, from the pages that wait to be put there; whether all is there.
 * Those may be high memory, unlike the pages that list them.
 */
static bool take_bytes(const struct kimage *image, u64 from, void *to, size_t len)
{
	const kimage_entry_t *at = &image->head;
	u64 dest = 0, left = len;
	kimage_entry_t entry;

	while ((entry = *at) && !(entry & IND_DONE)) {
		if (entry & IND_DESTINATION)
			dest = entry & PAGE_MASK;
		if (entry & IND_SOURCE) {
			u64 begin = max(dest, from);
			u64 end = min(dest + PAGE_SIZE, from + len);

			if (begin < end) {
				memcpy_from_page(to + (begin - from),
						 pfn_to_page(entry >> PAGE_SHIFT),
						 begin - dest, end - begin);
				left -= end - begin;
			}
			dest += PAGE_SIZE;
		}
		at = entry & IND_INDIRECTION ? phys_to_virt(entry & PAGE_MASK) :
		     at + 1;
	}
	return !left;
}

static u64 cmdline_at(const struct boot_params *bp)
{
	return bp->hdr.cmd_line_ptr | (u64)bp->ext_cmd_line_ptr << 32;
}

static u64 initrd_at(const struct boot_params *bp)
{
	return bp->hdr.ramdisk_image | (u64)bp->ext_ramdisk_image << 32;
}

static u64 initrd_bytes(const struct boot_params *bp)
{
	return bp->hdr.ramdisk_size | (u64)bp->ext_ramdisk_size << 32;
}

/* The segment that is what a kernel gets to read. */
static bool find_boot_params(const struct kimage *image, struct boot_params *bp)
{
	unsigned long i;
	char byte;

	for (i = 0; i < image->nr_segments; i++)
		if (image->segment[i].memsz >= sizeof(*bp) &&
		    take_bytes(image, image->segment[i].mem, bp, sizeof(*bp)) &&
		    bp->hdr.header == MINT_BOOT_HEADER && bp->hdr.boot_flag == MINT_BOOT_FLAG &&
		    take_bytes(image, cmdline_at(bp), &byte, 1))
			return true;
	return false;
}

/* The one that has kernel_info where the header says. */
static const struct kexec_segment *find_kernel(const struct kimage *image,
					       const struct setup_header *hdr)
{
	unsigned long i;
	u32 magic;

	for (i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *s = &image->segment[i];

		if (hdr->kernel_info_offset &&
		    hdr->kernel_info_offset + sizeof(magic) <= s->bufsz &&
		    take_bytes(image, s->mem + hdr->kernel_info_offset, &magic,
			       sizeof(magic)) &&
		    magic == MINT_KERNEL_INFO)
			return s;
	}
	return NULL;
}

/* As a bzImage would be, but for its real-mode code. */
static int take_kernel(struct mint_files *f, const struct kimage *image,
		       struct setup_header *hdr)
{
	const struct kexec_segment *s = find_kernel(image, hdr);
	size_t setup_len = ((hdr->setup_sects ?: 4) + 1) * 512;

	if (!s)
		return -ENOEXEC;
	f->kernel_len = setup_len + s->bufsz;
	f->kernel = vzalloc(f->kernel_len);
	if (!f->kernel)
		return -ENOMEM;
	/* kexec_file_load() takes that away. */
	hdr->loadflags |= LOADED_HIGH;
	memcpy(f->kernel + offsetof(struct boot_params, hdr), hdr, sizeof(*hdr));
	return take_bytes(image, s->mem, f->kernel + setup_len, s->bufsz) ?
	       0 : -ENOEXEC;
}

static int take_initrd(struct mint_files *f, const struct kimage *image,
		       const struct boot_params *bp)
{
	f->initrd_len = initrd_bytes(bp);
	if (!f->initrd_len)
		return 0;
	/* Whoever loaded it says how long it is. */
	f->initrd = __vmalloc(f->initrd_len, GFP_KERNEL | __GFP_NOWARN);
	if (!f->initrd)
		return -ENOMEM;
	return take_bytes(image, initrd_at(bp), f->initrd, f->initrd_len) ?
	       0 : -ENOEXEC;
}

/* As much of it as there is. */
static void take_cmdline(char *line, const struct kimage *image,
			 const struct boot_params *bp)
{
	size_t i;

	for (i = 0; i + 1 < MINT_CMDLINE_SIZE; i++)
		if (!take_bytes(image, cmdline_at(bp) + i, line + i, 1) || !line[i])
			break;
	line[i] = '\0';
}

static int take_image(struct mint_files *f, char *line,
		      const struct kimage *image, struct netlink_ext_ack *extack)
{
	struct boot_params *bp = kmalloc(sizeof(*bp), GFP_KERNEL);
	int err = -ENOMEM;

	if (bp && find_boot_params(image, bp)) {
		err = take_kernel(f, image, &bp->hdr);
		if (!err)
			err = take_initrd(f, image, bp);
		take_cmdline(line, image, bp);
	} else if (bp) {
		err = -ENOEXEC;
	}
	kfree(bp);
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "what was loaded cannot be started here (error %d)",
				   err);
	return err;
}

/* ---- the next life -------------------------------------------------------------- */

/* Before anything is shut down, all that could be wrong is found. */
static int check_fit(const struct mint_files *f, const char *own,
		     struct netlink_ext_ack *extack)
{
	struct mint_image_record *m = kvmalloc(sizeof(*m), GFP_KERNEL);
	struct mint_layout where;
	struct mint_os self;
	bool fits;

	if (!m)
		return -ENOMEM;
	mint_os_peek(mint_self.os, &self);
	mint_files_describe(f, m);
	fits = mint_lay_out(m, mint_self.further ? &self.main : mint_map_main(),
			    &where);
	kvfree(m);
	if (!fits) {
		NL_SET_ERR_MSG(extack, "this OS has too little memory for it");
		return -ENOMEM;
	}
	if (!mint_restart_takes(own)) {
		NL_SET_ERR_MSG(extack, "too long a command line, or a damaged order of this OS");
		return -E2BIG;
	}
	return mint_self.further ? mint_cmdline_check(own, self.legacy, extack) : 0;
}

static int replace(const struct kimage *image, struct mint_files *f, char *line,
		   struct netlink_ext_ack *extack)
{
	struct mint_image_id id;
	const char *own;
	int err;

	err = take_image(f, line, image, extack) ?:
	      mint_files_check(f, "kexec", extack);
	if (err)
		return err;
	own = mint_restart_own_words(line);
	err = check_fit(f, own, extack) ?:
	      mint_store_put(f, NULL, NULL, &id, extack);
	if (err)
		return err;
	err = mint_store_use(&id, mint_self.os, extack);
	if (err) {
		mint_store_drop(&id);
		return err;
	}
	mint_restart_replace(id.idx, id.serial, own);
	return 0;
}

int mint_kexec(void)
{
	struct netlink_ext_ack extack = { };
	struct mint_files f = { };
	char *line;
	int err = 0;

	if (!mint_self.active || (!mint_self.further && !mint_others_exist()))
		return 0;
	if (mint_forbids_kexec(KEXEC_TYPE_DEFAULT))
		return -EBUSY;
	/* It would come back to this kernel, and never shut it down. */
	if (kexec_image->preserve_context) {
		pr_err("kexec refused: it cannot come back here\n");
		return -EOPNOTSUPP;
	}
	line = kmalloc(MINT_CMDLINE_SIZE, GFP_KERNEL);
	err = line ? replace(kexec_image, &f, line, &extack) : -ENOMEM;
	kfree(line);
	mint_files_free(&f);
	if (err)
		pr_err("kexec refused: %s\n", extack._msg ?: "no memory");
	return err;
}
