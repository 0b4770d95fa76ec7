// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the netlink family, of whatever they tell: answers, dumps, notifications.
 */
#include <net/genetlink.h>

#include <uapi/linux/mint.h>

#include "ui/netlink.h"

/* From before it is registered. */
static struct genl_family *family __ro_after_init;

void __init mint_nl_use(struct genl_family *the_family)
{
	family = the_family;
}

/* Appends one message to @skb, or leaves @skb as it was. */
static int nl_message(struct sk_buff *skb, u32 portid, u32 seq, int flags,
		      u8 cmd, const struct nl_content *content)
{
	void *hdr = genlmsg_put(skb, portid, seq, family, flags, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (content->put(skb, content->what)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int mint_nl_reply(struct genl_info *info, const struct nl_content *content)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int ret;

	if (!skb)
		return -ENOMEM;
	ret = nl_message(skb, info->snd_portid, info->snd_seq, 0,
			 info->genlhdr->cmd, content);
	if (ret) {
		nlmsg_free(skb);
		return ret;
	}
	return genlmsg_reply(skb, info);
}

int mint_nl_dump_message(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct nl_content *content)
{
	return nl_message(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  NLM_F_MULTI, genl_info_dump(cb)->genlhdr->cmd,
			  content);
}

const char *mint_nl_string(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_data(info->attrs[attr]) : NULL;
}

struct sk_buff *mint_nl_event(u8 cmd, const struct nl_content *content)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (skb && nl_message(skb, 0, 0, 0, cmd, content)) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

void mint_nl_send(struct sk_buff *skb, unsigned int group,
		  netlink_filter_fn filter, void *data)
{
	genlmsg_multicast_netns_filtered(family, &init_net, skb, 0, group,
					 GFP_KERNEL, filter, data);
}
