// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "msg.h"

int msg_fail(const char *object, const char *format, ...)
{
	va_list ap;

	fputs("mintctl: ", stderr);
	if (object)
		fprintf(stderr, "%s: ", object);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return MINTCTL_FAILED;
}

int msg_usage(const char *format, ...)
{
	va_list ap;

	fputs("mintctl: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return MINTCTL_USAGE;
}

/* Whether @text begins with the word @object. */
static bool begins_with(const char *text, const char *object)
{
	size_t len = strlen(object);

	return strncmp(text, object, len) == 0 &&
	       !isalnum((unsigned char)text[len]) && text[len] != '_';
}

int msg_fail_text(const char *object, const char *text)
{
	if (object && begins_with(text, object))
		object = NULL;
	return msg_fail(object, "%s", text);
}
