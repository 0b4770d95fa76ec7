// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: kexec load KERNEL [INITRD CMDLINE] | kexec crash KERNEL | kexec exec
 *
 * The two system calls of kexec(8), which the guest does not have.  Without an initrd the
 * command line is empty; "crash" loads a crash kernel.  A 32-bit kernel has no
 * kexec_file_load(): there it is kexec_load(), with what kexec(8) makes of a bzImage.
 */
#include <asm/bootparam.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __i386__
/* Whatever lies there: what was loaded is not put there under Mint. */
#define DATA_PADDR	0x800000u
#define KERNEL_PADDR	0x1000000u

struct data {
	struct boot_params params;
	char cmdline[4096];
};

static size_t pages(size_t size) { return (size + 4095) & ~(size_t)4095; }

static void *map_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *at;

	if (fd < 0 || fstat(fd, &st))
		return NULL;
	*size = (size_t)st.st_size;
	at = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return at == MAP_FAILED ? NULL : at;
}

static struct kexec_segment segment(const void *buf, size_t size, size_t paddr)
{
	return (struct kexec_segment){ buf, size, (void *)paddr, pages(size) };
}

static long load(const char *kernel, const char *initrd, const char *cmdline,
		 unsigned long flags)
{
	struct data *d = calloc(1, sizeof(*d));
	struct kexec_segment s[3];
	size_t kernel_size, initrd_size, setup;
	const char *k = map_file(kernel, &kernel_size);
	const char *i = initrd ? map_file(initrd, &initrd_size) : NULL;
	struct setup_header *hdr = &d->params.hdr;

	if (!k || (initrd && !i))
		return -1;
	memcpy(hdr, k + 0x1f1, sizeof(*hdr));
	setup = (hdr->setup_sects + 1u) * 512;
	strncpy(d->cmdline, cmdline, sizeof(d->cmdline) - 1);
	hdr->type_of_loader = 0xff;
	hdr->cmd_line_ptr = DATA_PADDR + sizeof(d->params);
	s[0] = segment(d, sizeof(*d), DATA_PADDR);
	s[1] = segment(k + setup, kernel_size - setup, KERNEL_PADDR);
	if (i) {
		hdr->ramdisk_image = KERNEL_PADDR + s[1].memsz;
		hdr->ramdisk_size = initrd_size;
		s[2] = segment(i, initrd_size, hdr->ramdisk_image);
	}
	return syscall(SYS_kexec_load, KERNEL_PADDR, i ? 3 : 2, s,
		       flags & KEXEC_FILE_ON_CRASH ? KEXEC_ON_CRASH : 0);
}
#else
static long load(const char *kernel, const char *initrd, const char *cmdline,
		 unsigned long flags)
{
	int kernel_fd = open(kernel, O_RDONLY);
	int initrd_fd = initrd ? open(initrd, O_RDONLY) : -1;

	if (kernel_fd < 0 || (initrd && initrd_fd < 0))
		return -1;
	return syscall(SYS_kexec_file_load, kernel_fd, initrd_fd,
		       strlen(cmdline) + 1UL, cmdline,
		       flags | (initrd ? 0 : KEXEC_FILE_NO_INITRAMFS));
}
#endif

int main(int argc, char **argv)
{
	long ret = -1;

	if (argc == 3 && !strcmp(argv[1], "load"))
		ret = load(argv[2], NULL, "", 0);
	else if (argc == 3 && !strcmp(argv[1], "crash"))
		ret = load(argv[2], NULL, "", KEXEC_FILE_ON_CRASH);
	else if (argc == 5 && !strcmp(argv[1], "load"))
		ret = load(argv[2], argv[3], argv[4], 0);
	else if (argc == 2 && !strcmp(argv[1], "exec"))
		ret = syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			      LINUX_REBOOT_CMD_KEXEC, NULL);
	else
		fputs("usage: kexec load KERNEL [INITRD CMDLINE] | kexec crash KERNEL | kexec exec\n", stderr);
	if (ret)
		perror("kexec");
	return ret != 0;
}
