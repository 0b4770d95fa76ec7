/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command of mintctl: one struct mintctl_cmd, in the file of the command, says
 * everything about it that is not in its function.  Its table of options is the only
 * place where an option stands: getopt, --help, completion and the manual page are
 * made of it.
 */
#ifndef MINTCTL_CMD_H
#define MINTCTL_CMD_H

#include <getopt.h>
#include <stdbool.h>

#include "lib/msg.h"
#include "show/table.h"

#define OPTION_SHORT	(1U << 0)	/* @id is its letter, too */
#define OPTION_NEEDED	(1U << 1)	/* the command does not go without */
#define OPTION_REPEATS	(1U << 2)	/* may be given several times */
#define OPTION_OR	(1U << 3)	/* instead of the one before it */
#define OPTION_OLD_NAME	(1U << 4)	/* taken, but shown nowhere */

/**
 * struct mintctl_option - one option
 * @name:	behind "--"; NULL: no option, but a word that --help explains
 * @id:		what cmd_getopt() returns
 * @flags:	OPTION_*
 * @value:	what its value is called, in capitals; NULL: it has none
 * @completes:	words that may follow, or @oses, @images, @snapshots, @devices, @gsis,
 *		@files, @columns (one), @columnlist (some); or NULL
 * @help:	what --help says; a part of a sentence
 * @man:	what the manual page says, in mdoc; NULL: @help, as a sentence
 */
struct mintctl_option {
	const char *name;
	char id;
	unsigned int flags;
	const char *value;
	const char *completes;
	const char *help;
	const char *man;
};

/**
 * struct mintctl_cmd - one command, "mintctl OBJECT VERB"
 * @object:	first word
 * @verb:	second word, "" if there is none
 * @modifies:	it changes something (and so needs root)
 * @options_first: options end at the first other word, whose own may follow
 * @summary:	one line for the list of commands
 * @operands:	what is no option, as usage has it
 * @synopsis:	the same in mdoc
 * @completes:	as that of an option, for operands
 * @options:	ends with an empty one; --help is not among them
 * @nr_columns, @columns: of the table that it prints, for --help
 * @run:	argv[0] is the verb; returns the exit status
 */
struct mintctl_cmd {
	const char *object;
	const char *verb;
	bool modifies;
	bool options_first;
	const char *summary;
	const char *operands;
	const char *synopsis;
	const char *completes;
	const struct mintctl_option *options;
	const struct table_column *columns;
	const unsigned int *nr_columns;
	int (*run)(const struct mintctl_cmd *cmd, int argc, char **argv);
};

/* ---- options.c ------------------------------------------------------------------ */

/*
 * getopt_long() by the table of @cmd, but words are taken exactly: no abbreviations.
 * The id of an option, -1 at the end, 'h' for --help, '?' after a mistake.
 */
int cmd_getopt(const struct mintctl_cmd *cmd, int argc, char **argv);
/*
 * All of them, each given to @take with @o: it returns CMD_GO_ON, or an exit status, which
 * ends this.
 */
int cmd_each_option(const struct mintctl_cmd *cmd, int argc, char **argv,
		    int (*take)(const struct mintctl_cmd *cmd, int c, void *o), void *o);
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
 * All the options of a command that prints its table and has neither other ones
 * nor arguments.  CMD_GO_ON or an exit status.
 */
int cmd_table_options(const struct mintctl_cmd *cmd, int argc, char **argv,
		      struct table_options *o);
/*
 * The one argument that is a file, and may be left out: then *@file stays.  CMD_GO_ON or an
 * exit status.
 */
int cmd_file_operand(const struct mintctl_cmd *cmd, int argc, char **argv,
		     const char **file);
/* The options of a command that has none.  CMD_GO_ON or an exit status. */
int cmd_no_options(const struct mintctl_cmd *cmd, int argc, char **argv);
/* The options of a command that has --json only.  CMD_GO_ON or an exit status. */
int cmd_json_option(const struct mintctl_cmd *cmd, int argc, char **argv,
		    bool *json);
/* --json with what sets something, which prints nothing.  Returns the exit status. */
int cmd_sets_no_json(const struct mintctl_cmd *cmd);

/* Options are parsed, no exit status yet. */
#define CMD_GO_ON	(-1)

/* Exit status of a call that returns 0 or -errno with a message. */
static inline int cmd_status(int err)
{
	return err ? MINTCTL_FAILED : MINTCTL_OK;
}

/* ---- help.c --------------------------------------------------------------------- */

/* "Try ..." after a mistake; returns MINTCTL_USAGE. */
int cmd_try_help(const struct mintctl_cmd *cmd);
/* The text of --help; returns MINTCTL_OK. */
int cmd_help(const struct mintctl_cmd *cmd);
/*
 * "mintctl OBJECT VERB ...", in lines of at most @width columns, where @begin are
 * written already.
 */
void cmd_print_usage(const struct mintctl_cmd *cmd, unsigned int begin,
		     unsigned int width, FILE *out);

/* ---- options that several commands have ----------------------------------------- */

#define CMD_OPTION_END	{ .name = NULL }

/* A word of the usage that --help explains. */
#define CMD_WORD(word, text) \
	{ .value = word, .help = text }

#define CMD_OPTION_JSON(text) \
	{ "json", 'j', 0, NULL, NULL, "print JSON, numbers without units", text }

/* For cmd_table_options(); @example: columns, for the manual page */
#define CMD_OPTIONS_TABLE(example) \
	{ "output", 'o', OPTION_SHORT, "COLUMNS", "@columnlist", \
	  "show these columns (A,B,...), or with + before the list these besides the usual ones", \
	  "Show these columns only, a list such as\n" \
	  ".Li " example " .\n" \
	  "With\n" \
	  ".Sq +\n" \
	  "before the list, show them besides the usual ones.\n" \
	  "Scripts should name the columns they want: the usual ones may change.\n" }, \
	CMD_OPTION_JSON( \
	  "Print JSON, by default with all columns; their names are the keys, in small\n" \
	  "letters and with\n" \
	  ".Sq _\n" \
	  "for\n" \
	  ".Sq - .\n" \
	  "Numbers have no units there: sizes and addresses are in bytes, times in\n" \
	  "milliseconds; what has no value is\n" \
	  ".Li null .\n"), \
	{ "noheadings", 'n', 0, NULL, NULL, "print no headings", NULL }, \
	{ "sort", 's', 0, "COLUMN", "@columns", \
	  "in the order of this column, or with - before it in the reverse one", \
	  "Print in the order of this column, which need not be shown; with\n" \
	  ".Sq -\n" \
	  "before its name, in the reverse order.\n" \
	  "What has no value comes last, a list is sorted by its first item.\n" }

#endif /* MINTCTL_CMD_H */
