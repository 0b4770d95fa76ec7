// SPDX-License-Identifier: GPL-2.0-only
/*
 * mintctl: several OSes on one machine, seen and directed from any of them.
 */
#include <stdio.h>

#include "cmd/commands.h"
#include "lib/msg.h"

int main(int argc, char **argv)
{
	int ret = mintctl_run(argc, argv);

	/* A full disk or a closed pipe is a failure, too. */
	if ((fflush(stdout) || ferror(stdout)) && ret == MINTCTL_OK)
		ret = msg_fail(NULL, "cannot write the output");
	return ret;
}
