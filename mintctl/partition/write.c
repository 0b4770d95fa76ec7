// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what is as a partition file.  What is as it is without being asked for is left
 * out: functions that are at home, settings that nobody has changed.
 */
#include <errno.h>
#include <string.h>

#include "lib/parse.h"
#include "partition/write.h"
#include "show/format.h"

/*
 * A string of libconfuse.  Between double quotes it replaces ${...} and takes escapes;
 * between single ones, of these, \' and \\ only.
 */
static void put_string(const char *setting, const char *value, FILE *out)
{
	bool plain = !strpbrk(value, "\"\\$");

	fprintf(out, "\t%s = %c", setting, plain ? '"' : '\'');
	for (; *value; value++) {
		if (!plain && strchr("'\\", *value))
			fputc('\\', out);
		fputc(*value, out);
	}
	fputs(plain ? "\"\n" : "'\n", out);
}

void part_write_files(const struct part_files *files, FILE *out)
{
	if (files->kernel)
		put_string("kernel", files->kernel, out);
	if (files->initrd)
		put_string("initrd", files->initrd, out);
	if (files->cmdline && *files->cmdline)
		put_string("cmdline", files->cmdline, out);
}

/* ---- lists --------------------------------------------------------------------------- */

struct list {
	const char *setting;
	const char *indent;
	unsigned int nr;
	FILE *out;
};

static void list_add(struct list *l, const char *word)
{
	if (l->nr++)
		fputs(", ", l->out);
	else
		fprintf(l->out, "%s%s = { ", l->indent, l->setting);
	fprintf(l->out, "\"%s\"", word);
}

static void list_end(const struct list *l)
{
	if (l->nr)
		fputs(" }\n", l->out);
}

/* What @os has; of the first OS, what is not at home there. */
static void put_devices(const struct part_facts *f, const struct os_info *os, FILE *out)
{
	struct list l = { "devices", "\t", 0, out };
	char bdf[BDF_LEN];
	unsigned int i;

	for (i = 0; i < f->m.nr_devs; i++) {
		const struct dev_info *dev = &f->m.devs[i];

		if (dev->owner == os->id && dev->state != MINT_DEV_GONE &&
		    !(part_is_first(os) && part_home(f, dev) == os->id))
			list_add(&l, format_bdf(dev->sbdf, bdf));
	}
	list_end(&l);
}

static void put_nobodys(const struct part_facts *f, FILE *out)
{
	struct list l = { "nobody", "", 0, out };
	char bdf[BDF_LEN];
	unsigned int i;

	for (i = 0; i < f->m.nr_devs; i++)
		if (!f->m.devs[i].owner && f->m.devs[i].state == MINT_DEV_OWNED)
			list_add(&l, format_bdf(f->m.devs[i].sbdf, bdf));
	list_end(&l);
}

static void put_hotplug(const struct part_facts *f, const struct os_info *os, FILE *out)
{
	struct list l = { "hotplug", "\t", 0, out };
	unsigned int i;
	char key[24];

	for (i = 0; i < f->m.nr_policies; i++) {
		const struct policy_info *p = &f->m.policies[i];

		if (!strcmp(p->os, os->name))
			list_add(&l, part_format_policy(p->kind, p->key, key));
	}
	list_end(&l);
}

/* ---- settings ------------------------------------------------------------------------ */

static uint32_t between(uint32_t value, uint32_t least, uint32_t most)
{
	return value < least ? least : value > most ? most : value;
}

/* Each OS can write to the table that the numbers come from: what a file can say is written. */
static void put_cores(const struct os_info *os, FILE *out)
{
	uint32_t slice_ms = between(os->slice_us / 1000, 1, 5000);
	/* 64 times "63:99%,". */
	char buf[512];

	fprintf(out, "\tcores = \"%s\"\n",
		format_seats(os->cores, os->shared, between(os->share, 1, 99), buf, sizeof(buf)));
	if (os->shared && slice_ms != PART_SLICE_US / 1000)
		fprintf(out, "\tslice = %ums\n", slice_ms);
}

static void put_memory(const struct os_info *os, FILE *out)
{
	unsigned long long size = os->main.size_bytes;
	const char *more = part_is_one_piece(os) ? PART_ONE_PIECE : "";

	if (size % (1 << 20))
		fprintf(out, "\tmemory = %llu%s\n", size, more);
	else
		fprintf(out, "\tmemory = %lluM%s\n", size >> 20, more);
}

static void put_legacy(uint32_t legacy, FILE *out)
{
	struct list l = { "legacy", "\t", 0, out };
	uint32_t i;

	for (i = 0; i < MINT_NR_LEGACY; i++)
		if (legacy >> i & 1)
			list_add(&l, legacy_name(i));
	list_end(&l);
}

static void put_ends(const struct os_info *os, FILE *out)
{
	unsigned int at;

	for (at = 0; at < MINT_NR_ENDS; at++)
		if (part_then(os->on[at], at) != part_then(MINT_THEN_DEFAULT, at))
			fprintf(out, "\t%s = %s\n", part_setting_name(PART_ON_REBOOT + at),
				then_name(os->on[at]));
}

static void put_source(const struct part_facts *f, const struct os_info *os, FILE *out)
{
	const struct part_note *note = part_note_of_os(f, os);
	struct part_files files = { .kernel = NULL };

	if (os->has_image && os->image[0])
		put_string("image", os->image, out);
	if (note && !os->image[0])
		files = note->files;
	else if (note)
		files.cmdline = note->files.cmdline;
	else if (os->has_image && !part_is_first(os))
		fputs("\t# It was not noted from which files and with which command line it was started.\n",
		      out);
	part_write_files(&files, out);
}

/* ---- the whole ----------------------------------------------------------------------- */

/* In an emulated machine on a busy host a start takes some seconds. */
#define WAIT_S	60

static void put_os(const struct part_facts *f, const struct os_info *os, bool waits,
		   FILE *out)
{
	fprintf(out, "\nos %s {\n", os->name);
	if (!part_is_first(os)) {
		put_cores(os, out);
		put_memory(os, out);
		put_legacy(os->legacy, out);
	}
	put_devices(f, os, out);
	put_source(f, os, out);
	put_ends(os, out);
	put_hotplug(f, os, out);
	if (waits && !part_is_first(os) && os->state == MINT_OS_UP)
		fprintf(out, "\twait = %u\n", WAIT_S);
	fputs("}\n", out);
}

static void put_image(const struct part_facts *f, const struct image_info *image, FILE *out)
{
	const struct part_note *note = part_note_of_image(f, image->name);
	struct part_files files = { .cmdline = (char *)image->cmdline };

	if (note)
		files = note->files;
	fprintf(out, "\nimage %s {\n", image->name);
	if (!note)
		fputs("\t# It was not noted from which files it was loaded: write kernel and initrd here.\n",
		      out);
	part_write_files(&files, out);
	fputs("}\n", out);
}

static void put_start(const struct part_facts *f, FILE *out)
{
	const char *between = " ";
	unsigned int i;

	fputs("\nstart = {", out);
	for (i = 0; i < f->m.nr_oses; i++) {
		if (part_is_first(&f->m.oses[i]) || !os_info_runs(&f->m.oses[i]))
			continue;
		fprintf(out, "%s%s", between, f->m.oses[i].name);
		between = ", ";
	}
	fputs(" }\n", out);
}

int part_write(FILE *out, const struct part_facts *f, bool waits)
{
	unsigned int i;

	fputs("# What this machine is to look like, see partition.conf(5).\n", out);
	for (i = 0; i < f->m.nr_images; i++)
		if (f->m.images[i].name[0] && f->m.images[i].state == MINT_IMG_READY)
			put_image(f, &f->m.images[i], out);
	/* One that is half made or half gone is not what anybody wants. */
	for (i = 0; i < f->m.nr_oses; i++)
		if (f->m.oses[i].state != MINT_OS_BUSY)
			put_os(f, &f->m.oses[i], waits, out);
	put_nobodys(f, out);
	put_start(f, out);
	return ferror(out) ? -EIO : 0;
}
