/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The launcher: starting an OS; and what its parts offer each other: the files of a
 * kernel and an initrd, and what a command line may say.
 */
#ifndef MINT_LAUNCHER_H
#define MINT_LAUNCHER_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <asm/bootparam.h>

#include <mint/launch.h>

/* Boot protocol, setup_header: "HdrS", and what ends a boot sector */
#define MINT_BOOT_HEADER	0x53726448u
#define MINT_BOOT_FLAG		0xaa55u
/* Boot protocol, kernel_info.header: "LToP" */
#define MINT_KERNEL_INFO	0x506f544cu

/**
 * struct mint_files - what mint_files_read() has read and found good
 * @kernel, @kernel_len: the whole bzImage, bytes
 * @initrd, @initrd_len: NULL and 0 without one
 * @hdr:	setup header of the bzImage
 * @setup_len:	bytes of its real-mode part; the rest is loaded
 * @is_32bit:	it is entered in 32-bit mode
 * @below_paddr: it must lie below that; 0: anywhere
 */
struct mint_files {
	void *kernel;
	size_t kernel_len;
	void *initrd;
	size_t initrd_len;
	struct setup_header hdr;
	u32 setup_len;
	bool is_32bit;
	u64 below_paddr;
};

/*
 * Reads and checks the files of an OS with @room bytes of memory: a Mint kernel that
 * knows what this machine shares, and that kexec's rules allow here.  0 or -errno
 * with a text.  @f is to be freed in either case.  Process context, sleeps.
 */
int mint_files_read(struct mint_files *f, const char *kernel_path,
		    const char *initrd_path, u64 room,
		    struct netlink_ext_ack *extack);
/* The same for what is there already: whether it is a Mint kernel that fits; @path: its name. */
int mint_files_check(struct mint_files *f, const char *path,
		     struct netlink_ext_ack *extack);
/* What its record will say of sizes, at most; all else is zero. */
void mint_files_describe(const struct mint_files *f, struct mint_image_record *m);
void mint_files_free(struct mint_files *f);
/* The version of that kernel, "6.12.0-mint", or "?". */
void mint_files_version(const struct mint_files *f, char *buf, size_t size);
/* The same for what has no signature, as a snapshot in a file; @name: what it is to be. */
int mint_files_unsigned_permitted(const char *name, struct netlink_ext_ack *extack);
/* Whether kexec's sysctls allow to load anything here; counts as a load. */
int mint_files_permitted(struct netlink_ext_ack *extack);

/*
 * Whether kexec_file_load() may load a kernel here (sysctls kexec_load_disabled and
 * kexec_load_limit_reboot, CAP_SYS_BOOT); counts as a load.  Process context, under
 * mint_ops_mutex (kexec.c).
 */
bool mint_load_permitted(void);

/*
 * Whether a further OS with the legacy devices @legacy may get that command line: 0 or
 * -EINVAL with a text; see params.h.
 */
int mint_cmdline_check(const char *line, u32 legacy,
		       struct netlink_ext_ack *extack);
/*
 * Further OS, before parameters are parsed: blanks in @command_line, and in
 * boot_command_line, what is refused.
 */
void mint_cmdline_clean(char *command_line);

/**
 * struct mint_start - what is to be started, and how
 * @name:	the OS
 * @image:	name of an image; or NULL
 * @kernel, @initrd: paths of files, if not NULL.  Neither these nor @image: the image
 *		that it was started from last
 * @cmdline:	NULL: as last time
 * @force:	also an OS that runs: its cores are stopped
 */
struct mint_start {
	const char *name;
	const char *image;
	const char *kernel;
	const char *initrd;
	const char *cmdline;
	bool force;
};

/*
 * Starts an OS that was created, or has ended; returns when its kernel has been entered.
 * Process context, sleeps, takes mint_ops_mutex itself; 0 or -errno with an extended-ack
 * text; after an error it is as it was, or has ended for the reason in the text.
 */
int mint_os_start(const struct mint_start *want, struct netlink_ext_ack *extack);
/*
 * Starts an OS once more: one that runs is asked to end and to start again, which it does
 * when this has returned long since; one that has ended, and with @force any, as
 * mint_os_start().
 */
int mint_os_restart(const struct mint_start *want, struct netlink_ext_ack *extack);

/*
 * @os is about to be started: nothing of a former life is left in what others see of it;
 * @fresh: nor in its log.
 */
void mint_launch_begin(u32 os, bool fresh);

/**
 * struct mint_os_settings - what is to be changed of an OS
 * @name:	the OS
 * @image:	name of the image that it is started from next; NULL: as it is
 * @share, @slice_us: of the cores that it shares, see struct mint_seat; 0: as they are
 * @on:		MINT_THEN_* for each MINT_AT_*; MINT_THEN_DEFAULT: as it is
 */
struct mint_os_settings {
	const char *name;
	const char *image;
	u32 share;
	u32 slice_us;
	u32 on[MINT_NR_ENDS];
};

/* As mint_os_start(). */
int mint_os_set(const struct mint_os_settings *want, struct netlink_ext_ack *extack);

/* Whether @os is a copy that is complete, and waits for a start. */
bool mint_os_waits(u32 os);
/* Why the last start of @os failed in the loader, in words; "" if it did not. */
const char *mint_load_failure(u32 os);

/*
 * Loads an image into the pool, or removes it.  Process context, sleep; 0 or -errno with
 * an extended-ack text; after an error everything is as it was.
 */
int mint_image_load(const char *name, const char *kernel_path,
		    const char *initrd_path, const char *cmdline,
		    struct netlink_ext_ack *extack);
int mint_image_remove(const char *name, struct netlink_ext_ack *extack);

#endif /* MINT_LAUNCHER_H */
