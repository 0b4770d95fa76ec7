// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of each OS: how it differs from what is wanted, and whether that can be
 * changed while it is there.
 */
#include <stdio.h>
#include <string.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "partition/plan.h"
#include "show/format.h"

/* ---- words ----------------------------------------------------------------------------- */

static void put_devs(const struct part_os *os, char *buf, size_t size)
{
	char bdf[BDF_LEN];
	unsigned int i;
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; i < os->nr_devs && len < size; i++)
		len += snprintf(buf + len, size - len, "%s%s", i ? "," : "",
				format_bdf(os->devs[i].sbdf, bdf));
}

static void put_owned(const struct part_facts *f, const struct os_info *os, char *buf,
		      size_t size)
{
	char bdf[BDF_LEN];
	unsigned int i;
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; i < f->m.nr_devs && len < size; i++)
		if (f->m.devs[i].owner == os->id && f->m.devs[i].state != MINT_DEV_GONE)
			len += snprintf(buf + len, size - len, "%s%s", len ? "," : "",
					format_bdf(f->m.devs[i].sbdf, bdf));
}

/* ---- one OS, while it is there ------------------------------------------------------------ */

struct pair {
	struct part_plan *plan;
	const struct part_os *want;
	const struct os_info *is;
};

static struct part_change *differs(const struct pair *o, enum part_setting setting)
{
	return part_plan_change(o->plan, "os", o->want->name, part_setting_name(setting));
}

/* Below 4 GiB all memory is in one piece. */
static bool memory_differs(const struct part_os *want, const struct os_info *is)
{
	return want->size != is->main.size_bytes ||
	       (want->base && want->base != is->main.base_paddr) ||
	       (want->one_piece ? is->dma.size_bytes != 0 : part_is_one_piece(is));
}

static void say_memory(uint64_t size, bool one_piece, char *buf, size_t bytes)
{
	char amount[32];

	snprintf(buf, bytes, "%s%s", format_size(size, amount, sizeof(amount)),
		 one_piece ? PART_ONE_PIECE : "");
}

/* What it got when it was created. */
static bool compare_parts(const struct pair *o)
{
	const struct part_os *want = o->want;
	struct part_change *c;
	bool differ = false;

	if (want->cores != o->is->cores || want->shared != o->is->shared) {
		c = differs(o, PART_CORES);
		format_seats(o->is->cores, o->is->shared, o->is->share, c->is, sizeof(c->is));
		format_seats(want->cores, want->shared, want->share, c->wanted,
			     sizeof(c->wanted));
		differ = true;
	}
	if (memory_differs(want, o->is)) {
		c = differs(o, PART_MEMORY);
		say_memory(o->is->main.size_bytes, part_is_one_piece(o->is), c->is, sizeof(c->is));
		say_memory(want->size, want->one_piece, c->wanted, sizeof(c->wanted));
		differ = true;
	}
	if (want->legacy != o->is->legacy) {
		c = differs(o, PART_LEGACY);
		format_legacy(o->is->legacy, false, c->is, sizeof(c->is));
		format_legacy(want->legacy, false, c->wanted, sizeof(c->wanted));
		differ = true;
	}
	return differ;
}

static bool compare_text(const struct pair *o, enum part_setting setting, const char *is,
			 const char *want)
{
	struct part_change *c;

	if (part_same(is, want))
		return false;
	c = differs(o, setting);
	snprintf(c->is, sizeof(c->is), "%s", is ? is : "");
	snprintf(c->wanted, sizeof(c->wanted), "%s", want ? want : "");
	return true;
}

/* From what it runs; what was not noted is taken for the same. */
static bool compare_source(const struct pair *o)
{
	const struct part_note *note = part_note_of_os(o->plan->f, o->is);
	const struct part_files *want = &o->want->files;
	bool differ = compare_text(o, PART_IMAGE, o->is->image, o->want->image);

	if (!note)
		return differ;
	if (!o->is->image[0] && want->kernel) {
		differ |= compare_text(o, PART_KERNEL, note->files.kernel, want->kernel);
		differ |= compare_text(o, PART_INITRD, note->files.initrd, want->initrd);
	}
	return compare_text(o, PART_CMDLINE, note->files.cmdline, want->cmdline) || differ;
}

static bool has_its_devs(const struct part_facts *f, const struct part_os *want,
			 const struct os_info *is)
{
	unsigned int i, nr = 0;

	for (i = 0; i < want->nr_devs; i++) {
		const struct dev_info *dev = model_find_dev(&f->m, want->devs[i].sbdf);

		if (!dev || dev->owner != is->id)
			return false;
	}
	for (i = 0; i < f->m.nr_devs; i++)
		nr += f->m.devs[i].owner == is->id && f->m.devs[i].state != MINT_DEV_GONE;
	return nr == want->nr_devs;
}

/* Functions pass from one OS to another only while both run. */
static bool compare_devs(const struct pair *o)
{
	struct part_change *c;

	if (has_its_devs(o->plan->f, o->want, o->is))
		return false;
	c = differs(o, PART_DEVICES);
	put_owned(o->plan->f, o->is, c->is, sizeof(c->is));
	put_devs(o->want, c->wanted, sizeof(c->wanted));
	return true;
}

/* A file has no fractions of a millisecond. */
static bool slices_differ(const struct part_os *want, const struct os_info *is)
{
	return want->slice_us / 1000 != is->slice_us / 1000;
}

bool part_turns_differ(const struct part_os *want, const struct os_info *is)
{
	return want->shared && (want->share != is->share || slices_differ(want, is));
}

/* Of one that has turns, and goes on to have some. */
static void compare_turns(const struct pair *o)
{
	const struct part_os *want = o->want;
	struct part_change *c;

	if (!o->is->shared || !part_turns_differ(want, o->is))
		return;
	if (want->share != o->is->share) {
		c = part_plan_change(o->plan, "os", want->name, "share");
		snprintf(c->is, sizeof(c->is), "%u%%", o->is->share);
		snprintf(c->wanted, sizeof(c->wanted), "%u%%", want->share);
	}
	if (slices_differ(want, o->is)) {
		c = differs(o, PART_SLICE);
		snprintf(c->is, sizeof(c->is), "%gms", o->is->slice_us / 1000.0);
		snprintf(c->wanted, sizeof(c->wanted), "%gms", want->slice_us / 1000.0);
	}
}

static void compare_ends(const struct pair *o)
{
	struct part_change *c;
	unsigned int at;

	for (at = 0; at < MINT_NR_ENDS; at++) {
		if (part_then(o->is->on[at], at) == o->want->on[at])
			continue;
		c = differs(o, PART_ON_REBOOT + at);
		snprintf(c->is, sizeof(c->is), "%s", then_name(o->is->on[at]));
		snprintf(c->wanted, sizeof(c->wanted), "%s", then_name(o->want->on[at]));
	}
}

static void say_state(const struct pair *o, const char *is, const char *wanted)
{
	struct part_change *c = part_plan_change(o->plan, "os", o->want->name, "state");

	snprintf(c->is, sizeof(c->is), "%s", is);
	snprintf(c->wanted, sizeof(c->wanted), "%s", wanted);
}

static enum part_fate compare(const struct pair *o)
{
	bool runs = os_info_runs(o->is), again;

	if (o->is->state == MINT_OS_BUSY) {
		say_state(o, "not all there", o->want->starts ? "running" : "created");
		return PART_MADE_AGAIN;
	}
	again = compare_parts(o);
	if (runs && o->want->starts)
		again |= compare_source(o);
	else if (!runs)
		again |= compare_devs(o);
	if (runs != o->want->starts) {
		say_state(o, os_info_state(o->is), runs ? "created" : "running");
		again |= runs;
	} else if (runs && o->want->wait_s && o->is->state != MINT_OS_UP) {
		say_state(o, os_info_state(o->is), "up");
	}
	compare_turns(o);
	compare_ends(o);
	return again ? PART_MADE_AGAIN : PART_STAYS;
}

/* The first OS has settings only. */
static void compare_first(const struct pair *o)
{
	if (o->want->image[0])
		compare_text(o, PART_IMAGE, o->is->image, o->want->image);
	compare_ends(o);
}

/* ---- one that comes or goes ---------------------------------------------------------------- */

static void say_created(struct part_plan *plan, const struct part_os *want)
{
	struct part_change *c = part_plan_change(plan, "os", want->name, "");
	char cores[40], size[16], devs[72];

	format_seats(want->cores, want->shared, want->share, cores, sizeof(cores));
	format_size(want->size, size, sizeof(size));
	put_devs(want, devs, sizeof(devs));
	snprintf(c->wanted, sizeof(c->wanted), "cores %s, %s%s%s%s", cores, size,
		 *devs ? ", " : "", devs, want->starts ? ", running" : "");
}

static void say_destroyed(struct part_plan *plan, const struct os_info *is)
{
	struct part_change *c = part_plan_change(plan, "os", is->name, "");

	snprintf(c->is, sizeof(c->is), "%s", os_info_state(is));
}

void part_plan_fates(struct part_plan *plan)
{
	const struct model *m = &plan->f->m;
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++) {
		const struct part_os *want = partition_find_os(plan->p,
							       m->oses[i].name);
		const struct pair o = { plan, want, &m->oses[i] };

		plan->fate[i] = PART_STAYS;
		if (part_is_first(&m->oses[i])) {
			if (want)
				compare_first(&o);
		} else if (want) {
			plan->fate[i] = compare(&o);
		} else {
			plan->fate[i] = PART_DESTROYED;
			say_destroyed(plan, &m->oses[i]);
		}
	}
	for (i = 0; i < plan->p->nr_oses; i++)
		if (!model_find_os(m, plan->p->oses[i].name))
			say_created(plan, &plan->p->oses[i]);
}

enum part_fate part_fate_of_info(const struct part_plan *plan, const struct os_info *os)
{
	return plan->fate[os - plan->f->m.oses];
}

enum part_fate part_fate_of(const struct part_plan *plan, const struct part_os *os)
{
	const struct os_info *is = model_find_os(&plan->f->m, os->name);

	return is ? part_fate_of_info(plan, is) : PART_CREATED;
}

/* ---- what could not be undone ---------------------------------------------------------------- */

static int check_fate(const struct part_plan *plan, const struct os_info *is)
{
	const struct part_os *want = partition_find_os(plan->p, is->name);
	enum part_fate fate = part_fate_of_info(plan, is);

	if (fate != PART_DESTROYED && fate != PART_MADE_AGAIN)
		return 0;
	msg_at(plan->p->file, want ? want->line : 1);
	if (is->self)
		msg_fail(is->name, "is this OS and would have to be %s; apply the file in another one",
			 want ? "made again" : "destroyed");
	else if (os_info_runs(is) && !part_note_of_os(plan->f, is))
		msg_fail(is->name, "runs, would have to be %s, and could not be brought back: how it was started is not noted here; end it first: mintctl os destroy %s",
			 want ? "made again" : "destroyed", is->name);
	else
		return 0;
	return 1;
}

int part_check_fates(const struct part_plan *plan)
{
	unsigned int i;
	int mistakes = 0;

	for (i = 0; i < plan->f->m.nr_oses; i++)
		mistakes += check_fate(plan, &plan->f->m.oses[i]);
	msg_at(NULL, 0);
	return mistakes;
}
