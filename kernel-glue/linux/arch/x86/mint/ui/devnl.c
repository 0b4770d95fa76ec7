// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions, in the netlink family "mint": what there is, moves, policies, and
 * news of changes.
 */
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include <net/genetlink.h>

#include <uapi/linux/mint.h>

#include "base/base.h"
#include "move/move.h"
#include "pci/pci.h"
#include "ui/netlink.h"

/* ---- functions ------------------------------------------------------------- */

static void read_dev(u32 idx, struct mint_dev *copy)
{
	mint_dev_peek(idx, copy);
	/* The chipset's are behind ports, which only their owner touches. */
	copy->flags &= ~MINT_DEVF_ARMED;
	if (copy->flags & MINT_DEVF_WATCHDOG &&
	    (!(copy->flags & MINT_DEVF_CHIPSET) || copy->owner == mint_self.os) &&
	    mint_quirk_armed(copy))
		copy->flags |= MINT_DEVF_ARMED;
}

/* Nanoseconds from the order to the end of each phase; ~0: not passed. */
static int put_phases(struct sk_buff *skb, const struct mint_dev *dev)
{
	u64 ns[MINT_NR_PHASES], start = dev->phase_tsc[MINT_PHASE_START];
	u32 i, khz = READ_ONCE(mint_hdr()->tsc_khz);

	for (i = 0; i < MINT_NR_PHASES; i++) {
		u64 tsc = dev->phase_tsc[i];

		ns[i] = tsc >= start && tsc && khz ?
			mul_u64_u32_div(tsc - start, NSEC_PER_MSEC, khz) : ~0ULL;
	}
	return nla_put(skb, MINT_A_DEV_PHASES, sizeof(ns), ns);
}

static int put_order(struct sk_buff *skb, const struct mint_dev *dev)
{
	if (!dev->order)
		return 0;
	if (nla_put_u32(skb, MINT_A_DEV_TO, dev->to) ||
	    nla_put_u32(skb, MINT_A_DEV_BACK, dev->back) ||
	    nla_put_u32(skb, MINT_A_DEV_FROM, dev->from) ||
	    nla_put_u32(skb, MINT_A_DEV_ORDER, dev->order) ||
	    nla_put_u32(skb, MINT_A_DEV_ORDERER, dev->orderer) ||
	    nla_put_u32(skb, MINT_A_DEV_ORDER_OPTIONS, dev->options) ||
	    nla_put_u32(skb, MINT_A_DEV_ERROR, dev->error) ||
	    nla_put_u32(skb, MINT_A_DEV_PHASE, dev->phase) ||
	    nla_put_string(skb, MINT_A_DEV_REASON, dev->reason))
		return -EMSGSIZE;
	return put_phases(skb, dev);
}

static int put_ids(struct sk_buff *skb, const struct mint_dev *dev)
{
	if (nla_put_u16(skb, MINT_A_DEV_VENDOR, dev->vendor) ||
	    nla_put_u16(skb, MINT_A_DEV_DEVICE, dev->device) ||
	    nla_put_u16(skb, MINT_A_DEV_SUB_VENDOR, dev->sub_vendor) ||
	    nla_put_u16(skb, MINT_A_DEV_SUB_DEVICE, dev->sub_device) ||
	    nla_put_u32(skb, MINT_A_DEV_CLASS, dev->class_rev))
		return -EMSGSIZE;
	return 0;
}

static int put_dev(struct sk_buff *skb, const void *what)
{
	const struct mint_dev *dev = what;

	if (nla_put_u32(skb, MINT_A_DEV_SBDF, dev->sbdf) ||
	    nla_put_u32(skb, MINT_A_DEV_OWNER, dev->owner) ||
	    nla_put_u32(skb, MINT_A_DEV_HOME, dev->home) ||
	    nla_put_u32(skb, MINT_A_DEV_STATE, dev->state) ||
	    nla_put_u32(skb, MINT_A_DEV_FLAGS, dev->flags) ||
	    nla_put_u32(skb, MINT_A_DEV_GSI, dev->gsi) ||
	    nla_put_u32(skb, MINT_A_DEV_GSI_FLAGS, dev->gsi_flags) ||
	    nla_put_u32(skb, MINT_A_DEV_BRIDGE, dev->bridge) ||
	    nla_put_u32(skb, MINT_A_DEV_EJECT, dev->eject) ||
	    nla_put(skb, MINT_A_DEV_BAR_SIZES, sizeof(dev->bar_size),
		    dev->bar_size) ||
	    nla_put_string(skb, MINT_A_DEV_DRIVER, dev->driver))
		return -EMSGSIZE;
	if (dev->bar_paddr[0] != NL_HIDDEN &&
	    nla_put(skb, MINT_A_DEV_BAR_ADDRS, sizeof(dev->bar_paddr),
		    dev->bar_paddr))
		return -EMSGSIZE;
	return put_ids(skb, dev) ?: put_order(skb, dev);
}

static void hide_dev(void *what, u32 sees)
{
	struct mint_dev *dev = what;

	if (!(sees & NL_SEES_ADDRESSES))
		dev->bar_paddr[0] = NL_HIDDEN;
	/* It may quote what a driver said. */
	if (!(sees & NL_SEES_TEXTS))
		dev->reason[0] = '\0';
}

int mint_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mint_dev copy;
	const struct nl_content content = { put_dev, &copy };

	for (; cb->args[0] < MINT_MAX_DEVS; cb->args[0]++) {
		read_dev(cb->args[0], &copy);
		if (copy.state == MINT_DEV_FREE)
			continue;
		hide_dev(&copy, mint_nl_sees(cb->skb));
		if (mint_nl_dump_message(skb, cb, &content))
			break;
	}
	return skb->len;
}

/* ---- moves ------------------------------------------------------------------ */

static int take_devs(struct genl_info *info, struct mint_dev_move *mv)
{
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr_type(attr, MINT_A_DEV_SBDF, info->nlhdr,
				 GENL_HDRLEN, rem) {
		if (mv->nr == ARRAY_SIZE(mv->sbdf)) {
			GENL_SET_ERR_MSG_FMT(info,
					     "more than %zu functions at once; move fewer",
					     ARRAY_SIZE(mv->sbdf));
			return -E2BIG;
		}
		mv->sbdf[mv->nr++] = nla_get_u32(attr);
	}
	return 0;
}

static const char *os_name(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[MINT_A_OS_NAME];

	return attr ? nla_data(attr) : NULL;
}

int mint_nl_dev_move(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct mint_dev_move mv = {};
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_DEV_SBDF) ||
	    (info->genlhdr->cmd == MINT_CMD_DEV_MOVE &&
	     GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME)))
		return -EINVAL;
	if (info->genlhdr->cmd == MINT_CMD_DEV_MOVE)
		mv.to_name = os_name(info);
	mv.siblings = nla_get_flag(attrs[MINT_A_DEV_WITH_SIBLINGS]);
	if (attrs[MINT_A_DEV_ORDER_OPTIONS])
		mv.options = nla_get_u32(attrs[MINT_A_DEV_ORDER_OPTIONS]);
	if (attrs[MINT_A_DEV_TIMEOUT_MS])
		mv.timeout_ms = nla_get_u32(attrs[MINT_A_DEV_TIMEOUT_MS]);
	ret = take_devs(info, &mv);
	return ret ?: mint_dev_move(&mv, info->extack);
}

/* ---- policies --------------------------------------------------------------- */

static int put_policy(struct sk_buff *skb, const void *what)
{
	const struct mint_policy *policy = what;

	if (nla_put_u32(skb, MINT_A_POLICY_KIND, policy->kind) ||
	    nla_put_u32(skb, MINT_A_POLICY_KEY, policy->key) ||
	    nla_put_string(skb, MINT_A_OS_NAME, policy->os))
		return -EMSGSIZE;
	return 0;
}

int mint_nl_policy_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mint_policy copy;
	const struct nl_content content = { put_policy, &copy };

	for (; cb->args[0] < MINT_MAX_POLICIES; cb->args[0]++) {
		if (!mint_policy_copy(cb->args[0], &copy))
			continue;
		if (mint_nl_dump_message(skb, cb, &content))
			break;
	}
	return skb->len;
}

int mint_nl_policy_set(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_POLICY_KIND) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_POLICY_KEY))
		return -EINVAL;
	/* One that could do nothing; there may be one to take away. */
	err = os_name(info) ? mint_dev_check_machine(info->extack) : 0;
	if (err)
		return err;
	return mint_policy_set(nla_get_u32(info->attrs[MINT_A_POLICY_KIND]),
			       nla_get_u32(info->attrs[MINT_A_POLICY_KEY]),
			       os_name(info), info->extack);
}

/* ---- notifications ---------------------------------------------------------- */

/* What user space was last told, to find out what changed. */
struct told {
	u32 state;
	u32 seq;
	u32 flags;
	u32 eject;
	u64 phase_tsc;
};

static DEFINE_MUTEX(told_mutex);
static struct told told_devs[MINT_MAX_DEVS];	/* under told_mutex */

static void note_dev(u32 idx)
{
	struct told now, *told = &told_devs[idx];
	struct mint_dev copy;
	const struct nl_content content = { put_dev, &copy, hide_dev };

	read_dev(idx, &copy);
	memset(&now, 0, sizeof(now));
	now.state = copy.state;
	now.seq = copy.seq;
	now.flags = copy.flags;
	now.eject = copy.eject;
	if (copy.phase < MINT_NR_PHASES)
		now.phase_tsc = copy.phase_tsc[copy.phase];
	if (!memcmp(told, &now, sizeof(now)))
		return;
	*told = now;
	mint_nl_notify(MINT_CMD_DEV_NTF, NL_GROUP_EVENTS, &content);
}

static void dev_event(u32 events)
{
	u32 i;

	guard(mutex)(&told_mutex);
	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE)
			note_dev(i);
}

static struct mint_event_handler dev_handler = {
	.mask = MINT_EV_DEV | MINT_EV_PHASE,
	.fn = dev_event,
};

void mint_nl_dev_init(void)
{
	mint_event_register(&dev_handler);
	dev_event(MINT_EV_DEV);	/* what there is already */
}
