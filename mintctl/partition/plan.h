/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what is to what is wanted: the differences, for people, and the steps that make them
 * go away, in an order in which each can be done.
 */
#ifndef MINTCTL_PLAN_H
#define MINTCTL_PLAN_H

#include "partition/facts.h"

/* What becomes of an OS that was created, or is to be. */
enum part_fate {
	PART_STAYS,
	PART_CREATED,
	PART_MADE_AGAIN,	/* destroyed and created */
	PART_DESTROYED,
};

/**
 * struct part_change - one difference
 * @object:	"os", "image", "device", "policy"
 * @name:	which
 * @setting:	what of it; empty: whether it is there at all
 * @is, @wanted: as words; empty: nothing
 */
struct part_change {
	const char *object;
	char name[24];
	const char *setting;
	char is[160];
	char wanted[160];
};

enum part_step_kind {
	PART_DESTROY,		/* @name, which is asked to shut down before */
	PART_LOAD,		/* @image */
	PART_MOVE,		/* @sbdf to @name; empty: to nobody */
	PART_CREATE,		/* @os */
	PART_SET,		/* @os */
	PART_START,		/* @os */
	PART_AWAIT,		/* @os is up */
	PART_POLICY,		/* @policy to @name; empty: to nobody */
	PART_REMOVE,		/* the image @name */
};

/* Functions that move together: those of a slot. */
#define PART_STEP_DEVS	8

struct part_step {
	enum part_step_kind kind;
	char name[MINT_NAME_LEN];
	const struct part_os *os;
	const struct part_image *image;
	uint32_t sbdf[PART_STEP_DEVS];
	unsigned int nr;
	struct part_policy policy;
};

#define PART_MAX_CHANGES	1024
#define PART_MAX_STEPS		1024

/**
 * struct part_plan - what is to be done
 * @fate:	of each OS that is there, by its place in the model
 * @changes, @steps: in their order
 */
struct part_plan {
	const struct partition *p;
	const struct part_facts *f;
	enum part_fate fate[MINT_MAX_OSES];
	struct part_change changes[PART_MAX_CHANGES];
	unsigned int nr_changes;
	struct part_step steps[PART_MAX_STEPS];
	unsigned int nr_steps;
};

/* ---- plan.c ---------------------------------------------------------------------- */

/*
 * @plan is filled from a partition that partition_check() had nothing against; both it and
 * @f must stay as long as @plan.
 */
void part_plan_make(struct part_plan *plan, const struct partition *p,
		    const struct part_facts *f);
/* Adds a difference, and returns it for its words. */
struct part_change *part_plan_change(struct part_plan *plan, const char *object,
				     const char *name, const char *setting);

/* ---- fate.c ---------------------------------------------------------------------- */

/* Sets @plan->fate, and adds the differences of OSes. */
void part_plan_fates(struct part_plan *plan);
/* The fate of an OS of the file. */
enum part_fate part_fate_of(const struct part_plan *plan, const struct part_os *os);
/* That of an OS that is there. */
enum part_fate part_fate_of_info(const struct part_plan *plan, const struct os_info *os);
/* Whether its share of the cores that it shares, or its slice, is another one. */
bool part_turns_differ(const struct part_os *want, const struct os_info *is);
/*
 * Whether what is done could be undone: mistakes, each told.  An OS that runs and was
 * started in a way that nobody noted could not be brought back.
 */
int part_check_fates(const struct part_plan *plan);

/* ---- moves.c --------------------------------------------------------------------- */

/* Adds the differences of functions, and the steps that move them. */
void part_plan_moves(struct part_plan *plan);
struct part_step *part_plan_step(struct part_plan *plan, enum part_step_kind kind,
				 const char *name);

#endif /* MINTCTL_PLAN_H */
