/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of mintctl.  One entry of the table in commands.c says everything
 * about a command that is not in its function.
 */
#ifndef MINTCTL_CMD_H
#define MINTCTL_CMD_H

#include <getopt.h>
#include <stdbool.h>

#include "lib/msg.h"
#include "show/table.h"

/**
 * struct mintctl_cmd - one command, "mintctl OBJECT VERB"
 * @object:	first word
 * @verb:	second word, "" if there is none
 * @modifies:	it changes something (and so needs root)
 * @summary:	one line for the list of commands
 * @usage:	what follows the two words
 * @help:	the options, one a line
 * @run:	argv[0] is the verb; returns the exit status
 */
struct mintctl_cmd {
	const char *object;
	const char *verb;
	bool modifies;
	const char *summary;
	const char *usage;
	const char *help;
	int (*run)(const struct mintctl_cmd *cmd, int argc, char **argv);
};

extern const struct mintctl_cmd mintctl_cmds[];
extern const unsigned int mintctl_nr_cmds;

/* All of mintctl but writing out stdout at the end; the exit status. */
int mintctl_run(int argc, char **argv);

/* "Try ..." after a mistake; returns MINTCTL_USAGE. */
int cmd_try_help(const struct mintctl_cmd *cmd);
/* The text of --help; returns MINTCTL_OK. */
int cmd_help(const struct mintctl_cmd *cmd);
/*
 * getopt_long(), but words are taken exactly: no abbreviations.
 * @shortopts beginning with '+' ends the options at the first other word.
 */
int cmd_getopt(const struct mintctl_cmd *cmd, int argc, char **argv,
	       const char *shortopts, const struct option *longopts);
/*
 * What every command does with an option that is not its own: 'h' shows the
 * help, anything else is a mistake.  Returns the exit status.
 */
int cmd_common_option(const struct mintctl_cmd *cmd, int c);
/*
 * Takes exactly @nr positional arguments from argv[optind]; @names says what
 * they are, as in "NAME".  Returns MINTCTL_OK or MINTCTL_USAGE with a message.
 */
int cmd_positional(const struct mintctl_cmd *cmd, int argc, char **argv,
		   int nr, const char *names);
/* The same for the one argument that is the name of an OS, checked. */
int cmd_os_name(const struct mintctl_cmd *cmd, int argc, char **argv,
		const char **name);
/*
 * All the options of a command that prints a table and has neither other ones
 * nor arguments.  CMD_GO_ON or an exit status.
 */
int cmd_table_options(const struct mintctl_cmd *cmd, int argc, char **argv,
		      const struct table_column *columns, unsigned int nr,
		      struct table_options *o);

/* The options of a command that has none.  CMD_GO_ON or an exit status. */
int cmd_no_options(const struct mintctl_cmd *cmd, int argc, char **argv);
/* The options of a command that has --json only.  CMD_GO_ON or an exit status. */
int cmd_json_option(const struct mintctl_cmd *cmd, int argc, char **argv,
		    bool *json);

/* Options are parsed, no exit status yet. */
#define CMD_GO_ON	(-1)

/* Exit status of a call that returns 0 or -errno with a message. */
static inline int cmd_status(int err)
{
	return err ? MINTCTL_FAILED : MINTCTL_OK;
}

/* For the table of a command's long options. */
#define CMD_OPTION_HELP	{ "help", no_argument, NULL, 'h' }
#define CMD_OPTION_END	{ NULL, 0, NULL, 0 }

/* Help for the options of a table. */
#define CMD_TABLE_USAGE	"[--json] [--noheadings] [-o COLUMNS]"
#define CMD_TABLE_HELP \
	"  -o, --output COLUMNS    show these columns (A,B,...), or with + before the list\n" \
	"                          these besides the usual ones\n" \
	"  --json                  print JSON, numbers without units\n" \
	"  --noheadings            print no headings\n"

/* Help for the options of an order. */
#define CMD_ORDER_HELP \
	"  --force                 also if they are in use\n" \
	"  --with-siblings         also what shares their slots\n" \
	"  --dry-run               ask whether it would be refused, do nothing\n" \
	"  --timeout SECONDS       how long each side may take (10)\n" \
	"  --timings               print how long each phase took\n"

#define CMD_JSON_HELP \
	"  --json                  print JSON, numbers without units\n"

#define CMD_FUNCTION(name) \
	int name(const struct mintctl_cmd *cmd, int argc, char **argv)

CMD_FUNCTION(cmd_os_create);
CMD_FUNCTION(cmd_os_start);
CMD_FUNCTION(cmd_os_list);
CMD_FUNCTION(cmd_os_show);
CMD_FUNCTION(cmd_os_console);
CMD_FUNCTION(cmd_os_log);
CMD_FUNCTION(cmd_os_exec);
CMD_FUNCTION(cmd_os_stop);
CMD_FUNCTION(cmd_os_destroy);
CMD_FUNCTION(cmd_dev_list);
CMD_FUNCTION(cmd_dev_move);
CMD_FUNCTION(cmd_dev_policy);
CMD_FUNCTION(cmd_dev_release);
CMD_FUNCTION(cmd_dev_show);
CMD_FUNCTION(cmd_dev_tree);
CMD_FUNCTION(cmd_monitor);
CMD_FUNCTION(cmd_irq_list);
CMD_FUNCTION(cmd_irq_show);
CMD_FUNCTION(cmd_irq_top);
CMD_FUNCTION(cmd_irq_verify);
CMD_FUNCTION(cmd_irq_repair);
CMD_FUNCTION(cmd_irq_timeout);
CMD_FUNCTION(cmd_machine_poweroff);
CMD_FUNCTION(cmd_machine_reboot);

#endif /* MINTCTL_CMD_H */
