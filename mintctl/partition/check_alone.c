// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a partition makes sense by itself.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "partition/check.h"

static int say_missing(const struct partition *p, const struct part_os *os,
		       enum part_setting setting)
{
	msg_at(p->file, os->line);
	msg_fail(os->name, "%s is missing", part_setting_name(setting));
	return 1;
}

/* The first OS was not created: these are as they are. */
static int check_first(const struct partition *p, const struct part_os *os)
{
	static const enum part_setting settings[] = {
		PART_CORES, PART_SLICE, PART_MEMORY, PART_LEGACY, PART_KERNEL, PART_INITRD,
		PART_CMDLINE, PART_WAIT,
	};
	unsigned int i;
	int mistakes = 0;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (!os->at[settings[i]])
			continue;
		msg_at(p->file, os->at[settings[i]]);
		msg_fail(os->name, "%s: it is the first OS, which has what is left; leave this out",
			 part_setting_name(settings[i]));
		mistakes++;
	}
	return mistakes;
}

/* From what it starts. */
static int check_source(const struct partition *p, const struct part_os *os)
{
	int mistakes = 0;

	if (os->at[PART_IMAGE] && os->at[PART_KERNEL]) {
		msg_at(p->file, os->at[PART_KERNEL]);
		msg_fail(os->name, "an image has its kernel and initrd; give files or an image");
		mistakes++;
	}
	if (os->at[PART_INITRD] && !os->at[PART_KERNEL]) {
		msg_at(p->file, os->at[PART_INITRD]);
		msg_fail(os->name, "initrd goes with kernel, which is missing");
		mistakes++;
	}
	if (os->starts && !os->at[PART_IMAGE] && !os->at[PART_KERNEL]) {
		msg_at(p->file, os->line);
		msg_fail(os->name, "there is nothing to start it from; give it an image or a kernel, or leave it out of start");
		mistakes++;
	}
	if (os->image[0] && !partition_find_image(p, os->image)) {
		msg_at(p->file, os->at[PART_IMAGE]);
		msg_fail(os->name, "image %s: the file does not describe it; write image %s { kernel = ... }",
			 os->image, os->image);
		mistakes++;
	}
	return mistakes;
}

static int check_further(const struct partition *p, const struct part_os *os)
{
	int mistakes = 0;

	if (!os->at[PART_CORES])
		mistakes += say_missing(p, os, PART_CORES);
	if (!os->at[PART_MEMORY])
		mistakes += say_missing(p, os, PART_MEMORY);
	if (os->at[PART_SLICE] && os->cores && !os->shared) {
		msg_at(p->file, os->at[PART_SLICE]);
		msg_fail(os->name, "slice: it shares no core, as by cores = \"2:30%%\"");
		mistakes++;
	}
	return mistakes + check_source(p, os);
}

/* ---- what only one can have ---------------------------------------------------------- */

/* Its devices have the vectors that those of @os would have. */
static int check_lender(const struct partition *p, const struct part_os *lender,
			const struct part_os *os)
{
	uint64_t lent = lender->cores & os->shared;

	if (!lent || !lender->shared)
		return 0;
	msg_at(p->file, os->at[PART_CORES]);
	msg_fail(os->name, "core %d cannot be shared: %s, which has it, shares another OS's core",
		 __builtin_ctzll(lent), lender->name);
	return 1;
}

static int check_pair(const struct partition *p, const struct part_os *a,
		      const struct part_os *b)
{
	int mistakes = 0;

	if (a->cores & b->cores) {
		msg_at(p->file, b->at[PART_CORES]);
		msg_fail(b->name, "core %d is that of %s as well",
			 __builtin_ctzll(a->cores & b->cores), a->name);
		mistakes++;
	}
	if (a->shared & b->shared) {
		msg_at(p->file, b->at[PART_CORES]);
		msg_fail(b->name, "core %d is shared already, by %s: two OSes at most have one",
			 __builtin_ctzll(a->shared & b->shared), a->name);
		mistakes++;
	}
	mistakes += check_lender(p, a, b) + check_lender(p, b, a);
	if (a->legacy & b->legacy) {
		msg_at(p->file, b->at[PART_LEGACY]);
		msg_fail(b->name, "%s is that of %s as well",
			 legacy_name(__builtin_ctz(a->legacy & b->legacy)), a->name);
		mistakes++;
	}
	return mistakes;
}

static int check_hotplug(const struct partition *p, const struct part_os *a,
			 const struct part_os *b)
{
	unsigned int i, k;
	int mistakes = 0;

	for (i = 0; i < b->nr_hotplug; i++)
		for (k = 0; k < (a == b ? i : a->nr_hotplug); k++) {
			if (a->hotplug[k].kind != b->hotplug[i].kind ||
			    a->hotplug[k].key != b->hotplug[i].key)
				continue;
			msg_at(p->file, b->hotplug[i].line);
			msg_fail(b->name, "what is added at %s goes to %s, by line %u",
				 b->hotplug[i].word, a->name, a->hotplug[k].line);
			mistakes++;
		}
	return mistakes;
}

static int check_pairs(const struct partition *p)
{
	unsigned int i, k;
	int mistakes = 0;

	for (i = 0; i < p->nr_oses; i++)
		for (k = 0; k <= i; k++) {
			if (k < i)
				mistakes += check_pair(p, &p->oses[k], &p->oses[i]);
			mistakes += check_hotplug(p, &p->oses[k], &p->oses[i]);
		}
	return mistakes;
}

/* ---- who starts ----------------------------------------------------------------------- */

static int check_start(struct partition *p, const struct part_facts *f, unsigned int i)
{
	const struct part_start *start = &p->order[i];
	struct part_os *os = partition_find_os(p, start->name);

	msg_at(p->file, start->line);
	if (!os)
		msg_fail("start", "%s: the file does not describe it", start->name);
	else if (part_is_first(model_find_os(&f->m, start->name)))
		msg_fail("start", "%s is the first OS, and runs anyway", start->name);
	else if (os->starts)
		msg_fail("start", "%s is named twice", start->name);
	else
		return os->starts = true, 0;
	return 1;
}

/* Without an order all that can. */
static int set_starts(struct partition *p, const struct part_facts *f)
{
	int mistakes = 0;
	unsigned int i;

	for (i = 0; p->has_order && i < p->nr_order; i++)
		mistakes += check_start(p, f, i);
	for (i = 0; !p->has_order && i < p->nr_oses; i++) {
		struct part_os *os = &p->oses[i];

		if (part_is_first(model_find_os(&f->m, os->name)))
			continue;
		os->starts = true;
		memcpy(p->order[p->nr_order++].name, os->name, sizeof(os->name));
	}
	return mistakes;
}

int part_check_alone(struct partition *p, const struct part_facts *f)
{
	int mistakes = set_starts(p, f);
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++) {
		const struct part_os *os = &p->oses[i];

		mistakes += part_is_first(model_find_os(&f->m, os->name)) ?
			    check_first(p, os) : check_further(p, os);
	}
	mistakes += check_pairs(p);
	msg_at(NULL, 0);
	return mistakes;
}

/* ---- files ----------------------------------------------------------------------------- */

/* Linux's boot protocol: bytes 0x202 to 0x205 of a bzImage. */
#define MAGIC_AT	0x202
#define MAGIC		"HdrS"

static bool is_bzimage(const char *path)
{
	char magic[4] = "";
	FILE *in = fopen(path, "re");
	bool good = in && !fseek(in, MAGIC_AT, SEEK_SET) &&
		    fread(magic, sizeof(magic), 1, in) == 1 &&
		    !memcmp(magic, MAGIC, sizeof(magic));

	if (in)
		fclose(in);
	return good;
}

static int check_file(const struct partition *p, const char *path, unsigned int line,
		      bool kernel)
{
	struct stat st;

	if (!path)
		return 0;
	msg_at(p->file, line);
	if (stat(path, &st) || access(path, R_OK))
		msg_fail(path, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		msg_fail(path, "not a regular file");
	else if (kernel && !is_bzimage(path))
		msg_fail(path, "not a bzImage");
	else
		return 0;
	return 1;
}

static int check_both(const struct partition *p, const struct part_files *files,
		      const unsigned int *at)
{
	return check_file(p, files->kernel, at[PART_KERNEL], true) +
	       check_file(p, files->initrd, at[PART_INITRD], false);
}

int part_check_files(const struct partition *p)
{
	int mistakes = 0;
	unsigned int i;

	for (i = 0; i < p->nr_images; i++)
		mistakes += check_both(p, &p->images[i].files, p->images[i].at);
	for (i = 0; i < p->nr_oses; i++)
		mistakes += check_both(p, &p->oses[i].files, p->oses[i].at);
	msg_at(NULL, 0);
	return mistakes;
}
