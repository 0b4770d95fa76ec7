// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments made blank before libconfuse reads a file: it counts lines that have some more
 * than once, and then names wrong ones (libconfuse 3.3).  Braces are counted, as it takes the
 * end of the file for that of a section.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "partition/comments.h"

#define MAX_TEXT	(1 << 20)

/* Where the scanner is: between words, in a string (by its quote), in a comment. */
enum {
	BETWEEN = 0,
	DOUBLE = '"',
	SINGLE = '\'',
	LINE = '#',
	BLOCK = '*',
};

static int state_at(const char *s, size_t left)
{
	if (*s == '"' || *s == '\'' || *s == '#')
		return *s;
	if (*s != '/' || left < 2)
		return BETWEEN;
	if (s[1] == '/')
		return LINE;
	return s[1] == '*' ? BLOCK : BETWEEN;
}

/* Blanks @n characters, but no end of a line; returns how many. */
static size_t blank(char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] != '\n')
			s[i] = ' ';
	return n;
}

/* In a string or a comment: how many characters belong together; *@state: what follows. */
static size_t go_on(char *s, size_t left, int *state)
{
	int in = *state;

	if (in == BLOCK && left > 1 && s[0] == '*' && s[1] == '/') {
		*state = BETWEEN;
		return blank(s, 2);
	}
	if (in == LINE && *s == '\n')
		*state = BETWEEN;
	if (in == LINE || in == BLOCK)
		return blank(s, 1);
	if (*s == '\\' && left > 1)
		return 2;
	if (*s == in)
		*state = BETWEEN;
	return 1;
}

int part_blank_comments(char *text, size_t len)
{
	int state = BETWEEN, open = 0;
	size_t i = 0;

	while (i < len) {
		if (state != BETWEEN) {
			i += go_on(text + i, len - i, &state);
			continue;
		}
		open += (text[i] == '{') - (text[i] == '}');
		state = state_at(text + i, len - i);
		if (state == BLOCK)
			i += blank(text + i, 2);
		else if (state == LINE)
			i += blank(text + i, 1);
		else
			i++;
	}
	return open;
}

char *part_read_text(const char *file, size_t *len, int *open)
{
	/* Also where there is no such node. */
	FILE *in = strcmp(file, PART_STDIN) ? fopen(file, "re") : stdin;
	char *text = in ? malloc(MAX_TEXT) : NULL;
	bool good = text;

	if (text) {
		*len = fread(text, 1, MAX_TEXT, in);
		good = !ferror(in);
		if (good && *len == MAX_TEXT) {
			errno = EFBIG;
			good = false;
		}
	}
	if (in && in != stdin)
		fclose(in);
	if (!good) {
		free(text);
		return NULL;
	}
	*open = part_blank_comments(text, *len);
	return text;
}
