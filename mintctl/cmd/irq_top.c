// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq top: how often interrupts arrive, again and again
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/clock.h"
#include "lib/parse.h"
#include "lib/term.h"
#include "model/top.h"
#include "show/view.h"
#include "net/fetch.h"

#define DEFAULT_DELAY_S	3

/**
 * struct view - the live view
 * @delay_s:	how long a sample takes
 * @number:	samples to show, 0 = until the user ends it
 * @shown:	samples that were
 * @quit:	the user wants to end
 * @json:	a line for each sample
 */
struct view {
	uint32_t delay_s;
	uint32_t number;
	uint32_t shown;
	bool quit;
	bool json;
	struct mint_nl *nl;
	struct term *term;
	struct top top;
};

static const struct mintctl_option options[] = {
	{ "delay", 'd', OPTION_SHORT, "SECONDS", NULL,
	  "measure for so long each time (3)",
	  "Measure for so long each time: 1 to 86400, normally 3.\n" },
	{ "number", 'n', OPTION_SHORT, "N", NULL,
	  "end after N samples",
	  "End after so many samples.\n" },
	{ "once", '1', OPTION_OR, NULL, NULL,
	  "end after one",
	  NULL },
	CMD_OPTION_JSON(
	  "Print JSON, a document on each line, one for each sample:\n"
	  ".Li time\n"
	  "in seconds since 1970,\n"
	  ".Li measured ,\n"
	  "the milliseconds between the two looks, and the lists\n"
	  ".Li oses\n"
	  "and\n"
	  ".Li irqs\n"
	  "with the columns as keys; a rate that is not known is\n"
	  ".Li null .\n"),
	CMD_WORD("q, space", "on a terminal: end; measure at once"),
	CMD_OPTION_END
};

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct view *v)
{
	int c, ret = MINTCTL_OK;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'd')
			ret = parse_seconds(optarg, &v->delay_s);
		else if (c == 'n')
			ret = parse_times(optarg, &v->number);
		else if (c == '1')
			v->number = 1;
		else if (c == 'j')
			v->json = true;
		else
			return cmd_common_option(cmd, c);
		if (ret)
			return ret;
	}
	ret = cmd_positional(cmd, argc, argv, 0, "");
	return ret ? ret : CMD_GO_ON;
}

/* 0, or it failed with a message. */
static int look(struct view *v)
{
	struct model m = { .nr_oses = 0 };
	int ret = fetch_model(v->nl, FETCH_OSES | FETCH_IRQS, &m);

	if (ret) {
		model_release(&m);
		return ret;
	}
	ret = top_look(&v->top, &m, mint_now_ms());
	if (ret)
		msg_fail(NULL, "out of memory");
	return ret;
}

static void print_title(const struct view *v, FILE *out)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32];

	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%F %T", &tm);
	fprintf(out, "mintctl irq top, %s", text);
	if (v->top.nr_looks > 1)
		fprintf(out, ", measured %.1f s",
			(v->top.now_ms - v->top.before_ms) / 1000.0);
	else
		fprintf(out, ", measuring %u s", v->delay_s);
	fputs(term_is_live(v->term) ? " (space: now, q: end)\n\n" : "\n\n", out);
}

/* In one piece, for a terminal; or just printed. */
static int show(const struct view *v)
{
	char *text = NULL;
	size_t size;
	FILE *out = term_is_live(v->term) ? open_memstream(&text, &size) : stdout;
	int ret;

	if (!out)
		return msg_fail(NULL, "out of memory");
	if (v->json) {
		ret = top_view_json(&v->top, out);
	} else {
		print_title(v, out);
		ret = top_view_text(&v->top, out);
	}
	if (out != stdout) {
		fclose(out);
		term_draw(v->term, text);
		free(text);
	} else if (fflush(stdout)) {
		ret = msg_fail(NULL, "cannot write the output");
	}
	return ret;
}

/* Until it is time for the next sample, or somebody wants it now, or the end. */
static int wait_for_sample(struct view *v)
{
	int64_t deadline_ms = v->top.now_ms + v->delay_s * 1000LL;
	int ret;

	for (;;) {
		switch (term_wait(v->term, deadline_ms)) {
		case TERM_TIME:
		case ' ':
			return MINTCTL_OK;
		case TERM_END:
		case 'q':
		case 'Q':
			v->quit = true;
			return MINTCTL_OK;
		case TERM_RESIZED:
			ret = show(v);
			if (ret)
				return ret;
			break;
		default:
			break;
		}
	}
}

static int show_sample(struct view *v)
{
	if (look(v))
		return MINTCTL_FAILED;
	if (!term_is_live(v->term) && v->shown && !v->json)
		putchar('\n');
	v->shown++;
	return show(v);
}

/* The first look shows no rates; it is for who sits before a terminal. */
static int run(struct view *v)
{
	int ret = look(v) ? MINTCTL_FAILED : MINTCTL_OK;

	if (!ret && term_is_live(v->term))
		ret = show(v);
	while (!ret && (!v->number || v->shown < v->number)) {
		ret = wait_for_sample(v);
		if (v->quit)
			break;
		if (!ret)
			ret = show_sample(v);
	}
	return ret;
}

static int irq_top(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct view v = { .delay_s = DEFAULT_DELAY_S };
	int ret = parse_options(cmd, argc, argv, &v);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&v.nl))
		return MINTCTL_FAILED;
	v.term = term_open(!v.number && !v.json);
	ret = v.term ? run(&v) : msg_fail(NULL, "out of memory");
	term_close(v.term);
	top_release(&v.top);
	mint_nl_close(v.nl);
	return ret;
}

const struct mintctl_cmd cmd_irq_top = {
	.object = "irq",
	.verb = "top",
	.summary = "Show again and again how often interrupts arrive",
	.operands = "",
	.synopsis = "",
	.options = options,
	.run = irq_top,
};
