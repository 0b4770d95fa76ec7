/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things lie in the main range of an OS that is started.  Who orders a start asks
 * whether all fits; the loader puts it there.
 *
 *	+0			boot_params, command line, setup_data, page tables
 *	+LAYOUT_KERNEL		kernel, on a multiple of its alignment
 *	...
 *	end			initrd
 */
#ifndef MINT_LAYOUT_H
#define MINT_LAYOUT_H

#include <mint/image.h>
#include <mint/launch.h>

#include "neutral/portable.h"

#define LAYOUT_CMDLINE		0x1000u
#define LAYOUT_SETUP_DATA	0x2000u
#define LAYOUT_TABLES		0x4000u
/* top, PML4, two PDPTs, PDs for 4 GiB and two GiB around the kernel */
#define LAYOUT_NR_TABLES	10u
#define LAYOUT_TABLES_END	(LAYOUT_TABLES + LAYOUT_NR_TABLES * 0x1000u)
#define LAYOUT_KERNEL		0x100000u
/* What a kernel needs beside its image to get to user space. */
#define LAYOUT_HEADROOM		0x02000000u

/**
 * struct mint_layout - where an image goes
 * @kernel_paddr, @initrd_paddr: its parts
 * @need_bytes:	size of the smallest main range that it fits into
 * @too_high:	it would be large enough, if it lay lower
 */
struct mint_layout {
	u64 kernel_paddr;
	u64 initrd_paddr;
	u64 need_bytes;
	bool too_high;
};

/* The end of where @image may lie. */
static inline u64 mint_image_end(const struct mint_image_record *image)
{
	u64 end = image->below_paddr ?: U64_MAX;

	return image->arch == MINT_IMAGE_X86_32 ? min_t(u64, end, SZ_4G) : end;
}

/*
 * Lays out @image in @main, which is inside the pool.  Whether it fits; the numbers of
 * the image need not make sense.
 */
static inline bool mint_lay_out(const struct mint_image_record *image,
				const struct mint_range *main,
				struct mint_layout *to)
{
	const u64 most = (u64)1 << 40;
	u64 size = main->size_bytes, initrd = image->initrd_bytes;
	u64 end = mint_image_end(image), top;

	if (image->need_bytes > most || initrd > most || image->align > most ||
	    image->kernel_bytes > image->need_bytes ||
	    image->align & (image->align - 1) || image->align < 0x1000)
		return false;
	to->kernel_paddr = ALIGN(main->base_paddr + LAYOUT_KERNEL, image->align);
	to->need_bytes = to->kernel_paddr - main->base_paddr +
			 image->need_bytes + initrd + LAYOUT_HEADROOM;
	top = min(main->base_paddr + size, max(end, main->base_paddr));
	to->initrd_paddr = (top - min(initrd, top - main->base_paddr)) &
			   ~(u64)0xfff;
	to->too_high = to->need_bytes <= size &&
		       to->need_bytes > top - main->base_paddr;
	return to->need_bytes <= top - main->base_paddr;
}

/* Where the pages of a snapshot begin in its piece of the pool. */
static inline u64 mint_snapshot_off(const struct mint_image_record *m)
{
	return 0x1000 + ALIGN(m->initrd_bytes, (u64)0x1000);
}

/* The initrd of an image, in its piece of the pool. */
static inline u64 mint_initrd_off(const struct mint_image_record *image)
{
	return ALIGN(image->kernel_bytes, (u64)MINT_SHM_ALIGN);
}

#endif /* MINT_LAYOUT_H */
