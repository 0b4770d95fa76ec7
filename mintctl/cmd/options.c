// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command line taken apart by the table of its command's options.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "lib/parse.h"
#include "partition/comments.h"

#define MAX_OPTIONS	16

/* What getopt_long() wants to have, made of a table. */
struct getopt_args {
	struct option longopts[MAX_OPTIONS + 2];
	char shortopts[2 * MAX_OPTIONS + 2];
};

static void add_option(struct option *to, const char *name, int id, bool value)
{
	to->name = name;
	to->has_arg = value ? required_argument : no_argument;
	to->flag = NULL;
	to->val = id;
}

static void make_args(const struct mintctl_cmd *cmd, struct getopt_args *args)
{
	const struct mintctl_option *o = cmd->options;
	struct option *to = args->longopts;
	char *letter = args->shortopts;

	memset(args, 0, sizeof(*args));
	if (cmd->options_first)
		*letter++ = '+';
	for (; (o->name || o->value) && to < args->longopts + MAX_OPTIONS; o++) {
		if (!o->name)
			continue;
		add_option(to++, o->name, o->id, o->value);
		if (o->flags & OPTION_SHORT)
			*letter++ = o->id;
		if (o->flags & OPTION_SHORT && o->value)
			*letter++ = ':';
	}
	add_option(to, "help", 'h', false);
}

static const struct option *find_option(const struct option *longopts,
					const char *name, size_t len)
{
	for (; longopts->name; longopts++) {
		if (strlen(longopts->name) == len &&
		    strncmp(longopts->name, name, len) == 0)
			return longopts;
	}
	return NULL;
}

/* Steps over argv as getopt_long() will. */
static int check_exact(int argc, char **argv, bool stop_early,
		       const struct option *longopts)
{
	const struct option *o;
	size_t len;
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (argv[i][0] != '-' && stop_early)
			break;
		if (strncmp(argv[i], "--", 2))
			continue;
		len = strcspn(argv[i] + 2, "=");
		o = find_option(longopts, argv[i] + 2, len);
		if (!o)
			return msg_usage("unknown option '%.*s'", (int)len + 2,
					 argv[i]);
		if (o->has_arg == required_argument && argv[i][len + 2] != '=')
			i++;
	}
	return MINTCTL_OK;
}

int cmd_getopt(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct getopt_args args;
	static char name[64];

	make_args(cmd, &args);
	if (optind <= 1) {
		if (check_exact(argc, argv, cmd->options_first, args.longopts))
			return '?';
		/* For the messages of getopt_long(). */
		snprintf(name, sizeof(name), "mintctl %s %s", cmd->object,
			 cmd->verb);
		argv[0] = name;
	}
	return getopt_long(argc, argv, args.shortopts, args.longopts, NULL);
}

int cmd_each_option(const struct mintctl_cmd *cmd, int argc, char **argv,
		    int (*take)(const struct mintctl_cmd *cmd, int c, void *o), void *o)
{
	int c, ret = CMD_GO_ON;

	while (ret == CMD_GO_ON && (c = cmd_getopt(cmd, argc, argv)) != -1)
		ret = take(cmd, c, o);
	return ret;
}

int cmd_common_option(const struct mintctl_cmd *cmd, int c)
{
	return c == 'h' ? cmd_help(cmd) : cmd_try_help(cmd);
}

int cmd_positional(const struct mintctl_cmd *cmd, int argc, char **argv,
		   int nr, const char *names)
{
	if (argc - optind == nr)
		return MINTCTL_OK;
	if (argc - optind < nr)
		msg_usage("%s%s%s: %s is missing", cmd->object, *cmd->verb ? " " : "",
			  cmd->verb, names);
	else
		msg_usage("%s%s%s: unexpected argument '%s'", cmd->object,
			  *cmd->verb ? " " : "", cmd->verb, argv[optind + nr]);
	return cmd_try_help(cmd);
}

int cmd_file_operand(const struct mintctl_cmd *cmd, int argc, char **argv,
		     const char **file)
{
	int ret;

	if (optind == argc)
		return CMD_GO_ON;
	ret = cmd_positional(cmd, argc, argv, 1, "the file");
	if (ret)
		return ret;
	*file = strcmp(argv[optind], "-") ? argv[optind] : PART_STDIN;
	return CMD_GO_ON;
}

int cmd_os_name(const struct mintctl_cmd *cmd, int argc, char **argv,
		const char **name)
{
	int ret = cmd_positional(cmd, argc, argv, 1, "the name of the OS");

	if (ret)
		return ret;
	*name = argv[optind];
	return parse_os_name(*name);
}

int cmd_table_options(const struct mintctl_cmd *cmd, int argc, char **argv,
		      struct table_options *o)
{
	int c, ret;

	memset(o, 0, sizeof(*o));
	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'o')
			o->columns = optarg;
		else if (c == 'j')
			o->json = true;
		else if (c == 'n')
			o->noheadings = true;
		else if (c == 's')
			o->sort = optarg;
		else
			return cmd_common_option(cmd, c);
	}
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (!ret)
		ret = table_check(cmd->columns, *cmd->nr_columns, o);
	return ret ? ret : CMD_GO_ON;
}

int cmd_json_option(const struct mintctl_cmd *cmd, int argc, char **argv,
		    bool *json)
{
	int c;

	*json = false;
	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c != 'j')
			return cmd_common_option(cmd, c);
		*json = true;
	}
	return CMD_GO_ON;
}

int cmd_sets_no_json(const struct mintctl_cmd *cmd)
{
	msg_usage("%s %s: --json shows what is set; what sets it prints nothing",
		  cmd->object, cmd->verb);
	return cmd_try_help(cmd);
}

int cmd_no_options(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	int c = cmd_getopt(cmd, argc, argv);

	return c == -1 ? CMD_GO_ON : cmd_common_option(cmd, c);
}
