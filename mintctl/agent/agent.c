// SPDX-License-Identifier: GPL-2.0-only
/*
 * mint-agent: runs commands for the other OSes of the machine ("mintctl os
 * exec") and says that user space is up.  See mint-agent(8).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/mint.h>

#include "lib/version.h"
#include "agent/copied.h"
#include "agent/notify.h"
#include "agent/session.h"

#define DEVICE	"/dev/mint"

static const char usage[] =
	"usage: mint-agent [--foreground] [--no-ready] [--stall SECONDS]\n"
	"\n"
	"Runs commands for the other OSes of this machine (mintctl os exec), and tells\n"
	"them that the user space of this one is up.\n"
	"\n"
	"  --foreground  do not become a daemon\n"
	"  --no-ready    do not say that user space is up\n"
	"  --stall S     give up a client that takes no output for so long (60)\n"
	"  --help        show this text\n"
	"  --version     show the version\n";

static struct session_limits limits = {
	.request_ms = 10000,
	.stall_ms = 60000,
};

struct options {
	bool foreground;
	bool no_ready;
};

static void fail_open(int err)
{
	if (err == ENOENT || err == ENODEV || err == ENXIO)
		fprintf(stderr, "mint-agent: %s: Mint is not running in this kernel (booted without mint_pool=?)\n",
			DEVICE);
	else
		fprintf(stderr, "mint-agent: %s: %s\n", DEVICE, strerror(err));
}

/* A fresh file of the device, or -1 with a message. */
static int open_device(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail_open(errno);
	return fd;
}

static int say_ready(void)
{
	int fd = open_device();
	int ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, MINT_IOC_READY);
	if (ret)
		fprintf(stderr, "mint-agent: cannot say that user space is up: %s\n",
			strerror(errno));
	close(fd);
	return ret;
}

/* A process of its own for each client; SIGCHLD is ignored, so none is left. */
static void serve(int fd)
{
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGCHLD, SIG_DFL);
		session_serve(fd, &limits);
		_exit(0);
	}
	if (pid < 0)
		fprintf(stderr, "mint-agent: cannot serve a client: %s\n",
			strerror(errno));
	close(fd);
}

/* Waits for a client; 0, or -1 and errno. */
static int accept_client(int fd)
{
	int ret;

	for (;;) {
		ret = ioctl(fd, MINT_IOC_ACCEPT);
		if (!ret || (errno != EINTR && errno != ESTALE))
			return ret;
		/* This OS has become a copy; it is up when all is done that this asks for. */
		if (errno == ESTALE) {
			copied();
			say_ready();
		}
	}
}

static int accept_loop(void)
{
	for (;;) {
		int fd = open_device();
		int ret;

		if (fd < 0)
			return 1;
		ret = accept_client(fd);
		if (ret) {
			fprintf(stderr, "mint-agent: cannot wait for clients: %s\n",
				strerror(errno));
			return 1;
		}
		serve(fd);
	}
}

/* Gives up the terminal and the directory; stderr goes to the kernel's log. */
static void detach(void)
{
	int null = open("/dev/null", O_RDWR);
	int kmsg = open("/dev/kmsg", O_WRONLY);

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(kmsg >= 0 ? kmsg : null, STDERR_FILENO);
	}
	if (null > STDERR_FILENO)
		close(null);
	if (kmsg > STDERR_FILENO)
		close(kmsg);
	setsid();
}

/*
 * The daemon tells its starter whether it is ready, so that the exit status of
 * "mint-agent" means something.
 */
static int run_as_daemon(bool ready)
{
	int report[2];
	char ok = 0;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) || (pid = fork()) < 0) {
		perror("mint-agent");
		return 1;
	}
	if (pid > 0) {
		close(report[1]);
		return read(report[0], &ok, 1) == 1 ? 0 : 1;
	}
	close(report[0]);
	if (ready && say_ready())
		return 1;
	detach();
	if (write(report[1], &ok, 1) != 1)
		return 1;
	close(report[1]);
	return accept_loop();
}

static int run(const struct options *o)
{
	int fd = open_device();

	if (fd < 0)
		return 1;
	close(fd);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	umask(022);
	if (chdir("/")) {
		perror("mint-agent: /");
		return 1;
	}
	if (!o->foreground)
		return run_as_daemon(!o->no_ready);
	if (!o->no_ready && say_ready())
		return 1;
	notify_ready();
	return accept_loop();
}

static bool take_stall(const char *word)
{
	char *end;
	unsigned long seconds = strtoul(word, &end, 10);

	if (*end || end == word || !seconds || seconds > 86400) {
		fprintf(stderr, "mint-agent: '%s': not a number of seconds from 1 to 86400\n",
			word);
		return false;
	}
	limits.stall_ms = seconds * 1000;
	return true;
}

int main(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "foreground", no_argument, NULL, 'f' },
		{ "no-ready", no_argument, NULL, 'n' },
		{ "stall", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct options o = { false, false };
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'f':
			o.foreground = true;
			break;
		case 'n':
			o.no_ready = true;
			break;
		case 's':
			if (!take_stall(optarg))
				return 2;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			puts("mint-agent " MINT_VERSION);
			return 0;
		default:
			fputs("Try 'mint-agent --help'.\n", stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "mint-agent: unexpected argument '%s'\n", argv[optind]);
		return 2;
	}
	return run(&o);
}
