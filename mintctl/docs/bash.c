// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion for bash: functions that say, for what is typed, which words there are.
 * mintctl.bash makes suggestions of them.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "docs/docs.h"

static const char *between(const struct mintctl_cmd *cmd)
{
	return *cmd->verb ? " " : "";
}

/* The first command of its object. */
static bool is_first(const struct mintctl_cmd *const *cmd)
{
	return cmd == mintctl_cmds || strcmp(cmd[-1]->object, cmd[0]->object);
}

static void put_objects(FILE *out)
{
	const struct mintctl_cmd *const *cmd;

	fputs("_mintctl_objects()\n{\n\techo", out);
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if (is_first(cmd))
			fprintf(out, " %s", (*cmd)->object);
	}
	fputs("\n}\n\n", out);
}

static void put_verbs(FILE *out)
{
	const struct mintctl_cmd *const *cmd;

	fputs("# The verbs of object $1.\n_mintctl_verbs()\n{\n\tcase $1 in\n", out);
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if (!*(*cmd)->verb)
			continue;
		if (is_first(cmd))
			fprintf(out, "\t%s) echo", (*cmd)->object);
		fprintf(out, " %s", (*cmd)->verb);
		if (!cmd[1] || is_first(cmd + 1))
			fputs(" ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
}

static bool is_shown(const struct mintctl_option *o)
{
	return o->name && !(o->flags & OPTION_OLD_NAME);
}

static bool is_option(const struct mintctl_option *o)
{
	return o->name || o->value;
}

static void put_options_of(const struct mintctl_cmd *cmd, FILE *out)
{
	const struct mintctl_option *o;
	bool begun = false;

	for (o = cmd->options; is_option(o); o++) {
		if (!is_shown(o))
			continue;
		if (!begun)
			fprintf(out, "\t'%s%s%s') echo", cmd->object,
				between(cmd), cmd->verb);
		fprintf(out, " --%s", o->name);
		begun = true;
	}
	if (begun)
		fputs(" ;;\n", out);
}

static void put_options(FILE *out)
{
	const struct mintctl_cmd *const *cmd;

	fputs("# The options of command $1.\n_mintctl_options()\n{\n\tcase $1 in\n",
	      out);
	for (cmd = mintctl_cmds; *cmd; cmd++)
		put_options_of(*cmd, out);
	fputs("\tesac\n\techo --help\n}\n\n", out);
}

static void put_operands(FILE *out)
{
	const struct mintctl_cmd *const *cmd;

	fputs("# What command $1 takes beside options.\n"
	      "_mintctl_operands()\n{\n\tcase $1 in\n", out);
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if ((*cmd)->completes)
			fprintf(out, "\t'%s%s%s') echo '%s' ;;\n", (*cmd)->object,
				between(*cmd), (*cmd)->verb, (*cmd)->completes);
	}
	fputs("\tesac\n}\n\n", out);
}

static void put_value(const struct mintctl_cmd *cmd,
		      const struct mintctl_option *o, FILE *out)
{
	fprintf(out, "\t'%s%s%s --%s'", cmd->object, between(cmd), cmd->verb,
		o->name);
	if (o->flags & OPTION_SHORT)
		fprintf(out, "|'%s%s%s -%c'", cmd->object, between(cmd),
			cmd->verb, o->id);
	if (o->completes)
		fprintf(out, ") echo '%s' ;;\n", o->completes);
	else
		fputs(") ;;\n", out);
}

static void put_values(FILE *out)
{
	const struct mintctl_cmd *const *cmd;
	const struct mintctl_option *o;

	fputs("# What may be the value of option $2 of command $1; fails if it has none.\n"
	      "_mintctl_values()\n{\n\tcase \"$1 $2\" in\n", out);
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		for (o = (*cmd)->options; is_option(o); o++) {
			if (o->name && o->value)
				put_value(*cmd, o, out);
		}
	}
	fputs("\t*) return 1 ;;\n\tesac\n}\n", out);
}

static void put_columns(FILE *out)
{
	const struct mintctl_cmd *const *cmd;
	unsigned int i;

	fputs("# The columns of command $1.\n_mintctl_columns()\n{\n\tcase $1 in\n", out);
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if (!(*cmd)->columns)
			continue;
		fprintf(out, "\t'%s%s%s') echo", (*cmd)->object, between(*cmd), (*cmd)->verb);
		for (i = 0; i < *(*cmd)->nr_columns; i++)
			fprintf(out, " %s", (*cmd)->columns[i].name);
		fputs(" ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
}

void docs_bash(FILE *out)
{
	put_objects(out);
	put_verbs(out);
	put_options(out);
	put_operands(out);
	put_columns(out);
	put_values(out);
}
