/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rule by which one of the OSes is the last one out; see lastout.c.  The same code
 * runs in a test on the host, which tries all orders.  No Linux, no libc.
 *
 * Before: the OS has published that it has ended, with a full barrier after that.
 */
#ifndef MINT_LASTOUT_H
#define MINT_LASTOUT_H

#include "hotplug/platform.h"

/* How an OS looks from outside. */
enum mint_end_life {
	MINT_END_IS_OUT,	/* does not run, or has ended, or is proved stopped */
	MINT_END_IS_SILENT,	/* says that it runs, and gives no sign of life */
	MINT_END_RUNS,
};

/**
 * struct mint_end_world - what the rule needs of the table
 * @starts:	how many OSes have been started; counted after their state is set,
 *		and a load that later loads do not overtake
 * @life:	of OS @os, 1..@nr_oses
 * @claim:	compare-and-swap of the word that says whose the machine is; returns
 *		what it was
 * @parked:	OS @os can do nothing any more
 * @nr_oses:	highest OS id
 */
struct mint_end_world {
	u32 (*starts)(void);
	enum mint_end_life (*life)(u32 os);
	u32 (*claim)(u32 old, u32 new_word);
	bool (*parked)(u32 os);
	u32 nr_oses;
};

/* A look that starts disturb so often has seen an OS that starts others. */
#define MINT_END_MAX_LOOKS	16u

static inline enum mint_end_life
mint_end_look_once(const struct mint_end_world *w, u32 self)
{
	enum mint_end_life life, most = MINT_END_IS_OUT;
	u32 os;

	for (os = 1; os <= w->nr_oses; os++) {
		life = os == self ? MINT_END_IS_OUT : w->life(os);
		if (life == MINT_END_RUNS)
			return life;
		if (life == MINT_END_IS_SILENT)
			most = life;
	}
	return most;
}

/*
 * An OS that was looked at already may have been started since, by one that has
 * ended since: then the starts were counted before that one ended.
 */
static inline enum mint_end_life
mint_end_look(const struct mint_end_world *w, u32 self)
{
	enum mint_end_life life;
	u32 looks, starts;

	for (looks = 0; looks < MINT_END_MAX_LOOKS; looks++) {
		starts = w->starts();
		life = mint_end_look_once(w, self);
		if (life == MINT_END_RUNS || w->starts() == starts)
			return life;
	}
	return MINT_END_RUNS;
}

#define MINT_END_WORD(os, generation)	((generation) << 8 | (os))
#define MINT_END_WORD_OS(word)		((word) & 0xffu)

/* Of several that found nobody, one.  Who claimed and parked all the same did nothing. */
static inline bool mint_end_claim(const struct mint_end_world *w, u32 me)
{
	u32 seen = w->claim(0, me), os = MINT_END_WORD_OS(seen);

	if (!seen || seen == me)
		return true;
	if (os && os <= w->nr_oses && !w->parked(os))
		return false;
	return w->claim(seen, me) == seen;
}

#endif /* MINT_LASTOUT_H */
