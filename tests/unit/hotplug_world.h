/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Three OSes, one PCI function, and orders about it, for tests of the hand-over.
 * The function is nothing but who touches it, and whose driver has it.
 */
#ifndef HOTPLUG_WORLD_H
#define HOTPLUG_WORLD_H

#include <stdbool.h>

#include "../../hotplug/handover.h"

#define OSES		3
#define ORDERS		2
#define TIMEOUT_MS	2000	/* of an order */

struct os {
	enum mint_hp_life life;
	bool stalled;	/* does nothing any more, but nobody knows */
	bool touches;	/* may access the function */
	bool bound;	/* a driver has it */
};

struct world {
	struct mint_hp_entry e;
	u64 clock_ms;	/* stands still, unless the test says otherwise */
	unsigned int budget;	/* mishaps still to come */
	struct os os[OSES + 1];
	struct mint_hp_side side[OSES + 1];
	struct mint_hp_order order[ORDERS];
	unsigned int nr_orders;
};

/* What goes wrong in the step that is being taken. */
enum mishap { NONE, STEP_FAILS, NO_DRIVER, TABLE_LOCKED };

/* Who takes a step, and how it goes. */
struct actor {
	struct world *w;
	u32 os;
	enum mishap mishap;
	bool hit;	/* the mishap came to pass */
};

/* What is being tested, for the message. */
extern const char *scenario;

/* The ops table; its env is a struct actor. */
extern const struct mint_hp_ops world_ops;

/* At rest with @owner; @budget mishaps are to come. */
struct world begin(u32 owner, unsigned int budget);
void add_order(struct world *w, u32 os, u32 to, u32 options);

/* Says what the world is like, and fails the test. */
void fail_world(const struct world *w, const char *what);
#define REQUIRE(w, cond)	do { if (!(cond)) fail_world(w, #cond); } while (0)

/* The function is on its way, and the time for that is over. */
bool is_late(const struct world *w);
/* How long ago an order was placed. */
u64 order_age_ms(const struct world *w, const struct mint_hp_order *o);
/* How long it may take at most until who ordered is told, with all that happened. */
u64 order_limit_ms(const struct world *w);
/* What must be true in every state. */
void check_state(const struct world *w);
/* It runs, and is not stalled. */
bool acts(const struct world *w, u32 os);
bool may_run(const struct os *os);

#endif /* HOTPLUG_WORLD_H */
