// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line that grows with each phase of a move.
 */
#include <errno.h>
#include <linux/mint.h>
#include <stdio.h>

#include "lib/parse.h"
#include "show/format.h"
#include "show/progress.h"

/* ---- while it passes: one line for each function ------------------------------- */

static void end_line(struct progress *p)
{
	if (p->sbdf != ~0U)
		fputc('\n', p->view.out);
	p->sbdf = ~0U;
}

static void begin_line(struct progress *p, const struct dev_info *dev)
{
	char bdf[BDF_LEN];

	if (p->sbdf == dev->sbdf)
		return;
	end_line(p);
	p->sbdf = dev->sbdf;
	fprintf(p->view.out, "%s:", format_bdf(dev->sbdf, bdf));
}

/* How it ended, behind its phases; or in a line of its own, if another's came between. */
static void begin_end(struct progress *p, const struct dev_info *dev)
{
	bool passed = p->sbdf == dev->sbdf;

	begin_line(p, dev);
	fputs(passed ? "; " : " ", p->view.out);
}

static void on_event(const struct dev_event *e, void *arg)
{
	struct progress *p = arg;
	char name[MINT_NAME_LEN], ns[32];

	switch (e->kind) {
	case DEV_PHASE:
		if (e->phase == MINT_PHASE_IRQ)
			return;
		begin_line(p, e->dev);
		fprintf(p->view.out, " %s", phase_name(e->phase));
		break;
	case DEV_MOVED:
		begin_end(p, e->dev);
		fprintf(p->view.out, "with %s after %s",
			model_os_name(p->m, e->dev->owner, name),
			format_ns(e->dev->phase_ns[MINT_PHASE_BIND], ns, sizeof(ns)));
		end_line(p);
		break;
	case DEV_KEPT:
		/* Refused before its first phase: the message of that says it all. */
		if (p->sbdf != e->dev->sbdf)
			return;
		/* fallthrough */
	case DEV_RETURNED:
		begin_end(p, e->dev);
		fprintf(p->view.out, "with %s",
			model_os_name(p->m, e->dev->owner, name));
		end_line(p);
		break;
	case DEV_PARKED:
		begin_end(p, e->dev);
		fputs("with nobody", p->view.out);
		end_line(p);
		break;
	default:
		return;
	}
	fflush(p->view.out);
}

static void note(struct progress *p, const struct dev_info *now)
{
	struct dev_info *old = model_find_dev(p->m, now->sbdf);

	if (!old)
		return;
	if (p->show)
		dev_events(old, now, on_event, p);
	*old = *now;
}

int progress_event(int cmd, struct nlattr **attrs, void *progress)
{
	struct dev_info now;

	if (cmd != MINT_CMD_DEV_NTF)
		return 0;
	if (dev_info_decode(&now, attrs))
		return -EPROTO;
	note(progress, &now);
	return 0;
}

void progress_end(struct progress *p, const struct model *now)
{
	unsigned int i;

	for (i = 0; i < now->nr_devs; i++)
		note(p, &now->devs[i]);
	end_line(p);
}
