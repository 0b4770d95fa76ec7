// SPDX-License-Identifier: GPL-2.0-only
/*
 * mintctl-docs: copies a document from stdin to stdout and makes parts of it anew, of
 * the commands and their options.  Such a part stands between a line with
 * "mintctl-docs: PART" and one with "mintctl-docs: end", where PART is
 *
 *	synopsis OBJECT [VERB], options OBJECT [VERB]	of the manual page of a command
 *	commands					a list of all manual pages
 *	bash						completion
 *	usage						a page in Markdown
 *
 * It is run when the project is built and checked, and not installed.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "docs/docs.h"
#include "lib/msg.h"

#define MARK	"mintctl-docs: "

static const struct mintctl_cmd *find(const char *object, const char *verb)
{
	const struct mintctl_cmd *const *cmd;

	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if (!strcmp((*cmd)->object, object) && !strcmp((*cmd)->verb, verb))
			return *cmd;
	}
	return NULL;
}

void docs_usage(FILE *out)
{
	const struct mintctl_cmd *const *cmd;

	fputc('\n', out);
	for (cmd = mintctl_cmds; *cmd; cmd++)
		cmd_print_usage(*cmd, fprintf(out, "    "), 90, out);
	fputc('\n', out);
}

static bool put_of_all(const char *part, FILE *out)
{
	if (!strcmp(part, "commands"))
		docs_man_commands(out);
	else if (!strcmp(part, "bash"))
		docs_bash(out);
	else if (!strcmp(part, "usage"))
		docs_usage(out);
	else
		return false;
	return true;
}

static bool put_of_one(const char *part, const struct mintctl_cmd *cmd, FILE *out)
{
	if (cmd && !strcmp(part, "synopsis"))
		docs_man_synopsis(cmd, out);
	else if (cmd && !strcmp(part, "options"))
		docs_man_options(cmd, out);
	else
		return false;
	return true;
}

/* @mark: what follows MARK in its line */
static int put_part(const char *mark, FILE *out)
{
	char part[16] = "", object[16] = "", verb[16] = "";

	sscanf(mark, "%15s %15s %15s", part, object, verb);
	if (!strcmp(verb, "-->"))
		verb[0] = '\0';
	if (put_of_all(part, out) || put_of_one(part, find(object, verb), out))
		return MINTCTL_OK;
	return msg_fail(NULL, "mintctl-docs: there is no '%.*s'",
			(int)strcspn(mark, "\n"), mark);
}

static int copy(FILE *in, FILE *out)
{
	char *line = NULL, *mark;
	bool inside = false;
	size_t size = 0;
	int ret = MINTCTL_OK;

	while (!ret && getline(&line, &size, in) >= 0) {
		mark = strstr(line, MARK);
		if (mark && inside == !!strncmp(mark + strlen(MARK), "end", 3))
			ret = msg_fail(NULL, "mintctl-docs: parts are not ended one by one");
		if (mark)
			inside = !inside;
		if (mark || !inside)
			fputs(line, out);
		if (!ret && mark && inside)
			ret = put_part(mark + strlen(MARK), out);
	}
	free(line);
	if (!ret && inside)
		ret = msg_fail(NULL, "mintctl-docs: the last part has no end");
	return ret;
}

int main(void)
{
	int ret = copy(stdin, stdout);

	if ((fflush(stdout) || ferror(stdin)) && ret == MINTCTL_OK)
		ret = msg_fail(NULL, "mintctl-docs: cannot read or write");
	return ret;
}
