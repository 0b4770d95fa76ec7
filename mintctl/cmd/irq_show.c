// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq show: of a line, of a PCI function, of the doorbells
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/parse.h"
#include "net/fetch.h"
#include "show/view.h"

/* Whose routes are shown. */
struct wanted {
	enum { OF_LINE, OF_FUNCTION, OF_DOORBELLS } kind;
	uint32_t number;	/* the GSI, the sbdf */
};

static const struct mintctl_option show_options[] = {
	CMD_OPTION_JSON(
	  "Print JSON: a list\n"
	  ".Li irqs\n"
	  "of the routes that are meant, with the columns of\n"
	  ".Xr mintctl-irq-list 8 .\n"),
	CMD_OPTION_END
};

static int parse_wanted(const char *word, struct wanted *w)
{
	w->number = 0;
	if (!strcmp(word, "doorbell")) {
		w->kind = OF_DOORBELLS;
		return MINTCTL_OK;
	}
	w->kind = strchr(word, ':') ? OF_FUNCTION : OF_LINE;
	return w->kind == OF_FUNCTION ? parse_bdf(word, &w->number) :
					parse_gsi(word, &w->number);
}

static int show_table(const struct model *m)
{
	const struct table_options o = { .json = true };

	return irq_view_table(m, &o, stdout);
}

static int show_line(struct model *m, uint32_t gsi, bool json)
{
	char object[16];

	snprintf(object, sizeof(object), "GSI %u", gsi);
	model_keep_gsi(m, gsi);
	if (!m->nr_irqs)
		return msg_fail(object, "no OS uses it; see 'mintctl irq list'");
	return json ? show_table(m) : irq_view_text(m, stdout);
}

/* Its owner has its line: there is no message of it, so that is how it interrupts. */
static bool has_line(const struct model *m, const struct dev_info *dev)
{
	unsigned int i;

	for (i = 0; i < m->nr_irqs; i++) {
		if (dev->gsi != ~0U && m->irqs[i].gsi == dev->gsi &&
		    m->irqs[i].os == dev->owner)
			return true;
	}
	return false;
}

static int show_function(struct model *m, uint32_t sbdf, bool json)
{
	const struct dev_info *dev = model_find_dev(m, sbdf);
	bool messages = model_has_messages(m, sbdf);
	char bdf[BDF_LEN];

	format_bdf(sbdf, bdf);
	if (!dev || dev->state == MINT_DEV_GONE)
		return msg_fail(bdf, "no such PCI function; see 'mintctl dev list'");
	if (!messages && !has_line(m, dev))
		return msg_fail(bdf, "no interrupt of it is in use; see 'mintctl irq list'");
	if (messages)
		model_keep_messages(m, sbdf);
	else
		model_keep_gsi(m, dev->gsi);
	return json ? show_table(m) : irq_view_function(m, dev, stdout);
}

static int show_doorbells(struct model *m, bool json)
{
	model_keep_doorbells(m);
	if (!m->nr_irqs)
		return msg_fail("doorbell", "no OS has one; see 'mintctl irq list'");
	return json ? show_table(m) : irq_view_doorbells(m, stdout);
}

static int show(struct model *m, const struct wanted *w, bool json)
{
	switch (w->kind) {
	case OF_DOORBELLS:
		return show_doorbells(m, json);
	case OF_FUNCTION:
		return show_function(m, w->number, json);
	default:
		return show_line(m, w->number, json);
	}
}

static int irq_show(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct model m = { .nr_oses = 0 };
	struct wanted w;
	bool json;
	int ret = cmd_json_option(cmd, argc, argv, &json);

	if (ret != CMD_GO_ON)
		return ret;
	ret = cmd_positional(cmd, argc, argv, 1, "a GSI, the address of a device, or 'doorbell'");
	if (!ret)
		ret = parse_wanted(argv[optind], &w);
	if (ret)
		return ret;
	ret = fetch_once(FETCH_OSES | FETCH_DEVS | FETCH_IRQS | FETCH_MACHINE, &m);
	ret = ret ? MINTCTL_FAILED : show(&m, &w, json);
	model_release(&m);
	return ret;
}

const struct mintctl_cmd cmd_irq_show = {
	.object = "irq",
	.verb = "show",
	.summary = "Show all that is known about a line, the messages of a function, or the doorbells",
	.operands = "{GSI | BDF | doorbell}",
	.synopsis = ".Ar gsi | bdf | Cm doorbell\n",
	.completes = "@gsis @devices doorbell",
	.options = show_options,
	.run = irq_show,
};
