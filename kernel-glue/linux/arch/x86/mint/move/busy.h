/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a PCI function is in use: busy.c asks, busynet.c knows of network
 * interfaces, busytty.c of terminals and input.
 */
#ifndef MINT_BUSY_H
#define MINT_BUSY_H

#include <linux/types.h>

struct device;

/**
 * struct mint_question - is a function in use?
 * @dev:	the function
 * @text:	gets the answer, of @size bytes
 */
struct mint_question {
	struct device *dev;
	char *text;
	size_t size;
};

/* Whether @dev is @ancestor, or hangs below it. */
bool mint_is_below(const struct device *dev, const struct device *ancestor);

/* 0, or -EBUSY with a text.  Process context. */
int mint_ask_interfaces(const struct mint_question *q);
int mint_ask_terminals(const struct mint_question *q);
int mint_ask_input(const struct mint_question *q);

#endif /* MINT_BUSY_H */
