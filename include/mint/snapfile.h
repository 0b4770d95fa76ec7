/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * A snapshot in a file: a header, padded with zeros to MINT_SNAPFILE_DATA bytes, then what
 * lies in the pool (see struct mint_image_record), to the last page.
 *
 * A snapshot is an OS with all that it knows of its machine, so it is loaded only where
 * everything is as it was: the processors, the cores with their APIC ids, the interrupt
 * controllers, the pool, the place of the shared area.  Who writes one may have any kernel, who
 * reads it another.
 */
#ifndef MINT_SNAPFILE_H
#define MINT_SNAPFILE_H

#include <mint/launch.h>
#include <mint/types.h>

#define MINT_SNAPFILE_MAGIC	0x31504e53544e494dULL	/* "MINTSNP1" in the file */
#define MINT_SNAPFILE_DATA	0x1000u			/* bytes from the start of the file */

/**
 * struct mint_snapfile - the header; all fields little endian
 * @magic:	MINT_SNAPFILE_MAGIC
 * @size_bytes:	of this structure
 * @shm_revision, @boot_revision, @irqt_revision: as of <mint/image.h>, of the machine
 *		where the snapshot was made
 * @tsc_khz:	frequency of its TSC
 * @cpu_sum:	mint_sum() of what CPUID says of its processors
 * @machine_sum: of its cores, interrupt controllers, pool and shared area
 * @record:	that of the image; zeros: its state, users, loader, name and place
 * @sum:	mint_sum() of all before it
 */
struct mint_snapfile {
	__u64 magic;
	__u32 size_bytes;
	__u32 shm_revision;
	__u32 boot_revision;
	__u32 irqt_revision;
	__u64 tsc_khz;
	__u64 cpu_sum;
	__u64 machine_sum;
	struct mint_image_record record;
	__u64 sum;
};

#ifndef __ASSEMBLY__
MINT_ASSERT(sizeof(struct mint_snapfile) % 8 == 0);
MINT_ASSERT(sizeof(struct mint_snapfile) <= MINT_SNAPFILE_DATA);
#endif

#endif /* MINT_SNAPFILE_H */
