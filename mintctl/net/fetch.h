/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks the kernel for what a model holds.  0 or -errno with a message.
 */
#ifndef MINTCTL_FETCH_H
#define MINTCTL_FETCH_H

#include "model/model.h"
#include "net/nl.h"

/* What to ask for. */
#define FETCH_OSES	(1U << 0)
#define FETCH_DEVS	(1U << 1)
#define FETCH_IRQS	(1U << 2)
#define FETCH_MACHINE	(1U << 3)
#define FETCH_DIFFS	(1U << 4)	/* needs root */
#define FETCH_POLICIES	(1U << 5)
#define FETCH_IMAGES	(1U << 6)

/*
 * @m is empty before.  After an error it holds what was there until then; give it
 * to model_release().
 */
int fetch_model(struct mint_nl *nl, unsigned int what, struct model *m);
/* The same with a socket of its own. */
int fetch_once(unsigned int what, struct model *m);
/* One OS; -ENOENT if there is none of that name. */
int fetch_os(struct mint_nl *nl, const char *name, struct os_info *os);

#endif /* MINTCTL_FETCH_H */
