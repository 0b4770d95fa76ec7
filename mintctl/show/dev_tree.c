// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions as they hang on the bridges: with lines for people, and as JSON, where
 * what is below a bridge is in it.
 */
#include <stdio.h>

#include "lib/parse.h"
#include "show/format.h"
#include "show/json.h"
#include "show/view.h"

/* More bridges than this one below another are not followed. */
#define MAX_DEPTH	32

static const struct dev_info *next_below(const struct model *m, uint32_t bridge,
					 const struct dev_info *after)
{
	const struct dev_info *dev = after ? after + 1 : m->devs;

	for (; dev < m->devs + m->nr_devs; dev++) {
		if (dev->bridge == bridge && dev->state != MINT_DEV_GONE)
			return dev;
	}
	return NULL;
}

/* The table may say anything: no circle shall hold us. */
static bool has_below(const struct dev_info *dev, unsigned int depth)
{
	return dev->flags & MINT_DEVF_BRIDGE && depth < MAX_DEPTH;
}

/* ---- text ----------------------------------------------------------------------- */

static void print_node(const struct model *m, const struct dev_info *dev, FILE *out)
{
	char bdf[BDF_LEN], owner[MINT_NAME_LEN], name[256];

	fprintf(out, "%s  [%s%s%s]", format_bdf(dev->sbdf, bdf), dev->owner ?
		model_os_name(m, dev->owner, owner) : "nobody",
		dev->driver[0] ? " " : "", dev->driver);
	if (dev->gsi != ~0U)
		fprintf(out, " GSI %u", dev->gsi);
	fprintf(out, "  %s\n", format_device(dev, name, sizeof(name)));
}

/* @prefix: what stands before each line below @bridge. */
static void print_below(const struct model *m, uint32_t bridge, const char *prefix,
			unsigned int depth, FILE *out)
{
	const struct dev_info *dev = next_below(m, bridge, NULL), *next;
	char deeper[128];

	for (; dev; dev = next) {
		next = next_below(m, bridge, dev);
		fprintf(out, "%s%s-", prefix, next ? "|" : "`");
		print_node(m, dev, out);
		if (!has_below(dev, depth))
			continue;
		snprintf(deeper, sizeof(deeper), "%s%s ", prefix, next ? "|" : " ");
		print_below(m, dev->sbdf, deeper, depth + 1, out);
	}
}

void tree_view_text(const struct model *m, FILE *out)
{
	print_below(m, ~0U, "", 0, out);
}

/* ---- JSON ----------------------------------------------------------------------- */

static void string_or_null(struct json_doc *doc, struct json_object *to, const char *key,
			   const char *value)
{
	if (value && *value)
		json_doc_string(doc, to, key, value);
	else
		json_doc_null(doc, to, key);
}

static void put_node(struct json_doc *doc, struct json_object *to, const struct model *m,
		     const struct dev_info *dev)
{
	char bdf[BDF_LEN], owner[MINT_NAME_LEN], name[256];

	json_doc_string(doc, to, "bdf", format_bdf(dev->sbdf, bdf));
	string_or_null(doc, to, "owner", dev->owner ?
		       model_os_name(m, dev->owner, owner) : NULL);
	string_or_null(doc, to, "driver", dev->driver);
	if (dev->gsi == ~0U)
		json_doc_null(doc, to, "gsi");
	else
		json_doc_number(doc, to, "gsi", dev->gsi);
	json_doc_string(doc, to, "name", format_device(dev, name, sizeof(name)));
}

static void put_below(struct json_doc *doc, struct json_object *list,
		      const struct model *m, uint32_t bridge, unsigned int depth)
{
	const struct dev_info *dev = next_below(m, bridge, NULL);
	struct json_object *node, *below;

	for (; dev; dev = next_below(m, bridge, dev)) {
		node = json_doc_object(doc, list, NULL);
		put_node(doc, node, m, dev);
		below = json_doc_list(doc, node, "below");
		if (has_below(dev, depth))
			put_below(doc, below, m, dev->sbdf, depth + 1);
	}
}

int tree_view_json(const struct model *m, FILE *out)
{
	struct json_doc doc;

	json_doc_begin(&doc);
	put_below(&doc, json_doc_list(&doc, doc.top, "tree"), m, ~0U, 0);
	return json_doc_print(&doc, JSON_INDENTED, out);
}
