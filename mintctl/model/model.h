/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine as mintctl knows it: plain structures, filled from netlink
 * attributes, and what follows from them.  Strings are printable.
 */
#ifndef MINTCTL_MODEL_H
#define MINTCTL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mint/abi.h>
#include <mint/launch.h>

/* A core that says nothing for that long is taken for hung. */
#define MODEL_HUNG_MS	5000

struct nlattr;

struct os_info {
	uint32_t id;
	char name[MINT_NAME_LEN];
	uint32_t state;
	uint32_t reason;
	bool self;
	uint32_t creator;
	uint32_t generation;
	uint32_t boot_core;
	uint32_t legacy;
	char release[64];
	uint32_t arch;		/* MINT_IMAGE_X86_*; 0: not known */
	char text[128];
	uint32_t silent_ms;
	uint32_t silent_core;
	bool has_age;
	uint64_t age_ms;
	uint64_t cores;
	bool shares;		/* a core, with another OS; the next ones: by turns */
	uint64_t shared;	/* where it came second */
	uint32_t share;		/* of these, percent; 0: it has none */
	uint32_t slice_us;
	uint64_t got_ms;
	uint64_t steal_ms;
	uint64_t turns;
	uint64_t latest_us;
	struct mint_range main;
	struct mint_range dma;
	struct mint_range low;
	bool paused;		/* a copy that is complete, and waits for a start */
	bool has_image;
	char image[MINT_NAME_LEN];	/* empty: one without a name */
	uint32_t starts;
	uint32_t tries;			/* the last ones, in vain */
	uint32_t on[MINT_NR_ENDS];	/* MINT_THEN_STOP, _RESTART for MINT_AT_* */
	uint64_t stamp_ns[MINT_NR_STAMPS];	/* since it was asked for; ~0 = not yet */
	bool hides_addresses;	/* those of the ranges, from who may not see them */
};

struct dev_info {
	uint32_t sbdf;
	uint32_t owner;
	uint32_t home;
	uint32_t state;
	uint32_t flags;
	uint16_t vendor;
	uint16_t device;
	uint32_t class_rev;
	uint32_t gsi;
	uint32_t gsi_flags;
	uint16_t sub_vendor;
	uint16_t sub_device;
	uint32_t bridge;	/* ~0 = none */
	uint32_t eject;
	bool hides_addresses;	/* those of the BARs */
	uint64_t bar[MINT_NR_BARS];
	uint64_t bar_size[MINT_NR_BARS];
	char driver[24];
	/* The last order about it; none if @order is 0. */
	uint32_t order;
	uint32_t orderer;
	uint32_t options;
	uint32_t from;
	uint32_t to;
	uint32_t back;
	uint32_t error;
	char reason[MINT_REASON_LEN];
	uint32_t phase;
	uint64_t phase_ns[MINT_NR_PHASES];	/* from the order; ~0 = not passed */
};

struct policy_info {
	uint32_t kind;
	uint32_t key;
	char os[MINT_NAME_LEN];
};

struct irq_info {
	uint32_t os;
	uint32_t gsi;
	uint32_t type;
	uint32_t chip;
	uint32_t pin;
	uint32_t flags;
	uint32_t vector;
	uint32_t dest;
	uint32_t sbdf;
	uint64_t count;
	uint64_t foreign;
	char dev[16];
	/* Of its line, if it is a pin. */
	bool has_line;
	uint32_t sharers;	/* bit (OS id - 1) */
	uint32_t evicted;
	uint32_t rounds;
	uint32_t forced;
	uint32_t evictions;
	uint32_t timeout_ms;
	char strategy[16];
};

/* Something happened to a route, a line, or the interrupt table. */
struct irq_news {
	char change[16];	/* MINT_A_IRQ_CHANGE: "evicted", ... */
	uint32_t os;		/* 0: of no OS */
	uint32_t gsi;		/* ~0: of no line */
	uint32_t sbdf;		/* of a message; ~0: of none */
	char dev[16];		/* "doorbell"; empty: none */
};

/* What "irq verify" found. */
struct diff_info {
	char what[16];
	uint32_t gsi;		/* ~0: of no GSI */
	uint32_t os;
	uint64_t is;
	uint64_t should;
};

struct image_info {
	uint32_t id;
	char name[MINT_NAME_LEN];	/* empty: of those who use it only */
	uint32_t state;
	uint32_t users;		/* bit (OS id - 1) */
	uint32_t loader;
	uint64_t size;
	uint64_t base;
	uint64_t kernel;
	uint64_t initrd;
	bool hides_address;
	char release[64];
	uint32_t arch;		/* MINT_IMAGE_X86_*; 0: not known */
	uint32_t kind;		/* MINT_IMG_KERNEL, MINT_IMG_SNAPSHOT */
	uint64_t need;		/* of a snapshot: so much memory has who starts from it, */
	uint32_t nr_cores;	/* and so many cores */
	char cmdline[MINT_CMDLINE_SIZE];
};

struct machine_info {
	uint32_t nr_cores;
	uint32_t apic_id[MINT_MAX_CORES];
	uint32_t owner[MINT_MAX_CORES];
	uint64_t pool_size;
	uint64_t pool_free;
	uint32_t primary;
	uint64_t shm_base;
};

/* What a command knows about the machine; empty where it did not ask. */
struct model {
	struct machine_info machine;
	struct os_info oses[MINT_MAX_OSES];
	unsigned int nr_oses;
	struct dev_info *devs;
	unsigned int nr_devs;
	struct policy_info policies[MINT_MAX_POLICIES];
	unsigned int nr_policies;
	struct irq_info *irqs;
	unsigned int nr_irqs;
	struct diff_info *diffs;
	unsigned int nr_diffs;
	struct image_info *images;
	unsigned int nr_images;
};

/*
 * Fill a structure from @attrs (index MINT_A_*).  0, or -EPROTO when an
 * attribute is missing that identifies the thing, or one has a wrong size.
 */
int os_info_decode(struct os_info *os, struct nlattr **attrs);
int dev_info_decode(struct dev_info *dev, struct nlattr **attrs);
int policy_info_decode(struct policy_info *policy, struct nlattr **attrs);
int irq_info_decode(struct irq_info *irq, struct nlattr **attrs);
int irq_news_decode(struct irq_news *news, struct nlattr **attrs);
int diff_info_decode(struct diff_info *diff, struct nlattr **attrs);
int image_info_decode(struct image_info *image, struct nlattr **attrs);
int machine_info_decode(struct machine_info *machine, struct nlattr **attrs);

/* Append one; 0 or -ENOMEM. */
int model_add_os(struct model *m, const struct os_info *os);
int model_add_dev(struct model *m, const struct dev_info *dev);
int model_add_policy(struct model *m, const struct policy_info *policy);
int model_add_irq(struct model *m, const struct irq_info *irq);
int model_add_diff(struct model *m, const struct diff_info *diff);
int model_add_image(struct model *m, const struct image_info *image);
/* Drop all other routes than those of a GSI, the messages of a function, the doorbells. */
void model_keep_gsi(struct model *m, uint32_t gsi);
void model_keep_messages(struct model *m, uint32_t sbdf);
void model_keep_doorbells(struct model *m);
bool model_has_messages(const struct model *m, uint32_t sbdf);
/* Drops the functions that were unplugged. */
void model_drop_gone(struct model *m);
/* Drops all images but snapshots. */
void model_keep_snapshots(struct model *m);
void model_release(struct model *m);
/* "x86_64", "i386", or "": not known. */
const char *model_arch(uint32_t arch);

const struct os_info *model_find_os(const struct model *m, const char *name);
const struct image_info *model_find_image(const struct model *m, const char *name);
struct dev_info *model_find_dev(const struct model *m, uint32_t sbdf);
/* Name of an OS, "-" for none; @buf is used where the name is not known. */
const char *model_os_name(const struct model *m, uint32_t id,
			  char buf[MINT_NAME_LEN]);
/* "os1,os2": the OSes of a set with bit (OS id - 1); with @each, one a line. */
const char *model_os_names(const struct model *m, uint32_t set, bool each,
			   char *buf, size_t size);
unsigned int model_count_devs(const struct model *m, uint32_t owner);

/* A BAR's register without the bits that say what it is. */
uint64_t dev_bar_address(const struct dev_info *dev, unsigned int bar);
bool dev_bar_is_io(const struct dev_info *dev, unsigned int bar);
/* It is on its way from one OS to another. */
bool dev_info_moves(const struct dev_info *dev);
/* "unbind", ...; NULL for what is no phase */
const char *phase_name(uint32_t phase);

/* Its kernel runs, or is about to, or starts again by itself. */
bool os_info_runs(const struct os_info *os);
bool os_info_hung(const struct os_info *os);
/* "up", "panicked", ... */
const char *os_info_state(const struct os_info *os);
/* "stop", "restart" */
const char *then_name(uint32_t then);
/* What ends at a MINT_STAMP_*: "kernel copied"; NULL for what is none. */
const char *stamp_name(uint32_t stamp);
/* What there is to say beside the state: why it ended, which core is silent. */
const char *os_info_reason(const struct os_info *os, char *buf, size_t size);

/* "loading", "ready", "leaving" */
/* "kernel", "snapshot" */
const char *image_info_kind(const struct image_info *image);
const char *image_info_state(const struct image_info *image);

/* A route came, changed or went: there are many of these, and they mean no harm. */
bool irq_news_is_route(const struct irq_news *news);
/* "active", "masked", "held", "evicted", "throttled" */
const char *irq_info_state(const struct irq_info *irq);

#endif /* MINTCTL_MODEL_H */
