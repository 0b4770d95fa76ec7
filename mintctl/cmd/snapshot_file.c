// SPDX-License-Identifier: GPL-2.0-only
/*
 * snapshot save, snapshot load: a snapshot into a file, and back into the pool.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mint.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/nl.h"

static const struct mintctl_option options[] = {
	CMD_OPTION_END
};

struct snapshot_file {
	const char *name;
	const char *path;
	int fd;
};

static int parse(const struct mintctl_cmd *cmd, int argc, char **argv, struct snapshot_file *f)
{
	int ret = cmd_no_options(cmd, argc, argv);

	if (ret != CMD_GO_ON)
		return ret;
	if (argc - optind != 2) {
		msg_usage("%s %s: give the name of the snapshot, and a file", cmd->object,
			  cmd->verb);
		return cmd_try_help(cmd);
	}
	f->name = argv[optind];
	f->path = argv[optind + 1];
	return parse_image_name(f->name) ? MINTCTL_USAGE : CMD_GO_ON;
}

static int ask(int request, const struct snapshot_file *f)
{
	struct mint_nl *nl;
	struct nl_msg *msg;
	int ret;

	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	msg = mint_nl_request(nl, request, 0);
	if (msg) {
		nla_put_string(msg, MINT_A_IMAGE_NAME, f->name);
		nla_put_u32(msg, MINT_A_FD, f->fd);
	}
	ret = cmd_status(mint_nl_call(nl, msg, f->name, NULL, NULL));
	mint_nl_close(nl);
	return ret;
}

/* What is in it are secrets of an OS.  A file that is there already is not written over. */
static int snapshot_save(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct snapshot_file f = { .fd = -1 };
	int ret = parse(cmd, argc, argv, &f);

	if (ret != CMD_GO_ON)
		return ret;
	f.fd = open(f.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (f.fd < 0)
		return msg_fail(f.path, "cannot be made: %s", strerror(errno));
	ret = ask(MINT_CMD_SNAPSHOT_SAVE, &f);
	if (close(f.fd) && !ret)
		ret = msg_fail(f.path, "cannot be written: %s", strerror(errno));
	if (ret)
		unlink(f.path);
	return ret;
}

static int snapshot_load(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct snapshot_file f = { .fd = -1 };
	int ret = parse(cmd, argc, argv, &f);

	if (ret != CMD_GO_ON)
		return ret;
	f.fd = open(f.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f.fd < 0)
		return msg_fail(f.path, "cannot be read: %s", strerror(errno));
	ret = ask(MINT_CMD_SNAPSHOT_LOAD, &f);
	close(f.fd);
	return ret;
}

const struct mintctl_cmd cmd_snapshot_save = {
	.object = "snapshot",
	.verb = "save",
	.modifies = true,
	.summary = "Write a snapshot to a file",
	.operands = "NAME FILE",
	.synopsis = ".Ar name file\n",
	.completes = "@snapshots",
	.options = options,
	.run = snapshot_save,
};

const struct mintctl_cmd cmd_snapshot_load = {
	.object = "snapshot",
	.verb = "load",
	.modifies = true,
	.summary = "Load a snapshot from a file",
	.operands = "NAME FILE",
	.synopsis = ".Ar name file\n",
	.completes = "@files",
	.options = options,
	.run = snapshot_load,
};
