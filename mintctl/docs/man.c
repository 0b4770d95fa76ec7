// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of the manual pages, in mdoc.
 */
#include <ctype.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "docs/docs.h"

/* @text in small letters. */
static void put_small(const char *text, size_t len, FILE *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		fputc(tolower((unsigned char)text[i]), out);
}

/* "SIZE[@ADDRESS]" as "Ar size Ns Op @ Ns Ar address": macros for a line of others. */
static void put_value(const char *value, FILE *out)
{
	size_t len = strcspn(value, "[");

	fputs(" Ar ", out);
	put_small(value, len, out);
	if (!value[len])
		return;
	value += len + 1;
	fprintf(out, " Ns Op %c Ns Ar ", *value++);
	put_small(value, strcspn(value, "]"), out);
}

/* "Fl o Ar columns", "Fl Fl to Ar name" */
static void put_short(const struct mintctl_option *o, FILE *out)
{
	if (o->flags & OPTION_SHORT)
		fprintf(out, "Fl %c", o->id);
	else
		fprintf(out, "Fl Fl %s", o->name);
	if (o->value)
		put_value(o->value, out);
}

static void put_options(const struct mintctl_cmd *cmd, FILE *out)
{
	const struct mintctl_option *o;

	for (o = cmd->options; o->name || o->value; o++) {
		if (!o->name || o->flags & OPTION_OLD_NAME)
			continue;
		fputs(o->flags & OPTION_NEEDED ? "." : ".Op ", out);
		put_short(o, out);
		while (o[1].name && o[1].flags & OPTION_OR) {
			fputs(" | ", out);
			put_short(++o, out);
		}
		fputs(o->flags & OPTION_REPEATS ? " ...\n" : "\n", out);
	}
}

void docs_man_synopsis(const struct mintctl_cmd *cmd, FILE *out)
{
	fprintf(out, ".Nm mintctl\n.Cm %s%s%s\n", cmd->object,
		*cmd->verb ? " " : "", cmd->verb);
	if (cmd->options_first)
		put_options(cmd, out);
	fputs(cmd->synopsis, out);
	if (!cmd->options_first)
		put_options(cmd, out);
}

/* A part of a sentence as a whole one. */
static void put_sentence(const char *text, FILE *out)
{
	fprintf(out, "%c%s.\n", toupper((unsigned char)*text), text + 1);
}

static void put_text(const char *text, FILE *out)
{
	fprintf(out, "%s%s", text, text[strlen(text) - 1] == '\n' ? "" : "\n");
}

static void put_option(const struct mintctl_option *o, FILE *out)
{
	fputs(".It ", out);
	if (o->flags & OPTION_SHORT) {
		put_short(o, out);
		fputs(" , ", out);
	}
	fprintf(out, "Fl Fl %s", o->name);
	if (o->value)
		put_value(o->value, out);
	fputc('\n', out);
	if (o->man)
		put_text(o->man, out);
	else
		put_sentence(o->help, out);
}

void docs_man_options(const struct mintctl_cmd *cmd, FILE *out)
{
	const struct mintctl_option *o;

	fputs(".Bl -tag -width Ds\n", out);
	for (o = cmd->options; o->name || o->value; o++) {
		if (o->name && !(o->flags & OPTION_OLD_NAME))
			put_option(o, out);
	}
	fputs(".It Fl Fl help\nShow a summary.\n.El\n", out);
}

void docs_man_commands(FILE *out)
{
	const struct mintctl_cmd *const *cmd;

	fputs(".Bl -tag -width Ds\n", out);
	for (cmd = mintctl_cmds; *cmd; cmd++)
		fprintf(out, ".It Xr mintctl-%s%s%s 8\n%s.\n", (*cmd)->object,
			*(*cmd)->verb ? "-" : "", (*cmd)->verb, (*cmd)->summary);
	fputs(".El\n", out);
}
