// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts, in the netlink family "mint": the routes of all OSes, what is wrong
 * with the interrupt table, its repair, and news of changes.
 */
#include <linux/bitops.h>
#include <linux/capability.h>
#include <linux/jhash.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <net/genetlink.h>

#include <uapi/linux/mint.h>

#include "base/base.h"
#include "irq/irq.h"
#include "ui/netlink.h"

/* ---- routes ------------------------------------------------------------- */

/* A route, and whose it is. */
struct os_route {
	u32 os;
	struct mint_route route;
};

static int put_line(struct sk_buff *skb, u32 gsi)
{
	struct mint_line line;

	if (!mint_line_copy(gsi, &line))
		return 0;
	if (nla_put_u32(skb, MINT_A_IRQ_SHARERS, line.sharers) ||
	    nla_put_u32(skb, MINT_A_IRQ_EVICTED, line.evicted) ||
	    nla_put_u32(skb, MINT_A_IRQ_ROUNDS, line.rounds) ||
	    nla_put_u32(skb, MINT_A_IRQ_FORCED, line.forced) ||
	    nla_put_u32(skb, MINT_A_IRQ_EVICTIONS, line.evictions) ||
	    nla_put_u32(skb, MINT_A_IRQ_TIMEOUT_MS, mint_irq_timeout_ms()) ||
	    nla_put_string(skb, MINT_A_IRQ_STRATEGY, line.strategy))
		return -EMSGSIZE;
	return 0;
}

static int put_route(struct sk_buff *skb, const void *what)
{
	const struct os_route *r = what;
	const struct mint_route *route = &r->route;

	if (nla_put_u32(skb, MINT_A_OS_ID, r->os) ||
	    nla_put_u32(skb, MINT_A_IRQ_GSI, route->gsi) ||
	    nla_put_u32(skb, MINT_A_IRQ_TYPE, route->type) ||
	    nla_put_u32(skb, MINT_A_IRQ_CHIP, route->chip) ||
	    nla_put_u32(skb, MINT_A_IRQ_PIN, route->pin) ||
	    nla_put_u32(skb, MINT_A_IRQ_FLAGS, route->flags) ||
	    nla_put_u32(skb, MINT_A_IRQ_VECTOR, route->vector) ||
	    nla_put_u32(skb, MINT_A_IRQ_DEST, route->dest) ||
	    nla_put_u32(skb, MINT_A_DEV_SBDF, route->sbdf) ||
	    nla_put_u64_64bit(skb, MINT_A_IRQ_COUNT, route->count,
			      MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_IRQ_FOREIGN, route->foreign,
			      MINT_A_PAD) ||
	    nla_put_string(skb, MINT_A_IRQ_DEV, route->dev))
		return -EMSGSIZE;
	return put_line(skb, route->gsi);
}

/**
 * struct snapshot - what a dump goes through, as it was when the dump began
 * @nr:		entries in @route or @diff
 * @max:	room in @route
 * @route, @diff: one of them
 */
struct snapshot {
	u32 nr;
	u32 max;
	struct os_route *route;
	struct irql_diff *diff;
};

static void free_snapshot(struct snapshot *s)
{
	kvfree(s->route);
	kvfree(s->diff);
	kfree(s);
}

int mint_nl_irq_done(struct netlink_callback *cb)
{
	free_snapshot((struct snapshot *)cb->args[0]);
	return 0;
}

static u32 count_alive(void)
{
	u32 os, nr = 0;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		nr += mint_os_alive(os);
	return nr;
}

static int add_routes(struct snapshot *s, u32 os)
{
	struct mint_route *routes;
	u32 i, nr;

	routes = kvmalloc_array(MINT_IRQT_MAX_ROUTES, sizeof(*routes), GFP_KERNEL);
	if (!routes)
		return -ENOMEM;
	nr = mint_routes_copy(os, routes, MINT_IRQT_MAX_ROUTES);
	for (i = 0; i < nr && s->nr < s->max; i++) {
		s->route[s->nr].os = os;
		s->route[s->nr++].route = routes[i];
	}
	kvfree(routes);
	return 0;
}

int mint_nl_irq_dump_start(struct netlink_callback *cb)
{
	struct snapshot *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err = 0;
	u32 os;

	if (!s)
		return -ENOMEM;
	/* It rings every OS: not for everybody. */
	if (netlink_capable(cb->skb, CAP_SYS_ADMIN))
		mint_routes_refresh();
	s->max = count_alive() * MINT_IRQT_MAX_ROUTES;
	s->route = kvmalloc_array(s->max, sizeof(*s->route), GFP_KERNEL);
	if (!s->route)
		err = -ENOMEM;
	for (os = 1; os <= MINT_MAX_OSES && !err; os++)
		if (mint_os_alive(os))
			err = add_routes(s, os);
	if (err) {
		free_snapshot(s);
		return err;
	}
	cb->args[0] = (long)s;
	return 0;
}

/* cb->args: the snapshot, the index in it */
int mint_nl_irq_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct snapshot *s = (struct snapshot *)cb->args[0];
	struct nl_content content = { .put = put_route };

	for (; cb->args[1] < s->nr; cb->args[1]++) {
		content.what = &s->route[cb->args[1]];
		if (mint_nl_dump_message(skb, cb, &content))
			break;
	}
	return skb->len;
}

/* ---- verify, repair ----------------------------------------------------- */

#define MAX_DIFFS		4096

static const char * const wrong_names[] = {
	[IRQL_WRONG_RTE]	= "rte",
	[IRQL_WRONG_ROUTE]	= "route",
	[IRQL_WRONG_SHARERS]	= "sharers",
	[IRQL_WRONG_ROUND]	= "round",
	[IRQL_WRONG_VECTOR]	= "vector",
	[IRQL_WRONG_HEADER]	= "header",
	[IRQL_WRONG_OWN]	= "own",
	[IRQL_WRONG_OS]		= "os",
};

static int put_diff(struct sk_buff *skb, const void *what)
{
	const struct irql_diff *d = what;

	if (nla_put_string(skb, MINT_A_IRQ_WHAT, wrong_names[d->what]) ||
	    (d->gsi != MINT_IRQT_NONE &&
	     nla_put_u32(skb, MINT_A_IRQ_GSI, d->gsi)) ||
	    (d->os && nla_put_u32(skb, MINT_A_OS_ID, d->os)) ||
	    nla_put_u64_64bit(skb, MINT_A_IRQ_IS, d->is, MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_IRQ_SHOULD, d->should, MINT_A_PAD))
		return -EMSGSIZE;
	return 0;
}

static void keep_diff(void *arg, const struct irql_diff *d)
{
	struct snapshot *s = arg;

	if (s->nr < MAX_DIFFS && d->what < ARRAY_SIZE(wrong_names))
		s->diff[s->nr++] = *d;
}

int mint_nl_irq_verify_start(struct netlink_callback *cb)
{
	struct snapshot *s;
	int ret;

	/* It holds up the others: not for everybody. */
	if (!netlink_capable(cb->skb, CAP_SYS_ADMIN))
		return -EPERM;
	if (!mint_irql_up)
		return -ENODEV;
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	s->diff = kvmalloc_array(MAX_DIFFS, sizeof(*s->diff), GFP_KERNEL);
	ret = s->diff ? irql_verify(&mint_irql, keep_diff, s) : -ENOMEM;
	if (ret < 0) {
		free_snapshot(s);
		return ret;
	}
	cb->args[0] = (long)s;
	return 0;
}

int mint_nl_irq_verify(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct snapshot *s = (struct snapshot *)cb->args[0];
	struct nl_content content = { .put = put_diff };

	for (; cb->args[1] < s->nr; cb->args[1]++) {
		content.what = &s->diff[cb->args[1]];
		if (mint_nl_dump_message(skb, cb, &content))
			break;
	}
	return skb->len;
}

static int put_repairs(struct sk_buff *skb, const void *what)
{
	return nla_put_u32(skb, MINT_A_IRQ_REPAIRS, *(const u32 *)what);
}

int mint_nl_irq_repair(struct sk_buff *skb, struct genl_info *info)
{
	int ret = mint_irq_repair();
	u32 repairs = ret;
	const struct nl_content content = { put_repairs, &repairs };

	if (ret == -ETIMEDOUT)
		GENL_SET_ERR_MSG(info, "an OS sits on the table; if it hangs, destroy it --force");
	else if (ret == -ENODEV)
		GENL_SET_ERR_MSG(info, "this OS does not use the table; see its kernel log");
	return ret < 0 ? ret : mint_nl_reply(info, &content);
}

/* ---- notifications ------------------------------------------------------ */

/*
 * What user space was last told, to find out what changed.  Protected by
 * told_mutex.
 */
static DEFINE_MUTEX(told_mutex);

static struct {
	u32 repairs;
	/* A hash over each route, 0 = none. */
	u32 route[MINT_IRQT_MAX_ROUTES];
	/* Whose message: of one that is withdrawn the table does not say it any more. */
	u32 sbdf[MINT_IRQT_MAX_ROUTES - MINT_IRQT_FIRST_MSG];
} told_os[MINT_MAX_OSES];

static struct {
	u32 sharers;
	u32 evicted;
	bool stormed;
	u32 storm;
} told_line[MINT_IRQT_MAX_GSIS];

/**
 * struct news - what changed
 * @change:	MINT_A_IRQ_CHANGE
 * @os:		0: of no OS
 * @slot:	a GSI, the slot of a message, or MINT_IRQT_NONE
 * @sbdf:	of a message; MINT_IRQT_NONE: it is the doorbell
 */
struct news {
	const char *change;
	u32 os;
	u32 slot;
	u32 sbdf;
};

static int put_object(struct sk_buff *skb, const struct news *n)
{
	if (n->slot == MINT_IRQT_NONE)
		return 0;
	if (n->slot < MINT_IRQT_FIRST_MSG)
		return nla_put_u32(skb, MINT_A_IRQ_GSI, n->slot);
	if (n->sbdf == MINT_IRQT_NONE)
		return nla_put_string(skb, MINT_A_IRQ_DEV, "doorbell");
	return nla_put_u32(skb, MINT_A_DEV_SBDF, n->sbdf);
}

static int put_news(struct sk_buff *skb, const void *what)
{
	const struct news *n = what;

	if (nla_put_string(skb, MINT_A_IRQ_CHANGE, n->change) ||
	    (n->os && nla_put_u32(skb, MINT_A_OS_ID, n->os)) ||
	    put_object(skb, n))
		return -EMSGSIZE;
	return 0;
}

static void tell_news(struct news *n)
{
	const struct nl_content content = { put_news, n };

	mint_nl_notify(MINT_CMD_IRQ_NTF, NL_GROUP_IRQ, &content);
}

/* @gsi: MINT_IRQT_NONE: of no line */
static void tell(const char *change, u32 os, u32 gsi)
{
	struct news n = { change, os, gsi, MINT_IRQT_NONE };

	tell_news(&n);
}

/*
 * A mask comes and goes with every interrupt: no news.  What makes no sense is damage and
 * no route: a thousand of these would drown the news of its repair.
 */
static u32 hash_route(u32 os, u32 slot)
{
	const struct mint_irqt_route *r = irql_route(&mint_irql, os, slot);
	bool pin_slot = slot < MINT_IRQT_FIRST_MSG;
	u32 type = READ_ONCE(r->type);
	bool is_pin = type == MINT_IRQ_PIN;

	if (type == MINT_IRQ_FREE || type > MINT_IRQ_DOORBELL || is_pin != pin_slot)
		return 0;
	return jhash_3words(type, READ_ONCE(r->vector), READ_ONCE(r->dest),
			    READ_ONCE(r->virq)) | 1;
}

/* Of the message in that slot; of what is no more, as it was. */
static u32 note_sbdf(u32 os, u32 slot, bool is_there)
{
	u32 *told;

	if (slot < MINT_IRQT_FIRST_MSG)
		return MINT_IRQT_NONE;
	told = &told_os[os - 1].sbdf[slot - MINT_IRQT_FIRST_MSG];
	if (is_there)
		*told = READ_ONCE(irql_route(&mint_irql, os, slot)->sbdf);
	return *told;
}

static void note_route(u32 os, u32 slot, bool attached)
{
	u32 now = attached ? hash_route(os, slot) : 0;
	u32 *told = &told_os[os - 1].route[slot];
	struct news n = { .os = os, .slot = slot };

	if (now == *told)
		return;
	n.change = !*told ? "registered" : now ? "changed" : "withdrawn";
	n.sbdf = note_sbdf(os, slot, now);
	tell_news(&n);
	*told = now;
}

static void note_os(u32 os)
{
	bool attached = READ_ONCE(irql_os(&mint_irql, os)->generation);
	u32 slot, repairs = READ_ONCE(mint_section(os)->repairs);

	for (slot = 0; slot < MINT_IRQT_MAX_ROUTES; slot++)
		note_route(os, slot, attached);
	if (repairs != told_os[os - 1].repairs)
		tell("repaired", os, MINT_IRQT_NONE);
	told_os[os - 1].repairs = repairs;
}

static void note_evictions(u32 gsi, u32 evicted, u32 sharers)
{
	unsigned long changed = evicted ^ told_line[gsi].evicted;
	unsigned int bit;

	for_each_set_bit(bit, &changed, MINT_MAX_OSES) {
		if (evicted & BIT(bit))
			tell("evicted", bit + 1, gsi);
		else if (sharers & BIT(bit))
			tell("readmitted", bit + 1, gsi);
	}
}

/*
 * The watch takes the word back each time it tries the line again, so that says nothing
 * of when a storm is over.  It is the same one as long as nobody has had work since.
 */
static void note_storm(u32 gsi)
{
	struct mint_irqt_gsi *g = irql_gsi(&mint_irql, gsi);
	u32 storm;

	if (!READ_ONCE(g->throttled))
		return;
	storm = READ_ONCE(g->rounds) - READ_ONCE(g->untaken);
	if (told_line[gsi].stormed && told_line[gsi].storm == storm)
		return;
	tell("throttled", 0, gsi);
	told_line[gsi].stormed = true;
	told_line[gsi].storm = storm;
}

static void note_line(u32 gsi)
{
	struct mint_line line;
	bool was_shared, shared;

	if (!mint_line_copy(gsi, &line))
		return;
	was_shared = hweight32(told_line[gsi].sharers) > 1;
	shared = hweight32(line.sharers) > 1;
	if (shared != was_shared)
		tell(shared ? "shared" : "exclusive", 0, gsi);
	note_evictions(gsi, line.evicted, line.sharers);
	note_storm(gsi);
	told_line[gsi].sharers = line.sharers;
	told_line[gsi].evicted = line.evicted;
}

static void irq_event(u32 events)
{
	u32 i;

	guard(mutex)(&told_mutex);
	for (i = 1; i <= MINT_MAX_OSES; i++)
		note_os(i);
	for (i = 0; i < MINT_IRQT_MAX_GSIS; i++)
		note_line(i);
}

static struct mint_event_handler irq_handler = {
	.mask = MINT_EV_IRQ,
	.fn = irq_event,
};

void __init mint_nl_irq_init(void)
{
	if (!mint_irql.table)
		return;
	mint_event_register(&irq_handler);
	irq_event(MINT_EV_IRQ);		/* what there is already */
}
