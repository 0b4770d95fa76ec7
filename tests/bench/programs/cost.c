// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: cost COMMAND [ARGUMENT]...
 *
 * Runs COMMAND, prints "cost: NANOSECONDS" that it had a processor, in user space and in the
 * kernel, and returns its exit status.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage used;
	int status = 0;
	pid_t pid;

	if (argc < 2) {
		fputs("usage: cost COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	pid = fork();
	if (!pid) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
		perror("cost");
		return 2;
	}
	printf("cost: %lld\n",
	       (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000LL +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000LL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
