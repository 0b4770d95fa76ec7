// SPDX-License-Identifier: GPL-2.0-only
/* What the commands share. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "lib/parse.h"

int cmd_try_help(const struct mintctl_cmd *cmd)
{
	fprintf(stderr, "Try 'mintctl %s%s%s --help'.\n", cmd->object,
		*cmd->verb ? " " : "", cmd->verb);
	return MINTCTL_USAGE;
}

int cmd_help(const struct mintctl_cmd *cmd)
{
	const char *verb = cmd->verb;

	printf("usage: mintctl %s%s%s%s%s\n\n%s.\n\n%s"
	       "  --help                  show this text\n"
	       "\nSee mintctl-%s%s%s(8).\n",
	       cmd->object, *verb ? " " : "", verb, *cmd->usage ? " " : "",
	       cmd->usage, cmd->summary, cmd->help, cmd->object,
	       *verb ? "-" : "", verb);
	return MINTCTL_OK;
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

int cmd_getopt(const struct mintctl_cmd *cmd, int argc, char **argv,
	       const char *shortopts, const struct option *longopts)
{
	static char name[64];

	if (optind <= 1) {
		if (check_exact(argc, argv, *shortopts == '+', longopts))
			return '?';
		/* For the messages of getopt_long(). */
		snprintf(name, sizeof(name), "mintctl %s %s", cmd->object,
			 cmd->verb);
		argv[0] = name;
	}
	return getopt_long(argc, argv, shortopts, longopts, NULL);
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
		msg_usage("%s %s: %s is missing", cmd->object, cmd->verb, names);
	else
		msg_usage("%s %s: unexpected argument '%s'", cmd->object,
			  cmd->verb, argv[optind + nr]);
	return cmd_try_help(cmd);
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

static int table_usage(const struct mintctl_cmd *cmd, int c,
		       const struct table_column *columns, unsigned int nr)
{
	int ret = cmd_common_option(cmd, c);

	if (ret == MINTCTL_OK)
		table_help(columns, nr, stdout);
	return ret;
}

int cmd_table_options(const struct mintctl_cmd *cmd, int argc, char **argv,
		      const struct table_column *columns, unsigned int nr,
		      struct table_options *o)
{
	static const struct option longopts[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "json", no_argument, NULL, 'j' },
		{ "noheadings", no_argument, NULL, 'n' },
		CMD_OPTION_HELP,
		CMD_OPTION_END
	};
	int c, ret;

	memset(o, 0, sizeof(*o));
	while ((c = cmd_getopt(cmd, argc, argv, "o:", longopts)) != -1) {
		if (c == 'o')
			o->columns = optarg;
		else if (c == 'j')
			o->json = true;
		else if (c == 'n')
			o->noheadings = true;
		else
			return table_usage(cmd, c, columns, nr);
	}
	ret = cmd_positional(cmd, argc, argv, 0, "");
	if (!ret)
		ret = table_check(columns, nr, o);
	return ret ? ret : CMD_GO_ON;
}

int cmd_json_option(const struct mintctl_cmd *cmd, int argc, char **argv,
		    bool *json)
{
	static const struct option longopts[] = {
		{ "json", no_argument, NULL, 'j' },
		CMD_OPTION_HELP,
		CMD_OPTION_END
	};
	int c;

	*json = false;
	while ((c = cmd_getopt(cmd, argc, argv, "", longopts)) != -1) {
		if (c != 'j')
			return cmd_common_option(cmd, c);
		*json = true;
	}
	return CMD_GO_ON;
}

int cmd_no_options(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	static const struct option longopts[] = {
		CMD_OPTION_HELP,
		CMD_OPTION_END
	};
	int c = cmd_getopt(cmd, argc, argv, "", longopts);

	return c == -1 ? CMD_GO_ON : cmd_common_option(cmd, c);
}
