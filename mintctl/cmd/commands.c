// SPDX-License-Identifier: GPL-2.0-only
/* The table of commands, and the way from argv to one of them. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "lib/version.h"

const struct mintctl_cmd mintctl_cmds[] = {
	{
		"os", "create", true, "Set cores, memory and devices aside for a further OS",
		"NAME --cores LIST --memory SIZE[@ADDRESS] [--dev BDF]... [--legacy NAME]...",
		"  --cores LIST            machine core numbers, such as 1,3-5 (also: --cpus)\n"
		"  --memory SIZE[@ADDR]    bytes, with K, M or G; and where, in bytes or 0x...\n"
		"  --dev BDF               a PCI function, such as 0000:03:00.0; repeatable\n"
		"  --legacy NAME           com1, com2, kbd, vga or rtc; repeatable, or a list\n",
		cmd_os_create
	},
	{
		"os", "start", true, "Start an OS that was created",
		"NAME --kernel FILE [--initrd FILE] [--cmdline TEXT] [--wait SECONDS]",
		"  --kernel FILE           a bzImage\n"
		"  --initrd FILE           its initial RAM disk\n"
		"  --cmdline TEXT          its command line\n"
		"  --wait SECONDS          return when its user space is up; fail if it ends,\n"
		"                          or is not up in time, and show the end of its log\n",
		cmd_os_start
	},
	{
		"os", "list", false, "List the OSes", CMD_TABLE_USAGE,
		CMD_TABLE_HELP, cmd_os_list
	},
	{
		"os", "show", false, "Show all that is known about an OS",
		"NAME [--json]", CMD_JSON_HELP, cmd_os_show
	},
	{
		"os", "console", true, "Talk to the console (hvc0) of an OS",
		"NAME [--read-only] [--linger SECONDS]",
		"  --read-only             show its output only\n"
		"  --linger SECONDS        if stdin is no terminal: after its end, go on until\n"
		"                          the console was quiet for so long (1)\n",
		cmd_os_console
	},
	{
		"os", "log", true, "Print the kernel log of an OS, dead or alive",
		"NAME [-f]",
		"  -f, --follow            go on with what it logs from now on\n",
		cmd_os_log
	},
	{
		"os", "exec", true, "Run a command in an OS", "[-n] NAME [--] COMMAND [ARG]...",
		"  -n, --no-stdin          give the command no input\n",
		cmd_os_exec
	},
	{
		"os", "stop", true, "Ask an OS to shut down, and wait for it",
		"NAME [--timeout SECONDS]",
		"  --timeout SECONDS       how long to wait (30)\n",
		cmd_os_stop
	},
	{
		"os", "destroy", true, "Take back cores, memory and devices of an OS",
		"NAME [--force] [--timeout SECONDS]",
		"  --force                 do not ask it: stop its cores if it runs or hangs\n"
		"  --timeout SECONDS       how long to wait for it to shut down (30)\n",
		cmd_os_destroy
	},
	{
		"dev", "list", false, "List the PCI functions and who owns them",
		CMD_TABLE_USAGE, CMD_TABLE_HELP, cmd_dev_list
	},
	{
		"dev", "show", false, "Show all that is known about a PCI function",
		"BDF [--json]", CMD_JSON_HELP, cmd_dev_show
	},
	{
		"dev", "tree", false, "Show the PCI functions as they hang on the bridges",
		"", "", cmd_dev_tree
	},
	{
		"dev", "move", true, "Move PCI functions to another OS",
		"BDF... --to NAME [--force] [--with-siblings] [--allow-no-driver]\n"
		"                        [--dry-run] [--timeout SECONDS] [--timings]",
		"  --to NAME               the OS that gets them\n"
		CMD_ORDER_HELP
		"  --allow-no-driver       also if no driver there takes them\n",
		cmd_dev_move
	},
	{
		"dev", "release", true, "Take PCI functions from their OS, for nobody",
		"BDF... [--force] [--with-siblings] [--dry-run]\n"
		"                        [--timeout SECONDS] [--timings]",
		CMD_ORDER_HELP, cmd_dev_release
	},
	{
		"dev", "policy", true, "Show or set who gets what is hot-added",
		"[BDF | SLOT | class:CCSS] [NAME | -]",
		"  BDF                     a place, or a port: what appears there or below\n"
		"  SLOT                    a BDF without function: what appears in that slot\n"
		"  class:CCSS              class and subclass, such as class:0200\n"
		"  NAME                    the OS that gets it; - takes the policy away\n",
		cmd_dev_policy
	},
	{
		"irq", "list", false, "List the interrupt routes of all OSes",
		CMD_TABLE_USAGE, CMD_TABLE_HELP, cmd_irq_list
	},
	{
		"irq", "show", false, "Show all that is known about one GSI",
		"GSI [--json]", CMD_JSON_HELP, cmd_irq_show
	},
	{
		"irq", "top", false, "Show again and again how often interrupts arrive",
		"[--delay SECONDS] [--number N | --once]",
		"  -d, --delay SECONDS     measure for so long each time (3)\n"
		"  -n, --number N          end after N samples\n"
		"  --once                  end after one\n"
		"  q, space                on a terminal: end; measure at once\n",
		cmd_irq_top
	},
	{
		"irq", "verify", true,
		"Check that interrupt table and hardware agree",
		"[--json]", CMD_JSON_HELP, cmd_irq_verify
	},
	{
		"irq", "repair", true,
		"Restore the interrupt table and the hardware", "", "",
		cmd_irq_repair
	},
	{
		"irq", "timeout", true,
		"Show or set how long an OS may hold up a shared line", "[MS]",
		"  MS                      milliseconds\n", cmd_irq_timeout
	},
	{
		"machine", "poweroff", true,
		"Shut all OSes down and switch the machine off", "", "",
		cmd_machine_poweroff
	},
	{
		"machine", "reboot", true,
		"Shut all OSes down and reboot the machine", "", "",
		cmd_machine_reboot
	},
	{
		"monitor", "", false,
		"Print what happens to OSes and PCI functions, as it happens",
		"[--json]", "  --json                  print a JSON object a line\n",
		cmd_monitor
	},
};

const unsigned int mintctl_nr_cmds = sizeof(mintctl_cmds) / sizeof(mintctl_cmds[0]);

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") ||
	       !strcmp(word, "help");
}

/* The commands of @object, or all; returns how many. */
static unsigned int print_list(const char *object, FILE *out)
{
	unsigned int i, nr = 0;

	for (i = 0; i < mintctl_nr_cmds; i++) {
		const struct mintctl_cmd *cmd = &mintctl_cmds[i];

		if (object && strcmp(cmd->object, object))
			continue;
		fprintf(out, "  %-7s %-9s %s\n", cmd->object, cmd->verb,
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

	for (i = 0; i < mintctl_nr_cmds; i++) {
		if (!strcmp(mintctl_cmds[i].object, object) &&
		    !strcmp(mintctl_cmds[i].verb, verb))
			return &mintctl_cmds[i];
	}
	return NULL;
}

static bool is_object(const char *word)
{
	unsigned int i;

	for (i = 0; i < mintctl_nr_cmds; i++) {
		if (!strcmp(mintctl_cmds[i].object, word))
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
