// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies: which OS gets what is hot-added.  They are in a table that any OS can
 * write, and the OS that has the port asks them, see plug.c.
 */
#include <linux/pci.h>
#include <linux/string.h>

#include "base/base.h"
#include "move/internal.h"
#include "move/move.h"
#include "move/rank.h"
#include "neutral/shared.h"
#include "pci/pci.h"

/* ---- the table of policies --------------------------------------------------- */

static struct mint_policy *policy(u32 i)
{
	return (struct mint_policy *)mint_shm_at(MINT_OFF_POLICIES) + i;
}

bool mint_policy_copy(u32 i, struct mint_policy *p)
{
	mint_shared_copy(p, policy(i), sizeof(*p));
	p->os[sizeof(p->os) - 1] = '\0';
	return p->kind > MINT_POLICY_FREE && p->kind <= MINT_POLICY_SLOT;
}

/* Its place, or a free one, or -ENOSPC; under the table's lock. */
static int find_place(u32 kind, u32 key)
{
	int i, found = -ENOSPC;

	for (i = 0; i < MINT_MAX_POLICIES; i++) {
		if (policy(i)->kind == kind && policy(i)->key == key)
			return i;
		if (policy(i)->kind == MINT_POLICY_FREE && found < 0)
			found = i;
	}
	return found;
}

int mint_policy_set(u32 kind, u32 key, const char *os,
		    struct netlink_ext_ack *extack)
{
	struct mint_policy p = { .kind = kind };
	unsigned long flags;
	int i, err;

	if (kind == MINT_POLICY_SLOT)
		key = MINT_SBDF_SLOT(key);
	p.key = key;
	err = mint_shm_lock(&flags);
	if (err) {
		mint_shm_lock_explain(extack);
		return err;
	}
	i = find_place(kind, key);
	if (i >= 0 && os) {
		strscpy(p.os, os, sizeof(p.os));
		*policy(i) = p;
	} else if (i >= 0 && policy(i)->kind == kind) {
		memset(policy(i), 0, sizeof(p));
	} else if (!os) {
		i = -ENOENT;
	}
	mint_shm_unlock(flags);
	if (i == -ENOENT)
		mint_dev_err(extack, "there is no such policy; see mintctl dev policy");
	else if (i < 0)
		mint_dev_err(extack, "%u policies at most; remove one first",
			     MINT_MAX_POLICIES);
	return min(i, 0);
}

/* ---- which one counts ------------------------------------------------------- */

/* Bridges between a function and a port above it. */
static u32 distance(void *dev, u32 sbdf)
{
	struct pci_dev *port;
	u32 nr = 0;

	for (port = pci_upstream_bridge(dev); port && nr < MINT_RANK_MAX_PORTS;
	     port = pci_upstream_bridge(port), nr++)
		if (sbdf == mint_pci_sbdf(port))
			return nr;
	return MINT_RANK_MAX_PORTS;
}

static const struct mint_rank_ops rank_ops = {
	.policy = mint_policy_copy,
	.distance = distance,
};

/* The functions of the slot that @pdev is in, with references; how many. */
static u32 get_functions(struct pci_dev *pdev, struct mint_rank_fn *fns)
{
	struct pci_dev *fn;
	u32 i, nr = 0;

	for (i = 0; i < MINT_SLOT_FUNCTIONS; i++) {
		fn = mint_slot_function(pdev, i);
		if (fn)
			fns[nr++] = (struct mint_rank_fn){
				.sbdf = mint_pci_sbdf(fn),
				.class = fn->class >> 8,
				.dev = fn,
			};
	}
	return nr;
}

u32 mint_policy_for(struct pci_dev *pdev)
{
	struct mint_rank_fn fns[MINT_SLOT_FUNCTIONS];
	u32 nr = get_functions(pdev, fns), os = MINT_OS_NONE;
	struct mint_policy p;

	if (mint_rank_best(&rank_ops, fns, nr, &p))
		os = mint_os_find(p.os);
	while (nr--)
		pci_dev_put(fns[nr].dev);
	return mint_os_alive(os) ? os : MINT_OS_NONE;
}
