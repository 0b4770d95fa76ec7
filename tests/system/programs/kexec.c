// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: kexec load KERNEL | kexec exec
 *
 * The two system calls of kexec(8), which the guest does not have.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long load(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return -1;
	return syscall(SYS_kexec_file_load, fd, -1, 1UL, "",
		       KEXEC_FILE_NO_INITRAMFS);
}

int main(int argc, char **argv)
{
	long ret = -1;

	if (argc == 3 && !strcmp(argv[1], "load"))
		ret = load(argv[2]);
	else if (argc == 2 && !strcmp(argv[1], "exec"))
		ret = syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			      LINUX_REBOOT_CMD_KEXEC, NULL);
	else
		fputs("usage: kexec load KERNEL | kexec exec\n", stderr);
	if (ret)
		perror("kexec");
	return ret != 0;
}
