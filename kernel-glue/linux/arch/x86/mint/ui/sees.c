// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who looks by netlink, and what of it he may see.  Names, numbers and states are
 * for everybody.  Physical addresses are for CAP_SYS_ADMIN, as in /proc/iomem; what
 * a kernel said when it died is a piece of its log, for whom may read logs.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/net.h>
#include <linux/printk.h>

#include <net/genetlink.h>
#include <net/sock.h>

#include "ui/netlink.h"

u32 mint_nl_sees(const struct sk_buff *request)
{
	if (netlink_capable(request, CAP_SYS_ADMIN))
		return NL_SEES_ALL;
	if (!dmesg_restrict || netlink_capable(request, CAP_SYSLOG))
		return NL_SEES_TEXTS;
	return 0;
}

/* The same for who listens: what its opener may. */
static u32 listener_sees(const struct sock *sk)
{
	const struct file *file = sk->sk_socket ? sk->sk_socket->file : NULL;

	if (file && file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN))
		return NL_SEES_ALL;
	if (!dmesg_restrict ||
	    (file && file_ns_capable(file, &init_user_ns, CAP_SYSLOG)))
		return NL_SEES_TEXTS;
	return 0;
}

/* Not 0: not for this one. */
static int sees_other(struct sock *sk, struct sk_buff *skb, void *sees)
{
	return listener_sees(sk) != *(const u32 *)sees;
}

/* What is hidden stays so: from those who see most to those who see least. */
void mint_nl_notify(u8 cmd, unsigned int group, const struct nl_content *content)
{
	static const u32 all[] = { NL_SEES_ALL, NL_SEES_TEXTS, 0 };
	struct sk_buff *skb;
	u32 i, sees;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		sees = all[i];
		if (content->hide)
			content->hide(content->what, sees);
		skb = mint_nl_event(cmd, content);
		if (!skb)
			return;
		mint_nl_send(skb, group, content->hide ? sees_other : NULL, &sees);
		if (!content->hide)
			return;
	}
}
