// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pseudo-terminals, by the system calls only: the agent is linked statically.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/pty.h"

/* A process may fork while the others are being looked for. */
#define ROUNDS	5

void pty_resize(int master, const struct frame_size *size)
{
	const struct winsize w = { .ws_row = size->rows, .ws_col = size->columns };

	ioctl(master, TIOCSWINSZ, &w);
}

int pty_open(int *master, int *slave, const struct frame_size *size)
{
	int locked = 0, number, m = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	char path[32];

	if (m < 0)
		return -1;
	*slave = -1;
	if (!ioctl(m, TIOCSPTLCK, &locked) && !ioctl(m, TIOCGPTN, &number)) {
		snprintf(path, sizeof(path), "/dev/pts/%d", number);
		*slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	}
	if (*slave < 0) {
		int err = errno;

		close(m);
		errno = err;
		return -1;
	}
	*master = m;
	pty_resize(m, size);
	return 0;
}

int pty_take(int slave)
{
	return ioctl(slave, TIOCSCTTY, 0);
}

/* How many there were. */
static unsigned int kill_all(DIR *proc, pid_t session)
{
	struct dirent *d;
	unsigned int nr = 0;
	pid_t pid;

	rewinddir(proc);
	while ((d = readdir(proc))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		pid = atoi(d->d_name);
		if (pid != session && getsid(pid) == session)
			nr += !kill(pid, SIGKILL);
	}
	return nr;
}

void pty_end_session(pid_t session)
{
	DIR *proc = opendir("/proc");
	int round;

	for (round = 0; proc && round < ROUNDS && kill_all(proc, session); round++)
		;
	if (proc)
		closedir(proc);
}
