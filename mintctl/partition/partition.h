/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A partition: what the machine is to look like, as partition.conf(5) says it.  Plain
 * structures; each thing knows the line of the file that it stands in.
 */
#ifndef MINTCTL_PARTITION_H
#define MINTCTL_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include <mint/abi.h>
#include <mint/launch.h>

#include "model/model.h"

#define PARTITION_FILE		"/etc/mint/partition.conf"
/* As many as one create takes. */
#define PART_MAX_DEVS		32
#define PART_MAX_NOBODYS	256
#define PART_NO_SBDF		(~0U)

/* Settings of an image and of an OS; their names are in words.c. */
enum part_setting {
	PART_CORES,
	PART_SLICE,
	PART_MEMORY,
	PART_DEVICES,
	PART_LEGACY,
	PART_IMAGE,
	PART_KERNEL,
	PART_INITRD,
	PART_CMDLINE,
	PART_ON_REBOOT,
	PART_ON_CRASH,
	PART_ON_POWEROFF,
	PART_HOTPLUG,
	PART_WAIT,
	PART_NR_SETTINGS
};

/* How a function is named, the most exact way first. */
enum part_dev_kind {
	PART_DEV_BDF,
	PART_DEV_MAC,
	PART_DEV_ID,
	PART_DEV_CLASS,
	PART_NR_DEV_KINDS
};

/**
 * struct part_dev - one function that an OS is to have
 * @kind:	how it is named
 * @key:	sbdf, MAC, vendor << 16 | device, or class << 8 | subclass
 * @line:	where
 * @word:	as it was written
 * @sbdf:	which one that is, after partition_resolve(); PART_NO_SBDF: none
 */
struct part_dev {
	enum part_dev_kind kind;
	uint64_t key;
	unsigned int line;
	char word[24];
	uint32_t sbdf;
};

/* Kernel, initrd and command line: of an image, or of an OS. */
struct part_files {
	char *kernel;
	char *initrd;
	char *cmdline;
};

struct part_image {
	char name[MINT_NAME_LEN];
	unsigned int line;			/* of its end */
	unsigned int at[PART_NR_SETTINGS];	/* line of each setting; 0: not given */
	struct part_files files;
};

struct part_policy {
	uint32_t kind;				/* MINT_POLICY_* */
	uint32_t key;
	unsigned int line;
	char word[24];
};

/* One turn on a shared core, unless the file says another one; that of the kernel. */
#define PART_SLICE_US	20000U

/* Behind the size of memory. */
#define PART_ONE_PIECE	":one-piece"

/* Above 4 GiB: below there is no slice in any case. */
static inline bool part_is_one_piece(const struct os_info *os)
{
	return os->main.base_paddr >> 32 && !os->dma.size_bytes;
}

struct part_os {
	char name[MINT_NAME_LEN];
	unsigned int line;			/* of its end */
	unsigned int at[PART_NR_SETTINGS];	/* line of each setting; 0: not given */
	uint64_t cores;				/* whole ones */
	uint64_t shared;			/* by turns, */
	uint32_t share;				/* so many percent of each, */
	uint32_t slice_us;			/* so long at a time; 0: it has none */
	uint64_t size;
	uint64_t base;				/* 0: anywhere */
	bool one_piece;				/* without a slice below 4 GiB */
	uint32_t legacy;
	struct part_dev devs[PART_MAX_DEVS];
	unsigned int nr_devs;
	char image[MINT_NAME_LEN];		/* empty: none */
	struct part_files files;
	uint32_t on[MINT_NR_ENDS];		/* MINT_THEN_* */
	struct part_policy hotplug[MINT_MAX_POLICIES];
	unsigned int nr_hotplug;
	uint32_t wait_s;			/* 0: do not wait */
	bool starts;				/* after partition_check() */
};

/* A name in "start". */
struct part_start {
	char name[MINT_NAME_LEN];
	unsigned int line;
};

/**
 * struct partition - the file
 * @file:	its name, for messages
 * @has_order:	it says which OSes start; without that all do, as they stand there
 * @order:	these
 * @nobody:	functions that no OS is to have
 * @cut_off:	it could not be read to its end
 */
struct partition {
	const char *file;
	struct part_image images[MINT_MAX_IMAGES];
	unsigned int nr_images;
	struct part_os oses[MINT_MAX_OSES];
	unsigned int nr_oses;
	bool has_order;
	struct part_start order[MINT_MAX_OSES];
	unsigned int nr_order;
	struct part_dev nobody[PART_MAX_NOBODYS];
	unsigned int nr_nobody;
	bool cut_off;
};

/* ---- read.c ---------------------------------------------------------------------- */

/*
 * Reads @file.  The number of mistakes in it, each of which was told with its line; -1
 * when it could not be read.  @p goes to partition_release() in any case.
 */
int partition_read(struct partition *p, const char *file);
void partition_release(struct partition *p);

/* ---- words.c --------------------------------------------------------------------- */

/* "on-reboot" */
const char *part_setting_name(enum part_setting setting);
/* Each returns MINTCTL_OK, or MINTCTL_USAGE with a message that quotes the word. */
int part_parse_dev(const char *word, struct part_dev *dev);
int part_parse_policy(const char *word, struct part_policy *policy);
int part_parse_then(const char *word, uint32_t *then);
/* "class:0200", "0000:03:00.0", "0000:03:00" */
const char *part_format_policy(uint32_t kind, uint32_t key, char buf[24]);

/* ---- partition.c ----------------------------------------------------------------- */

struct part_os *partition_find_os(const struct partition *p, const char *name);
struct part_image *partition_find_image(const struct partition *p, const char *name);
/* MINT_THEN_STOP or _RESTART: what an OS does at that end if nobody says anything. */
uint32_t part_then(uint32_t then, unsigned int at);
bool part_same(const char *a, const char *b);	/* NULL is "" */

#endif /* MINTCTL_PARTITION_H */
