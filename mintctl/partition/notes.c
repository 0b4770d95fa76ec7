// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notes: from which files images were loaded, how OSes were started, which function has
 * which MAC.  The kernel forgets these, or never knew them.  They are in a file of the
 * same language as a partition, and are gone when this OS is.
 */
#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "partition/facts.h"
#include "partition/write.h"

#define NOTES	"notes"

/* ---- reading ------------------------------------------------------------------------ */

static char *copy_of(const char *text)
{
	return text ? strdup(text) : NULL;
}

static void take_note(struct part_notes *notes, cfg_t *section)
{
	struct part_note *n = &notes->list[notes->nr];
	const char *name = cfg_getstr(section, "name");

	if (notes->nr == PART_MAX_NOTES || !name || strlen(name) >= sizeof(n->name))
		return;
	strcpy(n->name, name);
	n->generation = cfg_getint(section, "generation");
	n->files.kernel = copy_of(cfg_getstr(section, "kernel"));
	n->files.initrd = copy_of(cfg_getstr(section, "initrd"));
	n->files.cmdline = copy_of(cfg_getstr(section, "cmdline"));
	notes->nr++;
}

static void take_mac(struct part_notes *notes, cfg_t *section)
{
	const char *function = cfg_getstr(section, "function");
	const char *address = cfg_getstr(section, "address");
	struct part_mac *m = &notes->macs[notes->nr_macs];

	if (notes->nr_macs == PART_MAX_MACS || !function || !address)
		return;
	m->sbdf = strtoul(function, NULL, 16);
	m->mac = strtoull(address, NULL, 16);
	notes->nr_macs++;
}

/* What cannot be understood is as if it were not there. */
static void be_silent(cfg_t *cfg, const char *format, va_list ap)
{
	(void)cfg;
	(void)format;
	(void)ap;
}

void part_notes_read(struct part_notes *notes)
{
	cfg_opt_t note[] = {
		CFG_STR("name", NULL, CFGF_NODEFAULT),
		CFG_INT("generation", 0, CFGF_NONE),
		CFG_STR("kernel", NULL, CFGF_NODEFAULT),
		CFG_STR("initrd", NULL, CFGF_NODEFAULT),
		CFG_STR("cmdline", NULL, CFGF_NODEFAULT),
		CFG_END()
	};
	cfg_opt_t mac[] = {
		CFG_STR("function", NULL, CFGF_NODEFAULT),
		CFG_STR("address", NULL, CFGF_NODEFAULT),
		CFG_END()
	};
	cfg_opt_t top[] = {
		CFG_SEC("note", note, CFGF_MULTI),
		CFG_SEC("mac", mac, CFGF_MULTI),
		CFG_END()
	};
	char path[256];
	cfg_t *cfg;
	unsigned int i;

	memset(notes, 0, sizeof(*notes));
	cfg = part_dir ? cfg_init(top, CFGF_IGNORE_UNKNOWN) : NULL;
	if (!cfg)
		return;
	cfg_set_error_function(cfg, be_silent);
	if (cfg_parse(cfg, part_path(NOTES, path, sizeof(path))) == CFG_SUCCESS) {
		for (i = 0; i < cfg_size(cfg, "note"); i++)
			take_note(notes, cfg_getnsec(cfg, "note", i));
		for (i = 0; i < cfg_size(cfg, "mac"); i++)
			take_mac(notes, cfg_getnsec(cfg, "mac", i));
	}
	cfg_free(cfg);
}

static void release_note(struct part_note *n)
{
	free(n->files.kernel);
	free(n->files.initrd);
	free(n->files.cmdline);
}

void part_notes_release(struct part_notes *notes)
{
	while (notes->nr)
		release_note(&notes->list[--notes->nr]);
}

const struct part_note *part_find_note(const struct part_notes *notes, const char *name,
				       uint32_t generation)
{
	unsigned int i;

	for (i = 0; i < notes->nr; i++)
		if (notes->list[i].generation == generation &&
		    !strcmp(notes->list[i].name, name))
			return &notes->list[i];
	return NULL;
}

/* ---- writing ------------------------------------------------------------------------ */

static int write_notes(FILE *out, const void *arg)
{
	const struct part_notes *notes = arg;
	unsigned int i;

	for (i = 0; i < notes->nr; i++) {
		const struct part_note *n = &notes->list[i];

		fprintf(out, "note {\n\tname = %s\n\tgeneration = %u\n", n->name,
			n->generation);
		part_write_files(&n->files, out);
		fputs("}\n", out);
	}
	for (i = 0; i < notes->nr_macs; i++)
		fprintf(out, "mac { function = %x address = %llx }\n",
			notes->macs[i].sbdf, (unsigned long long)notes->macs[i].mac);
	return ferror(out) ? -EIO : 0;
}

/* The place for a note: of what it is about, a new one, or the oldest. */
static struct part_note *place_of(struct part_notes *notes, const char *name, bool image)
{
	unsigned int i;

	for (i = 0; i < notes->nr; i++)
		if (!notes->list[i].generation == image &&
		    !strcmp(notes->list[i].name, name))
			break;
	if (i == PART_MAX_NOTES) {
		release_note(&notes->list[0]);
		memmove(notes->list, notes->list + 1, --i * sizeof(notes->list[0]));
	} else if (i == notes->nr) {
		notes->nr++;
	} else {
		release_note(&notes->list[i]);
	}
	return &notes->list[i];
}

/* One who changes notes at a time; -1: it goes without. */
static int lock_notes(void)
{
	char path[256];
	int fd;

	mkdir(part_dir, 0755);
	fd = open(part_path(NOTES ".lock", path, sizeof(path)),
		  O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

static void put_note(struct part_notes *notes, const char *name, uint32_t generation,
		     const struct part_files *files)
{
	struct part_note *n = place_of(notes, name, !generation);

	snprintf(n->name, sizeof(n->name), "%s", name);
	n->generation = generation;
	n->files.kernel = copy_of(files->kernel);
	n->files.initrd = copy_of(files->initrd);
	n->files.cmdline = copy_of(files->cmdline);
}

void part_note(const char *name, uint32_t generation, const struct part_files *files)
{
	struct part_notes notes;
	int fd;

	if (!part_dir)
		return;
	fd = lock_notes();
	part_notes_read(&notes);
	put_note(&notes, name, generation, files);
	part_store(NOTES, write_notes, &notes);
	part_notes_release(&notes);
	if (fd >= 0)
		close(fd);
}

static void put_mac(struct part_notes *notes, const struct part_mac *mac)
{
	unsigned int i;

	for (i = 0; i < notes->nr_macs; i++)
		if (notes->macs[i].sbdf == mac->sbdf)
			break;
	if (i == PART_MAX_MACS)
		return;
	notes->macs[i] = *mac;
	if (i == notes->nr_macs)
		notes->nr_macs++;
}

void part_note_macs(const struct part_mac *macs, unsigned int nr)
{
	struct part_notes notes;
	unsigned int i;
	int fd;

	if (!part_dir || !nr)
		return;
	fd = lock_notes();
	part_notes_read(&notes);
	for (i = 0; i < nr; i++)
		put_mac(&notes, &macs[i]);
	part_store(NOTES, write_notes, &notes);
	part_notes_release(&notes);
	if (fd >= 0)
		close(fd);
}
