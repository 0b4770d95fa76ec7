// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who applies, and what was before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/msg.h"
#include "partition/journal.h"
#include "partition/write.h"

#define LOCK		"lock"
#define NAME_SIZE	64

/* ---- one at a time --------------------------------------------------------------------- */

static int say_taken(int fd)
{
	char name[NAME_SIZE] = "";
	ssize_t len = pread(fd, name, sizeof(name) - 1, 0);

	close(fd);
	name[len > 0 ? strcspn(name, "\n") : 0] = '\0';
	msg_fail("apply", "another one is at work here, process %s; wait for its end, or, if it waits for that, say 'mintctl confirm' where it runs",
		 *name ? name : "?");
	return -1;
}

int part_lock(void)
{
	char path[256];
	int fd;

	mkdir(part_dir, 0755);
	fd = open(part_path(LOCK, path, sizeof(path)), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		msg_fail(path, "%s", strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB))
		return say_taken(fd);
	part_lock_name(fd, NULL);
	return fd;
}

void part_lock_name(int lock, const char *os)
{
	char name[NAME_SIZE];
	int len = snprintf(name, sizeof(name), "%d%s%s\n", (int)getpid(),
			   os ? " for one in " : "", os ? os : "");

	/* It is only told to who is refused. */
	if (ftruncate(lock, 0) || pwrite(lock, name, len, 0) != len)
		msg_warn("lock", "%s", strerror(errno));
}

/* ---- what was before ---------------------------------------------------------------------- */

bool part_is_begun(void)
{
	char path[256];

	return !access(part_path(PART_BEFORE, path, sizeof(path)), F_OK);
}

static int write_before(FILE *out, const void *arg)
{
	return part_write(out, arg, true);
}

int part_begin(const struct part_facts *f)
{
	char path[256];
	int err;

	if (part_is_begun())
		return 0;
	err = part_store(PART_BEFORE, write_before, f);
	if (err)
		msg_fail(part_path(PART_BEFORE, path, sizeof(path)),
			 "%s; without it nothing could be undone, so nothing was changed",
			 strerror(-err));
	return err;
}

void part_end(void)
{
	char path[256];
	int err = part_discard(PART_BEFORE);

	if (err)
		msg_warn(part_path(PART_BEFORE, path, sizeof(path)), "%s",
			 strerror(-err));
}
