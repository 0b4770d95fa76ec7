// SPDX-License-Identifier: GPL-2.0-only
/*
 * A copy of an OS has the identity of its source, but for its host name, which the kernel
 * has changed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/copied.h"

#define HOOKS		"/etc/mint/clone.d"
#define MACHINE_ID	"/etc/machine-id"

static void complain(const char *what)
{
	fprintf(stderr, "mint-agent: %s: %s\n", what, strerror(errno));
}

/* A random one, of version 4: machine-id(5). */
static bool make_id(char *text)
{
	unsigned char id[16];
	unsigned int i;

	if (getrandom(id, sizeof(id), 0) != sizeof(id))
		return false;
	id[6] = (id[6] & 0x0f) | 0x40;
	id[8] = (id[8] & 0x3f) | 0x80;
	for (i = 0; i < sizeof(id); i++)
		sprintf(text + 2 * i, "%02x", id[i]);
	return true;
}

/* What has none does not get one. */
static void new_machine_id(void)
{
	char text[34];
	int fd = open(MACHINE_ID, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0) {
		if (errno != ENOENT)
			complain(MACHINE_ID);
		return;
	}
	if (!make_id(text))
		complain("random numbers");
	else if (write(fd, strcat(text, "\n"), 33) != 33)
		complain(MACHINE_ID);
	close(fd);
}

/* The shells' and editors' own files are none. */
static int is_hook(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !strpbrk(entry->d_name, "~#.");
}

static void run(const char *path, const char *name)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGCHLD, SIG_DFL);
		execl(path, path, name, (char *)NULL);
		complain(path);
		_exit(126);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		complain(path);
	else if (status)
		fprintf(stderr, "mint-agent: %s failed (status %#x)\n", path, status);
}

static void run_hooks(const char *name)
{
	struct dirent **entry;
	char path[sizeof(HOOKS) + sizeof((*entry)->d_name) + 1];
	int nr = scandir(HOOKS, &entry, is_hook, alphasort), i;

	if (nr < 0 && errno != ENOENT)
		complain(HOOKS);
	for (i = 0; i < nr; i++) {
		snprintf(path, sizeof(path), "%s/%s", HOOKS, entry[i]->d_name);
		if (!access(path, X_OK))
			run(path, name);
		free(entry[i]);
	}
	if (nr >= 0)
		free(entry);
}

void copied(void)
{
	struct utsname self;

	uname(&self);
	new_machine_id();
	/* Children are to be waited for here. */
	signal(SIGCHLD, SIG_DFL);
	run_hooks(self.nodename);
	signal(SIGCHLD, SIG_IGN);
}
