// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command in the guest and reports to the host what it prints on stdout
 * and stderr and how it ends, by the frames of vm-frame.h.
 *
 * Linked statically: it has to work whatever else the guest contains.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm-frame.h"

#define EXIT_CANNOT_RUN	127
#define PIPE_BYTES	65536

/*
 * A script may end the machine in its next line. It writes a line into ASK and reads
 * one from TOLD: then the host has all that the script had said before.
 */
#define ASK_FIFO	"/vm/ask"
#define TOLD_FIFO	"/vm/told"

/* outsb() of <sys/io.h> does not tell the compiler that it reads the memory. */
static void out_bytes(const void *data, size_t len)
{
	__asm__ volatile("rep outsb"
			 : "+S" (data), "+c" (len)
			 : "d" (VM_FRAME_PORT)
			 : "memory");
}

static void send_frame(unsigned char type, const void *data, unsigned int len)
{
	unsigned char header[VM_FRAME_HEADER] = { type, len & 0xff, len >> 8 };

	out_bytes(header, sizeof(header));
	out_bytes(data, len);
}

/* Returns 0 at end of file or when there is nothing to read for now. */
static int forward(int fd, unsigned char type)
{
	char data[VM_FRAME_MAX];
	ssize_t len;

	len = read(fd, data, sizeof(data));
	if (len <= 0)
		return len < 0 && errno == EINTR;
	send_frame(type, data, len);
	return 1;
}

/* At most what a pipe holds: somebody in the background may write for ever. */
static void drain(int fd, unsigned char type)
{
	int n;

	for (n = 0; n < PIPE_BYTES / VM_FRAME_MAX; n++)
		if (!forward(fd, type))
			break;
}

/* A pipe, so that poll() sees the end of the child as an event. */
static int child_ended[2];

static void on_child(int sig)
{
	int saved = errno;

	(void)sig;
	if (write(child_ended[1], "", 1) < 0)
		_exit(EXIT_CANNOT_RUN);
	errno = saved;
}

/* Both ends, so that nobody ever waits for the other to open. */
static int open_fifo(const char *path)
{
	if (mkfifo(path, 0600) && errno != EEXIST)
		return -1;
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

/* One line for each that was asked. */
static void tell(int ask, int told, int out, int err)
{
	char lines[64];
	ssize_t len;

	len = read(ask, lines, sizeof(lines));
	if (len <= 0)
		return;
	drain(out, VM_FRAME_STDOUT);
	drain(err, VM_FRAME_STDERR);
	memset(lines, '\n', len);
	if (write(told, lines, len) < 0)
		perror("vm-report: " TOLD_FIFO);
}

static pid_t start(char **argv, int out, int err)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setsid();
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(argv[0], argv);
	fprintf(stderr, "vm-report: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_CANNOT_RUN);
}

static int exit_status(int wstatus)
{
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

/*
 * Forwards until the command itself has ended. What it leaves in the
 * background may keep the pipes open; only what lies in them then counts.
 */
static int relay(pid_t pid, int out, int err, int ask, int told)
{
	struct pollfd fds[] = {
		{ .fd = out, .events = POLLIN },
		{ .fd = err, .events = POLLIN },
		{ .fd = child_ended[0], .events = POLLIN },
		{ .fd = ask, .events = POLLIN },
	};
	int wstatus;

	for (;;) {
		if (poll(fds, 4, -1) < 0)
			continue;
		if (fds[0].revents && !forward(out, VM_FRAME_STDOUT))
			fds[0].fd = -1;
		if (fds[1].revents && !forward(err, VM_FRAME_STDERR))
			fds[1].fd = -1;
		if (fds[3].revents)
			tell(ask, told, out, err);
		if (fds[2].revents && waitpid(pid, &wstatus, WNOHANG) == pid)
			break;
	}
	drain(out, VM_FRAME_STDOUT);
	drain(err, VM_FRAME_STDERR);
	return exit_status(wstatus);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_child, .sa_flags = SA_NOCLDSTOP };
	unsigned char status;
	int out[2], err[2], ask, told;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: vm-report COMMAND [ARGUMENT]...\n");
		return 2;
	}
	if (ioperm(VM_FRAME_PORT, 1, 1) || pipe2(child_ended, O_CLOEXEC) ||
	    pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
		perror("vm-report");
		return 1;
	}
	ask = open_fifo(ASK_FIFO);
	told = open_fifo(TOLD_FIFO);
	if (ask < 0 || told < 0) {
		perror("vm-report: " ASK_FIFO ", " TOLD_FIFO);
		return 1;
	}
	sigaction(SIGCHLD, &action, NULL);
	pid = start(argv + 1, out[1], err[1]);
	if (pid < 0) {
		perror("vm-report: fork");
		return 1;
	}
	close(out[1]);
	close(err[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	status = relay(pid, out[0], err[0], ask, told);
	/* The host ends the machine as soon as it has the status. */
	sync();
	send_frame(VM_FRAME_EXIT, &status, 1);
	return status;
}
