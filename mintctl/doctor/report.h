/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the doctor found, and what he proposes.
 */
#ifndef MINTCTL_REPORT_H
#define MINTCTL_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum severity {
	FINDING_NOTE,		/* good to know before it surprises */
	FINDING_WARNING,	/* a risk, or something that Mint will do without */
	FINDING_ERROR,		/* Mint, or a whole part of it, does not work so */
};

/**
 * struct finding - something that the machine lacks or risks
 * @severity:	how bad it is
 * @check:	what was looked at, one word
 * @object:	what it is about
 * @cause:	what is wrong with it
 * @advice:	what can be done
 * @estimate:	it cannot be read exactly from user space
 */
struct finding {
	enum severity severity;
	const char *check;
	char object[64];
	char cause[400];
	char advice[400];
	bool estimate;
};

#define REPORT_COMMANDS	4

/**
 * struct report - all of it
 * @list, @nr:	findings, in the order in which they were found
 * @mint_pool:	a value for this boot parameter; empty: none is proposed
 * @command:	commands for a first further OS, and comments that begin with #
 * @failed:	there was no memory for something
 */
struct report {
	struct finding *list;
	unsigned int nr;
	char mint_pool[64];
	char command[REPORT_COMMANDS][256];
	unsigned int nr_commands;
	bool failed;
};

/* Never NULL; good until the next one is added. */
struct finding *report_add(struct report *r, enum severity severity,
			   const char *check, const char *object);
void finding_cause(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_advice(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report_command(struct report *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

unsigned int report_count(const struct report *r, enum severity severity);
const char *severity_name(enum severity severity);
void report_free(struct report *r);

/* For people; the worst first. */
void report_text(const struct report *r, FILE *out);
/* MINTCTL_OK, or MINTCTL_FAILED with a message. */
int report_json(const struct report *r, FILE *out);

#endif /* MINTCTL_REPORT_H */
