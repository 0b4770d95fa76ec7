/* SPDX-License-Identifier: GPL-2.0-only */
/* A file without its comments. */
#ifndef MINTCTL_COMMENTS_H
#define MINTCTL_COMMENTS_H

#include <stddef.h>

/*
 * Puts blanks in place of comments, and leaves the lines as they are.  How many braces are
 * open at the end.
 */
int part_blank_comments(char *text, size_t len);
/* What is read there is standard input. */
#define PART_STDIN	"/dev/stdin"
/* The text of a file treated so, to be freed; NULL with errno. */
char *part_read_text(const char *file, size_t *len, int *open);

#endif /* MINTCTL_COMMENTS_H */
