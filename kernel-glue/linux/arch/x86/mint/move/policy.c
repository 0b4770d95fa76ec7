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

/* The lowest one does; a port further up has one that is higher by the distance. */
enum rank {
	RANK_FUNCTION,
	RANK_SLOT,
	RANK_PORT,
	RANK_CLASS = RANK_PORT + 256,
	RANK_NONE,
};

static u32 rank_of_port(u32 key, struct pci_dev *pdev)
{
	struct pci_dev *port;
	u32 rank = RANK_PORT;

	for (port = pci_upstream_bridge(pdev); port && rank < RANK_CLASS;
	     port = pci_upstream_bridge(port), rank++)
		if (key == mint_pci_sbdf(port))
			return rank;
	return RANK_NONE;
}

static u32 rank_of(const struct mint_policy *p, struct pci_dev *pdev)
{
	u32 sbdf = mint_pci_sbdf(pdev);

	switch (p->kind) {
	case MINT_POLICY_BDF:
		return p->key == sbdf ? RANK_FUNCTION : RANK_NONE;
	case MINT_POLICY_SLOT:
		return p->key == MINT_SBDF_SLOT(sbdf) ? RANK_SLOT : RANK_NONE;
	case MINT_POLICY_PORT:
		return rank_of_port(p->key, pdev);
	default:
		return p->key == pdev->class >> 8 ? RANK_CLASS : RANK_NONE;
	}
}

u32 mint_policy_for(struct pci_dev *pdev)
{
	u32 i, nr, rank, os = MINT_OS_NONE, best = RANK_NONE;
	struct mint_policy p;
	struct pci_dev *fn;

	/* The lowest function first: it decides between equals. */
	for (nr = 0; nr < MINT_SLOT_FUNCTIONS; nr++) {
		fn = mint_slot_function(pdev, nr);
		for (i = 0; fn && i < MINT_MAX_POLICIES; i++) {
			if (!mint_policy_copy(i, &p))
				continue;
			rank = rank_of(&p, fn);
			if (rank >= best)
				continue;
			best = rank;
			os = mint_os_find(p.os);
		}
		pci_dev_put(fn);
	}
	return mint_os_alive(os) ? os : MINT_OS_NONE;
}
