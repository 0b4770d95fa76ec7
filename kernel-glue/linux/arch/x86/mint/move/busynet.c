// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a network interface of a PCI function is in use: it is up with an address
 * that somebody gave it, or something is stacked upon it, such as a VLAN, a macvlan,
 * a bond or a bridge.
 */
#include <linux/device.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/net_namespace.h>

#include "move/busy.h"

/* ---- one interface -------------------------------------------------------------- */

/* In whatever network namespace that is. */
static int ask_stacked(const struct mint_question *q, struct net_device *netdev)
{
	struct net_device *master = netdev_master_upper_dev_get(netdev), *upper;
	struct list_head *iter;
	int busy = 0;

	if (master) {
		snprintf(q->text, q->size, "%s is a port of %s", netdev->name,
			 master->name);
		return -EBUSY;
	}
	rcu_read_lock();
	netdev_for_each_upper_dev_rcu(netdev, upper, iter) {
		snprintf(q->text, q->size, "%s carries %s", netdev->name,
			 upper->name);
		busy = -EBUSY;
		break;
	}
	rcu_read_unlock();
	return busy;
}

static int ask_ipv4(const struct mint_question *q, struct net_device *netdev)
{
	struct in_device *in_dev = __in_dev_get_rtnl(netdev);
	struct in_ifaddr *ifa;

	ifa = in_dev ? rtnl_dereference(in_dev->ifa_list) : NULL;
	if (!ifa)
		return 0;
	snprintf(q->text, q->size, "%s is up with %pI4/%u", netdev->name,
		 &ifa->ifa_local, ifa->ifa_prefixlen);
	return -EBUSY;
}

#if IS_ENABLED(CONFIG_IPV6)
/* Every interface that is up gives itself a link-local one. */
static bool came_by_itself(const struct inet6_ifaddr *ifa)
{
	return ipv6_addr_type(&ifa->addr) & IPV6_ADDR_LINKLOCAL &&
	       ifa->ifa_proto == IFAPROT_KERNEL_LL;
}

static int ask_ipv6(const struct mint_question *q, struct net_device *netdev)
{
	struct inet6_dev *idev = __in6_dev_get(netdev);
	struct inet6_ifaddr *ifa;
	int busy = 0;

	if (!idev)
		return 0;
	read_lock_bh(&idev->lock);
	list_for_each_entry(ifa, &idev->addr_list, if_list) {
		if (came_by_itself(ifa))
			continue;
		snprintf(q->text, q->size, "%s is up with %pI6c/%u",
			 netdev->name, &ifa->addr, ifa->prefix_len);
		busy = -EBUSY;
		break;
	}
	read_unlock_bh(&idev->lock);
	return busy;
}
#else
static int ask_ipv6(const struct mint_question *q, struct net_device *netdev)
{
	return 0;
}
#endif

static int ask_interface(const struct mint_question *q, struct net_device *netdev)
{
	int busy;

	if (!mint_is_below(netdev->dev.parent, q->dev))
		return 0;
	busy = ask_stacked(q, netdev);
	if (busy || !(netdev->flags & IFF_UP))
		return busy;
	return ask_ipv4(q, netdev) ?: ask_ipv6(q, netdev);
}

/* ---- all of them ------------------------------------------------------------------ */

static int is_interface(struct device *dev, void *data)
{
	if (dev->class && !strcmp(dev->class->name, "net"))
		return 1;
	return device_for_each_child(dev, NULL, is_interface);
}

/*
 * Without an interface nobody waits for the network's lock, which a driver that hangs
 * may have.
 */
int mint_ask_interfaces(const struct mint_question *q)
{
	struct net_device *netdev;
	struct net *net;
	int busy = 0;

	if (!is_interface(q->dev, NULL))
		return 0;
	rtnl_lock();
	down_read(&net_rwsem);
	for_each_net(net)
		for_each_netdev(net, netdev)
			busy = busy ?: ask_interface(q, netdev);
	up_read(&net_rwsem);
	rtnl_unlock();
	return busy;
}
