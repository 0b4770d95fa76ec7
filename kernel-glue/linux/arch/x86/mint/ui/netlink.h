/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files for netlink offer each other, lowest first: messages.c, sees.c, devnl.c
 * (devices), irqnl.c (interrupts), imagenl.c (images, starts), netlink.c (the family, OSes,
 * the machine).
 */
#ifndef MINT_NETLINK_H
#define MINT_NETLINK_H

#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/netlink.h>
#include <linux/types.h>

struct genl_family;
struct genl_info;
struct netlink_callback;
struct sk_buff;

/* ---- sees.c: what one may see besides names, numbers and states -------------- */

#define NL_SEES_TEXTS		BIT(0)	/* what kernels said */
#define NL_SEES_ADDRESSES	BIT(1)	/* physical ones */
#define NL_SEES_ALL		(NL_SEES_TEXTS | NL_SEES_ADDRESSES)

/* Put into an address that is not to be seen; it is left out of the message. */
#define NL_HIDDEN		U64_MAX

/* NL_SEES_* of who sent a request. */
u32 mint_nl_sees(const struct sk_buff *request);

/* ---- messages.c -------------------------------------------------------------- */

/**
 * struct nl_content - what a message is about
 * @put:	appends the attributes of @what to a message; 0 or -EMSGSIZE
 * @what:	for @put: a copy
 * @hide:	notifications: takes out of @what what one who sees NL_SEES_* may
 *		not see; NULL if everybody may see all
 */
struct nl_content {
	int (*put)(struct sk_buff *skb, const void *what);
	void *what;
	void (*hide)(void *what, u32 sees);
};

/* The family of all messages; device initcall. */
void mint_nl_use(struct genl_family *the_family);
/* A string of a request, or NULL. */
const char *mint_nl_string(struct genl_info *info, int attr);
int mint_nl_reply(struct genl_info *info, const struct nl_content *content);
/* One message of a dump; not 0 when there is no room for it. */
int mint_nl_dump_message(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct nl_content *content);

enum { NL_GROUP_EVENTS, NL_GROUP_IRQ };

/*
 * Each listener gets what it may see.  Best effort: one that lost a message is
 * told so by its socket.  (sees.c)
 */
void mint_nl_notify(u8 cmd, unsigned int group,
		    const struct nl_content *content);
/* For that: a message, or NULL; sends it to those for which @filter returns 0. */
struct sk_buff *mint_nl_event(u8 cmd, const struct nl_content *content);
void mint_nl_send(struct sk_buff *skb, unsigned int group,
		  netlink_filter_fn filter, void *data);

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

/* ---- imagenl.c ----------------------------------------------------------- */

int mint_nl_image_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mint_nl_image_load(struct sk_buff *skb, struct genl_info *info);
int mint_nl_image_remove(struct sk_buff *skb, struct genl_info *info);
/* What @os is started from, and how that goes; 0 or -EMSGSIZE. */
int mint_nl_put_launch(struct sk_buff *skb, u32 os);
int mint_nl_os_start(struct sk_buff *skb, struct genl_info *info);
int mint_nl_os_restart(struct sk_buff *skb, struct genl_info *info);
int mint_nl_os_set(struct sk_buff *skb, struct genl_info *info);
int mint_nl_os_clone(struct sk_buff *skb, struct genl_info *info);
int mint_nl_os_snapshot(struct sk_buff *skb, struct genl_info *info);
int mint_nl_snapshot_save(struct sk_buff *skb, struct genl_info *info);
int mint_nl_snapshot_load(struct sk_buff *skb, struct genl_info *info);

#endif /* MINT_NETLINK_H */
