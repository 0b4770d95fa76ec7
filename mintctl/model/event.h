/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happened to a PCI function: found out by comparing what was known of it with
 * what is known now.  Notifications say how things are, not what changed, so that a
 * lost one costs a detail and no more.
 */
#ifndef MINTCTL_EVENT_H
#define MINTCTL_EVENT_H

#include <stdint.h>

#include "model/model.h"

enum dev_event_kind {
	DEV_ADDED,
	DEV_REMOVED,
	DEV_EJECT,	/* its slot is to be powered off */
	DEV_ORDERED,	/* somebody ordered a move */
	DEV_PHASE,	/* it passed a phase of a move */
	DEV_MOVED,	/* the move is over, it is where it should be */
	DEV_RETURNED,	/* it went back */
	DEV_KEPT,	/* its owner did not let go, or does not finish */
	DEV_PARKED,	/* nobody has it */
	DEV_DRIVER,	/* bound or unbound, but for a move */
};

/**
 * struct dev_event - one thing that happened
 * @kind:	what
 * @dev:	the function as it is now
 * @phase:	DEV_PHASE: which
 */
struct dev_event {
	enum dev_event_kind kind;
	const struct dev_info *dev;
	uint32_t phase;
};

typedef void (*dev_event_fn)(const struct dev_event *e, void *arg);

/* @old: NULL if nothing was known of it. */
void dev_events(const struct dev_info *old, const struct dev_info *now,
		dev_event_fn fn, void *arg);

/* Why a move ended as it did: the reason that was given, or the error. */
const char *dev_failure(const struct dev_info *dev);

#endif /* MINTCTL_EVENT_H */
