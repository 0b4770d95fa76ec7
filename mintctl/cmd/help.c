// SPDX-License-Identifier: GPL-2.0-only
/*
 * The help of a command, made of the table of its options.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

#define HELP_COLUMN	26	/* where explanations begin */
#define HELP_WIDTH	80

/* Text that goes on in a new line where it becomes too long. */
struct wrap {
	FILE *out;
	unsigned int at;	/* columns that are written */
	unsigned int indent;
	unsigned int width;
};

/* @word as a whole in one line. */
static void put_word(struct wrap *w, const char *word, unsigned int len)
{
	if (w->at > w->indent && w->at + 1 + len > w->width) {
		fprintf(w->out, "\n%*s", (int)w->indent, "");
		w->at = w->indent;
	} else if (w->at > w->indent) {
		fputc(' ', w->out);
		w->at++;
	}
	fprintf(w->out, "%.*s", (int)len, word);
	w->at += len;
}

static void put_words(struct wrap *w, const char *text)
{
	size_t len;

	for (; *text; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (len)
			put_word(w, text, len);
	}
}

/* ---- usage ------------------------------------------------------------------------ */

/* "-o COLUMNS", "--to NAME" */
static void option_word(const struct mintctl_option *o, char *buf, size_t size)
{
	if (o->flags & OPTION_SHORT)
		snprintf(buf, size, "-%c%s%s", o->id, o->value ? " " : "",
			 o->value ? o->value : "");
	else
		snprintf(buf, size, "--%s%s%s", o->name, o->value ? " " : "",
			 o->value ? o->value : "");
}

static const struct mintctl_option *put_option(struct wrap *w,
					       const struct mintctl_option *o)
{
	bool needed = o->flags & OPTION_NEEDED, one_of = o[1].name && o[1].flags & OPTION_OR;
	char one[80], all[256];
	size_t len;

	option_word(o, one, sizeof(one));
	len = snprintf(all, sizeof(all), "%s%s", !needed ? "[" : one_of ? "{" : "", one);
	while (o[1].name && o[1].flags & OPTION_OR) {
		option_word(++o, one, sizeof(one));
		len += snprintf(all + len, sizeof(all) - len, " | %s", one);
	}
	snprintf(all + len, sizeof(all) - len, "%s%s",
		 !needed ? "]" : one_of ? "}" : "",
		 o->flags & OPTION_REPEATS ? "..." : "");
	put_word(w, all, strlen(all));
	return o;
}

static void put_options(struct wrap *w, const struct mintctl_cmd *cmd)
{
	const struct mintctl_option *o;

	for (o = cmd->options; o->name || o->value; o++) {
		if (o->name && !(o->flags & OPTION_OLD_NAME))
			o = put_option(w, o);
	}
}

void cmd_print_usage(const struct mintctl_cmd *cmd, unsigned int begin,
		     unsigned int width, FILE *out)
{
	struct wrap w = {
		.out = out,
		.indent = begin + strlen("mintctl "),
		.width = width,
	};

	w.at = begin + fprintf(out, "mintctl %s%s%s", cmd->object,
			       *cmd->verb ? " " : "", cmd->verb);
	if (cmd->options_first)
		put_options(&w, cmd);
	put_words(&w, cmd->operands);
	if (!cmd->options_first)
		put_options(&w, cmd);
	fputc('\n', out);
}

/* ---- the whole -------------------------------------------------------------------- */

static void explain(const char *word, const char *text)
{
	struct wrap w = { stdout, HELP_COLUMN, HELP_COLUMN, HELP_WIDTH };
	int len = printf("  %s", word);

	if (len >= HELP_COLUMN)
		printf("\n%*s", HELP_COLUMN, "");
	else
		printf("%*s", HELP_COLUMN - len, "");
	put_words(&w, text);
	putchar('\n');
}

/* "-o, --output COLUMNS" */
static void explain_option(const struct mintctl_option *o)
{
	char word[80] = "";
	size_t len = 0;

	if (o->flags & OPTION_SHORT)
		len = snprintf(word, sizeof(word), "-%c, ", o->id);
	if (o->name)
		len += snprintf(word + len, sizeof(word) - len, "--%s%s", o->name,
				o->value ? " " : "");
	snprintf(word + len, sizeof(word) - len, "%s", o->value ? o->value : "");
	explain(word, o->help);
}

int cmd_try_help(const struct mintctl_cmd *cmd)
{
	fprintf(stderr, "Try 'mintctl %s%s%s --help'.\n", cmd->object,
		*cmd->verb ? " " : "", cmd->verb);
	return MINTCTL_USAGE;
}

int cmd_help(const struct mintctl_cmd *cmd)
{
	const struct mintctl_option *o;
	const char *verb = cmd->verb;

	cmd_print_usage(cmd, printf("usage: "), HELP_WIDTH, stdout);
	printf("\n%s.\n\n", cmd->summary);
	for (o = cmd->options; o->name || o->value; o++) {
		if (!(o->flags & OPTION_OLD_NAME))
			explain_option(o);
	}
	explain("--help", "show this text");
	printf("\nSee mintctl-%s%s%s(8).\n", cmd->object, *verb ? "-" : "", verb);
	if (cmd->columns)
		table_help(cmd->columns, *cmd->nr_columns, stdout);
	return MINTCTL_OK;
}
