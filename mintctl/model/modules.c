// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks for modules that would take a device, in the lists of those of a kernel.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/modules.h"

/* The names found so far, each with a blank before and after it. */
struct found {
	const char *modalias;
	char *buf;
	size_t size;
	int nr;
};

const char *format_modalias(const struct dev_info *dev, char *buf, size_t size)
{
	uint32_t class = dev->class_rev >> 8;

	snprintf(buf, size, "pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X",
		 dev->vendor, dev->device, dev->sub_vendor, dev->sub_device,
		 class >> 16 & 0xff, class >> 8 & 0xff, class & 0xff);
	return buf;
}

/* Modules have several patterns that match, often. */
static void add(struct found *f, const char *name, size_t len)
{
	size_t used = strlen(f->buf);
	const char *p = f->buf;

	while ((p = strstr(p, " ")) && *++p) {
		if (!strncmp(p, name, len) && (p[len] == ' ' || !p[len]))
			return;
	}
	if (used + len + 2 > f->size)
		return;
	snprintf(f->buf + used, f->size - used, " %.*s", (int)len, name);
	f->nr++;
}

/* "alias PATTERN NAME" */
static void take_alias(struct found *f, char *line)
{
	char *pattern, *name;

	if (strncmp(line, "alias pci:", 10))
		return;
	pattern = line + 6;
	name = strchr(pattern, ' ');
	if (!name)
		return;
	*name++ = '\0';
	if (!fnmatch(pattern, f->modalias, 0))
		add(f, name, strcspn(name, "\n"));
}

/* "NAME.alias=PATTERN", ended by NUL */
static void take_builtin(struct found *f, char *line)
{
	char *alias = strstr(line, ".alias=pci:");

	if (alias && !fnmatch(alias + 7, f->modalias, 0))
		add(f, line, alias - line);
}

static int read_list(struct found *f, const char *dir, const char *file,
		     int separator, void (*take)(struct found *f, char *line))
{
	char path[4096], *line = NULL;
	size_t size = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	in = fopen(path, "r");
	if (!in)
		return -errno;
	while (getdelim(&line, &size, separator, in) >= 0)
		take(f, line);
	free(line);
	fclose(in);
	return 0;
}

int modules_for(const struct dev_info *dev, const char *dir, char *buf, size_t size)
{
	char modalias[80];
	struct found f = { .buf = buf, .size = size };
	int loadable, builtin;

	f.modalias = format_modalias(dev, modalias, sizeof(modalias));
	*buf = '\0';
	loadable = read_list(&f, dir, "modules.alias", '\n', take_alias);
	builtin = read_list(&f, dir, "modules.builtin.modinfo", '\0', take_builtin);
	if (*buf)
		memmove(buf, buf + 1, strlen(buf));
	return loadable && builtin ? loadable : f.nr;
}
