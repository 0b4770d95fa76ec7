// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages on standard error: what is printable of them, behind the name of the program.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/msg.h"

/* "FILE:LINE: ", or empty. */
static char where[512];

void msg_at(const char *file, unsigned int line)
{
	where[0] = '\0';
	if (file)
		snprintf(where, sizeof(where), "%s:%u: ", file, line);
}

static bool quiet;

void msg_quiet(bool on)
{
	quiet = on;
}

/* In one piece, since others write to stderr too. */
static void print(const char *object, const char *format, va_list ap)
{
	char text[1024];

	if (quiet)
		return;
	vsnprintf(text, sizeof(text), format, ap);
	fprintf(stderr, "mintctl: %s%s%s%s\n", where, object ? object : "",
		object ? ": " : "", text);
}

int msg_fail(const char *object, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print(object, format, ap);
	va_end(ap);
	return MINTCTL_FAILED;
}

void msg_warn(const char *object, const char *format, ...)
{
	char with[512];
	va_list ap;

	snprintf(with, sizeof(with), "warning: %s", format);
	va_start(ap, format);
	print(object, with, ap);
	va_end(ap);
}

int msg_usage(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print(NULL, format, ap);
	va_end(ap);
	return MINTCTL_USAGE;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Whether @text has @object in it as a word. */
static bool names(const char *text, const char *object)
{
	size_t len = strlen(object);
	const char *p = text;

	while (len && (p = strstr(p, object))) {
		if ((p == text || !is_word_char(p[-1])) && !is_word_char(p[len]))
			return true;
		p++;
	}
	return false;
}

int msg_fail_text(const char *object, const char *text)
{
	if (object && names(text, object))
		object = NULL;
	return msg_fail(object, "%s", text);
}
