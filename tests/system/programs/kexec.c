// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: kexec load KERNEL [INITRD CMDLINE] | kexec crash KERNEL | kexec exec
 *
 * The two system calls of kexec(8), which the guest does not have.  Without an initrd the
 * command line is empty; "crash" loads a crash kernel.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

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
