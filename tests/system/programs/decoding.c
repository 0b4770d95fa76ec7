// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an emulator makes of an access to a device while another CPU changes the memory map:
 * see tests/tools/misrouted.
 *
 * usage: decoding toggle BDF SECONDS	switches the function's decoding of memory off and on
 *        decoding read BDF SECONDS	reads the first register of its first BAR
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define COMMAND		4	/* PCI 3.0, 6.2.2 */
#define MEMORY		2

static int open_file(const char *bdf, const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, name);
	fd = open(path, O_RDWR | O_SYNC);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static unsigned long toggle(const char *bdf, time_t end)
{
	int fd = open_file(bdf, "config");
	uint16_t on, off;
	unsigned long n;

	if (pread(fd, &on, sizeof(on), COMMAND) != sizeof(on))
		exit(1);
	on |= MEMORY;
	off = on & ~MEMORY;
	for (n = 0; time(NULL) < end; n++)
		if (pwrite(fd, &off, sizeof(off), COMMAND) != sizeof(off) ||
		    pwrite(fd, &on, sizeof(on), COMMAND) != sizeof(on))
			exit(1);
	return n;
}

static unsigned long read_register(const char *bdf, time_t end, unsigned long *wrong)
{
	volatile uint32_t *reg = mmap(NULL, 4096, PROT_READ, MAP_SHARED,
				      open_file(bdf, "resource0"), 0);
	unsigned long n = 0;
	uint32_t wanted;

	if (reg == MAP_FAILED)
		exit(1);
	wanted = *reg;
	do {
		*wrong += *reg != wanted;
	} while (++n % 1024 || time(NULL) < end);
	return n;
}

int main(int argc, char **argv)
{
	unsigned long n, wrong = 0;
	time_t end;

	if (argc != 4)
		return 2;
	end = time(NULL) + atoi(argv[3]);
	n = strcmp(argv[1], "read") ? toggle(argv[2], end) : read_register(argv[2], end, &wrong);
	printf("%s: %lu times, %lu wrong\n", argv[1], n, wrong);
	return 0;
}
