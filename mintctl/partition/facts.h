/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is: the machine as the kernel tells it, and what the kernel does not tell, as it was
 * noted (notes.c) or found in this OS (macs.c).
 */
#ifndef MINTCTL_FACTS_H
#define MINTCTL_FACTS_H

#include <stdio.h>

#include "partition/partition.h"

/**
 * struct part_note - where an image, or the last start of an OS, came from
 * @generation:	of the OS; 0: the note is about an image
 * @files:	a command line that is NULL is none
 */
struct part_note {
	char name[MINT_NAME_LEN];
	uint32_t generation;
	struct part_files files;
};

#define PART_MAX_NOTES	(MINT_MAX_OSES + MINT_MAX_IMAGES)
#define PART_MAX_MACS	64

struct part_mac {
	uint32_t sbdf;
	uint64_t mac;
};

struct part_notes {
	struct part_note list[PART_MAX_NOTES];
	unsigned int nr;
	struct part_mac macs[PART_MAX_MACS];
	unsigned int nr_macs;
};

struct part_facts {
	struct model m;
	struct part_notes notes;
	struct part_mac macs[PART_MAX_MACS];
	unsigned int nr_macs;
};

/* ---- facts.c --------------------------------------------------------------------- */

void part_facts_release(struct part_facts *f);
/* Who runs mintctl; NULL if that is not known. */
const struct os_info *part_self(const struct part_facts *f);
const struct os_info *part_os_by_id(const struct part_facts *f, uint32_t id);
/* The OS with the firmware, NULL: it is gone. */
const struct os_info *part_first(const struct part_facts *f);
/* Whether it is that one: it was not created, and is never destroyed here. */
bool part_is_first(const struct os_info *os);
/* An OS by that name that was created; NULL also for the first one. */
const struct os_info *part_further(const struct part_facts *f, const char *name);
/* How the OS was started, NULL: nobody noted it. */
const struct part_note *part_note_of_os(const struct part_facts *f,
					const struct os_info *os);
const struct part_note *part_note_of_image(const struct part_facts *f, const char *name);
/* Who gets the function when its OS is destroyed, or nobody asks for it. */
uint32_t part_home(const struct part_facts *f, const struct dev_info *dev);

/* ---- notes.c --------------------------------------------------------------------- */

/* Where notes and what belongs to an apply are kept; NULL: nowhere, for tests. */
extern const char *part_dir;

/*
 * What was noted, nothing if it cannot be read.  Notes are a help: without them an OS that
 * runs is left with the command line that it has.
 */
void part_notes_read(struct part_notes *notes);
void part_notes_release(struct part_notes *notes);
/* The one about that start of that OS, or, with generation 0, about that image. */
const struct part_note *part_find_note(const struct part_notes *notes, const char *name,
				       uint32_t generation);
/* @generation: 0 for an image */
void part_note(const char *name, uint32_t generation, const struct part_files *files);
void part_note_macs(const struct part_mac *macs, unsigned int nr);

/* ---- macs.c ---------------------------------------------------------------------- */

/* The network interfaces of this OS. */
void part_macs_find(struct part_facts *f);

/* ---- store.c --------------------------------------------------------------------- */

/* "@dir/@name" of what is kept in part_dir. */
const char *part_path(const char *name, char *buf, unsigned int size);
/*
 * Puts a file there whole or not at all: @write is given a new one, which takes the place of
 * the old when all of it is on the disk.  0 or -errno, without a message.
 */
int part_store(const char *name, int (*write)(FILE *out, const void *arg),
	       const void *arg);
/* Takes it away; that it is not there is no error. */
int part_discard(const char *name);

#endif /* MINTCTL_FACTS_H */
