// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether this machine can be as the file says.
 */
#include <string.h>
#include <sys/stat.h>

#include <mint/image.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "partition/check.h"
#include "partition/plan.h"
#include "show/format.h"

struct check {
	const struct partition *p;
	const struct part_facts *f;
	int mistakes;
};

static void mistake(struct check *c, unsigned int line)
{
	msg_at(c->p->file, line);
	c->mistakes++;
}

/*
 * Whether @os can have what @owner has: it is the same, or one that is made again or
 * destroyed where it is in the way.
 */
static bool gives_way(const struct os_info *owner, const struct part_os *os)
{
	return !strcmp(owner->name, os->name) || (!part_is_first(owner) && !owner->self);
}

/* ---- cores, memory, legacy devices ------------------------------------------------------- */

static void check_whole(struct check *c, const struct part_os *os, unsigned int core)
{
	const struct os_info *owner = part_os_by_id(c->f, c->f->m.machine.owner[core]);

	if (!owner || gives_way(owner, os))
		return;
	if (owner->boot_core == core) {
		mistake(c, os->at[PART_CORES]);
		msg_fail(os->name, "core %u is the boot core of %s, which keeps it", core,
			 owner->name);
	} else if (!owner->self) {
		mistake(c, os->at[PART_CORES]);
		msg_fail(os->name, "core %u belongs to %s; apply the file there", core,
			 owner->name);
	}
}

/*
 * By turns, whoever has it goes on to have it.  The machine booted on the boot core of the
 * first OS.  The second of those who have core n is number n + nr_cores for the kernel.
 */
static void check_shared(struct check *c, const struct part_os *os, unsigned int core)
{
	unsigned int nr = c->f->m.machine.nr_cores;
	const struct os_info *first = part_first(c->f);

	if (first && first->boot_core == core) {
		mistake(c, os->at[PART_CORES]);
		msg_fail(os->name, "core %u cannot be shared: the machine booted on it", core);
	} else if (nr + core >= MINT_MAX_CORES) {
		mistake(c, os->at[PART_CORES]);
		msg_fail(os->name, "core %u cannot be shared: of %u cores only the first %u can",
			 core, nr, MINT_MAX_CORES - nr);
	}
}

static void check_core(struct check *c, const struct part_os *os, unsigned int core)
{
	unsigned int nr = c->f->m.machine.nr_cores;

	if (core >= nr) {
		mistake(c, os->at[PART_CORES]);
		msg_fail(os->name, "core %u does not exist: the machine has cores 0-%u", core,
			 nr - 1);
	} else if (os->shared >> core & 1) {
		check_shared(c, os, core);
	} else {
		check_whole(c, os, core);
	}
}

/* Whether anybody has one of its cores by turns, or it one of somebody's. */
static bool shares(const struct partition *p, const struct part_os *os)
{
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++)
		if (p->oses[i].shared & os->cores)
			return true;
	return os->shared;
}

/* It would not step aside. */
static void check_kernel(struct check *c, const struct part_os *os)
{
	const struct image_info *image = model_find_image(&c->f->m, os->image);

	if (!os->image[0] || !image || image->arch != MINT_IMAGE_X86_32 ||
	    part_is_first(model_find_os(&c->f->m, os->name)) || !shares(c->p, os))
		return;
	mistake(c, os->at[PART_IMAGE]);
	msg_fail(os->name, "image %s has a 32-bit kernel, which cannot share a core", os->image);
}

static void check_cores(struct check *c, const struct part_os *os)
{
	unsigned int core;

	for (core = 0; core < MINT_MAX_CORES; core++)
		if ((os->cores | os->shared) >> core & 1)
			check_core(c, os, core);
	check_kernel(c, os);
}

static void check_memory(struct check *c, const struct part_os *os, uint64_t *sum)
{
	uint64_t pool = c->f->m.machine.pool_size;
	char all[32], here[32];

	/* More would be as good, and could go round. */
	*sum += os->size <= pool ? os->size : pool + 1;
	if (*sum <= pool || !os->size)
		return;
	mistake(c, os->at[PART_MEMORY]);
	msg_fail(os->name, "memory: the OSes up to here have %s, and the pool is %s; see mint_pool= on the command line of the first OS",
		 format_size(*sum, all, sizeof(all)), format_size(pool, here, sizeof(here)));
}

static void check_legacy(struct check *c, const struct part_os *os)
{
	unsigned int i;

	for (i = 0; i < c->f->m.nr_oses; i++) {
		const struct os_info *owner = &c->f->m.oses[i];
		uint32_t both = os->legacy & owner->legacy;

		if (!both || owner->self || gives_way(owner, os))
			continue;
		mistake(c, os->at[PART_LEGACY]);
		msg_fail(os->name, "%s belongs to %s; apply the file there",
			 legacy_name(__builtin_ctz(both)), owner->name);
	}
}

/* ---- functions ------------------------------------------------------------------------------ */

static bool gets(const struct part_os *os, uint32_t sbdf)
{
	unsigned int i;

	for (i = 0; i < os->nr_devs; i++)
		if (os->devs[i].sbdf == sbdf)
			return true;
	return false;
}

/* Functions of a slot share its reset and its wires. */
static void check_siblings(struct check *c, const struct part_os *os,
			   const struct part_dev *want)
{
	const struct dev_info *dev = model_find_dev(&c->f->m, want->sbdf);
	char bdf[BDF_LEN], other[BDF_LEN];
	unsigned int i;

	if (!dev || !(dev->flags & MINT_DEVF_SIBLINGS) ||
	    part_is_first(model_find_os(&c->f->m, os->name)))
		return;
	for (i = 0; i < c->f->m.nr_devs; i++) {
		const struct dev_info *d = &c->f->m.devs[i];

		if (d->sbdf >> 3 != dev->sbdf >> 3 || d->state == MINT_DEV_GONE ||
		    !d->owner || gets(os, d->sbdf))
			continue;
		mistake(c, want->line);
		msg_fail(os->name, "%s and %s share a slot; name both or none",
			 format_bdf(dev->sbdf, bdf), format_bdf(d->sbdf, other));
		return;
	}
}

static void check_dev(struct check *c, const struct part_os *os, const struct part_dev *want)
{
	const struct dev_info *dev = model_find_dev(&c->f->m, want->sbdf);

	if (dev && dev->eject) {
		mistake(c, want->line);
		msg_fail(os->name, "device %s is being ejected", want->word);
	}
	check_siblings(c, os, want);
}

/* ---- images ---------------------------------------------------------------------------------- */

static bool has_size(const char *path, uint64_t bytes)
{
	struct stat st;

	return stat(path, &st) || (uint64_t)st.st_size == bytes;
}

bool part_image_is(const struct part_image *want, const struct part_facts *f)
{
	const struct part_note *note = part_note_of_image(f, want->name);
	const struct image_info *is = model_find_image(&f->m, want->name);

	if (!is || !want->files.kernel)
		return true;
	if (!part_same(is->cmdline, want->files.cmdline))
		return false;
	if (note && (!part_same(note->files.kernel, want->files.kernel) ||
		     !part_same(note->files.initrd, want->files.initrd)))
		return false;
	return want->files.initrd ? has_size(want->files.initrd, is->initrd) : !is->initrd;
}

static void check_image(struct check *c, const struct part_image *want)
{
	if (!want->files.kernel && !model_find_image(&c->f->m, want->name)) {
		mistake(c, want->line);
		msg_fail(want->name, "image: it is not loaded, and kernel is missing");
	} else if (!part_image_is(want, c->f)) {
		mistake(c, want->line);
		msg_fail(want->name, "image: it was loaded from other files or with another cmdline; give the new one another name");
	}
}

/* ---- the whole -------------------------------------------------------------------------------- */

int part_check_machine(const struct partition *p, const struct part_facts *f)
{
	struct check c = { .p = p, .f = f };
	unsigned int i, k;
	uint64_t sum = 0;

	for (i = 0; i < p->nr_images; i++)
		check_image(&c, &p->images[i]);
	for (i = 0; i < p->nr_oses; i++) {
		check_cores(&c, &p->oses[i]);
		check_memory(&c, &p->oses[i], &sum);
		check_legacy(&c, &p->oses[i]);
		for (k = 0; k < p->oses[i].nr_devs; k++)
			check_dev(&c, &p->oses[i], &p->oses[i].devs[k]);
	}
	msg_at(NULL, 0);
	return c.mistakes;
}

int partition_check(struct partition *p, const struct part_facts *f)
{
	return part_check_alone(p, f) + part_check_files(p) + part_resolve(p, f) +
	       part_check_machine(p, f);
}
