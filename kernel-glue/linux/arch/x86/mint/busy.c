// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who in this OS uses a PCI function: file systems, swap and volumes on its disks,
 * addresses on its network interfaces.  Its driver alone is no user.
 */
#include <linux/blkdev.h>
#include <linux/device/class.h>
#include <linux/fs.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>

#include <net/net_namespace.h>

#include "mint.h"
#include "pci.h"

/**
 * struct question - is a function in use?
 * @dev:	the function
 * @text:	gets the answer, of @size bytes
 */
struct question {
	struct device *dev;
	char *text;
	size_t size;
};

static bool is_below(struct device *dev, const struct device *ancestor)
{
	for (; dev; dev = dev->parent)
		if (dev == ancestor)
			return true;
	return false;
}

/* ---- disks ------------------------------------------------------------------ */

static void say_holder(const struct question *q, struct block_device *bdev)
{
	const struct super_block *sb = bdev->bd_holder;

	if (bdev->bd_holder_ops == &fs_holder_ops)
		snprintf(q->text, q->size, "%pg is mounted (%s)", bdev,
			 sb->s_type->name);
	else
		snprintf(q->text, q->size, "%pg is in use (swap, a volume or a raid)",
			 bdev);
}

static int ask_disk(const struct question *q, struct block_device *bdev)
{
	int busy = 0;

	if (!is_below(&bdev->bd_device, q->dev))
		return 0;
	mutex_lock(&bdev->bd_holder_lock);
	if (bdev->bd_holder) {
		say_holder(q, bdev);
		busy = -EBUSY;
	}
	mutex_unlock(&bdev->bd_holder_lock);
	return busy;
}

static int ask_partition(struct device *dev, void *data)
{
	struct block_device *bdev = dev_to_bdev(dev);

	return bdev_is_partition(bdev) ? ask_disk(data, bdev) : 0;
}

static int ask_whole_disk(struct device *dev, void *data)
{
	struct block_device *bdev = dev_to_bdev(dev);

	return bdev_is_partition(bdev) ? 0 : ask_disk(data, bdev);
}

/*
 * Partitions first: when one is held, the whole disk is, too, but nobody could say
 * by whom.
 */
static int ask_disks(struct question *q)
{
	return class_for_each_device(&block_class, NULL, q, ask_partition) ?:
	       class_for_each_device(&block_class, NULL, q, ask_whole_disk);
}

/* ---- network interfaces -------------------------------------------------------- */

static int ask_addresses(const struct question *q, struct net_device *netdev)
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

static int ask_interface(const struct question *q, struct net_device *netdev)
{
	struct net_device *upper;

	if (!is_below(netdev->dev.parent, q->dev) || !(netdev->flags & IFF_UP))
		return 0;
	upper = netdev_master_upper_dev_get(netdev);
	if (upper) {
		snprintf(q->text, q->size, "%s is a port of %s", netdev->name,
			 upper->name);
		return -EBUSY;
	}
	return ask_addresses(q, netdev);
}

static int ask_interfaces(const struct question *q)
{
	struct net_device *netdev;
	struct net *net;
	int busy = 0;

	rtnl_lock();
	down_read(&net_rwsem);
	for_each_net(net)
		for_each_netdev(net, netdev)
			busy = busy ?: ask_interface(q, netdev);
	up_read(&net_rwsem);
	rtnl_unlock();
	return busy;
}

int mint_func_busy(u32 sbdf, char *text, size_t size)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0,
				MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf));
	struct question q = { .text = text, .size = size };
	int busy;

	if (!pdev)
		return 0;
	q.dev = &pdev->dev;
	busy = ask_disks(&q) ?: ask_interfaces(&q);
	pci_dev_put(pdev);
	return busy;
}
