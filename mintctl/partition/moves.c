// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions go where.  An OS that is to be made gets its functions with that, from the
 * OS that we are in, or from nobody; between OSes that run they move.
 */
#include <stdio.h>
#include <string.h>

#include "lib/parse.h"
#include "partition/plan.h"

/**
 * struct way - the way of one function
 * @dev:	as it is
 * @from:	who has it when what is to be destroyed is gone; NULL: nobody
 * @to:		name of who is to have it; empty: nobody
 * @via:	name of who gets it by a move
 * @moves:	whether it needs one
 */
struct way {
	const struct dev_info *dev;
	const struct os_info *from;
	char to[MINT_NAME_LEN];
	char via[MINT_NAME_LEN];
	bool moves;
};

static bool in_list(const struct part_dev *devs, unsigned int nr, uint32_t sbdf)
{
	while (nr--)
		if (devs[nr].sbdf == sbdf)
			return true;
	return false;
}

static const struct part_os *who_wants(const struct partition *p, uint32_t sbdf)
{
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++)
		if (in_list(p->oses[i].devs, p->oses[i].nr_devs, sbdf))
			return &p->oses[i];
	return NULL;
}

/* Still there when what is to be destroyed is gone; NULL if not. */
static const struct os_info *if_it_stays(const struct part_plan *plan,
					 const struct os_info *os)
{
	return os && part_fate_of_info(plan, os) == PART_STAYS ? os : NULL;
}

/* Where it goes by itself, or for want of anybody who asks for it. */
static const struct os_info *home_of(const struct part_plan *plan,
				     const struct dev_info *dev)
{
	return if_it_stays(plan, part_os_by_id(plan->f, part_home(plan->f, dev)));
}

static const char *name_of(const struct os_info *os)
{
	return os ? os->name : "";
}

/* It stays where it is unless a further OS has it that does not ask for it. */
static const char *wanted_by(const struct part_plan *plan, const struct way *w)
{
	const struct part_os *os = who_wants(plan->p, w->dev->sbdf);
	const struct os_info *owner = part_os_by_id(plan->f, w->dev->owner), *home;

	if (os)
		return os->name;
	if (!owner || in_list(plan->p->nobody, plan->p->nr_nobody, w->dev->sbdf))
		return "";
	if (part_is_first(owner))
		return owner->name;
	home = home_of(plan, w->dev);
	return name_of(home ? home : part_self(plan->f));
}

static struct way way_of(const struct part_plan *plan, const struct dev_info *dev)
{
	struct way w = { .dev = dev };
	const struct os_info *self = part_self(plan->f), *owner;
	const struct part_os *os;
	bool made;

	owner = part_os_by_id(plan->f, dev->owner);
	w.from = if_it_stays(plan, owner);
	if (owner && !w.from)
		w.from = home_of(plan, dev);
	snprintf(w.to, sizeof(w.to), "%s", wanted_by(plan, &w));
	os = partition_find_os(plan->p, w.to);
	made = os && part_fate_of(plan, os) != PART_STAYS;
	snprintf(w.via, sizeof(w.via), "%s", made ? name_of(self) : w.to);
	w.moves = strcmp(name_of(w.from), w.via) && !(made && !w.from);
	return w;
}

/* ---- the steps ------------------------------------------------------------------------ */

static bool goes_with(const struct part_step *step, const struct way *w)
{
	return step->kind == PART_MOVE && step->nr < PART_STEP_DEVS &&
	       !strcmp(step->name, w->via) &&
	       step->sbdf[0] >> 3 == w->dev->sbdf >> 3;
}

/* Functions of a slot go together; the model has them in order. */
static void add_move(struct part_plan *plan, const struct way *w)
{
	struct part_step *step = plan->nr_steps ? &plan->steps[plan->nr_steps - 1] : NULL;

	if (!step || !goes_with(step, w))
		step = part_plan_step(plan, PART_MOVE, w->via);
	step->sbdf[step->nr++] = w->dev->sbdf;
}

static void say_moved(struct part_plan *plan, const struct way *w)
{
	char bdf[BDF_LEN], name[MINT_NAME_LEN];
	struct part_change *c;

	c = part_plan_change(plan, "device", format_bdf(w->dev->sbdf, bdf), "owner");
	if (w->dev->owner)
		snprintf(c->is, sizeof(c->is), "%s",
			 model_os_name(&plan->f->m, w->dev->owner, name));
	snprintf(c->wanted, sizeof(c->wanted), "%s", w->to);
}

static bool has_owner(const struct part_plan *plan, const struct way *w)
{
	const struct os_info *owner = part_os_by_id(plan->f, w->dev->owner);

	return !strcmp(name_of(owner), w->to);
}

void part_plan_moves(struct part_plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->f->m.nr_devs; i++) {
		struct way w;

		if (plan->f->m.devs[i].state == MINT_DEV_GONE)
			continue;
		w = way_of(plan, &plan->f->m.devs[i]);
		if (!has_owner(plan, &w))
			say_moved(plan, &w);
		if (w.moves)
			add_move(plan, &w);
	}
}
