// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of a plan, done by what single commands do.
 */
#include <linux/mint.h>
#include <string.h>

#include "cmd/converge.h"
#include "cmd/create.h"
#include "cmd/orders.h"
#include "cmd/up.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "net/fetch.h"

#define STOP_S		30
/* In that time an OS that has an agent is up. */
#define START_MS	30000

/* ---- what goes -------------------------------------------------------------------------- */

/* One that is still starting cannot be asked, and has nothing to lose. */
static bool is_to_be_asked(const struct converge *c, const struct os_info *os)
{
	return os_info_runs(os) && !(c->force && os->state == MINT_OS_STARTING);
}

static bool is_up_or_ended(const struct wait_for *w, const struct os_info *os)
{
	(void)w;
	return os->state == MINT_OS_UP || !os_info_runs(os);
}

/* What it is asked while it starts it may not hear. */
static void let_it_start(struct converge *c, const struct os_info *os)
{
	struct wait_for w = {
		.nl = c->nl,
		.name = os->name,
		.generation = os->generation,
		.deadline_ms = mint_now_ms() + START_MS - (int64_t)os->age_ms,
	};
	struct os_info now;

	if (os->state == MINT_OS_UP || os->age_ms > START_MS)
		return;
	if (!mint_nl_listen(&w.events))
		wait_for_os(&w, is_up_or_ended, &now);
	mint_nl_unlisten(w.events);
}

static int stop(struct converge *c, const struct os_info *os)
{
	struct wait_for w = { .nl = c->nl, .name = os->name };
	int ret;

	let_it_start(c, os);
	ret = order_stop(&w, STOP_S);

	mint_nl_unlisten(w.events);
	return ret;
}

static int destroy(struct converge *c, const struct part_step *step)
{
	struct end_options o = { .name = step->name, .force = c->force };
	struct os_info os;

	if (fetch_os(c->nl, step->name, &os))
		return MINTCTL_FAILED;
	if (is_to_be_asked(c, &os) && stop(c, &os) && !c->force)
		return MINTCTL_FAILED;
	/* What it had goes home, and is there for others when it has come. */
	return order_destroy(c->nl, &o) || converge_settle(c);
}

/* ---- what comes --------------------------------------------------------------------------- */

static struct cmd_files files_of(const struct part_files *from)
{
	return (struct cmd_files){
		.kernel = from->kernel,
		.initrd = from->initrd,
		.cmdline = from->cmdline,
	};
}

static int load(struct converge *c, const struct part_step *step)
{
	struct cmd_files f = files_of(&step->image->files);
	int ret = cmd_files_find(&f, step->name);

	/* Before it is there: one that was loaded and not noted would never be removed. */
	if (!ret) {
		part_note(step->name, 0, &step->image->files);
		ret = order_load(c->nl, step->name, &f);
	}
	cmd_files_release(&f);
	return ret;
}

static int create(struct converge *c, const struct part_step *step)
{
	const struct part_os *os = step->os;
	struct create_options o = {
		.name = os->name,
		.cores = os->cores,
		.shared = os->shared,
		.share = os->share,
		.slice_us = os->slice_us,
		.size = os->size,
		.base = os->base,
		.one_piece = os->one_piece,
		.legacy = os->legacy,
	};
	unsigned int i;

	/* On the way back one may be gone for good. */
	for (i = 0; i < os->nr_devs; i++)
		if (os->devs[i].sbdf != PART_NO_SBDF)
			o.sbdf[o.nr_devs++] = os->devs[i].sbdf;
	return create_os(c->nl, &o);
}

static int set(struct converge *c, const struct part_step *step)
{
	struct set_options o = {
		.name = step->name,
		.share = step->os->share,
		.slice_us = step->os->shared ? step->os->slice_us : 0,
	};

	memcpy(o.on, step->os->on, sizeof(o.on));
	/* A further OS gets its image when it starts. */
	if (part_is_first(model_find_os(&c->facts.m, step->name)) && step->os->image[0])
		o.image = step->os->image;
	return order_set(c->nl, &o);
}

static int start(struct converge *c, const struct part_step *step)
{
	struct start_options o = {
		.name = step->name,
		.image = step->os->image[0] ? step->os->image : NULL,
		.files = files_of(&step->os->files),
	};
	int ret = cmd_files_find(&o.files, step->name);

	/* Else that of its last start would stay. */
	if (!o.files.cmdline)
		o.files.cmdline = "";
	if (!ret)
		ret = order_start(c->nl, &o);
	cmd_files_release(&o.files);
	return ret;
}

static int await_up(struct converge *c, const struct part_step *step)
{
	struct wait_for w = { .nl = c->nl, .name = step->name };
	struct os_info os;
	int ret = MINTCTL_FAILED;

	if (!mint_nl_listen(&w.events) && !fetch_os(c->nl, step->name, &os)) {
		w.generation = os.generation;
		w.deadline_ms = mint_now_ms() + step->os->wait_s * 1000LL;
		ret = cmd_await_up(&w, step->os->wait_s);
	}
	mint_nl_unlisten(w.events);
	return ret;
}

/* ---- functions and policies ------------------------------------------------------------------ */

static int move(struct converge *c, const struct part_step *step)
{
	struct move_options o = {
		.nr = step->nr,
		.to = step->name[0] ? step->name : NULL,
		/* Who is to have it has it, also if it does not use it. */
		.options = MINT_ORDER_NO_DRIVER | (c->force ? MINT_ORDER_FORCE : 0),
	};

	memcpy(o.sbdf, step->sbdf, step->nr * sizeof(o.sbdf[0]));
	if (!o.to)
		o.options &= ~MINT_ORDER_NO_DRIVER;
	return order_move(c->nl, &o);
}

static int policy(struct converge *c, const struct part_step *step)
{
	return order_policy(c->nl, step->policy.kind, step->policy.key,
			    step->name[0] ? step->name : "-");
}

static int remove_image(struct converge *c, const struct part_step *step)
{
	return order_remove(c->nl, step->name);
}

/* ---- any of them -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int (*run)(struct converge *c, const struct part_step *step);
} kinds[] = {
	[PART_DESTROY] = { "destroy", destroy },
	[PART_LOAD] = { "load image", load },
	[PART_MOVE] = { "move", move },
	[PART_CREATE] = { "create", create },
	[PART_SET] = { "set", set },
	[PART_START] = { "start", start },
	[PART_AWAIT] = { "wait for", await_up },
	[PART_POLICY] = { "policy", policy },
	[PART_REMOVE] = { "remove image", remove_image },
};

static void say(const struct part_step *step)
{
	const char *to = step->name[0] ? step->name : "nobody";
	char word[24];
	unsigned int i;

	printf("%s", kinds[step->kind].text);
	for (i = 0; i < step->nr; i++)
		printf(" %s", format_bdf(step->sbdf[i], word));
	if (step->kind == PART_POLICY)
		printf(" %s", part_format_policy(step->policy.kind, step->policy.key, word));
	printf("%s %s\n", step->nr || step->kind == PART_POLICY ? " to" : "", to);
	fflush(stdout);
}

int converge_step(struct converge *c, const struct part_step *step)
{
	say(step);
	return kinds[step->kind].run(c, step) ? MINTCTL_FAILED : MINTCTL_OK;
}

/* ---- whether they could be done --------------------------------------------------------------------- */

/* Functions that another OS which runs has now. */
static unsigned int list_taken(const struct converge *c, const struct part_os *os,
			       uint32_t *sbdf)
{
	const struct os_info *is = model_find_os(&c->facts.m, os->name);
	unsigned int i, nr = 0;

	for (i = 0; i < os->nr_devs; i++) {
		const struct dev_info *dev = model_find_dev(&c->facts.m, os->devs[i].sbdf);
		const struct os_info *owner = part_os_by_id(&c->facts, dev->owner);

		if (owner && owner != is && os_info_runs(owner))
			sbdf[nr++] = dev->sbdf;
	}
	return nr;
}

static int check_use(struct converge *c, const struct part_os *os)
{
	struct move_options o = { .options = MINT_ORDER_DRY_RUN };
	int ret;

	o.nr = list_taken(c, os, o.sbdf);
	if (!o.nr)
		return 0;
	msg_at(c->p.file, os->at[PART_DEVICES]);
	ret = order_move(c->nl, &o);
	msg_at(NULL, 0);
	return !!ret;
}

int converge_check_use(struct converge *c)
{
	unsigned int i;
	int mistakes = 0;

	for (i = 0; i < c->p.nr_oses; i++)
		mistakes += check_use(c, &c->p.oses[i]);
	return mistakes;
}
