/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal of a live view: keys, size, drawing.  Without a terminal it is only
 * a clock.
 */
#ifndef MINTCTL_TERM_H
#define MINTCTL_TERM_H

#include <stdbool.h>
#include <stdint.h>

struct term;

/* What term_wait() returns beside the character of a key. */
enum {
	TERM_TIME = 0,		/* the deadline is there */
	TERM_RESIZED = -1,
	TERM_END = -2,		/* somebody wants us to end */
};

/*
 * @live: take keys, if stdin and stdout are a terminal that can be drawn on.
 * NULL without memory.
 */
struct term *term_open(bool live);
/* The terminal as it was. */
void term_close(struct term *t);
/* Whether there are keys, and something to draw on. */
bool term_is_live(const struct term *t);
/* Waits for a key, at most until @deadline_ms of mint_now_ms(). */
int term_wait(struct term *t, int64_t deadline_ms);
/* The beginning of @text, as much as there is room for, in place of what is there. */
void term_draw(const struct term *t, const char *text);

#endif /* MINTCTL_TERM_H */
