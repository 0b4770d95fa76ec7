// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: steady DIR
 *
 * Works until it is killed, and checks all that it does: memory, files, pipes, processes,
 * timers. In DIR each worker has a file with how often it went round; what goes wrong is
 * a line of DIR/bad, and DIR/gap is the longest time in ms that a timer of 10 ms was late
 * since DIR/gap was removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MEMORY	(8 << 20)
#define FILE_BYTES	(256 << 10)

static const char *dir;

static void bad(const char *who, const char *what)
{
	FILE *f;
	char path[256];

	snprintf(path, sizeof(path), "%s/bad", dir);
	f = fopen(path, "a");
	if (f) {
		fprintf(f, "%s: %s (%s)\n", who, what, strerror(errno));
		fclose(f);
	}
	exit(1);
}

static void put(const char *name, unsigned long value)
{
	char path[256], text[32];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0644);
	snprintf(text, sizeof(text), "%010lu\n", value);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		bad(name, "cannot tell");
	close(fd);
}

static void memory(unsigned long n)
{
	static unsigned long *at;
	unsigned long i;

	if (!at) {
		at = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at == MAP_FAILED)
			bad("memory", "no memory");
		for (i = 0; i < MEMORY / sizeof(*at); i++)
			at[i] = i * 0x9e3779b97f4a7c15ul;
	}
	for (i = 0; i < MEMORY / sizeof(*at); i++) {
		if (at[i] != i * 0x9e3779b97f4a7c15ul + n)
			bad("memory", "another word");
		at[i]++;
	}
}

static void file(unsigned long n)
{
	static unsigned char now[FILE_BYTES], then[FILE_BYTES];
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/data", dir);
	fd = open(path, O_RDWR | O_CREAT, 0644);
	if (n && (fd < 0 || read(fd, now, sizeof(now)) != sizeof(now) ||
		  memcmp(now, then, sizeof(now))))
		bad("file", "other contents");
	for (size_t i = 0; i < sizeof(then); i++)
		then[i] = i * 7 + n;
	if (pwrite(fd, then, sizeof(then), 0) != sizeof(then))
		bad("file", "cannot write");
	close(fd);
}

static void pipes(unsigned long n)
{
	static int to[2], from[2];
	unsigned long back;

	if (!to[1]) {
		if (pipe(to) || pipe(from))
			bad("pipes", "no pipe");
		if (!fork()) {
			close(to[1]);
			while (read(to[0], &back, sizeof(back)) == sizeof(back)) {
				back++;
				if (write(from[1], &back, sizeof(back)) < 0)
					break;
			}
			_exit(0);
		}
	}
	if (write(to[1], &n, sizeof(n)) != sizeof(n) ||
	    read(from[0], &back, sizeof(back)) != sizeof(back) || back != n + 1)
		bad("pipes", "another answer");
}

static void processes(unsigned long n)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		/*
		 * QEMU keeps what it translated of a page by the address at which that ran,
		 * and looks at all of it at each store into the page: with addresses chosen
		 * anew for each of thousands of shells, to clear this OS's memory would take
		 * minutes.
		 */
		personality(ADDR_NO_RANDOMIZE);
		execl("/usr/bin/sh", "sh", "-c", "exit $((2 + 3))", (char *)NULL);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    !WIFEXITED(status) || WEXITSTATUS(status) != 5)
		bad("processes", "another status");
	(void)n;
}

static unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ul + t.tv_nsec / 1000000;
}

static void timer(unsigned long n)
{
	static unsigned long worst;
	struct timespec ten = { 0, 10000000 };
	unsigned long before = now_ms(), late;
	char path[256];

	nanosleep(&ten, NULL);
	late = now_ms() - before - 10;
	snprintf(path, sizeof(path), "%s/gap", dir);
	if (access(path, F_OK))
		worst = 0;
	if (late < 1000000 && late > worst)
		worst = late;
	put("gap", worst);
	(void)n;
}

static void worker(const char *name, void (*once)(unsigned long n))
{
	unsigned long n;

	if (fork())
		return;
	for (n = 0; ; n++) {
		once(n);
		put(name, n);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	dir = argv[1];
	worker("memory", memory);
	worker("file", file);
	worker("pipes", pipes);
	worker("processes", processes);
	worker("timer", timer);
	for (;;)
		pause();
}
