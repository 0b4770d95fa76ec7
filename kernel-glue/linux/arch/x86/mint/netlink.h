/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files for netlink offer each other: netlink.c (the family, OSes,
 * the machine), devnl.c (devices), irqnl.c (interrupts).
 */
#ifndef MINT_NETLINK_H
#define MINT_NETLINK_H

#include <linux/types.h>

struct genl_info;
struct netlink_callback;
struct sk_buff;

/**
 * struct nl_content - what a message is about
 * @put:	appends the attributes of @what to a message; 0 or -EMSGSIZE
 * @what:	for @put
 */
struct nl_content {
	int (*put)(struct sk_buff *skb, const void *what);
	const void *what;
};

int mint_nl_reply(struct genl_info *info, const struct nl_content *content);
/* One message of a dump; not 0 when there is no room for it. */
int mint_nl_dump_message(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct nl_content *content);

enum { NL_GROUP_EVENTS, NL_GROUP_IRQ };

/* Best effort: a listener that lost one is told so by its socket. */
void mint_nl_notify(u8 cmd, unsigned int group,
		    const struct nl_content *content);

/* ---- devnl.c ------------------------------------------------------------- */

int mint_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb);
/* DEV_MOVE, and DEV_RELEASE, which has no OS_NAME. */
int mint_nl_dev_move(struct sk_buff *skb, struct genl_info *info);
int mint_nl_policy_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mint_nl_policy_set(struct sk_buff *skb, struct genl_info *info);
/* The family is there: tells of changes from now on. */
void mint_nl_dev_init(void);

/* ---- irqnl.c ------------------------------------------------------------- */

int mint_nl_irq_dump_start(struct netlink_callback *cb);
int mint_nl_irq_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mint_nl_irq_verify_start(struct netlink_callback *cb);
int mint_nl_irq_verify(struct sk_buff *skb, struct netlink_callback *cb);
/* Of both. */
int mint_nl_irq_done(struct netlink_callback *cb);
int mint_nl_irq_repair(struct sk_buff *skb, struct genl_info *info);
/* The family is there: tells of changes from now on. */
void mint_nl_irq_init(void);

#endif /* MINT_NETLINK_H */
