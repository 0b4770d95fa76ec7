// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions are meant.  What is named more exactly chooses first; of what fits a
 * class or an id, the OS keeps what it has, and gets the lowest address otherwise.  So the
 * same file says the same every time.
 */
#include <string.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "partition/check.h"

struct search {
	struct partition *p;
	const struct part_facts *f;
	int mistakes;
};

/* ---- what fits ------------------------------------------------------------------------ */

static bool has_mac(const struct part_facts *f, uint32_t sbdf, uint64_t mac)
{
	unsigned int i;

	for (i = 0; i < f->nr_macs; i++)
		if (f->macs[i].sbdf == sbdf && f->macs[i].mac == mac)
			return true;
	return false;
}

static bool fits(const struct part_facts *f, const struct part_dev *want,
		 const struct dev_info *dev)
{
	switch (want->kind) {
	case PART_DEV_BDF:
		return dev->sbdf == want->key;
	case PART_DEV_MAC:
		return has_mac(f, dev->sbdf, want->key);
	case PART_DEV_ID:
		return ((uint32_t)dev->vendor << 16 | dev->device) == want->key;
	default:
		return dev->class_rev >> 16 == want->key;
	}
}

static bool can_move(const struct dev_info *dev)
{
	return !(dev->flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET | MINT_DEVF_STAYS)) &&
	       dev->state != MINT_DEV_GONE;
}

static bool in_list(const struct part_dev *devs, unsigned int nr, uint32_t sbdf)
{
	while (nr--)
		if (devs[nr].sbdf == sbdf)
			return true;
	return false;
}

static bool is_taken(const struct partition *p, uint32_t sbdf)
{
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++)
		if (in_list(p->oses[i].devs, p->oses[i].nr_devs, sbdf))
			return true;
	return in_list(p->nobody, p->nr_nobody, sbdf);
}

/* @owner: only of what that OS has, or ~0 */
static void choose(const struct search *s, struct part_dev *want, uint32_t owner)
{
	unsigned int i;

	for (i = 0; i < s->f->m.nr_devs && want->sbdf == PART_NO_SBDF; i++) {
		const struct dev_info *dev = &s->f->m.devs[i];

		if ((owner == ~0U || dev->owner == owner) && can_move(dev) &&
		    fits(s->f, want, dev) && !is_taken(s->p, dev->sbdf))
			want->sbdf = dev->sbdf;
	}
}

/* ---- each in turn --------------------------------------------------------------------- */

static void choose_list(struct search *s, struct part_dev *devs, unsigned int nr,
			enum part_dev_kind kind, uint32_t owner)
{
	for (; nr--; devs++)
		if (devs->kind == kind)
			choose(s, devs, owner);
}

static void choose_kind(struct search *s, enum part_dev_kind kind, bool own)
{
	struct partition *p = s->p;
	unsigned int i;

	for (i = 0; i < p->nr_oses; i++) {
		const struct os_info *os = model_find_os(&s->f->m, p->oses[i].name);

		if (own && !os)
			continue;
		choose_list(s, p->oses[i].devs, p->oses[i].nr_devs, kind,
			    own ? os->id : ~0U);
	}
	choose_list(s, p->nobody, p->nr_nobody, kind, own ? MINT_OS_NONE : ~0U);
}

/* ---- what is not there ----------------------------------------------------------------- */

static void explain(const struct search *s, const char *whose, const struct part_dev *want)
{
	const struct dev_info *dev = want->kind == PART_DEV_BDF ?
				     model_find_dev(&s->f->m, want->key) : NULL;

	if (dev && !can_move(dev))
		msg_fail(whose, "device %s is part of the chipset, a bridge, or gone: it stays where it is",
			 want->word);
	else if (dev)
		msg_fail(whose, "device %s is named twice", want->word);
	else if (want->kind == PART_DEV_BDF)
		msg_fail(whose, "there is no device %s; see 'mintctl dev list'", want->word);
	else if (want->kind == PART_DEV_MAC)
		msg_fail(whose, "no network interface of this OS has the address %s; name the device as 'mintctl dev list' does",
			 want->word);
	else
		msg_fail(whose, "no device is left that is %s; see 'mintctl dev list'",
			 want->word);
}

static void check_list(struct search *s, const char *whose, const struct part_dev *devs,
		       unsigned int nr)
{
	for (; nr--; devs++) {
		if (devs->sbdf != PART_NO_SBDF)
			continue;
		msg_at(s->p->file, devs->line);
		explain(s, whose, devs);
		s->mistakes++;
	}
}

int part_resolve(struct partition *p, const struct part_facts *f)
{
	struct search s = { .p = p, .f = f };
	enum part_dev_kind kind;
	unsigned int i;

	for (kind = 0; kind < PART_NR_DEV_KINDS; kind++) {
		choose_kind(&s, kind, true);
		choose_kind(&s, kind, false);
	}
	for (i = 0; i < p->nr_oses; i++)
		check_list(&s, p->oses[i].name, p->oses[i].devs, p->oses[i].nr_devs);
	check_list(&s, "nobody", p->nobody, p->nr_nobody);
	msg_at(NULL, 0);
	return s.mistakes;
}
