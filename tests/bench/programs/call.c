// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: call COMMAND [ARGUMENT]...
 *
 * Writes the time into the kernel's log ("way: call TSC"), and becomes COMMAND.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <x86intrin.h>

int main(int argc, char **argv)
{
	int fd = open("/dev/kmsg", O_WRONLY), len;
	char line[64];

	if (argc < 2 || fd < 0) {
		fputs("usage: call COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	len = snprintf(line, sizeof(line), "<0>way: call %llu\n",
		       (unsigned long long)__rdtsc());
	if (write(fd, line, len) != len)
		perror("/dev/kmsg");
	close(fd);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
