// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor: what the machine lacks or risks, and what to begin with.
 */
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "doctor/doctor.h"

static const struct mintctl_option options[] = {
	{ "root", 'r', 0, "DIR", "@files",
	  "look at a tree that --record has made, not at this machine",
	  "Look at the files below this directory, which another machine has recorded, and not\n"
	  "at this machine.\n" },
	{ "record", 'R', 0, "DIR", "@files",
	  "copy all that is read into this directory, to be looked at elsewhere",
	  "Copy all that is read into this directory, which is made if it is not there.\n"
	  "Sent with a report of a problem, it shows others the same with\n"
	  ".Fl Fl root .\n"
	  "It has addresses, names of devices and the kernel's command line.\n" },
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li findings ,\n"
	  "each with\n"
	  ".Li severity\n"
	  ".Pq Cm error , warning No or Cm note ,\n"
	  ".Li check , object , cause , advice\n"
	  "and\n"
	  ".Li estimate ;\n"
	  ".Li mint_pool ,\n"
	  "the value that is proposed, or\n"
	  ".Li null ;\n"
	  "and a list\n"
	  ".Li commands .\n"),
	CMD_OPTION_END
};

struct doctor_options {
	const char *root;
	const char *record;
	bool json;
};

static int take_option(const struct mintctl_cmd *cmd, int c, void *arg)
{
	struct doctor_options *o = arg;

	switch (c) {
	case 'r':
		o->root = optarg;
		return CMD_GO_ON;
	case 'R':
		o->record = optarg;
		return CMD_GO_ON;
	case 'j':
		o->json = true;
		return CMD_GO_ON;
	default:
		return cmd_common_option(cmd, c);
	}
}

static int show(const struct report *r, bool json)
{
	int ret = MINTCTL_OK;

	if (json)
		ret = report_json(r, stdout);
	else
		report_text(r, stdout);
	return ret ? ret : report_count(r, FINDING_ERROR) ? MINTCTL_FAILED : MINTCTL_OK;
}

static int look(const struct doctor_options *o)
{
	struct report r = { .list = NULL };
	struct tree t;
	int ret, end;

	if (tree_open(&t, o->root, o->record))
		return MINTCTL_USAGE;
	ret = doctor_look(&t, &r);
	end = tree_close(&t);
	ret = ret || end ? MINTCTL_USAGE : show(&r, o->json);
	report_free(&r);
	return ret;
}

static int doctor(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct doctor_options o = { .root = NULL };
	int ret = cmd_each_option(cmd, argc, argv, take_option, &o);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	return ret ? ret : look(&o);
}

const struct mintctl_cmd cmd_doctor = {
	.object = "doctor",
	.verb = "",
	.summary = "Say what this machine lacks or risks, and what to begin with",
	.operands = "",
	.synopsis = "",
	.options = options,
	.run = doctor,
};
