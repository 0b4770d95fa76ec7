// SPDX-License-Identifier: GPL-2.0-only
/*
 * os log: prints what an OS has logged, dead or alive.
 */
#include <errno.h>
#include <linux/mint.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "net/stream.h"

static const struct mintctl_option options[] = {
	{ "follow", 'f', OPTION_SHORT, NULL, NULL,
	  "go on with what it logs from now on",
	  "Go on with what it logs from now on, until it ends.\n" },
	CMD_OPTION_END
};

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 const char **name, bool *follow)
{
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c != 'f')
			return cmd_common_option(cmd, c);
		*follow = true;
	}
	ret = cmd_os_name(cmd, argc, argv, name);
	return ret ? ret : CMD_GO_ON;
}

/* Waits for more; false when nobody reads our output any more. */
static bool wait_for_more(int fd)
{
	struct pollfd p[2] = {
		{ fd, POLLIN, 0 },
		{ STDOUT_FILENO, 0, 0 },
	};
	int n;

	do {
		n = poll(p, 2, -1);
	} while (n < 0 && errno == EINTR);
	return n > 0 && !(p[1].revents & POLLERR);
}

/* Copies all there is; the exit status. */
static int copy_out(const char *name, int fd)
{
	bool clean = isatty(STDOUT_FILENO);
	char buf[8192];
	ssize_t n = 0;
	int err;

	while (wait_for_more(fd)) {
		n = stream_read(fd, buf, sizeof(buf));
		if (n <= 0)
			break;
		if (clean)
			stream_clean(buf, n);
		err = stream_write(STDOUT_FILENO, buf, n);
		if (err)
			return msg_fail(NULL, "cannot write the output: %s",
					strerror(-err));
	}
	return n < 0 ? msg_fail(name, "cannot read its log: %s", strerror(errno)) :
	       MINTCTL_OK;
}

static int os_log(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct mint_nl *nl;
	struct os_info os;
	const char *name;
	bool follow = false;
	int fd, ret = parse_options(cmd, argc, argv, &name, &follow);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = fetch_os(nl, name, &os);
	mint_nl_close(nl);
	if (ret)
		return MINTCTL_FAILED;
	fd = stream_open(&os, MINT_IOC_LOG, follow ? 0 : MINT_IOCF_NOFOLLOW);
	if (fd < 0)
		return MINTCTL_FAILED;
	ret = copy_out(name, fd);
	close(fd);
	return ret;
}

const struct mintctl_cmd cmd_os_log = {
	.object = "os",
	.verb = "log",
	.modifies = true,
	.summary = "Print the kernel log of an OS, dead or alive",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.completes = "@oses",
	.options = options,
	.run = os_log,
};
