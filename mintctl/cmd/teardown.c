// SPDX-License-Identifier: GPL-2.0-only
/*
 * teardown: the machine as it was before anything was set up in it.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/converge.h"
#include "partition/check.h"
#include "partition/journal.h"

static const struct mintctl_option options[] = {
	{ "force", 'f', 0, NULL, NULL,
	  "also if an OS does not shut down, or a device is in use",
	  "Stop the cores of an OS that does not shut down when it is asked, and take functions\n"
	  "that are in use.\n"
	  "What was not written to disk is lost.\n" },
	CMD_OPTION_END
};

static int take_option(const struct mintctl_cmd *cmd, int c, void *force)
{
	if (c != 'f')
		return cmd_common_option(cmd, c);
	*(bool *)force = true;
	return CMD_GO_ON;
}

/* A partition of the first OS alone, with all that nobody has. */
static void want_one_os(struct converge *c)
{
	const struct os_info *self = part_self(&c->facts);
	struct part_os *os = &c->p.oses[0];
	unsigned int i, at;

	memset(&c->p, 0, sizeof(c->p));
	c->p.file = "teardown";
	c->p.nr_oses = 1;
	snprintf(os->name, sizeof(os->name), "%s", self->name);
	for (at = 0; at < MINT_NR_ENDS; at++)
		os->on[at] = part_then(MINT_THEN_DEFAULT, at);
	for (i = 0; i < c->facts.m.nr_devs && os->nr_devs < PART_MAX_DEVS; i++)
		if (!c->facts.m.devs[i].owner &&
		    c->facts.m.devs[i].state == MINT_DEV_OWNED)
			os->devs[os->nr_devs++].sbdf = c->facts.m.devs[i].sbdf;
}

/* What fails is told, and the rest is done. */
static int tear_down(struct converge *c)
{
	unsigned int i;
	int ret = MINTCTL_OK;

	if (!part_is_first(part_self(&c->facts)))
		return msg_fail("teardown", "this is not the first OS, to which all goes home; do it there");
	want_one_os(c);
	part_plan_make(&c->plan, &c->p, &c->facts);
	for (i = 0; i < c->plan.nr_steps; i++)
		if (converge_step(c, &c->plan.steps[i]))
			ret = MINTCTL_FAILED;
	if (!ret)
		part_end();
	return ret;
}

static int teardown(bool force)
{
	struct converge *c = converge_open();
	int ret = MINTCTL_FAILED, lock = c ? part_lock() : -1;

	if (lock >= 0 && !converge_look(c)) {
		c->force = force;
		ret = tear_down(c);
	}
	converge_close(c);
	return ret;
}

static int teardown_run(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	bool force = false;
	int ret = cmd_each_option(cmd, argc, argv, take_option, &force);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 0, "");
	return ret ? ret : teardown(force);
}

const struct mintctl_cmd cmd_teardown = {
	.object = "teardown",
	.verb = "",
	.modifies = true,
	.summary = "Give all back to the first OS",
	.operands = "",
	.synopsis = "",
	.options = options,
	.run = teardown_run,
};
