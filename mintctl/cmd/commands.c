// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of commands, and the way from argv to one of them.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/version.h"

const struct mintctl_cmd *const mintctl_cmds[] = {
	&cmd_os_create,
	&cmd_os_start,
	&cmd_os_restart,
	&cmd_os_clone,
	&cmd_os_snapshot,
	&cmd_os_set,
	&cmd_os_list,
	&cmd_os_show,
	&cmd_os_console,
	&cmd_os_log,
	&cmd_os_exec,
	&cmd_os_login,
	&cmd_os_stop,
	&cmd_os_destroy,
	&cmd_image_load,
	&cmd_image_list,
	&cmd_image_show,
	&cmd_image_remove,
	&cmd_snapshot_list,
	&cmd_snapshot_show,
	&cmd_snapshot_save,
	&cmd_snapshot_load,
	&cmd_snapshot_remove,
	&cmd_dev_list,
	&cmd_dev_show,
	&cmd_dev_tree,
	&cmd_dev_move,
	&cmd_dev_release,
	&cmd_dev_policy,
	&cmd_irq_list,
	&cmd_irq_show,
	&cmd_irq_top,
	&cmd_irq_verify,
	&cmd_irq_repair,
	&cmd_irq_timeout,
	&cmd_machine_show,
	&cmd_machine_poweroff,
	&cmd_machine_reboot,
	&cmd_monitor,
	&cmd_doctor,
	&cmd_plan,
	&cmd_apply,
	&cmd_confirm,
	&cmd_export,
	&cmd_teardown,
	NULL
};

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") ||
	       !strcmp(word, "help");
}

/* The commands of @object, or all; returns how many. */
static unsigned int print_list(const char *object, FILE *out)
{
	unsigned int i, nr = 0;

	for (i = 0; mintctl_cmds[i]; i++) {
		const struct mintctl_cmd *cmd = mintctl_cmds[i];

		if (object && strcmp(cmd->object, object))
			continue;
		fprintf(out, "  %-8s %-9s %s\n", cmd->object, cmd->verb,
			cmd->summary);
		nr++;
	}
	return nr;
}

static int print_help(FILE *out)
{
	fputs("usage: mintctl OBJECT VERB [ARGUMENT]...\n\n", out);
	print_list(NULL, out);
	fputs("\n'mintctl OBJECT VERB --help' says more; so does mintctl(8).\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage.\n", out);
	return MINTCTL_OK;
}

static const struct mintctl_cmd *find(const char *object, const char *verb)
{
	unsigned int i;

	for (i = 0; mintctl_cmds[i]; i++) {
		if (!strcmp(mintctl_cmds[i]->object, object) &&
		    !strcmp(mintctl_cmds[i]->verb, verb))
			return mintctl_cmds[i];
	}
	return NULL;
}

static bool is_object(const char *word)
{
	unsigned int i;

	for (i = 0; mintctl_cmds[i]; i++) {
		if (!strcmp(mintctl_cmds[i]->object, word))
			return true;
	}
	return false;
}

/* @verb: NULL if there is none */
static int unknown(const char *object, const char *verb)
{
	if (!is_object(object))
		return msg_usage("there is no '%s'; see 'mintctl --help'", object);
	if (verb)
		msg_usage("%s: there is no '%s', but:", object, verb);
	else
		msg_usage("%s: a verb is missing; there are:", object);
	print_list(object, stderr);
	return MINTCTL_USAGE;
}

/* A command of one word. */
static const struct mintctl_cmd *find_single(const char *word)
{
	return find(word, "");
}

static int run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	optind = 0;	/* getopt_long() begins anew */
	return cmd->run(cmd, argc, argv);
}

/* "mintctl help [OBJECT [VERB]]" and "mintctl OBJECT --help" */
static int help(int argc, char **argv)
{
	const struct mintctl_cmd *cmd;

	if (argc == 0)
		return print_help(stdout);
	if (argc == 1 && find_single(argv[0]))
		return run(find_single(argv[0]), 2,
			   (char *[]){ argv[0], (char *)"--help", NULL });
	if (argc == 1)
		return print_list(argv[0], stdout) ? MINTCTL_OK :
		       unknown(argv[0], NULL);
	cmd = find(argv[0], argv[1]);
	if (!cmd)
		return unknown(argv[0], argv[1]);
	/* By way of the command, which may have more to say. */
	return run(cmd, 2, (char *[]){ argv[1], (char *)"--help", NULL });
}

int mintctl_run(int argc, char **argv)
{
	const struct mintctl_cmd *cmd;

	if (argc < 2) {
		print_help(stderr);
		return MINTCTL_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("mintctl " MINT_VERSION);
		return MINTCTL_OK;
	}
	if (is_help(argv[1]))
		return help(argc - 2, argv + 2);
	if (argv[1][0] == '-')
		return msg_usage("unknown option '%s'; see 'mintctl --help'",
				 argv[1]);
	cmd = find_single(argv[1]);
	if (cmd)
		return run(cmd, argc - 1, argv + 1);
	if (argc < 3)
		return unknown(argv[1], NULL);
	if (is_help(argv[2]))
		return help(1, argv + 1);
	cmd = find(argv[1], argv[2]);
	return cmd ? run(cmd, argc - 2, argv + 2) :
	       unknown(argv[1], argv[2]);
}
