// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plan: differences, and steps in their order.
 *
 * What goes, goes first, so that its cores, memory and functions are there for others; what
 * comes, comes last.  An image that nobody asks for goes at the very end, when nothing can
 * fail any more that would need it again.
 */
#include <stdio.h>
#include <string.h>

#include "partition/plan.h"

struct part_change *part_plan_change(struct part_plan *plan, const char *object,
				     const char *name, const char *setting)
{
	struct part_change *c = &plan->changes[plan->nr_changes];

	if (plan->nr_changes + 1 < PART_MAX_CHANGES)
		plan->nr_changes++;
	memset(c, 0, sizeof(*c));
	c->object = object;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->setting = setting;
	return c;
}

struct part_step *part_plan_step(struct part_plan *plan, enum part_step_kind kind,
				 const char *name)
{
	struct part_step *step = &plan->steps[plan->nr_steps];

	if (plan->nr_steps + 1 < PART_MAX_STEPS)
		plan->nr_steps++;
	memset(step, 0, sizeof(*step));
	step->kind = kind;
	snprintf(step->name, sizeof(step->name), "%s", name);
	return step;
}

/* ---- what goes ------------------------------------------------------------------------ */

static void add_destroys_of(struct part_plan *plan, bool running, bool by_turns)
{
	const struct model *m = &plan->f->m;
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++)
		if (plan->fate[i] != PART_STAYS && os_info_runs(&m->oses[i]) == running &&
		    !!m->oses[i].shared == by_turns)
			part_plan_step(plan, PART_DESTROY, m->oses[i].name);
}

/* Who has a core by turns goes before who has it. */
static void add_destroys(struct part_plan *plan, bool running)
{
	add_destroys_of(plan, running, true);
	add_destroys_of(plan, running, false);
}

/* ---- images --------------------------------------------------------------------------- */

static bool is_loaded(const struct model *m, const char *name)
{
	const struct image_info *image = model_find_image(m, name);

	return image && image->state == MINT_IMG_READY;
}

static void add_loads(struct part_plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->p->nr_images; i++) {
		const struct part_image *image = &plan->p->images[i];
		struct part_change *c;

		if (is_loaded(&plan->f->m, image->name))
			continue;
		c = part_plan_change(plan, "image", image->name, "");
		snprintf(c->wanted, sizeof(c->wanted), "%s%s%s",
			 image->files.kernel ? image->files.kernel : "-",
			 image->files.initrd ? ", " : "",
			 image->files.initrd ? image->files.initrd : "");
		part_plan_step(plan, PART_LOAD, image->name)->image = image;
	}
}

/* Whether @os will not start from that image any more. */
static bool leaves(const struct part_plan *plan, const struct os_info *os, const char *image)
{
	const struct part_os *want = partition_find_os(plan->p, os->name);

	if (part_fate_of_info(plan, os) != PART_STAYS)
		return true;
	return want && (want->image[0] || want->files.kernel) &&
	       strcmp(want->image, image);
}

static bool is_used(const struct part_plan *plan, const struct image_info *image)
{
	const struct model *m = &plan->f->m;
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++)
		if (image->users >> (m->oses[i].id - 1) & 1 &&
		    !leaves(plan, &m->oses[i], image->name))
			return true;
	return false;
}

/* Only what can be brought back: what was loaded from files that are known. */
static void add_removes(struct part_plan *plan)
{
	const struct model *m = &plan->f->m;
	unsigned int i;

	for (i = 0; i < m->nr_images; i++) {
		const struct image_info *image = &m->images[i];
		struct part_change *c;

		if (!image->name[0] || !is_loaded(m, image->name) ||
		    partition_find_image(plan->p, image->name) ||
		    !part_note_of_image(plan->f, image->name) || is_used(plan, image))
			continue;
		c = part_plan_change(plan, "image", image->name, "");
		snprintf(c->is, sizeof(c->is), "loaded");
		part_plan_step(plan, PART_REMOVE, image->name);
	}
}

/* ---- what comes ------------------------------------------------------------------------- */

static bool set_differs(const struct part_plan *plan, const struct part_os *want)
{
	const struct os_info *is = model_find_os(&plan->f->m, want->name);
	bool made = part_fate_of(plan, want) != PART_STAYS;
	unsigned int at;

	for (at = 0; at < MINT_NR_ENDS; at++)
		if (want->on[at] != part_then(made ? MINT_THEN_DEFAULT : is->on[at], at))
			return true;
	if (!made && part_turns_differ(want, is))
		return true;
	return part_is_first(is) && want->image[0] && strcmp(want->image, is->image);
}

static void add_creates(struct part_plan *plan, bool by_turns)
{
	const struct partition *p = plan->p;
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++)
		if (part_fate_of(plan, &p->oses[i]) != PART_STAYS &&
		    !!p->oses[i].shared == by_turns)
			part_plan_step(plan, PART_CREATE, p->oses[i].name)->os = &p->oses[i];
}

static void add_oses(struct part_plan *plan)
{
	const struct partition *p = plan->p;
	unsigned int i;

	/* Who has a core comes before who has it by turns. */
	add_creates(plan, false);
	add_creates(plan, true);
	for (i = 0; i < p->nr_oses; i++)
		if (set_differs(plan, &p->oses[i]))
			part_plan_step(plan, PART_SET, p->oses[i].name)->os = &p->oses[i];
}

static void add_start(struct part_plan *plan, const struct part_os *want)
{
	const struct os_info *is = model_find_os(&plan->f->m, want->name);
	bool starts = part_fate_of(plan, want) != PART_STAYS || !os_info_runs(is);

	if (starts)
		part_plan_step(plan, PART_START, want->name)->os = want;
	if (want->wait_s && (starts || is->state != MINT_OS_UP))
		part_plan_step(plan, PART_AWAIT, want->name)->os = want;
}

static void add_starts(struct part_plan *plan)
{
	const struct partition *p = plan->p;
	unsigned int i;

	for (i = 0; i < p->nr_order; i++)
		add_start(plan, partition_find_os(p, p->order[i].name));
}

/* ---- who gets what is hot-added ------------------------------------------------------------ */

static const struct policy_info *find_policy(const struct model *m, uint32_t kind,
					     uint32_t key)
{
	unsigned int i;

	for (i = 0; i < m->nr_policies; i++)
		if (m->policies[i].kind == kind && m->policies[i].key == key)
			return &m->policies[i];
	return NULL;
}

/* A BDF that is a bridge means what is below it. */
static uint32_t kind_of(const struct model *m, const struct part_policy *policy)
{
	const struct dev_info *dev = model_find_dev(m, policy->key);

	return policy->kind == MINT_POLICY_BDF && dev && dev->flags & MINT_DEVF_BRIDGE ?
	       MINT_POLICY_PORT : policy->kind;
}

static void add_policy(struct part_plan *plan, uint32_t kind, uint32_t key,
		       const char *is, const char *wanted)
{
	struct part_step *step = part_plan_step(plan, PART_POLICY, wanted);
	struct part_change *c;
	char name[24];

	step->policy.kind = kind;
	step->policy.key = key;
	c = part_plan_change(plan, "policy", part_format_policy(kind, key, name), "owner");
	snprintf(c->is, sizeof(c->is), "%s", is);
	snprintf(c->wanted, sizeof(c->wanted), "%s", wanted);
}

static bool is_wanted(const struct part_plan *plan, const struct policy_info *policy)
{
	unsigned int i, k;

	for (i = 0; i < plan->p->nr_oses; i++) {
		const struct part_os *os = &plan->p->oses[i];

		for (k = 0; k < os->nr_hotplug; k++)
			if (kind_of(&plan->f->m, &os->hotplug[k]) == policy->kind &&
			    os->hotplug[k].key == policy->key)
				return true;
	}
	return false;
}

static void add_policies_of(struct part_plan *plan, const struct part_os *os)
{
	const struct model *m = &plan->f->m;
	unsigned int i;

	for (i = 0; i < os->nr_hotplug; i++) {
		uint32_t kind = kind_of(m, &os->hotplug[i]), key = os->hotplug[i].key;
		const struct policy_info *is = find_policy(m, kind, key);

		if (!is || strcmp(is->os, os->name))
			add_policy(plan, kind, key, is ? is->os : "", os->name);
	}
}

static void add_policies(struct part_plan *plan)
{
	const struct model *m = &plan->f->m;
	unsigned int i;

	for (i = 0; i < m->nr_policies; i++)
		if (!is_wanted(plan, &m->policies[i]))
			add_policy(plan, m->policies[i].kind, m->policies[i].key,
				   m->policies[i].os, "");
	for (i = 0; i < plan->p->nr_oses; i++)
		add_policies_of(plan, &plan->p->oses[i]);
}

/* ---- the whole ------------------------------------------------------------------------------ */

void part_plan_make(struct part_plan *plan, const struct partition *p,
		    const struct part_facts *f)
{
	memset(plan, 0, sizeof(*plan));
	plan->p = p;
	plan->f = f;
	part_plan_fates(plan);
	/* Nothing is lost with those that do not run. */
	add_destroys(plan, false);
	add_loads(plan);
	add_destroys(plan, true);
	part_plan_moves(plan);
	add_oses(plan);
	add_starts(plan);
	add_policies(plan);
	add_removes(plan);
}
