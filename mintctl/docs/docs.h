/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of documents that are made of the commands and their options.
 */
#ifndef MINTCTL_DOCS_H
#define MINTCTL_DOCS_H

#include <stdio.h>

struct mintctl_cmd;

/* Parts of the manual page of @cmd. */
void docs_man_synopsis(const struct mintctl_cmd *cmd, FILE *out);
void docs_man_options(const struct mintctl_cmd *cmd, FILE *out);
/* A list of all commands with their pages. */
void docs_man_commands(FILE *out);
/* Functions for completion: the words of the command line, by command. */
void docs_bash(FILE *out);
/* How each command is used, for a page in Markdown. */
void docs_usage(FILE *out);

#endif /* MINTCTL_DOCS_H */
