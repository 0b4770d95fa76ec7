// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a partition file, by libconfuse.
 *
 * libconfuse calls back for each value, where its line is known, and ends at the first
 * mistake.  To name all of them, nothing that we find wrong is told to it, and a setting
 * that it does not know is made known as an "unknown" one, and the file is read again.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "partition/comments.h"
#include "partition/partition.h"

#define MAX_UNKNOWN	32
#define MAX_CMDLINE	(MINT_CMDLINE_SIZE - 1)

/* A setting that there is none of, and in what it stands. */
struct unknown {
	char section[8];
	char name[64];
};

/* libconfuse's callbacks have no argument. */
static struct reader {
	struct partition *p;
	int mistakes;
	struct unknown unknown[MAX_UNKNOWN];
	unsigned int nr_unknown;
	bool found_unknown;		/* read again */
	/* The section that is being read; one of these, or none. */
	const cfg_t *section;
	struct part_os *os;
	struct part_image *image;
	/* The list that is being read: how many of its values are taken. */
	const cfg_opt_t *list;
	unsigned int taken;
	/* Lines of what stands outside of all sections. */
	unsigned int start_at, nobody_at;
} r;

/* ---- mistakes ---------------------------------------------------------------------- */

static void at_line(unsigned int line)
{
	msg_at(r.p->file, line);
}

/* What was refused by a parser, which says why. */
static void count(int ret)
{
	r.mistakes += !!ret;
}

#define NO_SUCH		"no such option '"
#define NO_EQUAL	"missing equal sign after option '"

/* " of an os"; empty for what stands outside of all sections. */
static const char *of_section(const char *section)
{
	return !strcmp(section, "os") ? " of an os" :
	       !strcmp(section, "image") ? " of an image" : "";
}

/* False: it is too long, or one too many. */
static bool add_unknown(const char *section, const char *name)
{
	struct unknown *u = &r.unknown[r.nr_unknown];
	const char *end = strchr(name, '\'');

	if (!end || end - name >= (int)sizeof(u->name) || r.nr_unknown == MAX_UNKNOWN)
		return false;
	snprintf(u->section, sizeof(u->section), "%s", section);
	snprintf(u->name, sizeof(u->name), "%.*s", (int)(end - name), name);
	r.nr_unknown++;
	r.found_unknown = true;
	return true;
}

/* Whose name stands in @text, what libconfuse says, behind @begin; NULL: of no unknown one. */
static const struct unknown *find_unknown(const char *section, const char *text,
					  const char *begin)
{
	const char *name = text + strlen(begin);
	unsigned int i;

	if (strncmp(text, begin, strlen(begin)))
		return NULL;
	for (i = 0; i < r.nr_unknown; i++) {
		const struct unknown *u = &r.unknown[i];
		size_t len = strlen(u->name);

		if (!strcmp(u->section, section) && !strncmp(u->name, name, len) &&
		    name[len] == '\'')
			return u;
	}
	return NULL;
}

static void on_error(cfg_t *cfg, const char *format, va_list ap)
{
	const struct unknown *u;
	char text[256];

	vsnprintf(text, sizeof(text), format, ap);
	if (!strncmp(text, NO_SUCH, strlen(NO_SUCH)) &&
	    add_unknown(cfg->name, text + strlen(NO_SUCH)))
		return;
	at_line(cfg->line);
	/* It was made known as a setting, but has no value: it is meant as a section. */
	u = find_unknown(cfg->name, text, NO_EQUAL);
	if (u)
		count(msg_fail(u->name, "there is no such section or setting%s; see partition.conf(5); the file is not read further",
			       of_section(u->section)));
	else
		count(msg_fail(NULL, "%s; the file is not read further", text));
	r.p->cut_off = true;
}

/* ---- sections ----------------------------------------------------------------------- */

static void begin_os(const char *title)
{
	static struct part_os too_many;
	struct partition *p = r.p;
	struct part_os *former = partition_find_os(p, title);

	memset(&too_many, 0, sizeof(too_many));
	r.os = &too_many;
	count(parse_os_name(title));
	if (former)
		count(msg_fail(title, "is described twice, also in line %u",
			       former->line));
	else if (p->nr_oses == MINT_MAX_OSES)
		count(msg_fail(title, "more than %u OSes", MINT_MAX_OSES));
	else
		r.os = &p->oses[p->nr_oses++];
	snprintf(r.os->name, sizeof(r.os->name), "%s", title);
}

static void begin_image(const char *title)
{
	static struct part_image too_many;
	struct partition *p = r.p;
	struct part_image *former = partition_find_image(p, title);

	memset(&too_many, 0, sizeof(too_many));
	r.image = &too_many;
	count(parse_image_name(title));
	if (former)
		count(msg_fail(title, "image is described twice, also in line %u",
			       former->line));
	else if (p->nr_images == MINT_MAX_IMAGES)
		count(msg_fail(title, "more than %u images", MINT_MAX_IMAGES));
	else
		r.image = &p->images[p->nr_images++];
	snprintf(r.image->name, sizeof(r.image->name), "%s", title);
}

/* At its first value, or at its end. */
static void begin_section(const cfg_t *section)
{
	if (r.section == section)
		return;
	r.section = section;
	if (!strcmp(cfg_name((cfg_t *)section), "os"))
		begin_os(cfg_title((cfg_t *)section));
	else
		begin_image(cfg_title((cfg_t *)section));
}

/* The one that ends there: not the last, if its title is that of a former one. */
static cfg_t *ended_section(const cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int i = cfg_opt_size(opt) - 1;

	while (i && cfg_opt_getnsec(opt, i)->line != cfg->line)
		i--;
	return cfg_opt_getnsec(opt, i);
}

static int end_section(cfg_t *cfg, cfg_opt_t *opt)
{
	at_line(cfg->line);
	if (!r.section)
		begin_section(ended_section(cfg, opt));
	if (r.os)
		r.os->line = cfg->line;
	if (r.image)
		r.image->line = cfg->line;
	r.section = NULL;
	r.os = NULL;
	r.image = NULL;
	return 0;
}

/* ---- values -------------------------------------------------------------------------- */

static void take_string(char **to, const char *word)
{
	free(*to);
	*to = strdup(word);
}

/* As that of the command, or a part of it in each value. */
static int take_cores(struct part_os *os, const char *word)
{
	uint64_t cores, shared, both;
	uint32_t share;
	int ret = parse_seats(word, &cores, &shared, &share);

	if (ret)
		return ret;
	both = (os->cores | os->shared) & (cores | shared);
	if (both)
		return msg_fail("cores", "core %d is named twice", __builtin_ctzll(both));
	if (shared && os->shared && share != os->share)
		return msg_fail("cores", "%s: an OS has the same share of all cores that it shares, and of others it has %u%%",
				word, os->share);
	os->cores |= cores;
	os->shared |= shared;
	if (shared)
		os->share = share;
	return MINTCTL_OK;
}

static int take_legacy(uint32_t *legacy, const char *word)
{
	uint32_t more = 0;
	int ret = parse_legacy(word, &more);

	if (!ret && *legacy & more)
		ret = msg_fail("legacy", "%s is named twice", word);
	*legacy |= more;
	return ret;
}

static int take_dev(struct part_dev *devs, unsigned int *nr, unsigned int max,
		    const char *word, unsigned int line)
{
	struct part_dev dev = { .line = line };
	int ret = part_parse_dev(word, &dev);

	if (ret)
		return ret;
	if (*nr == max)
		return msg_fail(word, "more than %u devices", max);
	devs[(*nr)++] = dev;
	return MINTCTL_OK;
}

static int take_policy(struct part_os *os, const char *word, unsigned int line)
{
	struct part_policy policy = { .line = line };
	int ret = part_parse_policy(word, &policy);

	if (ret)
		return ret;
	if (os->nr_hotplug == MINT_MAX_POLICIES)
		return msg_fail(word, "more than %u places", MINT_MAX_POLICIES);
	os->hotplug[os->nr_hotplug++] = policy;
	return MINTCTL_OK;
}

static int take_cmdline(char **to, const char *word)
{
	take_string(to, word);
	if (strlen(word) > MAX_CMDLINE)
		return msg_fail("cmdline", "too long: %zu bytes, at most %u are possible",
				strlen(word), MAX_CMDLINE);
	return MINTCTL_OK;
}

/* Absolute, as whoever loads it later may stand elsewhere. */
static int take_path(char **to, const char *word)
{
	take_string(to, word);
	return *word == '/' ? MINTCTL_OK :
	       msg_fail(*word ? word : "''", "not an absolute path; write it from / on");
}

static int take_files(struct part_files *f, enum part_setting setting, const char *word)
{
	switch (setting) {
	case PART_KERNEL:
		return take_path(&f->kernel, word);
	case PART_INITRD:
		return take_path(&f->initrd, word);
	default:
		return take_cmdline(&f->cmdline, word);
	}
}

static int take_image_name(struct part_os *os, const char *word)
{
	int ret = parse_image_name(word);

	if (!ret)
		snprintf(os->image, sizeof(os->image), "%s", word);
	return ret;
}

/* As that of the command, with ":one-piece" behind it or not. */
static int take_memory(struct part_os *os, const char *word)
{
	const char *more = strchr(word, ':');
	char amount[64];
	int ret;

	os->one_piece = more;
	if (more && strcmp(more, PART_ONE_PIECE))
		return msg_fail("memory", "%s: there is only " PART_ONE_PIECE, word);
	snprintf(amount, sizeof(amount), "%.*s", more ? (int)(more - word) : (int)strlen(word),
		 word);
	ret = parse_memory(amount, &os->size, &os->base);
	if (!ret && os->size % (2 << 20))
		ret = msg_fail("memory", "%s is not a multiple of 2M", word);
	return ret;
}

static int take_os(struct part_os *os, enum part_setting setting, const char *word,
		   unsigned int line)
{
	switch (setting) {
	case PART_CORES:
		return take_cores(os, word);
	case PART_SLICE:
		return parse_slice(word, &os->slice_us);
	case PART_MEMORY:
		return take_memory(os, word);
	case PART_DEVICES:
		return take_dev(os->devs, &os->nr_devs, PART_MAX_DEVS, word, line);
	case PART_LEGACY:
		return take_legacy(&os->legacy, word);
	case PART_IMAGE:
		return take_image_name(os, word);
	case PART_ON_REBOOT:
		return part_parse_then(word, &os->on[MINT_AT_REBOOT]);
	case PART_ON_CRASH:
		return part_parse_then(word, &os->on[MINT_AT_CRASH]);
	case PART_ON_POWEROFF:
		return part_parse_then(word, &os->on[MINT_AT_POWEROFF]);
	case PART_HOTPLUG:
		return take_policy(os, word, line);
	case PART_WAIT:
		return parse_seconds(word, &os->wait_s);
	default:
		return take_files(&os->files, setting, word);
	}
}

/* ---- what libconfuse calls ------------------------------------------------------------ */

static enum part_setting find_setting(const char *name)
{
	enum part_setting s;

	for (s = 0; s < PART_NR_SETTINGS; s++)
		if (!strcmp(part_setting_name(s), name))
			break;
	return s;
}

/*
 * Called for each value of a list, and once more at its closing brace: the new value, or
 * NULL.  A list that is given again begins anew, and does not have what was marked.
 */
static const char *next_of_list(cfg_opt_t *opt)
{
	unsigned int size = cfg_opt_size(opt);

	if (r.list != opt || size < r.taken ||
	    (r.taken && *cfg_opt_getnstr(opt, r.taken - 1)))
		r.taken = 0;
	r.list = opt;
	if (size <= r.taken)
		return NULL;
	return cfg_opt_getnstr(opt, r.taken++);
}

/* Behind the last use of what next_of_list() returned. */
static void mark_taken(cfg_opt_t *opt)
{
	*cfg_opt_getnstr(opt, r.taken - 1) = '\0';
}

/* Whether the setting has been given before, elsewhere. */
static bool is_again(unsigned int *at, const char *name, bool list, unsigned int line)
{
	unsigned int former = *at;

	if (!former)
		*at = line;
	/* The values of a list may stand in several lines. */
	if (!former || (list && r.taken > 1))
		return false;
	count(msg_fail(name, "is set twice, also in line %u", former));
	return true;
}

static int on_setting(cfg_t *cfg, cfg_opt_t *opt)
{
	enum part_setting setting = find_setting(cfg_opt_name(opt));
	bool list = opt->flags & CFGF_LIST;
	const char *word = list ? next_of_list(opt) : cfg_opt_getstr(opt);
	unsigned int *at;

	at_line(cfg->line);
	begin_section(cfg);
	at = r.os ? r.os->at : r.image->at;
	if (!word)
		return 0;
	if (!is_again(&at[setting], cfg_opt_name(opt), list, cfg->line))
		count(r.os ? take_os(r.os, setting, word, cfg->line) :
			     take_files(&r.image->files, setting, word));
	if (list)
		mark_taken(opt);
	return 0;
}

static int take_start(const char *word, unsigned int line)
{
	struct part_start *start = &r.p->order[r.p->nr_order];
	int ret = parse_os_name(word);

	if (ret)
		return ret;
	if (r.p->nr_order == MINT_MAX_OSES)
		return msg_fail(word, "more than %u OSes", MINT_MAX_OSES);
	snprintf(start->name, sizeof(start->name), "%s", word);
	start->line = line;
	r.p->nr_order++;
	return MINTCTL_OK;
}

static int on_start(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *word = next_of_list(opt);

	at_line(cfg->line);
	if (!word)
		return 0;
	if (!is_again(&r.start_at, "start", true, cfg->line))
		count(take_start(word, cfg->line));
	mark_taken(opt);
	return 0;
}

static int on_nobody(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *word = next_of_list(opt);

	at_line(cfg->line);
	if (!word)
		return 0;
	if (!is_again(&r.nobody_at, "nobody", true, cfg->line))
		count(take_dev(r.p->nobody, &r.p->nr_nobody, PART_MAX_NOBODYS,
			       word, cfg->line));
	mark_taken(opt);
	return 0;
}

static int on_unknown(cfg_t *cfg, cfg_opt_t *opt)
{
	if (!next_of_list(opt))
		return 0;
	at_line(cfg->line);
	if (r.taken == 1)
		count(msg_fail(cfg_opt_name(opt), "there is no such setting%s; see partition.conf(5)",
			       of_section(cfg->name)));
	mark_taken(opt);
	return 0;
}

/* ---- the tables of libconfuse ---------------------------------------------------------- */

#define LAST	PART_NR_SETTINGS

static const enum part_setting os_settings[] = {
	PART_CORES, PART_SLICE, PART_MEMORY, PART_DEVICES, PART_LEGACY, PART_IMAGE,
	PART_KERNEL, PART_INITRD, PART_CMDLINE, PART_ON_REBOOT, PART_ON_CRASH,
	PART_ON_POWEROFF, PART_HOTPLUG, PART_WAIT, LAST
};

static const enum part_setting image_settings[] = {
	PART_KERNEL, PART_INITRD, PART_CMDLINE, LAST
};

static bool is_list(enum part_setting s)
{
	return s == PART_CORES || s == PART_DEVICES || s == PART_LEGACY ||
	       s == PART_HOTPLUG;
}

/* Ours, and those that are unknown there; @opts has room for all. */
static void make_table(cfg_opt_t *opts, const char *section,
		       const enum part_setting *settings)
{
	static const cfg_opt_t list = CFG_STR_LIST("", NULL, CFGF_NODEFAULT);
	static const cfg_opt_t single = CFG_STR("", NULL, CFGF_NODEFAULT);
	static const cfg_opt_t end = CFG_END();
	unsigned int i;

	for (; *settings != LAST; settings++) {
		*opts = is_list(*settings) ? list : single;
		opts->validcb = on_setting;
		opts++->name = part_setting_name(*settings);
	}
	for (i = 0; i < r.nr_unknown; i++) {
		if (strcmp(r.unknown[i].section, section))
			continue;
		*opts = list;
		opts->validcb = on_unknown;
		opts++->name = r.unknown[i].name;
	}
	*opts = end;
}

/* What stands outside of all sections, at the end of a table. */
static void make_top(cfg_opt_t *opts, cfg_opt_t *os, cfg_opt_t *image)
{
	static const enum part_setting none[] = { LAST };
	cfg_opt_t top[] = {
		CFG_SEC("os", os, CFGF_MULTI | CFGF_TITLE),
		CFG_SEC("image", image, CFGF_MULTI | CFGF_TITLE),
		CFG_STR_LIST("start", NULL, CFGF_NODEFAULT),
		CFG_STR_LIST("nobody", NULL, CFGF_NODEFAULT),
	};

	top[0].validcb = top[1].validcb = end_section;
	top[2].validcb = on_start;
	top[3].validcb = on_nobody;
	memcpy(opts, top, sizeof(top));
	make_table(opts + sizeof(top) / sizeof(top[0]), "root", none);
}

#define TABLE_SIZE	(PART_NR_SETTINGS + MAX_UNKNOWN + 1)

static int no_memory(const char *file)
{
	msg_fail(file, "no memory");
	return -1;
}

/* 0, or -1 with a message. */
static int read_once(const char *file, char *text, size_t len)
{
	cfg_opt_t os[TABLE_SIZE], image[TABLE_SIZE], top[TABLE_SIZE];
	FILE *in;
	cfg_t *cfg;

	make_table(os, "os", os_settings);
	make_table(image, "image", image_settings);
	make_top(top, os, image);
	cfg = cfg_init(top, CFGF_NONE);
	if (!cfg)
		return no_memory(file);
	cfg_set_error_function(cfg, on_error);
	/* There is no stream of nothing. */
	in = fmemopen(text, len, "r");
	if (in) {
		cfg_parse_fp(cfg, in);
		fclose(in);
	}
	/* Nobody is called for an empty list. */
	r.p->has_order = cfg_getopt(cfg, "start")->flags & CFGF_MODIFIED;
	cfg_free(cfg);
	msg_at(NULL, 0);
	return 0;
}

/* ---- the file -------------------------------------------------------------------------- */

/* What was last before the end of the file goes further than meant. */
static void say_open(struct partition *p)
{
	unsigned int line = 1, i;

	for (i = 0; i < p->nr_oses; i++)
		line = p->oses[i].line > line ? p->oses[i].line : line;
	for (i = 0; i < p->nr_images; i++)
		line = p->images[i].line > line ? p->images[i].line : line;
	at_line(line);
	count(msg_fail(NULL, "a closing brace is missing before the end of the file"));
	msg_at(NULL, 0);
	p->cut_off = true;
}

static void set_defaults(struct partition *p)
{
	unsigned int i, at;

	for (i = 0; i < p->nr_oses; i++) {
		struct part_os *os = &p->oses[i];

		if (os->shared && !os->slice_us)
			os->slice_us = PART_SLICE_US;
		for (at = 0; at < MINT_NR_ENDS; at++)
			os->on[at] = part_then(os->on[at], at);
	}
}

static void begin(struct partition *p, const char *file)
{
	memset(p, 0, sizeof(*p));
	p->file = file;
	r.p = p;
	r.mistakes = 0;
	r.found_unknown = false;
	r.section = NULL;
	r.os = NULL;
	r.image = NULL;
	r.list = NULL;
	r.start_at = 0;
	r.nobody_at = 0;
}

int partition_read(struct partition *p, const char *file)
{
	size_t len;
	char *text;
	int ret, open;

	memset(&r, 0, sizeof(r));
	begin(p, file);
	text = part_read_text(file, &len, &open);
	if (!text) {
		msg_fail(file, "%s", strerror(errno));
		return -1;
	}
	/* What is unknown is found without a word, and then told with the rest. */
	msg_quiet(true);
	do {
		partition_release(p);
		begin(p, file);
		ret = read_once(file, text, len);
	} while (!ret && r.found_unknown);
	msg_quiet(false);
	partition_release(p);
	begin(p, file);
	ret = read_once(file, text, len);
	free(text);
	if (ret)
		return -1;
	if (open > 0 && !p->cut_off)
		say_open(p);
	set_defaults(p);
	return r.mistakes;
}

static void release_files(struct part_files *f)
{
	free(f->kernel);
	free(f->initrd);
	free(f->cmdline);
}

void partition_release(struct partition *p)
{
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++)
		release_files(&p->oses[i].files);
	for (i = 0; i < p->nr_images; i++)
		release_files(&p->images[i].files);
	p->nr_oses = p->nr_images = 0;
}
