/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a word of a command line would have a further OS do.  Portable; early boot and
 * tests on a host use it, too.
 */
#ifndef MINT_PARAMS_H
#define MINT_PARAMS_H

#include "neutral/portable.h"

/**
 * struct mint_param_why - why a kernel parameter is refused
 * @text:	in a few words, if @legacy is -1
 * @legacy:	MINT_LEGACY_* that it reaches for
 */
struct mint_param_why {
	const char *text;
	int legacy;
};

/*
 * Whether the word @word of @len bytes of a command line would have a further OS
 * with the legacy devices @legacy (bits) touch what is not its own.
 */
bool mint_param_refused(const char *word, size_t len, u32 legacy,
			struct mint_param_why *why);
/*
 * The first word of @line at or after *@pos: its length, or 0 at the end; *@pos is
 * where it begins.  Words end at white space, also inside quotes.
 */
size_t mint_param_next(const char *line, size_t *pos);

#endif /* MINT_PARAMS_H */
